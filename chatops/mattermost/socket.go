package mattermost

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
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
	// silence is how long nothing may come: neither events, nor answers to our pings. A
	// socket that died without a word is replaced then.
	silence = 25 * time.Second
	// maxFrame bounds a frame: a post with its attachments, and what it quotes.
	maxFrame = 4 << 20
	// maxPosts is how many posts of a socket are at work at once.
	maxPosts = 64
)

// frame is what Mattermost sends.
type frame struct {
	Event string          `json:"event"`
	Data  json.RawMessage `json:"data"`
	Seq   int64           `json:"seq"`
}

// errGap means that events are missing, which the next socket asks for.
type errGap struct{ want, got int64 }

func (e *errGap) Error() string {
	return fmt.Sprintf("the event %d came in place of %d", e.got, e.want)
}

// socketURL is where the socket is. It takes up a connection where there was one.
func (l *link) socketURL() (string, error) {
	u, err := url.Parse(l.server)
	if err != nil || u.Host == "" {
		return "", errors.New("the server's address is none")
	}
	u.Scheme = map[string]string{"https": "wss", "http": "ws"}[u.Scheme]
	u.Path = strings.TrimRight(u.Path, "/") + "/api/v4/websocket"
	if l.connection != "" {
		u.RawQuery = url.Values{"connection_id": {l.connection}, "sequence_number": {strconv.FormatInt(l.next, 10)}}.Encode()
	}
	return u.String(), nil
}

// connect keeps one socket until it ends, and says why it did.
func (l *link) connect(ctx context.Context) error {
	address, err := l.socketURL()
	if err != nil {
		return &stopError{err}
	}
	dialing, cancel := context.WithTimeout(ctx, dialWithin)
	defer cancel()
	dialer := websocket.Dialer{Proxy: http.ProxyFromEnvironment, NetDialContext: l.Dial, HandshakeTimeout: dialWithin}
	conn, resp, err := dialer.DialContext(dialing, address, http.Header{"Authorization": {"Bearer " + l.token}}) //nolint:bodyclose // the library has read the body
	if err != nil {
		if resp != nil {
			l.connection = "" // it may be what Mattermost does not take
			return fmt.Errorf("connect the socket: Mattermost answered %d: a proxy on the way may not let WebSockets pass", resp.StatusCode)
		}
		return fmt.Errorf("connect the socket: %w", err)
	}
	conn.SetReadLimit(maxFrame)
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	var work sync.WaitGroup
	defer work.Wait()
	done := make(chan struct{})
	work.Go(func() { ping(conn, done) })
	defer func() {
		close(done)
		_ = conn.Close()
		l.note(l.account, func(st *linkState) { st.up = false })
	}()
	return l.read(context.WithoutCancel(ctx), conn, &work)
}

// ping asks for a sign of life, so that silence means that the socket is dead.
func ping(conn *websocket.Conn, done <-chan struct{}) {
	t := time.NewTicker(pingEvery)
	defer t.Stop()
	for {
		select {
		case <-done:
			return
		case <-t.C:
			if conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(writeWithin)) != nil {
				_ = conn.Close() // the reader notices
				return
			}
		}
	}
}

// read takes what comes until the socket ends.
func (l *link) read(ctx context.Context, conn *websocket.Conn, work *sync.WaitGroup) error {
	alive := func() { _ = conn.SetReadDeadline(time.Now().Add(silence)) } // it fails on a closed connection only
	conn.SetPongHandler(func(string) error { alive(); return nil })
	conn.SetPingHandler(func(text string) error {
		alive()
		// The library has a lock of its own for control frames.
		_ = conn.WriteControl(websocket.PongMessage, []byte(text), time.Now().Add(writeWithin))
		return nil
	})
	asked := l.connection
	if asked == "" {
		if err := conn.SetReadDeadline(time.Now().Add(helloWithin)); err != nil {
			return err
		}
		l.next = 0
	} else { // nothing comes when nothing is missing
		alive()
		l.isUp()
	}
	for {
		_, raw, err := conn.ReadMessage()
		if timeout := net.Error(nil); errors.As(err, &timeout) && timeout.Timeout() {
			return fmt.Errorf("the socket was silent for %s", silence)
		}
		if err != nil {
			return fmt.Errorf("the socket ended: %w", err)
		}
		alive()
		var f frame
		if json.Unmarshal(raw, &f) != nil {
			l.Logger.Debug("Mattermost sent a frame that is not JSON")
			continue
		}
		if f.Event == "" { // an answer to what was never asked
			continue
		}
		if err := l.follow(&f, asked); err != nil {
			return err
		}
		l.take(ctx, &f, work)
	}
}

// isUp notes that the socket is up.
func (l *link) isUp() {
	l.note(l.account, func(st *linkState) { st.up, st.problem = true, "" })
}

// follow checks that no event is missing. asked is the connection that the socket was to
// take up.
func (l *link) follow(f *frame, asked string) error {
	if f.Event == "hello" {
		var hello struct {
			Connection string `json:"connection_id"`
		}
		_ = json.Unmarshal(f.Data, &hello) // an old server has none
		if asked != "" && hello.Connection != asked {
			l.Logger.Warn("Mattermost keeps the events no more that came while the socket was down: what people wrote meanwhile is not answered", "workspaces", l.names())
		}
		l.connection, l.next = safetext.Clip(hello.Connection, maxID), f.Seq+1
		l.isUp()
		return nil
	}
	if f.Seq == l.next {
		l.next++
		return nil
	}
	gap := &errGap{l.next, f.Seq}
	if f.Seq > l.next && asked != "" && l.connection == asked { // the same again would be missing again
		l.connection = ""
	}
	return gap
}

// take acts on an event.
func (l *link) take(ctx context.Context, f *frame, work *sync.WaitGroup) {
	if f.Event != "posted" {
		return
	}
	l.room <- struct{}{}
	work.Go(func() {
		defer func() { <-l.room }()
		if err := recovery.Wrap(func() error { l.posted(ctx, f.Data); return nil })(); err != nil {
			l.Logger.Error("a post of Mattermost failed", "error", err)
		}
	})
}
