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

	"foghorn/event"
	"foghorn/internal/human"
	"foghorn/query"
)

// siteScores is one row of the SLE pane: the last values of one site.
type siteScores struct {
	SiteID string        `json:"site_id"`
	Site   string        `json:"site"`
	Scores []event.Score `json:"scores"` // worst first, never empty
}

// Values below which a score is shown as trouble. Mist's own dashboards turn
// yellow and red at about these.
const (
	sleWarn     = 0.90
	sleCritical = 0.80
)

func slePane() *listPane[siteScores] {
	return newListPane(kind[siteScores]{
		id: paneSLE, name: "SLE", table: query.Events, span: 1, whole: true,
		rowID: func(s siteScores) int64 {
			h := fnv.New64a()
			h.Write([]byte(cmp.Or(s.SiteID, s.Site)))
			return int64(h.Sum64()&math.MaxInt64 | 1)
		},
		columns: sleColumns,
		cells:   sleCells,
		read: func(ctx context.Context, j Journal, _ query.Page) ([]siteScores, error) {
			scores, err := j.Scores(ctx)
			return bySite(scores), err
		},
		hot:    func(s siteScores) bool { return s.Scores[0].Value < sleWarn },
		object: func(s *siteScores) ([]byte, error) { return json.MarshalIndent(s, "", "  ") },
		empty: func(env) []string {
			return []string{"No data.", "Sites appear with the first site-sle", "webhook; switch that topic on in Mist."}
		},
	})
}

// bySite groups scores, the worst site and the worst metric first.
func bySite(scores []event.Score) []siteScores {
	sites := map[string]*siteScores{}
	for _, s := range scores {
		key := cmp.Or(s.SiteID, s.Site)
		if sites[key] == nil {
			sites[key] = &siteScores{SiteID: s.SiteID, Site: s.Site}
		}
		sites[key].Scores = append(sites[key].Scores, s)
	}
	out := make([]siteScores, 0, len(sites))
	for _, s := range sites {
		slices.SortFunc(s.Scores, func(a, b event.Score) int {
			return cmp.Or(cmp.Compare(a.Value, b.Value), strings.Compare(a.Metric, b.Metric))
		})
		out = append(out, *s)
	}
	slices.SortFunc(out, func(a, b siteScores) int {
		return cmp.Or(cmp.Compare(a.Scores[0].Value, b.Scores[0].Value), strings.Compare(a.SiteID, b.SiteID))
	})
	return out
}

func sleColumns(e env, _ int) []column {
	return []column{
		{width: 1},
		{title: "SITE", width: 8, grow: 2, max: 20},
		{title: "WORST", width: 5, right: true},
		{title: "METRIC", width: 8, grow: 3, max: 20},
		{title: "ALSO", width: 24, grow: 6, drop: 3},
		{title: e.timeColumn().title, width: e.timeColumn().width, right: true, drop: 2},
	}
}

func sleCells(e env, s siteScores) []cell {
	worst := s.Scores[0]
	letter, r := " ", roleOK
	switch {
	case worst.Value < sleCritical:
		letter, r = "C", roleCritical
	case worst.Value < sleWarn:
		letter, r = "W", roleWarn
	}
	also := make([]string, 0, 4)
	newest := time.Time{}
	for i, sc := range s.Scores {
		if i > 0 && i < 4 {
			also = append(also, e.cell(sc.Metric)+" "+human.Percent(sc.Value))
		}
		if sc.Time.After(newest) {
			newest = sc.Time
		}
	}
	return []cell{
		{letter, r},
		{e.cell(cmp.Or(s.Site, s.SiteID)), rolePlain},
		{human.Percent(worst.Value), r},
		{e.cell(worst.Metric), rolePlain},
		{strings.Join(also, "  "), roleDim},
		{e.when(newest), roleDim},
	}
}
