//go:build !race

package safetext

const everyCodePoint = rune(1)
