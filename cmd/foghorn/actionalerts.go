package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"foghorn/actions"
	"foghorn/internal/safetext"
	"foghorn/journal"
	"foghorn/journal/event"
)

// alertRun is an action on alerts that were checked.
type alertRun struct {
	d       *actions.Descriptor
	targets []actions.Target
	args    actions.Args
	items   []actions.Item
}

// printSkipped prints the alerts that need nothing, and returns the rest. An error means
// that nothing may be done at all: another person's alert stops the command if its id
// was typed, and is left out if a query found it.
func (e *env) printSkipped(ctx context.Context, j *journal.Journal, r *alertRun, found bool) ([]actions.Item, error) {
	var todo []actions.Item
	var others []error
	idle := 0
	for _, i := range r.items {
		switch {
		case i.Missing():
			id, _ := event.AlertIDOf(i.Target.String())
			return nil, explainMissing(ctx, j, "alert", id, event.ErrNotFound)
		case i.Owner != "" && r.args["take-over"] != "true" && found:
			idle++
			fmt.Fprintln(e.stderr, "foghorn: "+ownedBy(r.d, &i))
		case i.Owner != "" && r.args["take-over"] != "true":
			others = append(others, errors.New(ownedBy(r.d, &i)))
		case i.Skip == "":
			todo = append(todo, i)
		default:
			line := strings.ReplaceAll(i.Skip, "{}", i.Target.Short()) + ": " + safetext.Line(i.Label)
			if i.Mine() {
				fmt.Fprintln(e.stdout, line)
				continue
			}
			idle++
			fmt.Fprintln(e.stderr, "foghorn: "+line)
		}
	}
	if len(others) > 0 {
		return nil, errors.Join(others...)
	}
	if len(todo) == 0 && idle > 0 {
		return nil, &exitError{code: exitProblem}
	}
	return todo, nil
}

// runOnAlerts takes the action from a process that is not the collector, and sends
// to Mist what is for it.
func (e *env) runOnAlerts(ctx context.Context, s *settings, j *journal.Journal, r *alertRun) error {
	var asked, results []event.Activity
	err := s.act(ctx, j, func(a *actions.Actions) error {
		for step, err := range a.Run(ctx, s.operator(), r.d.Name, r.targets, r.args) {
			if err != nil {
				return err
			}
			if step.Activity.ID != 0 {
				asked = append(asked, step.Activity)
			}
		}
		sendCtx, cancel := context.WithTimeout(ctx, sendLimit)
		defer cancel()
		results = a.Flush(sendCtx)
		return nil
	})
	if err != nil {
		return err
	}
	var ids []int64
	for _, a := range asked {
		ids = append(ids, a.ID)
	}
	carried, err := j.ActivitiesByID(ctx, ids...)
	if err != nil {
		return err
	}
	return errors.Join(r.print(e, asked, carried), e.printResults(results))
}

// print says what became of each activity, as it was carried out; of those that
// the view does not show yet, what was asked for.
func (r *alertRun) print(e *env, asked, carried []event.Activity) error {
	failed := false
	for _, a := range asked {
		past := r.past(a.Action)
		id, title := shortTarget(a.Target), r.title(a.Target)
		i := slices.IndexFunc(carried, func(c event.Activity) bool { return c.ID == a.ID })
		if i >= 0 && carried[i].Became == nil {
			failed = true
			fmt.Fprintf(e.stderr, "foghorn: %s not %s, %s: %s\n", id, past, safetext.Line(carried[i].Result), title)
			continue
		}
		if i >= 0 {
			if from := carried[i].TakenFrom(); from != "" && a.Action == event.ActionAck {
				past += ", taken over from " + safetext.Line(from)
			} else if from != "" {
				past += ", " + safetext.Line(from) + " had it"
			}
		}
		fmt.Fprintf(e.stdout, "%s %s: %s\n", id, past, title)
	}
	if failed {
		return &exitError{code: exitProblem}
	}
	return nil
}

// past is what was done: an ack of an alert that ended meanwhile is a note on it.
func (r *alertRun) past(action string) string {
	if d, err := actions.Find(action); err == nil && d.Command != nil {
		return d.Command.Past
	}
	return r.d.Command.Past
}

// shortTarget names the alert of an activity by its short id.
func shortTarget(target string) string {
	if id, ok := event.AlertIDOf(target); ok {
		return event.ShortID(id)
	}
	return target
}

func (r *alertRun) title(target string) string {
	for _, i := range r.items {
		if i.Target.String() == target {
			return safetext.Line(i.Label)
		}
	}
	return ""
}

// printSteps prints the steps of an action as they come, and fails with the last
// one.
func (e *env) printSteps(steps iter.Seq2[actions.Step, error], format string) error {
	failed := false
	for step, err := range steps {
		switch {
		case err != nil:
			return cloudError(err)
		case step.State == actions.Progress:
			failed = step.Check.State == event.HopFailed
			printHop(e, step.Check, format)
		case errors.Is(step.Err, actions.ErrNotArrived), step.Err == nil && failed:
			return &exitError{code: exitProblem} // the steps said why
		case step.Err != nil:
			return cloudError(step.Err)
		}
	}
	return nil
}

// printResults says what did not reach Mist. What Mist refused fails the command,
// because it was undone; what is pending does not.
func (e *env) printResults(results []event.Activity) error {
	for _, n := range noticesOf(results) {
		fmt.Fprintln(e.stderr, "foghorn: "+safetext.Line(n.Text))
	}
	for _, r := range results {
		if r.Sync.State == event.SyncFailed || r.Sync.State == event.SyncLocal {
			return &exitError{code: exitProblem}
		}
	}
	return nil
}
