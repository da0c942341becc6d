package mist

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
)

// streamCloud is a real WebSocket server at the other end of pipes, so that it
// runs in a bubble of synctest where hours pass at once.
type streamCloud struct {
	t    *testing.T
	srv  *http.Server
	pipe pipes

	mu       sync.Mutex
	upgrades []http.Header
	times    []time.Time
	peers    []*peer
	// refuse answers an upgrade in place of a stream, when it returns true.
	refuse func(n int, w http.ResponseWriter) bool
	// answer is what a subscription is answered with; "" is silence.
	answer func(channel string) string
	// deaf leaves pings without an answer.
	deaf    bool
	dialErr error
}

// peer is the cloud's end of one connection.
type peer struct {
	conn  *websocket.Conn
	mu    sync.Mutex // held to write, too
	subs  []string
	left  []string
	pongs []string
	done  chan struct{}
}

func newStreamCloud(t *testing.T) *streamCloud {
	c := &streamCloud{t: t, pipe: pipes{conns: make(chan net.Conn), closed: make(chan struct{})}}
	c.answer = func(channel string) string { return `{"event":"channel_subscribed","channel":"` + channel + `"}` }
	c.srv = &http.Server{Handler: http.HandlerFunc(c.serve)}
	served := make(chan struct{})
	go func() {
		defer close(served)
		if err := c.srv.Serve(&c.pipe); !errors.Is(err, http.ErrServerClosed) {
			t.Errorf("the server ended with %v", err)
		}
	}()
	t.Cleanup(func() {
		_ = c.srv.Close()
		for _, p := range c.all() {
			_ = p.conn.Close()
			<-p.done
		}
		<-served
	})
	return c
}

func (c *streamCloud) serve(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	n := len(c.upgrades)
	c.upgrades, c.times = append(c.upgrades, r.Header.Clone()), append(c.times, time.Now())
	refuse := c.refuse
	c.mu.Unlock()
	if r.URL.Path != streamPath {
		c.t.Errorf("the stream was looked for at %s", r.URL.Path)
	}
	if refuse != nil && refuse(n, w) {
		return
	}
	conn, err := (&websocket.Upgrader{}).Upgrade(w, r, nil)
	if err != nil {
		c.t.Errorf("upgrade: %v", err)
		return
	}
	p := &peer{conn: conn, done: make(chan struct{})}
	defer close(p.done)
	c.mu.Lock()
	c.peers = append(c.peers, p)
	if c.deaf {
		conn.SetPingHandler(func(string) error { return nil })
	}
	c.mu.Unlock()
	conn.SetPongHandler(func(text string) error {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.pongs = append(p.pongs, text)
		return nil
	})
	for {
		var m struct{ Subscribe, Unsubscribe string }
		if err := conn.ReadJSON(&m); err != nil {
			return
		}
		p.mu.Lock()
		if m.Subscribe != "" {
			p.subs = append(p.subs, m.Subscribe)
		} else {
			p.left = append(p.left, m.Unsubscribe)
		}
		p.mu.Unlock()
		c.mu.Lock()
		text := c.answer(m.Subscribe)
		c.mu.Unlock()
		if m.Unsubscribe != "" {
			text = `{"event":"channel_unsubscribed","channel":"` + m.Unsubscribe + `"}`
		}
		if text != "" {
			p.say(websocket.TextMessage, text)
		}
	}
}

func (c *streamCloud) set(f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f()
}

func (c *streamCloud) all() []*peer {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.peers)
}

func (c *streamCloud) upgradeTimes() []time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.times)
}

// last is the newest connection.
func (c *streamCloud) last() *peer {
	all := c.all()
	if len(all) == 0 {
		c.t.Fatal("nobody connected")
	}
	return all[len(all)-1]
}

func (c *streamCloud) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	c.mu.Lock()
	err := c.dialErr
	c.mu.Unlock()
	if err != nil {
		return nil, err
	}
	ours, theirs := net.Pipe()
	select {
	case c.pipe.conns <- theirs:
		return ours, nil
	case <-c.pipe.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p *peer) say(kind int, text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	_ = p.conn.WriteMessage(kind, []byte(text)) // the other end may have left
}

func (p *peer) subscribed() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.subs)
}

// pipes is a listener whose connections are pipes.
type pipes struct {
	conns  chan net.Conn
	once   sync.Once
	closed chan struct{}
}

func (l *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *pipes) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

func (l *pipes) Addr() net.Addr { return &net.TCPAddr{} }

// listener is a stream under test with what it told.
type listener struct {
	*Stream
	cloud *streamCloud
	stop  context.CancelFunc
	ended chan error

	mu      sync.Mutex
	got     []StreamMessage
	changes []Link
}

// listen starts a stream in the bubble that follows the channels.
func listen(t *testing.T, c *streamCloud, adjust func(*StreamConfig), channels ...string) *listener {
	t.Helper()
	l := &listener{cloud: c, ended: make(chan error, 1)}
	cfg := StreamConfig{
		URL: "ws://127.0.0.1:1", Authorize: StreamToken("sesame"), Dial: c.dial,
		Deliver: func(m StreamMessage) {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.got = append(l.got, m)
		},
		Changed: func(k Link) {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.changes = append(l.changes, k)
		},
	}
	if adjust != nil {
		adjust(&cfg)
	}
	s, err := NewStream(cfg)
	if err != nil {
		t.Fatal(err)
	}
	l.Stream = s
	if err := s.Subscribe(channels...); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	l.stop = cancel
	go func() { l.ended <- s.Run(ctx) }()
	synctest.Wait()
	return l
}

// finish ends the stream and reports how it ended.
func (l *listener) finish() error {
	l.stop()
	return <-l.ended
}

func (l *listener) messages(event string) []StreamMessage {
	l.mu.Lock()
	defer l.mu.Unlock()
	var some []StreamMessage
	for _, m := range l.got {
		if m.Event == event {
			some = append(some, m)
		}
	}
	return some
}

func (l *listener) told(state LinkState) []Link {
	l.mu.Lock()
	defer l.mu.Unlock()
	var some []Link
	for _, k := range l.changes {
		if k.State == state {
			some = append(some, k)
		}
	}
	return some
}

func (l *listener) channel(t *testing.T, name string) ChannelStatus {
	t.Helper()
	for _, c := range l.Channels() {
		if c.Name == name {
			return c
		}
	}
	t.Fatalf("no channel %s among %v", name, l.Channels())
	return ChannelStatus{}
}

// pass lets time go by.
func pass(d time.Duration) {
	<-time.After(d) // by the clock of the bubble: nobody waits
	synctest.Wait()
}

func quote(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}
