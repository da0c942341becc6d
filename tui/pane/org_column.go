package pane

import (
	"slices"

	"foghorn/tui/draw"
)

// WithOrg adds the organization to a Spec's rows, as the column at a place, while there
// are several. If all rows are of one, the title names that.
func WithOrg[T any](k Spec[T], at int, source func(T) string) Spec[T] {
	columns, cells := k.Columns, k.Cells
	k.Columns = func(e Context, w int) []draw.Column {
		if !e.SeveralOrgs() {
			return columns(e, w)
		}
		return slices.Insert(columns(e, w), at, OrgColumn(e))
	}
	k.Cells = func(e Context, row T) []draw.Cell {
		if !e.SeveralOrgs() {
			return cells(e, row)
		}
		return slices.Insert(cells(e, row), at, draw.Cell{Text: e.Cell(source(row)), Role: draw.Dim})
	}
	return k
}

// OrgColumn is the column of the organization that a row is of.
func OrgColumn(e Context) draw.Column {
	return draw.Column{Title: "ORG", Width: 6, Max: 14, Drop: 4, Same: true, Unnamed: !e.SeveralOrgs()}
}
