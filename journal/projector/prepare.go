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

// slice is a run of records that are read and decoded but not written.
type slice struct {
	after int64 // the position it continues from
	last  int64
	sum   int64 // the checksum of the last record
	full  bool  // there may be more records behind it
	items []item
}

// item is one decoded record. Exactly one of delivery, observation and activity is
// set, unless the record cannot be read.
type item struct {
	seq         int64
	at          time.Time
	delivery    *event.Delivery
	observation *event.Delivery // in the shape of a delivery, which it was not
	activity    *event.Activity
	decoded     decode.Decoded
	damaged     bool  // it could not be decoded
	isReplay    bool  // it raises and resolves nothing, see replayWarning
	skipped     int64 // how many damaged records it stands for
}

// prepare reads and decodes the records after a position. It touches nothing of the
// projector's memory, so it may run beside apply.
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
		s.items = append(s.items, p.unpack(r))
		s.last, s.sum = r.Seq, r.Sum
	}
	// A slice cut by its bytes holds nearly all of them or one large record.
	s.full = len(got) == records || bytes >= p.opt.Bytes/2
	return s, nil
}

// damageTries is how often a damaged page is read, with a pause in between, before it
// is skipped: SQLite reports a disk that fails for a moment as damage too.
const damageTries = 3

// read reads the records after a position. Pages that stay unreadable are one record,
// which says so.
func (p *Projector) read(ctx context.Context, after int64, records int) ([]event.Record, error) {
	for try := 1; ; try++ {
		got, err := p.opt.Log.Read(ctx, after, records, p.opt.Bytes)
		if !errors.Is(err, store.ErrCorrupt) || ctx.Err() != nil {
			return got, err
		}
		if try < damageTries {
			p.setProblem(fmt.Errorf("read the log after %d: %w", after, err))
			p.pause(ctx, firstRetry)
			continue
		}
		skipped, e := p.opt.Log.Damage(ctx, after)
		if errors.Is(e, store.ErrNotFound) {
			return nil, err // the page can be read now: the caller tries again
		}
		return []event.Record{skipped}, e
	}
}

// skipDamaged puts a delivery in the place of damaged records, for people to find.
// Nothing else is derived from them.
func (p *Projector) skipDamaged(it *item, r event.Record) {
	p.opt.Logger.Error("the journal is damaged; foghorn skips the damaged records and goes on", "record", r.Seq, "records", r.Seq-r.First+1, "err", r.Damage)
	it.damaged, it.skipped = true, r.Seq-r.First+1
	it.delivery = &event.Delivery{ID: r.Seq, Received: r.At, Size: int64(len(r.Body)), Verdict: event.Malformed, Cause: r.Damage}
}

// unpack decodes one record.
func (p *Projector) unpack(r event.Record) item {
	it := item{seq: r.Seq, at: r.At}
	if r.Damage != "" {
		p.skipDamaged(&it, r)
		return it
	}
	switch r.Kind {
	case event.RecordDelivery, event.RecordRefusal:
		p.unpackDelivery(&it, r)
	case event.RecordObservation:
		p.unpackObservation(&it, r)
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

func (p *Projector) unpackDelivery(it *item, r event.Record) {
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
	d.Duplicates = 0 // the projector alone counts them
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
		if mark := replayWarning(&d, it.decoded.Events, p.opt.ReplayAfter); mark != "" {
			it.isReplay = true
			it.decoded.Names = nil // they may be out of date
			if d.Warning != "" {
				mark += "; " + d.Warning
			}
			d.Warning = mark
		}
	}
	d.Body = nil // the view keeps no bodies, so the slice need not hold it
}

// unpackObservation decodes what a poll or a stream found. Its events belong to no
// delivery. One that brings only names is complete.
func (p *Projector) unpackObservation(it *item, r event.Record) {
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

// decode runs the decoder and treats a panic in it as one more broken body. It does
// the same with ids that are not the record's own or do not grow: the view would
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
