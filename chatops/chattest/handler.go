package chattest

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"foghorn/chatops"
	"foghorn/chatops/platform"
)

// Handler is a chatops.Handler that notes what it is given, and answers as the test says.
type Handler struct {
	mu      sync.Mutex
	calls   []chatops.Call
	refused []chatops.Call
	whys    []string
	answer  Answer
}

// Answer is what a handler does with a call.
type Answer func(ctx context.Context, call *chatops.Call) (*chatops.Message, error)

// Accept implements chatops.Handler. Without an Answer it gives none.
func (h *Handler) Accept(ctx context.Context, call chatops.Call) (*chatops.Message, error) {
	h.mu.Lock()
	h.calls = append(h.calls, call)
	answer := h.answer
	h.mu.Unlock()
	if answer == nil {
		return nil, nil
	}
	return answer(ctx, &call)
}

// Refused implements chatops.Handler.
func (h *Handler) Refused(_ context.Context, call chatops.Call, why string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.refused, h.whys = append(h.refused, call), append(h.whys, why)
}

// Does says what becomes of calls from now on.
func (h *Handler) Does(answer Answer) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.answer = answer
}

// Answers has every call answered with a message.
func (h *Handler) Answers(m *chatops.Message) {
	h.Does(func(context.Context, *chatops.Call) (*chatops.Message, error) { return m, nil })
}

// Fails has no call accepted.
func (h *Handler) Fails(err error) {
	h.Does(func(context.Context, *chatops.Call) (*chatops.Message, error) { return nil, err })
}

// Calls are those that were handed on.
func (h *Handler) Calls() []chatops.Call {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.calls)
}

// Last is the call that was handed on last.
func (h *Handler) Last(t *testing.T) *chatops.Call {
	t.Helper()
	all := h.Calls()
	if len(all) == 0 {
		t.Fatalf("no call was handed on; refused: %q", h.Refusals())
	}
	return &all[len(all)-1]
}

// Refusals are the reasons of what was turned away.
func (h *Handler) Refusals() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.whys)
}

// Turned are the calls that were turned away.
func (h *Handler) Turned() []chatops.Call {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.refused)
}

// Serve hands a request to the endpoint of its path, as the listener does, within the time
// that platforms give.
func Serve(t *testing.T, endpoints []platform.Endpoint, r *http.Request) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	for _, e := range endpoints {
		if e.Path != r.URL.Path {
			continue
		}
		began := time.Now()
		e.ServeHTTP(w, r)
		if took := time.Since(began); took > 3*time.Second {
			t.Errorf("answered after %s", took)
		}
		return w
	}
	w.WriteHeader(http.StatusNotFound)
	return w
}

// During runs a platform's room while a story is told, in a bubble of synctest.
func During(t *testing.T, run func(context.Context) error, story func()) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- run(ctx) }()
	synctest.Wait()
	story()
	synctest.Wait()
	stop()
	if err := <-ended; err != nil {
		t.Errorf("Run ended with %v", err)
	}
}

// Pass lets time pass in a bubble of synctest.
func Pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// Says is a message of one text.
func Says(s string) *chatops.Message {
	return &chatops.Message{Sections: []chatops.Section{{Text: s}}}
}

// LogTo is a logger that keeps its lines.
func LogTo(lines *[]string) *slog.Logger { return slog.New(&logLines{lines: lines}) }

type logLines struct {
	mu    sync.Mutex
	lines *[]string
}

func (l *logLines) Enabled(context.Context, slog.Level) bool { return true }
func (l *logLines) WithAttrs([]slog.Attr) slog.Handler       { return l }
func (l *logLines) WithGroup(string) slog.Handler            { return l }
func (l *logLines) Handle(_ context.Context, r slog.Record) error {
	line := r.Level.String() + " " + r.Message
	r.Attrs(func(a slog.Attr) bool { line += " " + a.String(); return true })
	l.mu.Lock()
	defer l.mu.Unlock()
	*l.lines = append(*l.lines, line)
	return nil
}
