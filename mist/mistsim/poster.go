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
	client               *http.Client
	clock                clock.Clock
	mistURL, junosURL    string
	mistKey, junosSecret []byte
	log                  *slog.Logger

	accepted, events, refused, retries atomic.Int64
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

// send posts p until somebody answers, waiting longer each time: a demo whose
// listener restarts goes on where it was. Only the end of ctx stops it. A 4xx
// is an answer.
func (p *poster) send(ctx context.Context, m post) error {
	url := p.mistURL
	if m.via == toJunos {
		url = p.junosURL
	}
	if url == "" {
		return nil
	}
	for wait := firstRetry; ; wait = min(wait*2, lastRetry) {
		status, err := p.attempt(ctx, url, m)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err == nil && status < 300:
			p.accepted.Add(1)
			p.events.Add(int64(m.events))
			return nil
		case err == nil && status < 500:
			p.refused.Add(1)
			return nil
		case err != nil:
			p.log.Warn("simulated cloud: cannot post, trying again", "url", url, "wait", wait, "error", err)
		default:
			p.log.Warn("simulated cloud: listener is unwell, trying again", "url", url, "wait", wait, "status", status)
		}
		p.retries.Add(1)
		if err := pause(ctx, p.clock, wait); err != nil {
			return err
		}
	}
}

// attempt posts once and returns the status.
func (p *poster) attempt(ctx context.Context, url string, m post) (int, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(m.body))
	if err != nil {
		return 0, fmt.Errorf("post to %s: %w", url, err)
	}
	req.Header.Set("Content-Type", "application/json")
	p.sign(req.Header, m)
	for k, v := range m.header {
		req.Header.Set(k, v)
	}
	resp, err := p.client.Do(req)
	if err != nil {
		return 0, fmt.Errorf("post to %s: %w", url, err)
	}
	defer resp.Body.Close()
	// The answer is read, so that the connection can be used again; a listener
	// that never stops talking is not worth it.
	if _, err := io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10)); err != nil {
		return 0, fmt.Errorf("read answer of %s: %w", url, err)
	}
	return resp.StatusCode, nil
}

// sign sets the headers of the sender that the post pretends to come from.
func (p *poster) sign(h http.Header, m post) {
	secret := p.mistKey
	if m.via == toJunos {
		secret = p.junosSecret
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
