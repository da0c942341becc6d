package projector

import (
	"context"
	"fmt"
	"maps"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"foghorn/journal/decode"
	"foghorn/journal/event"
	"foghorn/journal/priority"
	"foghorn/journal/store"
)

// writer writes one slice in one transaction.
type writer struct {
	p  *Projector
	tx store.Tx

	events, duplicates, unknown, undecoded, damaged int64

	collect bool   // Committed gets the present record
	commit  Commit // what it will get
}

// apply writes a slice. After an error nothing of it is in the view, or, if the commit
// itself was interrupted, all of it: the position in the view decides, and is read
// again.
func (p *Projector) apply(ctx context.Context, s slice) error {
	w := writer{p: p}
	err := p.opt.View.Update(ctx, func(tx store.Tx) error {
		w = writer{p: p, tx: tx}
		for i := range s.items {
			if err := w.recordSafely(&s.items[i]); err != nil {
				return err
			}
		}
		if err := w.flush(); err != nil {
			return err
		}
		if err := tx.SetSum(s.sum); err != nil {
			return err
		}
		return tx.SetPosition(s.last)
	})
	if err != nil {
		p.dropMemory()
		return fmt.Errorf("project records %d to %d: %w", s.after+1, s.last, err)
	}
	p.position = s.last
	p.updateStats(func(st *Stats) {
		st.Position, st.End = s.last, max(st.End, s.last)
		st.Slices++
		st.Records += int64(len(s.items))
		st.Events += w.events
		st.Duplicates += w.duplicates
		st.Undecoded += w.undecoded
		st.Damaged += w.damaged
	})
	p.clearProblem()
	w.commit.Position = s.last
	p.committed(w.commit)
	return nil
}

// recordSafely writes one record. If its events make triage or the view panic, the
// slice fails and is applied again with only the delivery of that record: one record
// must not hold up all that follow, and it would panic in a rebuild too.
func (w *writer) recordSafely(it *item) (err error) {
	if why, bad := w.p.broken[it.seq]; bad {
		it.decoded.Events, it.decoded.Names, it.damaged = nil, nil, true
		if it.delivery != nil {
			setText(&it.delivery.Cause, why)
		}
	}
	defer func() {
		if cause := recover(); cause != nil {
			w.p.opt.Logger.Error("a record's events broke the projector", "record", it.seq, "panic", cause, "stack", string(debug.Stack()))
			if _, again := w.p.broken[it.seq]; !again {
				w.p.broken[it.seq] = fmt.Sprintf("the events of this delivery could not be projected (a bug of foghorn's): %v", cause)
			}
			err = fmt.Errorf("record %d: panic: %v", it.seq, cause)
		}
	}()
	return w.record(it)
}

func (w *writer) record(it *item) error {
	w.collect = w.p.collects(it.seq)
	if err := w.tick(it.at); err != nil {
		return err
	}
	w.p.nextStep = event.TransitionCursor{Record: it.seq}
	if err := w.derive(it); err != nil {
		return err
	}
	return w.transitions()
}

// tick applies the deadlines that expired before a record. Their steps come after the
// record before it, so that their cursors do not depend on whether the clock or the
// next record applied them.
func (w *writer) tick(now time.Time) error {
	if err := w.p.machine.Tick(now, w.tx); err != nil {
		return err
	}
	return w.transitions()
}

// transitions writes the steps that triage made.
func (w *writer) transitions() error {
	for _, t := range w.p.machine.Transitions() {
		t.Cursor = w.p.nextStep
		w.p.nextStep.Place++
		if err := w.tx.PutTransition(&t); err != nil {
			return err
		}
		if w.collect {
			w.commit.Transitions = append(w.commit.Transitions, t)
		}
	}
	return nil
}

// derive writes what a record says.
func (w *writer) derive(it *item) error {
	if it.damaged {
		w.undecoded++
	}
	if it.skipped > 0 {
		w.damaged += it.skipped
		if err := w.tx.PutDamage(it.seq-it.skipped+1, it.seq); err != nil {
			return err
		}
	}
	switch {
	case it.delivery != nil:
		if err := w.content(it, it.delivery); err != nil {
			return err
		}
		return w.tx.PutDelivery(it.delivery)
	case it.observation != nil:
		return w.content(it, it.observation)
	case it.activity != nil:
		return w.activity(it.activity)
	}
	return nil
}

