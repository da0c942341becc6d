package actions

import (
	"context"
	"slices"
	"time"

	"foghorn/journal/event"
)

// job is one ack, unack or undo of one on its way to the cloud.
type job struct {
	act   event.Activity
	alarm string // Mist's id
	index int    // among the activities of one call
}

// wish is what Mist is told of an activity.
type wish struct{ source, action, note string }

// wish says what Mist is told. Of an undo that is how the alert stands after it,
// with the note only if the undone activity had given Mist another one.
func (j job) wish() wish {
	act := j.act
	if act.Action != event.ActionUndo {
		return wish{act.Source, act.Action, act.Reason}
	}
	if act.Became == nil || act.Became.AckedAt == nil {
		return wish{act.Source, event.ActionUnack, ""}
	}
	note := ""
	if act.Was != nil && act.Was.Note != act.Became.Note {
		note = act.Became.Note
	}
	return wish{act.Source, event.ActionAck, note}
}

// Mist takes at most this many alarms in a call, and has this long to answer.
const (
	maxBatch  = 1000
	callLimit = 30 * time.Second
)

// enqueue leaves jobs to Run. What does not fit stays in the journal as being
// sent, where the collector finds it.
func (a *Actions) enqueue(jobs []job) {
	a.mu.Lock()
	room := max(0, maxQueue-len(a.queue))
	for _, j := range jobs[:min(room, len(jobs))] {
		a.queue = append(a.queue, j)
		a.flying[j.act.ID] = true
	}
	a.mu.Unlock()
	if len(jobs) > room {
		a.opt.Logger.Warn("more acks than this process sends at once; the collector sends the rest", "left", len(jobs)-room)
	}
	a.wake.Notify()
}

// Run tells the cloud what Do appended, until ctx ends. What is not told by then
// is the collector's.
func (a *Actions) Run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-a.wake:
			a.Flush(ctx)
		}
	}
}

// Flush tells the cloud everything that waits and returns the results, for a
// command that ends afterwards.
func (a *Actions) Flush(ctx context.Context) []event.Activity {
	a.running.Lock()
	defer a.running.Unlock()
	a.mu.Lock()
	jobs := a.queue
	a.queue = nil
	a.mu.Unlock()
	defer a.landed(jobs)
	jobs = a.settled(ctx, jobs)

	var out []event.Activity
	away := map[string]outcome{} // sources that could not be reached just now
	for _, b := range batches(jobs) {
		answers := []answer{{b.jobs, away[b.source]}}
		if !away[b.source].retry {
			answers = a.tell(ctx, b)
		}
		for _, n := range answers {
			if n.outcome.retry {
				away[b.source] = n.outcome
			}
			out = append(out, a.record(ctx, n.jobs, n.outcome)...)
		}
	}
	if a.opt.Told != nil && len(out) > 0 {
		a.opt.Told(out)
	}
	return out
}

// settled waits for the view to carry out the undos among the jobs, because only
// then is known what they came to: nothing at all, if somebody was faster. One
// that the view does not show in time is left to the collector.
func (a *Actions) settled(ctx context.Context, jobs []job) []job {
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

// begin appends an activity that this process tells the cloud of itself, at
// once. Until land is called the collector of this process leaves it alone; that
// of another one does for askedFor.
func (a *Actions) begin(ctx context.Context, act *event.Activity) (land func(), err error) {
	ids, err := a.append(ctx, *act)
	if err != nil {
		return nil, err
	}
	id := ids[0]
	act.ID = id
	a.mu.Lock()
	a.flying[id] = true
	a.mu.Unlock()
	return func() { a.landed([]job{{act: event.Activity{ID: id}}}) }, nil
}

// landed forgets that jobs are under way.
func (a *Actions) landed(jobs []job) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, j := range jobs {
		delete(a.flying, j.act.ID)
	}
}

func (a *Actions) isFlying(id int64) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.flying[id]
}

// batch is what one call tells: the same thing about many alarms.
type batch struct {
	wish
	jobs []job
}

// batches groups jobs. What was asked later about an alarm is sent later: a
// second wish about it closes all groups before it.
func batches(jobs []job) []batch {
	var out []batch
	open, about := map[wish]int{}, map[string]wish{}
	for _, j := range jobs {
		w := j.wish()
		if before, ok := about[j.alarm]; ok && before != w {
			clear(open)
			clear(about)
		}
		about[j.alarm] = w
		i, ok := open[w]
		if !ok || len(out[i].jobs) == maxBatch {
			out = append(out, batch{wish: w})
			i = len(out) - 1
			open[w] = i
		}
		out[i].jobs = append(out[i].jobs, j)
	}
	return out
}

// answer is how the cloud took some jobs.
type answer struct {
	jobs    []job
	outcome outcome
}

// tell makes the call of a batch and returns what came of it. A call that was
// refused because of some of its alarms is made again in halves, so that one
// alarm that Mist no longer has does not take a thousand acks back. When ctx
// ends, nothing is returned of what was not answered.
func (a *Actions) tell(ctx context.Context, b batch) []answer {
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
			// Nor would the others get through now.
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
	ctx, cancel := context.WithTimeout(spending(ctx), callLimit)
	defer cancel()
	if b.action == event.ActionUnack {
		_, err = c.API.UnackAlarms(ctx, c.OrgID, ids, b.note)
	} else {
		_, err = c.API.AckAlarms(ctx, c.OrgID, ids, b.note)
	}
	return outcomeOf(err)
}

// record appends how the cloud took some jobs, and takes back what it refused.
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
			acts = append(acts, a.takeBack(j.act, o))
		}
	}
	if _, err := a.append(ctx, acts...); err != nil && ctx.Err() == nil {
		a.opt.Logger.Warn("record how the cloud took what was done", "error", err, "activities", len(jobs))
	}
	return results
}

// takeBack undoes here what the cloud refused: the alert is again as it was
// before, its note too, and says why.
func (a *Actions) takeBack(act event.Activity, o outcome) event.Activity {
	return event.Activity{Time: a.opt.Clock.Now(), Actor: cloudActor, Action: event.ActionUndo, Target: act.Target, Undoes: act.ID,
		Reason: "Mist refused it", Sync: o.sync()}
}

// cloudActor is who takes back what the cloud refused.
const cloudActor = "mist"
