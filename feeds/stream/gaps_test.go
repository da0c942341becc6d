package stream

import (
	"testing"
	"time"

	"foghorn/mist"
)

// Two connections lose the same network, and come back one after the other.
func TestWhatSeveralConnectionsLoseIsOneGap(t *testing.T) {
	at := func(m int) time.Time { return time.Date(2026, 1, 2, 10, m, 0, 0, time.UTC) }
	var g gaps
	for i, step := range []struct {
		link  mist.Link
		ended gap
	}{
		{mist.Link{Number: 0, State: mist.LinkReady, At: at(0)}, gap{}},
		{mist.Link{Number: 1, State: mist.LinkWaiting, At: at(1), Reason: "refused"}, gap{}}, // never stood: nothing is lost
		{mist.Link{Number: 1, State: mist.LinkReady, At: at(2)}, gap{}},
		{mist.Link{Number: 1, State: mist.LinkWaiting, At: at(12), Lost: at(11), Why: "silence"}, gap{}},
		{mist.Link{Number: 0, State: mist.LinkWaiting, At: at(13), Lost: at(10), Why: "cut"}, gap{}},
		{mist.Link{Number: 0, State: mist.LinkWaiting, At: at(14), Lost: at(10), Why: "cut", Reason: "DNS"}, gap{}},
		{mist.Link{Number: 0, State: mist.LinkConnecting, At: at(15), Lost: at(10)}, gap{}},
		{mist.Link{Number: 0, State: mist.LinkReady, At: at(15), Lost: at(10)}, gap{}},
		{mist.Link{Number: 1, State: mist.LinkReady, At: at(16), Lost: at(11)}, gap{at(10), at(16), "cut"}},
		{mist.Link{Number: 1, State: mist.LinkReady, At: at(17)}, gap{}},
		{mist.Link{Number: 1, State: mist.LinkWaiting, At: at(20), Lost: at(20), Why: "again"}, gap{}},
		{mist.Link{Number: 1, State: mist.LinkIdle, At: at(21)}, gap{at(20), at(21), "again"}}, // nobody needs it any more
	} {
		got, ok := g.change(step.link)
		if got != step.ended || ok == step.ended.from.IsZero() {
			t.Errorf("step %d: got %+v %v, want %+v", i, got, ok, step.ended)
		}
	}
}