// content writes the names and events of a delivery or an observation.
func (w *writer) content(it *item, d *event.Delivery) error {
	w.p.names.learn(it.decoded.Names)
	w.unknown += int64(it.decoded.Unknown)
	if w.collect && d.Received.After(w.commit.Received) {
		w.commit.Received = d.Received
	}
	for i := range it.decoded.Events {
		e := &it.decoded.Events[i]
		stored, err := w.event(e, d, it.isReplay)
		switch {
		case err != nil:
			return err
		case !w.collect || !w.p.carries(e):
		case stored:
			w.commit.Events = append(w.commit.Events, *e)
		default:
			w.commit.NotStored = append(w.commit.NotStored, *e)
		}
	}
	return nil
}

// event writes one event, or counts it on the one that it duplicates, and reports
// whether it was stored. Triage and the scores never see a duplicate, and triage
// never sees a replayed event.
func (w *writer) event(e *event.Event, d *event.Delivery, replayed bool) (stored bool, err error) {
	w.p.names.joinDevice(e, d.Remote)
	w.p.names.fill(e)
	ruling := w.p.opt.Priorities.Apply(e)
	ignored := ruling.Level == priority.Ignore
	if ignored && e.Signal == nil {
		ignore(d, ruling.Rule(e))
		return false, nil
	}
	known := int64(0)
	if !replayed {
		known, err = w.knownReport(e)
	}
	if err == nil && known == 0 {
		known, err = w.tx.Claim(e)
	}
	if err != nil {
		return false, err
	}
	if known != 0 {
		d.Duplicates++
		w.duplicates++
		return false, w.tx.AddDuplicate(known)
	}
	if !replayed {
		if err := w.p.machine.Event(e, w.tx); err != nil {
			return false, err
		}
		decode.SetOutage(e)
	}
	if ignored && e.AlertID == 0 { // it ended nothing
		ignore(d, ruling.Rule(e))
		return false, w.tx.Release(e)
	}
	w.events++
	for _, metric := range slices.Sorted(maps.Keys(e.SLE)) {
		score := event.SLEScore{Source: e.Source, SiteID: e.SiteID, Site: e.Site, Metric: metric, Value: e.SLE[metric], Time: e.Time}
		if err := w.tx.PutScore(score); err != nil {
			return false, err
		}
	}
	return true, w.tx.PutEvent(e)
}

// maxRules is how many rules are named on a delivery.
const maxRules = 3

// ignore notes on a delivery that an event of it is not stored, and the rule that says
// so.
func ignore(d *event.Delivery, rule string) {
	d.Ignored++
	var rules []string
	if d.IgnoredBy != "" {
		rules = strings.Split(d.IgnoredBy, ruleBreak)
	}
	if len(rules) < maxRules && !slices.Contains(rules, rule) {
		d.IgnoredBy = strings.Join(append(rules, rule), ruleBreak)
	}
}

const ruleBreak = "; "

// flush writes what is written once per slice, however often it changed in it.
func (w *writer) flush() error {
	changes := w.p.machine.Changes()
	for _, a := range changes.Alerts {
		if err := w.tx.PutAlert(a); err != nil {
			return err
		}
	}
	for _, r := range changes.OrphanResolves {
		if err := w.tx.PutName(orphanName(r)); err != nil {
			return err
		}
	}
	for _, n := range w.p.names.changes() {
		if err := w.tx.PutName(n); err != nil {
			return err
		}
	}
	if w.unknown != 0 || w.undecoded != 0 {
		return w.tx.AddCounts(w.unknown, w.undecoded)
	}
	return nil
}

// settling is how long after its deadline an alert is changed by the clock alone.
// All records that were received before the deadline have to be in the log by then:
// a rebuild applies a deadline before the first record that was received after it,
// and has to come to the same. A request is received when it begins; its body may
// take 20 seconds and its record 5 more.
const settling = 30 * time.Second

// tick applies expired deadlines while no record comes. asOf is a time before the log
// was found to have no more records. tick writes nothing when nothing has expired, so
// an idle view stays untouched.
func (p *Projector) tick(ctx context.Context, asOf time.Time) error {
	at := asOf.Add(-settling)
	if next, ok := p.machine.Next(); !ok || next.After(at) {
		return nil
	}
	var w writer
	err := p.opt.View.Update(ctx, func(tx store.Tx) error {
		w = writer{p: p, tx: tx, collect: p.opt.Committed != nil && p.position >= p.opt.CommittedAfter}
		if err := w.tick(at); err != nil {
			return err
		}
		return w.flush()
	})
	if err != nil {
		p.dropMemory()
		return fmt.Errorf("apply expired deadlines: %w", err)
	}
	if w.collect {
		w.commit.Position = p.position
		p.opt.Committed(w.commit)
	}
	return nil
}
