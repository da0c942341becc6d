package store

import (
	"errors"
	"testing"
	"time"

	"foghorn/journal/event"
)

// telling is one telling of a happening: who told it, when it came in, and what
// is different from the first.
func telling(place int, change func(*event.Event)) event.Event {
	e := event.Event{
		ID: event.ID(int64(place), 0), Time: began, Received: began.Add(time.Duration(place) * 700 * time.Millisecond),
		Source: "acme", Topic: "alarms", Type: "rogue_ap", DeviceMAC: "5c5b35000001", Fingerprint: 0xABCDEF0123456789,
	}
	if change != nil {
		change(&e)
	}
	return e
}

// noTime makes a telling without a time of its own, received at some distance.
func noTime(received time.Duration) func(*event.Event) {
	return func(e *event.Event) {
		e.Received = began.Add(received)
		e.Time = e.Received
	}
}

// at makes a telling of a certain time.
func at(when time.Time) func(*event.Event) { return func(e *event.Event) { e.Time = when } }

// tellings are pairs that are one happening, or are not.
var tellings = []struct {
	name          string
	first, second func(*event.Event)
	same          bool
}{
	{"told twice", nil, nil, true},
	{"by another source", nil, func(e *event.Event) { e.Source = "site hook" }, true},
	{"a week later", nil, func(e *event.Event) { e.Received = began.Add(7 * 24 * time.Hour) }, true},
	{"another fingerprint", nil, func(e *event.Event) { e.Fingerprint++ }, false},
	{"another fingerprint with the same slot", nil, func(e *event.Event) { e.Fingerprint ^= 1 }, false},
	{"chance: another topic", nil, func(e *event.Event) { e.Topic = "audits" }, false},
	{"chance: another type", nil, func(e *event.Event) { e.Type = "honeypot" }, false},
	{"chance: another device", nil, func(e *event.Event) { e.DeviceMAC = "5c5b35000002" }, false},
	{"chance: another client", nil, func(e *event.Event) { e.ClientMAC = "5c5b35000002" }, false},
	{"chance: another millisecond", nil, func(e *event.Event) { e.Time = e.Time.Add(time.Millisecond) }, false},
	{"without a time, soon", noTime(0), noTime(2 * time.Second), true},
	{"without a time, over the edge of a window", noTime(-time.Second), noTime(time.Second), true},
	{"without a time, an hour later", noTime(0), noTime(time.Hour), false},
	{"received in the millisecond it happened", noTime(0), nil, true},
	{"received in that millisecond the second time", nil, noTime(0), true},
	{"named: told with another device and to the millisecond", named(nil), named(func(e *event.Event) { e.DeviceMAC, e.Time = "", e.Time.Add(250*time.Millisecond) }), true},
	{"named: another type", named(nil), named(func(e *event.Event) { e.Type = "honeypot" }), false},
	{"with its port and without", detailed(1, 0), detailed(0, 0), true},
	{"without its port and with", detailed(0, 0), detailed(1, 0), true},
	{"two ports", detailed(1, 0), detailed(2, 0), false},
	{"with a fraction of the second and without", detailed(1, 250*time.Millisecond), detailed(1, 0), true},
	{"without a port, with and without a fraction", detailed(0, 0), detailed(1, 250*time.Millisecond), true},
	{"two fractions of a second", detailed(1, 250*time.Millisecond), detailed(1, 500*time.Millisecond), false},
	{"by another topic", detailed(1, 0), func(e *event.Event) { detailed(1, 0)(e); e.Topic = "device-updowns" }, true},
	{"before 1970", at(time.Unix(-5, 0)), at(time.Unix(-5, 0)), true},
	{"in the year 9999", at(time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)), at(time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)), true},
}

// detailed makes a telling that may be known without its details: 0 is one
// without, any other is what it says.
func detailed(detail uint64, at time.Duration) func(*event.Event) {
	return func(e *event.Event) {
		e.Topic, e.GroupFingerprint, e.Time = "device-events", e.Fingerprint, e.Time.Add(at)
		e.Fingerprint += detail * 0x9E3779B97F4A7C15
	}
}

func named(change func(*event.Event)) func(*event.Event) {
	return func(e *event.Event) {
		e.FingerprintIsID = true
		if change != nil {
			change(e)
		}
	}
}

