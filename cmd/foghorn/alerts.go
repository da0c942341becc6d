package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"github.com/spf13/cobra"

	"foghorn/actions"
	"foghorn/event"
	"foghorn/internal/export"
	"foghorn/internal/safetext"
	"foghorn/query"
)

const alertsExample = `foghorn alerts                                   # what is wrong now, worst first
foghorn alerts --all -q 'site:berlin' --since 7d # resolved ones too
foghorn alerts show 345000000                    # one, with its events and who did what
foghorn alerts ack 345000000 --note "on it"      # own it; every screen sees it`

func newAlertsCmd(e *env) *cobra.Command {
	list := &listFlags{}
	all := false
	cmd := &cobra.Command{
		Use:     "alerts",
		Aliases: []string{"alert"},
		Short:   "List alerts, show one, acknowledge, annotate",
		Example: alertsExample,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return listAlerts(cmd.Context(), e, list, all)
		},
	}
	list.add(cmd)
	cmd.Flags().BoolVar(&all, "all", false, "resolved alerts too")
	cmd.AddCommand(
		newAlertsShowCmd(e),
		newAlertsActCmd(e, alertAct{action: event.ActionAck, use: "ack ID...", short: "Acknowledge: this is mine", past: "acknowledged", noteFlag: true,
			example: `foghorn alerts ack 345000000 345000001 --note "switch is being replaced"`}),
		newAlertsActCmd(e, alertAct{action: event.ActionUnack, use: "unack ID...", short: "Take an acknowledgement back", past: "un-acknowledged",
			example: `foghorn alerts unack 345000000`}),
		newAlertsNoteCmd(e),
	)
	return cmd
}

// listAlerts prints the alerts of the query, worst first; resolved ones only
// when they are asked for.
func listAlerts(ctx context.Context, e *env, list *listFlags, all bool) error {
	asked := *list
	if !all {
		asked.narrow = withoutResolved
	}
	// Alerts come in order of need and not of id, so there is no next page to
	// ask for by id: they are read in one go.
	read := func(j *journal, ctx context.Context, p query.Page) ([]event.Alert, error) {
		if p.Before != 0 {
			return nil, nil
		}
		if p.Limit = asked.limit; p.Limit == 0 {
			p.Limit = math.MaxInt32 // none at all would be the page's default
		}
		return j.Alerts(ctx, p)
	}
	return printRows(ctx, e, &asked, read, func(a *event.Alert) int64 { return a.ID }, nil)
}

// withoutResolved leaves resolved alerts out unless the query speaks of them.
func withoutResolved(typed *query.Query) *query.Query {
	if typed.AsksForResolved() {
		return typed
	}
	return query.And(typed, unresolved)
}

var unresolved = ownQuery("!state:resolved")

// ownQuery parses a query of the program's own.
func ownQuery(text string) *query.Query {
	q, err := query.Parse(text)
	if err != nil {
		panic("query " + text + ": " + err.Error())
	}
	return q
}

func newAlertsShowCmd(e *env) *cobra.Command {
	return &cobra.Command{
		Use:     "show ID",
		Short:   "Show one alert with its events and activities as JSON",
		Example: "foghorn alerts show 345000000",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return showOne(cmd.Context(), e, args[0], "alert", alertDetail)
		},
	}
}

// alertDetail is the alert, the events behind it and what people did about it,
// as one JSON object.
func alertDetail(ctx context.Context, j *journal, id int64) ([]byte, error) {
	a, err := j.Alert(ctx, id)
	if err != nil {
		return nil, err
	}
	events, err := j.AlertEvents(ctx, id, pageSize)
	if err != nil {
		return nil, err
	}
	acts, err := j.Activities(ctx, event.AlertTarget(id), pageSize)
	if err != nil {
		return nil, err
	}
	var alert, happened, done bytes.Buffer
	if err := errors.Join(
		export.Write(&alert, export.NDJSON, []event.Alert{a}, export.Options{}),
		export.Write(&happened, export.JSON, events, export.Options{}),
		export.Write(&done, export.JSON, acts, export.Options{}),
	); err != nil {
		return nil, err
	}
	joined := fmt.Appendf(bytes.TrimSuffix(bytes.TrimSpace(alert.Bytes()), []byte("}")), `,"happened":%s,"activities":%s}`,
		happened.Bytes(), done.Bytes())
	var out bytes.Buffer
	err = json.Indent(&out, joined, "", "  ")
	return out.Bytes(), err
}

