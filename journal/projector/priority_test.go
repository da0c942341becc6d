package projector

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"foghorn/journal/decode"
	"foghorn/journal/event"
	"foghorn/journal/priority"
)

// decodeJunosSaid has every event of the tests come from a Junos device.
func decodeJunosSaid(d *event.Delivery) decode.Decoded {
	out := decodeTest(d)
	for i := range out.Events {
		out.Events[i].Topic, out.Events[i].Type = "junos", "LINK"
	}
	return out
}

// A rule that is written today lowers what comes from now on, and a rebuild
// lowers all that came before; an alert that is open when its sort is lowered is
// still closed by its end.
func TestPrioritiesComeBeforeTriage(t *testing.T) {
	down := testEvent{ID: "down 1", Act: event.Raise, Key: "port 1"}
	l := newLog(delivery(0, "core", down))
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
		delivery(10, "core", testEvent{ID: "up 1", At: 10, Act: event.Resolve, Key: "port 1"}),
		delivery(20, "core", testEvent{ID: "down 2", At: 20, Act: event.Raise, Key: "port 2"}),
		delivery(30, "core", testEvent{ID: "down 3", At: 30, Act: event.Raise, Key: "port 3"}),
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

// An event at level 4 leaves no row, and the delivery says by which rule. What
// ended an alert stays with it.
func TestWhatIsIgnoredLeavesOnlyItsDelivery(t *testing.T) {
	ignore := priority.NewLive(priority.Compile(priority.Table{"junos": {Filter: []string{"lab"}, Events: map[string]priority.Rule{
		"LINK": {Subs: []priority.Sub{{Text: "port 2", Level: priority.Detail}}, Level: priority.Ignore},
	}}}))
	up2 := testEvent{ID: "up of 2", At: 20, Act: event.Resolve, Key: "port 2"}
	up1 := testEvent{ID: "up of 1", At: 20, Act: event.Resolve, Key: "port 1"}
	l := newLog(
		delivery(0, "core", testEvent{ID: "down of port 1", Act: event.Raise, Key: "port 1"}, testEvent{ID: "down of port 2", Act: event.Raise, Key: "port 2"}, testEvent{ID: "lab", At: 1}),
		delivery(20, "core", up2, up1),
		delivery(21, "core", up2, up1), // told once more
	)
	v := project(t, l, func(o *Options) { o.Decode, o.Priorities = decodeJunosSaid, ignore })
	v.read(func(s *memState) {
		var rows, deliveries []string
		for _, e := range s.Events {
			rows = append(rows, fmt.Sprintf("%s %d", e.Text, e.Duplicates))
		}
		for _, d := range s.Deliveries {
			deliveries = append(deliveries, fmt.Sprintf("%d: %d of %d ignored by %s, %d known", d.ID, d.Ignored, d.Events, d.IgnoredBy, d.Duplicates))
		}
		slices.Sort(rows)
		slices.Sort(deliveries)
		if got, want := strings.Join(rows, ", "), "down of port 2 1, up of 2 2"; got != want {
			t.Errorf("rows: %s, want %s", got, want)
		}
		want := `1: 2 of 3 ignored by [priority.junos] LINK; [priority.junos] filter "lab", 0 known
2: 1 of 2 ignored by [priority.junos] LINK, 0 known
3: 1 of 2 ignored by [priority.junos] LINK, 1 known`
		if got := strings.Join(deliveries, "\n"); got != want {
			t.Errorf("deliveries:\n%s\nwant\n%s", got, want)
		}
		if len(s.Alerts) != 1 {
			t.Errorf("alerts %+v", s.Alerts)
		}
		for _, a := range s.Alerts {
			if a.Key != "port 2" || a.Resolved == nil {
				t.Errorf("%+v", a)
			}
		}
	})
}
