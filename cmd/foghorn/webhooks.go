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

const webhooksExample = `foghorn webhooks                     # of the organization and of its sites, as Mist has them
foghorn webhooks ping noc            # does a delivery get here, and how long does it take?
foghorn webhooks ping 7f2c18ff-91a9-4e0c-a3b7-74ea2ce4ea37 -o json`

func newWebhooksCmd(e *env) *cobra.Command {
	list := &listFlags{}
	cmd := &cobra.Command{
		Use:     "webhooks",
		Aliases: []string{"webhook"},
		Short:   "List the webhooks configured in Mist, ping one",
		Long:    "List the webhooks configured in Mist, or ping one.\n\nThe list asks Mist each time, so it needs no command to refresh.",
		Example: webhooksExample,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return listWebhooks(cmd.Context(), e, list)
		},
	}
	addFormat(cmd, &list.format)
	cmd.AddCommand(e.actionCommands("webhooks")...)
	return cmd
}

func listWebhooks(ctx context.Context, e *env, list *listFlags) error {
	s, format, page, err := e.listing(list)
	if err != nil {
		return err
	}
	j, err := openForReading(ctx, s)
	if err != nil {
		return err
	}
	defer j.Close()
	if ask := s.hookAsker(s.attached(ctx).Current, j); ask != nil {
		if err := ask.Ask(ctx, "", ""); err != nil && ctx.Err() == nil {
			fmt.Fprintln(e.stderr, "foghorn: could not ask Mist, so this list is as old as UPDATED says:", safetext.Line(err.Error()))
		}
	}
	hooks, err := j.Webhooks(ctx)
	if err != nil {
		return err
	}
	if len(hooks) == 0 {
		s.explainNoState(e, "webhooks")
	}
	return export.Write(e.stdout, format, hooks, export.Options{Width: e.width(), Now: page.Now, Zone: e.zone()})
}

// readWebhooks asks Mist for the webhooks: the collector may not have read them yet,
// or somebody made one a moment ago. It reports whether it has learned anything.
func (s *settings) readWebhooks(ctx context.Context, j *journal.Journal) bool {
	ask := s.hookAsker(s.attached(ctx).Current, j)
	return ask != nil && ask.Ask(ctx, "", "") == nil
}

func printHop(e *env, h event.CheckStep, format string) {
	if format == "ndjson" {
		_ = printLine(e.stdout, h)
		return
	}
	mark := map[string]string{event.HopOK: "ok", event.HopWait: "..", event.HopFailed: "!!"}[h.State]
	fmt.Fprintf(e.stdout, "%s  %8s  %-12s %s\n", mark, human.Duration(h.Took.Round(time.Millisecond)), h.Name, safetext.Line(h.Text))
}
