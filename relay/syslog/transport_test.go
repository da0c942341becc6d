package syslog

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"foghorn/config"
	"foghorn/relay"
	"foghorn/relay/relaytest"
)

// server starts a stand-in, and a relay to it.
func server(t *testing.T, scheme string, clients tls.ClientAuthType) (*relaytest.Syslog, *Destination) {
	t.Helper()
	s, err := relaytest.NewSyslog(scheme, clients)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	c := config.Relay{Address: s.Address}
	if scheme == "tls" {
		c.CAFile = pemFile(t, s.Authority)
	}
	return s, made(t, c)
}

func pemFile(t *testing.T, text []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// numbered are the events from first to last, told apart by their ids.
func numbered(first, last int) (items []relay.Item) {
	for n := first; n <= last; n++ {
		item := relaytest.APDisconnected()
		item.Event.ID, item.Event.Text = int64(n), fmt.Sprintf("event %d", n)
		items = append(items, item)
	}
	return items
}

func send(t *testing.T, d *Destination, items ...relay.Item) relaytest.Turn {
	t.Helper()
	turns, err := relaytest.Drive(t.Context(), d, &relay.Work{Items: items}, d.Do)
	if err != nil {
		t.Fatal(err)
	}
	return turns[len(turns)-1]
}

func sent(t *testing.T, d *Destination, items ...relay.Item) {
	t.Helper()
	if turn := send(t, d, items...); turn.Verdict.Outcome != relay.Sent {
		t.Fatalf("%+v", turn.Verdict)
	}
}

// arrived checks that the server has the events up to last, each once and in order.
func arrived(t *testing.T, s *relaytest.Syslog, last int) {
	t.Helper()
	messages, err := s.Wait(t.Context(), last)
	if err != nil {
		t.Fatal(err)
	}
	for i, m := range messages {
		if want := fmt.Sprintf("event %d", i+1); m.Text != want {
			t.Fatalf("message %d is %q", i+1, m.Text)
		}
	}
}

func TestMessagesArrive(t *testing.T) {
	for _, scheme := range []string{"udp", "tcp", "tls"} {
		t.Run(scheme, func(t *testing.T) {
			s, d := server(t, scheme, tls.NoClientCert)
			sent(t, d, numbered(1, 30)...)
			arrived(t, s, 30)
			sent(t, d, numbered(31, 31)...)
			arrived(t, s, 31)
			if n := s.Connections(); scheme != "udp" && n != 1 {
				t.Errorf("%d connections for two requests", n)
			}
			sent(t, d, relaytest.Hostile()...)
			if _, err := s.Wait(t.Context(), 31+len(relaytest.Hostile())); err != nil {
				t.Error(err)
			}
		})
	}
}

// A server may ask for a certificate and do without.
func TestACertificateThatIsNotNeeded(t *testing.T) {
	s, d := server(t, "tls", tls.RequestClientCert)
	sent(t, d, numbered(1, 1)...)
	if d.link.raw.read == 0 {
		t.Error("no session ticket came, so that each connection waits in vain")
	}
	arrived(t, s, 1)
}

func TestManyMessagesArrive(t *testing.T) {
	s, d := server(t, "tls", tls.NoClientCert)
	sent(t, d, numbered(1, 3000)...)
	arrived(t, s, 3000)
}

// A server that restarts between two requests costs a new connection, and no message.
func TestAClosedConnectionIsNoticedBeforeWriting(t *testing.T) {
	for _, scheme := range []string{"tcp", "tls"} {
		t.Run(scheme, func(t *testing.T) {
			s, d := server(t, scheme, tls.NoClientCert)
			for n := 1; n <= 5; n++ {
				sent(t, d, numbered(n, n)...)
				arrived(t, s, n)
				s.Disconnect()
				gone(t, d)
			}
			if s.Connections() != 5 {
				t.Errorf("%d connections", s.Connections())
			}
		})
	}
}

// gone waits until the end of the connection has reached this side.
func gone(t *testing.T, d *Destination) {
	t.Helper()
	for d.link.closed() == nil {
		if t.Context().Err() != nil {
			t.Fatal("the connection does not end")
		}
	}
}

// A server that closes the connection while messages are on their way may have taken some
// of them. The relay has to know that a repeat is possible.
func TestMessagesOnTheirWayAreUncertain(t *testing.T) {
	for _, scheme := range []string{"tcp", "tls"} {
		t.Run(scheme, func(t *testing.T) {
			s, d := server(t, scheme, tls.NoClientCert)
			s.CloseAfter(3)
			turn := send(t, d, numbered(1, 500)...)
			if turn.Verdict.Outcome != relay.Retry || !turn.Answer.Written || turn.Answer.Err == nil {
				t.Fatalf("%+v of %+v", turn.Verdict, turn.Answer)
			}
			s.CloseAfter(-1)
			sent(t, d, numbered(4, 500)...)
			arrived(t, s, 500)
		})
	}
}

// silent accepts connections and reads nothing from them.
func silent(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return "tcp://" + l.Addr().String()
}

// A server that reads nothing fills the buffers in between. What lies there is not sent.
func TestAServerThatDoesNotRead(t *testing.T) {
	d := made(t, config.Relay{Address: silent(t), Timeout: config.Duration(300 * time.Millisecond)})
	var last relaytest.Turn
	for range 1000 {
		if last = send(t, d, numbered(1, 500)...); last.Verdict.Outcome != relay.Sent {
			break
		}
	}
	if v := last.Verdict; v.Outcome != relay.Retry || !strings.Contains(v.Reason, "no answer within 300ms") {
		t.Errorf("%+v", v)
	}
}

func TestWhatIsWrongWithAServer(t *testing.T) {
	plain, _ := server(t, "tcp", tls.NoClientCert)
	other, err := relaytest.NewCertificate("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	elsewhere, err := relaytest.NewSyslog("tls", tls.NoClientCert)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(elsewhere.Close)
	strict, _ := server(t, "tls", tls.RequireAnyClientCert)
	_, port, _ := strings.Cut(strings.TrimPrefix(elsewhere.Address, "tls://"), ":")
	for name, c := range map[string]struct {
		relay config.Relay
		want  relay.Outcome
		text  string
	}{
		"nobody, TCP":        {config.Relay{Address: "tcp://" + unused(t)}, relay.Retry, "nobody listens there"},
		"nobody, UDP":        {config.Relay{Address: "udp://" + unused(t)}, relay.Retry, "nobody listens there"},
		"no such name":       {config.Relay{Address: "tcp://no-such-name.invalid:514"}, relay.Retry, "cannot connect to"},
		"unknown authority":  {config.Relay{Address: elsewhere.Address}, relay.Misconfigured, "is not trusted"},
		"other authority":    {config.Relay{Address: elsewhere.Address, CAFile: pemFile(t, other.Certificate)}, relay.Misconfigured, "is not trusted"},
		"other name":         {config.Relay{Address: "tls://localhost:" + port, CAFile: pemFile(t, elsewhere.Authority)}, relay.Misconfigured, "is not trusted"},
		"syslog without TLS": {config.Relay{Address: "tls" + strings.TrimPrefix(plain.Address, "tcp")}, relay.Retry, "is this its port for TLS?"},
		"another protocol":   {config.Relay{Address: "tls://" + talker(t)}, relay.Misconfigured, "does not speak TLS"},
		"asks for a certificate": {config.Relay{Address: strict.Address, CAFile: pemFile(t, strict.Authority)}, relay.Misconfigured,
			"foghorn shows no certificate of its own"},
		"no file":        {config.Relay{Address: elsewhere.Address, CAFile: "/no/such/file"}, relay.Misconfigured, "no such file"},
		"no certificate": {config.Relay{Address: elsewhere.Address, CAFile: pemFile(t, []byte("text"))}, relay.Misconfigured, "holds no certificate"},
	} {
		t.Run(name, func(t *testing.T) {
			d := made(t, c.relay)
			turn := send(t, d, numbered(1, 2)...)
			if turn.Verdict.Outcome != c.want || !strings.Contains(turn.Verdict.Reason, c.text) || turn.Answer.Written {
				t.Errorf("%+v, written: %v; want %q", turn.Verdict, turn.Answer.Written, c.text)
			}
			turn.Answer.Err = errors.New(turn.Answer.Err.Error()) // as the sender does when it masks secrets
			if v := d.Judge(nil, turn.Request, turn.Answer); v.Outcome != c.want {
				t.Errorf("%+v without more than the text of the error", v)
			}
		})
	}
}

// talker is the address of a server that says something as soon as it is called.
func talker(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var running sync.WaitGroup
	running.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = io.WriteString(conn, "220 mail.example.net ESMTP\r\n")
			_, _ = io.Copy(io.Discard, conn)
			conn.Close()
		}
	})
	t.Cleanup(func() { l.Close(); running.Wait() })
	return l.Addr().String()
}

