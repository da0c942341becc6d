package tui

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"foghorn/journal/event"
	"foghorn/tui/list"
)

// siteSheet shows all metrics of one site, the worst first.
type siteSheet struct {
	source, siteID, site string
	rows                 list.Model[event.SLEScore]
	read                 bool
}

// openSite opens the sheet of the site under the cursor.
func (m *Model) openSite() tea.Cmd {
	p, _ := m.panes[paneSLE].(*listPane[siteScores])
	row, ok := p.list.Selected()
	if !ok {
		return nil
	}
	s := &siteSheet{source: row.Source, siteID: row.SiteID, site: row.Site}
	s.rows = list.New(func(sc event.SLEScore) int64 { return textID(sc.Metric) }, false)
	s.take(row.Scores)
	s.read = false
	return m.openSheet(s)
}

func (s *siteSheet) where() where   { return inSite }
func (s *siteSheet) nav() navigator { return &s.rows }
func (s *siteSheet) close()         {}

func (s *siteSheet) fetch(time.Time) fetch {
	return func(ctx context.Context, j Journal) (answer, error) {
		scores, err := j.Scores(ctx)
		mine := slices.DeleteFunc(scores, func(sc event.SLEScore) bool {
			return sc.Source != s.source || cmp.Or(sc.SiteID, sc.Site) != cmp.Or(s.siteID, s.site)
		})
		return answer{apply: func() { s.take(mine) }}, err
	}
}

// take puts the scores in, the worst first; those without a value come last.
func (s *siteSheet) take(scores []event.SLEScore) {
	s.read = true
	scores = slices.DeleteFunc(slices.Clone(scores), func(sc event.SLEScore) bool { return sc.Metric == "" })
	slices.SortStableFunc(scores, func(a, b event.SLEScore) int {
		return cmp.Or(cmp.Compare(known(b), known(a)), cmp.Compare(a.Value, b.Value), strings.Compare(a.Metric, b.Metric))
	})
	s.rows.Set(scores)
}

func known(s event.SLEScore) int {
	if s.Value >= 0 {
		return 1
	}
	return 0
}

var siteColumns = []column{
	{width: 1},
	{title: "METRIC", width: 18, grow: 3, max: 32},
	{title: "FOR", width: 6, drop: 3},
	{title: "1 HOUR", width: 7, right: true},
	{title: "LAST 24 HOURS", width: 24},
	{title: "LOWEST", width: 7, right: true, drop: 1},
	{title: "TOLD", width: 5, right: true, drop: 2},
}

func siteCells(e env, s event.SLEScore) []cell {
	letter, r := scoreWord(s.Value)
	if known(s) == 0 {
		letter, r = "", roleDim
	}
	text := rolePlain
	if e.stale(s.Time, staleScore) {
		text = roleDim
	}
	lowest := ""
	if slices.ContainsFunc(s.Trend, func(v float64) bool { return v >= 0 }) {
		lowest = success(lowestOf(s.Trend))
	}
	return []cell{
		{letter, r},
		{e.cell(s.Metric), text},
		{familyName(familyOf(s)), roleDim},
		{success(s.Value), r},
		{trend(e, s.Trend, 24), r},
		{lowest, roleDim},
		{e.ageOr(s.Time, ""), roleDim},
	}
}

// lowestOf is the lowest value that is known; 1 without any.
func lowestOf(values []float64) float64 {
	out := 1.0
	for _, v := range values {
		if v >= 0 {
			out = min(out, v)
		}
	}
	return out
}

func familyName(family string) string {
	if i := slices.Index(families, family); i >= 0 {
		return familyTabs[i]
	}
	return family
}

func (s *siteSheet) draw(e env, w, h int) []string {
	out := []string{sheetTitle(e.drawContext, "SLE of "+e.cell(cmp.Or(s.site, s.siteID)), "enter opens a metric", w)}
	if s.rows.Len() == 0 {
		text := "No data: no success rate of this site is known."
		if !s.read {
			text = "Reading the journal."
		}
		return padLines(append(out, "", "  "+text), w, h)
	}
	widths := layout(siteColumns, w)
	s.rows.SetHeight(h - 2)
	out = append(out, e.th.heading(siteColumns, widths, w))
	for i, sc := range s.rows.Visible() {
		out = append(out, e.th.row(siteCells(e, sc), siteColumns, widths, w, s.rows.Top()+i == s.rows.Cursor(), false))
	}
	return padLines(out, w, h)
}

// sheetTitle is the first line of a sheet: its name, and a word at the right.
func sheetTitle(e drawContext, name, right string, w int) string {
	name = e.th.glyph.rule + " " + name
	name = e.th.fit(name, min(textWidth(name), w*2/3), false) + " "
	right = e.th.fit(right, min(textWidth(right), max(0, w-textWidth(name)-4)), false)
	fill := max(0, w-textWidth(name)-textWidth(right)-3)
	return e.th.on(roleTitle, name) + e.th.on(roleDim, strings.Repeat(e.th.glyph.rule, fill)+" ") + e.th.on(roleAccent, right) +
		e.th.on(roleDim, " "+e.th.glyph.rule)
}
