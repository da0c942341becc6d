package store

import (
	"zombiezen.com/go/sqlite"

	"foghorn/journal/event"
)

// Fingerprints are kept under the second the event happened in, so that the
// ones that come in together lie together: in random order every one of them
// would change a page of its own, which costs more than the event's row.
//
// Two reports of one happening have the same time, so they are in the same second.
// An event whose sender gives no time has the time of receipt as its own; its
// reports match when they arrive within about timelessWindow.
const (
	slotBits       = 29 // below the second: 34 bits of seconds reach the year 2514
	slotProbes     = 8
	timelessWindow = 10 * 60 // seconds
)

// timeless reports whether the sender gave the event no time.
func timeless(e *event.Event) bool { return millis(e.Time) == millis(e.Received) }

// slots returns where a fingerprint of e may be found. It is stored in the first
// of them, and one without a time in the second too. That one is found by its
// time as well, because an event that arrives in the very millisecond of its
// own time looks as if it had none.
func slots(e *event.Event, hash uint64) (at [3]int64, n, booked int) {
	low := int64(hash >> (64 - slotBits))
	seconds := min(max(millis(e.Time)/1000, 0), 1<<(63-slotBits)-1)
	window := seconds - seconds%timelessWindow
	at = [3]int64{seconds<<slotBits | low, window<<slotBits | low, max(window-timelessWindow, 0)<<slotBits | low}
	if timeless(e) {
		return at, 3, 2
	}
	return at, 1, 1
}

// detailedFingerprint is the fingerprint that is stored when a happening with this
// group fingerprint is known with its details.
func detailedFingerprint(loose uint64) uint64 { return loose ^ 1 }

// claims finds and stores fingerprints.
type claims struct {
	find, insert, event *sqlite.Stmt
	// fresh holds events that were claimed but not put yet: what origin cannot
	// find in the table.
	fresh map[int64]identity
}

// identity is what two reports of one happening have in common beside the
// fingerprint, so that a chance match of 64 bits loses no event.
type identity struct {
	topic, kind    string
	device, client event.MAC
	time           int64
	timeless       bool
}

func identify(e *event.Event) identity {
	return identity{topic: e.Topic, kind: e.Type, device: e.DeviceMAC, client: e.ClientMAC, time: millis(e.Time), timeless: timeless(e)}
}

// same reports whether e is the happening of identity i. Names that were learned
// in between may have given one of them its device.
func (i identity) same(e *event.Event) bool {
	o := identify(e)
	if i.kind != o.kind {
		return false
	}
	if e.FingerprintIsID {
		return true
	}
	if !i.timeless || !o.timeless {
		const second = 1000
		// Reported once with a fraction of the second, and once without.
		rounded := e.GroupFingerprint != 0 && i.time/second == o.time/second && (i.time%second == 0 || o.time%second == 0)
		if i.time != o.time && !rounded {
			return false
		}
	}
	return (e.GroupFingerprint != 0 || i.topic == o.topic) && i.client == o.client &&
		(i.device == o.device || i.device == "" || o.device == "")
}

func (k *claims) prepare(c *sqlite.Conn) (err error) {
	k.fresh = map[int64]identity{}
	if k.find, err = c.Prepare("SELECT slot, fingerprint, event_id FROM fingerprints WHERE slot BETWEEN ? AND ? ORDER BY slot"); err != nil {
		return err
	}
	if k.insert, err = c.Prepare("INSERT OR IGNORE INTO fingerprints(slot, fingerprint, event_id) VALUES(?, ?, ?)"); err != nil {
		return err
	}
	k.event, err = c.Prepare("SELECT topic, type, time, received, device_mac, client_mac FROM events WHERE id = ?")
	return err
}

// claim implements Tx.Claim.
func (k *claims) claim(e *event.Event) (known int64, err error) {
	or := e.Fingerprint
	if e.Fingerprint == e.GroupFingerprint { // a report with details is of the same happening
		or = detailedFingerprint(e.GroupFingerprint)
	}
	known, free, err := k.search(e, e.Fingerprint, or)
	if known != 0 || err != nil {
		return known, err
	}
	if e.GroupFingerprint != 0 && e.GroupFingerprint != e.Fingerprint {
		return k.claimDetailed(e, free)
	}
	k.fresh[e.ID] = identify(e)
	return 0, k.insertAll(e, free, e.Fingerprint, e.ID)
}

// claimDetailed claims an event with details that has no match. The happening may
// be known without details: then the event is a report of it, unless another event
// with details is that already.
func (k *claims) claimDetailed(e *event.Event, free [3]int64) (known int64, err error) {
	bare, _, err := k.search(e, e.GroupFingerprint, e.GroupFingerprint)
	if err != nil {
		return 0, err
	}
	more, room, err := k.search(e, detailedFingerprint(e.GroupFingerprint), detailedFingerprint(e.GroupFingerprint))
	if err != nil {
		return 0, err
	}
	id := e.ID
	if bare != 0 && more == 0 {
		known, id = bare, bare
	} else {
		k.fresh[e.ID] = identify(e)
	}
	if err := k.insertAll(e, free, e.Fingerprint, id); err != nil || more != 0 {
		return known, err
	}
	return known, k.insertAll(e, room, detailedFingerprint(e.GroupFingerprint), id)
}

// search looks for a fingerprint of e, or the other beside it. It returns the
// event that has it and is the same, or where there is room.
func (k *claims) search(e *event.Event, hash, or uint64) (known int64, free [3]int64, err error) {
	at, n, _ := slots(e, hash)
	for i, slot := range at[:n] {
		if known, free[i], err = k.look(slot, e, hash, or); known != 0 || err != nil {
			return known, free, err
		}
	}
	return 0, free, nil
}

// insertAll stores a fingerprint of e for an event where there is room: another
// fingerprint of e may have taken the slot by chance.
func (k *claims) insertAll(e *event.Event, free [3]int64, hash uint64, id int64) error {
	_, _, booked := slots(e, hash)
	for i, slot := range free[:booked] {
		if slot < 0 || i > 0 && slot == free[0] {
			continue // crowded out: an unlikely copy of it will count as new
		}
		k.insert.BindInt64(1, slot)
		k.insert.BindInt64(2, int64(hash))
		k.insert.BindInt64(3, id)
		if err := run(k.insert); err != nil {
			return err
		}
	}
	return nil
}

// look examines the slots at and behind it. It returns the event that has one of
// the fingerprints and is the same as e, or the first free slot, -1 when there is
// none.
func (k *claims) look(at int64, e *event.Event, hash, or uint64) (known, free int64, err error) {
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
		if has := uint64(k.find.ColumnInt64(1)); has == hash || has == or {
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
		return have.same(e), nil
	}
	k.event.BindInt64(1, id)
	row, err := k.event.Step()
	if err != nil {
		return false, err
	}
	if !row {
		return false, k.event.Reset()
	}
	r := columns{st: k.event}
	was := event.Event{
		Topic: r.text(), Type: r.text(), Time: r.time(), Received: r.time(),
		DeviceMAC: event.MAC(r.text()), ClientMAC: event.MAC(r.text()),
	}
	return identify(&was).same(e), k.event.Reset()
}
