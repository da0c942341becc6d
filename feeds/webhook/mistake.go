package webhook

import (
	"bytes"
	"fmt"
	"net/http"
	"runtime/debug"

	"foghorn/internal/safetext"
	"foghorn/journal/event"
)

// recoverBug answers a request that made foghorn panic, and logs the stack, which is
// needed to fix the bug. The panic is no evidence about the journal, so the listener
// stays ready.
func (l *Listener) recoverBug(x *exchange, bug any) {
	stack := debug.Stack()
	what := l.harmless(fmt.Sprint(bug))
	path := safetext.Line(safetext.Clip(x.r.URL.Path, maxPath))
	l.metrics.panics.Inc()
	l.o.Logger.Error("a request hit a bug in foghorn; please report it", "path", path, "panic", what, "stack", string(stack))
	cause := fmt.Sprintf("a request to %s hit a bug in foghorn: %s (the stack is in the log)", path, what)
	l.lastBug.set(cause, l.o.Clock.Now())
	// The request may have broken the answer or the journal, so what follows may
	// panic too.
	defer func() { _ = recover() }()
	x.d = event.Delivery{}
	l.refuse(x, &refusal{status: http.StatusInternalServerError, verdict: event.Refused, say: sayOurMistake, cause: cause, hangUp: true})
}

// harmless is the text of a panic, short and without secrets or control characters.
func (l *Listener) harmless(text string) string {
	b := []byte(text)
	for _, s := range l.sources {
		for _, k := range s.Secrets {
			b = bytes.ReplaceAll(b, k.Key, []byte(masked))
		}
	}
	return safetext.Line(safetext.Clip(string(b), 300))
}
