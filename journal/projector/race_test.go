//go:build race

package projector

// sparser is how many times fewer failures are tried. The race detector
// finds in the first ones what there is to find. It is odd, because what
// follows a failure alternates.
const sparser = 5
