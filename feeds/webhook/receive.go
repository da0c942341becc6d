package webhook

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"time"

	"foghorn/internal/safetext"
	"foghorn/journal/event"
	"foghorn/junos"
	"foghorn/mist"
)

// exchange is one request on its way through the listener.
type exchange struct {
	r      *http.Request
	w      http.ResponseWriter
	src    *source // nil when the path belongs to none
	from   client
	start  time.Time
	wire   *buffer // the body as received
	plain  *buffer // the body inflated, when it was compressed
	d      event.Delivery
	post   *posted // of a Junos agent, once it is known to be one
	why    string  // why its source takes it from nobody but this machine, and not from there
	holder *holder // who holds a stream's place
}

// refusal is why a request is turned away, and how.
type refusal struct {
	status  int
	verdict event.Verdict
	say     string        // to the sender
	cause   string        // to the journal
	allow   string        // methods, with 405
	retry   time.Duration // with 429 and 503
	hangUp  bool          // the rest of the body is not worth reading
	fault   fault         // of the signature
	unread  bool          // nor is its beginning
	explain bool          // explainSignature may find the cause
}

// receive handles a request from its headers to its answer.
func (l *Listener) receive(w http.ResponseWriter, r *http.Request, src *source) {
	x := &exchange{r: r, w: w, src: src, from: clientOf(r, l.o.TrustedProxies), start: l.o.Clock.Now()}
	defer l.finish(x)
	if no := l.accept(x); no != nil {
		l.refuse(x, no)
		return
	}
	answerStored(w)
	l.metrics.stored(src.seen, &x.d)
	src.meter.accepted(x.start, x.d.Events)
	src.refusing.accepted(x.start, x.from.addr)
}

// finish gives back what the exchange holds. A panic is answered and shown, and
// costs this one request.
func (l *Listener) finish(x *exchange) {
	bug := recover()
	if bug != nil && !aborts(bug) {
		l.recoverBug(x, bug)
	}
	if x.holder != nil {
		l.streams.leave(*x.holder)
	}
	for _, b := range [...]*buffer{x.wire, x.plain} {
		if b != nil {
			b.spent = b.spent || bug != nil
			l.room.release(b)
		}
	}
	if aborts(bug) {
		panic(bug)
	}
}

// aborts says whether a panic is the one that net/http knows and keeps silent
// about.
func aborts(bug any) bool {
	err, ok := bug.(error)
	return ok && errors.Is(err, http.ErrAbortHandler)
}

// accept does everything that decides the answer, cheapest first, and stores
// the delivery.
func (l *Listener) accept(x *exchange) *refusal {
	if no := l.admit(x); no != nil {
		return no
	}
	if no := l.enter(x); no != nil {
		return no
	}
	if no := l.read(x); no != nil {
		return no
	}
	if no := l.authenticate(x); no != nil {
		return no
	}
	if no := l.look(x); no != nil {
		return no
	}
	return l.store(x)
}

// admit decides by the headers alone.
func (l *Listener) admit(x *exchange) *refusal {
	r := x.r
	if x.src == nil {
		return l.unknownPath(r)
	}
	if r.Method != http.MethodPost {
		return &refusal{status: http.StatusMethodNotAllowed, verdict: event.Refused, say: sayMethod, allow: http.MethodPost,
			cause: "a delivery is a POST; " + safetext.Clip(r.Method, maxMethod) + " to this path is somebody looking, or a wrong setting at the sender"}
	}
	if t, ok := jsonType(r.Header); !ok {
		cause := "Content-Type is " + strconv.Quote(safetext.Clip(t, 80)) + " and not application/json"
		if t == "application/x-www-form-urlencoded" {
			cause += ": curl sends that on its own, add -H 'Content-Type: application/json'"
		}
		return &refusal{status: http.StatusUnsupportedMediaType, verdict: event.Refused, say: sayType, cause: cause}
	}
	if enc, ok := encoding(r.Header); !ok {
		return &refusal{status: http.StatusUnsupportedMediaType, verdict: event.Refused, say: sayEncoding,
			cause: "Content-Encoding is " + strconv.Quote(safetext.Clip(enc, 80)) + "; only gzip can be undone"}
	}
	if r.ContentLength > l.o.MaxBody {
		return l.tooLarge(fmt.Sprintf("Content-Length is %d bytes, more than max_body of %d", r.ContentLength, l.o.MaxBody))
	}
	return nil
}

