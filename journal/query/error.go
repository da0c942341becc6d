package query

import (
	"fmt"

	"foghorn/internal/human"
)

// Error is a mistake in a query and its position.
type Error struct {
	Column     int    // where the mistake starts: runes from 1
	Msg        string // what is wrong, without the column
	Suggestion string // the likely intended text, or empty
}

// Error returns one line such as `column 1: no field "sit"; did you mean "site"?`.
func (e *Error) Error() string {
	if e.Suggestion == "" {
		return fmt.Sprintf("column %d: %s", e.Column, e.Msg)
	}
	return fmt.Sprintf("column %d: %s; did you mean %q?", e.Column, e.Msg, e.Suggestion)
}

// Nearest returns the candidate that got probably misspells, or empty (see
// human.Nearest).
func Nearest(got string, candidates []string) string { return human.Nearest(got, candidates) }
