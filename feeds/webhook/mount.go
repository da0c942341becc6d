package webhook

import (
	"errors"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"

	"foghorn/journal/event"
)

// Handler is something else that the listener serves, such as the commands of a
// chat service.
//
// It has the listener's limits: connections and streams, the time-outs, and
// MaxBody, beyond which reading its body fails. Run waits for it as for a
// delivery. A panic is answered 500 and logged. /metrics counts its answers by
// path and status. Authentication is its own affair.
//
// What it accepts leaves no record in the log: it is no delivery, and the handler
// records what it does. What it refuses, with a status of 400 or more, leaves the
// record of a refused request, without the body, within the allowance of all
// refusals.
type Handler struct {
	// Path is where it is served: exactly there or, with a slash at its end,
	// everywhere below.
	Path string
	http.Handler
}

// ownPaths are the listener's own, with everything below them.
var ownPaths = []string{"/mist", "/junos", "/services/collector", "/healthz", "/readyz", "/metrics"}

// validateHandlers reports handlers that would take a path of the listener or of
// each other.
func validateHandlers(handlers []Handler) error {
	var errs []error
	seen := map[string]bool{}
	for _, h := range handlers {
		at := strings.TrimSuffix(h.Path, "/")
		taken := slices.ContainsFunc(ownPaths, func(own string) bool { return at == own || strings.HasPrefix(at, own+"/") })
		switch {
		case h.Handler == nil:
			errs = append(errs, fmt.Errorf("nothing is to be served at %q", h.Path))
		case at == "" || at != path.Clean(at) || at[0] != '/' || strings.ContainsAny(at, "?#%{} \t\r\n"):
			errs = append(errs, fmt.Errorf("%q is not a path at which something can be served", h.Path))
		case taken:
			errs = append(errs, fmt.Errorf("%s is a path of the listener's own", h.Path))
		case seen[h.Path]:
			errs = append(errs, fmt.Errorf("two handlers are to be served at %s", h.Path))
		}
		seen[h.Path] = true
	}
	return errors.Join(errs...)
}

// handlerAt is the handler of a path; nil when there is none. The most specific
// one counts.
func (l *Listener) handlerAt(path string) *Handler {
	var found *Handler
	for i := range l.o.Handlers {
		h := &l.o.Handlers[i]
		fits := path == h.Path || strings.HasSuffix(h.Path, "/") && strings.HasPrefix(path, h.Path)
		if fits && (found == nil || len(h.Path) > len(found.Path)) {
			found = h
		}
	}
	return found
}

// serveHandler serves a request that is for a handler.
func (l *Listener) serveHandler(w http.ResponseWriter, r *http.Request, h *Handler) {
	x := &exchange{r: r, w: w, from: clientOf(r, l.o.TrustedProxies), start: l.o.Clock.Now()}
	defer l.finish(x)
	if no := l.enter(x); no != nil {
		l.refuse(x, no)
		return
	}
	if r.Body != nil {
		r.Body = http.MaxBytesReader(w, r.Body, l.o.MaxBody)
	}
	answer := &statusWriter{ResponseWriter: w, status: http.StatusOK}
	h.ServeHTTP(answer, r)
	l.metrics.handled.WithLabelValues(h.Path, strconv.Itoa(answer.status)).Inc()
	if answer.status >= http.StatusBadRequest {
		l.recordRefusedBy(x, h, answer.status)
	}
}

// recordRefusedBy puts on record that a handler refused a request.
func (l *Listener) recordRefusedBy(x *exchange, h *Handler, status int) {
	now := l.o.Clock.Now()
	record := l.refusals.AllowN(now, 1)
	if status < http.StatusInternalServerError {
		if r := l.strikes.refused(x.from.addr, now); r.over {
			record = record && r.record
		}
	}
	cause := fmt.Sprintf("the handler of %s answered %d", h.Path, status)
	x.d.Verdict = event.Refused
	l.describe(x, status)
	l.unmatched.refused(now, cause)
	if !record {
		l.drop(1)
		return
	}
	l.record(x, cause)
}

// statusWriter notes the status of an answer.
type statusWriter struct {
	http.ResponseWriter
	status int
	wrote  bool
}

func (w *statusWriter) WriteHeader(status int) {
	if !w.wrote && status >= http.StatusOK { // those below are said in advance
		w.status, w.wrote = status, true
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusWriter) Write(b []byte) (int, error) {
	w.wrote = true
	return w.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach what the server's writer can do.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
