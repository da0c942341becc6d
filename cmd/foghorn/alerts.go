package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/journal/export"
	"foghorn/journal/query"
)

const alertsExample = `foghorn alerts                                   # what is wrong now, worst first
foghorn alerts --all -q 'site:berlin' --since 7d # resolved ones too
foghorn alerts show a345                       # one, with its events and what changed before
foghorn alerts ack a345 --note "on it"         # own it; every screen sees it`

func newAlertsCmd(e *env) *cobra.Command {
	list, follow := &listFlags{about: query.Alerts}, &followFlags{}
	all := false
	cmd := &cobra.Command{
		Use:     "alerts",
		Aliases: []string{"alert"},
		Short:   "List alerts; show, acknowledge, snooze, annotate or close them",
		Example: alertsExample,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if follow.asked() {
				return followAlerts(cmd.Context(), cmd, e, list, follow)
			}
			return listAlerts(cmd.Context(), e, list, all)
		},
	}
	list.add(cmd)
	follow.add(cmd)
	cmd.Flags().BoolVar(&all, "all", false, "resolved alerts too")
	cmd.AddCommand(newAlertsShowCmd(e))
	cmd.AddCommand(e.actionCommands("alerts")...)
	return cmd
}

// listAlerts prints the alerts of the query, worst first; resolved ones only
// when they are asked for.
func listAlerts(ctx context.Context, e *env, list *listFlags, all bool) error {
	asked := *list
	if !all {
		asked.narrow = func(typed *query.Query) *query.Query { return query.And(typed, journal.AlertsBase(typed, 0)) }
	}
	return printCurrent(ctx, e, &asked, "", (*journal.Journal).Alerts)
}

func newAlertsShowCmd(e *env) *cobra.Command {
	return &cobra.Command{
		Use:     "show ID",
		Short:   "Show one alert as JSON: its events, what people did, what was changed before",
		Example: "foghorn alerts show a345",
		RunE: func(cmd *cobra.Command, args []string) error {
			return showOne(cmd.Context(), e, args[0], "alert", alertDetail)
		},
	}
}

// alertDetail is the alert, the events behind it, what people did about it, and what
// was changed at its site before it began, as one JSON object.
func alertDetail(ctx context.Context, j *journal.Journal, id int64) ([]byte, error) {
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
	changes, err := j.ChangesBefore(ctx, &a)
	if err != nil {
		return nil, err
	}
	before, err := json.Marshal(changes)
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
	joined := fmt.Appendf(bytes.TrimSuffix(bytes.TrimSpace(alert.Bytes()), []byte("}")), `,"happened":%s,"activities":%s,"changes_before":%s}`,
		happened.Bytes(), done.Bytes(), before)
	var out bytes.Buffer
	err = json.Indent(&out, joined, "", "  ")
	return out.Bytes(), err
}
