package webhook

import (
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
)

// gate is a net.Listener that bounds how many connections are open, in all and
// from one peer. At the first bound new ones wait in the kernel's queue; a
// peer over its own bound is closed at once, so that it cannot fill the first.
type gate struct {
	net.Listener
	slots   chan struct{}
	perPeer int
	exempt  func(netip.Addr) bool
	done    chan struct{}
	once    sync.Once
	open    atomic.Int64 // connections open now

	mu    sync.Mutex
	peers map[netip.Prefix]int
}

func newGate(ln net.Listener, total, perPeer int, exempt func(netip.Addr) bool) *gate {
	return &gate{
		Listener: ln,
		slots:    make(chan struct{}, total),
		perPeer:  perPeer,
		exempt:   exempt,
		done:     make(chan struct{}),
		peers:    map[netip.Prefix]int{},
	}
}

// Accept waits for a free slot and a connection whose peer may have one.
func (g *gate) Accept() (net.Conn, error) {
	select {
	case g.slots <- struct{}{}:
	case <-g.done:
		return nil, net.ErrClosed
	}
	for {
		c, err := g.Listener.Accept()
		if err != nil {
			<-g.slots
			return nil, err
		}
		key, counted := g.key(c.RemoteAddr())
		if counted && !g.enter(key) {
			_ = c.Close() // a peer over its bound: there is nobody to tell
			continue
		}
		g.open.Add(1)
		return &gated{Conn: c, leave: func() {
			if counted {
				g.exit(key)
			}
			g.open.Add(-1)
			<-g.slots
		}}, nil
	}
}

// Close stops Accept, also one that waits for a slot.
func (g *gate) Close() error {
	g.once.Do(func() { close(g.done) })
	return g.Listener.Close()
}

// key says which peer a connection counts for, if it counts for one.
func (g *gate) key(a net.Addr) (netip.Prefix, bool) {
	t, ok := a.(*net.TCPAddr)
	if !ok {
		return netip.Prefix{}, false
	}
	addr := t.AddrPort().Addr().Unmap()
	if g.exempt(addr) {
		return netip.Prefix{}, false
	}
	return addrKey(addr), true
}

func (g *gate) enter(k netip.Prefix) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.peers[k] >= g.perPeer {
		return false
	}
	g.peers[k]++
	return true
}

func (g *gate) exit(k netip.Prefix) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.peers[k]--; g.peers[k] <= 0 {
		delete(g.peers, k)
	}
}

// gated gives its slot back once when it is closed.
type gated struct {
	net.Conn
	once  sync.Once
	leave func()
}

// Close closes the connection and leaves the gate.
func (c *gated) Close() error {
	err := c.Conn.Close()
	c.once.Do(c.leave)
	return err
}
