package main

import (
	"context"
	"fmt"
	"text/tabwriter"

	"foghorn/actions"
	"foghorn/internal/human"
	"foghorn/internal/safetext"
)

// confirm shows a person the renames of a file, the old names beside the new ones,
// and asks once. A script reads a file without a person, and is not asked.
func (f *renameFlags) confirm(ctx context.Context, e *env, plan *actions.RenamePlan) error {
	if f.csv == "" || f.yes || !e.canAsk() {
		return nil
	}
	planned := 0
	w := tabwriter.NewWriter(e.stderr, 0, 0, 2, ' ', 0)
	for _, r := range plan.Rows {
		if r.State != actions.RowPlanned {
			continue
		}
		if planned++; planned == 1 {
			fmt.Fprintln(w, "MAC\tOLD\t\tNEW")
		}
		fmt.Fprintf(w, "%s\t%s\t→\t%s\n", r.Device.MAC, safetext.Line(r.Old), safetext.Line(r.Name))
	}
	if err := w.Flush(); err != nil || planned == 0 {
		return err
	}
	yes, err := e.ask(ctx, fmt.Sprintf("Rename %s, which takes %s of the API?", human.CountOf(planned, "device"), human.CountOf(planned, "call")))
	if err == nil && !yes {
		err = errDeclined
	}
	return err
}
