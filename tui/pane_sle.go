package tui

import (
	"cmp"
	"context"
	"encoding/json"
	"hash/fnv"
	"math"
	"slices"
	"strings"
	"time"

	"foghorn/internal/human"
	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/journal/query"
	"foghorn/tui/draw"
	"foghorn/tui/port"
)

// siteScores is one row of the SLE pane: the last values of one site.
type siteScores struct {
	Source string           `json:"source,omitempty"`
	SiteID string           `json:"site_id"`
	Site   string           `json:"site"`
	Scores []event.SLEScore `json:"scores"` // worst first, never empty: one without a metric where there is no data
}

// staleScore is the age from which a score is marked: they are asked for once
// an hour, as Mist advises.
const staleScore = 150 * time.Minute

const paneSLE paneID = 5

func slePane() *listPane[siteScores] {
	p := newListPane(kind[siteScores]{
		about: About{ID: paneSLE, Digit: "5", Name: "SLE", Command: "sle", Help: "SLE: sites by metrics, the worst first", NoPreview: true,
			Sheets: []Place{sitePlace, metricPlace}},
		scoped: func(s siteScores) []Scope { return ScopesIn(s.Scores[0].Source, "", s.SiteID, s.Site) },
		opens:  func(_ Screen, row siteScores) Request { return OpenSheet{newSiteSheet(row)} },
		table:  query.Events, whole: true,
		rowID:   func(s siteScores) int64 { return textID(s.Source + "\x00" + s.siteKey()) },
		read:    readSites,
		arrange: ofFamily,
		hot:     func(s siteScores) bool { return known(s.Scores[0]) > 0 && s.Scores[0].Value < journal.SLEWarn },
		values: func(rows []siteScores) pick {
			var out []event.SLEScore
			for _, r := range rows {
				out = append(out, r.Scores...)
			}
			return pickOf("scores", out)
		},
		object: func(s *siteScores) ([]byte, error) { return json.MarshalIndent(s, "", "  ") },
		note: func(e env, rows []siteScores) string {
			return staleNote(e, staleScore, rows, func(s siteScores) time.Time { return newestOf(s.Scores) })
		},
		empty: emptySLE,
	})
	p.spec.keys = sleKeys(p)
	p.spec.tabs = func(env) string { return draw.Tabs(familyTabs, slices.Index(families, p.show.family)) }
	p.spec.columns = func(e env, w int) []draw.Column {
		if gridFits(p.show, w) {
			return gridColumns(gridMetrics(p.list.Rows()), w)
		}
		return sleColumns(e, w)
	}
	p.spec.cells = func(e env, s siteScores) []draw.Cell {
		if gridFits(p.show, e.Width) {
			return gridCells(e, s, gridMetrics(p.list.Rows()))
		}
		return sleCells(e, s)
	}
	p.spec = withOrg(p.spec, 1, func(s siteScores) string { return s.Source })
	return p
}

// readSites reads the scores of all sites that match.
func readSites(ctx context.Context, j port.Journal, p query.Page) ([]siteScores, error) {
	scores, err := j.Scores(ctx)
	if err != nil {
		return nil, err
	}
	sites, err := j.Sites(ctx)
	return slices.DeleteFunc(bySite(event.WithoutData(scores, sites)), func(s siteScores) bool {
		return !journal.MatchesScores(p.Where, s.Scores, p.Now)
	}), err
}

// families are the parts of the network, in the order the keys walk; the first
// is all of them.
var (
	families   = []string{"", event.FamilyWiFi, event.FamilyWired, event.FamilyWAN}
	familyTabs = []string{"all", "Wi-Fi", "wired", "WAN"}
)

// textID makes an id for a list of a text.
func textID(s string) int64 {
	h := fnv.New64a()
	h.Write([]byte(s))
	return int64(h.Sum64()&math.MaxInt64 | 1)
}

