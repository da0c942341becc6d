package relaytest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// SplunkToken is a token of the stand-in's HTTP Event Collector.
type SplunkToken struct {
	Value    string
	Disabled bool
	Indexes  []string // that it may write to; any when empty
	Ack      bool     // its senders ask whether their events are indexed
}

// SplunkEvent is an event that the stand-in took.
type SplunkEvent struct {
	Time       json.Number     `json:"time"`
	Host       string          `json:"host"`
	Source     string          `json:"source"`
	SourceType string          `json:"sourcetype"`
	Index      string          `json:"index"`
	Event      json.RawMessage `json:"event"`
	Fields     map[string]any  `json:"fields"`

	Batch int `json:"-"` // number of the request that brought it, from 1
}

// Splunk is a stand-in for the HTTP Event Collector of Splunk (docs/integrations.md,
// Splunk HEC). It checks tokens, channels, sizes and the form of events; of a batch
// with a bad event it keeps those before it, as Splunk does.
type Splunk struct {
	Faults

	mu       sync.Mutex
	tokens   []SplunkToken
	max      int64 // bytes of a body
	health   int   // code of the health check
	hold     bool  // nothing is indexed
	events   []SplunkEvent
	requests int
	acks     map[string]map[int64]bool // by channel: whether the batch is indexed
	next     int64
}

// NewSplunk returns a stand-in with these tokens, that takes bodies of 1 MB and indexes at
// once what it receives.
func NewSplunk(tokens ...SplunkToken) *Splunk {
	return &Splunk{tokens: tokens, max: 1_000_000, health: 17, acks: map[string]map[int64]bool{}}
}

// Events returns what was taken, in order.
func (s *Splunk) Events() []SplunkEvent {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.events)
}

// Limit sets how large a body may be, as max_content_length does.
func (s *Splunk) Limit(bytes int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.max = bytes
}

// Health sets the code of the health check: 17 healthy, 18 queues full, 19
// acknowledgements unavailable, 20 both.
func (s *Splunk) Health(code int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.health = code
}

// Hold stops indexing, so that questions are answered with no; Index indexes what has
// come and goes on.
func (s *Splunk) Hold() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hold = true
}

// Index ends Hold.
func (s *Splunk) Index() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hold = false
	for _, channel := range s.acks {
		for id := range channel {
			channel[id] = true
		}
	}
}

// Restart forgets all acknowledgements, as a crash of the indexer does.
func (s *Splunk) Restart() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.acks)
}

func (s *Splunk) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.Through(w, r, s.serve) }

func (s *Splunk) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	path := strings.TrimSuffix(r.URL.Path, "/1.0")
	switch path {
	case "/services/collector/health":
		answerJSON(w, splunkStatus[s.health], map[string]any{"text": splunkTexts[s.health], "code": s.health})
		return
	case "/services/collector", "/services/collector/event", "/services/collector/ack":
	default:
		answerJSON(w, http.StatusNotFound, map[string]any{"text": "The requested URL was not found on this server.", "code": 404})
		return
	}
	if r.Method != http.MethodPost {
		answerJSON(w, http.StatusMethodNotAllowed, map[string]any{"text": "Method Not Allowed", "code": 405})
		return
	}
	token, code := s.token(r)
	if code != 0 {
		splunkAnswer(w, code, nil)
		return
	}
	channel := r.Header.Get("X-Splunk-Request-Channel")
	if channel == "" {
		channel = r.URL.Query().Get("channel")
	}
	if path == "/services/collector/ack" {
		s.serveAck(w, r, token, channel)
		return
	}
	s.serveEvents(w, r, token, channel)
}

// token finds the token of a request, or the code that refuses it.
func (s *Splunk) token(r *http.Request) (SplunkToken, int) {
	text := r.Header.Get("Authorization")
	value, ok := strings.CutPrefix(text, "Splunk ")
	switch {
	case r.URL.Query().Has("token"):
		return SplunkToken{}, 16
	case text == "":
		return SplunkToken{}, 2
	case !ok:
		return SplunkToken{}, 3
	}
	for _, t := range s.tokens {
		if t.Value != value {
			continue
		}
		if t.Disabled {
			return t, 1
		}
		return t, 0
	}
	return SplunkToken{}, 4
}

var splunkGUID = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// wrongChannel is the code for the channel of a request, 0 when it is right.
func wrongChannel(channel string) int {
	switch {
	case channel == "":
		return 10
	case !splunkGUID.MatchString(channel):
		return 11
	}
	return 0
}

func (s *Splunk) serveAck(w http.ResponseWriter, r *http.Request, token SplunkToken, channel string) {
	if !token.Ack {
		splunkAnswer(w, 14, nil)
		return
	}
	if code := wrongChannel(channel); code != 0 {
		splunkAnswer(w, code, nil)
		return
	}
	var asked struct {
		Acks []int64 `json:"acks"`
	}
	if err := json.NewDecoder(io.LimitReader(r.Body, s.max)).Decode(&asked); err != nil || len(asked.Acks) == 0 {
		splunkAnswer(w, 6, nil)
		return
	}
	acks := map[string]bool{}
	for _, id := range asked.Acks {
		done := s.acks[channel][id]
		acks[strconv.FormatInt(id, 10)] = done
		if done {
			delete(s.acks[channel], id) // a yes is said once
		}
	}
	answerJSON(w, http.StatusOK, map[string]any{"acks": acks})
}

