package mistsim

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// failure is an answer other than 200, with Mist's words for it.
type failure struct {
	status int
	detail string
	extra  map[string]any // more keys of the body
	retry  time.Duration  // when to try again; 0 says nothing of it
}

func (f *failure) Error() string { return f.detail }

var (
	unauthorized = &failure{status: http.StatusUnauthorized, detail: "Authentication credentials were not provided."}
	forbidden    = &failure{status: http.StatusForbidden, detail: "You do not have permission to perform this action."}
	badCSRF      = &failure{status: http.StatusForbidden, detail: "CSRF Failed: CSRF token missing or incorrect."}
	notFound     = &failure{status: http.StatusNotFound, detail: "Not found."}
)

func badRequest(format string, args ...any) error {
	return &failure{status: http.StatusBadRequest, detail: fmt.Sprintf(format, args...)}
}

// htmlPage is what a browser gets, and what a proxy sends that knows no JSON.
const htmlPage = "<!DOCTYPE html>\n<html><head><title>Mist API</title></head><body><h1>502 Bad Gateway</h1></body></html>\n"

// reply writes what a handler gave. A nil body is an empty one, which Mist has
// for acks and pings.
func (q *call) reply(w http.ResponseWriter, body any, err error) {
	w.Header().Set("Date", q.now.UTC().Format(http.TimeFormat))
	if err != nil {
		var f *failure
		if !errors.As(err, &f) {
			f = &failure{status: http.StatusBadRequest, detail: err.Error()}
		}
		q.status = f.status
		if f.retry > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(f.retry.Seconds()))))
		}
		all := map[string]any{"detail": f.detail}
		maps.Copy(all, f.extra)
		body = all
	}
	if strings.HasPrefix(q.r.Header.Get("Accept"), "text/html") {
		writePage(w, q.status)
		return
	}
	var raw []byte
	if body != nil {
		if raw, err = encode(body); err != nil {
			http.Error(w, "encode: "+err.Error(), http.StatusInternalServerError)
			return
		}
	}
	w.Header().Set("Content-Type", "application/json")
	if q.fault.Kind == HalfBody {
		raw = raw[:len(raw)/2]
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(raw)))
	w.WriteHeader(q.status)
	if q.fault.Kind == BrokenBody {
		_, _ = w.Write(raw[:len(raw)/2])
		panic(http.ErrAbortHandler) // the connection ends in the middle
	}
	_, _ = w.Write(raw) // a caller that went away needs no answer
}

func writePage(w http.ResponseWriter, status int) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(htmlPage))
}

// Limits of pages (docs/mist-api.md, Paging).
const (
	defaultLimit = 100
	mostLimit    = 1000
)

