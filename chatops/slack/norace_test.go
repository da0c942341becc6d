//go:build !race

package slack

const messages = 40
