package actions

import (
	"context"
	"slices"
	"time"

	"foghorn/journal/event"
)

// job is one ack, unack or undo of one on its way to Mist.
type job struct {
	act   event.Activity
	alarm string // Mist's id
	index int    // among the activities of one call
}

// request is the call that an activity needs: jobs with equal requests share one.
type request struct{ source, action, note string }

// request returns the call for the activity. An undo sends the alert's state after
// it, with the note only if the undone activity had changed the note in Mist.
func (j job) request() request {
	act := j.act
	if act.Action != event.ActionUndo {
		return request{act.Source, act.Action, act.Reason}
	}
	if act.Became == nil || act.Became.AckedAt == nil {
		return request{act.Source, event.ActionUnack, ""}
	}
	note := ""
	if act.Was != nil && act.Was.Note != act.Became.Note {
		note = act.Became.Note
	}
	return request{act.Source, event.ActionAck, note}
}

// Mist takes at most this many alarms in a call, and has this long to answer.
const (
	maxBatch  = 1000
	callLimit = 30 * time.Second
)

// enqueue leaves jobs to Send. Those that do not fit stay in the journal as
// sending, where the collector finds them.
func (a *Actions) enqueue(jobs []job) {
	a.mu.Lock()
	room := max(0, maxQueue-len(a.queue))
	for _, j := range jobs[:min(room, len(jobs))] {
		a.queue = append(a.queue, j)
		a.inFlight[j.act.ID] = true
	}
	a.mu.Unlock()
	if len(jobs) > room {
		a.opt.Logger.Warn("the send queue is full; the collector sends the rest", "left", len(jobs)-room)
	}
	a.wake.Notify()
}

// Send sends queued acks to Mist until ctx ends. The collector sends what is left.
func (a *Actions) Send(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-a.wake:
			a.Flush(ctx)
		}
	}
}

// Flush sends everything queued and returns the outcomes, for a command that ends
// afterwards.
func (a *Actions) Flush(ctx context.Context) []event.Activity {
	a.running.Lock()
	defer a.running.Unlock()
	a.mu.Lock()
	jobs := a.queue
	a.queue = nil
	a.mu.Unlock()
	defer a.clearInFlight(jobs)
	jobs = a.withUndos(ctx, jobs)

	var out []event.Activity
	unreachable := map[string]outcome{} // sources that just failed
	for _, b := range batches(jobs) {
		answers := []answer{{b.jobs, unreachable[b.source]}}
		if !unreachable[b.source].retry {
			answers = a.callInParts(ctx, b)
		}
		for _, n := range answers {
			if n.outcome.retry {
				unreachable[b.source] = n.outcome
			}
			out = append(out, a.record(ctx, n.jobs, n.outcome)...)
		}
	}
	if a.opt.OnResult != nil && len(out) > 0 {
		a.opt.OnResult(out)
	}
	return out
}

// withUndos waits until the view shows the undos among the jobs: only then is
// known what they restored, which is nothing if somebody was faster. An undo that
// the view does not show in time is left to the collector.
func (a *Actions) withUndos(ctx context.Context, jobs []job) []job {
	var ids []int64
	for _, j := range jobs {
		if j.act.Action == event.ActionUndo {
			ids = append(ids, j.act.ID)
		}
	}
	if len(ids) == 0 {
		return jobs
	}
	done := map[int64]event.Activity{}
	acts, _ := a.Await(ctx, ids...)
	for _, act := range acts {
		done[act.ID] = act
	}
	out := make([]job, 0, len(jobs))
	for _, j := range jobs {
		if j.act.Action == event.ActionUndo {
			if j.act = done[j.act.ID]; j.act.Sync.State != event.SyncSending {
				continue
			}
		}
		out = append(out, j)
	}
	return out
}

// appendSending appends an activity that the caller sends to Mist itself, at once.
// Until finish is called the retrier of this process leaves it alone; that of
// another process does for unansweredAfter.
func (a *Actions) appendSending(ctx context.Context, act *event.Activity) (finish func(), err error) {
	ids, err := a.append(ctx, *act)
	if err != nil {
		return nil, err
	}
	id := ids[0]
	act.ID = id
	a.mu.Lock()
	a.inFlight[id] = true
	a.mu.Unlock()
	return func() { a.clearInFlight([]job{{act: event.Activity{ID: id}}}) }, nil
}

