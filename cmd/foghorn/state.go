package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/spf13/cobra"

	"foghorn/internal/human"
	"foghorn/internal/safetext"
	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/journal/export"
	"foghorn/journal/query"
)

// What a collector keeps of the cloud's state, as the panes show it. Rows of
// state come in order of need and not of id, so they are read in one go.

const devicesExample = `foghorn ap                                       # all access points, those with a problem first
foghorn devices                                  # and switches, gateways, Mist Edges
foghorn devices -q 'status:disconnected site:ber*' -o json
foghorn ap rename 5c:5b:35:00:00:01 lobby-ap3`

func newDevicesCmd(e *env) *cobra.Command {
	list := &listFlags{}
	cmd := &cobra.Command{
		Use:     "ap",
		Aliases: []string{"aps", "device", "devices"},
		Short:   "List devices as they stand, rename them",
		Long: "List devices as they stand: access points as `foghorn ap`, all sorts as `foghorn devices`.\n\n" +
			"The collector keeps them; it needs an API token of the organisation.",
		Example: devicesExample,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			asked := *list
			if called := cmd.CalledAs(); called == "ap" || called == "aps" {
				asked.narrow = func(typed *query.Query) *query.Query { return query.And(typed, journal.AccessPoints) }
			}
			return printState(cmd.Context(), e, &asked, "devices", (*journal.Journal).Devices)
		},
	}
	list.addWhere(cmd)
	cmd.AddCommand(newRenameCmd(e))
	return cmd
}

func newClientsCmd(e *env) *cobra.Command {
	list := &listFlags{}
	cmd := &cobra.Command{
		Use:     "clients",
		Aliases: []string{"client"},
		Short:   "List the clients that are connected, with their radio",
		Example: `foghorn clients -q 'rssi<-75 site:berlin'
foghorn clients -q 'ap:lobby-ap3' -o csv
foghorn events -q 'client:jane topic:client-join,client-sessions'   # what they did before`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return printState(cmd.Context(), e, list, "clients", (*journal.Journal).LiveClients)
		},
	}
	list.addWhere(cmd)
	return cmd
}

// printState lists rows of the collector's state, and says why when there can
// be none.
func printState[T export.Row](ctx context.Context, e *env, list *listFlags, what string,
	read func(*journal.Journal, context.Context, query.Page) ([]T, error),
) error {
	s, format, page, err := e.listing(list)
	if err != nil {
		return err
	}
	j, err := openForReading(ctx, s)
	if err != nil {
		return err
	}
	defer j.Close()
	if page.Limit == 0 {
		page.Limit = math.MaxInt32
	}
	rows, err := read(j, ctx, page)
	if err != nil {
		return err
	}
	if len(rows) == 0 && list.where == "" {
		s.explainNoState(e, what)
	} else {
		e.tellBlind(ctx, j)
	}
	return export.Write(e.stdout, format, rows, export.Options{Width: e.width(), Now: page.Now, Zone: e.zone()})
}

// explainNoState says on standard error why there is nothing to list.
func (s *settings) explainNoState(e *env, what string) {
	for _, m := range s.config.Mist {
		if m.OrgID != "" {
			fmt.Fprintf(e.stderr, "foghorn: no %s are known yet: is a collector running (foghorn, foghorn serve), and for longer than a minute?\n", what)
			return
		}
	}
	fmt.Fprintf(e.stderr, "foghorn: no %s can be known: no [[mist]] organisation in the configuration has an org_id and a token\n", what)
}

func newBudgetCmd(e *env) *cobra.Command {
	return &cobra.Command{
		Use:     "budget",
		Short:   "Show what the collector spends of the API's hourly limit, and on what",
		Example: "foghorn budget",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return printBudget(cmd.Context(), e)
		},
	}
}

func printBudget(ctx context.Context, e *env) error {
	s, err := e.settings()
	if err != nil {
		return err
	}
	j, err := openForReading(ctx, s)
	if err != nil {
		return err
	}
	defer j.Close()
	status, err := j.Status(ctx)
	if err != nil {
		return err
	}
	if len(status.Budgets) == 0 {
		return errors.New("no collector has told of a budget: it takes one that runs, and an API token")
	}
	now := s.clock.Now()
	for _, b := range status.Budgets {
		printOneBudget(e, b, human.Duration(b.Resets.Sub(now)))
		if b.Blocked.After(now) {
			fmt.Fprintf(e.stdout, "  the cloud takes no calls for %s\n", human.Duration(b.Blocked.Sub(now)))
		}
	}
	return nil
}

func printOneBudget(e *env, b event.Budget, resets string) {
	fmt.Fprintf(e.stdout, "%s: %d of %d calls used, the counter starts again in %s\n", safetext.Line(strings.Join(b.Sources, ",")), b.Used, b.Limit, resets)
	for _, p := range b.Callers {
		fmt.Fprintf(e.stdout, "  %-22s %-10s %5d this hour  %5d an hour  %s\n", safetext.Line(p.Name), p.Urgency, p.Calls, p.PerHour, p.State)
	}
}