// enter gets a place for a stream. A connection of HTTP/1 holds one body and
// one of HTTP/2 many, so their streams are counted as connections are.
func (l *Listener) enter(x *exchange) *refusal {
	if x.r.ProtoMajor < 2 {
		return nil
	}
	who := l.holderAt(x.from.peer)
	if ok, _ := l.streams.enter(who); !ok {
		return &refusal{status: http.StatusServiceUnavailable, verdict: event.Refused, say: sayBusy, retry: time.Second, unread: true,
			cause: "too many concurrent HTTP/2 requests: they have the limits of connections, in total and per address"}
	}
	x.holder = &who
	return nil
}

// tooLarge hangs up: the sender may have any amount left to send.
func (l *Listener) tooLarge(cause string) *refusal {
	return &refusal{status: http.StatusRequestEntityTooLarge, verdict: event.Refused, say: sayTooLarge, cause: cause, hangUp: true}
}

// read reads the body, bounded in size, in time by the server's time-outs,
// and together with all other bodies.
func (l *Listener) read(x *exchange) *refusal {
	x.wire = buffers.Get().(*buffer)
	x.wire.loose = len(x.src.Secrets) == 0
	limit := l.o.MaxBody
	if l.cannotBeAccepted(x) {
		// Its headers have decided already: it gets no room, and what fits
		// without is enough for the record.
		limit = min(limit, firstChunk-1)
	}
	err := l.room.fill(x.r.Context(), x.wire, x.r.Body, x.r.ContentLength, limit)
	if errors.Is(err, errTooLarge) && limit < l.o.MaxBody {
		x.d.Truncated, err = true, nil
	}
	if err == nil {
		return nil
	}
	no := &refusal{status: http.StatusBadRequest, verdict: event.Refused, say: sayCutOff, hangUp: true}
	switch {
	case errors.Is(err, errTooLarge):
		return l.tooLarge(fmt.Sprintf("the body is larger than max_body of %d bytes", l.o.MaxBody))
	case errors.Is(err, errNoRoom):
		no.status, no.say, no.retry = http.StatusServiceUnavailable, sayBusy, time.Second
		no.cause = fmt.Sprintf("the bodies of all requests at once reached %d bytes", l.o.MaxBuffered)
	case errors.Is(err, os.ErrDeadlineExceeded):
		no.status, no.say = http.StatusRequestTimeout, sayTimeout
		no.cause = fmt.Sprintf("only %s arrived in %s: a slow link, or a client that holds connections open", x.progress(), l.o.BodyTimeout)
	case errors.Is(err, io.ErrUnexpectedEOF):
		no.cause = "the connection ended after " + x.progress() + " of the body: the sender gave up, or something on the way cut it off"
	default:
		no.cause = "reading the body stopped after " + x.progress() + ": " + safetext.Clip(err.Error(), 200)
	}
	return no
}

// cannotBeAccepted reports whether no body could be accepted with these headers.
func (l *Listener) cannotBeAccepted(x *exchange) bool {
	if len(x.src.Secrets) > 0 {
		return !checkable(&x.src.Source, x.r.Header)
	}
	if !x.src.AllowUnsigned {
		x.why = x.from.elsewhere(x.r)
	}
	return x.why != ""
}

// progress is how much of the body there is.
func (x *exchange) progress() string {
	if x.r.ContentLength > 0 {
		return fmt.Sprintf("%d of %d bytes", len(x.wire.b), x.r.ContentLength)
	}
	return fmt.Sprintf("%d bytes", len(x.wire.b))
}

