// Package streamtest is a WebSocket server for tests of the stream: real frames
// of a real server over pipes, so that it runs in a bubble of testing/synctest,
// where hours pass at once. It does what a test orders, mostly wrong things.
// A simulated organization is mist/mistsim.
package streamtest

import (
	"context"
	"net"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// Cloud is the server. Its fields may be changed while it runs within Set.
type Cloud struct {
	// Refuse answers an upgrade, of which n came before, in place of a stream,
	// when it returns true.
	Refuse func(n int, w http.ResponseWriter, r *http.Request) bool
	// Answer is what a subscription is answered with; "" is silence.
	Answer func(channel string) string
	// Deaf leaves the pings of connections made from now on without an answer.
	Deaf bool
	// DialErr is what connecting fails with.
	DialErr error

	t    testing.TB
	pipe *Pipes

	mu    sync.Mutex
	heads []http.Header
	times []time.Time
	peers []*Peer
}

// Peer is the cloud's end of one connection.
type Peer struct {
	Conn *websocket.Conn

	mu    sync.Mutex // held to write, too
	subs  []string
	left  []string
	pongs []string
	done  chan struct{}
}

// Ack is how a subscription is confirmed.
func Ack(channel string) string {
	return `{"event":"channel_subscribed","channel":"` + channel + `"}`
}

// New starts a cloud that confirms every subscription. It ends with the test,
// which must have ended its streams by then.
func New(t testing.TB) *Cloud {
	c := &Cloud{t: t, Answer: Ack}
	t.Cleanup(func() { // after the pipes are closed
		for _, p := range c.Peers() {
			_ = p.Conn.Close()
			<-p.done
		}
	})
	c.pipe = Serve(t, http.HandlerFunc(c.serve))
	return c
}

func (c *Cloud) serve(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	n := len(c.heads)
	c.heads, c.times = append(c.heads, r.Header.Clone()), append(c.times, time.Now())
	refuse, deaf := c.Refuse, c.Deaf
	c.mu.Unlock()
	if r.URL.Path != "/api-ws/v1/stream" {
		c.t.Errorf("the stream was looked for at %s", r.URL.Path)
	}
	if refuse != nil && refuse(n, w, r) {
		return
	}
	conn, err := (&websocket.Upgrader{}).Upgrade(w, r, nil)
	if err != nil {
		return // the client left meanwhile, or was told what is wrong
	}
	p := &Peer{Conn: conn, done: make(chan struct{})}
	defer close(p.done)
	if deaf {
		conn.SetPingHandler(func(string) error { return nil })
	}
	conn.SetPongHandler(p.pong)
	c.mu.Lock()
	c.peers = append(c.peers, p)
	c.mu.Unlock()
	p.read(c)
}

// read takes what the client asks for until it leaves.
func (p *Peer) read(c *Cloud) {
	for {
		var m struct{ Subscribe, Unsubscribe string }
		if err := p.Conn.ReadJSON(&m); err != nil {
			return
		}
		p.mu.Lock()
		if m.Subscribe != "" {
			p.subs = append(p.subs, m.Subscribe)
		} else {
			p.left = append(p.left, m.Unsubscribe)
		}
		p.mu.Unlock()
		text := `{"event":"channel_unsubscribed","channel":"` + m.Unsubscribe + `"}`
		if m.Subscribe != "" {
			c.mu.Lock()
			answer := c.Answer
			c.mu.Unlock()
			text = answer(m.Subscribe)
		}
		if text != "" {
			p.Say(websocket.TextMessage, text)
		}
	}
}

// Set changes the cloud's fields while it runs.
func (c *Cloud) Set(change func(c *Cloud)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	change(c)
}

// Dial connects to the cloud, wherever that is said to be.
func (c *Cloud) Dial(ctx context.Context, _, _ string) (net.Conn, error) {
	c.mu.Lock()
	err := c.DialErr
	c.mu.Unlock()
	if err != nil {
		return nil, err
	}
	return c.pipe.Dial(ctx, "", "")
}

// Peers are all connections that were made, ended ones too.
func (c *Cloud) Peers() []*Peer {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.peers)
}

// Last is the newest connection.
func (c *Cloud) Last() *Peer {
	c.t.Helper()
	all := c.Peers()
	if len(all) == 0 {
		c.t.Fatal("nobody connected")
	}
	return all[len(all)-1]
}

// Upgrades are the heads of all upgrades that were asked for, and when.
func (c *Cloud) Upgrades() ([]http.Header, []time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.heads), slices.Clone(c.times)
}

// Closed is closed when the cloud ends.
func (c *Cloud) Closed() <-chan struct{} { return c.pipe.closed }

// Say sends a message to the client; it may have left.
func (p *Peer) Say(kind int, text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	_ = p.Conn.WriteMessage(kind, []byte(text))
}

// Data sends a message of a channel. data is JSON.
func (p *Peer) Data(channel, data string) {
	p.Say(websocket.TextMessage, `{"event":"data","channel":"`+channel+`","data":`+data+`}`)
}

// Ping sends a ping.
func (p *Peer) Ping(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	_ = p.Conn.WriteControl(websocket.PingMessage, []byte(text), time.Now().Add(time.Second))
}

func (p *Peer) pong(text string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pongs = append(p.pongs, text)
	return nil
}

// Pieces sends a message in frames of size bytes.
func (p *Peer) Pieces(text string, size int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	w, err := p.Conn.NextWriter(websocket.TextMessage)
	for err == nil && text != "" {
		n := min(len(text), size)
		_, err = w.Write([]byte(text[:n]))
		text = text[n:]
	}
}

// Cut ends the connection without a word, after some bytes if there are any.
func (p *Peer) Cut(after []byte) {
	if len(after) > 0 {
		_, _ = p.Conn.UnderlyingConn().Write(after) // the client may leave in the middle of it
	}
	_ = p.Conn.UnderlyingConn().Close()
}

// Subscribed lists what was subscribed on the connection, in order, Left what
// was left again, and Pongs the answers to pings.
func (p *Peer) Subscribed() []string { return p.list(&p.subs) }

// Left lists what was left.
func (p *Peer) Left() []string { return p.list(&p.left) }

// Pongs lists the answers to pings.
func (p *Peer) Pongs() []string { return p.list(&p.pongs) }

func (p *Peer) list(what *[]string) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(*what)
}
