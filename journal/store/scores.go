package store

import (
	"context"
	"encoding/binary"
	"math"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"foghorn/journal/event"
)

// A score keeps one value for each of the last keptHours hours: enough for the
// trend of a day whatever the minute is.
const (
	keptHours  = 25
	trendHours = 24
)

// scoreLife is how long a score stays that polls no longer report, because its site
// was removed or its metric was switched off.
const scoreLife = 7 * 24 * time.Hour

// PutScores writes values that were asked for. Of a score that is there already
// the newer value counts.
func (v *View) PutScores(ctx context.Context, scores []event.SLEScore) error {
	if len(scores) == 0 {
		return nil
	}
	return v.putState(ctx, len(scores), func(c *sqlite.Conn) error {
		newest := map[string]int64{}
		for i := range scores {
			if err := putScore(c, &scores[i]); err != nil {
				return err
			}
			newest[scores[i].Source] = max(newest[scores[i].Source], millis(scores[i].Time))
		}
		for source, at := range newest {
			gone := &sqlitex.ExecOptions{Args: []any{source, at - scoreLife.Milliseconds()}}
			if err := sqlitex.Execute(c, "DELETE FROM scores WHERE source = ? AND time < ?", gone); err != nil {
				return err
			}
		}
		return nil
	})
}

const scoreColumns = "source, family, site, value, time, hours, site_id, metric"

// putScore keeps the newest value of a metric of a site, and one for each hour.
// What a report does not have (a webhook has no family) stays as it was.
func putScore(c *sqlite.Conn, s *event.SLEScore) error {
	find, err := c.Prepare("SELECT " + scoreColumns + " FROM scores WHERE site_id = ? AND metric = ?")
	if err != nil {
		return err
	}
	find.BindText(1, s.SiteID)
	find.BindText(2, s.Metric)
	known, err := find.Step()
	if err != nil {
		return err
	}
	put, hours := *s, hourly{}
	if known {
		have, past := scanScore(find)
		hours = past
		older := have.Time.After(put.Time)
		if older {
			put.Value, put.Time = have.Value, have.Time
		}
		for _, f := range []struct{ to, had *string }{{&put.Source, &have.Source}, {&put.Family, &have.Family}, {&put.Site, &have.Site}} {
			if *f.to == "" || older && *f.had != "" {
				*f.to = *f.had
			}
		}
	}
	if err := find.Reset(); err != nil {
		return err
	}
	hours.put(s.Time, s.Value, !put.Time.After(s.Time))
	st, err := c.Prepare("INSERT OR REPLACE INTO scores(" + scoreColumns + ") VALUES(" + placeholders(8) + ")")
	if err != nil {
		return err
	}
	r := columns{st: st}
	r.bind(put.Source, put.Family, put.Site)
	r.bindFloat(put.Value)
	r.bindInt(millis(put.Time))
	r.i++
	bindBlob(st, r.i, hours.blob())
	r.bind(put.SiteID, put.Metric)
	return run(st)
}

func scanScore(st *sqlite.Stmt) (event.SLEScore, hourly) {
	r := columns{st: st}
	s := event.SLEScore{Source: r.text(), Family: r.text(), Site: r.text(), Value: r.float(), Time: r.time()}
	r.i++
	hours := readHourly(columnBytes(st, r.i-1))
	s.SiteID, s.Metric = r.text(), r.text()
	return s, hours
}

// Scores returns the last value of every SLE metric of every site, the worst
// first, with its trend over the 24 hours that end now.
func (v *View) Scores(ctx context.Context) ([]event.SLEScore, error) {
	now := v.clock.Now()
	return many(ctx, v, "read scores", func(st *sqlite.Stmt) event.SLEScore {
		s, hours := scanScore(st)
		s.Trend = hours.trend(now)
		return s
	}, "SELECT "+scoreColumns+" FROM scores ORDER BY value, site, site_id, metric")
}

// hourly is one value for each of the hours that end with last, oldest first;
// NaN where there is none.
type hourly struct {
	last   int64 // hours since the epoch
	values []float64
}

func hourOf(t time.Time) int64 { return millis(t) / time.Hour.Milliseconds() }

// put takes in a value. The newest of all replaces what its hour has; one that
// comes late only fills a gap.
func (h *hourly) put(t time.Time, value float64, newest bool) {
	hour := hourOf(t)
	if len(h.values) == 0 || hour-h.last >= keptHours {
		h.last, h.values = hour, []float64{value}
		return
	}
	for ; h.last < hour; h.last++ {
		h.values = append(h.values, math.NaN())
	}
	h.values = h.values[max(0, len(h.values)-keptHours):]
	at := len(h.values) - 1 - int(h.last-hour)
	if at < 0 && h.last-hour < keptHours {
		gap := make([]float64, -at, keptHours)
		for i := range gap {
			gap[i] = math.NaN()
		}
		h.values, at = append(gap, h.values...), 0
	}
	if at >= 0 && (newest || math.IsNaN(h.values[at])) {
		h.values[at] = value
	}
}

// trend gives the hours that end with that of now; -1 where nothing is known.
func (h *hourly) trend(now time.Time) []float64 {
	trend := make([]float64, trendHours)
	first := hourOf(now) - trendHours + 1
	for i := range trend {
		at := len(h.values) - 1 - int(h.last-first) + i
		trend[i] = -1
		if at >= 0 && at < len(h.values) && !math.IsNaN(h.values[at]) {
			trend[i] = h.values[at]
		}
	}
	return trend
}

func (h *hourly) blob() []byte {
	b := binary.LittleEndian.AppendUint64(make([]byte, 0, 8*(1+len(h.values))), uint64(h.last))
	for _, v := range h.values {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
	}
	return b
}

func readHourly(b []byte) hourly {
	if len(b) < 8 {
		return hourly{}
	}
	h := hourly{last: int64(binary.LittleEndian.Uint64(b)), values: make([]float64, 0, keptHours)}
	for b = b[8:]; len(b) >= 8 && len(h.values) < keptHours; b = b[8:] {
		h.values = append(h.values, math.Float64frombits(binary.LittleEndian.Uint64(b)))
	}
	return h
}
