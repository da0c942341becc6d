package webhook

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sort"
	"strings"
	"time"

	"foghorn/internal/human"
	"foghorn/internal/safetext"
	"foghorn/journal/event"
)

// keptBody is how much of a refused body is kept.
const keptBody = 4 << 10

// refuse answers, then explains the refusal, then puts it on record within the
// allowance. The sender waits only for the answer.
func (l *Listener) refuse(x *exchange, no *refusal) {
	now := l.o.Clock.Now()
	record := true
	first, signed := no, x.d.Verdict == event.Verified || x.d.Verdict == event.VerifiedV1
	if no.status < http.StatusInternalServerError {
		if r := l.strikes.refused(x.from.addr, now); r.over {
			no = tooMany(no, r, l.o.RefusalsPerAddress)
			record = r.record
		}
	}
	x.d.Verdict = no.verdict
	l.describe(x, no.status)
	l.metrics.refused(&x.d)
	if no.status == http.StatusServiceUnavailable && no.say == sayNoJournal {
		// The log has just refused the delivery, so it would refuse this record too.
		l.meterOf(x).refused(now, no.cause)
		answerRefused(x.w, no)
		return
	}
	record = record && l.refusals.AllowN(now, 1)
	if record && x.wire == nil && !no.unread {
		l.readPrefix(x)
	}
	answerRefused(x.w, no)
	if no.explain && record {
		no.cause = l.explainSignature(x, no.cause)
	}
	l.meterOf(x).refused(now, no.cause)
	if l.vendors(x, first, signed) {
		x.src.refusing.refused(now, x.from.addr, brief(first, no.cause), no.cause)
	}
	if !record {
		l.drop(1)
		return
	}
	l.record(x, no.cause)
}

// meterOf is where a request counts.
func (l *Listener) meterOf(x *exchange) *meter {
	if x.src != nil {
		return &x.src.meter
	}
	return &l.unmatched
}

// drop counts refusals that are not put on record.
func (l *Listener) drop(n int64) {
	l.dropped.Add(n)
	l.metrics.dropped.Add(float64(n))
}

// tooMany turns a refusal into 429. Its first one in a minute says so on record.
func tooMany(no *refusal, r ruling, perMinute int) *refusal {
	return &refusal{
		status: http.StatusTooManyRequests, verdict: no.verdict, say: sayTooMany, retry: r.wait, hangUp: no.hangUp,
		cause: fmt.Sprintf("more than %d refused requests a minute from this address (%d more not on record); the last one: %s", perMinute, r.unsaid, no.cause),
	}
}

// readPrefix reads the beginning of a body that was refused by its headers, for
// the record. A client that waits for "100 Continue" is not asked to send it.
func (l *Listener) readPrefix(x *exchange) {
	if x.r.ContentLength == 0 || x.r.Header.Get("Expect") != "" {
		return
	}
	x.wire = buffers.Get().(*buffer)
	n, err := io.ReadFull(x.r.Body, x.wire.b[:keptBody])
	x.wire.b = x.wire.b[:n]
	x.d.Truncated = err == nil
}

// explainSignature finds out why a signature is wrong, within the allowance of
// hashing.
func (l *Listener) explainSignature(x *exchange, cause string) string {
	e := Evidence{Source: x.src.Source, Header: x.r.Header, Body: x.wire.b, Now: x.start}
	hashes := 0
	for _, s := range l.sources {
		e.Others = append(e.Others, s.Source)
		hashes += 2 * len(s.Secrets)
	}
	hashes += 12 * len(x.src.Secrets)
	if !l.effort.AllowN(l.o.Clock.Now(), hashes*len(e.Body)) {
		return cause
	}
	if x.plain != nil && json.Valid(x.plain.b) {
		e.Plain = x.plain.b
	}
	e.spend = func(n int) bool { return l.effort.AllowN(l.o.Clock.Now(), n) }
	// One at a time: a parsed body needs several times its size.
	l.explaining.Lock()
	defer l.explaining.Unlock()
	// A sender that is refused tries again with the same bytes.
	sum := e.sum()
	if l.explained.sum == sum {
		return l.explained.cause
	}
	j := judge(&e.Source, e.Header, e.Body, e.Local, e.Now)
	if j.Verdict.Accepted() {
		return cause
	}
	l.explained = explained{sum, e.cause(j)}
	return l.explained.cause
}

// explained is what came of looking into a refusal.
type explained struct {
	sum   [sha256.Size]byte
	cause string
}

// sum names what a cause is found from.
func (e *Evidence) sum() (sum [sha256.Size]byte) {
	h := sha256.New()
	key, scheme, _ := presented(&e.Source, e.Header)
	for _, part := range [][]string{{string(e.Source.Via), e.Source.Name, scheme}, e.Header[key], e.Header[keyV1], e.Header["Content-Length"]} {
		_, _ = fmt.Fprintf(h, "%q", part) // a hash takes everything
	}
	_, _ = h.Write(e.Body)
	h.Sum(sum[:0])
	return sum
}

