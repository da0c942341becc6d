package collector

import (
	"strings"
	"testing"

	"foghorn/journal/store"
)

// The usual trimming says nothing; one that takes much more says so when that
// shows and at its end.
func TestOnlyUnusualTrimmingIsTold(t *testing.T) {
	var sum trimmed
	step := func(records int, more bool, want string) {
		t.Helper()
		said := sum.step(store.TrimResult{Records: records, Bytes: int64(100 * records), More: more})
		if said == "" != (want == "") || !strings.Contains(said, want) {
			t.Errorf("it says %q, want %q", said, want)
		}
	}
	for range 20 {
		step(0, false, "")
		step(500, true, "")
		step(300, false, "")
	}
	step(500, true, "")
	for range 5 {
		step(500, true, "")
	}
	step(500, true, "is removing more than usual: 3,500 records, ")
	step(500, true, "")
	step(100, false, "removed more than usual: 4,100 records, ")
	step(0, false, "")
	step(800, false, "")
}
