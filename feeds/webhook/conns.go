package webhook

import (
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"sync"

	"foghorn/internal/signal"
)

// maxWaiting bounds the connections that wait for a place.
const maxWaiting = 128

// gate is a net.Listener that bounds the open connections. When there is no place
// for a new one, an idle one is closed for it. If all are busy it waits, and a
// connection of a peer over its own bound is closed at once.
type gate struct {
	net.Listener
	places *places
	holder func(netip.Addr) holder
	wake   signal.Signal // a connection waits for Accept
	fault  chan error    // the last error of the socket
	done   chan struct{}
	once   sync.Once

	// foreign is called for a connection that begins with one of protocols.
	protocols []foreignProtocol
	foreign   func(from net.Addr, t *foreignProtocol)

	mu      sync.Mutex
	turn    int64           // counts connections that became idle
	idle    map[*gated]bool // open, with no request
	waiting []*gated        // no place yet
	ready   []*gated        // with a place, for Accept
}

func newGate(ln net.Listener, p *places, who func(netip.Addr) holder) *gate {
	return &gate{
		Listener: ln, places: p, holder: who, idle: map[*gated]bool{},
		wake: signal.New(), fault: make(chan error), done: make(chan struct{}),
	}
}

// gated is a connection that came in by the gate.
type gated struct {
	net.Conn
	gate     *gate
	who      holder
	since    int64  // the turn at which it became idle
	in       bool   // it has a place; under the gate's lock
	head     []byte // the first bytes
	recorded bool   // a foreign protocol is on record
	once     sync.Once
}

// acceptAll accepts connections until the socket is closed. One that waits for a
// place does not hold up those that have one.
func (g *gate) acceptAll() {
	for {
		c, err := g.Listener.Accept()
		if err == nil {
			g.arrive(c)
			continue
		}
		select {
		case g.fault <- err:
		case <-g.done:
			return
		}
		var passes net.Error
		if !errors.As(err, &passes) || errors.Is(err, net.ErrClosed) {
			return
		}
	}
}

// arrive finds a place for a connection, or lets it wait, or closes it.
func (g *gate) arrive(c net.Conn) {
	n := &gated{Conn: c, gate: g}
	if t, ok := c.RemoteAddr().(*net.TCPAddr); ok {
		n.who = g.holder(t.AddrPort().Addr().Unmap())
	}
	ok, crowded := g.places.enter(n.who)
	if !ok {
		if old := g.spare(n.who, crowded); old != nil {
			_ = old.Close()
			ok, crowded = g.places.enter(n.who)
		}
	}
	g.mu.Lock()
	if !ok { // once more, so that a place given back meanwhile is not missed
		ok, crowded = g.places.enter(n.who)
	}
	switch {
	case ok:
		n.in = true
		g.ready = append(g.ready, n)
	case !crowded && len(g.waiting) < maxWaiting:
		g.waiting = append(g.waiting, n)
	default:
		g.mu.Unlock()
		_ = n.Close() // no error of it matters
		return
	}
	g.mu.Unlock()
	g.wakeAccept()
}

// spare is the idle connection to close, or nil: of the peer itself when that has
// too many, else of the bounded peer with the most, and only then of those that
// have no bound.
func (g *gate) spare(who holder, own bool) *gated {
	g.mu.Lock()
	defer g.mu.Unlock()
	var best *gated
	most := 0
	for c := range g.idle {
		if own && c.who.key != who.key {
			continue
		}
		n := g.places.held(c.who)
		switch {
		case best == nil, c.who.bounded && !best.who.bounded:
		case !c.who.bounded && best.who.bounded, n < most, n == most && c.since > best.since:
			continue
		}
		best, most = c, n
	}
	delete(g.idle, best)
	return best
}

// wakeAccept wakes Accept.
func (g *gate) wakeAccept() { g.wake.Notify() }

// Accept waits for a connection that has a place.
func (g *gate) Accept() (net.Conn, error) {
	for {
		g.mu.Lock()
		if len(g.ready) > 0 {
			c := g.ready[0]
			g.ready = g.ready[1:]
			g.mu.Unlock()
			return c, nil
		}
		g.mu.Unlock()
		select {
		case <-g.wake:
		case err := <-g.fault:
			return nil, err
		case <-g.done:
			return nil, net.ErrClosed
		}
	}
}

// Close stops Accept, and closes the connections that wait for it.
func (g *gate) Close() error {
	err := net.ErrClosed
	g.once.Do(func() {
		close(g.done)
		err = g.Listener.Close()
		g.mu.Lock()
		left := append(g.ready, g.waiting...)
		g.ready, g.waiting = nil, nil
		g.mu.Unlock()
		for _, c := range left {
			_ = c.Close()
		}
	})
	return err
}

// state notes which connections have no request, and gives the place of one to
// who waits; net/http calls it.
func (g *gate) state(c net.Conn, s http.ConnState) {
	if t, ok := c.(*tls.Conn); ok {
		c = t.NetConn()
	}
	n, ok := c.(*gated)
	if !ok {
		return
	}
	if who, waits := g.note(n, s == http.StateIdle); waits {
		if old := g.spare(who, false); old != nil {
			_ = old.Close()
		}
	}
}

// note notes whether a connection is idle, and returns who has waited longest.
func (g *gate) note(c *gated, idle bool) (who holder, waits bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !idle || !c.in {
		delete(g.idle, c)
		return holder{}, false
	}
	g.turn++
	c.since = g.turn
	g.idle[c] = true
	if len(g.waiting) == 0 {
		return holder{}, false
	}
	return g.waiting[0].who, true
}

// Close closes the connection, and gives its place to one that waits.
func (c *gated) Close() error {
	err := c.Conn.Close()
	c.once.Do(func() { c.gate.left(c) })
	return err
}

// left gives back the place of a connection that was closed.
func (g *gate) left(c *gated) {
	g.mu.Lock()
	delete(g.idle, c)
	had := c.in
	c.in = false
	g.mu.Unlock()
	if !had {
		return
	}
	g.places.leave(c.who)
	g.mu.Lock()
	for i := 0; i < len(g.waiting); {
		n := g.waiting[i]
		if ok, _ := g.places.enter(n.who); !ok {
			i++
			continue
		}
		g.waiting = append(g.waiting[:i], g.waiting[i+1:]...)
		n.in = true
		g.ready = append(g.ready, n)
	}
	g.mu.Unlock()
	g.wakeAccept()
}
