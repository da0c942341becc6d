package collector

import (
	"strings"
	"testing"

	"foghorn/journal/store"
)

// Usual trimming is not reported. A run that removes much more is, as soon as that
// is known and at its end.
func TestOnlyUnusualTrimmingIsReported(t *testing.T) {
	var sum trimmed
	step := func(records int, more bool, want string) {
		t.Helper()
		line := sum.step(store.TrimResult{Records: records, Bytes: int64(100 * records), More: more})
		if line == "" != (want == "") || !strings.Contains(line, want) {
			t.Errorf("it reports %q, want %q", line, want)
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
