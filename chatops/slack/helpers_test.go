package slack

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"

	"foghorn/chatops"
	"foghorn/internal/clock"
)

// recorder is a handler that notes what it is given, and answers as the test says.
type recorder struct {
	mu     sync.Mutex
	calls  []chatops.Call
	whys   []string       // of what was refused
	turned []chatops.Call // what was refused
	answer func(ctx context.Context, call *chatops.Call) (*chatops.Message, error)
}

func (h *recorder) Accept(ctx context.Context, call chatops.Call) (*chatops.Message, error) {
	h.mu.Lock()
	h.calls = append(h.calls, call)
	answer := h.answer
	h.mu.Unlock()
	if answer == nil {
		return nil, nil
	}
	return answer(ctx, &call)
}

func (h *recorder) Refused(_ context.Context, call chatops.Call, why string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.turned, h.whys = append(h.turned, call), append(h.whys, why)
}

// accepted are the calls that were handed on.
func (h *recorder) accepted() []chatops.Call {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.calls)
}

// refusals are the reasons of what was turned away.
func (h *recorder) refusals() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.whys)
}

func mustNew(t *testing.T, o Options) *Slack {
	t.Helper()
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// serve hands a request to the endpoint of its path, as the listener does.
func serve(s *Slack, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	for _, e := range s.Endpoints() {
		if e.Path == r.URL.Path {
			e.ServeHTTP(w, r)
			return w
		}
	}
	w.WriteHeader(http.StatusNotFound)
	return w
}

func jsonOf(t *testing.T, v any) string {
	t.Helper()
	out, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func testClock() clock.Clock { return clock.Real{} }

// logTo is a logger that keeps its lines.
func logTo(lines *[]string) *slog.Logger { return slog.New(&keeper{lines: lines}) }

type keeper struct {
	mu    sync.Mutex
	lines *[]string
}

func (k *keeper) Enabled(context.Context, slog.Level) bool { return true }
func (k *keeper) WithAttrs([]slog.Attr) slog.Handler       { return k }
func (k *keeper) WithGroup(string) slog.Handler            { return k }
func (k *keeper) Handle(_ context.Context, r slog.Record) error {
	line := r.Level.String() + " " + r.Message
	r.Attrs(func(a slog.Attr) bool { line += " " + a.String(); return true })
	k.mu.Lock()
	defer k.mu.Unlock()
	*k.lines = append(*k.lines, line)
	return nil
}
