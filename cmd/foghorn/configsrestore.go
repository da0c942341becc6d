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

const configsRestoreLong = `Plan how to bring an object back to the state it had at a time.

The plan compares what is wanted, what the backup has and what Mist has now. It refuses when
Mist is ahead of the backup: somebody has just changed the object. It prints the calls in
their order, objects that have to follow to a new id, and what cannot be restored:
secrets of which the backup has only a digest, and what Mist showed as ****.

Nothing is sent, unless with --apply. That asks first, looks at each object again before it
changes it, reads it back afterwards, and stops at the first failure. It is recorded as
an activity.`

func newConfigsRestoreCmd(e *env) *cobra.Command {
	f, apply, yes := &configsFlags{}, false, false
	cmd := &cobra.Command{
		Use:     "restore-plan OBJECT@TIME",
		Short:   "Plan how to bring an object back to an earlier state",
		Long:    configsRestoreLong,
		Example: "foghorn configs restore-plan wlans/Guest@2h\nfoghorn configs restore-plan wlans/Guest@'2026-11-23 10:00' --apply",
		RunE: func(cmd *cobra.Command, args []string) error {
			return restoreConfig(cmd.Context(), e, f, args[0], apply, yes)
		},
	}
	f.add(cmd)
	cmd.Flags().BoolVar(&apply, "apply", false, "carry the plan out, after a question")
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask")
	return cmd
}

func restoreConfig(ctx context.Context, e *env, f *configsFlags, arg string, apply, yes bool) error {
	s, store, filter, err := e.configs(ctx, f)
	if err != nil {
		return err
	}
	defer store.Close()
	name, at := splitMoment(arg, s.clock.Now())
	if at.IsZero() {
		return usageError(errors.New("say to the state of when: OBJECT@TIME such as wlans/Guest@2h, or OBJECT@REVISION as foghorn configs log lists it"))
	}
	o, err := store.Find(ctx, filter, name)
	if err != nil {
		return err
	}
	source, err := s.sourceOf(o)
	if err != nil {
		return err
	}
	org, err := s.organization(ctx, source)
	if err != nil {
		return err
	}
	plan, err := store.PlanRestore(ctx, org.Client, o.Path(), at)
	if err != nil {
		return backupError(err)
	}
	e.printPlan(plan)
	if len(plan.Steps) == 0 || !apply {
		return nil
	}
	return s.applyPlan(ctx, e, store, org, plan, yes)
}

// printPlan prints what a restore would do.
func (e *env) printPlan(p *configs.Plan) {
	fmt.Fprintf(e.stdout, "%s %s, as of %s\n", p.Path.Type, safetext.Line(p.Name), e.asOf(p.When))
	for i, step := range p.Steps {
		fmt.Fprintf(e.stdout, "%d. %s %s  %s\n", i+1, step.Method, safetext.Line(step.APIPath), safetext.Line(step.Name))
		for _, c := range step.Settings {
			fmt.Fprintf(e.stdout, "   %s\n", safetext.Line(configs.DescribeSetting(c)))
		}
	}
	for _, n := range p.Notes {
		fmt.Fprintf(e.stdout, "note: %s\n", safetext.Line(n))
	}
	for _, n := range p.NotRestorable {
		fmt.Fprintf(e.stdout, "not restorable: %s\n", safetext.Line(n))
	}
	if len(p.Steps) == 0 {
		fmt.Fprintln(e.stdout, "nothing to send")
		return
	}
	fmt.Fprintf(e.stdout, "%s, %s of the API; nothing is sent yet\n", human.CountOf(len(p.Steps), "change"), human.CountOf(p.Calls(), "call"))
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

// applyPlan asks, carries a plan out as an activity, and backs up what it changed.
func (s *settings) applyPlan(ctx context.Context, e *env, store *configs.Store, org collector.Organization, p *configs.Plan, yes bool) error {
	if s.readOnly {
		return actions.ErrReadOnly
	}
	if !yes {
		if !e.canAsk() {
			return usageError(errors.New("--apply asks first, and nobody can answer here; --yes answers"))
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
		r := actions.Restoration{Source: org.Name, Object: p.Path.String(), Name: p.Name, When: plainMoment(p.When)}
		err := a.Restore(ctx, s.operator(), r, func(ctx context.Context) error {
			return store.Apply(ctx, org.Client, p, func(step int, what string) {
				fmt.Fprintf(e.stdout, "done %d of %d: %s\n", step, len(p.Steps), safetext.Line(what))
			})
		})
		return errors.Join(backupError(err), s.backUpRestored(ctx, store, org, p))
	})
}

// backUpRestored brings what a restore changed, or may have changed, into the backup.
func (s *settings) backUpRestored(ctx context.Context, store *configs.Store, org collector.Organization, p *configs.Plan) error {
	var errs []error
	for _, step := range p.Steps {
		scope := configs.Scope{Source: org.Name, OrgID: org.OrgID, Urgency: mist.Operator, Caller: "restore", Clock: s.clock,
			By: configs.Commit{Author: s.actor, Time: s.clock.Now(), Message: "Restore " + p.Path.Type + " " + p.Name + " to the state of " + plainMoment(p.When)}}
		if step.Verb == configs.Created { // under an id that the plan does not know
			scope.SiteID, scope.Type = step.Path.SiteID, step.Path.Type
		} else {
			scope.Object = &step.Path
		}
		_, err := store.Backup(ctx, org.Client, scope, nil)
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}
