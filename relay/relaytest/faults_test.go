package relaytest

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"foghorn/relay"
)

// standIn is a service that takes everything, and counts.
type standIn struct {
	Faults
	took    atomic.Int32
	arrived func() // called when a request arrives
}

func (s *standIn) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.arrived != nil {
		s.arrived()
	}
	s.Through(w, r, func(w http.ResponseWriter, _ *http.Request) {
		s.took.Add(1)
		_, _ = w.Write([]byte("ok"))
	})
}

func serve(t *testing.T, h http.Handler) (url string, do Do) {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server.URL, HTTP(server.Client(), func() time.Time { return time.Unix(1000, 0) })
}

func TestFaultsComeInOrderAndEnd(t *testing.T) {
	s := &standIn{}
	url, do := serve(t, s)
	s.Fail(2, 503, http.Header{"Retry-After": {"7"}}, "later")
	s.Add(1, Fault{Taken: true})                                    // arrives, and the answer is lost
	s.Add(1, Fault{Status: 200, Body: `{"ok":`, Cut: true})         // an answer that stops
	s.Add(1, Fault{Status: 500, Body: "but it is in", Taken: true}) // arrives, and the answer is wrong
	s.Fail(Forever, 401, nil, "no")

	ask := func() *relay.Answer {
		return do(t.Context(), &relay.Request{URL: url, Body: []byte("x")})
	}
	for range 2 {
		if a := ask(); a.Status != 503 || a.Header.Get("Retry-After") != "7" || string(a.Body) != "later" || s.took.Load() != 0 {
			t.Fatalf("want 503, later: %+v, took %d", a, s.took.Load())
		}
	}
	if a := ask(); a.Err == nil || !a.Written || s.took.Load() != 1 {
		t.Errorf("the answer is lost after the request was taken: %+v, took %d", a, s.took.Load())
	}
	if a := ask(); a.Err == nil || a.Status != 200 || string(a.Body) != `{"ok":` {
		t.Errorf("the answer stops in the middle: %+v", a)
	}
	if a := ask(); a.Status != 500 || string(a.Body) != "but it is in" || s.took.Load() != 2 {
		t.Errorf("the answer is replaced: %+v, took %d", a, s.took.Load())
	}
	for range 3 {
		if a := ask(); a.Status != 401 {
			t.Errorf("forever: %+v", a)
		}
	}
	s.Heal()
	if a := ask(); a.Status != 200 || string(a.Body) != "ok" || !a.At.Equal(time.Unix(1000, 0)) {
		t.Errorf("healed: %+v", a)
	}
}

func TestHangEndsWithTheSender(t *testing.T) {
	ctx, giveUp := context.WithCancel(t.Context())
	defer giveUp()
	s := &standIn{arrived: giveUp}
	url, do := serve(t, s)
	s.Add(1, Fault{Hang: true})
	if a := do(ctx, &relay.Request{URL: url}); a.Err == nil || a.Status != 0 {
		t.Errorf("want no answer: %+v", a)
	}
}

// pairs sends two items a request, each request in two turns.
type pairs struct{ relay.Destination }

func (pairs) Limits() relay.Limits { return relay.Limits{Items: 2} }

func (pairs) Encode(work *relay.Work) (*relay.Request, error) {
	step := "first half"
	if string(work.Handle) == "1" {
		step = "second half"
	}
	return &relay.Request{Step: step, Items: min(2, len(work.Items))}, nil
}

func (pairs) Judge(work *relay.Work, r *relay.Request, a *relay.Answer) relay.Verdict {
	if a.Status != 200 {
		return relay.JudgeHTTP(a)
	}
	if r.Step == "first half" {
		work.Handle = []byte("1")
		return relay.Verdict{Outcome: relay.More}
	}
	work.Handle = nil
	return relay.Verdict{Outcome: relay.Sent}
}

func TestDriveGoesOnUntilAllIsSent(t *testing.T) {
	status := 200
	do := func(context.Context, *relay.Request) *relay.Answer { return &relay.Answer{Status: status} }
	work := &relay.Work{Items: make([]relay.Item, 3)}
	turns, err := Drive(t.Context(), pairs{}, work, do)
	var steps []string
	for _, turn := range turns {
		steps = append(steps, turn.Request.Step)
	}
	if want := "first half, second half, first half, second half"; err != nil || len(work.Items) != 0 || strings.Join(steps, ", ") != want {
		t.Errorf("want %s and nothing left; %s, %d left, %v", want, steps, len(work.Items), err)
	}

	status = 503
	work = &relay.Work{Items: make([]relay.Item, 3)}
	turns, err = Drive(t.Context(), pairs{}, work, do)
	if err != nil || len(turns) != 1 || turns[0].Verdict.Outcome != relay.Retry || len(work.Items) != 3 {
		t.Errorf("a retry ends the drive and leaves the items: %+v, %d left, %v", turns, len(work.Items), err)
	}
}

// lost is a destination that forgets what it must say.
type lost struct {
	pairs
	items   int
	outcome relay.Outcome
}

func (l lost) Encode(*relay.Work) (*relay.Request, error) { return &relay.Request{Items: l.items}, nil }
func (l lost) Judge(*relay.Work, *relay.Request, *relay.Answer) relay.Verdict {
	return relay.Verdict{Outcome: l.outcome}
}

func TestDriveRefusesDestinationsThatBreakTheirPromises(t *testing.T) {
	do := func(context.Context, *relay.Request) *relay.Answer { return &relay.Answer{Status: 200} }
	for name, c := range map[string]struct {
		d    lost
		want string
	}{
		"no items":       {lost{outcome: relay.Sent}, "covers 0 items"},
		"too many items": {lost{items: 2, outcome: relay.Sent}, "covers 2 items of 1"},
		"no outcome":     {lost{items: 1}, "no outcome"},
		"no end":         {lost{items: 1, outcome: relay.More}, "did not end"},
	} {
		if _, err := Drive(t.Context(), c.d, &relay.Work{Items: make([]relay.Item, 1)}, do); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}