// clearInFlight marks jobs as no longer being sent.
func (a *Actions) clearInFlight(jobs []job) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, j := range jobs {
		delete(a.inFlight, j.act.ID)
	}
}

func (a *Actions) isInFlight(id int64) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.inFlight[id]
}

// batch is one call: the same request for many alarms.
type batch struct {
	request
	jobs []job
}

// batches groups jobs by request and keeps their order per alarm: a second request
// for an alarm closes all groups before it.
func batches(jobs []job) []batch {
	var out []batch
	open, about := map[request]int{}, map[string]request{}
	for _, j := range jobs {
		w := j.request()
		if before, ok := about[j.alarm]; ok && before != w {
			clear(open)
			clear(about)
		}
		about[j.alarm] = w
		i, ok := open[w]
		if !ok || len(out[i].jobs) == maxBatch {
			out = append(out, batch{request: w})
			i = len(out) - 1
			open[w] = i
		}
		out[i].jobs = append(out[i].jobs, j)
	}
	return out
}

// answer is the outcome of some jobs of a batch.
type answer struct {
	jobs    []job
	outcome outcome
}

// callInParts makes the call of a batch. A call that Mist refused because of some of its
// alarms is repeated in halves, so that one alarm that Mist no longer has does not
// undo a thousand acks. When ctx ends, unanswered jobs are not returned.
func (a *Actions) callInParts(ctx context.Context, b batch) []answer {
	var out []answer
	todo := [][]job{b.jobs}
	for calls := 1; len(todo) > 0; calls++ {
		jobs := todo[0]
		todo = todo[1:]
		o := a.call(ctx, b, jobs)
		switch half := len(jobs) / 2; {
		case ctx.Err() != nil:
			return out
		case o.part && half > 0 && calls < maxHalving:
			todo = slices.Insert(todo, 0, jobs[:half], jobs[half:])
		case o.retry:
			// The rest would fail for the same reason.
			return append(out, answer{slices.Concat(append([][]job{jobs}, todo...)...), o})
		default:
			out = append(out, answer{jobs, o})
		}
	}
	return out
}

// maxHalving bounds the calls that a refused batch may take: enough to find one
// alarm among a thousand.
const maxHalving = 24

func (a *Actions) call(ctx context.Context, b batch, jobs []job) outcome {
	c, err := a.cloud(b.source)
	if err != nil {
		return outcome{local: noToken(b.source).Reason, text: err.Error()}
	}
	ids := make([]string, 0, len(jobs))
	for _, j := range jobs {
		ids = append(ids, j.alarm)
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	ctx, cancel := context.WithTimeout(asOperator(ctx), callLimit)
	defer cancel()
	if b.action == event.ActionUnack {
		_, err = c.API.UnackAlarms(ctx, c.OrgID, ids, b.note)
	} else {
		_, err = c.API.AckAlarms(ctx, c.OrgID, ids, b.note)
	}
	return outcomeOf(err)
}

// record appends the outcome of some jobs, and undoes what Mist refused.
func (a *Actions) record(ctx context.Context, jobs []job, o outcome) []event.Activity {
	if len(jobs) == 0 {
		return nil
	}
	var results, acts []event.Activity
	for _, j := range jobs {
		r := a.result(j.act, o.sync(), o.text)
		results = append(results, r)
		acts = append(acts, r)
		if o.refused() {
			acts = append(acts, a.undoRefused(j.act, o))
		}
	}
	if _, err := a.append(ctx, acts...); err != nil && ctx.Err() == nil {
		a.opt.Logger.Warn("record the outcome in Mist", "error", err, "activities", len(jobs))
	}
	return results
}

// undoRefused restores the alert as it was before a refused activity, its note
// too, with the reason.
func (a *Actions) undoRefused(act event.Activity, o outcome) event.Activity {
	return event.Activity{Time: a.opt.Clock.Now(), Actor: mistActor, Action: event.ActionUndo, Target: act.Target, Undoes: act.ID,
		Reason: "Mist refused it", Sync: o.sync()}
}

// mistActor is the person named in undos of what Mist refused.
const mistActor = "mist"
