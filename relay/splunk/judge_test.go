package splunk

import (
	"bufio"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"foghorn/config"
	"foghorn/relay"
	"foghorn/relay/relaytest"
)

const html = "<!DOCTYPE html><title>Sign in</title>"

// Every answer, and what it means for a batch of three events.
func TestAnswers(t *testing.T) {
	for _, c := range []struct {
		status  int
		body    string
		outcome relay.Outcome
		items   int
		reason  string
	}{
		{200, `{"text":"Success","code":0}`, relay.Sent, 0, ""},
		{200, `{"text":"HEC queue is approaching its capacity limit","code":24}`, relay.Sent, 0, ""},
		{200, `{"text":"HEC ACK is approaching its capacity limit","code":25}`, relay.Sent, 0, ""},
		{403, `{"text":"Token disabled","code":1}`, relay.Misconfigured, 0, "turn the token on"},
		{401, `{"text":"Token is required","code":2}`, relay.Misconfigured, 0, "take the token from"},
		{401, `{"text":"Invalid authorization","code":3}`, relay.Misconfigured, 0, "take the token from"},
		{403, `{"text":"Invalid token","code":4}`, relay.Misconfigured, 0, "403, code 4: Invalid token"},
		{400, `{"text":"No data","code":5}`, relay.Refused, -1, "code 5"},
		{400, `{"text":"Invalid data format","code":6,"invalid-event-number":1}`, relay.Refused, 1, "the form"},
		{400, `{"text":"Invalid data format","code":6,"invalid-event-number":0}`, relay.Refused, 0, "the form"},
		{400, `{"text":"Invalid data format","code":6,"invalid-event-number":7}`, relay.Refused, -1, "the form"},
		{400, `{"text":"Invalid data format","code":6}`, relay.Refused, -1, "the form"},
		{400, `{"text":"Incorrect index","code":7,"invalid-event-number":0}`, relay.Misconfigured, 0, "set index"},
		{400, `{"text":"Incorrect index","code":7,"invalid-event-number":2}`, relay.Sent, 2, "set index"},
		{500, `{"text":"Internal server error","code":8}`, relay.Retry, 0, "code 8"},
		{503, `{"text":"Server is busy","code":9}`, relay.Retry, 0, "Server is busy"},
		{503, `{"text":"Server is busy","code":9,"invalid-event-number":0}`, relay.Retry, 0, "Server is busy"},
		{503, `{"text":"Server is busy","code":9,"invalid-event-number":2}`, relay.Sent, 2, "Server is busy"},
		{400, `{"text":"Data channel is missing","code":10}`, relay.Misconfigured, 0, "set ack = true"},
		{400, `{"text":"Invalid data channel","code":11}`, relay.Misconfigured, 0, "proxy"},
		{400, `{"text":"Event field is required","code":12,"invalid-event-number":2}`, relay.Refused, 2, "the form"},
		{400, `{"text":"Event field cannot be blank","code":13,"invalid-event-number":1}`, relay.Refused, 1, "the form"},
		{400, `{"text":"ACK is disabled","code":14}`, relay.Misconfigured, 0, "set ack = false"},
		{400, `{"text":"Error in handling indexed fields","code":15,"invalid-event-number":1}`, relay.Refused, 1, "the form"},
		{400, `{"text":"Query string authorization is not enabled","code":16}`, relay.Misconfigured, 0, "proxy"},
		{503, `{"text":"HEC is unhealthy, queues are full","code":18}`, relay.Retry, 0, "queues are full"},
		{503, `{"text":"HEC is unhealthy, ack service unavailable","code":19}`, relay.Retry, 0, "unavailable"},
		{503, `{"text":"HEC is unhealthy, queues are full, ack service unavailable","code":20}`, relay.Retry, 0, "unavailable"},
		{400, `{"text":"Invalid token","code":21}`, relay.Misconfigured, 0, "take the token from"},
		{400, `{"text":"Token disabled","code":22}`, relay.Misconfigured, 0, "turn the token on"},
		{503, `{"text":"Server is shutting down","code":23}`, relay.Retry, 0, "shutting down"},
		{429, `{"text":"HEC queue is at capacity and cannot process any more requests","code":26}`, relay.Retry, 0, "at capacity"},
		{429, `{"text":"HEC ACK channel is at capacity","code":27}`, relay.Retry, 0, "at capacity"},
		{400, `{"text":"Data channel is missing. Sticky","code":28}`, relay.Misconfigured, 0, "set ack = true"},

		{200, `{"text":"Server is busy","code":9}`, relay.Retry, 0, "busy"}, // a success code with an error inside
		{200, `{"text":"?","code":99}`, relay.Misconfigured, 0, "does not know this code"},
		{200, html, relay.Misconfigured, 0, "not an answer of an HTTP Event Collector"},
		{200, "", relay.Misconfigured, 0, "port 8088"},
		{200, `{"ok":true}`, relay.Misconfigured, 0, "not an answer"},
		{200, `{"text":"Success","co`, relay.Retry, 0, "ends in the middle"},
		{302, "", relay.Misconfigured, 0, "302"},
		{404, `{"text":"The requested URL was not found on this server.","code":404}`, relay.Misconfigured, 0, "404"},
		{404, html, relay.Misconfigured, 0, "turned on in its Global Settings"},
		{408, "", relay.Retry, 0, "408"},
		{413, `{"text":"Content-Length of 1000001 too large (maximum is 1000000)","code":413}`, relay.Refused, -1, "413"},
		{413, "", relay.Refused, -1, "max_content_length"},
		{429, "", relay.Retry, 0, "429"},
		{500, html, relay.Retry, 0, "a page of HTML"},
		{503, "", relay.Retry, 0, "503"},
	} {
		d := newOf(t, "https://splunk.example.com", nil)
		work := &relay.Work{Items: events(3)}
		request, _ := d.Encode(work)
		v := d.Judge(work, request, &relay.Answer{Status: c.status, Body: []byte(c.body), At: at})
		if v.Outcome != c.outcome || v.Items != c.items || !strings.Contains(v.Reason, c.reason) {
			t.Errorf("%d %s: %+v, want outcome %d, items %d, %q", c.status, c.body, v, c.outcome, c.items, c.reason)
		}
		if strings.Contains(v.Reason, token) {
			t.Errorf("%d %s: the reason shows the token", c.status, c.body)
		}
	}
}

