//go:build race

package safetext

// everyCodePoint is the step between the code points that are tried. The race
// detector has nothing to find in pure functions, so a sample is enough there.
const everyCodePoint = rune(17)