// record appends the refusal. If the log refuses it, it is counted.
func (l *Listener) record(x *exchange, cause string) {
	d := &x.d
	d.Cause = cause
	body := x.body()
	d.Size = max(int64(len(body)), x.r.ContentLength)
	if x.plain != nil {
		d.Size = int64(len(body))
	}
	if len(body) > keptBody {
		body, d.Truncated = body[:keptBody], true
	}
	d.Body = body
	rec, err := event.DeliveryRecord(*d)
	if err == nil {
		_, err = l.append(x, rec)
	}
	if err != nil {
		l.trouble.set("journal not writable: "+err.Error(), l.o.Clock.Now())
		l.drop(1)
	}
}

// unknownPath refuses a path that belongs to no source. The answer does not say
// which there are; the record says what may have been meant.
func (l *Listener) unknownPath(r *http.Request) *refusal {
	no := &refusal{status: http.StatusNotFound, verdict: event.Refused, say: sayNoPath, cause: "no source listens at this path"}
	if r.Method == "PRI" && r.ProtoMajor == 2 {
		no.status, no.say = http.StatusHTTPVersionNotSupported, sayHTTP2
		no.cause = "a proxy or client speaks HTTP/2 without TLS (h2c, prior knowledge): foghorn accepts HTTP/2 over TLS only. " +
			"Let it speak HTTP/1.1 (haproxy: without proto h2; Apache: http:// in place of h2c://; curl: without --http2-prior-knowledge), or give foghorn a certificate"
		return no
	}
	path := safetext.Clip(strings.TrimSuffix(r.URL.Path, "/"), maxPath)
	prefix := "/mist"
	switch {
	case path == "/healthz" || path == "/readyz" || path == "/metrics":
		return &refusal{status: http.StatusMethodNotAllowed, verdict: event.Refused, say: "use GET", allow: "GET, HEAD",
			cause: "this path is for health checks; deliveries go to /mist/<source> or /junos/<source>"}
	case path == "/junos" || strings.HasPrefix(path, "/junos/"):
		prefix = "/junos"
	case path == "/mist" || strings.HasPrefix(path, "/mist/"):
	default:
		no.cause += ": deliveries go to /mist/<source> or /junos/<source>; this may be a scanner"
		return no
	}
	no.say = sayNoSource
	paths := l.pathsBelow(prefix)
	switch {
	case len(paths) == 0:
		no.cause = "no source of this kind is configured"
	case path == prefix:
		no.cause = "several sources are configured, so the path must name one: " + strings.Join(paths, ", ")
	default:
		no.cause = "no such source is configured; there are " + strings.Join(paths, ", ")
		if near := human.Nearest(path, paths); near != "" {
			no.cause = "no such source is configured; did you mean " + near + "? There are " + strings.Join(paths, ", ")
		}
	}
	no.cause = safetext.Clip(no.cause, 400)
	return no
}

// pathsBelow lists the paths of the sources of one kind, in order.
func (l *Listener) pathsBelow(prefix string) []string {
	var paths []string
	for _, s := range l.sources {
		if s.prefix() == prefix {
			paths = append(paths, s.Path())
		}
	}
	sort.Strings(paths)
	return paths
}

// mistError explains Mist's own complaint about a delivery (docs/mist-api.md, Webhook
// delivery).
func mistError(v string) string {
	v = safetext.Clip(v, 200)
	const head = "Mist reports an error in the webhook's custom headers (X-Mist-Error: "
	switch {
	case v == "headers format invalid":
		return head + v + "): headers must be a JSON object of names and values; it sends none of them until that is mended"
	case v == "headers too big":
		return head + v + "): names and values together must stay under 1000 bytes"
	case strings.HasPrefix(v, "header[") && strings.HasSuffix(v, "not a string"):
		return head + v + "): every header's value must be a string"
	}
	return "Mist reports a problem with this webhook (X-Mist-Error: " + v + ")"
}

// join puts two sentences into one text.
func join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "; " + b
}

// stale is how long a failure of the journal counts for /readyz without
// another try: a balancer that stops sending would never see it mended.
const stale = 2 * retryJournal

// ready reports whether deliveries can be accepted now.
func (l *Listener) ready(r *http.Request) error {
	l.mu.Lock()
	draining := l.phase == phaseDraining
	l.mu.Unlock()
	if draining {
		return errors.New("shutting down")
	}
	if text, at := l.trouble.get(); text != "" {
		if d := l.o.Clock.Now().Sub(at); d >= 0 && d < stale {
			return fmt.Errorf("%s", text)
		}
	}
	if l.o.Ready != nil {
		return l.o.Ready(r.Context())
	}
	return nil
}

func (l *Listener) warning() string {
	if l.o.Warning == nil {
		return ""
	}
	return l.o.Warning()
}

// answerReady writes what a probe asks for.
func answerReady(w http.ResponseWriter, err error, warning string) {
	h := w.Header()
	h["Content-Type"] = jsonHeader
	if err == nil && warning != "" {
		_, _ = fmt.Fprintf(w, "{\"status\":\"ok\",\"warning\":%q}\n", warning)
		return
	}
	if err == nil {
		_, _ = io.WriteString(w, "{\"status\":\"ok\"}\n")
		return
	}
	h.Set("Retry-After", fmt.Sprint(int(retryJournal/time.Second)))
	w.WriteHeader(http.StatusServiceUnavailable)
	_, _ = fmt.Fprintf(w, "{\"status\":\"unavailable\",\"error\":%q}\n", err.Error())
}