// unused is an address on which nobody listens, neither by TCP nor by UDP.
func unused(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	conn, err := net.ListenPacket("udp", l.Addr().String())
	if err != nil {
		t.Skipf("SKIPPED: the port of TCP is in use for UDP: %v", err)
	}
	defer conn.Close()
	return l.Addr().String()
}

func TestChecks(t *testing.T) {
	for scheme, want := range map[string]string{"udp": "UDP has no way to find out more", "tcp": "connected by TCP, without encryption",
		"tls": "connected by TLS 1.3; the certificate is good for 127.0.0.1"} {
		s, d := server(t, scheme, tls.NoClientCert)
		r := d.Checks()[0]
		if v := d.JudgeCheck(r, d.Do(t.Context(), r)); v.Outcome != relay.Sent || !strings.Contains(v.Reason, want) {
			t.Errorf("%s: %+v", scheme, v)
		}
		sent(t, d, numbered(1, 1)...)
		arrived(t, s, 1)
	}
}

// Messages without their length, or lines, are another protocol: the stand-in refuses
// them, so that the tests above show something.
func TestTheStandInIsStrict(t *testing.T) {
	s, _ := server(t, "tcp", tls.NoClientCert)
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.Address, "tcp://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "<134>1 - - - - - -\n"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Wait(t.Context(), 1); err == nil {
		t.Error("it passes")
	}
}
