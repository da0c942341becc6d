package webhook

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"io"
	"net"
	"net/netip"
	"os"
	"strconv"
)

// foreignOwner says why the process at the other end of a loopback connection may
// speak for strangers: it runs under a service account of this machine, as reverse
// proxies do (www-data, nginx, haproxy, caddy, nobody). Some proxies leave no trace
// in the posts that they pass on. It is empty for people, for root, for foghorn's
// own account, and when the owner is unknown.
func foreignOwner(remote, local net.Addr) string {
	r, ok := remote.(*net.TCPAddr)
	l, alsoOK := local.(*net.TCPAddr)
	if !ok || !alsoOK {
		return ""
	}
	for _, name := range [...]string{"/proc/self/net/tcp", "/proc/self/net/tcp6"} {
		f, err := os.Open(name)
		if err != nil {
			continue
		}
		uid, found := ownerIn(f, r.AddrPort(), l.AddrPort())
		_ = f.Close()
		if found && isService(uid, os.Geteuid()) {
			return "this one came from a process of the service account " + strconv.Itoa(uid) + ", which may be a proxy"
		}
		if found {
			return ""
		}
	}
	return ""
}

// isService reports whether an account is a service account other than foghorn's
// own: below 1000, one of systemd's dynamic users, or nobody.
func isService(uid, own int) bool {
	return uid != 0 && uid != own && (uid < 1000 || 61184 <= uid && uid <= 65534)
}

// ownerIn finds the account that has the socket from, connected to to, in the
// kernel's table.
func ownerIn(table io.Reader, from, to netip.AddrPort) (uid int, found bool) {
	lines := bufio.NewScanner(table)
	for lines.Scan() {
		f := bytes.Fields(lines.Bytes()) // "0: 0100007F:2124 0100007F:C350 01 queues timer retransmits uid ..."
		if len(f) < 8 || !isEnd(f[1], from) || !isEnd(f[2], to) {
			continue
		}
		uid, err := strconv.Atoi(string(f[7]))
		return uid, err == nil
	}
	return 0, false
}

// isEnd reports whether text is how the kernel's table writes an address and port.
func isEnd(text []byte, want netip.AddrPort) bool {
	host, port, ok := bytes.Cut(text, []byte(":"))
	if n, err := strconv.ParseUint(string(port), 16, 16); !ok || err != nil || uint16(n) != want.Port() {
		return false
	}
	raw := make([]byte, len(host)/2)
	if _, err := hex.Decode(raw, host); err != nil || len(raw)%4 != 0 {
		return false
	}
	for i := 0; i < len(raw); i += 4 { // each word is written as a number
		binary.NativeEndian.PutUint32(raw[i:], binary.BigEndian.Uint32(raw[i:]))
	}
	a, ok := netip.AddrFromSlice(raw)
	return ok && a.Unmap() == want.Addr().Unmap().WithZone("")
}
