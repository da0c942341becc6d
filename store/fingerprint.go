package store

import (
	"zombiezen.com/go/sqlite"

	"foghorn/event"
)

// Fingerprints are kept under the second the event happened in, so that the
// ones that come in together lie together: in random order every one of them
// would change a page of its own, which costs more than the event's row.
//
// Two tellings of one happening agree on their time, so they meet in the same
// second. An event whose sender gives no time has the time it was received as
// its own; its tellings meet when they come within about timelessWindow.
const (
	slotBits       = 29 // below the second: 34 bits of seconds reach the year 2514
	slotProbes     = 8
	timelessWindow = 10 * 60 // seconds
)

// timeless reports whether the sender gave the event no time.
func timeless(e *event.Event) bool { return millis(e.Time) == millis(e.Received) }

// slots returns where e's fingerprint may be found. It is booked in the first
// of them, and one without a time in the second too. That one is found by its
// time as well, because an event that arrives in the very millisecond of its
// own time looks as if it had none.
func slots(e *event.Event) (at [3]int64, n, booked int) {
	low := int64(e.Fingerprint >> (64 - slotBits))
	seconds := min(max(millis(e.Time)/1000, 0), 1<<(63-slotBits)-1)
	window := seconds - seconds%timelessWindow
	at = [3]int64{seconds<<slotBits | low, window<<slotBits | low, max(window-timelessWindow, 0)<<slotBits | low}
	if timeless(e) {
		return at, 3, 2
	}
	return at, 1, 1
}

// claims finds and books fingerprints.
type claims struct {
	find, book, origin *sqlite.Stmt
	// fresh holds events that were claimed but not put yet: what origin cannot
	// find in the table.
	fresh map[int64]identity
}

// identity is what two tellings of one happening have to agree on, beside the
// fingerprint, so that a chance match of 64 bits loses nothing.
type identity struct {
	topic, kind    string
	device, client event.MAC
	time           int64
	timeless       bool
}

func identify(e *event.Event) identity {
	return identity{topic: e.Topic, kind: e.Type, device: e.DeviceMAC, client: e.ClientMAC, time: millis(e.Time), timeless: timeless(e)}
}

func (i identity) same(o identity) bool {
	if i.timeless && o.timeless {
		i.time, o.time = 0, 0
	}
	i.timeless = o.timeless
	return i == o
}

func (k *claims) prepare(c *sqlite.Conn) (err error) {
	k.fresh = map[int64]identity{}
	if k.find, err = c.Prepare("SELECT slot, fingerprint, event FROM fingerprints WHERE slot BETWEEN ? AND ? ORDER BY slot"); err != nil {
		return err
	}
	if k.book, err = c.Prepare("INSERT INTO fingerprints(slot, fingerprint, event) VALUES(?, ?, ?)"); err != nil {
		return err
	}
	k.origin, err = c.Prepare("SELECT topic, type, time, received, device_mac, client_mac FROM events WHERE id = ?")
	return err
}

// claim implements Tx.Claim.
func (k *claims) claim(e *event.Event) (known int64, err error) {
	at, n, booked := slots(e)
	var free [3]int64
	for i, slot := range at[:n] {
		if known, free[i], err = k.look(slot, e); known != 0 || err != nil {
			return known, err
		}
	}
	k.fresh[e.ID] = identify(e)
	for i, slot := range free[:booked] {
		if slot < 0 || i > 0 && slot == free[0] {
			continue // crowded out: an unlikely copy of it will count as new
		}
		k.book.BindInt64(1, slot)
		k.book.BindInt64(2, int64(e.Fingerprint))
		k.book.BindInt64(3, e.ID)
		if err := run(k.book); err != nil {
			return 0, err
		}
	}
	return 0, nil
}

// look examines the slots at and behind it. It returns the event that has e's
// fingerprint, or the first free slot, -1 when there is none.
func (k *claims) look(at int64, e *event.Event) (known, free int64, err error) {
	var found [slotProbes]int64
	n := 0
	free = at
	k.find.BindInt64(1, at)
	k.find.BindInt64(2, at+slotProbes-1)
	for {
		row, err := k.find.Step()
		if err != nil {
			return 0, -1, err
		}
		if !row {
			break
		}
		if k.find.ColumnInt64(0) == free {
			free++
		}
		if uint64(k.find.ColumnInt64(1)) == e.Fingerprint {
			found[n] = k.find.ColumnInt64(2)
			n++
		}
	}
	if err := k.find.Reset(); err != nil {
		return 0, -1, err
	}
	for _, id := range found[:n] {
		if same, err := k.same(id, e); same || err != nil {
			return id, -1, err
		}
	}
	if free == at+slotProbes {
		free = -1
	}
	return 0, free, nil
}

// same reports whether the event id is still there and is the same happening.
// One that retention took is not: after a rebuild it would not be there either.
func (k *claims) same(id int64, e *event.Event) (bool, error) {
	if have, ok := k.fresh[id]; ok {
		return have.same(identify(e)), nil
	}
	k.origin.BindInt64(1, id)
	row, err := k.origin.Step()
	if err != nil {
		return false, err
	}
	if !row {
		return false, k.origin.Reset()
	}
	r := columns{st: k.origin}
	was := event.Event{
		Topic: r.text(), Type: r.text(), Time: r.time(), Received: r.time(),
		DeviceMAC: event.MAC(r.text()), ClientMAC: event.MAC(r.text()),
	}
	return identify(&was).same(identify(e)), k.origin.Reset()
}
