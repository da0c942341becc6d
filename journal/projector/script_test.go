package projector

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"foghorn/internal/clock"
	"foghorn/journal/decode"
	"foghorn/journal/event"
)

var start = time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)

// said is one event of a delivery in the tests' own tongue.
type testEvent struct {
	ID       string // what makes it one happening; its text too
	Act      event.SignalType
	Alarm    string // Mist's id of it
	Key      string
	At       int // seconds after start
	Site     string
	SiteName string
	MAC      event.MAC
	Name     string
	Sev      event.Severity // Warn when 0
	SLE      map[string]float64
	Unknown  bool
	Panic    bool
	WrongID  bool
}

// decodeSaid is the tests' decoder.
func decodeTest(d *event.Delivery) decode.Decoded {
	var all []testEvent
	if err := json.Unmarshal(d.Body, &all); err != nil {
		return decode.Decoded{Problem: "not in the tests' tongue"}
	}
	var out decode.Decoded
	for i, s := range all {
		if s.Panic {
			panic("asked to")
		}
		h := fnv.New64a()
		h.Write([]byte(s.ID))
		e := event.Event{
			ID: event.ID(d.ID, i), Time: start.Add(time.Duration(s.At) * time.Second), Received: d.Received,
			DeliveryID: d.ID, Source: d.Source, Duplicates: 1, Text: s.ID, SLE: s.SLE, Fingerprint: h.Sum64(),
			SiteID: s.Site, Site: s.SiteName, DeviceMAC: s.MAC, Device: s.Name,
		}
		if s.WrongID {
			e.ID = 1
		}
		if s.Act != 0 {
			if s.Sev == 0 {
				s.Sev = event.Warn
			}
			e.Signal = &event.Signal{Type: s.Act, Key: s.Key, Kind: "test", Title: s.ID, Severity: s.Sev, MistAlarmID: s.Alarm}
		}
		if s.SiteName != "" {
			out.Names = append(out.Names, decode.Name{Kind: "site", ID: s.Site, Name: s.SiteName})
		}
		if s.Name != "" {
			out.Names = append(out.Names, decode.Name{Kind: "device", ID: string(s.MAC), Name: s.Name})
		}
		if s.Unknown {
			out.Unknown++
		}
		out.Events = append(out.Events, e)
	}
	return out
}

// posted is the record of a delivery that came sec seconds after start.
func delivery(sec int, source string, events ...testEvent) event.Record {
	body, err := json.Marshal(events)
	if err != nil {
		panic(err)
	}
	r, err := event.DeliveryRecord(event.Delivery{
		Received: start.Add(time.Duration(sec) * time.Second), Source: source, Via: event.ViaWebhook,
		Body: body, Size: int64(len(body)), Verdict: event.Verified, Topic: "test", Events: len(events), Status: 200,
	})
	if err != nil {
		panic(err)
	}
	return r
}

// done is the record of an operator's act on an alert.
func alertAction(sec int, actor, action string, alert int64, after string) event.Record {
	r, err := event.ActivityRecord(event.Activity{
		Time: start.Add(time.Duration(sec) * time.Second), Actor: actor, Action: action,
		Target: event.AlertTarget(alert), After: after,
	})
	if err != nil {
		panic(err)
	}
	return r
}

// history is a log of everything that can be in one, n records long.
func history(seed uint64, n int) []event.Record { return historyEvery(120, seed, n) }

// historyEvery has less than gap seconds between two records.
func historyEvery(gap int, seed uint64, n int) []event.Record {
	rng := rand.New(rand.NewPCG(seed, 4))
	var out []event.Record
	acts := map[int]string{} // the targets of activities, by their record
	sec, alert := 0, event.ID(1, 0)
	for i := range n {
		sec += rng.IntN(gap)
		switch rng.IntN(12) {
		case 0, 3, 4:
			action := []string{event.ActionAck, event.ActionUnack, event.ActionNote, event.ActionSnooze, event.ActionSnooze, event.ActionWake}[rng.IntN(6)]
			if of, target := pick(rng, acts); of != 0 && rng.IntN(4) == 0 {
				out = append(out, activity(sec, event.Activity{Actor: "bo", Action: event.ActionUndo, Target: target, Undoes: int64(of)}))
				continue
			}
			after := start.Add(time.Duration(sec+rng.IntN(5*gap)) * time.Second).Format(time.RFC3339)
			if rng.IntN(2) == 0 { // else it goes on with the alert it was at
				alert = event.ID(int64(1+max(0, i-rng.IntN(12))), 0)
			}
			out = append(out, alertAction(sec, "anna", action, alert, after))
			acts[len(out)] = event.AlertTarget(alert)
		case 1:
			out = append(out, event.Record{Kind: event.RecordDelivery, At: start, Head: []byte("{cut o")})
		case 2:
			r := delivery(sec, "acme")
			r.Body = []byte("nonsense")
			out = append(out, r)
		default:
			var events []testEvent
			for j := range 1 + rng.IntN(3) {
				s := testEvent{
					ID: fmt.Sprint(i, "/", j), At: sec - rng.IntN(90), Act: event.SignalType(rng.IntN(7)),
					Key: fmt.Sprint("k", rng.IntN(6)), Site: fmt.Sprint("s", rng.IntN(3)), MAC: event.MAC(fmt.Sprint("m", rng.IntN(3))),
					Sev: []event.Severity{event.Info, event.Warn, event.Critical}[rng.IntN(3)],
				}
				if rng.IntN(3) == 0 {
					s.Alarm = fmt.Sprint("a", rng.IntN(3))
				}
				switch rng.IntN(4) {
				case 0:
					s.SiteName, s.Name = fmt.Sprint("site ", i), fmt.Sprint("ap ", i)
				case 1:
					s.ID = fmt.Sprint(max(0, i-rng.IntN(9)), "/0") // told before
				case 2:
					s.SLE = map[string]float64{"coverage": rng.Float64(), "roaming": rng.Float64()}
				}
				events = append(events, s)
			}
			out = append(out, delivery(sec, "acme", events...))
		}
	}
	return out
}

// pick returns one of the activities, 0 when there is none.
func pick(rng *rand.Rand, acts map[int]string) (record int, target string) {
	if len(acts) == 0 {
		return 0, ""
	}
	records := slices.Sorted(maps.Keys(acts))
	record = records[rng.IntN(len(records))]
	return record, acts[record]
}

// newProjector makes one over the tests' log, view and tongue. Its clock stands
// a day after the start, so that everything time ends has ended.
func newProjector(t testing.TB, l *memLog, v *memView, change ...func(*Options)) *Projector {
	t.Helper()
	o := Options{Log: l, View: v, Wake: l.wake, Clock: clock.NewFake(start.Add(24 * time.Hour)), Decode: decodeTest}
	for _, fn := range change {
		fn(&o)
	}
	p, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// project carries the whole of a log into a new view.
func project(t testing.TB, l *memLog, change ...func(*Options)) *memView {
	t.Helper()
	v := newView()
	if err := newProjector(t, l, v, change...).CatchUp(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	return v
}
