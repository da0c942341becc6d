package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"foghorn/actions"
	"foghorn/internal/human"
	"foghorn/internal/safetext"
	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/journal/export"
	"foghorn/journal/query"
)

// maxChosen bounds how many alerts one command acts on.
const maxChosen = 1000

// choice is how to choose the alerts of an action other than by id: all that a query
// finds, after a question.
type choice struct {
	query       string
	yes, dryRun bool
}

func (c *choice) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVarP(&c.query, "query", "q", "", "in place of ids: all alerts that match the `query`, as in foghorn alerts -q")
	flags.BoolVar(&c.yes, "yes", false, "with -q: do not ask (needed without a terminal)")
	flags.BoolVar(&c.dryRun, "dry-run", false, "list the alerts and change nothing")
}

// targets returns the alerts that were chosen, by ids or by the query.
func (c *choice) targets(ctx context.Context, e *env, j *journal.Journal, now time.Time, typed []string) ([]actions.Target, error) {
	if c.query == "" {
		return findTargets(ctx, j, actions.OnAlert, typed)
	}
	where, err := query.Parse(c.query)
	if err != nil {
		return nil, usageError(fmt.Errorf("-q: %w", err))
	}
	alerts, err := j.Alerts(ctx, query.Page{Where: query.And(where, journal.AlertsBase(where, 0)), Now: now, Limit: maxChosen + 1})
	if err != nil {
		return nil, err
	}
	switch {
	case len(alerts) == 0:
		e.hintUnseen(ctx, j, c.query, query.Alerts)
		return nil, fmt.Errorf("no alert matches %s", strconv.Quote(c.query))
	case len(alerts) > maxChosen:
		return nil, usageError(fmt.Errorf("more than %s alerts match %s: that is too many for one command, narrow the query", human.Count(maxChosen), strconv.Quote(c.query)))
	}
	var out []actions.Target
	for i := range alerts {
		out = append(out, actions.AlertTarget(alerts[i].ID))
	}
	return out, nil
}

// errDeclined ends a command whose question was not answered with yes.
var errDeclined = errors.New("nothing was done")

// confirm lists the alerts that are to be acted on, and asks once whether that is
// meant. Ids were typed one by one and need no question.
func (c *choice) confirm(ctx context.Context, e *env, d *actions.Descriptor, items []actions.Item, now time.Time) error {
	list, err := tableOf(items, e.exportOptions(now))
	if err != nil {
		return err
	}
	what := d.Name + " " + human.CountOf(len(items), "alert")
	switch {
	case c.dryRun:
		_, err := e.stdout.Write(list)
		fmt.Fprintf(e.stderr, "foghorn: would %s; nothing was done\n", what)
		return err
	case c.query == "" || c.yes:
		return nil
	}
	if _, err := e.stderr.Write(list); err != nil {
		return err
	}
	if !e.canAsk() {
		return usageError(fmt.Errorf("nothing was done: to %s, add --yes", what))
	}
	yes, err := e.ask(ctx, strings.ToUpper(what[:1])+what[1:]+"?")
	if err == nil && !yes {
		err = errDeclined
	}
	return err
}

// tableOf is the alerts as foghorn alerts lists them.
func tableOf(items []actions.Item, o export.Options) ([]byte, error) {
	var alerts []event.Alert
	for _, i := range items {
		if i.Alert != nil {
			alerts = append(alerts, *i.Alert)
		}
	}
	var out bytes.Buffer
	err := export.Write(&out, export.Table, alerts, o)
	return out.Bytes(), err
}

// ownedBy says whose alert it is.
func ownedBy(d *actions.Descriptor, i *actions.Item) string {
	return fmt.Sprintf("%s is acknowledged by %s since %s; --take-over %s",
		i.Target.Short(), safetext.Line(i.Owner), i.Since.In(time.Local).Format("2006-01-02 15:04:05 MST"), d.Takes)
}
