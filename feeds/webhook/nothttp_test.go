package webhook

import (
	"bufio"
	"io"
	"net/http"
	"strings"
	"testing"

	"foghorn/journal/event"
)

func TestWhoSpeaksSomethingElseLeavesARecord(t *testing.T) {
	const request = "POST /mist/acme HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"
	for name, c := range map[string]struct {
		tls    bool
		send   []string
		method string
		status int
		cause  string
	}{
		"PROXY protocol":              {false, []string{"PROXY TCP4 192.0.2.1 192.0.2.2 5000 8484\r\n" + request}, "PROXY", 400, "send-proxy"},
		"PROXY protocol in pieces":    {false, []string{"PRO", "XY TCP4 192.0.2.1 192.0.2.2 5000 8484\r\n", request}, "PROXY", 400, "send-proxy"},
		"PROXY protocol, version 2":   {false, []string{"\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x0c" + request}, "PROXY", 400, "send-proxy"},
		"PROXY protocol before TLS":   {true, []string{"PROXY UNKNOWN\r\n"}, "PROXY", 400, "send-proxy"},
		"TLS to a listener without":   {false, []string{"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"}, "TLS", 400, "tls_cert_file"},
		"HTTP to a listener with TLS": {true, []string{request}, "HTTP", 400, "https://"},
		"HTTP/2 without TLS":          {false, []string{"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"}, "PRI", 505, "h2c"},
	} {
		t.Run(name, func(t *testing.T) {
			var b *bench
			var (
				url  string
				stop func()
			)
			if c.tls {
				s := newTLSBench(t)
				b, url, stop = s.bench, s.url, s.stop
			} else {
				b = newBench(t, twoOrgs())
				url, stop = b.serve1(t)
			}
			conn := dial(t, url)
			for _, part := range c.send {
				if _, err := io.WriteString(conn, part); err != nil {
					t.Fatal(err)
				}
			}
			// The listener hangs up; until then it has noticed.
			_, _ = io.Copy(io.Discard, conn)
			stop()
			d := b.log.only(t)
			if d.Method != c.method || d.Status != c.status || d.Verdict != event.Refused || !strings.Contains(d.Cause, c.cause) || d.Remote != "127.0.0.1" {
				t.Errorf("on record: %s %d %s of %s, %q", d.Method, d.Status, d.Verdict, d.Remote, d.Cause)
			}
		})
	}
}

func TestARequestThatBeginsLikeSomethingElseIsOne(t *testing.T) {
	b := newBench(t, twoOrgs())
	url, stop := b.serve1(t)
	defer stop()
	conn := dial(t, url)
	for _, part := range []string{"PRO", "PFIND /x HTTP/1.1\r\nHost: x\r\n\r\n"} {
		if _, err := io.WriteString(conn, part); err != nil {
			t.Fatal(err)
		}
	}
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil || res.StatusCode != http.StatusNotFound {
		t.Fatalf("%v %v", res, err)
	}
	_ = res.Body.Close()
	stop()
	if d := b.log.only(t); d.Method != "PROPFIND" {
		t.Errorf("on record: %+v", d)
	}
}
