package pane

import (
	"slices"

	"foghorn/tui/draw"
)

// WithOrg adds the organization to a Spec's rows, as the column at a place,
// while there are several.
func WithOrg[T any](k Spec[T], at int, source func(T) string) Spec[T] {
	columns, cells := k.Columns, k.Cells
	k.Columns = func(e Context, w int) []draw.Column {
		return WithOrgColumn(e, columns(e, w), at)
	}
	k.Cells = func(e Context, row T) []draw.Cell {
		if !e.severalOrgs() {
			return cells(e, row)
		}
		return slices.Insert(cells(e, row), at, draw.Cell{Text: e.Cell(source(row)), Role: draw.Dim})
	}
	return k
}

// WithOrgColumn adds the column of the organization while there are several.
func WithOrgColumn(e Context, cols []draw.Column, at int) []draw.Column {
	if !e.severalOrgs() {
		return cols
	}
	return slices.Insert(cols, at, draw.Column{Title: "ORG", Width: 6, Max: 12, Grow: 1, Drop: 4})
}
