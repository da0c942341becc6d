//go:build race

package poll_test

// slower is how many times smaller a site is under the race detector.
const slower = 3
