package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"foghorn/actions"
	"foghorn/collector"
	"foghorn/internal/human"
	"foghorn/internal/safetext"
	"foghorn/jobs/configs"
	"foghorn/journal"
	"foghorn/mist"
)

const configsRestoreLong = `Plan how to restore configuration to its state at a given time: one object, or all objects of
a site (site/NAME), of the organization (org), or of a type (wlans). --site and --type narrow it.

The plan compares the wanted state, the backup and what Mist has now. The command refuses if Mist
has changes that the backup lacks. It prints the calls in order, the references to update to new
ids, and what cannot be restored: secrets of which the backup has only a digest, values that Mist
showed as ****, and sites and devices, which are neither created nor deleted. A plan has at most
500 changes.

Without --apply nothing is sent. With --apply the command asks first, checks each object again
before it changes it, reads it back afterwards, and stops at the first failure. A second plan
then contains the rest. The restore is recorded as an activity.`

// configsRestoreFlags are those of "foghorn configs restore-plan".
type configsRestoreFlags struct {
	configsFlags
	apply, yes bool
}

func newConfigsRestoreCmd(e *env) *cobra.Command {
	f := &configsRestoreFlags{}
	cmd := &cobra.Command{
		Use:   "restore-plan OBJECT@TIME|site/NAME@TIME|TYPE@TIME|org@TIME",
		Short: "Plan how to restore configuration to an earlier state",
		Long:  configsRestoreLong,
		Example: `foghorn configs restore-plan wlans/Guest@2h
foghorn configs restore-plan wlans/Guest@'2026-11-23 10:00' --apply
foghorn configs restore-plan site/Vienna@yesterday
foghorn configs restore-plan wlans@2h --site Vienna`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return restoreConfig(cmd.Context(), e, f, args[0])
		},
	}
	f.add(cmd)
	cmd.Flags().BoolVar(&f.apply, "apply", false, "carry out the plan, after a confirmation")
	cmd.Flags().BoolVar(&f.yes, "yes", false, "do not ask")
	return cmd
}

func restoreConfig(ctx context.Context, e *env, f *configsRestoreFlags, arg string) error {
	s, store, filter, err := e.configs(ctx, &f.configsFlags)
	if err != nil {
		return err
	}
	defer store.Close()
	name, at := splitMoment(arg, s.clock.Now())
	if _, text, ok := cutMoment(arg); ok && at.IsZero() {
		return momentError(text)
	}
	if at.IsZero() {
		return usageError(errors.New("the time to restore is missing: give OBJECT@TIME such as wlans/Guest@2h, or OBJECT@REVISION with a revision from foghorn configs log"))
	}
	org, plan, err := s.planRestore(ctx, store, filter, name, at)
	if err != nil {
		return backupError(err)
	}
	s.learnBudget(mist.WithCaller(ctx, "restore", mist.Operator), org)
	budget := org.Client.Governor().Usage()
	e.printPlan(plan, budget)
	if len(plan.Steps) == 0 || !f.apply {
		return nil
	}
	if left := budget.Limit - budget.Used; plan.Calls() > left {
		return fmt.Errorf("the plan takes %s of the API, but only %d of this hour are left; apply it after %s", human.CountOf(plan.Calls(), "call"), max(left, 0), e.stamp(budget.Resets))
	}
	return s.applyPlan(ctx, e, store, org, plan, f.yes)
}

// planRestore plans for an object, or for several at once.
func (s *settings) planRestore(ctx context.Context, store *configs.Store, f configs.Filter, name string, at configs.Moment) (org collector.Organization, p *configs.Plan, err error) {
	sel, several, err := store.Select(ctx, f, name)
	if err != nil {
		return org, nil, err
	}
	o := configs.Object{OrgID: sel.OrgID}
	if !several {
		if o, err = store.Find(ctx, f, name); err != nil {
			return org, nil, err
		}
	}
	source, err := s.sourceOf(o)
	if err != nil {
		return org, nil, err
	}
	if org, err = s.organization(ctx, source); err != nil {
		return org, nil, err
	}
	if several {
		p, err = store.PlanRestoreMany(ctx, org.Client, sel, at)
	} else {
		p, err = store.PlanRestore(ctx, org.Client, o.Path(), at)
	}
	return org, p, err
}