func TestAnAnswerThatNeverCameIsTriedAgain(t *testing.T) {
	d := newOf(t, "https://splunk.example.com", nil)
	work := &relay.Work{Items: events(1)}
	request, _ := d.Encode(work)
	v := d.Judge(work, request, &relay.Answer{Err: errors.New("connection reset"), At: at})
	if v.Outcome != relay.Retry || v.Reason != "connection reset" {
		t.Errorf("%+v", v)
	}
}

func TestRetryAfterIsPassedOn(t *testing.T) {
	d := newOf(t, "https://splunk.example.com", nil)
	work := &relay.Work{Items: events(1)}
	request, _ := d.Encode(work)
	status, body := relaytest.SplunkAnswer(9)
	v := d.Judge(work, request, &relay.Answer{Status: status, Body: []byte(body), Header: http.Header{"Retry-After": {"30"}}, At: at})
	if v.Outcome != relay.Retry || v.After != 30*time.Second {
		t.Errorf("%+v", v)
	}
}

// The documented answers are all understood.
func TestDocumentedAnswers(t *testing.T) {
	f, err := os.Open("testdata/responses.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	n := 0
	for lines := bufio.NewScanner(f); lines.Scan(); n++ {
		var r struct {
			Status int
			Body   json.RawMessage
		}
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		d := newOf(t, "https://splunk.example.com", nil)
		work := &relay.Work{Items: events(2)}
		request, _ := d.Encode(work)
		v := d.Judge(work, request, &relay.Answer{Status: r.Status, Body: r.Body, At: at})
		if (v.Outcome == relay.Sent) != (r.Status == 200) || v.Outcome != relay.Sent && v.Reason == "" {
			t.Errorf("%s: %+v", lines.Text(), v)
		}
	}
	if n < 10 {
		t.Errorf("%d answers", n)
	}
}

// A bad event stops its batch part-way. What came before it is not sent again, and what
// comes after it is sent once the sender has put it aside.
func TestABatchGoesOnFromTheBadEvent(t *testing.T) {
	s := relaytest.NewSplunk(relaytest.SplunkToken{Value: token})
	d, do := collectorOf(t, s, nil)
	work := &relay.Work{Items: events(5)}
	request, err := d.Encode(work)
	if err != nil {
		t.Fatal(err)
	}
	broken := *request
	lines := strings.Split(string(request.Body), "\n")
	lines[2] = `{"event":["not an object"]}` // as a proxy or a bug would break it
	broken.Body = []byte(strings.Join(lines, "\n"))
	answer := do(t.Context(), &broken)
	v := d.Judge(work, request, answer)
	if v.Outcome != relay.Refused || v.Items != 2 {
		t.Fatalf("%+v for %d %s", v, answer.Status, answer.Body)
	}
	work.Items = work.Items[v.Items+1:] // the sender puts it aside
	if _, err := relaytest.Drive(t.Context(), d, work, do); err != nil || len(work.Items) != 0 {
		t.Fatalf("%d left, %v", len(work.Items), err)
	}
	var ids []string
	for _, e := range s.Events() {
		ids = append(ids, e.Fields["foghorn_id"].(string))
	}
	if got := strings.Join(ids, " "); got != "a345 a345.1 a345.3 a345.4" {
		t.Errorf("%s", got)
	}
}

// The other wrong turns, as the stand-in answers them.
func TestRefusalsOfTheStandIn(t *testing.T) {
	for name, c := range map[string]struct {
		token  relaytest.SplunkToken
		set    func(*config.Relay)
		prep   func(*relaytest.Splunk)
		want   relay.Outcome
		reason string
	}{
		"another token":      {token: relaytest.SplunkToken{Value: "other"}, want: relay.Misconfigured, reason: "code 4"},
		"disabled":           {token: relaytest.SplunkToken{Value: token, Disabled: true}, want: relay.Misconfigured, reason: "code 1"},
		"wrong index":        {token: relaytest.SplunkToken{Value: token, Indexes: []string{"main"}}, set: func(c *config.Relay) { c.Index = "network" }, want: relay.Misconfigured, reason: "set index"},
		"wants ack":          {token: relaytest.SplunkToken{Value: token, Ack: true}, want: relay.Misconfigured, reason: "set ack = true"},
		"too large":          {token: relaytest.SplunkToken{Value: token}, prep: func(s *relaytest.Splunk) { s.Limit(100) }, want: relay.Refused, reason: "413"},
		"a proxy in the way": {token: relaytest.SplunkToken{Value: token}, prep: func(s *relaytest.Splunk) { s.Fail(1, 502, nil, html) }, want: relay.Retry, reason: "502"},
		"lost":               {token: relaytest.SplunkToken{Value: token}, prep: func(s *relaytest.Splunk) { s.Add(1, relaytest.Fault{Taken: true}) }, want: relay.Retry, reason: "EOF"},
	} {
		s := relaytest.NewSplunk(c.token)
		if c.prep != nil {
			c.prep(s)
		}
		d, do := collectorOf(t, s, c.set)
		work := &relay.Work{Items: events(1)}
		turns, err := relaytest.Drive(t.Context(), d, work, do)
		if err != nil || len(turns) != 1 {
			t.Fatalf("%s: %d turns, %v", name, len(turns), err)
		}
		if v := turns[0].Verdict; v.Outcome != c.want || !strings.Contains(v.Reason, c.reason) || v.Items != 0 {
			t.Errorf("%s: %+v", name, v)
		}
	}
}
