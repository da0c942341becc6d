package projector

import (
	"context"
	"slices"
	"strings"
	"testing"

	"foghorn/decode"
	"foghorn/event"
	"foghorn/priority"
)

// decodeJunosSaid has every event of the tests come from a Junos device.
func decodeJunosSaid(d *event.Delivery) decode.Decoded {
	out := decodeSaid(d)
	for i := range out.Events {
		out.Events[i].Topic, out.Events[i].Type = "junos", "LINK"
	}
	return out
}

// A rule that is written today lowers what comes from now on, and a rebuild
// lowers all that came before; an alert that is open when its sort is lowered is
// still closed by its end.
func TestPrioritiesComeBeforeTriage(t *testing.T) {
	down := said{ID: "down 1", Act: event.Opens, Key: "port 1"}
	l := newLog(posted(0, "core", down))
	v, live := newView(), &priority.Live{}
	set := func(o *Options) { o.Decode, o.Priorities = decodeJunosSaid, live }
	p := newProjector(t, l, v, set)
	catchUp := func() {
		t.Helper()
		if err := p.CatchUp(context.Background(), nil); err != nil {
			t.Fatal(err)
		}
	}
	catchUp()
	live.Set(priority.Compile(priority.Table{"junos": {Events: map[string]priority.Rule{
		"LINK": {Subs: []priority.Sub{{Text: "2", Level: priority.Detail}}, Level: priority.Journal},
	}}}))
	l.append(
		posted(10, "core", said{ID: "up 1", At: 10, Act: event.Closes, Key: "port 1"}),
		posted(20, "core", said{ID: "down 2", At: 20, Act: event.Opens, Key: "port 2"}),
		posted(30, "core", said{ID: "down 3", At: 30, Act: event.Opens, Key: "port 3"}),
	)
	catchUp()
	alerts := func(v *memView) string {
		var out []string
		v.read(func(s *memState) {
			for _, a := range s.Alerts {
				out = append(out, a.Key+" "+string(a.State))
			}
		})
		slices.Sort(out)
		return strings.Join(out, ", ")
	}
	if got, want := alerts(v), "port 1 resolved, port 2 open"; got != want {
		t.Errorf("live: %s, want %s", got, want)
	}
	again := project(t, l, set)
	if got, want := alerts(again), "port 2 open"; got != want {
		t.Errorf("rebuilt: %s, want %s", got, want)
	}
}
