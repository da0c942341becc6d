package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"foghorn/internal/human"
	"foghorn/internal/safetext"
	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/journal/export"
)

const relayExample = `foghorn relay                        # the state of each relay, and what its query matches
foghorn relay test chat              # try it, with one message that is marked as a test
foghorn relay preview chat a345      # what would be sent about an alert
foghorn relay show chat              # all about one: configuration, what was sent and why
foghorn relay dead                   # what destinations refused, with their answers
foghorn relay retry chat --all       # send it again
foghorn relay pause chat --reason 'the channel moves'
foghorn relay resume chat`

func newRelayCmd(e *env) *cobra.Command {
	list := &listFlags{}
	cmd := &cobra.Command{
		Use:     "relay",
		Aliases: []string{"relays"},
		Short:   "List the relays; try them, preview what they send, pause them, retry what was refused",
		Long: `List the relays, which send alerts and events to other services: the state
of each, and how much its query matches now and matched within 24 hours.

A relay begins with what arrives after a collector has read its configuration; until then
its state is "new". A relay that is no longer configured is "removed". A relay whose name
begins with chat: sends the notifications that the flags of a channel of [chatops] select.`,
		Example: relayExample,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return listRelays(cmd.Context(), e, list)
		},
	}
	addFormat(cmd, &list.format)
	cmd.AddCommand(newRelayShowCmd(e), newRelayTestCmd(e), newRelayPreviewCmd(e), newRelayDeadCmd(e), newRelaySchemaCmd(e))
	cmd.AddCommand(e.relayActions()...)
	return cmd
}

func listRelays(ctx context.Context, e *env, list *listFlags) error {
	return e.list(ctx, list, func(j *journal.Journal, l listing) error {
		rows, err := j.RelayRows(ctx, relayPlans(l.settings.relays(ctx)), l.page.Now)
		if err != nil {
			return err
		}
		switch {
		case len(rows) == 0:
			fmt.Fprintln(e.stderr, "foghorn: no [[relay]] and no chat channel is configured, and none ever ran; foghorn config init writes an example of each kind")
		default:
			e.warnStale(ctx, j, l.page.Now)
		}
		if err := export.Write(e.stdout, l.format, rows, l.options); err != nil || l.format != export.Table {
			return err
		}
		return e.adviseRelays(rows)
	})
}

// adviseRelays says below the table what somebody should do about a relay.
func (e *env) adviseRelays(rows []event.RelayRow) error {
	for i := range rows {
		r := &rows[i]
		text := ""
		switch {
		case r.PausedAt != nil:
			text = fmt.Sprintf("%s is paused by %s since %s; foghorn relay resume %s", r.Name, r.PausedBy, stampIn(e.zone())(*r.PausedAt), r.Name)
		case r.State == event.RelayFailing:
			text = fmt.Sprintf("%s fails; foghorn relay test %s says where", r.Name, r.Name)
		case r.Dead+r.Parked > 0:
			text = fmt.Sprintf("%s was refused items; foghorn relay dead %s lists them", r.Name, r.Name)
		}
		if text == "" {
			continue
		}
		if _, err := fmt.Fprintln(e.stdout, safetext.Line(text)); err != nil {
			return err
		}
	}
	return nil
}

// relayHealth is how a relay does, in a line.
func relayHealth(r *event.RelayState, now time.Time) string {
	counts := fmt.Sprintf("sent %s, failed %s, queued %s", human.Count(r.Sent), human.Count(r.Failed), human.Count(r.Queued))
	if r.Oldest != nil {
		counts += ", the oldest for " + human.Duration(max(0, now.Sub(*r.Oldest)).Truncate(time.Second))
	}
	trouble := ""
	switch {
	case r.PausedAt != nil:
		trouble = "by " + r.PausedBy
	case r.State == event.RelayFailing || r.State == event.RelayWaiting:
		trouble = r.LastError
	}
	return joinWords(r.Name+" "+r.Kind, r.State, trouble, counts)
}