// planLines is how many settings of a step, and how many notes, a plan for several objects
// prints.
const planLines = 20

// printPlan prints what a restore would do.
func (e *env) printPlan(p *configs.Plan, budget mist.BudgetUsage) {
	fmt.Fprintf(e.stdout, "%s, as of %s\n", safetext.Line(p.What), e.asOf(p.When))
	if p.Compared > 1 {
		fmt.Fprintf(e.stdout, "%s compared\n", human.CountOf(p.Compared, "object"))
	}
	for i, step := range p.Steps {
		fmt.Fprintf(e.stdout, "%d. %s %s %s\n   %s\n", i+1, stepVerb[step.Verb], step.Path.Type, safetext.Line(step.Name), safetext.Line(step.Method+" "+step.APIPath))
		var lines []string
		for _, c := range step.Settings {
			lines = append(lines, configs.DescribeSetting(c))
		}
		e.printSome("   ", lines)
	}
	e.printSome("note: ", p.Notes)
	e.printSome("not restorable: ", p.NotRestorable)
	if len(p.Steps) == 0 {
		fmt.Fprintln(e.stdout, "nothing to send")
		return
	}
	fmt.Fprintf(e.stdout, "%s, %s of the API (%d of %d of this hour are left); nothing is sent yet\n",
		human.CountOf(len(p.Steps), "change"), human.CountOf(p.Calls(), "call"), max(budget.Limit-budget.Used, 0), budget.Limit)
}

// stepVerb says what a step does.
var stepVerb = map[configs.Verb]string{configs.Created: "create", configs.Modified: "update", configs.Deleted: "delete"}

// printSome prints lines, and how many more there are.
func (e *env) printSome(before string, lines []string) {
	for i, line := range lines {
		if i == planLines {
			fmt.Fprintf(e.stdout, "%sand %d more\n", before, len(lines)-i)
			return
		}
		fmt.Fprintln(e.stdout, before+safetext.Line(line))
	}
}

// asOf is a moment for a person.
func (e *env) asOf(m configs.Moment) string {
	if m.Revision != "" {
		return "revision " + m.Revision
	}
	return e.stamp(m.Time)
}

// plainMoment is a moment as records have it.
func plainMoment(m configs.Moment) string {
	if m.Revision != "" {
		return m.Revision
	}
	return m.Time.UTC().Format(time.RFC3339)
}

// applyPlan asks, and carries a plan out as an activity.
func (s *settings) applyPlan(ctx context.Context, e *env, store *configs.Store, org collector.Organization, p *configs.Plan, yes bool) error {
	if s.readOnly {
		return actions.ErrReadOnly
	}
	if !yes {
		if !e.canAsk() {
			return usageError(errors.New("--apply asks for a confirmation, and there is no terminal to give it; add --yes"))
		}
		ok, err := e.ask(ctx, fmt.Sprintf("Send %s to %s, which takes %s of the API?", human.CountOf(len(p.Steps), "change"), org.Client.Host(), human.CountOf(p.Calls(), "call")))
		if err != nil {
			return err
		}
		if !ok {
			return errDeclined
		}
	}
	return s.withActions(ctx, func(ctx context.Context, a *actions.Actions, _ *journal.Journal) error {
		r := actions.Restoration{Source: org.Name, Object: p.Place, Name: p.Name, When: plainMoment(p.When)}
		by := configs.Commit{Author: s.actor, Time: s.clock.Now(), Message: "to the state of " + plainMoment(p.When)}
		err := a.Restore(ctx, s.operator(), r, func(ctx context.Context) error {
			return store.Apply(ctx, org.Client, p, by, func(step int, what string) {
				fmt.Fprintf(e.stdout, "done %d of %d: %s\n", step, len(p.Steps), safetext.Line(what))
			})
		})
		return restoreError(err)
	})
}

// restoreError explains an error of the cloud, and keeps what it says about the steps.
func restoreError(err error) error {
	step, ok := errors.AsType[*configs.StepError](err)
	if !ok {
		return backupError(err)
	}
	cause, code := backupError(step.Err), exitProblem
	if e, ok := errors.AsType[*exitError](cause); ok {
		code = e.code
	}
	return &exitError{code: code, err: &configs.StepError{Step: step.Step, Of: step.Of, What: step.What, Err: cause}}
}
