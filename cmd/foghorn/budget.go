package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"foghorn/internal/human"
	"foghorn/internal/safetext"
	"foghorn/journal"
	"foghorn/journal/event"
)

func newBudgetCmd(e *env) *cobra.Command {
	return &cobra.Command{
		Use:     "budget",
		Short:   "Show how much of the hourly API limit is used, and by what",
		Example: "foghorn budget",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return printBudget(cmd.Context(), e)
		},
	}
}

func printBudget(ctx context.Context, e *env) error {
	return e.read(ctx, func(s *settings, j *journal.Journal) error {
		status, err := j.Status(ctx)
		if err != nil {
			return err
		}
		if len(status.Budgets) == 0 {
			return errors.New("no API budget is known: that takes a running collector with an API token")
		}
		now := s.clock.Now()
		for _, b := range status.Budgets {
			printOneBudget(e, b, human.Duration(b.Resets.Sub(now)))
			if b.Blocked.After(now) {
				fmt.Fprintf(e.stdout, "  Mist accepts no calls for another %s\n", human.Duration(b.Blocked.Sub(now)))
			}
		}
		return nil
	})
}

func printOneBudget(e *env, b event.Budget, resets string) {
	fmt.Fprintf(e.stdout, "%s: %d of %d calls used, the counter resets in %s\n", safetext.Line(strings.Join(b.Sources, ",")), b.Used, b.Limit, resets)
	for _, p := range b.Callers {
		fmt.Fprintf(e.stdout, "  %-22s %-10s %5d this hour  %5d an hour  %s\n", safetext.Line(p.Name), p.Urgency, p.Calls, p.PerHour, p.State)
	}
}
