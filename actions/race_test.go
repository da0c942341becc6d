//go:build race

package actions_test

// rounds is how often a random story is told. The race detector finds nothing more in
// a longer one.
const rounds = 20

// manyAlarms are more than one call can acknowledge.
const manyAlarms = 1100
