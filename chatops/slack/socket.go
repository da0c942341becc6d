package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"sync"
	"time"

	"foghorn/chatops/platform"
	"foghorn/internal/recovery"
	"foghorn/internal/safetext"
)

const (
	// maxFrame bounds a frame. A click brings the whole message along that it was made on.
	maxFrame = 1 << 20
	// maxEnvelopes is how many envelopes of a socket are at work at once.
	maxEnvelopes = 64
	// fades is how long Slack may take to end a socket that was replaced: it announces that
	// about ten seconds before.
	fades = 20 * time.Second
	// lingers is how long a socket that is to end stays for what is at work.
	lingers = 5 * time.Second
)

// socket is one connection.
type socket struct {
	l    *link
	conn *platform.Socket

	refresh chan struct{} // closed when it is to be replaced
	once    sync.Once
	ended   chan struct{} // closed when it has ended, with err
	err     error

	work sync.WaitGroup // envelopes; the reader's alone
	room chan struct{}  // one for each envelope at work
	all  sync.WaitGroup // its goroutines

	closing chan struct{} // closed when nothing more is taken
}

// frame is what Slack sends.
type frame struct {
	Type     string          `json:"type"`
	Reason   string          `json:"reason"`
	Envelope string          `json:"envelope_id"`
	Payload  json.RawMessage `json:"payload"`
	Accepts  bool            `json:"accepts_response_payload"`
}

// dial connects, and returns once Slack has said hello.
func (l *link) dial(ctx context.Context, address string) (*socket, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil || u.Scheme != "wss" && !(u.Scheme == "ws" && loopback(u.Hostname())) {
		return nil, errors.New("apps.connections.open: Slack gave no address for a socket")
	}
	conn, err := l.Connect(ctx, address, nil, maxFrame)
	if err != nil {
		return nil, err
	}
	k := &socket{l: l, conn: conn, refresh: make(chan struct{}), ended: make(chan struct{}), closing: make(chan struct{}), room: make(chan struct{}, maxEnvelopes)}
	stop := context.AfterFunc(ctx, conn.Close)
	defer stop()
	if err := k.hello(); err != nil {
		conn.Close()
		return nil, err
	}
	k.start(context.WithoutCancel(ctx))
	return k, nil
}

func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

// hello waits for the first frame.
func (k *socket) hello() error {
	k.conn.Within(platform.HelloWithin)
	f, err := k.next()
	switch {
	case err != nil:
		return fmt.Errorf("wait for hello: %w", err)
	case f.Type == "disconnect" && f.Reason == "link_disabled":
		return errDisabled
	case f.Type != "hello":
		return fmt.Errorf("wait for hello: Slack said %.40q", f.Type)
	}
	return nil
}

// next reads a frame.
func (k *socket) next() (*frame, error) {
	raw, err := k.conn.Read()
	if err != nil {
		return nil, err
	}
	var f frame
	if err := json.Unmarshal(raw, &f); err != nil {
		return &frame{Type: "malformed"}, nil
	}
	return &f, nil
}

// start begins to take envelopes.
func (k *socket) start(ctx context.Context) {
	k.l.links.Note(k.l.app, func(st *platform.State) { st.Up++; st.Problem = "" })
	k.all.Go(func() {
		err := recovery.Wrap(func() error { return k.read(ctx) })()
		k.work.Wait()
		k.conn.Close()
		k.l.links.Note(k.l.app, func(st *platform.State) { st.Up-- })
		k.err = err
		close(k.ended)
	})
	k.all.Go(func() { k.conn.Ping(k.ended) })
}

// read takes what comes until the socket ends.
func (k *socket) read(ctx context.Context) error {
	for {
		f, err := k.next()
		if err == nil {
			err = k.take(ctx, f)
		}
		if err != nil {
			return err
		}
	}
}

// take acts on a frame. An error ends the socket.
func (k *socket) take(ctx context.Context, f *frame) error {
	switch {
	case f.Type == "disconnect" && f.Reason == "link_disabled":
		return errDisabled
	case f.Type == "disconnect":
		k.l.Logger.Debug("Slack will close a socket", "reason", safetext.Line(safetext.Clip(f.Reason, 80)))
		k.once.Do(func() { close(k.refresh) })
	case f.Envelope == "": // a second hello, or what is not known yet
		if f.Type != "hello" {
			k.l.Logger.Debug("Slack sent a frame that foghorn does not know", "type", safetext.Line(safetext.Clip(f.Type, 80)))
		}
	default:
		select {
		case k.room <- struct{}{}:
		case <-k.closing: // Slack sends it again, by another socket
			return errors.New("the socket was replaced")
		}
		k.work.Go(func() {
			defer func() { <-k.room }()
			err := recovery.Wrap(func() error { k.envelope(ctx, f); return nil })()
			if err != nil {
				k.l.Logger.Error("an envelope of Slack failed", "error", err)
			}
		})
	}
	return nil
}

// gone reports whether the socket has ended.
func (k *socket) gone() bool {
	select {
	case <-k.ended:
		return true
	default:
		return false
	}
}

// fade leaves a socket that was replaced to Slack, which ends it when nothing comes by it
// any more, and then retires it.
func (k *socket) fade(ctx context.Context) {
	t := time.NewTimer(fades)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-k.ended:
	case <-t.C:
	}
	k.retire()
}

// retire ends a socket, once what it took is answered.
func (k *socket) retire() {
	t := time.NewTimer(lingers)
	defer t.Stop()
	for idle := 0; idle < maxEnvelopes && !k.gone(); idle++ {
		select {
		case k.room <- struct{}{}: // nothing more is taken
			continue
		case <-k.ended:
		case <-t.C:
		}
		break
	}
	close(k.closing)
	k.conn.Bye()
	k.all.Wait()
}