func (s siteScores) siteKey() string { return cmp.Or(s.SiteID, s.Site) }

func newestOf(scores []event.SLEScore) time.Time {
	var newest time.Time
	for _, s := range scores {
		if s.Time.After(newest) {
			newest = s.Time
		}
	}
	return newest
}

// bySite groups scores, the worst site and the worst metric first.
func bySite(scores []event.SLEScore) []siteScores {
	sites := map[string]*siteScores{}
	for _, s := range scores {
		if !(s.Value >= 0) && s.Metric != "" { // nothing was counted: there is no value
			continue
		}
		key := s.Source + "\x00" + cmp.Or(s.SiteID, s.Site)
		if sites[key] == nil {
			sites[key] = &siteScores{Source: s.Source, SiteID: s.SiteID, Site: s.Site}
		}
		sites[key].Scores = append(sites[key].Scores, s)
	}
	out := make([]siteScores, 0, len(sites))
	for _, s := range sites {
		slices.SortFunc(s.Scores, func(a, b event.SLEScore) int {
			return cmp.Or(cmp.Compare(a.Value, b.Value), strings.Compare(a.Metric, b.Metric))
		})
		out = append(out, *s)
	}
	sortSites(out)
	return out
}

func sortSites(rows []siteScores) {
	slices.SortFunc(rows, func(a, b siteScores) int {
		return cmp.Or(cmp.Compare(known(b.Scores[0]), known(a.Scores[0])), cmp.Compare(a.Scores[0].Value, b.Scores[0].Value),
			strings.Compare(a.SiteID, b.SiteID), strings.Compare(a.Source, b.Source))
	})
}

// ofFamily leaves the scores of one family, and the sites that have any.
func ofFamily(rows []siteScores, s show) []siteScores {
	if s.family == "" {
		return rows
	}
	out := rows[:0]
	for _, r := range rows {
		r.Scores = slices.DeleteFunc(r.Scores, func(sc event.SLEScore) bool { return journal.SLEFamily(sc) != s.family && sc.Metric != "" })
		if len(r.Scores) > 0 {
			out = append(out, r)
		}
	}
	sortSites(out)
	return out
}

// trendWidth is the cells of the last 24 hours: fewer in the overview.
func trendWidth(w int) int {
	if w < leastWidth {
		return 8
	}
	return 12
}

func sleColumns(e env, w int) []draw.Column {
	return []draw.Column{
		{Width: 1},
		{Title: "SITE", Width: 8, Grow: 2, Max: 20},
		{Title: "WORST", Width: 7, Right: true},
		{Title: "METRIC", Width: 8, Grow: 3, Max: 20},
		{Title: "24 HOURS", Width: trendWidth(w), Drop: 2},
		{Title: "ALSO", Width: 14, Grow: 6, Drop: 4},
		{Title: e.TimeColumn().Title, Width: e.TimeColumn().Width, Right: true, Drop: 3},
	}
}

func sleCells(e env, s siteScores) []draw.Cell {
	worst := s.Scores[0]
	letter, r := scoreWord(worst.Value)
	text := draw.Plain
	if e.Stale(newestOf(s.Scores), staleScore) {
		text = draw.Dim
	}
	also := make([]string, 0, 4)
	for _, sc := range s.Scores[1:min(4, len(s.Scores))] {
		also = append(also, e.Cell(sc.Metric)+" "+success(sc.Value))
	}
	return []draw.Cell{
		{Text: cmp.Or(letter, " "), Role: r},
		{Text: e.Cell(cmp.Or(s.Site, s.SiteID)), Role: text},
		{Text: success(worst.Value), Role: r},
		{Text: e.Cell(worst.Metric), Role: text},
		{Text: trend(e, worst.Trend, trendWidth(e.Width)), Role: r},
		{Text: strings.Join(also, "  "), Role: draw.Dim},
		{Text: e.When(newestOf(s.Scores)), Role: draw.Dim},
	}
}

