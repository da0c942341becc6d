package webhook

import (
	"bytes"
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"testing"
)

func TestWhatIsLeftOfARotationIsTold(t *testing.T) {
	var logged bytes.Buffer
	o := twoOrgs()
	o.Logger = slog.New(slog.NewTextHandler(&logged, nil))
	o.Sources[1].Secrets = append(o.Sources[1].Secrets, Secret{Name: "previous", Key: []byte("hush"), Until: start})
	o.Sources[4].Secrets = append(o.Sources[4].Secrets, Secret{Name: "previous", Key: []byte("hush"), Until: start.Add(1)})
	newBench(t, o).tellPrevious()
	text := logged.String()
	if strings.Count(text, "level=WARN") != 2 || strings.Contains(text, "hush") ||
		!strings.Contains(text, "previous secret of source acme has no end") || !strings.Contains(text, "previous secret of source globex has expired") {
		t.Errorf("said\n%s", text)
	}
}

func TestASourceWithoutASecretThatOthersReachIsTold(t *testing.T) {
	proxies := []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}
	for name, c := range map[string]struct {
		at      string
		trusted []netip.Prefix
		want    string // of lab; "" for no word
	}{
		"loopback":                 {"127.0.0.1:8484", nil, ""},
		"IPv6 loopback":            {"[::1]:8484", nil, ""},
		"every interface":          {"0.0.0.0:8484", nil, "0.0.0.0:8484 is reachable"},
		"every interface, IPv6":    {"[::]:8484", nil, "[::]:8484 is reachable"},
		"an address":               {"192.0.2.1:8484", nil, "is reachable from the network"},
		"a proxy on this machine":  {"127.0.0.1:8484", proxies, "the proxies in trusted_proxies"},
		"both, the network counts": {"0.0.0.0:8484", proxies, "is reachable from the network"},
	} {
		t.Run(name, func(t *testing.T) {
			var logged bytes.Buffer
			o := twoOrgs()
			o.TrustedProxies, o.Logger = c.trusted, slog.New(slog.NewTextHandler(&logged, nil))
			b := newBench(t, o)
			b.tellExposed(net.TCPAddrFromAddrPort(netip.MustParseAddrPort(c.at)))
			text := logged.String()
			if c.want == "" {
				if text != "" {
					t.Errorf("said %s", text)
				}
				return
			}
			if n := strings.Count(text, "level=WARN"); n != 2 || !strings.Contains(text, "source lab has no secret, and ") || !strings.Contains(text, "source open has") {
				t.Errorf("%d warnings:\n%s", n, text)
			}
			if f := b.feed(t, "lab"); !strings.Contains(f.Detail, c.want) {
				t.Errorf("feed %+v", f)
			}
			if f := b.feed(t, "acme"); f.Detail != "/mist/acme" && !strings.Contains(f.Detail, "not listening") {
				t.Errorf("a source with a secret is told too: %+v", f)
			}
		})
	}
}
