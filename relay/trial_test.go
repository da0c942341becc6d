package relay_test

import (
	"encoding/pem"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"foghorn/config"
	"foghorn/internal/clock"
	"foghorn/relay"
	"foghorn/relay/kinds"
	"foghorn/relay/relaytest"
)

// tried tries a relay, and returns a line for each step, the last fault, and what to do.
func tried(t *testing.T, c config.Relay) (lines []string, fault relay.Fault, fix string) {
	t.Helper()
	c.Name = "hook"
	if c.Send == "" {
		c.Send = config.SendAlerts
	}
	if c.Timeout == 0 {
		c.Timeout = config.Duration(5 * time.Second)
	}
	d, err := kinds.New(c, relay.Env{Host: "noc1", Version: "1"})
	if err != nil {
		t.Fatal(err)
	}
	o := relay.TrialOptions{Config: c, Destination: d, Clock: clock.Real{}, Version: "1", Host: "noc1", Mask: func(s string) string { return s }}
	err = relay.Try(t.Context(), o, func(s relay.TrialStep) {
		mark := "+"
		if !s.OK {
			mark = "-"
		}
		lines = append(lines, mark+s.Name+": "+s.Text)
		fault, fix = s.Fault, s.Fix
	})
	if err != nil {
		t.Fatal(err)
	}
	return lines, fault, fix
}

// last is the step that a trial ended with.
func last(lines []string) string { return lines[len(lines)-1] }

// A trial sends one message that says it is a test, and tells each step on the way.
func TestATrialSendsOneMarkedMessage(t *testing.T) {
	t.Parallel()
	for _, send := range []string{config.SendAlerts, config.SendEvents} {
		receiver := relaytest.NewWebhook(relaytest.WebhookOptions{}, time.Now)
		server := httptest.NewServer(receiver)
		defer server.Close()
		lines, fault, _ := tried(t, config.Relay{Kind: "webhook", Send: send, URL: config.NewSecret(server.URL + "/hunter2")})
		if len(lines) != 2 || !strings.HasPrefix(lines[0], "+connect: TCP to 127.0.0.1:") || !strings.HasPrefix(lines[1], "+test message: send 200 in ") || fault != relay.NoFault {
			t.Errorf("%s: %q", send, lines)
		}
		posts := receiver.Posts()
		if len(posts) != 1 || !strings.Contains(string(posts[0].Body), `"test":true`) || !strings.Contains(string(posts[0].Body), "nothing is wrong") {
			t.Errorf("%s: the receiver got %d: %+v", send, len(posts), posts)
		}
		if strings.Contains(strings.Join(lines, " "), "hunter2") {
			t.Errorf("the address shows: %q", lines)
		}
	}
}

// Of a service whose messages are updated, the message is updated and resolved; all
// within the service's rates.
func TestATrialUpdatesAndResolves(t *testing.T) {
	t.Parallel()
	chat := relaytest.NewSlack("xoxb-1", time.Now)
	server := httptest.NewServer(chat)
	defer server.Close()
	lines, _, _ := tried(t, config.Relay{Kind: "slack", Token: config.NewSecret("xoxb-1"), Channel: "C0123456789", URL: config.NewSecret(server.URL + "/api/")})
	var steps []string
	for _, l := range lines {
		name, _, _ := strings.Cut(l, ":")
		steps = append(steps, name)
	}
	if got := strings.Join(steps, " "); got != "+connect +log in +test message +update +resolve" {
		t.Errorf("%q", lines)
	}
	history := chat.History()
	if strings.Contains(history, "HIDDEN") || !strings.Contains(history, "resolved: TEST") {
		t.Errorf("the channel shows\n%s", history)
	}
}

