package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"foghorn/actions"
	"foghorn/internal/safetext"
	"foghorn/journal"
	"foghorn/journal/event"
)

// relayActions makes the commands of the actions on relays.
func (e *env) relayActions() []*cobra.Command {
	var out []*cobra.Command
	for _, cmd := range e.actionCommands("relay") {
		if cmd.Name() == "retry" {
			e.takeLetters(cmd)
		}
		out = append(out, cmd)
	}
	return out
}

// takeLetters makes a command take the ids of dead letters behind the relay's name.
func (e *env) takeLetters(cmd *cobra.Command) {
	cmd.ResetFlags()
	all := cmd.Flags().Bool("all", false, "all dead letters of the relay")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		ids := args[1:]
		if *all == (len(ids) > 0) {
			return lineErrorf("give the ids of dead letters, or --all for all of the relay: %s", usageOf(cmd))
		}
		given := actions.Args{}
		if len(ids) > 0 {
			given["letters"] = strings.Join(ids, ",")
		}
		d, err := actions.Find(event.ActionRelayRetry)
		if err != nil {
			return err
		}
		return e.runAction(cmd.Context(), d, args[:1], actionFlags{args: given})
	}
}

// runOnRelays takes an action on relays and says what became of each.
func (e *env) runOnRelays(ctx context.Context, s *settings, d *actions.Descriptor, names []string, args actions.Args) error {
	var targets []actions.Target
	for _, name := range names {
		targets = append(targets, actions.RelayTarget(name))
	}
	return s.withActions(ctx, func(ctx context.Context, a *actions.Actions, j *journal.Journal) error {
		failed := false
		for step, err := range a.Run(ctx, s.operator(), d.Name, targets, args) {
			switch {
			case err != nil:
				return err
			case step.State == actions.Done:
				fmt.Fprintln(e.stdout, safetext.Line(step.Text))
			case step.State == actions.Skipped:
				fmt.Fprintln(e.stderr, "foghorn: "+safetext.Line(strings.ReplaceAll(step.Text, "{}", step.Target.Short())))
			default:
				failed = true
				fmt.Fprintln(e.stderr, "foghorn: "+safetext.Line(step.Text))
			}
		}
		if failed {
			return &exitError{code: exitProblem}
		}
		if j.NoCollector && d.Name != event.ActionRelayPause {
			s.notice("no collector is running: the relay sends when one does (foghorn serve)")
		}
		return nil
	})
}
