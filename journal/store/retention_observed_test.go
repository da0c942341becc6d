package store

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"foghorn/journal/event"
)

// An observation is kept by its topic, and for as long as the alert it opened is
// unresolved; with it go its events, and no delivery is missed.
func TestRetentionOfObservations(t *testing.T) {
	j := newJournal(t)
	see := func(topic string) int64 {
		t.Helper()
		r, err := event.ObservationRecord(event.Observation{Received: j.now, Source: "acme", Via: event.ViaPoll, Topic: topic, Events: 1})
		must(t, err)
		seqs, err := j.log.Append(t.Context(), r)
		must(t, err)
		seq := seqs[0]
		update(t, j.view, func(tx Tx) error {
			e := event.Event{ID: event.ID(seq, 0), Time: j.now, Received: j.now, Topic: topic, Fingerprint: uint64(seq) << 40, Duplicates: 1}
			return errors.Join(tx.PutEvent(&e), tx.SetPosition(seq))
		})
		return seq
	}
	down, gap, names := see("location-status"), see("location-gap"), see(event.TopicInventory)
	j.alert(down, false)
	j.now = j.now.Add(2 * time.Hour)
	last := j.receive("alarms", 10)
	j.trim(limits())
	left := func() (seqs []int64) {
		records, err := j.log.Read(t.Context(), 0, 100, 1e9)
		must(t, err)
		for _, r := range records {
			seqs = append(seqs, r.Seq)
		}
		return seqs
	}
	if seqs := left(); !reflect.DeepEqual(seqs, []int64{down, names, last}) {
		t.Fatalf("left are %v of %d, %d, %d", seqs, down, gap, names)
	}
	j.alert(down, true)
	j.trim(limits())
	st, err := j.view.Status(t.Context())
	if seqs := left(); err != nil || !reflect.DeepEqual(seqs, []int64{names, last}) || st.Counts.Deliveries != 1 || st.Counts.Events != 2 {
		t.Errorf("after the alert was resolved %v are left, %+v, %v", seqs, st.Counts, err)
	}
}