// authenticate checks the signature over the bytes received and only then
// undoes gzip. A sender that signs the JSON and compresses it afterwards is
// recognized too: one body at a time is inflated, to the same limit, before
// its signature is known to be right.
func (l *Listener) authenticate(x *exchange) *refusal {
	j := judge(&x.src.Source, x.r.Header, x.wire.b, x.why == "", x.start)
	zipped := isGzip(x.r.Header)
	if zipped && j.fault == faultMismatch && !x.d.Truncated {
		select {
		case l.early <- struct{}{}:
		case <-x.r.Context().Done():
			return &refusal{status: http.StatusBadRequest, verdict: event.Refused, say: sayCutOff, cause: "the sender hung up", hangUp: true}
		}
		no := l.inflate(x)
		<-l.early
		if no == nil {
			j = judge(&x.src.Source, x.r.Header, x.plain.b, x.why == "", x.start)
		}
	}
	x.d.Verdict, x.d.Warning = j.Verdict, j.Warning
	if !j.Verdict.Accepted() {
		no := &refusal{status: http.StatusUnauthorized, verdict: event.Failed, say: sayWrong, explain: j.fault == faultMismatch, fault: j.fault}
		if j.fault == faultMissing || j.fault == faultNoSecret {
			no.say = sayMissing
		}
		no.cause = shallowCause(&x.src.Source, j, x.r.Header, x.why)
		return no
	}
	if zipped && x.plain == nil {
		return l.inflate(x)
	}
	return nil
}

// inflate undoes gzip.
func (l *Listener) inflate(x *exchange) *refusal {
	x.plain = buffers.Get().(*buffer)
	x.plain.loose = len(x.src.Secrets) == 0
	err := l.room.inflateInto(x.r.Context(), x.plain, x.wire.b, l.o.MaxBody)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errTooLarge):
		return l.tooLarge(fmt.Sprintf("%d bytes of gzip inflate to more than max_body of %d bytes", len(x.wire.b), l.o.MaxBody))
	case errors.Is(err, errNoRoom):
		return &refusal{status: http.StatusServiceUnavailable, verdict: event.Refused, say: sayBusy, retry: time.Second,
			cause: fmt.Sprintf("the bodies of all requests at once reached %d bytes", l.o.MaxBuffered)}
	}
	return &refusal{status: http.StatusBadRequest, verdict: event.Malformed, say: sayGzip,
		cause: "Content-Encoding says gzip but the body is not: " + safetext.Clip(err.Error(), 120)}
}

// body is what the delivery keeps: the JSON, compressed no more.
func (x *exchange) body() []byte {
	if x.plain != nil {
		return x.plain.b
	}
	if x.wire != nil {
		return x.wire.b
	}
	return nil
}

// look makes sure the body is a delivery: JSON, a topic, a list of events.
func (l *Listener) look(x *exchange) *refusal {
	var err error
	say := sayNotJSON
	if x.src.Via == event.ViaJunos {
		say, x.d.Events = sayNotJunos, 1
		x.d.Topic = junosTopic
		var p junos.Payload
		if p, err = junos.Parse(x.body()); err == nil {
			l.recognize(x, &p)
		}
	} else {
		x.d.Topic, x.d.Events, err = mist.Envelope(x.body())
		if x.d.Events > event.MaxEventsPerRecord || errors.Is(err, mist.ErrTooManyEvents) {
			return tooManyEvents(x)
		}
	}
	if err == nil {
		return nil
	}
	x.d.Topic, x.d.Events = "", 0
	cause := wrongKind(x.src, x.body())
	if cause == "" {
		cause = err.Error()
	}
	return &refusal{status: http.StatusBadRequest, verdict: event.Malformed, say: say, cause: safetext.Clip(cause, 300)}
}

