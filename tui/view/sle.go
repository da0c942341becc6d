package view

import (
	"cmp"
	"context"
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"foghorn/internal/human"
	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/journal/query"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
	"foghorn/tui/port"
)

// siteRow is one row of the SLE pane: the last values of one site.
type siteRow struct {
	Source string           `json:"source,omitempty"`
	SiteID string           `json:"site_id"`
	Site   string           `json:"site"`
	Scores []event.SLEScore `json:"scores"` // worst first, never empty: one without a metric where there is no data
}

// staleScore is the age from which a score is marked: they are asked for once
// an hour, as Mist advises.
const staleScore = 150 * time.Minute

const SLEID pane.ID = 5

// SLEPlace is the pane of service levels, where S opens the page of a site.
func SLEPlace() pane.Place { return slePane().Place() }

func slePane() *pane.List[siteRow] {
	p := pane.NewList(pane.Spec[siteRow]{
		About: pane.About{ID: SLEID, Digit: "5", Name: "SLE", Command: "sle", Help: "SLE: sites by metrics, the worst first",
			Sheets: []pane.Place{sitePlace, metricPlace}},
		Preview: func(e pane.Context, row siteRow, w int) []string {
			return newSiteSheet(row).table(e, w, len(row.Scores)+1, false)
		},
		Portal: func(s siteRow) port.PortalPage { return SitePortal(event.Site{Source: s.Source, ID: s.SiteID}) },
		Scopes: func(s siteRow) []pane.Scope { return pane.ScopesIn(s.Scores[0].Source, "", s.SiteID, s.Site) },
		Open:   func(_ pane.Screen, row siteRow) pane.Request { return pane.OpenSheet{Sheet: newSiteSheet(row)} },
		Table:  query.Events, Complete: true,
		RowID:          func(s siteRow) int64 { return pane.TextID(s.Source + "\x00" + s.siteKey()) },
		Read:           readSites,
		Arrange:        ofFamily,
		NeedsAttention: func(s siteRow) bool { return hasValue(s.Scores[0]) > 0 && s.Scores[0].Value < journal.SLEWarn },
		Export: func(rows []siteRow) pane.ExportSet {
			var out []event.SLEScore
			for _, r := range rows {
				out = append(out, r.Scores...)
			}
			return pane.NewExportSet("scores", out)
		},
		JSON: func(s *siteRow) ([]byte, error) { return json.MarshalIndent(s, "", "  ") },
		Note: func(e pane.Context, rows []siteRow) string {
			if n := mostLoading(e); n > 0 {
				return strconv.Itoa(n) + " hours loading"
			}
			return pane.StaleNote(e, staleScore, rows, func(s siteRow) time.Time { return newestOf(s.Scores) })
		},
		Empty: emptySLE,
	})
	p.Spec.Keys = sleKeys(p)
	p.Spec.Tabs = func(pane.Context) string { return draw.Tabs(familyTabs, slices.Index(families, p.ViewState().Family)) }
	var metrics []int // that have a column, of the frame that is drawn
	p.Spec.Columns = func(e pane.Context, w int) []draw.Column {
		if gridFits(p.ViewState(), w) {
			metrics = gridMetrics(p.List.Rows())
			return gridColumns(metrics, w)
		}
		return sleColumns(e, w)
	}
	p.Spec.Cells = func(e pane.Context, s siteRow) []draw.Cell {
		if gridFits(p.ViewState(), e.Width) {
			return gridCells(e, s, metrics)
		}
		return sleCells(e, s)
	}
	p.Spec = pane.WithOrg(p.Spec, 1, func(s siteRow) string { return s.Source })
	return p
}

// readSites reads the scores of all sites that match.
func readSites(ctx context.Context, j port.Journal, p query.Page) ([]siteRow, error) {
	scores, err := j.Scores(ctx)
	if err != nil {
		return nil, err
	}
	sites, err := j.Sites(ctx)
	return slices.DeleteFunc(bySite(event.WithoutData(scores, sites)), func(s siteRow) bool {
		return !journal.MatchesScores(p.Where, s.Scores, p.Now)
	}), err
}

// families are the parts of the network, in the order the keys walk; the first
// is all of them.
var (
	families   = []string{"", event.FamilyWiFi, event.FamilyWired, event.FamilyWAN}
	familyTabs = []string{"all", "Wi-Fi", "wired", "WAN"}
)

