package main

import (
	"context"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/journal/export"
)

const eventsExample = `foghorn events                                        # the newest 100
foghorn events -q 'site:ber* sev>=warn' --since 24h
foghorn events -q 'topic:client-join ssid:Corp' -o ndjson --limit 0
foghorn events show a345.12                         # one event, with the element as received`

func newEventsCmd(e *env) *cobra.Command {
	list := &listFlags{}
	raw := false
	cmd := &cobra.Command{
		Use:     "events",
		Short:   "List events: what happened, one line each",
		Example: eventsExample,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return listEvents(cmd.Context(), e, list, raw)
		},
	}
	list.add(cmd)
	cmd.Flags().BoolVar(&raw, "raw", false, "with json or ndjson: add the element as received")
	cmd.AddCommand(newEventsShowCmd(e))
	return cmd
}

func listEvents(ctx context.Context, e *env, list *listFlags, raw bool) error {
	var add func(*journal.Journal, *event.Event) error
	if raw {
		add = func(j *journal.Journal, ev *event.Event) (err error) {
			ev.Raw, err = j.Raw(ctx, ev.ID)
			return err
		}
	}
	return printRows(ctx, e, list, (*journal.Journal).Events, func(ev *event.Event) int64 { return ev.ID }, add)
}

func newEventsShowCmd(e *env) *cobra.Command {
	return &cobra.Command{
		Use:     "show ID",
		Short:   "Show one event as JSON, with what an audit changed and the element as received",
		Example: "foghorn events show a345.12",
		RunE: func(cmd *cobra.Command, args []string) error {
			return showOne(cmd.Context(), e, args[0], "event", func(ctx context.Context, j *journal.Journal, id int64) ([]byte, error) {
				ev, err := j.Event(ctx, id)
				if err != nil {
					return nil, err
				}
				if ev.Raw, err = j.Raw(ctx, id); err != nil {
					return nil, err
				}
				ev.Audit = journal.AuditOf(&ev, ev.Raw)
				return export.Object(&ev)
			})
		},
	}
}

// parseID reads the id of an event or alert from an argument, in either form.
func parseID(arg, what string) (int64, error) {
	id, err := event.ParseID(arg)
	if err != nil || id <= 0 {
		return 0, usageError(fmt.Errorf("%s is no %s id: write it as the list shows it, such as a345 or a345.12, or as its number", strconv.Quote(arg), what))
	}
	return id, nil
}