func (s *Splunk) serveEvents(w http.ResponseWriter, r *http.Request, token SplunkToken, channel string) {
	if token.Ack || channel != "" {
		if code := wrongChannel(channel); code != 0 {
			splunkAnswer(w, code, nil)
			return
		}
	}
	body, err := unpacked(r, s.max)
	switch {
	case errors.Is(err, errTooLarge):
		answerJSON(w, http.StatusRequestEntityTooLarge,
			map[string]any{"text": "Content-Length too large (maximum is " + strconv.FormatInt(s.max, 10) + ")", "code": 413})
		return
	case err != nil:
		splunkAnswer(w, 6, nil)
		return
	}
	s.requests++
	n, code := s.take(body, token)
	switch {
	case code != 0:
		splunkAnswer(w, code, map[string]any{"invalid-event-number": n})
	case n == 0:
		splunkAnswer(w, 5, nil)
	case token.Ack:
		if s.acks[channel] == nil {
			s.acks[channel] = map[int64]bool{}
		}
		s.acks[channel][s.next] = !s.hold
		splunkAnswer(w, 0, map[string]any{"ackId": s.next})
		s.next++
	default:
		splunkAnswer(w, 0, nil)
	}
}

// take keeps the events of a body up to the first bad one. It returns how many those are,
// and the code that refuses the next.
func (s *Splunk) take(body []byte, token SplunkToken) (n, code int) {
	for d := json.NewDecoder(bytes.NewReader(body)); ; n++ {
		var text json.RawMessage
		switch err := d.Decode(&text); {
		case errors.Is(err, io.EOF):
			return n, 0
		case err != nil:
			return n, 6
		}
		e, code := readSplunkEvent(text, token)
		if code != 0 {
			return n, code
		}
		e.Batch = s.requests
		s.events = append(s.events, e)
	}
}

func readSplunkEvent(text []byte, token SplunkToken) (e SplunkEvent, code int) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	d.UseNumber()
	if err := d.Decode(&e); err != nil || !bytes.Equal(text, bytes.ToValidUTF8(text, nil)) {
		return e, 6
	}
	for _, v := range e.Fields {
		if !flat(v) {
			return e, 15
		}
	}
	switch {
	case e.Event == nil:
		return e, 12
	case string(e.Event) == "null" || string(e.Event) == `""`:
		return e, 13
	case e.Event[0] != '{' && e.Event[0] != '"':
		return e, 6
	case e.Index != "" && len(token.Indexes) > 0 && !slices.Contains(token.Indexes, e.Index):
		return e, 7
	}
	return e, 0
}

// flat reports whether a value can be an indexed field: a text, a number, or a list of them.
func flat(v any) bool {
	switch v := v.(type) {
	case string, json.Number:
		return true
	case []any:
		return !slices.ContainsFunc(v, func(v any) bool { _, list := v.([]any); return list || !flat(v) })
	}
	return false
}

// splunkAnswer answers with one of the collector's codes.
func splunkAnswer(w http.ResponseWriter, code int, more map[string]any) {
	out := map[string]any{"text": splunkTexts[code], "code": code}
	maps.Copy(out, more)
	answerJSON(w, splunkStatus[code], out)
}

func answerJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

var splunkStatus = map[int]int{0: 200, 1: 403, 2: 401, 3: 401, 4: 403, 5: 400, 6: 400, 7: 400, 8: 500, 9: 503, 10: 400, 11: 400,
	12: 400, 13: 400, 14: 400, 15: 400, 16: 400, 17: 200, 18: 503, 19: 503, 20: 503, 21: 400, 22: 400, 23: 503, 24: 200, 25: 200, 26: 429, 27: 429}

var splunkTexts = map[int]string{
	0: "Success", 1: "Token disabled", 2: "Token is required", 3: "Invalid authorization", 4: "Invalid token", 5: "No data",
	6: "Invalid data format", 7: "Incorrect index", 8: "Internal server error", 9: "Server is busy", 10: "Data channel is missing",
	11: "Invalid data channel", 12: "Event field is required", 13: "Event field cannot be blank", 14: "ACK is disabled",
	15: "Error in handling indexed fields", 16: "Query string authorization is not enabled", 17: "HEC is healthy",
	18: "HEC is unhealthy, queues are full", 19: "HEC is unhealthy, ack service unavailable",
	20: "HEC is unhealthy, queues are full, ack service unavailable", 21: "Invalid token", 22: "Token disabled", 23: "Server is shutting down",
	24: "HEC queue is approaching its capacity limit", 25: "HEC ACK is approaching its capacity limit",
	26: "HEC queue is at capacity and cannot process any more requests",
	27: "HEC ACK channel is at capacity and cannot process any more requests",
}

// SplunkAnswer is the answer of the collector with one of its codes, for Faults.
func SplunkAnswer(code int) (status int, body string) {
	text, _ := json.Marshal(map[string]any{"text": splunkTexts[code], "code": code})
	return splunkStatus[code], string(text)
}
