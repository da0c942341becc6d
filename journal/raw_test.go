package journal

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"foghorn/journal/event"
	"foghorn/journal/query"
)

// The element of an event is read back from its record, whether that is a
// delivery or what a poll found.
func TestRawOfADeliveryAndOfAnObservation(t *testing.T) {
	now := time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
	element := `{"id":"a1","type":"rogue_ap","timestamp":1772359200}`
	body := []byte(`{"topic":"alarms","events":[{"id":"a0","timestamp":1772359100},` + element + `]}`)
	poll, err1 := event.ObservationRecord(event.Observation{Received: now, Source: "acme", Via: event.ViaPoll, Topic: "alarms", Events: 2, Body: body})
	act, err2 := event.ActivityRecord(event.Activity{Time: now, Action: event.ActionNote, Target: "alert:1"})
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	j := journalOf(t, now, delivered(t, now, "alarms", body), poll, act)
	for seq := int64(1); seq <= 2; seq++ {
		if raw, err := j.Raw(t.Context(), event.ID(seq, 1)); err != nil || string(raw) != element {
			t.Errorf("record %d: %s, %v", seq, raw, err)
		}
	}
	for _, id := range []int64{event.ID(3, 0), event.ID(4, 0), event.ID(2, 7), 0} {
		if raw, err := j.Raw(t.Context(), id); err == nil {
			t.Errorf("event %d that is none has %s", id, raw)
		}
	}
}

// crowd is a delivery of n client events.
func crowd(n int) []byte {
	var b bytes.Buffer
	b.WriteString(`{"topic":"client-info","events":[`)
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"hostname":"h%d","ip":"10.0.0.7","mac":"%012x","org_id":"o","site_id":"s","timestamp":1763900000}`, i, i+1)
	}
	b.WriteString(`]}`)
	return b.Bytes()
}

// However many events a delivery has, listing them with their elements decodes
// it once.
func TestListingRawDecodesEachDeliveryOnce(t *testing.T) {
	const each, deliveries = 1500, 3
	now := time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
	var records []event.Record
	for i := range deliveries {
		at := now.Add(time.Duration(i) * time.Second)
		records = append(records, delivered(t, at, "client-info", bytes.ReplaceAll(crowd(each), []byte("10.0.0.7"), fmt.Appendf(nil, "10.0.0.%d", i))))
	}
	j := journalOf(t, now, records...)
	n := 0
	for page := (query.Page{Now: now, Limit: 1000}); ; {
		events, err := j.Events(t.Context(), page)
		if err != nil {
			t.Fatal(err)
		}
		for _, ev := range events {
			n++
			if raw, err := j.Raw(t.Context(), ev.ID); err != nil || !strings.Contains(string(raw), `"`+string(ev.ClientMAC)+`"`) {
				t.Fatalf("event %d of client %s has %s, %v", ev.ID, ev.ClientMAC, raw, err)
			}
		}
		if len(events) < page.Limit {
			break
		}
		page.Before = events[len(events)-1].ID
	}
	if n != each*deliveries {
		t.Fatalf("%d events", n)
	}
	if j.raw.decoded != deliveries {
		t.Errorf("%d deliveries were decoded %d times", deliveries, j.raw.decoded)
	}
}

func BenchmarkRawOfOneLargeDelivery(b *testing.B) {
	const n = 50_000
	now := time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
	j := journalOf(b, now, delivered(b, now, "client-info", crowd(n)))
	for b.Loop() {
		for place := range n {
			if _, err := j.Raw(b.Context(), event.ID(1, n-1-place)); err != nil {
				b.Fatal(err)
			}
		}
		j.raw.seq = 0
	}
	b.ReportMetric(float64(b.N)*n/b.Elapsed().Seconds(), "events/s")
}
