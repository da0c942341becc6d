package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"foghorn/actions"
	"foghorn/internal/safetext"
	"foghorn/journal"
	"foghorn/journal/event"
)

// alertAct is one thing a person does to alerts from the command line.
type alertAct struct {
	activity event.Activity
	past     string // what was done, for the answer
	takeOver bool   // also alerts that somebody else has acknowledged
}

func newAlertsAckCmd(e *env) *cobra.Command {
	act := alertAct{activity: event.Activity{Action: event.ActionAck}, past: "acknowledged"}
	cmd := &cobra.Command{
		Use:   "ack ID...",
		Short: "Acknowledge: this is mine",
		Long: "Acknowledge alerts: they are yours, on every screen and in Mist.\n\n" +
			"An alert that somebody else has acknowledged stays theirs: the command names the owner and changes nothing, unless you give --take-over.",
		Example: `foghorn alerts ack 3450000 3450001 --note "switch is being replaced"
foghorn alerts ack 3450000 --take-over        # even if somebody else has it`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return actOnAlerts(cmd.Context(), e, args, act) },
	}
	cmd.Flags().StringVar(&act.activity.Reason, "note", "", "a `note` to keep with it")
	cmd.Flags().BoolVar(&act.takeOver, "take-over", false, "also take alerts that somebody else has acknowledged")
	return cmd
}

func newAlertsUnackCmd(e *env) *cobra.Command {
	return &cobra.Command{
		Use:     "unack ID...",
		Short:   "Take an acknowledgement back",
		Example: `foghorn alerts unack 3450000`,
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return actOnAlerts(cmd.Context(), e, args, alertAct{activity: event.Activity{Action: event.ActionUnack}, past: "un-acknowledged"})
		},
	}
}

func newAlertsNoteCmd(e *env) *cobra.Command {
	return &cobra.Command{
		Use:     "note ID TEXT",
		Short:   "Put a note on an alert; an empty one clears it",
		Example: `foghorn alerts note 3450000 "vendor case 2026-1123-0815"`,
		Args:    cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return actOnAlerts(cmd.Context(), e, args[:1], alertAct{activity: event.Activity{Action: event.ActionNote, After: args[1]}, past: "noted"})
		},
	}
}

// actOnAlerts checks that every alert is there and may be acted on, appends one
// activity for each, and says what became of them once the view shows it. It
// does nothing at all if one id is wrong or one alert belongs to somebody else.
func actOnAlerts(ctx context.Context, e *env, args []string, act alertAct) error {
	s, err := e.settings()
	if err != nil {
		return err
	}
	if s.readOnly {
		return actions.ErrReadOnly
	}
	var ids []int64
	for _, arg := range args {
		id, err := parseID(arg, "alert")
		if err != nil {
			return err
		}
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	j, err := openForReading(ctx, s)
	if err != nil {
		return err
	}
	defer j.Close()
	act.activity.Actor, act.activity.Time = actor(e.getenv), s.clock.Now()
	acts, titles, err := act.plan(ctx, e, j, ids)
	if err != nil || len(acts) == 0 {
		return err
	}
	carried, results, err := appendActivities(ctx, s, j, acts)
	if err != nil {
		return err
	}
	return errors.Join(act.tell(e, acts, carried, titles), e.tellRefused(results))
}

// plan turns ids into activities, and says where there is nothing to do. An error
// means that nothing may be done at all.
func (act alertAct) plan(ctx context.Context, e *env, j *journal.Journal, ids []int64) (acts []event.Activity, titles map[string]string, err error) {
	titles = map[string]string{}
	var others []error
	idle := 0
	for _, id := range ids {
		alert, err := j.Alert(ctx, id)
		if err != nil {
			return nil, nil, err
		}
		a := act.activity
		a.Target = event.AlertTarget(id)
		titles[a.Target] = safetext.Line(alert.Title)
		switch acked := alert.AckedAt != nil; {
		case a.Action == event.ActionAck && acked && alert.Owner != a.Actor && !act.takeOver:
			others = append(others, fmt.Errorf("%d is acknowledged by %s since %s; --take-over makes it yours",
				id, safetext.Line(alert.Owner), alert.AckedAt.In(time.Local).Format("2006-01-02 15:04:05 MST")))
		case a.Action == event.ActionAck && acked && alert.Owner == a.Actor && a.Reason == "":
			fmt.Fprintf(e.stdout, "%d is already yours: %s\n", id, safetext.Line(alert.Title))
		case a.Action == event.ActionUnack && !acked:
			idle++
			fmt.Fprintf(e.stderr, "foghorn: nobody has acknowledged %d: %s\n", id, safetext.Line(alert.Title))
		default:
			acts = append(acts, a)
		}
	}
	if len(others) > 0 {
		return nil, nil, errors.Join(others...)
	}
	if len(acts) == 0 && idle > 0 {
		return nil, nil, &exitError{code: exitProblem}
	}
	return acts, titles, nil
}

// tell says what became of each activity, as it was carried out; of those that
// the view does not show yet, what was asked for.
func (act alertAct) tell(e *env, acts, carried []event.Activity, titles map[string]string) error {
	failed := false
	for _, a := range acts {
		past := act.past
		i := slices.IndexFunc(carried, func(c event.Activity) bool { return c.Target == a.Target })
		if i >= 0 && carried[i].Became == nil {
			failed = true
			fmt.Fprintf(e.stderr, "foghorn: %s not %s, %s: %s\n", numberOf(a), past, safetext.Line(carried[i].Result), titles[a.Target])
			continue
		}
		if i >= 0 {
			if from := carried[i].TakenFrom(); from != "" && a.Action == event.ActionAck {
				past += ", taken over from " + safetext.Line(from)
			} else if from != "" {
				past += ", " + safetext.Line(from) + " had it"
			}
		}
		fmt.Fprintf(e.stdout, "%s %s: %s\n", numberOf(a), past, titles[a.Target])
	}
	if failed {
		return &exitError{code: exitProblem}
	}
	return nil
}

// numberOf is the alert's id as it was typed.
func numberOf(a event.Activity) string { return strings.TrimPrefix(a.Target, "alert:") }

// tellRefused says what Mist did not take. What it refused for good fails the
// command, because it was taken back; what waits for it does not.
func (e *env) tellRefused(results []event.Activity) error {
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

// appendActivities writes activities from a command that is not the collector,
// and tells Mist what is for it. It needs no secret to acknowledge here. carried
// are the activities as far as the view shows them.
func appendActivities(ctx context.Context, s *settings, j *journal.Journal, acts []event.Activity) (carried, results []event.Activity, err error) {
	var ids []int64
	err = s.act(ctx, j, func(does *actions.Actions) (err error) {
		if ids, err = does.Do(ctx, acts...); err != nil {
			return err
		}
		tellCtx, cancel := context.WithTimeout(ctx, tellLimit)
		defer cancel()
		results = does.Flush(tellCtx)
		return nil
	})
	if err != nil {
		return nil, results, err
	}
	carried, err = j.ActivitiesByID(ctx, ids...)
	return carried, results, err
}
