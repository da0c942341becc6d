package mist

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
	"golang.org/x/sync/errgroup"

	"foghorn/internal/clock"
)

// session runs one connection from the upgrade to its end. It never returns nil.
func (l *link) session(ctx context.Context) error {
	l.setState(LinkConnecting, "", time.Time{})
	conn, err := l.dial(ctx)
	if err != nil {
		return err
	}
	l.begin()
	defer l.end()
	l.setState(LinkSubscribing, "", time.Time{})
	g, gctx := errgroup.WithContext(ctx)
	guard := l.s.cfg.Guard
	g.Go(guard(func() error { return over(l.read(conn)) }))
	g.Go(guard(func() error { return over(l.write(gctx, conn)) }))
	g.Go(guard(func() error {
		<-gctx.Done()
		bye := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
		_ = conn.WriteControl(websocket.CloseMessage, bye, time.Now().Add(closeWithin)) // the error does not matter, the connection ends anyway
		_ = conn.Close()                                                                // wakes the reader, and there is nothing left to be lost
		return nil
	}))
	err = g.Wait()
	if end, ok := errors.AsType[ended](err); ok {
		return end.error
	}
	if err != nil {
		return crashed{err}
	}
	return ctx.Err()
}

// ended is the error of a connection that ended, after which the link reconnects.
// crashed is Guard's error for a panic, which ends the stream.
type (
	ended   struct{ error }
	crashed struct{ error }
)

func over(err error) error {
	if err != nil {
		return ended{err}
	}
	return nil
}

// dial makes the connection. It limits the response to the upgrade, because the
// headers of a response could have any length otherwise.
func (l *link) dial(ctx context.Context) (*websocket.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, dialWithin)
	defer cancel()
	header := http.Header{}
	if err := l.s.cfg.Authorize(ctx, header); err != nil {
		return nil, fmt.Errorf("authorize the stream: %w", err)
	}
	l.cookie = header.Get("Authorization") == ""
	l.redact = redacting(header)
	if l.s.cfg.UserAgent != "" {
		header.Set("User-Agent", l.s.cfg.UserAgent)
	}
	var raw *headConn
	dialer := websocket.Dialer{
		Proxy:           http.ProxyFromEnvironment,
		TLSClientConfig: l.s.cfg.TLS,
		NetDialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			c, err := l.s.cfg.Dial(ctx, network, address)
			if err != nil {
				return nil, err
			}
			raw = &headConn{Conn: c}
			raw.left.Store(maxUpgradeAnswer)
			// The library honors the deadline of ctx, but not its cancellation.
			context.AfterFunc(ctx, raw.abandon)
			return raw, nil
		},
	}
	conn, resp, err := dialer.DialContext(ctx, l.s.url, header) //nolint:bodyclose // the library has read the body
	if err != nil {
		if resp != nil {
			return nil, l.upgradeError(resp)
		}
		if ctx.Err() != nil {
			err = ctx.Err() // its own error only says that we closed the connection
		}
		return nil, l.dialError(err)
	}
	if !raw.established() {
		_ = conn.Close() // ctx ended just now
		return nil, l.dialError(context.Cause(ctx))
	}
	return conn, nil
}

// maxUpgradeAnswer allows for a TLS handshake with a long certificate chain, the
// response's headers and some of its body.
const maxUpgradeAnswer = 512 << 10

// headConn limits how much is read until the connection is established, and can
// be abandoned until then.
type headConn struct {
	net.Conn
	left  atomic.Int64
	state atomic.Int32 // one of the three below
}

const (
	dialling int32 = iota
	established
	abandoned
)

var errEndlessAnswer = errors.New("the response to the upgrade does not end")

func (c *headConn) Read(p []byte) (int, error) {
	if c.state.Load() == established {
		return c.Conn.Read(p)
	}
	if c.left.Load() <= 0 {
		return 0, errEndlessAnswer
	}
	n, err := c.Conn.Read(p)
	c.left.Add(-int64(n))
	return n, err
}

func (c *headConn) established() bool { return c.state.CompareAndSwap(dialling, established) }

func (c *headConn) abandon() {
	if c.state.CompareAndSwap(dialling, abandoned) {
		_ = c.Conn.Close() // its reader gets the error
	}
}

// begin queues a request for every channel of the connection.
func (l *link) begin() {
	l.s.mu.Lock()
	defer l.s.mu.Unlock()
	now := time.Now()
	l.online, l.answers, l.heard, l.lastAnswer = true, 0, now, now
	l.ops = l.ops[:0]
	for name, c := range l.channels {
		c.sent = time.Time{}
		c.setState(ChannelWaiting, "", now)
		if c.strikes >= unansweredAfter {
			c.setState(ChannelUnanswered, "the cloud never answered", now)
		}
		l.ops = append(l.ops, op{name: name})
	}
	slices.SortFunc(l.ops, func(a, b op) int { return strings.Compare(a.name, b.name) })
}