// tooManyEvents refuses a delivery whose later events would get the ids of the
// next delivery's. The body has been read, so the connection can stay.
func tooManyEvents(x *exchange) *refusal {
	have := "more than " + strconv.Itoa(mist.MaxEvents)
	if x.d.Events > 0 {
		have = strconv.Itoa(x.d.Events)
	}
	x.d.Topic, x.d.Events = "", 0
	return &refusal{status: http.StatusRequestEntityTooLarge, verdict: event.Refused, say: sayManyEvents,
		cause: fmt.Sprintf("the delivery has %s events; one delivery may have %d: let the sender split it", have, event.MaxEventsPerRecord)}
}

// wrongKind recognizes a body of the other kind, which came with a signature of
// this one or needed none; empty when it is not one either.
func wrongKind(src *source, body []byte) string {
	if src.Via == event.ViaJunos {
		if _, _, err := mist.Envelope(body); err == nil {
			return "this is a Mist webhook (it has a topic and events) at the path of the Junos source " + src.Name + ": give the webhook a /mist/ path"
		}
		return ""
	}
	if _, err := junos.Envelope(body); err == nil {
		return "this is a Junos agent's post (it has an event id) at the path of the Mist source " + src.Name + ": give the agent a /junos/ path"
	}
	return ""
}

// junosTopic is the topic, and so the retention group, of all agent posts:
// an event id each would make as many groups as there are ids.
const junosTopic = "junos"

// store appends the delivery and waits until it is on disk.
func (l *Listener) store(x *exchange) *refusal {
	l.describe(x, http.StatusOK)
	if v := x.r.Header[keyError]; len(v) > 0 {
		x.d.Warning = join(mistError(v[0]), x.d.Warning)
	}
	x.d.Body = x.body()
	x.d.Size = int64(len(x.d.Body))
	rec, err := event.DeliveryRecordTo(x.wire.head, &x.d)
	if err == nil {
		x.wire.head = rec.Head
		var seq int64
		if seq, err = l.append(x, rec); err == nil {
			l.remember(x, seq)
			return nil
		}
	}
	l.trouble.set("journal not writable: "+err.Error(), l.o.Clock.Now())
	return &refusal{status: http.StatusServiceUnavailable, verdict: x.d.Verdict, say: sayNoJournal, retry: retryJournal, cause: err.Error()}
}

// retryJournal is when a sender should try again after a 503.
const retryJournal = 5 * time.Second

// append hands a record to the log. It does not depend on the sender staying
// connected: what has arrived is stored. When the log answers with an error it
// may still hold the bytes, so they are not used again.
func (l *Listener) append(x *exchange, rec event.Record) (int64, error) {
	ctx, cancel := context.WithTimeout(l.life, l.o.AppendTimeout)
	defer cancel()
	began := time.Now() // a histogram measures the disk, whatever the clock says
	seqs, err := l.o.Log.Append(ctx, rec)
	l.metrics.appendSeconds.Observe(time.Since(began).Seconds())
	if err == nil {
		l.trouble.clear()
		return seqs[0], nil
	}
	for _, b := range [...]*buffer{x.wire, x.plain} {
		if b != nil {
			b.spent = true
		}
	}
	switch {
	case l.life.Err() != nil:
		err = fmt.Errorf("foghorn is closing: %w", err)
	case errors.Is(err, context.DeadlineExceeded):
		err = fmt.Errorf("the journal took longer than %s: %w", l.o.AppendTimeout, err)
	}
	return 0, err
}

// describe fills in what is known of every request.
func (l *Listener) describe(x *exchange, status int) {
	d := &x.d
	d.Received, d.Remote = x.start, safetext.Clip(x.from.text, 64)
	d.Method, d.Path = safetext.Clip(x.r.Method, maxMethod), safetext.Clip(x.r.URL.Path, maxPath)
	d.Headers = keptHeaders(x.r.Header)
	d.Status = status
	d.DurationMS = float64(l.o.Clock.Now().Sub(x.start).Microseconds()) / 1000
	d.Via = event.ViaWebhook
	if x.src != nil {
		d.Source, d.Via = x.src.Name, x.src.Via
	}
}