func TestClaimKnowsTheSameHappening(t *testing.T) {
	for _, c := range tellings {
		for _, slices := range []int{1, 2} {
			t.Run(name(c.name+", slices", slices), func(t *testing.T) {
				v := openTestView(t, t.TempDir(), Options{})
				first, second := telling(1, c.first), telling(2, c.second)
				var known int64
				tell := []func(tx Tx) error{
					func(tx Tx) error {
						k, err := tx.Claim(&first)
						if k != 0 {
							t.Errorf("the first telling is known as %d", k)
						}
						return errors.Join(err, tx.PutEvent(&first))
					},
					func(tx Tx) (err error) {
						known, err = tx.Claim(&second)
						return err
					},
				}
				if slices == 1 {
					update(t, v, func(tx Tx) error { return errors.Join(tell[0](tx), tell[1](tx)) })
				} else {
					update(t, v, tell[0])
					update(t, v, tell[1])
				}
				if want := map[bool]int64{true: first.ID, false: 0}[c.same]; known != want {
					t.Errorf("known as %d, want %d", known, want)
				}
			})
		}
	}
}

// All claims of a slice may come before the first put.
func TestClaimSeesWhatIsNotPutYet(t *testing.T) {
	v := openTestView(t, t.TempDir(), Options{})
	a, b := telling(1, nil), telling(2, nil)
	update(t, v, func(tx Tx) error {
		if _, err := tx.Claim(&a); err != nil {
			return err
		}
		known, err := tx.Claim(&b)
		if known != a.ID {
			t.Errorf("known as %d", known)
		}
		return errors.Join(err, tx.PutEvent(&a), tx.AddDuplicate(a.ID))
	})
	e, err := v.Event(t.Context(), a.ID)
	if err != nil || e.Duplicates != 1 {
		t.Errorf("%d copies, %v", e.Duplicates, err)
	}
}

// Fingerprints that crowd one slot are all found, up to the bound; beyond it an
// event is new, and never taken for another.
func TestCrowdedSlotsMixNothingUp(t *testing.T) {
	v := openTestView(t, t.TempDir(), Options{})
	update(t, v, func(tx Tx) error {
		for i := range slotProbes + 3 {
			e := telling(i+1, func(e *event.Event) { e.Fingerprint += uint64(i) })
			if known, err := tx.Claim(&e); known != 0 || err != nil {
				t.Errorf("event %d is known as %d, %v", i, known, err)
			}
			if err := tx.PutEvent(&e); err != nil {
				return err
			}
		}
		for i := range slotProbes + 3 {
			e := telling(100+i, func(e *event.Event) { e.Fingerprint += uint64(i) })
			known, err := tx.Claim(&e)
			if err != nil {
				return err
			}
			if want := event.ID(int64(i+1), 0); i < slotProbes && known != want || i >= slotProbes && known != 0 {
				t.Errorf("copy of event %d is known as %d", i, known)
			}
		}
		return nil
	})
}

// Many ports of a switch go down in one second. Each is an event, however
// crowded the second is; told again by a search that leaves the ports out, none
// of them is new; and one that was told without its port stands for one port.
func TestPortsOfOneSecond(t *testing.T) {
	const ports = 48
	for _, bareFirst := range []bool{false, true} {
		v := openTestView(t, t.TempDir(), Options{})
		fresh, copies := 0, 0
		claim := func(tx Tx, seq int, detail uint64) error {
			e := telling(seq, detailed(detail, 0))
			known, err := tx.Claim(&e)
			if known != 0 || err != nil {
				copies++
				return err
			}
			fresh++
			return tx.PutEvent(&e)
		}
		update(t, v, func(tx Tx) error {
			for round := range 2 {
				if bareFirst {
					if err := claim(tx, round*100+1, 0); err != nil {
						return err
					}
				}
				for i := range ports {
					if err := claim(tx, round*100+2+i, uint64(i+1)); err != nil {
						return err
					}
				}
				if err := claim(tx, round*100+99, 0); err != nil {
					return err
				}
			}
			return nil
		})
		if want := 2*ports + 2; !bareFirst && (fresh != ports || copies != want-ports) {
			t.Errorf("%d new, %d copies", fresh, copies)
		}
		if want := 2*ports + 4; bareFirst && (fresh != ports || copies != want-ports) {
			t.Errorf("the bare one first: %d new, %d copies", fresh, copies)
		}
	}
}
