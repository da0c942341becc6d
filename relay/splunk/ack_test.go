package splunk

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"foghorn/config"
	"foghorn/relay"
	"foghorn/relay/relaytest"
)

func withAck(c *config.Relay) { c.Ack = true }

var acking = relaytest.SplunkToken{Value: token, Ack: true}

func TestItemsCountAsSentWhenTheyAreIndexed(t *testing.T) {
	s := relaytest.NewSplunk(acking)
	d, do := collectorOf(t, s, withAck)
	s.Hold()
	work := &relay.Work{Items: events(3)}
	var pauses []time.Duration
	for range 6 {
		turn, err := relaytest.Step(t.Context(), d, work, do)
		if err != nil || turn.Verdict.Outcome != relay.More {
			t.Fatalf("%+v, %v", turn.Verdict, err)
		}
		pauses = append(pauses, turn.Request.After)
	}
	if want := []time.Duration{0, 1e9, 2e9, 4e9, 8e9, 10e9}; !equal(pauses, want) {
		t.Errorf("pauses %v, want %v", pauses, want)
	}
	s.Index()
	turns, err := relaytest.Drive(t.Context(), d, work, do)
	if err != nil || steps(turns) != "ask 3" || len(work.Items) != 0 || work.Handle != nil || len(s.Events()) != 3 {
		t.Errorf("%s, %v; %d left, %d events, handle %s", steps(turns), err, len(work.Items), len(s.Events()), work.Handle)
	}
}

func equal(a, b []time.Duration) bool {
	for i := range a {
		if i >= len(b) || a[i] != b[i] {
			return false
		}
	}
	return len(a) == len(b)
}

// A process that dies between the post and its acknowledgement asks on, if its handle
// was kept, and sends nothing twice.
func TestARestartAsksOn(t *testing.T) {
	s := relaytest.NewSplunk(acking)
	server := httptest.NewServer(s)
	defer server.Close()
	do := relaytest.HTTP(server.Client(), func() time.Time { return at })
	first := newOf(t, server.URL, withAck)
	work := &relay.Work{Items: events(3)}
	turn, err := relaytest.Step(t.Context(), first, work, do)
	if err != nil {
		t.Fatal(err)
	}

	again := &relay.Work{Items: events(5), Handle: turn.Handle} // more came meanwhile
	turns, err := relaytest.Drive(t.Context(), newOf(t, server.URL, withAck), again, do)
	if err != nil || steps(turns) != "ask 3, post 2, ask 2" || len(s.Events()) != 5 {
		t.Errorf("%s, %v, %d events", steps(turns), err, len(s.Events()))
	}

	other := &relay.Work{Items: events(5)[1:], Handle: turn.Handle} // the first is gone: another batch
	if r, err := first.Encode(other); err != nil || r.Step != stepPost || r.Items != 4 {
		t.Errorf("%+v, %v", r, err)
	}
	for _, rubbish := range []string{"{", `{"ack":7}`, `{"ack":7,"items":99}`, "null", `"x"`} {
		if r, err := first.Encode(&relay.Work{Items: events(1), Handle: []byte(rubbish)}); err != nil || r.Step != stepPost {
			t.Errorf("%s: %+v, %v", rubbish, r, err)
		}
	}
}

// Splunk says no to what it does not know, so a batch that a crash swallowed is only
// known by the time.
func TestWhatIsNotIndexedInTimeIsSentAgain(t *testing.T) {
	s := relaytest.NewSplunk(acking)
	server := httptest.NewServer(s)
	defer server.Close()
	now := at
	do := relaytest.HTTP(server.Client(), func() time.Time { return now })
	d := newOf(t, server.URL, withAck)
	s.Hold()
	work := &relay.Work{Items: events(2)}
	if _, err := relaytest.Step(t.Context(), d, work, do); err != nil {
		t.Fatal(err)
	}
	s.Restart()
	now = at.Add(ackWithin - time.Second)
	if turn, err := relaytest.Step(t.Context(), d, work, do); err != nil || turn.Verdict.Outcome != relay.More {
		t.Fatalf("just in time: %+v, %v", turn.Verdict, err)
	}
	now = at.Add(ackWithin)
	turn, err := relaytest.Step(t.Context(), d, work, do)
	if err != nil || turn.Verdict.Outcome != relay.Retry || !strings.Contains(turn.Verdict.Reason, "within 5m") {
		t.Fatalf("%+v, %v", turn.Verdict, err)
	}
	s.Index()
	turns, err := relaytest.Drive(t.Context(), d, work, do)
	if err != nil || steps(turns) != "post 2, ask 2" || len(work.Items) != 0 {
		t.Errorf("%s, %v", steps(turns), err)
	}
}

