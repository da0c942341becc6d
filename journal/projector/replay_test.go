package projector

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"foghorn/journal/event"
)

// judged is posted with another verdict.
func judged(verdict event.Verdict, sec int, events ...testEvent) event.Record {
	d, err := delivery(sec, "acme", events...).Delivery()
	if err != nil {
		panic(err)
	}
	d.Verdict = verdict
	r, err := event.DeliveryRecord(d)
	if err != nil {
		panic(err)
	}
	return r
}

func TestWhatIsReplayedRaisesNothing(t *testing.T) {
	const day = 24 * 60 * 60
	down := func(id string) testEvent { return testEvent{ID: id, Act: event.Raise, Key: id} }
	now := testEvent{ID: "now", Act: event.Raise, Key: "now", At: day}
	ends := start.Add(day * time.Second)
	for name, c := range map[string]struct {
		r        event.Record
		replayed bool
	}{
		"a day and a second old":              {delivery(day+1, "acme", down("a")), true},
		"signed with SHA-1":                   {judged(event.VerifiedV1, day+1, down("a")), true},
		"100 days old":                        {delivery(100*day, "acme", down("a"), down("b")), true},
		"a day old":                           {delivery(day, "acme", down("a")), false},
		"unsigned, so of this machine":        {judged(event.Unsigned, 100*day, down("a")), false},
		"one of its events is new":            {delivery(day+1, "acme", down("a"), now), false},
		"it tells of an end today, ISO":       {delivery(day+1, "acme", down(ends.Format(time.RFC3339))), false},
		"it tells of an end today, seconds":   {delivery(day+1, "acme", down(fmt.Sprint("ended ", ends.Unix()))), false},
		"it tells of an end today, fraction":  {delivery(day+1, "acme", down(fmt.Sprintf("%d.25", ends.Unix()))), false},
		"it tells of an end today, ms":        {delivery(day+1, "acme", down(fmt.Sprint(ends.UnixMilli()))), false},
		"it tells of the other century":       {delivery(day+1, "acme", down("valid to 2126-03-01T10:00:00Z")), true},
		"digits that are no time, and no end": {delivery(day+1, "acme", down(fmt.Sprintf("serial %d7 at 2026-99-99T00:00:00", ends.Unix()))), true},
	} {
		t.Run(name, func(t *testing.T) {
			v := project(t, newLog(c.r))
			v.read(func(s *memState) {
				d := s.Deliveries[1]
				if got := strings.HasPrefix(d.Warning, "replayed: "); got != c.replayed {
					t.Errorf("warning %q", d.Warning)
				}
				if (len(s.Alerts) == 0) != c.replayed {
					t.Errorf("%d alerts", len(s.Alerts))
				}
				if len(s.Events) != d.Events {
					t.Errorf("%d of %d events are kept", len(s.Events), d.Events)
				}
			})
		})
	}
}

func TestWhatIsReplayedResolvesNothing(t *testing.T) {
	const days = 24 * 60 * 60
	up := testEvent{ID: "up", Act: event.Resolve, Key: "link", At: 60, Site: "s", SiteName: "Old name"}
	down := testEvent{ID: "down", Act: event.Raise, Key: "link", At: 9 * days, Site: "s", SiteName: "New name"}
	log := newLog(delivery(9*days, "acme", down), delivery(9*days+5, "acme", up))
	state := func(change ...func(*Options)) (resolved bool, site string) {
		project(t, log, change...).read(func(s *memState) {
			for _, a := range s.Alerts {
				resolved = a.Resolved != nil
			}
			text, _ := json.Marshal(s.Names)
			site = string(text)
		})
		return resolved, site
	}
	resolved, names := state()
	if resolved || !strings.Contains(names, "New name") || strings.Contains(names, "Old name") {
		t.Errorf("resolved %v, names %s", resolved, names)
	}
	if _, names := state(func(o *Options) { o.ReplayAfter = -1 }); !strings.Contains(names, "Old name") {
		t.Errorf("nothing counts as replayed, and yet the names are %s", names)
	}
	if _, names := state(func(o *Options) { o.ReplayAfter = 10 * days * time.Second }); !strings.Contains(names, "Old name") {
		t.Errorf("nine days are not ten, and yet the names are %s", names)
	}
}
