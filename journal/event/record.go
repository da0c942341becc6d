package event

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"foghorn/internal/mask"
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

// String names the kind in a sentence.
func (k RecordKind) String() string {
	switch k {
	case RecordDelivery:
		return "a delivery"
	case RecordRefusal:
		return "a refused delivery"
	case RecordObservation:
		return "an observation"
	case RecordActivity:
		return "an activity"
	}
	return "a record of kind " + strconv.Itoa(int(k))
}

// KindError says that a record holds something other than what was asked for. There
// is no such row, so it is an ErrNotFound.
type KindError struct {
	Seq        int64
	Kind, Want RecordKind
}

func (e *KindError) Error() string {
	return fmt.Sprintf("record %d is %s and not %s", e.Seq, e.Kind, e.Want)
}

// Is makes the error an ErrNotFound.
func (e *KindError) Is(target error) bool { return target == ErrNotFound }

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
	// written. The record may then represent all records from First to Seq.
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
// record itself, so that the log stays the only authority on them. Secrets that
// Hide found in the body are masked: only r.Body is what its signature is over.
func (r Record) Delivery() (Delivery, error) {
	if r.Kind != RecordDelivery && r.Kind != RecordRefusal {
		return Delivery{}, &KindError{r.Seq, r.Kind, RecordDelivery}
	}
	d, err := r.unpack()
	if err != nil {
		return d, fmt.Errorf("decode delivery %d: %w", r.Seq, err)
	}
	return d, nil
}

// storedHead is the head of a delivery or an observation in the log.
type storedHead struct {
	Delivery
	// Hidden is where the body holds each configured secret, once. Later readers of
	// the log know the secrets only by it: they may be processes without any, and
	// the configuration may have changed.
	Hidden [][2]int `json:"hidden,omitempty"`
}

func (r Record) unpack() (Delivery, error) {
	var h storedHead
	err := json.Unmarshal(r.Head, &h)
	d := h.Delivery
	d.ID, d.Received, d.Body = r.Seq, r.At, r.Body
	if len(h.Hidden) > 0 {
		d.Body, d.Masked = mask.FromBody(r.Body, h.Hidden).Body(r.Body), true
	}
	return d, err
}

// Hide returns the record with the secrets of s masked in its head, and their
// places in the body noted, so that all that is made of it has them masked. The
// body stays byte for byte as it came.
func (r Record) Hide(s *mask.Set) (Record, error) {
	if r.Kind == RecordActivity {
		return r, nil // an operator wrote it
	}
	places := s.Locate(r.Body)
	head := s.Body(r.Head)
	if len(places) > 0 {
		var h storedHead
		err := json.Unmarshal(head, &h)
		if err == nil {
			h.Hidden = places
			head, err = json.Marshal(&h)
		}
		if err != nil {
			return r, fmt.Errorf("mask a record: %w", err)
		}
	}
	r.Head = head
	return r, nil
}

// storedActivity is the head of an activity in the log.
type storedActivity struct {
	Activity
	// EventsPerRecord is MaxEventsPerRecord when the activity was written. Its
	// target can be an alert, whose id is the id of an event, and so depends on it.
	// Activities of older versions do not have it: see CurrentID.
	EventsPerRecord int64 `json:"events_per_record,omitempty"`
	// Cloud stands in heads of older versions in place of Sync: see syncOf.
	Cloud string `json:"cloud,omitempty"`
}

// ActivityRecord packs an activity for the log.
func ActivityRecord(a Activity) (Record, error) {
	head, err := json.Marshal(&storedActivity{Activity: a, EventsPerRecord: MaxEventsPerRecord})
	if err != nil {
		return Record{}, fmt.Errorf("encode activity: %w", err)
	}
	return Record{Kind: RecordActivity, Group: "activity", At: a.Time, Head: head}, nil
}

// Activity unpacks an activity. Its target has the id that the alert has now,
// also when an older version with other event ids wrote it.
func (r Record) Activity() (Activity, error) {
	if r.Kind != RecordActivity {
		return Activity{}, &KindError{r.Seq, r.Kind, RecordActivity}
	}
	var s storedActivity
	if err := json.Unmarshal(r.Head, &s); err != nil {
		return s.Activity, fmt.Errorf("decode activity %d: %w", r.Seq, err)
	}
	s.ID, s.Time = r.Seq, r.At
	if s.Sync == (Sync{}) {
		s.Sync = syncOf(s.Cloud)
	}
	if id, ok := AlertIDOf(s.Target); ok {
		s.Target = targetFrom(s.EventsPerRecord, id)
	}
	return s.Activity, nil
}