// gradeWord is the letter of a grade and the role it is drawn in.
func gradeWord(s event.Severity) (string, draw.Role) {
	switch s {
	case event.Critical:
		return "C", draw.Critical
	case event.Warn:
		return "W", draw.Warn
	default:
		return "", draw.OK
	}
}

// scoreWord is the letter of a score and the role it is drawn in.
func scoreWord(v float64) (string, draw.Role) {
	if !(v >= 0) {
		return "", draw.Dim
	}
	return gradeWord(journal.SLESeverity(v))
}

// success is a success rate with one decimal: a score below 1 had something
// degraded, however little.
func success(v float64) string {
	if !(v >= 0) {
		v = math.NaN()
	}
	return human.Success(v, v < 1)
}

// trend draws the last 24 hours of a score.
func trend(e env, hours []float64, width int) string {
	low := journal.SLECritical
	values := make([]float64, len(hours))
	for i, v := range hours {
		if values[i] = v; !(v >= 0) {
			values[i] = math.NaN()
			continue
		}
		low = min(low, v)
	}
	return e.Sparkline(values, width, low, 1)
}

func emptySLE(e env) []string {
	if len(e.trouble) > 0 { // what the others say in its place may be the reason
		return append([]string{"No data."}, listening(e)...)
	}
	if e.Width < leastWidth {
		return []string{"No data.", "Sites appear with the first site-sle", "webhook; switch that topic on in Mist."}
	}
	out := []string{"No data: no success rate of any site was told yet."}
	if len(e.tokens) > 0 {
		out = append(out, "The Mist API is asked for them once an hour, and soon after the start.")
	} else {
		out = append(out, "Sites appear with the first site-sle webhook; switch that topic on in Mist.")
	}
	return append(out, e.withoutToken()...)
}

// turnFamily shows another part of the network.
func turnFamily(p *listPane[siteScores], by int) Request {
	s := p.shown()
	s.family = families[(slices.Index(families, s.family)+by)%len(families)]
	p.setShow(s)
	return Pull{}
}

// sleKeys are the keys of the pane and of its sheets.
func sleKeys(p *listPane[siteScores]) []Binding {
	site, metric := []Place{sitePlace}, []Place{metricPlace}
	return []Binding{
		{Name: "open", Keys: []string{"enter", "d"}, In: site, Foot: "open", Help: "open the metric, the AP or the client", Run: On((*siteSheet).open)},
		{Name: "open", Keys: []string{"enter", "d"}, In: metric, Foot: "open", Help: "open the metric, the AP or the client", Run: On((*metricSheet).open)},
		{Name: "family-next", Keys: []string{"]"}, Foot: "family", Help: "next family: all, Wi-Fi, wired, WAN", Run: func(Screen) Request { return turnFamily(p, 1) }},
		{Name: "family-previous", Keys: []string{"["}, Help: "previous family", Run: func(Screen) Request { return turnFamily(p, len(families)-1) }},
		{Name: "span-longer", Keys: []string{"]"}, In: metric, Foot: "longer", Help: "over a longer time: 1 hour, 24 hours, 7 days",
			Run: On(func(m *metricSheet, s Screen) Request { return m.turnSpan(s, 1) })},
		{Name: "span-shorter", Keys: []string{"["}, In: metric, Help: "over a shorter time", Run: On(func(m *metricSheet, s Screen) Request { return m.turnSpan(s, -1) })},
		{Name: "list", Keys: []string{"tab", "shift+tab"}, In: metric, Foot: "APs/clients", Help: "move in the other list: APs or clients that suffered", Run: On((*metricSheet).nextList)},
		{Name: "plot", Keys: []string{"v"}, In: metric, Foot: "plot", Help: "plot the measured quantity with its threshold, or the success rate",
			Run: On((*metricSheet).togglePlot), Off: noMeasured},
	}
}
