package projector

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"foghorn/journal/decode"
	"foghorn/journal/event"
	"foghorn/journal/store"
)

// slice is a run of records, read and decoded but not written.
type slice struct {
	after int64 // the position it continues from
	last  int64
	sum   int64 // the checksum of the last record
	full  bool  // there may be more records behind it
	items []item
}

// item is one record taken apart. Of a delivery, an observation, an activity and
// a problem alone, one is set.
type item struct {
	seq         int64
	at          time.Time
	delivery    *event.Delivery
	observation *event.Delivery // in the shape of a delivery, which it was not
	activity    *event.Activity
	decoded     decode.Decoded
	damaged     bool  // what it holds could not be made out
	replayed    bool  // it tells of old times only: nothing follows from its events
	lost        int64 // so many records were passed over in its place
}

// prepare reads and decodes the records after a position. It touches nothing of
// the projector's memory, so it may run beside apply.
func (p *Projector) prepare(ctx context.Context, after int64, records int) (slice, error) {
	got, err := p.read(ctx, after, records)
	if err != nil {
		return slice{}, fmt.Errorf("read the log after %d: %w", after, err)
	}
	s := slice{after: after, last: after, items: make([]item, 0, len(got))}
	var bytes int64
	for _, r := range got {
		if ctx.Err() != nil {
			return slice{}, context.Cause(ctx)
		}
		bytes += int64(len(r.Body))
		s.items = append(s.items, p.take(r))
		s.last, s.sum = r.Seq, r.Sum
	}
	// A slice cut by its bytes holds nearly all of them or one large record.
	s.full = len(got) == records || bytes >= p.opt.Bytes/2
	return s, nil
}

// damageTries is how often damaged pages are met, a pause between, before they
// are passed over: SQLite reports a disk that fails for a moment as damage too.
const damageTries = 3

// read reads the records after a position. What stands for pages that stay
// unreadable is one of them.
func (p *Projector) read(ctx context.Context, after int64, records int) ([]event.Record, error) {
	for try := 1; ; try++ {
		got, err := p.opt.Log.Read(ctx, after, records, p.opt.Bytes)
		if !errors.Is(err, store.ErrCorrupt) || ctx.Err() != nil {
			return got, err
		}
		if try < damageTries {
			p.trouble(fmt.Errorf("read the log after %d: %w", after, err))
			p.pause(ctx, firstRetry)
			continue
		}
		lost, e := p.opt.Log.Damage(ctx, after)
		if errors.Is(e, store.ErrNotFound) {
			return nil, err // it was for a moment after all: this is tried again
		}
		return []event.Record{lost}, e
	}
}

// passOver puts a delivery in the place of records that cannot be used, for
// people to find; nothing else of them is derived.
func (p *Projector) passOver(it *item, r event.Record) {
	p.opt.Logger.Error("the journal is damaged; foghorn skips the damaged records and goes on", "record", r.Seq, "records", r.Seq-r.First+1, "err", r.Damage)
	it.damaged, it.lost = true, r.Seq-r.First+1
	it.delivery = &event.Delivery{ID: r.Seq, Received: r.At, Size: int64(len(r.Body)), Verdict: event.Malformed, Cause: r.Damage}
}

// take takes one record apart.
func (p *Projector) take(r event.Record) item {
	it := item{seq: r.Seq, at: r.At}
	if r.Damage != "" {
		p.passOver(&it, r)
		return it
	}
	switch r.Kind {
	case event.RecordDelivery, event.RecordRefusal:
		p.takeDelivery(&it, r)
	case event.RecordObservation:
		p.takeObservation(&it, r)
	case event.RecordActivity:
		a, err := r.Activity()
		if err != nil {
			p.opt.Logger.Error("an activity in the log is damaged", "record", r.Seq, "err", err)
			it.damaged = true
			a = event.Activity{ID: r.Seq, Time: r.At, Action: "unreadable", Result: "the record is damaged: " + err.Error()}
		}
		it.activity = &a
	default:
		p.opt.Logger.Warn("a record in the log is of a kind this foghorn does not know", "record", r.Seq, "kind", r.Kind)
		it.damaged = true
	}
	return it
}

func (p *Projector) takeDelivery(it *item, r event.Record) {
	d, err := r.Delivery()
	if err != nil {
		p.opt.Logger.Error("a delivery in the log is damaged", "record", r.Seq, "err", err)
		it.damaged = true
		it.delivery = &event.Delivery{
			ID: r.Seq, Received: r.At, Size: int64(len(r.Body)), Verdict: event.Malformed,
			Cause: "the record is damaged: " + err.Error(),
		}
		return
	}
	it.delivery = &d
	d.Duplicates = 0 // counted here and nowhere else
	if r.Kind == event.RecordDelivery && d.Verdict.Accepted() {
		it.decoded = p.decode(&d)
		if len(it.decoded.Events) == 0 {
			it.damaged = true
			setText(&d.Cause, it.decoded.Problem)
		} else {
			setText(&d.Warning, it.decoded.Problem)
		}
		if d.Events == 0 {
			d.Events = len(it.decoded.Events)
		}
		if mark := replayed(&d, it.decoded.Events, p.opt.ReplayAfter); mark != "" {
			it.replayed = true
			it.decoded.Names = nil // what things were called then
			if d.Warning != "" {
				mark += "; " + d.Warning
			}
			d.Warning = mark
		}
	}
	d.Body = nil // the view keeps none, and a slice should not hold it any longer
}

// takeObservation takes apart what a poll or a stream found out. Its events are
// of no delivery; one that brings nothing but names is as it should be.
func (p *Projector) takeObservation(it *item, r event.Record) {
	d, err := r.Observation()
	if err != nil {
		p.opt.Logger.Error("an observation in the log is damaged", "record", r.Seq, "err", err)
		it.damaged = true
		return
	}
	it.observation = &d
	it.decoded = p.decode(&d)
	for i := range it.decoded.Events {
		it.decoded.Events[i].DeliveryID = 0
	}
	if len(it.decoded.Events)+len(it.decoded.Names) == 0 {
		it.damaged = true
	}
	if it.decoded.Problem != "" {
		p.opt.Logger.Warn("an observation in the log was not read whole", "record", r.Seq, "topic", d.Topic, "problem", it.decoded.Problem)
	}
	d.Body = nil
}

// decode runs the decoder and takes a panic of its as one more broken body. So
// it does ids that are not the record's own or do not grow: the view would
// refuse them, and the whole slice with them.
func (p *Projector) decode(d *event.Delivery) (out decode.Decoded) {
	defer func() {
		if cause := recover(); cause != nil {
			p.opt.Logger.Error("the decoder panicked", "record", d.ID, "topic", d.Topic, "panic", cause, "stack", string(debug.Stack()))
			out = decode.Decoded{Problem: fmt.Sprintf("the decoder broke on this body (a bug of foghorn's): %v", cause)}
		}
	}()
	out = p.opt.Decode(d)
	before := event.ID(d.ID, 0) - 1
	for i := range out.Events {
		id := out.Events[i].ID
		if seq, _ := event.SplitID(id); seq != d.ID || id <= before {
			p.opt.Logger.Error("the decoder gave an event a wrong id", "record", d.ID, "topic", d.Topic, "id", id)
			return decode.Decoded{Problem: fmt.Sprintf("the decoder gave an event the id %d, which is not its own (a bug of foghorn's)", id)}
		}
		before = id
	}
	return out
}

func setText(to *string, v string) {
	if *to == "" {
		*to = v
	}
}
