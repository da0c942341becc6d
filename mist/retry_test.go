package mist

import (
	"net/http"
	"testing"
	"time"
)

// flaky answers the first calls with a status and the rest with 200.
func flaky(fails, status int, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if fails--; fails >= 0 {
			answer(status, `{"detail":"no"}`, headers...)(w, r)
			return
		}
		answer(200, `{}`)(w, r)
	}
}

func TestOnlyWhatIsSafeIsTriedAgain(t *testing.T) {
	for name, c := range map[string]struct {
		method string
		who    Urgency
		reply  http.HandlerFunc
		calls  int
		kind   Kind // empty when it works out
		waits  time.Duration
	}{
		"GET, once broken":                {"GET", Routine, flaky(1, 502), 2, "", 300 * time.Millisecond},
		"GET, twice broken":               {"GET", Routine, flaky(2, 503), 3, "", 900 * time.Millisecond},
		"GET, broken for good":            {"GET", Operator, flaky(9, 500), 3, KindServer, 900 * time.Millisecond},
		"GET, down for long":              {"GET", Routine, flaky(9, 503, "Retry-After", "120"), 1, KindServer, 0},
		"POST is never sent twice":        {"POST", Operator, flaky(1, 502), 1, KindServer, 0},
		"PUT is never sent twice":         {"PUT", Routine, flaky(1, 500), 1, KindServer, 0},
		"DELETE is never sent twice":      {"DELETE", Routine, flaky(1, 500), 1, KindServer, 0},
		"what is refused stays so":        {"GET", Routine, flaky(9, 403), 1, KindPermission, 0},
		"a wrong token stays so":          {"GET", Routine, flaky(9, 401), 1, KindAuth, 0},
		"nothing there":                   {"GET", Routine, flaky(9, 404), 1, KindNotFound, 0},
		"a mistake of ours":               {"GET", Routine, flaky(9, 400), 1, KindBadRequest, 0},
		"429, a moment":                   {"GET", Routine, flaky(1, 429, "Retry-After", "1"), 2, "", time.Second},
		"429, a moment, for a change":     {"POST", Routine, flaky(1, 429, "Retry-After", "1"), 2, "", time.Second},
		"429 twice":                       {"GET", Routine, flaky(9, 429, "Retry-After", "1"), 2, KindRateLimit, time.Second},
		"429, too long for a poller":      {"GET", Prompt, flaky(1, 429, "Retry-After", "5"), 1, KindRateLimit, 0},
		"429, a person waits a bit":       {"GET", Operator, flaky(1, 429, "Retry-After", "5"), 2, "", 5 * time.Second},
		"429, too long for a person":      {"GET", Operator, flaky(1, 429, "Retry-After", "798"), 1, KindRateLimit, 0},
		"429 without a time is not tried": {"GET", Operator, flaky(1, 429), 1, KindRateLimit, 0},
	} {
		t.Run(name, func(t *testing.T) {
			k := setup(t)
			k.client.jitter = func() float64 { return 1 }
			k.on(c.method+" /thing", c.reply)
			_, err := k.client.Do(WithCaller(t.Context(), "test", c.who), Request{Method: c.method, Path: "/thing"})
			if c.kind == "" && err != nil || c.kind != "" && !IsKind(err, c.kind) {
				t.Errorf("ended with %v, want %q", err, c.kind)
			}
			var waited time.Duration
			for _, d := range k.waits {
				waited += d
			}
			if len(k.calls) != c.calls || waited != c.waits {
				t.Errorf("%d calls and %v of waiting, want %d and %v", len(k.calls), waited, c.calls, c.waits)
			}
			if used := k.client.Governor().Usage().Used; used != c.calls {
				t.Errorf("the governor counts %d calls, want %d", used, c.calls)
			}
		})
	}
}

func TestPausesJitter(t *testing.T) {
	k := setup(t)
	e := &Error{Kind: KindServer}
	for attempt, most := range map[int]time.Duration{1: 300 * time.Millisecond, 2: 600 * time.Millisecond} {
		for part, want := range map[float64]time.Duration{0: most / 2, 0.5: most * 3 / 4, 1: most} {
			k.client.jitter = func() float64 { return part }
			if got, again := k.client.again(call{method: "GET"}, e, Routine, attempt); !again || got != want {
				t.Errorf("attempt %d waits %v, want %v", attempt, got, want)
			}
		}
	}
}

func TestA429StopsEverybodyAndTellsOperatorsUntilWhen(t *testing.T) {
	k := setup(t)
	k.on("GET /thing", flaky(1, 429, "Retry-After", "600"))
	ask := func(u Urgency) error {
		_, err := k.client.Do(WithCaller(t.Context(), "test", u), Request{Path: "/thing"})
		return err
	}
	first := ask(Background)
	for _, u := range []Urgency{Background, Routine, Prompt, Operator} {
		err := ask(u)
		if !IsKind(err, KindRateLimit) || Explain(err) != Explain(first) {
			t.Errorf("%s: %v, want %v", u, err, first)
		}
		if k.client.Governor().IntervalFactor(u) != 0 {
			t.Errorf("%s is not told to stop", u)
		}
	}
	if len(k.calls) != 1 {
		t.Errorf("the cloud was asked %d times while it refused", len(k.calls))
	}
	k.now = k.now.Add(600 * time.Second)
	if err := ask(Background); err != nil {
		t.Errorf("after the time it named: %v", err)
	}
}

func TestAPersonWaitsOutAShortBlock(t *testing.T) {
	k := setup(t)
	k.on("GET /thing", flaky(1, 429, "Retry-After", "6"))
	if _, err := k.client.Do(t.Context(), Request{Path: "/thing"}); !IsKind(err, KindRateLimit) {
		t.Fatal(err)
	}
	if _, err := k.client.Do(WithCaller(t.Context(), "ann", Operator), Request{Path: "/thing"}); err != nil || len(k.waits) != 1 {
		t.Errorf("%v after waits %v", err, k.waits)
	}
}

func TestOnceIsNotRepeated(t *testing.T) {
	k := setup(t)
	k.on("GET /thing", flaky(1, 502))
	_, err := k.client.Do(Once(t.Context()), Request{Method: "GET", Path: "/thing"})
	if !IsKind(err, KindServer) || len(k.calls) != 1 || len(k.waits) > 0 {
		t.Errorf("%v after %d calls", err, len(k.calls))
	}
}