func (s siteRow) siteKey() string { return cmp.Or(s.SiteID, s.Site) }

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
func bySite(scores []event.SLEScore) []siteRow {
	sites := map[string]*siteRow{}
	for _, s := range scores {
		if !(s.Value >= 0) && s.Metric != "" { // nothing was counted: there is no value
			continue
		}
		key := s.Source + "\x00" + cmp.Or(s.SiteID, s.Site)
		if sites[key] == nil {
			sites[key] = &siteRow{Source: s.Source, SiteID: s.SiteID, Site: s.Site}
		}
		sites[key].Scores = append(sites[key].Scores, s)
	}
	out := make([]siteRow, 0, len(sites))
	for _, s := range sites {
		slices.SortFunc(s.Scores, func(a, b event.SLEScore) int {
			return cmp.Or(cmp.Compare(a.Value, b.Value), strings.Compare(a.Metric, b.Metric))
		})
		out = append(out, *s)
	}
	sortSites(out)
	return out
}

func sortSites(rows []siteRow) {
	slices.SortFunc(rows, func(a, b siteRow) int {
		return cmp.Or(cmp.Compare(hasValue(b.Scores[0]), hasValue(a.Scores[0])), cmp.Compare(a.Scores[0].Value, b.Scores[0].Value),
			strings.Compare(a.SiteID, b.SiteID), strings.Compare(a.Source, b.Source))
	})
}

// ofFamily leaves the scores of one family, and the sites that have any.
func ofFamily(rows []siteRow, s pane.ViewState) []siteRow {
	if s.Family == "" {
		return rows
	}
	out := rows[:0]
	for _, r := range rows {
		r.Scores = slices.DeleteFunc(r.Scores, func(sc event.SLEScore) bool { return journal.SLEFamily(sc) != s.Family && sc.Metric != "" })
		if len(r.Scores) > 0 {
			out = append(out, r)
		}
	}
	sortSites(out)
	return out
}

// The cells of the last 24 hours: as many as its title, up to one for each hour.
const (
	leastTrend = 8
	mostTrend  = 24
)

func sleColumns(e pane.Context, w int) []draw.Column {
	metric := 8
	if w >= 50 { // a part of the overview has no room for more
		metric = 18
	}
	return []draw.Column{
		{Width: 1},
		{Title: "SITE", Width: 8, Max: maxName, Whole: true},
		{Title: "WORST", Width: 7, Right: true},
		{Title: "METRIC", Width: metric, Max: 24},
		{Title: "24 HOURS", Width: leastTrend, Max: mostTrend, Grow: 1},
		{Title: "ALSO", Width: 14, Grow: 6, Drop: 4},
		{Title: e.TimeColumn().Title, Width: e.TimeColumn().Width, Right: true, Drop: 3},
	}
}

