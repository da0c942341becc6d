package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"foghorn/actions"
	"foghorn/internal/human"
	"foghorn/internal/safetext"
	"foghorn/jobs"
	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/journal/store"
)

// deviceFlags are the flags of actions on devices.
type deviceFlags struct {
	source      string
	yes, dryRun bool
	wait        bool // until the jobs have ended
}

func (f *deviceFlags) add(cmd *cobra.Command, d *actions.Descriptor) {
	addSource(cmd, &f.source)
	if d.Disrupts {
		cmd.Flags().BoolVar(&f.yes, "yes", false, "do not ask (needed without a terminal)")
		cmd.Flags().BoolVar(&f.dryRun, "dry-run", false, "show what it would hit and cost, and do nothing")
		cmd.Flags().BoolVar(&f.wait, "wait", false, "wait until foghorn sees it go down and come back, or gives up after some minutes")
	}
	f.wait = f.wait || d.Name == event.ActionPingDevice
}

// runOnDevices takes an action on devices. What disrupts is asked about first.
func (e *env) runOnDevices(ctx context.Context, s *settings, d *actions.Descriptor, typed []string, given actionFlags) error {
	return s.withActions(ctx, func(ctx context.Context, a *actions.Actions, j *journal.Journal) error {
		targets, err := s.deviceTargets(ctx, a, j, given.device.source, typed)
		if err != nil {
			return err
		}
		items, err := a.Check(ctx, s.operator(), d.Name, targets, given.args)
		if err != nil {
			return cloudError(err)
		}
		for i := range items {
			if items[i].Err != nil {
				return cloudError(fmt.Errorf("%s: not %s: %w", deviceLabel(&items[i]), d.Done, items[i].Err))
			}
		}
		if err := e.confirmDisruption(ctx, d, items, &given); err != nil || given.device.dryRun {
			return err
		}
		waits, failed := e.printDeviceSteps(a.Run(ctx, s.operator(), d.Name, targets, given.args), d, items)
		if !given.device.wait {
			return failed
		}
		return errors.Join(failed, e.awaitJobs(ctx, a, waits))
	})
}

// awaitJobs waits for the jobs of an action. Without a collector this process runs them.
func (e *env) awaitJobs(ctx context.Context, a *actions.Actions, ids []int64) error {
	if len(ids) == 0 {
		return &exitError{code: exitProblem} // the steps said why nothing follows
	}
	return e.withOutbox(ctx, func(s *settings, outbox *store.Outbox) error {
		return s.withRunner(ctx, outbox, func(runner *jobs.Runner, collected bool) (err error) {
			for _, id := range ids {
				err = errors.Join(err, e.awaitJob(ctx, runner, id, collected))
				if j, readErr := runner.Job(context.WithoutCancel(ctx), id); readErr == nil && !collected {
					err = errors.Join(err, a.JobEnded(context.WithoutCancel(ctx), &j))
				}
			}
			return err
		})
	})
}

// deviceTargets finds devices in the journal, else in the inventory of an organization.
func (s *settings) deviceTargets(ctx context.Context, a *actions.Actions, j *journal.Journal, source string, typed []string) ([]actions.Target, error) {
	var out []actions.Target
	for _, text := range typed {
		d, err := journal.FindDevice(ctx, j, source, text, s.clock.Now())
		if e, ok := errors.AsType[*journal.LookupError](err); ok && len(e.Matches) == 0 {
			d, err = s.inInventory(ctx, a, source, text, err)
		}
		if err != nil {
			return nil, err
		}
		t := actions.Target{Kind: actions.OnDevice, ID: string(d.MAC), Source: d.Source}
		if !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return out, nil
}

// inInventory finds a device that the journal does not know: no collector may have run
// yet. unknown is returned where no organization can be asked.
func (s *settings) inInventory(ctx context.Context, a *actions.Actions, source, typed string, unknown error) (event.Device, error) {
	i, err := s.chooseOrganization(source, s.config.HasAPI)
	if err != nil {
		return event.Device{}, unknown
	}
	name := s.config.Mist[i].Name
	devices, err := a.Inventory(ctx, name)
	if err != nil {
		return event.Device{}, cloudError(err)
	}
	return journal.DeviceNamed(devices, name, typed)
}

func deviceLabel(i *actions.Item) string { return safetext.Line(i.Label) }

// confirmDisruption says what an action hits and costs, and asks once whether that is
// meant.
func (e *env) confirmDisruption(ctx context.Context, d *actions.Descriptor, items []actions.Item, given *actionFlags) error {
	if !d.Disrupts {
		return nil
	}
	out := e.stderr
	if given.device.dryRun {
		out = e.stdout // it is what was asked for
	}
	for i := range items {
		item := &items[i]
		where := deviceLabel(item)
		if ports := given.args["ports"]; ports != "" {
			where += " " + safetext.Line(ports)
		}
		if item.Impact != nil {
			fmt.Fprintf(out, "%s: %s\n", where, item.Impact)
		}
		if item.Warn != "" {
			fmt.Fprintf(out, "%s: %s\n", where, safetext.Line(item.Warn))
		}
	}
	fmt.Fprintln(out, d.Costs)
	what := d.Name + " " + deviceLabel(&items[0])
	if len(items) > 1 {
		what = d.Name + " " + human.CountOf(len(items), "device")
	}
	switch {
	case given.device.dryRun:
		fmt.Fprintf(e.stderr, "foghorn: would %s; nothing was done\n", what)
		return nil
	case given.device.yes:
		return nil
	case !e.canAsk():
		return usageError(fmt.Errorf("nothing was done: to %s, add --yes", what))
	}
	yes, err := e.ask(ctx, strings.ToUpper(what[:1])+what[1:]+"?")
	if err == nil && !yes {
		err = errDeclined
	}
	return err
}

// printDeviceSteps says what became of each device, and returns the jobs that go on.
func (e *env) printDeviceSteps(steps iter.Seq2[actions.Step, error], d *actions.Descriptor, items []actions.Item) (waits []int64, err error) {
	failed := 0
	for step, err := range steps {
		if err != nil {
			return waits, cloudError(err)
		}
		if step.Job != 0 {
			waits = append(waits, step.Job)
		}
		i := slices.IndexFunc(items, func(i actions.Item) bool { return i.Target == step.Target })
		switch text := safetext.Line(step.Text); step.State {
		case actions.Done:
			fmt.Fprintln(e.stdout, text)
		case actions.Failed:
			failed++
			fmt.Fprintf(e.stderr, "foghorn: %s: not %s: %s\n", deviceLabel(&items[i]), d.Done, text)
		}
	}
	if failed > 0 {
		return waits, &exitError{code: exitProblem}
	}
	return waits, nil
}
