package view

import (
	"cmp"
	"slices"
	"strings"

	"foghorn/journal/event"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
)

// gridLeast is the width from which metrics have columns of their own.
const gridLeast = 72

// gridKnown are the metrics in the order and words of the grid. Mist has
// several names for some of them.
var gridKnown = []struct {
	short, long string
	names       []string
}{
	{"COVER", "COVERAGE", []string{"coverage"}},
	{"CAPAC", "CAPACITY", []string{"capacity"}},
	{"TIME", "CONN. TIME", []string{"time-to-connect"}},
	{"CONN", "CONNECTS", []string{"successful-connect", "failed-to-connect"}},
	{"ROAM", "ROAMING", []string{"roaming", "roaming-v2"}},
	{"THRU", "THROUGHPUT", []string{"throughput"}},
	{"AP", "AP HEALTH", []string{"ap-health", "ap-availability"}},
	{"SWTCH", "SWITCH", []string{"switch-health", "switch-health-v2"}},
	{"THRU", "THROUGHPUT", []string{"switch-throughput"}},
	{"CONN", "CONNECTS", []string{"switch-stc", "switch-stc-v2", "wired-successful-connect"}},
	{"BANDW", "BANDWIDTH", []string{"switch-bandwidth"}},
	{"GATEW", "GATEWAY", []string{"gateway-health"}},
	{"LINK", "WAN LINK", []string{"wan-link-health"}},
	{"APPS", "APPLICATION", []string{"application-health"}},
	{"BANDW", "BANDWIDTH", []string{"gateway-bandwidth"}},
}

// sameMetric compares names of metrics: hyphens and underscores are mixed.
func sameMetric(a, b string) bool {
	return strings.EqualFold(strings.ReplaceAll(a, "_", "-"), strings.ReplaceAll(b, "_", "-"))
}

func gridPlace(metric string) int {
	for i, k := range gridKnown {
		if slices.ContainsFunc(k.names, func(n string) bool { return sameMetric(n, metric) }) {
			return i
		}
	}
	return -1
}

// gridFits reports whether the rows are drawn as sites by metrics: that is for
// one family, and where there is room.
func gridFits(s pane.ViewState, width int) bool { return s.Family != "" && width >= gridLeast }

// gridMetrics are the places in gridKnown that any row has a score for.
func gridMetrics(rows []siteRow) []int {
	have := make([]bool, len(gridKnown))
	for _, s := range rows {
		for _, sc := range s.Scores {
			if i := gridPlace(sc.Metric); i >= 0 {
				have[i] = true
			}
		}
	}
	var out []int
	for i := range gridKnown {
		if have[i] {
			out = append(out, i)
		}
	}
	return out
}

// gridLong is the width from which the columns have the metrics' full names.
const gridLong = 116

func gridColumns(metrics []int, width int) []draw.Column {
	cols := []draw.Column{{Width: 1}, {Title: "SITE", Width: 12, Max: maxName, Whole: true}}
	for _, i := range metrics {
		c := draw.Column{Title: gridKnown[i].short, Width: 6, Right: true}
		if width >= gridLong {
			c.Title, c.Width = gridKnown[i].long, 11
		}
		cols = append(cols, c)
	}
	return append(cols, draw.Column{Title: "WORST, 24 H", Width: leastTrend, Max: mostTrend, Grow: 1, Drop: 1}, draw.Column{Title: "ALSO", Width: 16, Grow: 4, Drop: 2})
}

// gridCells are the scores of a site, by metric. An unknown one is a dash;
// metrics without a column stand at the end.
func gridCells(e pane.Context, s siteRow, metrics []int) []draw.Cell {
	letter, r := scoreWord(s.Scores[0].Value)
	text := draw.Plain
	if e.Stale(newestOf(s.Scores), staleScore) {
		text = draw.Dim
	}
	cells := []draw.Cell{{Text: letter, Role: r}, {Text: e.Cell(cmp.Or(s.Site, s.SiteID)), Role: text}}
	for _, i := range metrics {
		sc, ok := scoreAt(s.Scores, i)
		if !ok {
			cells = append(cells, draw.Cell{Text: "-", Role: draw.Dim})
			continue
		}
		_, r := scoreWord(sc.Value)
		if r == draw.OK {
			r = text
		}
		cells = append(cells, draw.Cell{Text: Success(sc.Value), Role: r})
	}
	var also []string
	if hasValue(s.Scores[0]) == 0 {
		also = []string{"no data"}
	}
	for _, sc := range s.Scores {
		if sc.Metric != "" && gridPlace(sc.Metric) < 0 && len(also) < 4 {
			also = append(also, e.Cell(sc.Metric)+" "+Success(sc.Value))
		}
	}
	return append(cells, trendCell(e, s.Scores[0], r), draw.Cell{Text: strings.Join(also, "  "), Role: draw.Dim})
}

// scoreAt is the score of a column: where two names mean the same, the worse.
func scoreAt(scores []event.SLEScore, place int) (event.SLEScore, bool) {
	for _, sc := range scores { // worst first
		if gridPlace(sc.Metric) == place {
			return sc, true
		}
	}
	return event.SLEScore{}, false
}
