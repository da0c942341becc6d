package main

import (
	"context"
	"fmt"

	"foghorn/journal"
	"foghorn/journal/query"
)

// hintUnseen says on standard error which value of a query nobody has ever seen, and
// the nearest one: a list that is empty because of a typo looks like a quiet network.
func (e *env) hintUnseen(ctx context.Context, j journal.Values, text string, about query.Table) {
	if unseen, ok, err := journal.FindUnseen(ctx, j, text, about); err == nil && ok {
		fmt.Fprintln(e.stderr, "foghorn: "+unseen.String())
	}
}
