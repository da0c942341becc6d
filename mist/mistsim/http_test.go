package mistsim

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"foghorn/internal/clock"
	"foghorn/mist"
)

// Over real sockets, with a clock that the test turns: the stories of the first
// half minute reach the listener in their order, load goes on beside them, and
// nothing stays behind when the cloud stops.
func TestOverRealHTTP(t *testing.T) {
	fake := clock.NewFake(time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC))
	posts := make(chan got, 1<<14)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		body, err := io.ReadAll(q.Body)
		if err != nil {
			t.Error(err)
		}
		posts <- got{path: q.URL.Path, header: q.Header, body: string(body)}
	}))
	c := mustNew(t, Options{
		Seed: 7, Clock: fake, MistURL: server.URL + "/mist/acme", JunosURL: server.URL + "/junos/core",
		MistSecret: mistKey, JunosSecret: junosKey, Rate: 20,
	})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- c.Run(ctx) }()

	var story []got
	turn := time.NewTicker(200 * time.Microsecond)
	defer turn.Stop()
	over := false
	for !over {
		select {
		case err := <-done:
			t.Fatalf("Run ended by itself: %v", err)
		case g := <-posts:
			if !strings.Contains(g.body, `"mac":"f2`) {
				story = append(story, g)
			}
			over = strings.Contains(g.body, "infra_dhcp_failure") && len(story) > 300
		case <-turn.C:
			fake.Advance(20 * time.Millisecond)
		}
	}
	cancel()
	if err := <-done; err != nil {
		t.Errorf("Run: %v", err)
	}
	server.Close()
	if missing, ok := inOrder(signals(story), []string{
		"ping", "device-updowns GW_DISCONNECTED", "alarms bad_cable open", "junos UI_COMMIT", "junos SNMP_TRAP_LINK_DOWN",
		"device-updowns SW_DISCONNECTED", "alarms honeypot_ssid", "alarms infra_dhcp_failure",
	}); !ok {
		t.Errorf("no %q in its place", missing)
	}
	if !mist.CheckV2(mistKey, []byte(story[0].body), story[0].header.Get(mist.HeaderV2)) {
		t.Error("the first post does not verify")
	}
	if s := c.Stats(); s.Accepted == 0 || s.Events < s.Accepted || s.Refused+s.Retries > 0 {
		t.Errorf("stats %+v", s)
	}
	if left := ourGoroutines(t); left != "" {
		t.Errorf("still running:\n%s", left)
	}
}

// ourGoroutines waits until no goroutine of this package or of an HTTP
// connection is left but the tests' own, and returns what is left in the end.
func ourGoroutines(t *testing.T) string {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	left := ""
	for range 400 {
		left = ""
		buf := make([]byte, 1<<20)
		for g := range strings.SplitSeq(string(buf[:runtime.Stack(buf, true)]), "\n\n") {
			ours := strings.Contains(g, "mistsim.(*") || strings.Contains(g, "net/http.(*persistConn)")
			if ours && !strings.Contains(g, "testing.tRunner") {
				left += g + "\n\n"
			}
		}
		if left == "" {
			return ""
		}
		<-tick.C
	}
	return left
}