// Each fault has a name, which becomes the exit code.
func TestWhatATrialFailsFor(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault relaytest.Fault
		want  relay.Fault
		text  string
	}{
		"refused credentials": {relaytest.Fault{Status: 401}, relay.Forbidden, "401 Unauthorized"},
		"too many requests":   {relaytest.Fault{Status: 429, Header: http.Header{"Retry-After": {"30"}}}, relay.RateLimit, "429 Too Many Requests"},
		"another address":     {relaytest.Fault{Status: 404}, relay.Problem, "404 Not Found"},
		"a failing service":   {relaytest.Fault{Status: 500, Body: "boom"}, relay.Problem, "500 Internal Server Error: boom"},
		"a busy service":      {relaytest.Fault{Status: 503, Header: http.Header{"Retry-After": {"30"}}}, relay.RateLimit, "503 Service Unavailable"},
		"no answer":           {relaytest.Fault{Hang: true}, relay.TimedOut, "no answer within 50ms"},
		"a cut connection":    {relaytest.Fault{}, relay.Problem, "the connection ended without an answer"},
	} {
		receiver := relaytest.NewWebhook(relaytest.WebhookOptions{}, time.Now)
		receiver.Add(relaytest.Forever, c.fault)
		server := httptest.NewServer(receiver)
		defer server.Close()
		relayed := config.Relay{Kind: "webhook", URL: config.NewSecret(server.URL)}
		if c.want == relay.TimedOut {
			relayed.Timeout = config.Duration(50 * time.Millisecond)
		}
		lines, fault, _ := tried(t, relayed)
		if fault != c.want || !strings.HasPrefix(last(lines), "-test message: ") || !strings.Contains(last(lines), c.text) {
			t.Errorf("%s: %d, %q", name, fault, lines)
		}
	}
}

// A file or a program that is not there has nothing to do with credentials.
func TestATrialTellsAMissingFileFromRefusedCredentials(t *testing.T) {
	t.Parallel()
	missing := filepath.Join(t.TempDir(), "none", "x")
	for _, c := range []config.Relay{{Kind: "file", Send: config.SendEvents, Path: missing}, {Kind: "command", Command: []string{missing}}} {
		lines, fault, fix := tried(t, c)
		if fault != relay.Problem || !strings.Contains(last(lines), "does not exist") || fix != "" {
			t.Errorf("%s: fault %d, %q, %q", c.Kind, fault, lines, fix)
		}
	}
}

// A server that does not speak TLS may say nothing at all.
func TestATrialTellsOfAServerThatIsSilentInTLS(t *testing.T) {
	t.Parallel()
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	c := config.Relay{Kind: "syslog", Send: config.SendEvents, Address: "tls://" + silent.Addr().String(), Timeout: config.Duration(50 * time.Millisecond)}
	lines, fault, fix := tried(t, c)
	if fault != relay.TimedOut || last(lines) != "-TLS: the service did not answer the TLS handshake in time" || fix != "is this the port for TLS?" {
		t.Errorf("fault %d, %q, %q", fault, lines, fix)
	}
}

// The way to a service fails at the step that says why.
func TestATrialLooksAtTheConnection(t *testing.T) {
	t.Parallel()
	receiver := relaytest.NewWebhook(relaytest.WebhookOptions{}, time.Now)
	secure := httptest.NewTLSServer(receiver)
	defer secure.Close()
	plain := httptest.NewServer(receiver)
	defer plain.Close()
	gone := httptest.NewServer(receiver)
	gone.Close()
	trusted := filepath.Join(t.TempDir(), "ca.pem")
	authority := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: secure.Certificate().Raw})
	if err := os.WriteFile(trusted, authority, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		url, ca   string
		want, fix string
	}{
		"nobody listens":    {gone.URL, "", "-connect: dial tcp 127.0.0.1:", "is the port right"},
		"not trusted":       {secure.URL, "", "-TLS: this machine does not trust who signed the certificate", "set ca_file"},
		"no TLS there":      {"https" + strings.TrimPrefix(plain.URL, "http"), "", "-TLS: the service does not speak TLS on this port", "use the port for TLS"},
		"trusted by a file": {secure.URL, trusted, "+test message: send 200 in ", ""},
	} {
		lines, _, fix := tried(t, config.Relay{Kind: "webhook", URL: config.NewSecret(c.url), CAFile: c.ca})
		if !strings.HasPrefix(last(lines), c.want) || !strings.Contains(fix, c.fix) {
			t.Errorf("%s: %q, %q", name, lines, fix)
		}
		if c.ca != "" && !strings.Contains(lines[1], fmt.Sprintf("certificate of %s until %s", "example.com", secure.Certificate().NotAfter.Format("2006-01-02"))) {
			t.Errorf("%s: %q", name, lines)
		}
	}
}