func TestQuestionsThatFail(t *testing.T) {
	for name, c := range map[string]struct {
		fault   relaytest.Fault
		outcome relay.Outcome
		next    string // step of the next request
	}{
		"busy":            {fault(9), relay.More, stepAsk},
		"no answer":       {relaytest.Fault{}, relay.More, stepAsk},
		"cut off":         {relaytest.Fault{Status: 200, Body: `{"acks":{"0":tr`, Cut: true}, relay.More, stepAsk},
		"a page":          {relaytest.Fault{Status: 200, Body: html}, relay.Misconfigured, stepAsk},
		"bad request":     {relaytest.Fault{Status: 400, Body: html}, relay.Misconfigured, stepAsk},
		"wrong form":      {fault(6), relay.Misconfigured, stepAsk},
		"success of what": {fault(0), relay.Misconfigured, stepAsk},
		"token is wrong":  {fault(4), relay.Misconfigured, stepAsk},
		"acks are off":    {fault(14), relay.Misconfigured, stepPost},
		"no channel":      {fault(10), relay.Misconfigured, stepPost},
	} {
		s := relaytest.NewSplunk(acking)
		d, do := collectorOf(t, s, withAck)
		work := &relay.Work{Items: events(2)}
		if _, err := relaytest.Step(t.Context(), d, work, do); err != nil {
			t.Fatal(err)
		}
		s.Add(1, c.fault)
		turn, err := relaytest.Step(t.Context(), d, work, do)
		if err != nil || turn.Verdict.Outcome != c.outcome || turn.Verdict.Reason == "" {
			t.Errorf("%s: %+v, %v", name, turn.Verdict, err)
		}
		if r, err := d.Encode(work); err != nil || r.Step != c.next {
			t.Errorf("%s: the next step is %q, %v", name, r.Step, err)
		}
	}
}

func fault(code int) relaytest.Fault {
	status, body := relaytest.SplunkAnswer(code)
	return relaytest.Fault{Status: status, Body: body}
}

// A token without acknowledgement gives no id. The events are in, and are not sent again.
func TestATokenWithoutAcknowledgement(t *testing.T) {
	s := relaytest.NewSplunk(relaytest.SplunkToken{Value: token})
	d, do := collectorOf(t, s, withAck)
	work := &relay.Work{Items: events(2)}
	turns, err := relaytest.Drive(t.Context(), d, work, do)
	if err != nil || len(turns) != 1 || len(work.Items) != 0 || !strings.Contains(turns[0].Verdict.Reason, "set ack = false") {
		t.Errorf("%s, %v: %+v", steps(turns), err, turns)
	}
}

// A check takes no yes away from a batch that waits for it.
func TestChecksLeaveAcknowledgementsAlone(t *testing.T) {
	s := relaytest.NewSplunk(acking)
	d, do := collectorOf(t, s, withAck)
	work := &relay.Work{Items: events(2)}
	if _, err := relaytest.Step(t.Context(), d, work, do); err != nil {
		t.Fatal(err)
	}
	for _, r := range d.Checks() {
		if v := d.JudgeCheck(r, do(t.Context(), r)); v.Outcome != relay.Sent {
			t.Errorf("%s: %+v", r.Step, v)
		}
	}
	if turn, err := relaytest.Step(t.Context(), d, work, do); err != nil || turn.Request.Step != stepAsk || turn.Verdict.Outcome != relay.Sent {
		t.Errorf("%+v, %v", turn.Verdict, err)
	}
}

func TestChecks(t *testing.T) {
	plain := relaytest.SplunkToken{Value: token}
	for name, c := range map[string]struct {
		token  relaytest.SplunkToken
		ack    bool
		prep   func(*relaytest.Splunk)
		want   string // outcomes of the checks
		reason string // in one of them
	}{
		"all well":             {token: plain, want: "sent, sent", reason: "the token is known"},
		"with acks":            {token: acking, ack: true, want: "sent, sent", reason: "with acknowledgement"},
		"acks are wanted":      {token: acking, want: "sent, misconfigured", reason: "set ack = true"},
		"acks are off":         {token: plain, ack: true, want: "sent, misconfigured", reason: "set ack = false"},
		"another token":        {token: relaytest.SplunkToken{Value: "other"}, want: "sent, misconfigured", reason: "code 4"},
		"queues are full":      {token: plain, prep: func(s *relaytest.Splunk) { s.Health(18) }, want: "retry, sent", reason: "queues are full"},
		"the web interface":    {token: plain, prep: func(s *relaytest.Splunk) { s.Fail(2, 200, nil, html) }, want: "misconfigured, misconfigured", reason: "port 8088"},
		"no collector":         {token: plain, prep: func(s *relaytest.Splunk) { s.Fail(2, 404, nil, html) }, want: "misconfigured, sent", reason: "was not tried"},
		"nobody there":         {token: plain, prep: func(s *relaytest.Splunk) { s.Add(2, relaytest.Fault{}) }, want: "retry, retry", reason: "EOF"},
		"a proxy that refuses": {token: plain, prep: func(s *relaytest.Splunk) { s.Fail(2, 400, nil, "no") }, want: "misconfigured, misconfigured", reason: "400"},
	} {
		s := relaytest.NewSplunk(c.token)
		if c.prep != nil {
			c.prep(s)
		}
		d, do := collectorOf(t, s, func(r *config.Relay) { r.Ack = c.ack })
		var outcomes, reasons []string
		for _, r := range d.Checks() {
			v := d.JudgeCheck(r, do(t.Context(), r))
			outcomes = append(outcomes, map[relay.Outcome]string{relay.Sent: "sent", relay.Retry: "retry", relay.Misconfigured: "misconfigured"}[v.Outcome])
			reasons = append(reasons, v.Reason)
		}
		if strings.Join(outcomes, ", ") != c.want || !strings.Contains(strings.Join(reasons, "\n"), c.reason) || len(s.Events()) != 0 {
			t.Errorf("%s: %s %q, want %s", name, outcomes, reasons, c.want)
		}
	}
}
