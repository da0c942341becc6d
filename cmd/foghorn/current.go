package main

import (
	"context"
	"fmt"
	"math"

	"github.com/spf13/cobra"

	"foghorn/journal"
	"foghorn/journal/export"
	"foghorn/journal/query"
)

const devicesExample = `foghorn ap                                       # all access points, those with a problem first
foghorn devices                                  # and switches, gateways, Mist Edges
foghorn devices -q 'status:disconnected site:ber*' -o json
foghorn devices show lobby-ap3                   # one, with its alerts, clients and last events
foghorn ap rename 5c:5b:35:00:00:01 lobby-ap3
foghorn devices restart lobby-ap3 --wait         # says what it hits, asks, and follows it`

// newAPCmd lists access points; newDevicesCmd lists devices of all types. Both have
// the same commands below them.
func newAPCmd(e *env) *cobra.Command {
	return newDeviceListCmd(e, &cobra.Command{
		Use:     "ap",
		Aliases: []string{"aps"},
		Short:   "List access points with their current state; show, rename, restart, locate them",
	}, journal.AccessPoints)
}

func newDevicesCmd(e *env) *cobra.Command {
	return newDeviceListCmd(e, &cobra.Command{
		Use:     "devices",
		Aliases: []string{"device"},
		Short:   "List devices of all types with their current state; show, rename, restart, locate them, bounce their ports",
	}, nil)
}

func newDeviceListCmd(e *env, cmd *cobra.Command, only *query.Query) *cobra.Command {
	list := &listFlags{about: query.Devices, narrow: func(typed *query.Query) *query.Query { return query.And(typed, only) }}
	cmd.Long = cmd.Short + ".\n\nThe list comes from the collector, which needs an API token of the organization."
	cmd.Example = devicesExample
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return printCurrent(cmd.Context(), e, list, "devices", (*journal.Journal).Devices)
	}
	list.addQuery(cmd)
	cmd.AddCommand(newDeviceShowCmd(e), newRenameCmd(e))
	cmd.AddCommand(e.actionCommands("devices")...)
	return cmd
}

func newClientsCmd(e *env) *cobra.Command {
	list := &listFlags{about: query.Clients}
	cmd := &cobra.Command{
		Use:     "clients",
		Aliases: []string{"client"},
		Short:   "List connected clients with their radio data",
		Example: `foghorn clients -q 'rssi<-75 site:berlin'
foghorn clients -q 'ap:lobby-ap3' -o csv
foghorn events -q 'client:jane topic:client-join,client-sessions'   # what they did before`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return printCurrent(cmd.Context(), e, list, "clients", (*journal.Journal).LiveClients)
		},
	}
	list.addQuery(cmd)
	return cmd
}

// printCurrent lists rows of the current state. They come in order of need and not
// of id, so there is no next page to ask for by id: they are read in one go. what
// names the rows when only a collector with an API token knows any; empty rows of
// that kind are explained.
func printCurrent[T export.Row](ctx context.Context, e *env, list *listFlags, what string,
	read func(*journal.Journal, context.Context, query.Page) ([]T, error),
) error {
	return e.list(ctx, list, func(j *journal.Journal, l listing) error {
		if l.page.Limit == 0 {
			l.page.Limit = math.MaxInt32 // 0 would be the default of the view
		}
		rows, err := read(j, ctx, l.page)
		if err != nil {
			return err
		}
		if len(rows) == 0 && list.query == "" && what != "" {
			l.explainNoState(e, what)
		} else {
			e.warnStale(ctx, j, l.page.Now)
			if len(rows) == 0 {
				e.hintUnseen(ctx, j, list.query, list.about)
			}
		}
		return export.Write(e.stdout, l.format, rows, l.options)
	})
}

// explainNoState says on standard error why there is nothing to list.
func (s *settings) explainNoState(e *env, what string) {
	for _, m := range s.config.Mist {
		if m.OrgID != "" {
			fmt.Fprintf(e.stderr, "foghorn: no %s are known yet: has a collector (foghorn, foghorn serve) been running for more than a minute?\n", what)
			return
		}
	}
	fmt.Fprintf(e.stderr, "foghorn: no %s can be known: no [[mist]] organization in the configuration has an org_id and a token\n", what)
}