// end sets the channels back to waiting.
func (l *link) end() {
	l.s.mu.Lock()
	defer l.s.mu.Unlock()
	l.online, l.ops = false, nil
	now := time.Now()
	for _, c := range l.channels {
		if c.State == ChannelSubscribed {
			c.setState(ChannelWaiting, "", now)
		}
	}
}

// read receives messages until the connection ends.
func (l *link) read(conn *websocket.Conn) error {
	alive := func() {
		now := time.Now()
		l.s.mu.Lock()
		l.heard = now
		l.s.mu.Unlock()
		// This fails only if the connection is closed, and then the next read
		// fails too.
		_ = conn.SetReadDeadline(now.Add(pingEvery + pongWithin))
	}
	conn.SetPongHandler(func(string) error { alive(); return nil })
	conn.SetPingHandler(func(text string) error {
		alive()
		_ = conn.WriteControl(websocket.PongMessage, []byte(text), time.Now().Add(closeWithin)) // the writer notices a broken connection
		return nil
	})
	for {
		alive()
		_, r, err := conn.NextReader()
		if err != nil {
			return err
		}
		// The library's own limit counts compressed bytes, should the cloud
		// compress although the upgrade did not offer it.
		raw, err := io.ReadAll(io.LimitReader(r, MaxFrame+1))
		if err != nil {
			return err
		}
		if len(raw) > MaxFrame {
			return websocket.ErrReadLimit
		}
		l.take(raw)
	}
}

// take parses a message and queues it for delivery.
func (l *link) take(raw []byte) {
	m := parseFrame(raw)
	m.Raw, m.Data, m.Detail = l.s.cfg.Mask.Body(m.Raw), l.s.cfg.Mask.Body(m.Data), l.s.cfg.Mask.Text(m.Detail)
	m.Time, m.Link = time.Now(), l.number
	l.s.frames.Add(1)
	switch {
	case m.Err != nil:
		l.s.malformed.Add(1)
	case m.Event == StreamSubscribed || m.Event == StreamRefused:
		l.handleAnswer(m, m.Time)
	}
	l.s.queue.push(m)
}

// write sends requests and pings. It ends the connection when answers are missing
// or no channel needs it.
func (l *link) write(ctx context.Context, conn *websocket.Conn) error {
	ping := time.NewTicker(pingEvery)
	defer ping.Stop()
	due := time.NewTimer(ackWithin)
	defer due.Stop()
	for {
		for o, ok := l.next(); ok; o, ok = l.next() {
			if err := send(conn, o); err != nil {
				return err
			}
		}
		again, err := l.settleSession(time.Now())
		if err != nil {
			return err
		}
		due.Reset(again)
		select {
		case <-ctx.Done():
			return nil
		case <-l.wake:
		case <-due.C:
		case <-ping.C:
			if err := conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(writeWithin)); err != nil {
				return err
			}
		}
	}
}

// next takes the next request to send. It marks the channel as sent before the
// write, because the answer could arrive first.
func (l *link) next() (op, bool) {
	l.s.mu.Lock()
	defer l.s.mu.Unlock()
	if len(l.ops) == 0 {
		return op{}, false
	}
	o := l.ops[0]
	l.ops = l.ops[1:]
	if c := l.channels[o.name]; c != nil && !o.leave {
		c.sent = time.Now()
	}
	return o, true
}

func send(conn *websocket.Conn, o op) error {
	verb := "subscribe"
	if o.leave {
		verb = "unsubscribe"
	}
	text, err := json.Marshal(map[string]string{verb: o.name})
	if err != nil {
		return err
	}
	if err := conn.SetWriteDeadline(time.Now().Add(writeWithin)); err != nil {
		return err
	}
	return conn.WriteMessage(websocket.TextMessage, text)
}

// settleSession checks whether all channels are answered, and returns when to check
// again. While answers arrive, 2,000 channels may take longer than 10 seconds.
func (l *link) settleSession(now time.Time) (time.Duration, error) {
	l.s.mu.Lock()
	if len(l.channels) == 0 {
		l.s.mu.Unlock()
		return 0, errIdle
	}
	again, waiting, late := time.Hour, 0, []*channel(nil)
	for _, c := range l.channels {
		if c.State != ChannelWaiting {
			continue
		}
		waiting++
		if left := clock.Later(c.sent, l.lastAnswer).Add(ackWithin).Sub(now); left <= 0 {
			late = append(late, c)
		} else {
			again = min(again, left)
		}
	}
	var err error
	if len(late) > 0 {
		err = missingAcks{late: len(late), of: len(l.channels), example: late[0].Name}
		for _, c := range late {
			if l.answers > 0 {
				c.strikes++
			}
		}
	}
	ready := waiting == 0 && l.readyAt.IsZero()
	l.s.mu.Unlock()
	if ready {
		l.setState(LinkReady, "", time.Time{})
	}
	return again, err
}