// number reads a query parameter that is a number.
func (q *call) number(name string, without, least, most int) (int, error) {
	s := q.query.Get(name)
	if s == "" {
		return without, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < least {
		return 0, badRequest("%s: %q is not a valid number", name, s)
	}
	return min(n, most), nil
}

// paged cuts the page that is asked for out of the rows of an array endpoint.
// Some of them give everything when neither limit nor page is asked for.
func paged[T any](q *call, rows []T, everything bool) (any, error) {
	limit, err := q.number("limit", defaultLimit, 0, mostLimit)
	if err != nil {
		return nil, err
	}
	page, err := q.number("page", 1, 1, 1<<20)
	if err != nil {
		return nil, err
	}
	total := len(rows)
	query := q.query
	switch {
	case q.fault.Kind == EndlessPages:
		total, rows = 1<<30, rows[:min(limit, len(rows))]
	case q.fault.Kind == EmptyPages:
		rows = rows[:0]
	case everything && !query.Has("limit") && !query.Has("page"):
		limit = max(total, 1)
	default:
		from := min((page-1)*limit, len(rows))
		rows = rows[from:min(from+limit, len(rows))]
	}
	q.header.Set("X-Page-Total", strconv.Itoa(total))
	q.header.Set("X-Page-Limit", strconv.Itoa(limit))
	q.header.Set("X-Page-Page", strconv.Itoa(page))
	if rows == nil {
		rows = []T{}
	}
	return rows, nil
}

// found is the body of a search.
type found[T any] struct {
	End     int64  `json:"end"`
	Limit   int    `json:"limit"`
	Next    string `json:"next,omitempty"`
	Results []T    `json:"results"`
	Start   int64  `json:"start"`
	Total   int    `json:"total"`
}

// place is where a row of a search stands: its moment, and what tells it from
// others of that moment.
type place struct {
	milli int64
	id    string
}

func (p place) compare(o place) int {
	switch {
	case p.milli != o.milli && p.milli < o.milli, p.milli == o.milli && p.id < o.id:
		return -1
	case p == o:
		return 0
	}
	return 1
}

// searched cuts the page that is asked for out of the rows of a search. They
// come newest first, as the examples in the vendor's document do; sort=timestamp
// turns them round. The cursor is the place of the last row given, so that rows
// that arrive meanwhile neither repeat nor hide others.
func searched[T any](q *call, rows []T, from, to time.Time, at func(T) place) (any, error) {
	limit, err := q.number("limit", defaultLimit, 0, mostLimit)
	if err != nil {
		return nil, err
	}
	query := q.query
	sign := -1
	if query.Get("sort") == "timestamp" {
		sign = 1
	}
	slices.SortFunc(rows, func(a, b T) int { return sign * at(a).compare(at(b)) })
	total := len(rows)
	if after := query.Get("search_after"); after != "" && q.fault.Kind != EndlessPages {
		cursor, err := parseCursor(after)
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(rows, func(r T) bool { return sign*at(r).compare(cursor) > 0 })
		if i < 0 {
			i = len(rows)
		}
		rows = rows[i:]
	}
	more := len(rows) > limit
	rows = rows[:min(limit, len(rows))]
	out := found[T]{Start: from.Unix(), End: to.Unix(), Limit: limit, Results: rows, Total: total}
	if q.fault.Kind == EmptyPages {
		out.Results = nil
	}
	if (more || q.fault.Kind == EndlessPages) && len(rows) > 0 {
		last := at(rows[len(rows)-1])
		query.Set("search_after", fmt.Sprintf("[%d, %q]", last.milli, last.id))
		query.Set("start", strconv.FormatInt(out.Start, 10))
		query.Set("end", strconv.FormatInt(out.End, 10))
		query.Del("duration")
		out.Next = q.r.URL.Path + "?" + query.Encode()
	}
	if out.Results == nil {
		out.Results = []T{}
	}
	return out, nil
}

func parseCursor(s string) (place, error) {
	var parts []any
	if json.Unmarshal([]byte(s), &parts) == nil && len(parts) == 2 {
		milli, number := parts[0].(float64)
		id, text := parts[1].(string)
		if number && text {
			return place{int64(milli), id}, nil
		}
	}
	return place{}, badRequest("search_after: %q is not a cursor of ours", s)
}

// window reads the span of time a request asks about; a day unless it says
// otherwise.
func (q *call) window() (from, to time.Time, err error) {
	query := q.query
	length := 24 * time.Hour
	if d := query.Get("duration"); d != "" {
		if length, err = span(d); err != nil {
			return from, to, err
		}
	}
	if to, err = moment(query, "end", q.now, q.now); err != nil {
		return from, to, err
	}
	if from, err = moment(query, "start", q.now, to.Add(-length)); err != nil {
		return from, to, err
	}
	if from.After(to) {
		return from, to, badRequest("start is after end")
	}
	return from, to, nil
}

// moment reads epoch seconds, "now", or a distance back like "-2h".
func moment(query url.Values, name string, now, without time.Time) (time.Time, error) {
	s := query.Get(name)
	switch {
	case s == "":
		return without, nil
	case s == "now":
		return now, nil
	case strings.HasPrefix(s, "-"):
		d, err := span(s[1:])
		return now.Add(-d), err
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || !(f >= 0 && f < 1e11) {
		return without, badRequest("%s: %q is not a valid time", name, s)
	}
	return time.UnixMicro(int64(f * 1e6)), nil
}

// span reads a duration as Mist writes them: 90s, 10m, 2h, 7d, 2w.
func span(s string) (time.Duration, error) {
	units := map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour, "d": 24 * time.Hour, "w": 7 * 24 * time.Hour}
	if len(s) > 1 {
		unit, known := units[s[len(s)-1:]]
		n, err := strconv.Atoi(s[:len(s)-1])
		if known && err == nil && n > 0 && n < 1e5 {
			return time.Duration(n) * unit, nil
		}
	}
	return 0, badRequest("duration: %q is not a valid duration", s)
}

// asked reports whether a value is among those of a comma list in the query; a
// parameter that is not given asks for all.
func (q *call) asked(name, value string) bool {
	s := q.query.Get(name)
	return s == "" || slices.Contains(strings.Split(s, ","), value)
}

// flag reads a query parameter that is true, false or not there.
func (q *call) flag(name string) (value, given bool, err error) {
	s := q.query.Get(name)
	if s == "" {
		return false, false, nil
	}
	v, err := strconv.ParseBool(s)
	if err != nil {
		return false, false, badRequest("%s: %q is neither true nor false", name, s)
	}
	return v, true, nil
}

// read decodes the body of a request. No body at all is an empty object.
func (q *call) read(into any) error {
	var raw json.RawMessage
	err := json.NewDecoder(q.r.Body).Decode(&raw)
	if err != nil && err.Error() == "EOF" {
		return nil
	}
	if err == nil {
		err = json.Unmarshal(raw, into)
	}
	if err != nil {
		return badRequest("JSON parse error - %v", err)
	}
	return nil
}