// alertAct is one thing a person does to alerts from the command line.
type alertAct struct {
	action, use, short, past, example string
	noteFlag                          bool
}

func newAlertsActCmd(e *env, act alertAct) *cobra.Command {
	note := ""
	cmd := &cobra.Command{
		Use:     act.use,
		Short:   act.short,
		Example: act.example,
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return actOnAlerts(cmd.Context(), e, args, act, event.Activity{Action: act.action, Reason: note})
		},
	}
	if act.noteFlag {
		cmd.Flags().StringVar(&note, "note", "", "a `note` to keep with it")
	}
	return cmd
}

func newAlertsNoteCmd(e *env) *cobra.Command {
	return &cobra.Command{
		Use:     "note ID TEXT",
		Short:   "Put a note on an alert; an empty one clears it",
		Example: `foghorn alerts note 345000000 "vendor case 2026-1123-0815"`,
		Args:    cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return actOnAlerts(cmd.Context(), e, args[:1], alertAct{past: "noted"}, event.Activity{Action: event.ActionNote, After: args[1]})
		},
	}
}

// actOnAlerts checks that every alert is there, appends one activity for each,
// and says what became of them. It does nothing at all if one id is wrong.
func actOnAlerts(ctx context.Context, e *env, args []string, act alertAct, a event.Activity) error {
	s, err := e.settings()
	if err != nil {
		return err
	}
	j, err := openForReading(ctx, s)
	if err != nil {
		return err
	}
	defer j.Close()
	a.Actor, a.Time = actor(e.getenv), s.clock.Now()
	acts := make([]event.Activity, 0, len(args))
	titles := make([]string, 0, len(args))
	for _, arg := range args {
		id, err := parseID(arg, "alert")
		if err != nil {
			return err
		}
		alert, err := j.Alert(ctx, id)
		if err != nil {
			return err
		}
		a.Target = event.AlertTarget(id)
		acts = append(acts, a)
		titles = append(titles, fmt.Sprintf("%d %s: %s", id, act.past, safetext.Line(alert.Title)))
	}
	results, err := appendActivities(ctx, s, j, acts)
	if err != nil {
		return err
	}
	for _, t := range titles {
		fmt.Fprintln(e.stdout, t)
	}
	return e.tellRefused(results)
}

// tellRefused says what Mist did not take. What it refused for good fails the
// command, because it was taken back; what waits for it does not.
func (e *env) tellRefused(results []event.Activity) error {
	for _, n := range noticesOf(results) {
		fmt.Fprintln(e.stderr, "foghorn: "+safetext.Line(n.Text))
	}
	for _, r := range results {
		if r.Cloud != "" && r.Cloud != event.CloudDone && r.Cloud != event.CloudPending {
			return &exitError{code: exitProblem}
		}
	}
	return nil
}

// appendActivities writes activities from a command that is not the collector,
// and tells Mist what is for it. It needs no secret to acknowledge here.
func appendActivities(ctx context.Context, s *settings, j *journal, acts []event.Activity) (results []event.Activity, err error) {
	err = s.act(ctx, j, func(does *actions.Actions) error {
		if err := does.Do(ctx, acts...); err != nil {
			return err
		}
		tellCtx, cancel := context.WithTimeout(ctx, tellLimit)
		defer cancel()
		results = does.Flush(tellCtx)
		return nil
	})
	return results, err
}
