package webhook

import (
	"net"
	"net/netip"
	"os"
	"strings"
	"testing"
)

// The kernel's tables: a socket of www-data and one of a person, connected to
// the listener at 8484, and what must not be taken for them.
const (
	tcp4 = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:2124 00000000:0000 0A 00000000:00000000 00:00000000 00000000   998        0 41 1 0 100 0 0 10 0
   1: 0100007F:C350 0100007F:1F90 01 00000000:00000000 00:00000000 00000000     7        0 42 1 0 20 4 30 10 -1
   2: 0100007F:2124 0100007F:C350 01 00000000:00000000 00:00000000 00000000   998        0 43 1 0 20 4 30 10 -1
   3: 0100007F:C350 0100007F:2124 01 00000000:00000000 00:00000000 00000000    33        0 44 1 0 20 4 30 10 -1
   4: 0100007F:C351 0100007F:2124 01 00000000:00000000 00:00000000 00000000  1000        0 45 1 0 20 4 30 10 -1
`
	tcp6 = `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000000000000000000001000000:C352 00000000000000000000000001000000:2124 01 00000000:00000000 00:00000000 00000000   101        0 46 1 0 20 4 30 10 -1
   1: 0000000000000000FFFF00000100007F:C353 0000000000000000FFFF00000100007F:2124 01 00000000:00000000 00:00000000 00000000   102        0 47 1 0 20 4 30 10 -1
   2: short
`
)

func TestTheOwnerOfAConnectionIsFoundInTheKernelsTable(t *testing.T) {
	for _, c := range []struct {
		table, from, to string
		uid             int
		found           bool
	}{
		{tcp4, "127.0.0.1:50000", "127.0.0.1:8484", 33, true},
		{tcp4, "127.0.0.1:50001", "127.0.0.1:8484", 1000, true},
		{tcp4, "[::ffff:127.0.0.1]:50001", "[::ffff:127.0.0.1]:8484", 1000, true},
		{tcp4, "127.0.0.1:50009", "127.0.0.1:8484", 0, false},
		{tcp6, "[::1]:50002", "[::1]:8484", 101, true},
		{tcp6, "127.0.0.1:50003", "127.0.0.1:8484", 102, true},
		{tcp6, "[::2]:50002", "[::1]:8484", 0, false},
		{"", "127.0.0.1:50000", "127.0.0.1:8484", 0, false},
	} {
		uid, found := ownerIn(strings.NewReader(c.table), netip.MustParseAddrPort(c.from), netip.MustParseAddrPort(c.to))
		if uid != c.uid || found != c.found {
			t.Errorf("%s to %s: account %d, found %v; want %d, %v", c.from, c.to, uid, found, c.uid, c.found)
		}
	}
}

func TestWhichAccountsAreServices(t *testing.T) {
	for uid, want := range map[int]bool{0: false, 1: true, 33: true, 998: true, 1000: false, 60100: false, 61184: true, 65534: true, 100000: false} {
		if isService(uid, 1000) != want {
			t.Errorf("account %d: %v", uid, !want)
		}
	}
	if isService(998, 998) {
		t.Error("foghorn's own account counts as another service")
	}
}

func TestAConnectionOfThisProcessIsNoStrangers(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	c, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	f, err := os.Open("/proc/self/net/tcp")
	if err != nil {
		t.Skip("no table of connections here: ", err)
	}
	defer f.Close()
	uid, found := ownerIn(f, c.LocalAddr().(*net.TCPAddr).AddrPort(), c.RemoteAddr().(*net.TCPAddr).AddrPort())
	if !found || uid != os.Geteuid() {
		t.Errorf("account %d, found %v; this process runs as %d", uid, found, os.Geteuid())
	}
	if why := foreignOwner(c.LocalAddr(), c.RemoteAddr()); why != "" {
		t.Errorf("foreign, because %s", why)
	}
}
