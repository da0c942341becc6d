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
	follow, raw := &followFlags{}, false
	cmd := &cobra.Command{
		Use:   "events",
		Short: "List events: what happened, one line each",
		Long: "List events: what happened, one line each.\n\nOnly the screen shows the messages of extra stream channels (:subscribe), and only " +
			"the screen has the commands for them.",
		Example: eventsExample,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if follow.asked() {
				return followEvents(cmd, e, list, follow, raw)
			}
			return listEvents(cmd.Context(), e, list, raw)
		},
	}
	list.add(cmd)
	follow.add(cmd)
	addRaw(cmd, &raw)
	cmd.AddCommand(newEventsShowCmd(e))
	return cmd
}

func addRaw(cmd *cobra.Command, raw *bool) {
	cmd.Flags().BoolVar(raw, "raw", false, "with json or ndjson: add the element as received")
}

func listEvents(ctx context.Context, e *env, list *listFlags, raw bool) error {
	return printRows(ctx, e, list, (*journal.Journal).Events, eventID, addElement(ctx, raw))
}

func eventID(ev *event.Event) int64 { return ev.ID }

// addElement completes events with their elements as received, if asked to.
func addElement(ctx context.Context, raw bool) func(*journal.Journal, *event.Event) error {
	if !raw {
		return nil
	}
	return func(j *journal.Journal, ev *event.Event) (err error) {
		ev.Raw, err = j.Raw(ctx, ev.ID)
		return err
	}
}

// newTailCmd is "foghorn events --follow" under a name that people know.
func newTailCmd(e *env) *cobra.Command {
	list := &listFlags{}
	follow, raw := &followFlags{on: true}, false
	cmd := &cobra.Command{
		Use:   "tail",
		Short: "Print events as they arrive, beside a running collector",
		Long: "Print the newest events, then new ones as they arrive, until ctrl+c: the same as foghorn events --follow.\n\n" +
			"It reads the journal, so it works beside the collector and its screens. Without a collector it warns that nothing new arrives.\n" +
			"Lines are colored by severity on a terminal; -o json prints one object a line, as -o ndjson.",
		Example: `foghorn tail
foghorn tail -q 'sev>=warn site:ber*' -n 50
foghorn tail --since 10m -o ndjson | jq -r .text
foghorn tail -o ndjson | lnav                         # after lnav -i docs/foghorn.lnav.json`,
		RunE: func(cmd *cobra.Command, _ []string) error { return followEvents(cmd, e, list, follow, raw) },
	}
	list.add(cmd)
	follow.addFor(cmd)
	addRaw(cmd, &raw)
	return cmd
}

func followEvents(cmd *cobra.Command, e *env, list *listFlags, f *followFlags, raw bool) error {
	return followList(cmd.Context(), cmd, e, list, f, event.MaxEventsPerRecord, (*journal.Journal).Events, eventID, eventLine, addElement(cmd.Context(), raw))
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
		return 0, usageError(fmt.Errorf("%s is not an id of an %s: write it as the list shows it, such as a345 or a345.12, or as its number", strconv.Quote(arg), what))
	}
	return id, nil
}
