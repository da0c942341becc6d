package view

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/tui/draw"
	"foghorn/tui/list"
	"foghorn/tui/pane"
	"foghorn/tui/port"
)

// siteSheet shows all metrics of one site, the worst first.
type siteSheet struct {
	source, siteID, site string
	rows                 list.Model[event.SLEScore]
	read                 bool
}

// sitePlace is the sheet of a site's SLE.
var sitePlace = pane.Place{Name: "SLE of a site", Traits: pane.IsSheet | pane.HasRows}

func newSiteSheet(row siteRow) *siteSheet {
	s := &siteSheet{source: row.Source, siteID: row.SiteID, site: row.Site}
	s.rows = list.New(func(sc event.SLEScore) int64 { return pane.TextID(sc.Metric) }, false)
	s.Take(row.Scores)
	s.rows.Hold() // on the metric of the row, also among those of other families
	s.read = false
	return s
}

// Open opens the metric under the cursor.
func (s *siteSheet) Open(scr pane.Screen) pane.Request {
	score, ok := s.rows.Selected()
	if !ok {
		return nil
	}
	m := newMetricSheet(score)
	return pane.All{pane.OpenSheet{Sheet: m}, m.Refresh(scr)}
}

// SiteOf is the site whose metrics are shown.
func (s *siteSheet) SiteOf() event.Site {
	return event.Site{Source: s.source, ID: s.siteID, Name: s.site}
}

func (s *siteSheet) Place() pane.Place   { return sitePlace }
func (s *siteSheet) Nav() pane.Navigator { return &s.rows }
func (s *siteSheet) Close()              {}

func (s *siteSheet) Fetch(time.Time) pane.Fetch {
	return func(ctx context.Context, j port.Journal) (pane.Answer, error) {
		scores, err := j.Scores(ctx)
		mine := slices.DeleteFunc(scores, func(sc event.SLEScore) bool {
			return sc.Source != s.source || cmp.Or(sc.SiteID, sc.Site) != cmp.Or(s.siteID, s.site)
		})
		return pane.Answer{Apply: func() { s.Take(mine) }}, err
	}
}

// Take puts the scores in, the worst first; those without a value come last.
func (s *siteSheet) Take(scores []event.SLEScore) {
	s.read = true
	scores = slices.DeleteFunc(slices.Clone(scores), func(sc event.SLEScore) bool { return sc.Metric == "" })
	slices.SortStableFunc(scores, func(a, b event.SLEScore) int {
		return cmp.Or(cmp.Compare(hasValue(b), hasValue(a)), cmp.Compare(a.Value, b.Value), strings.Compare(a.Metric, b.Metric))
	})
	s.rows.Set(scores)
}

func hasValue(s event.SLEScore) int {
	if s.Value >= 0 {
		return 1
	}
	return 0
}

var siteColumns = []draw.Column{
	{Width: 1},
	{Title: "METRIC", Width: 18, Max: 32},
	{Title: "FOR", Width: 6, Drop: 3},
	{Title: "1 HOUR", Width: 7, Right: true},
	{Title: "LAST 24 HOURS", Width: mostTrend},
	{Title: "LOWEST", Width: 7, Right: true, Drop: 1},
	{Title: "AGE", Width: 5, Right: true, Drop: 2},
}

func siteCells(e pane.Context, s event.SLEScore) []draw.Cell {
	letter, r := scoreWord(s.Value)
	if hasValue(s) == 0 {
		letter, r = "", draw.Dim
	}
	text := draw.Plain
	if e.Stale(s.Time, staleScore) {
		text = draw.Dim
	}
	lowest := ""
	if slices.ContainsFunc(s.Trend, func(v float64) bool { return v >= 0 }) {
		lowest = Success(lowestOf(s.Trend))
	}
	return []draw.Cell{
		{Text: letter, Role: r},
		{Text: e.Cell(s.Metric), Role: text},
		{Text: familyName(journal.SLEFamily(s)), Role: draw.Dim},
		{Text: Success(s.Value), Role: r},
		{Text: trendOf(e, s, 24), Role: r},
		{Text: lowest, Role: draw.Dim},
		{Text: e.AgeOr(s.Time, ""), Role: draw.Dim},
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

func (s *siteSheet) Draw(e pane.Context, w, h int) []string {
	out := []string{draw.SheetTitle(e.Context, "SLE of "+e.Cell(cmp.Or(s.site, s.siteID)), "enter opens a metric", w)}
	if s.rows.Len() == 0 {
		text := "No data: no success rate of this site is known."
		if !s.read {
			text = "Reading the journal."
		}
		return draw.Pad(append(out, "", "  "+text), w, h)
	}
	return draw.Pad(append(out, s.table(e, w, h-1, true)...), w, h)
}

// table is the heads and the metrics, in at most h lines.
func (s *siteSheet) table(e pane.Context, w, h int, focused bool) []string {
	return pane.Rows[event.SLEScore]{List: &s.rows, Columns: siteColumns, Cells: siteCells, Focused: focused}.Draw(e, w, h, true)
}
