package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"foghorn/collector"
	"foghorn/internal/safetext"
	"foghorn/jobs"
	"foghorn/jobs/configs"
	"foghorn/mist"
)

const backupLongConfigs = `Fetch the configuration of the whole organization, a site, a device or an object, and store
it in configs/ in the data directory. Only changed files are written.

TARGET is org (or nothing), the name or id of a site or device, a MAC, or an object as in foghorn
configs. A full backup takes at most 20 % of the hour's API calls, and waits when it needs more;
a smaller backup runs at once. If Mist refuses a part, foghorn names that part, stores the rest,
and exits with 1.`

func newBackupCmd(e *env) *cobra.Command {
	source := ""
	cmd := &cobra.Command{
		Use:     "backup [TARGET]",
		Short:   "Back up the configuration of the organization, a site, a device or an object",
		Long:    backupLongConfigs,
		Example: "foghorn backup\nfoghorn backup Vienna\nfoghorn backup sw-ber-01\nfoghorn backup wlans/Guest",
		RunE: func(cmd *cobra.Command, args []string) error {
			return backUp(cmd.Context(), e, source, append(args, "")[0])
		},
	}
	cmd.Flags().StringVar(&source, "source", "", "the `organization`, if several are configured")
	return cmd
}

func backUp(ctx context.Context, e *env, source, target string) error {
	s, err := e.settings()
	if err != nil {
		return err
	}
	org, err := s.organization(ctx, source)
	if err != nil {
		return err
	}
	if org.OrgID == "" {
		return usageError(fmt.Errorf("[[mist]] %s has no org_id", org.Name))
	}
	if err := s.collecting().EnsureDir(); err != nil {
		return err
	}
	store, err := s.collecting().OpenConfigs()
	if err != nil {
		return err
	}
	defer store.Close()
	operator := mist.WithCaller(ctx, "backup", mist.Operator)
	scope, err := store.Target(operator, org.Client, org.Name, org.OrgID, target)
	if err != nil {
		return backupError(err)
	}
	scope.Urgency = mist.Operator
	if scope.Whole() {
		limit := s.learnBudget(operator, org)
		scope.Urgency, scope.Pace = mist.Routine, configs.NewPace(limit, configs.Share, s.clock)
	}
	r, err := store.Backup(ctx, org.Client, scope, e.backupProgress())
	for _, c := range r.Changes {
		fmt.Fprintln(e.stdout, c)
	}
	for _, t := range r.Troubles {
		fmt.Fprintln(e.stderr, "foghorn:", t)
	}
	for _, n := range r.Notes {
		fmt.Fprintln(e.stderr, "foghorn:", n)
	}
	fmt.Fprintln(e.stdout, r.Summary())
	if errors.Is(err, jobs.ErrPartial) {
		return &exitError{code: exitProblem}
	}
	return backupError(err)
}

// learnBudget asks the cloud how much of the hour's limit is used, and returns the limit.
func (s *settings) learnBudget(ctx context.Context, org collector.Organization) int {
	if u, err := org.Client.Usage(ctx); err == nil {
		org.Client.Governor().Learn(u)
	}
	return org.Client.Governor().Usage().Limit
}

// backupError explains an error of the cloud; others stay as they are.
func backupError(err error) error {
	if _, ok := errors.AsType[*mist.Error](err); ok {
		return cloudError(err)
	}
	return err
}

// backupProgress shows a person how far a backup is.
func (e *env) backupProgress() configs.Progress {
	if !isTerminal(e.stderr) {
		return nil
	}
	return func(done, total int, doing string) {
		if doing != "" {
			fmt.Fprintf(e.stderr, "%d of %d: %s\n", done, total, safetext.Line(doing))
		}
	}
}
