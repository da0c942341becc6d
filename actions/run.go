package actions

import (
	"context"
	"fmt"
	"iter"
	"time"

	"foghorn/journal"
	"foghorn/journal/event"
)

// StepState is what became of a target.
type StepState string

// The states of a step.
const (
	Progress StepState = "progress" // Check says what was just passed; more steps follow
	Done     StepState = "done"
	Skipped  StepState = "skipped" // there was nothing to do
	Failed   StepState = "failed"
)

// Step is the outcome of an action for one target, or its progress.
type Step struct {
	Target  Target
	State   StepState
	Text    string // why it was skipped or failed; what was done, where Done does not say it
	Err     error  // why it failed
	Job     int64  // does the rest, or follows it; 0 for none
	Pending bool   // in the log, but the view does not show it yet
	// Activity is as it was carried out, or as it was asked for while pending. Its
	// id is 0 when nothing was written.
	Activity event.Activity
	Check    event.CheckStep
}

// Item is a target as Check found it.
type Item struct {
	Target Target
	Label  string // alert title, device name; text from outside
	Skip   string // why there is nothing to do; {} stands for the target
	Warn   string // what to know before it is done
	// Owner has acknowledged the alert, and would lose it.
	Owner   string
	Since   time.Time
	Alert   *event.Alert
	Device  *event.Device
	Webhook *event.Webhook
	Impact  *journal.Impact // what a disruption hits now; nil for none
	Err     error           // why it cannot be done at all

	action  string // of the activity, where it is not the descriptor's
	missing bool
	mine    bool
}

// Missing reports whether the target is not in the journal.
func (i *Item) Missing() bool { return i.missing }

// Mine reports whether there is nothing to do because the operator has it already.
func (i *Item) Mine() bool { return i.mine }

// call is one use of an action.
type call struct {
	*Actions
	d    *Descriptor
	by   Operator
	args Args
	now  time.Time
}

// activity starts the activity of a target.
func (c *call) activity(action string, t Target) event.Activity {
	return event.Activity{Time: c.opt.Clock.Now(), Actor: c.by.Person, Via: c.by.Via, Action: action, Target: t.String()}
}

// RoleError refuses an action that a person may not take.
type RoleError struct {
	Action   string
	Have     Role
	Required Role
}

func (e *RoleError) Error() string {
	return fmt.Sprintf("%s needs the role %s; you have %s", e.Action, e.Required, e.Have)
}

// begin admits a call: it knows the action, may write, and the operator has the
// role.
func (a *Actions) begin(by Operator, action string, args Args) (*call, error) {
	d, err := Find(action)
	switch {
	case err != nil:
		return nil, err
	case a.opt.ReadOnly && d.Role > RoleViewer:
		return nil, ErrReadOnly
	case by.Role < d.Role:
		return nil, &RoleError{Action: d.Name, Have: by.Role, Required: d.Role}
	}
	return &call{Actions: a, d: d, by: by, args: args, now: a.opt.Clock.Now()}, d.Validate(args)
}

// Check finds out what Run would do: which targets it would skip, whose alerts it
// would take, what to know before. It changes nothing.
func (a *Actions) Check(ctx context.Context, by Operator, action string, targets []Target, args Args) ([]Item, error) {
	c, err := a.begin(by, action, args)
	if err != nil {
		return nil, err
	}
	return c.d.check(ctx, c, targets)
}

// Run takes an action and yields the outcome of each target. An error ends it:
// nothing was done to the targets that had no step before it. A surface that has to
// ask, or wants to say what will be skipped, calls Check first; Run checks again.
func (a *Actions) Run(ctx context.Context, by Operator, action string, targets []Target, args Args) iter.Seq2[Step, error] {
	return func(yield func(Step, error) bool) {
		c, err := a.begin(by, action, args)
		if err != nil {
			yield(Step{}, err)
			return
		}
		items, err := c.d.check(ctx, c, targets)
		if err != nil {
			yield(Step{}, err)
			return
		}
		todo := make([]Item, 0, len(items))
		for _, i := range items {
			step := Step{Target: i.Target, State: Skipped, Text: i.Skip}
			switch {
			case i.Err != nil:
				step.State, step.Text, step.Err = Failed, i.Err.Error(), i.Err
			case i.Skip == "":
				todo = append(todo, i)
				continue
			}
			if !yield(step, nil) {
				return
			}
		}
		if len(todo) > 0 {
			c.d.run(ctx, c, todo, yield)
		}
	}
}

// CanUndo reports whether an activity can be undone.
func CanUndo(a event.Activity) bool {
	d, err := Find(a.Action)
	return err == nil && d.undo != nil && a.ID != 0 && (d.restorable == nil || d.restorable(&a))
}

// Undo restores what activities of one action changed, as far as nobody has
// changed it since. What was there before is in the journal, not in the caller.
func (a *Actions) Undo(ctx context.Context, by Operator, done []event.Activity) iter.Seq2[Step, error] {
	return func(yield func(Step, error) bool) {
		if len(done) == 0 {
			return
		}
		d, err := Find(done[0].Action)
		if err == nil && d.undo == nil {
			err = fmt.Errorf("%s cannot be undone", d.Name)
		}
		if err == nil && a.opt.ReadOnly {
			err = ErrReadOnly
		}
		if err == nil && by.Role < d.Role {
			err = &RoleError{Action: "undo of " + d.Name, Have: by.Role, Required: d.Role}
		}
		if err != nil {
			yield(Step{}, err)
			return
		}
		d.undo(ctx, &call{Actions: a, d: d, by: by, now: a.opt.Clock.Now()}, done, yield)
	}
}

// appendAll appends activities, waits until the view shows them, and yields what
// came of each.
func (c *call) appendAll(ctx context.Context, targets []Target, acts []event.Activity, yield func(Step, error) bool) {
	var at []Target
	var todo []event.Activity
	var repeats []Step
	for i, again := range c.claim(acts) {
		if again {
			repeats = append(repeats, Step{Target: targets[i], State: Skipped, Text: "{} was just " + c.d.Done})
			continue
		}
		at, todo = append(at, targets[i]), append(todo, acts[i])
	}
	if len(todo) > 0 && !c.appendNew(ctx, at, todo, yield) {
		return
	}
	for _, step := range repeats {
		if !yield(step, nil) {
			return
		}
	}
}

// appendNew is appendAll for activities that repeat none. It reports whether more
// steps are wanted.
func (c *call) appendNew(ctx context.Context, targets []Target, acts []event.Activity, yield func(Step, error) bool) bool {
	ids, err := c.Append(ctx, acts...)
	c.claimed(acts, ids)
	if err != nil {
		yield(Step{}, err)
		return false
	}
	shown := map[int64]event.Activity{}
	carried, all := c.Await(ctx, ids...)
	if all {
		for _, a := range carried {
			shown[a.ID] = a
		}
	}
	for i, id := range ids {
		step := Step{Target: targets[i], State: Done, Activity: acts[i], Pending: !all}
		step.Activity.ID = id
		if a, ok := shown[id]; ok {
			step.Activity = a
			if failed(&a) {
				step.State, step.Text = Skipped, a.Result
			}
		}
		if !yield(step, nil) {
			return false
		}
	}
	return true
}

// failed reports whether the view says that an activity changed nothing.
func failed(a *event.Activity) bool {
	if _, alert := event.AlertIDOf(a.Target); alert {
		return a.Became == nil
	}
	return a.Result != "" && a.Result != "ok"
}
