package event

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// ErrNotFound means that the journal has no such row: it never had it, or
// retention removed it. Any other error of a look-up says nothing about the row.
var ErrNotFound = errors.New("not found; retention may have removed it")

// RecordKind says what a record of the log holds.
type RecordKind uint8

// The kinds. Refusal is a delivery that was turned away: it has a bounded
// allowance of its own, so that a stranger cannot push out what was accepted.
const (
	RecordDelivery    RecordKind = 1
	RecordRefusal     RecordKind = 2
	RecordObservation RecordKind = 3
	RecordActivity    RecordKind = 4
)

// Record is one entry of the log, the only truth. Head is JSON (a Delivery
// without its body, or an Activity); Body is the exact bytes that came, if any.
type Record struct {
	Seq   int64 // given by the log on append; grows by arrival, never reused
	Kind  RecordKind
	Group string // retention group: a topic, "refused" or "activity"
	At    time.Time
	Head  []byte
	Body  []byte
	// Sum is the checksum that the log keeps with it; 0 before it was appended,
	// and of records that were written before there were checksums.
	Sum int64
	// Damage says why the record cannot be used, when it is not what was
	// written. It may then stand for all the records from First to Seq.
	Damage string
	First  int64
}

// DeliveryRecord packs a delivery for the log.
func DeliveryRecord(d Delivery) (Record, error) {
	head, err := json.Marshal(&d)
	if err != nil {
		return Record{}, fmt.Errorf("encode delivery: %w", err)
	}
	r := Record{Kind: RecordDelivery, Group: d.Topic, At: d.Received, Head: head, Body: d.Body}
	if !d.Verdict.Accepted() {
		r.Kind, r.Group = RecordRefusal, "refused"
	}
	return r, nil
}

// Delivery unpacks a delivery or refusal; ID, Received and Body come from the
// record itself, so that the log stays the only authority on them.
func (r Record) Delivery() (Delivery, error) {
	var d Delivery
	if r.Kind != RecordDelivery && r.Kind != RecordRefusal {
		return d, fmt.Errorf("record %d is not a delivery (kind %d)", r.Seq, r.Kind)
	}
	if err := json.Unmarshal(r.Head, &d); err != nil {
		return d, fmt.Errorf("decode delivery %d: %w", r.Seq, err)
	}
	d.ID, d.Received, d.Body = r.Seq, r.At, r.Body
	return d, nil
}

// ActivityRecord packs an activity for the log.
func ActivityRecord(a Activity) (Record, error) {
	head, err := json.Marshal(&a)
	if err != nil {
		return Record{}, fmt.Errorf("encode activity: %w", err)
	}
	return Record{Kind: RecordActivity, Group: "activity", At: a.Time, Head: head}, nil
}

// Activity unpacks an activity.
func (r Record) Activity() (Activity, error) {
	var a Activity
	if r.Kind != RecordActivity {
		return a, fmt.Errorf("record %d is not an activity (kind %d)", r.Seq, r.Kind)
	}
	if err := json.Unmarshal(r.Head, &a); err != nil {
		return a, fmt.Errorf("decode activity %d: %w", r.Seq, err)
	}
	a.ID, a.Time = r.Seq, r.At
	return a, nil
}
