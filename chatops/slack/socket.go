package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"foghorn/internal/recovery"
	"foghorn/internal/safetext"
)

const (
	dialWithin  = 15 * time.Second
	helloWithin = 10 * time.Second
	writeWithin = 5 * time.Second
	pingEvery   = 10 * time.Second
	// silence is how long nothing may come: neither Slack's pings, nor answers to ours. A
	// socket that died without a word is replaced then.
	silence = 25 * time.Second
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
	conn *websocket.Conn

	refresh chan struct{} // closed when it is to be replaced
	once    sync.Once
	ended   chan struct{} // closed when it has ended, with err
	err     error

	write sync.Mutex     // held to write
	work  sync.WaitGroup // envelopes; the reader's alone
	room  chan struct{}  // one for each envelope at work
	all   sync.WaitGroup // its goroutines

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
		return nil, errors.New("apps.connections.open: Slack gave no address of a socket")
	}
	dialing, cancel := context.WithTimeout(ctx, dialWithin)
	defer cancel()
	dialer := websocket.Dialer{Proxy: http.ProxyFromEnvironment, NetDialContext: l.Dial, HandshakeTimeout: dialWithin}
	conn, resp, err := dialer.DialContext(dialing, address, nil) //nolint:bodyclose // the library has read the body
	if err != nil {
		if resp != nil {
			return nil, fmt.Errorf("connect the socket: Slack answered %d", resp.StatusCode)
		}
		return nil, fmt.Errorf("connect the socket: %w", withoutAddress(err))
	}
	k := &socket{l: l, conn: conn, refresh: make(chan struct{}), ended: make(chan struct{}), closing: make(chan struct{}), room: make(chan struct{}, maxEnvelopes)}
	conn.SetReadLimit(maxFrame)
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	if err := k.hello(); err != nil {
		stop()
		_ = conn.Close()
		return nil, err
	}
	stop()
	k.start(context.WithoutCancel(ctx))
	return k, nil
}

// withoutAddress takes the address off an error: it bears a ticket.
func withoutAddress(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}

func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

// hello waits for the first frame.
func (k *socket) hello() error {
	if err := k.conn.SetReadDeadline(time.Now().Add(helloWithin)); err != nil {
		return err
	}
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
	_, raw, err := k.conn.ReadMessage()
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
	k.l.note(k.l.app, func(st *linkState) { st.up++; st.problem = "" })
	k.all.Go(func() {
		err := recovery.Wrap(func() error { return k.read(ctx) })()
		k.work.Wait()
		_ = k.conn.Close()
		k.l.note(k.l.app, func(st *linkState) { st.up-- })
		k.err = err
		close(k.ended)
	})
	k.all.Go(k.ping)
}

// read takes what comes until the socket ends.
func (k *socket) read(ctx context.Context) error {
	alive := func() { _ = k.conn.SetReadDeadline(time.Now().Add(silence)) } // it fails on a closed connection only
	alive()
	k.conn.SetPongHandler(func(string) error { alive(); return nil })
	k.conn.SetPingHandler(func(text string) error {
		alive()
		// The library has a lock of its own for control frames.
		_ = k.conn.WriteControl(websocket.PongMessage, []byte(text), time.Now().Add(writeWithin))
		return nil
	})
	for {
		f, err := k.next()
		if timeout := net.Error(nil); errors.As(err, &timeout) && timeout.Timeout() {
			return fmt.Errorf("the socket was silent for %s", silence)
		}
		if err != nil {
			return fmt.Errorf("the socket ended: %w", err)
		}
		alive()
		if err := k.take(ctx, f); err != nil {
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

// ping asks for a sign of life, so that silence means that the socket is dead.
func (k *socket) ping() {
	t := time.NewTicker(pingEvery)
	defer t.Stop()
	for {
		select {
		case <-k.ended:
			return
		case <-t.C:
			if k.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(writeWithin)) != nil {
				_ = k.conn.Close() // the reader notices
				return
			}
		}
	}
}

// send writes a frame.
func (k *socket) send(v any) error {
	raw, err := compact(v)
	if err != nil {
		return err
	}
	k.write.Lock()
	defer k.write.Unlock()
	if err := k.conn.SetWriteDeadline(time.Now().Add(writeWithin)); err != nil {
		return err
	}
	return k.conn.WriteMessage(websocket.TextMessage, raw)
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
	bye := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
	_ = k.conn.WriteControl(websocket.CloseMessage, bye, time.Now().Add(time.Second)) // it ends anyway
	_ = k.conn.Close()
	k.all.Wait()
}