func sleCells(e pane.Context, s siteRow) []draw.Cell {
	worst := s.Scores[0]
	letter, r := scoreWord(worst.Value)
	text := draw.Plain
	if e.Stale(newestOf(s.Scores), staleScore) {
		text = draw.Dim
	}
	also := make([]string, 0, 4)
	for _, sc := range s.Scores[1:min(4, len(s.Scores))] {
		also = append(also, e.Cell(sc.Metric)+" "+Success(sc.Value))
	}
	return []draw.Cell{
		{Text: cmp.Or(letter, " "), Role: r},
		{Text: e.Cell(cmp.Or(s.Site, s.SiteID)), Role: text},
		{Text: Success(worst.Value), Role: r},
		{Text: e.Cell(worst.Metric), Role: text},
		trendCell(e, worst, r),
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

// Success is a success rate with one decimal: a score below 1 had something
// degraded, however little.
func Success(v float64) string {
	if !(v >= 0) {
		v = math.NaN()
	}
	return human.Success(v, v < 1)
}

// trendOf draws the last 24 hours of a score; "loading" while they are still asked for.
func trendOf(e pane.Context, s event.SLEScore, width int) string {
	known := 0
	for _, v := range s.Trend {
		if v >= 0 {
			known++
		}
	}
	if known < 2 && loading(e, s.Source) > 0 {
		return e.Theme.Fit("loading", width, false)
	}
	return trend(e, s.Trend, width)
}

// mostLoading is how many hours any organization still waits for.
func mostLoading(e pane.Context) int {
	n := 0
	for _, source := range e.Tokens {
		n = max(n, loading(e, source))
	}
	return n
}

// loading is how many hours of the last day are still to be asked of the cloud.
func loading(e pane.Context, source string) int {
	if e.Status == nil {
		return 0
	}
	for _, f := range e.Status.Feeds {
		if f.Kind == event.FeedMistAPI && f.Name == source && f.State == event.FeedUp {
			return f.Loading
		}
	}
	return 0
}

// trendCell draws the last 24 hours of a score, more exactly where there is more room.
func trendCell(e pane.Context, s event.SLEScore, r draw.Role) draw.Cell {
	return draw.Cell{Text: trendOf(e, s, mostTrend), Role: r, Fit: func(w int) string { return trendOf(e, s, w) }}
}

// trend draws the last 24 hours of a score.
func trend(e pane.Context, hours []float64, width int) string {
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

func emptySLE(e pane.Context) []string {
	if len(e.Trouble) > 0 { // what the others say in its place may be the reason
		return append([]string{"No data."}, pane.Listening(e)...)
	}
	if e.Width < pane.LeastWidth {
		return []string{"No data.", "Sites appear with the first site-sle", "webhook; switch that topic on in Mist."}
	}
	out := []string{"No data: no success rate of any site is known yet."}
	if len(e.Tokens) > 0 {
		out = append(out, "The Mist API is asked for them once an hour, and soon after the start.")
	} else {
		out = append(out, "Sites appear with the first site-sle webhook; switch that topic on in Mist.")
	}
	return append(out, e.WithoutToken()...)
}

// turnFamily shows another part of the network.
func turnFamily(p *pane.List[siteRow], by int) pane.Request {
	s := p.ViewState()
	s.Family = families[(slices.Index(families, s.Family)+by)%len(families)]
	p.SetViewState(s)
	return pane.Pull{}
}

// sleKeys are the keys of the pane and of its sheets.
func sleKeys(p *pane.List[siteRow]) []pane.Binding {
	site, metric := []pane.Place{sitePlace}, []pane.Place{metricPlace}
	return []pane.Binding{
		{Name: "site-page", Keys: []string{"S"}, Help: "page of the site: devices that are down, alerts, SLE and changes", Run: func(pane.Screen) pane.Request { return openSitePage(p.SiteOf()) }},
		{Name: "site-page", Keys: []string{"S"}, In: site, Foot: "site", Help: "page of the site", Run: pane.OnSheet(func(s *siteSheet, _ pane.Screen) pane.Request { return openSitePage(s.SiteOf()) })},
		{Name: "site-page", Keys: []string{"S"}, In: metric, Help: "page of the site", Run: pane.OnSheet(func(s *metricSheet, _ pane.Screen) pane.Request { return openSitePage(s.SiteOf()) })},
		{Name: "open", Keys: []string{"enter", "d"}, In: site, Foot: "open", Help: "open the metric", Run: pane.OnSheet((*siteSheet).Open)},
		{Name: "open", Keys: []string{"enter", "d"}, In: metric, Foot: "open", Help: "open the device or the client", Run: pane.OnSheet((*metricSheet).Open)},
		{Name: "family-next", Keys: []string{"]"}, Foot: "family", Help: "next family: all, Wi-Fi, wired, WAN", Run: func(pane.Screen) pane.Request { return turnFamily(p, 1) }},
		{Name: "family-previous", Keys: []string{"["}, Help: "previous family", Run: func(pane.Screen) pane.Request { return turnFamily(p, len(families)-1) }},
		{Name: "span-longer", Keys: []string{"]"}, In: metric, Foot: "longer", Help: "over a longer time: 1 hour, 24 hours, 7 days",
			Run: pane.OnSheet(func(m *metricSheet, s pane.Screen) pane.Request { return m.turnSpan(s, 1) })},
		{Name: "span-shorter", Keys: []string{"["}, In: metric, Help: "over a shorter time", Run: pane.OnSheet(func(m *metricSheet, s pane.Screen) pane.Request { return m.turnSpan(s, -1) })},
		{Name: "list", Keys: []string{"tab", "shift+tab"}, In: metric, Foot: "other list", Help: "move in the other list: affected devices or affected clients", Run: pane.OnSheet((*metricSheet).nextList)},
		{Name: "more", Keys: []string{"m"}, In: metric, Help: "ask Mist for more: the threshold, and how many each reason affected; a call for each",
			Run: pane.OnSheet((*metricSheet).More), Off: noMore},
		{Name: "plot", Keys: []string{"v"}, In: metric, Foot: "plot", Help: "plot the measured quantity with its threshold, or the success rate",
			Run: pane.OnSheet((*metricSheet).togglePlot), Off: noMeasured},
	}
}
