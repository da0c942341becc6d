package webhook

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"foghorn/journal/event"
)

// echo answers with a name and the body; a body that is too large is 413.
func echo(name string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
			http.Error(w, "too large", http.StatusRequestEntityTooLarge)
			return
		}
		if r.URL.Query().Get("token") != "right" {
			http.Error(w, "who are you?", http.StatusUnauthorized)
			return
		}
		_, _ = io.WriteString(w, name+" "+string(body))
	})
}

func mounted() Options {
	o := twoOrgs()
	o.MaxBody = 1 << 10
	o.Handlers = []Handler{
		{"/api/v1/chatops/", echo("all")},
		{"/api/v1/chatops/slack/commands", echo("slack")},
		{"/api/v1/panic", http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("spilled coffee") })},
	}
	return o
}

func TestAHandlerIsServedAtItsPath(t *testing.T) {
	t.Parallel()
	b := newBench(t, mounted())
	for path, want := range map[string]string{
		"/api/v1/chatops/slack/commands?token=right":  "slack x",
		"/api/v1/chatops/slack/commands/?token=right": "all x",
		"/api/v1/chatops/?token=right":                "all x",
		"/api/v1/chatops/other?token=right":           "all x",
	} {
		if w := b.do(post(path, "x")); w.Code != http.StatusOK || w.Body.String() != want {
			t.Errorf("%s is answered %d %s", path, w.Code, w.Body)
		}
	}
	if got := b.log.deliveries(t); len(got) != 0 {
		t.Errorf("what handlers accept is in the log: %+v", got)
	}
	if w := b.do(httptest.NewRequest(http.MethodGet, "/metrics", nil)); !strings.Contains(w.Body.String(), `foghorn_handler_requests_total{path="/api/v1/chatops/",status="200"} 3`) {
		t.Errorf("/metrics does not count them:\n%s", w.Body)
	}
	if w := b.do(signed("/mist/acme", "new", good)); w.Code != http.StatusOK {
		t.Errorf("a delivery is answered %d", w.Code)
	}
}

// A path of nobody is still 404, and leaves its trace. So does what a handler
// refuses, without the body.
func TestWhatHandlersRefuseLeavesATrace(t *testing.T) {
	t.Parallel()
	b := newBench(t, mounted())
	for _, c := range []struct {
		path, body string
		status     int
		cause      string
	}{
		{"/api/v1/chatops", "x", http.StatusNotFound, "no source listens at this path"},
		{"/api/v1", "x", http.StatusNotFound, "no source listens at this path"},
		{"/api/v1/chatops/slack/commands?token=wrong", "secret text", http.StatusUnauthorized, "the handler of /api/v1/chatops/slack/commands answered 401"},
		{"/api/v1/chatops/other?token=right", strings.Repeat("x", 2<<10), http.StatusRequestEntityTooLarge, "the handler of /api/v1/chatops/ answered 413"},
		{"/api/v1/panic", "x", http.StatusInternalServerError, "spilled coffee"},
	} {
		before := len(b.log.deliveries(t))
		if w := b.do(post(c.path, c.body)); w.Code != c.status {
			t.Errorf("%s is answered %d", c.path, w.Code)
		}
		got := b.log.deliveries(t)
		if len(got) != before+1 {
			t.Fatalf("%s leaves %d records", c.path, len(got)-before)
		}
		d := got[before]
		path, _, _ := strings.Cut(c.path, "?")
		if d.Verdict != event.Refused || d.Status != c.status || d.Path != path || !strings.Contains(d.Cause, c.cause) || strings.Contains(string(d.Body), "secret") {
			t.Errorf("%s: %+v", c.path, d)
		}
	}
}

func TestHandlersCannotTakeTheListenersPaths(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"", "/", "api", "/a/../mist", "/a?b", "/{x}", "/a b", "/mist", "/mist/", "/mist/acme", "/mist/new/", "/junos/x", "/healthz", "/readyz/", "/metrics", "/services/collector/event"} {
		o := twoOrgs()
		o.Log, o.Handlers = &memory{}, []Handler{{path, echo("x")}}
		if _, err := New(o); err == nil {
			t.Errorf("a handler may be served at %q", path)
		}
	}
	for _, handlers := range [][]Handler{{{"/a", echo("x")}, {"/a", echo("y")}}, {{Path: "/a"}}} {
		o := twoOrgs()
		o.Log, o.Handlers = &memory{}, handlers
		if _, err := New(o); err == nil {
			t.Errorf("%+v is taken", handlers)
		}
	}
}
