package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"foghorn/config"
	"foghorn/internal/human"
	"foghorn/internal/safetext"
	"foghorn/journal/export"
	"foghorn/relay"
)

const relayTestLong = `Try a relay step by step, up to the first step that fails: configuration and secrets, the
name of the service, the connection, its certificate, whether it takes the credentials,
and one message that is marked as a test. Where foghorn updates messages, it updates and
resolves this one too. The test needs no collector and no journal.

Exit codes: 0 the message arrived, 1 it did not, 2 the configuration is wrong, 3 the
credentials are refused, 4 the service asks to wait, 5 nobody answered in time.`

func newRelayTestCmd(e *env) *cobra.Command {
	format := ""
	cmd := &cobra.Command{
		Use:     "test NAME",
		Short:   "Try a relay step by step, with one message that is marked as a test",
		Long:    relayTestLong,
		Example: "foghorn relay test chat\nfoghorn relay test chat -o ndjson",
		RunE: func(cmd *cobra.Command, args []string) error {
			return tryRelay(cmd.Context(), e, args[0], format)
		},
	}
	words := []string{string(export.Table), string(export.NDJSON)}
	format = words[0]
	cmd.Flags().VarP(newOneOf(&format, words...), "output", "o", "`format`: table or ndjson")
	_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// relayCodes are the exit codes of what a trial may fail for.
var relayCodes = map[relay.Fault]int{relay.Problem: exitProblem, relay.Forbidden: exitRefused, relay.RateLimit: exitRateLimited, relay.TimedOut: exitTimeout}

func tryRelay(ctx context.Context, e *env, name, format string) error {
	s, err := e.settings()
	if err != nil {
		return err
	}
	if _, err := s.relayNamed(ctx, name); err != nil {
		return err
	}
	code := exitOK
	report := func(t relay.TrialStep) {
		code = max(code, relayCodes[t.Fault])
		e.printTrial(t, format)
	}
	began := s.clock.Now()
	c, d, err := s.relayDestination(ctx, name, nil)
	configured := relay.TrialStep{Name: "configuration", OK: err == nil, Took: s.clock.Now().Sub(began), Text: configuredText(&c)}
	if err != nil {
		configured.Text, configured.Fix = s.secrets.Text(err.Error()), "foghorn config check says where"
		e.printTrial(configured, format)
		return &exitError{code: exitUsage}
	}
	report(configured)
	err = relay.Try(ctx, relay.TrialOptions{Config: c, Destination: d, Clock: s.clock, Version: version(), Mask: s.secrets.Text, Host: s.collecting().Process("relay").Host}, report)
	if err != nil {
		return err
	}
	if a, ok := d.(relay.Adviser); ok && a.Advice() != "" && format == string(export.Table) {
		fmt.Fprintln(e.stdout, "Note: "+safetext.Line(a.Advice()))
	}
	if code != exitOK {
		return &exitError{code: code}
	}
	return nil
}

// configuredText says what is configured, without secrets.
func configuredText(c *config.Relay) string {
	text := c.Kind + ", sends " + c.Send
	if where := c.QueryText(); where != "" {
		text += " that match " + where
	}
	return text
}

// printTrial prints one step as it is done.
func (e *env) printTrial(t relay.TrialStep, format string) {
	if format != string(export.Table) {
		out, err := export.LineOf(t)
		if err == nil {
			_, _ = e.stdout.Write(out)
		}
		return
	}
	mark := "✓"
	if !t.OK {
		mark = "✗"
	}
	fmt.Fprintf(e.stdout, "%s  %-20s %8s  %s\n", mark, safetext.Line(t.Name), human.Duration(t.Took), safetext.Line(t.Text))
	if t.Fix != "" {
		fmt.Fprintf(e.stdout, "%34s%s\n", "", safetext.Line(t.Fix))
	}
}
