//go:build race

package slack

// messages is how many random ones are written. The race detector has nothing to find
// in pure functions.
const messages = 4
