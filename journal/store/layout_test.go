package store

import (
	"crypto/sha256"
	"fmt"
	"testing"
)

// A collector derives the view again only when the number of the layout is higher
// than the file's. Without that it would write new columns into an old table.
func TestAChangedLayoutHasANewNumber(t *testing.T) {
	const want = "layout 7: f1533c4e6d5eb895"
	sum := sha256.Sum256([]byte(viewLayout + stateLayout + sqlViews))
	if got := fmt.Sprintf("layout %d: %x", viewVersion, sum[:8]); got != want {
		t.Errorf("the layout of view.db is %q, was %q: raise viewVersion, write its number into docs/JOURNAL.md, then note the new text here", got, want)
	}
}
