package tui

import (
	"slices"

	"foghorn/tui/draw"
)

// severalOrgs reports whether more than one organisation is collected or can be
// asked: rows then say which one they are of.
func (e env) severalOrgs() bool {
	if len(e.tokens) > 1 {
		return true
	}
	if e.status == nil {
		return false
	}
	org := ""
	for _, f := range e.status.Feeds {
		if !f.Kind.OfMist() {
			continue
		}
		if org != "" && f.Name != org {
			return true
		}
		org = f.Name
	}
	return false
}

// withOrg puts the organisation into a kind's rows, as the column at a place,
// while there are several.
func withOrg[T any](k kind[T], at int, source func(T) string) kind[T] {
	columns, cells := k.columns, k.cells
	k.columns = func(e env, w int) []draw.Column {
		return withOrgColumn(e, columns(e, w), at)
	}
	k.cells = func(e env, row T) []draw.Cell {
		if !e.severalOrgs() {
			return cells(e, row)
		}
		return slices.Insert(cells(e, row), at, draw.Cell{Text: e.Cell(source(row)), Role: draw.Dim})
	}
	return k
}

// withOrgColumn adds the column of the organisation while there are several.
func withOrgColumn(e env, cols []draw.Column, at int) []draw.Column {
	if !e.severalOrgs() {
		return cols
	}
	return slices.Insert(cols, at, draw.Column{Title: "ORG", Width: 6, Max: 12, Grow: 1, Drop: 4})
}
