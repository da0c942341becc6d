package webhook

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"testing"
)

// door is a gate whose connections the test makes. 127.0.0.1 is this machine,
// 10.0.0.1 a trusted proxy, all others are strangers.
type door struct {
	*gate
	t     *testing.T
	conns chan net.Conn
}

func newDoor(t *testing.T, total, perPeer int) *door {
	t.Helper()
	o := twoOrgs()
	o.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.1/32")}
	b := newBench(t, o)
	d := &door{t: t, conns: make(chan net.Conn)}
	d.gate = newGate(&scripted{conns: d.conns}, newPlaces(total, perPeer), b.holderAt)
	taken := make(chan struct{})
	go func() { defer close(taken); d.acceptAll() }()
	t.Cleanup(func() {
		if err := d.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			t.Error(err)
		}
		<-taken
		if n := d.places.count(); n != 0 {
			t.Errorf("%d places are taken after the end", n)
		}
	})
	return d
}

// come lets a connection arrive; it is decided about when the next one can come.
func (d *door) come(addr string) *peer {
	p := &peer{addr: addr, closed: make(chan struct{})}
	d.conns <- p
	return p
}

// enter lets a connection arrive that gets a place at once.
func (d *door) enter(addr string) *gated {
	d.t.Helper()
	return d.accept(d.come(addr))
}

// accept is what Accept gives, which must be that connection.
func (d *door) accept(p *peer) *gated {
	d.t.Helper()
	c, err := d.Accept()
	if err != nil || c.(*gated).Conn != net.Conn(p) {
		d.t.Fatalf("%s: accepted %v, %v", p.addr, c, err)
	}
	d.t.Cleanup(func() { _ = c.Close() })
	return c.(*gated)
}

// rest makes connections idle, one after the other.
func (d *door) rest(conns ...*gated) {
	for _, c := range conns {
		d.state(c, http.StateActive)
		d.state(c, http.StateIdle)
	}
}

// gone reports whether a connection was closed.
func gone(c *gated) bool {
	select {
	case <-c.Conn.(*peer).closed:
		return true
	default:
		return false
	}
}

func TestAPeerOverItsBoundIsClosed(t *testing.T) {
	d := newDoor(t, 100, 2)
	one := d.enter("192.0.2.1")
	d.enter("192.0.2.1")
	<-d.come("192.0.2.1").closed
	d.enter("192.0.2.2")
	// Closing twice, as net/http may, frees one place only.
	_, _ = one.Close(), one.Close()
	d.enter("192.0.2.1")
	<-d.come("192.0.2.1").closed
	for range 5 {
		d.enter("127.0.0.1")
		d.enter("10.0.0.1")
	}
	// A whole site of an IPv6 network is one peer.
	d.enter("2001:db8:1:1::1")
	d.enter("2001:db8:1:2::1")
	<-d.come("2001:db8:1:3::1").closed
	d.enter("2001:db8:2::1")
}

func TestAPeerOverItsBoundGivesUpItsOwnIdleConnection(t *testing.T) {
	d := newDoor(t, 100, 2)
	one, two, other := d.enter("192.0.2.1"), d.enter("192.0.2.1"), d.enter("192.0.2.2")
	d.rest(other, two, one)
	d.enter("192.0.2.1")
	if gone(one) || !gone(two) || gone(other) {
		t.Errorf("closed: %v %v %v; the one that was idle longest is missed least", gone(one), gone(two), gone(other))
	}
}

func TestIdleConnectionsMakeRoom(t *testing.T) {
	d := newDoor(t, 6, 6)
	proxy, lone := d.enter("10.0.0.1"), d.enter("192.0.2.1")
	many := []*gated{d.enter("192.0.2.9"), d.enter("192.0.2.9"), d.enter("192.0.2.9"), d.enter("192.0.2.9")}
	d.rest(proxy, lone)
	d.rest(many...)
	d.state(many[0], http.StateActive) // at work again
	fresh := []*gated{}
	for i, c := range []*gated{many[1], many[2]} {
		fresh = append(fresh, d.enter("198.51.100.7"))
		if !gone(c) {
			t.Fatalf("round %d: who has most did not give way", i)
		}
	}
	d.rest(fresh...)
	for range 4 { // many[3], lone, and the two that are fresh no longer, in whichever order
		d.enter("127.0.0.1")
	}
	if gone(many[0]) || gone(proxy) || !gone(many[3]) || !gone(lone) {
		t.Errorf("closed: at work %v, proxy %v, %v, %v", gone(many[0]), gone(proxy), gone(many[3]), gone(lone))
	}
	d.enter("203.0.113.1")
	if !gone(proxy) {
		t.Error("the proxy's idle connection is the last to go, and yet it stays")
	}
}

func TestThisMachineGetsInWhenAllPlacesAreTaken(t *testing.T) {
	d := newDoor(t, 32, 32) // two of them are kept
	var all []*gated
	for range 30 {
		all = append(all, d.enter("192.0.2.1"))
	}
	waits := d.come("192.0.2.2")
	first, second := d.enter("127.0.0.1"), d.enter("::1")
	alsoWaits := d.come("127.0.0.1")
	_ = second.Close()
	d.accept(alsoWaits)
	_ = first.Close() // its place is kept for this machine
	_ = all[0].Close()
	d.accept(waits)
}

func TestWhoWaitsGetsThePlaceOfOneThatBecomesIdle(t *testing.T) {
	d := newDoor(t, 1, 1)
	first := d.enter("192.0.2.1")
	waits := d.come("192.0.2.2")
	<-d.come("192.0.2.1").closed // by now the other one waits
	d.rest(first)
	if d.accept(waits); !gone(first) {
		t.Error("both are open")
	}
}

func TestFewWaitAtAFullGate(t *testing.T) {
	d := newDoor(t, 1, 1)
	d.enter("192.0.2.1")
	var waits []*peer
	for range maxWaiting {
		waits = append(waits, d.come("192.0.2.2"))
	}
	<-d.come("192.0.2.3").closed
	stuck := make(chan error, 1)
	go func() { _, err := d.Accept(); stuck <- err }()
	if err := d.gate.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-stuck; !errors.Is(err, net.ErrClosed) {
		t.Errorf("Accept ends with %v", err)
	}
	for _, p := range waits {
		<-p.closed
	}
}

func TestAThousandIdleConnectionsDoNotShutOthersOut(t *testing.T) {
	o := twoOrgs()
	o.MaxConns = 4
	b := newBench(t, o)
	url, stop := b.serve1(t)
	defer stop()
	ask := func(c net.Conn) string {
		t.Helper()
		if _, err := io.WriteString(c, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		res, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		return res.Status
	}
	for i := range 16 {
		if status := ask(dial(t, url)); status != "200 OK" {
			t.Fatalf("connection %d: %s", i, status)
		}
	}
}
