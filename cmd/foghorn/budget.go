package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"foghorn/internal/human"
	"foghorn/internal/safetext"
	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/journal/export"
)

func newBudgetCmd(e *env) *cobra.Command {
	list := &listFlags{}
	cmd := &cobra.Command{
		Use:   "budget",
		Short: "Show how much of the hourly API limit is used, and by what",
		Long: "Show how much of a token's hourly API limit is used, and by what.\n\n" +
			"The row others counts the calls that the collector did not make: those of foghorn's commands,\n" +
			"of other programs and of people with the same token. With it, the calls add up to what Mist counts.",
		Example: `foghorn budget
foghorn budget -o json | jq '.[] | select(.caller == "others") | .calls'`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return printBudget(cmd.Context(), e, list)
		},
	}
	addFormat(cmd, &list.format)
	return cmd
}

func printBudget(ctx context.Context, e *env, list *listFlags) error {
	return e.list(ctx, list, func(j *journal.Journal, l listing) error {
		status, err := j.Status(ctx)
		if err != nil {
			return err
		}
		if len(status.Budgets) == 0 {
			return errors.New("no API budget is known: that takes a running collector with an API token")
		}
		var all []event.BudgetUse
		for i := range status.Budgets {
			b := &status.Budgets[i]
			if l.format == export.Table {
				if err := printOneBudget(e, b, l); err != nil {
					return err
				}
			}
			all = append(all, b.Uses()...)
		}
		if l.format == export.Table {
			return nil
		}
		return export.Write(e.stdout, l.format, all, l.options)
	})
}

// printOneBudget prints what is used of a token, and the rows of its callers.
func printOneBudget(e *env, b *event.Budget, l listing) error {
	until := func(t time.Time) string { return human.Duration(max(0, t.Sub(l.page.Now)).Truncate(time.Second)) }
	of := fmt.Sprintf("%d of %d calls used", b.Used, b.Limit)
	if b.Limit <= 0 {
		of = fmt.Sprintf("%d calls used (the limit is not known yet)", b.Used)
	}
	fmt.Fprintf(e.stdout, "%s: %s, the counter resets in %s\n", safetext.Line(strings.Join(b.Sources, ",")), of, until(b.Resets))
	if b.Blocked.After(l.page.Now) {
		fmt.Fprintf(e.stdout, "Mist accepts no calls for another %s\n", until(b.Blocked))
	}
	uses := b.Uses()
	for i := range uses {
		uses[i].Sources = nil // the line above says it
	}
	return export.Write(e.stdout, export.Table, uses, l.options)
}
