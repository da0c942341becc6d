package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"foghorn/actions"
	"foghorn/collector"
	"foghorn/journal"
	"foghorn/journal/event"
)

// actionCommands makes the commands of the actions that belong under a parent, such
// as "alerts". Rename is not among them: it also takes files of many devices.
func (e *env) actionCommands(parent string) []*cobra.Command {
	var out []*cobra.Command
	for _, d := range actions.Descriptors() {
		if d.Command != nil && d.Command.Parent == parent && d.Name != event.ActionRename {
			out = append(out, e.actionCommand(d))
		}
	}
	return out
}

// actionCommand makes the command of an action: required arguments by position
// after the targets, the others as flags.
func (e *env) actionCommand(d *actions.Descriptor) *cobra.Command {
	c, given := d.Command, actionFlags{}
	cmd := &cobra.Command{Use: c.Use, Aliases: d.Aliases, Short: c.Short, Long: c.Long, Example: c.Example}
	var required []string
	for i := range d.Args {
		a := &d.Args[i]
		usage := strings.Replace(a.Help, a.Name, "`"+a.Name+"`", 1)
		switch {
		case a.Required && a.Kind != actions.Reason:
			required = append(required, a.Name)
		case a.Kind == actions.Flag:
			cmd.Flags().Bool(a.Name, false, a.Help)
		default:
			cmd.Flags().String(a.Name, "", usage)
		}
	}
	if d.Target == actions.OnWebhook {
		cmd.Flags().StringVarP(&given.format, "output", "o", "table", "`format`: table, ndjson")
	}
	if d.Target == actions.OnDevice {
		given.device.add(cmd, d)
	}
	if d.Target == actions.OnAlert {
		cmd.Use = strings.Replace(c.Use, "ID...", "[ID...]", 1)
		given.choice.add(cmd)
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		given.args = actions.Args{}
		n := len(args) - len(required)
		for i, name := range required {
			given.args[name] = args[n+i]
		}
		for i := range d.Args {
			if f := cmd.Flags().Lookup(d.Args[i].Name); f != nil && f.Changed {
				given.args[d.Args[i].Name] = f.Value.String()
			}
		}
		if d.Target == actions.OnAlert && (n > 0) == (given.choice.query != "") {
			return lineErrorf("give the ids of alerts, or -q QUERY for all that match: %s %s", cmd.Parent().CommandPath(), c.Use)
		}
		if err := d.Validate(given.args); err != nil {
			return usageError(err)
		}
		return e.runAction(cmd.Context(), d, args[:n], given)
	}
	return cmd
}

// actionFlags are the arguments of an action, and how its steps are printed.
type actionFlags struct {
	args   actions.Args
	format string
	choice choice // of alerts
	device deviceFlags
}

// runAction takes an action on what was typed.
func (e *env) runAction(ctx context.Context, d *actions.Descriptor, typed []string, given actionFlags) error {
	if given.format != "" && given.format != "table" && given.format != "ndjson" {
		return usageError(fmt.Errorf("-o %s: steps are printed as table or ndjson", given.format))
	}
	s, err := e.settings()
	if err != nil {
		return err
	}
	if s.readOnly && d.Role > actions.RoleViewer {
		return actions.ErrReadOnly
	}
	switch d.Target {
	case actions.OnDevice:
		return e.runOnDevices(ctx, s, d, typed, given)
	case actions.OnAlert:
		return e.actOnAlerts(ctx, s, d, typed, given)
	case actions.OnRelay:
		return e.runOnRelays(ctx, s, d, typed, given.args)
	}
	return s.withActions(ctx, func(ctx context.Context, a *actions.Actions, j *journal.Journal) error {
		targets, err := findTargets(ctx, j, d.Target, typed)
		if err != nil && d.Target == actions.OnWebhook && s.readWebhooks(ctx, j) {
			targets, err = findTargets(ctx, j, d.Target, typed)
		}
		if err != nil {
			return err
		}
		return e.printSteps(a.Run(ctx, s.operator(), d.Name, targets, given.args), given.format)
	})
}

// operator is the person at this command line.
func (s *settings) operator() actions.Operator {
	return actions.Operator{Person: s.actor, Role: actions.RoleAdmin, Via: event.ViaCLI}
}

// findTargets finds what a person typed, each once.
func findTargets(ctx context.Context, j *journal.Journal, kind actions.TargetKind, typed []string) ([]actions.Target, error) {
	var out []actions.Target
	for _, text := range typed {
		t := actions.Target{Kind: kind, ID: text}
		switch kind {
		case actions.OnAlert:
			id, err := parseID(text, "alert")
			if err != nil {
				return nil, usageError(fmt.Errorf("%w; -q QUERY takes all alerts that match", err))
			}
			t = actions.AlertTarget(id)
		case actions.OnWebhook:
			hook, err := journal.FindWebhook(ctx, j, text)
			if err != nil {
				return nil, err
			}
			t.ID, t.Source = hook.ID, hook.Source
		}
		if !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return out, nil
}

// actOnAlerts checks that every alert is there and may be acted on, takes the action,
// and prints what became of each once the view shows it. It does nothing at all if
// one id is wrong or one alert belongs to somebody else.
func (e *env) actOnAlerts(ctx context.Context, s *settings, d *actions.Descriptor, typed []string, given actionFlags) error {
	// A malformed id is reported with or without a journal.
	if _, err := findTargets(ctx, nil, actions.OnAlert, typed); err != nil {
		return err
	}
	j, err := openForReading(ctx, s)
	if err != nil {
		return err
	}
	defer j.Close()
	targets, err := given.choice.targets(ctx, e, j, s.clock.Now(), typed)
	if err != nil {
		return err
	}
	// The check needs no secret, and nothing is sent when there is nothing to do.
	items, err := s.actions(j, collector.APIs{}, nil).Check(ctx, s.operator(), d.Name, targets, given.args)
	if err != nil {
		return err
	}
	run := &alertRun{d: d, args: given.args, items: items}
	todo, err := e.printSkipped(ctx, j, run, given.choice.query != "")
	if err != nil || len(todo) == 0 {
		return err
	}
	if err := given.choice.confirm(ctx, e, d, todo, s.clock.Now()); err != nil || given.choice.dryRun {
		return err
	}
	for _, i := range todo {
		run.targets = append(run.targets, i.Target)
	}
	return e.runOnAlerts(ctx, s, j, run)
}
