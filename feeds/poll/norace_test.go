//go:build !race

package poll_test

const slower = 1
