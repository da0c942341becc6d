package mistsim

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"foghorn/internal/clock"
	"foghorn/mist"
)

// Back-off between attempts while nobody listens.
const (
	firstRetry = 200 * time.Millisecond
	lastRetry  = 5 * time.Second
	// answerTimeout is how long a listener may take to answer one post.
	answerTimeout = 10 * time.Second
)

// Stats counts what a cloud has posted.
type Stats struct {
	Accepted int64 // posts answered 2xx
	Events   int64 // events in them
	Refused  int64 // posts answered otherwise; a round has a few on purpose
	Retries  int64 // attempts repeated because nobody listened or it answered 5xx
}

// poster signs posts and sends them. It is safe for concurrent use.
type poster struct {
	client *http.Client
	clock  clock.Clock
	log    *slog.Logger
	record func(target, post, time.Time, outcome) // hears of every attempt

	accepted, events, refused, retries atomic.Int64
}

// outcome is what became of one attempt to post.
type outcome struct {
	err    error // nobody answered
	status int
	sent   http.Header
	header http.Header
	body   string // the beginning of it
}

// newClient makes a client of its own for a receiver nearby: kept-alive
// connections for every worker, no proxy, no redirects.
func newClient(conns int) *http.Client {
	return &http.Client{
		Timeout:       answerTimeout,
		Transport:     &http.Transport{MaxIdleConnsPerHost: conns, MaxConnsPerHost: conns, DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// send posts m until somebody answers, waiting longer each time: a demo whose
// listener restarts goes on where it was. Only the end of ctx stops it, or that
// there is nowhere to post to any more. A 4xx is an answer.
func (p *poster) send(ctx context.Context, where func() (target, bool), m post) error {
	for wait := firstRetry; ; wait = min(wait*2, lastRetry) {
		to, ok := where()
		if !ok || to.url == "" {
			return nil
		}
		o := p.attempt(ctx, to, m)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		p.record(to, m, p.clock.Now(), o)
		if p.counted(o, m) {
			return nil
		}
		if o.err != nil {
			p.log.Warn("simulated cloud: cannot post, trying again", "url", to.url, "wait", wait, "error", o.err)
		} else {
			p.log.Warn("simulated cloud: listener is unwell, trying again", "url", to.url, "wait", wait, "status", o.status)
		}
		p.retries.Add(1)
		if err := pause(ctx, p.clock, wait); err != nil {
			return err
		}
	}
}

// counted counts an answer, and reports whether there was a lasting one.
func (p *poster) counted(o outcome, m post) bool {
	switch {
	case o.err == nil && o.status < 300:
		p.accepted.Add(1)
		p.events.Add(int64(m.events))
	case o.err == nil && o.status < 500:
		p.refused.Add(1)
	default:
		return false
	}
	return true
}

// once posts m and leaves it at that.
func (p *poster) once(ctx context.Context, to target, m post) {
	o := p.attempt(ctx, to, m)
	p.record(to, m, p.clock.Now(), o)
	if !p.counted(o, m) {
		p.log.Warn("simulated cloud: a post did not arrive", "url", to.url, "status", o.status, "error", o.err)
	}
}

// attempt posts once. The answer is read, so that the connection can be used
// again; a listener that never stops talking is not worth it.
func (p *poster) attempt(ctx context.Context, to target, m post) outcome {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to.url, bytes.NewReader(m.body))
	if err != nil {
		return outcome{err: fmt.Errorf("post to %s: %w", to.url, err)}
	}
	req.Header.Set("Content-Type", "application/json")
	sign(req.Header, to.secret, m)
	for _, more := range []map[string]string{to.header, m.header} {
		for k, v := range more {
			req.Header.Set(k, v)
		}
	}
	resp, err := p.client.Do(req)
	if err != nil {
		return outcome{err: fmt.Errorf("post to %s: %w", to.url, err), sent: req.Header}
	}
	defer resp.Body.Close()
	const shown = 4 << 10
	begin, err := io.ReadAll(io.LimitReader(resp.Body, shown))
	if err == nil {
		_, err = io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10))
	}
	if err != nil {
		return outcome{err: fmt.Errorf("read answer of %s: %w", to.url, err), sent: req.Header}
	}
	return outcome{status: resp.StatusCode, sent: req.Header, header: resp.Header, body: string(begin)}
}

// sign sets the headers of the sender that the post pretends to come from.
func sign(h http.Header, secret []byte, m post) {
	if m.via == toJunos {
		h.Set("User-Agent", "Python-urllib/3.9")
	} else {
		h.Set("User-Agent", mist.UserAgent)
	}
	if len(secret) == 0 || m.seal == unsigned {
		return
	}
	if m.seal == forged {
		secret = append([]byte("retired-"), secret...)
	}
	if m.via == toJunos {
		h.Set(junosHeader, signJunos(secret, m.body))
		return
	}
	v1, v2 := mist.Sign(secret, m.body)
	h.Set(mist.HeaderV1, v1)
	h.Set(mist.HeaderV2, v2)
}

// pause waits for d or the end of ctx, whose error it returns.
func pause(ctx context.Context, c clock.Clock, d time.Duration) error {
	if err := ctx.Err(); err != nil || d <= 0 {
		return err
	}
	tick, stop := c.NewTicker(d)
	defer stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-tick:
		return nil
	}
}
