package relaytest

import (
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// What Datadog documents of its log intake (docs/integrations.md, Datadog log intake).
const (
	datadogBody    = 5_000_000
	datadogEntries = 1000
	datadogEntry   = 1_000_000
	datadogAge     = 18 * time.Hour
	datadogAhead   = 2 * time.Hour
)

// Datadog stands in for the log intake, /api/v2/logs and the older /v1/input, and for
// the check of an API key. It cuts long entries and hides those of another time than it
// takes, both without a word to the sender, as Datadog does.
type Datadog struct {
	Faults
	key string
	now func() time.Time

	mu       sync.Mutex
	logs     []DatadogLog
	hidden   int
	requests int
}

// DatadogLog is an entry that people can see.
type DatadogLog struct {
	Date time.Time // its timestamp, or when it arrived
	Cut  bool      // it was longer than 1 MB
	JSON json.RawMessage
}

// NewDatadog takes one API key.
func NewDatadog(key string, now func() time.Time) *Datadog { return &Datadog{key: key, now: now} }

// Logs are the entries that people can see, in the order of arrival.
func (d *Datadog) Logs() []DatadogLog {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]DatadogLog(nil), d.logs...)
}

// Hidden is how many entries were accepted and thrown away because of their date.
func (d *Datadog) Hidden() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.hidden
}

// Requests is how many requests brought entries.
func (d *Datadog) Requests() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.requests
}

// ServeHTTP implements http.Handler.
func (d *Datadog) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.Through(w, r, func(w http.ResponseWriter, r *http.Request) {
		route, known := map[string]struct {
			method string
			serve  func(*http.Request) (int, string)
		}{
			"/api/v2/logs":     {http.MethodPost, func(r *http.Request) (int, string) { return d.take(r, http.StatusAccepted) }},
			"/v1/input":        {http.MethodPost, func(r *http.Request) (int, string) { return d.take(r, http.StatusOK) }},
			"/api/v1/validate": {http.MethodGet, func(*http.Request) (int, string) { return http.StatusOK, "" }},
		}[r.URL.Path]
		switch {
		case !known:
			d.answer(w, http.StatusNotFound, "Not Found")
		case r.Method != route.method:
			d.answer(w, http.StatusMethodNotAllowed, "Method Not Allowed")
		case r.Header.Get("DD-API-KEY") == "" && route.method == http.MethodPost:
			d.answer(w, http.StatusUnauthorized, "API key is missing")
		case r.Header.Get("DD-API-KEY") != d.key:
			d.answer(w, http.StatusForbidden, "API key is invalid")
		default:
			status, detail := route.serve(r)
			d.answer(w, status, detail)
		}
	})
}

func (d *Datadog) answer(w http.ResponseWriter, status int, detail string) {
	body := []byte("{}")
	switch {
	case detail != "":
		type problem struct {
			Status string `json:"status"`
			Title  string `json:"title"`
			Detail string `json:"detail"`
		}
		body, _ = json.Marshal(map[string][]problem{"errors": {{strconv.Itoa(status), http.StatusText(status), detail}}}) // texts only
	case status == http.StatusOK:
		body = []byte(`{"valid":true}`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(body) // a sender that hung up does not want it
}

// take reads the entries of a request.
func (d *Datadog) take(r *http.Request, success int) (status int, problem string) {
	if t, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || t != "application/json" {
		return http.StatusBadRequest, "the content type is not application/json"
	}
	body, err := unpacked(r, datadogBody)
	if errors.Is(err, errTooLarge) {
		return http.StatusRequestEntityTooLarge, "the payload is larger than 5 MB uncompressed"
	} else if err != nil {
		return http.StatusBadRequest, err.Error()
	}
	var entries []json.RawMessage
	if strings.HasPrefix(strings.TrimSpace(string(body)), "{") {
		body = append(append([]byte("["), body...), ']')
	}
	if err := json.Unmarshal(body, &entries); err != nil {
		return http.StatusBadRequest, "the payload is not JSON"
	}
	if len(entries) > datadogEntries {
		return http.StatusBadRequest, "more than 1000 entries"
	}
	parsed := make([]struct {
		Timestamp json.RawMessage `json:"timestamp"`
	}, len(entries))
	for i, entry := range entries {
		if err := json.Unmarshal(entry, &parsed[i]); err != nil {
			return http.StatusBadRequest, "entry " + strconv.Itoa(i) + " is not an object"
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.requests++
	for i, entry := range entries {
		d.keep(entry, parsed[i].Timestamp)
	}
	return success, ""
}

func (d *Datadog) keep(entry, timestamp json.RawMessage) {
	now := d.now()
	date := dateOf(timestamp, now)
	if now.Sub(date) > datadogAge || date.Sub(now) > datadogAhead {
		d.hidden++
		return
	}
	d.logs = append(d.logs, DatadogLog{Date: date, Cut: len(entry) > datadogEntry, JSON: entry[:min(len(entry), datadogEntry)]})
}

// dateOf reads a timestamp in milliseconds or in ISO 8601. What it cannot read is dated now.
func dateOf(timestamp json.RawMessage, now time.Time) time.Time {
	var ms int64
	if json.Unmarshal(timestamp, &ms) == nil && ms > 0 {
		return time.UnixMilli(ms)
	}
	var at time.Time
	if json.Unmarshal(timestamp, &at) == nil && !at.IsZero() {
		return at
	}
	return now
}
