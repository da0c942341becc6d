package mattermost

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"

	"foghorn/chatops/platform"
	"foghorn/internal/recovery"
	"foghorn/internal/safetext"
)

const (
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
	return fmt.Sprintf("event %d came instead of %d", e.got, e.want)
}

// socketURL is where the socket is. It takes up a connection where there was one.
func (l *link) socketURL() (string, error) {
	u, err := url.Parse(l.server)
	if err != nil || u.Host == "" {
		return "", errors.New("the server's address is not a URL")
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
		return &platform.StopError{Err: err}
	}
	conn, err := l.Connect(ctx, address, http.Header{"Authorization": {"Bearer " + l.token}}, maxFrame)
	if err != nil {
		if _, answered := errors.AsType[*platform.HandshakeError](err); answered {
			l.connection = "" // it may be what Mattermost does not take
		}
		return err
	}
	stop := context.AfterFunc(ctx, conn.Close)
	defer stop()
	var work sync.WaitGroup
	defer work.Wait()
	done := make(chan struct{})
	work.Go(func() { conn.Ping(done) })
	defer func() {
		close(done)
		conn.Close()
		l.links.Note(l.account, func(st *platform.State) { st.Up = 0 })
	}()
	return l.read(context.WithoutCancel(ctx), conn, &work)
}

// read takes what comes until the socket ends.
func (l *link) read(ctx context.Context, conn *platform.Socket, work *sync.WaitGroup) error {
	asked := l.connection
	if asked == "" {
		conn.Within(platform.HelloWithin)
		l.next = 0
	} else { // nothing comes when nothing is missing
		l.isUp()
	}
	for {
		raw, err := conn.Read()
		if err != nil {
			return err
		}
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
	l.links.Note(l.account, func(st *platform.State) { st.Up, st.Problem = 1, "" })
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
		l.connection, l.next = safetext.Clip(hello.Connection, platform.MaxID), f.Seq+1
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
