package slack

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"foghorn/chatops"
	"foghorn/chatops/chattest"
	"foghorn/config"
	"foghorn/internal/clock"
)

// vector is a signed request whose right answer is known.
type vector struct {
	Path, Secret, Timestamp string
	Headers                 map[string]string
}

// vectors are the requests of testdata/signatures.json, one of them Slack's own.
func vectors(t *testing.T) (out map[string]vector, bodies map[string][]byte) {
	t.Helper()
	text, err := os.ReadFile("testdata/signatures.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	bodies = map[string][]byte{}
	for name := range out {
		if bodies[name], err = os.ReadFile(filepath.Join("testdata", name)); err != nil {
			t.Fatal(err)
		}
	}
	if len(out) < 4 {
		t.Fatalf("%d vectors", len(out))
	}
	return out, bodies
}

func TestKnownSignatures(t *testing.T) {
	all, bodies := vectors(t)
	for name, v := range all {
		if got := Sign(v.Secret, v.Timestamp, bodies[name]); got != v.Headers[headerSignature] {
			t.Errorf("%s: %s, want %s", name, got, v.Headers[headerSignature])
		}
	}
}

// The recorded requests are taken, under both paths, and become the calls that they are.
func TestKnownRequestsBecomeCalls(t *testing.T) {
	all, bodies := vectors(t)
	want := map[string]chatops.Call{
		"slack-slash-command.form.txt": {ID: "acme/13345224609.738474920.8088930838d88f008e0", Workspace: "acme", Channel: "C0123456789", User: "U9876543210", UserName: "tnakamura",
			Command: "/mist", Text: "status router1", Reply: chatops.Reply{URL: "https://hooks.slack.com/commands/T0123456789/1234567890123/abcdefghijklmnopqrstuvwx"}},
		"slack-slash-command.vendor-documented-vector.form.txt": {ID: "vendor/398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c", Workspace: "vendor", Channel: "G8PSS9T3V", User: "U2CERLKJA",
			UserName: "roadrunner", Command: "/webhook-collect", Reply: chatops.Reply{URL: "https://hooks.slack.com/commands/T1DC2JH3J/397700885554/96rGlfmibIGlgcZRskXaIFfN"}},
		"slack-interaction.form.txt": {ID: "acme/12466734323.1395872398", Workspace: "acme", Channel: "C0123456789", User: "U9876543210", UserName: "tnakamura",
			Reply: chatops.Reply{URL: "https://hooks.slack.com/actions/T0123456789/1232321423432/D09sSasdasdAS9091209", Thread: "1760000000.000200"},
			Click: &chatops.Click{Action: "ack_alarm", Value: "alarm:6f0b2a54-0000-4000-8000-0000000000aa"}},
	}
	for name, v := range all {
		for _, path := range []string{v.Path, strings.Replace(v.Path, "/slack/", "/slack/webhook/", 1)} {
			seconds, err := strconv.ParseInt(v.Timestamp, 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			h := &chattest.Handler{}
			now := clock.NewFake(time.Unix(seconds+299, 0))
			s := mustNew(t, Options{Handler: h, Clock: now, Workspaces: []config.ChatWorkspace{
				{Name: "acme", Platform: config.ChatSlack, TeamID: "T0123456789", SigningSecret: config.NewSecret("3f1a9c0d5b7e42868a6d0c1e2f3b4a59")},
				{Name: "vendor", Platform: config.ChatSlack, TeamID: "T1DC2JH3J", SigningSecret: config.NewSecret("8f742231b10e8888abcd99yyyzzz85a5")},
			}})
			r := httptest.NewRequest(http.MethodPost, path, bytes.NewReader(bodies[name]))
			for key, value := range v.Headers {
				r.Header.Set(key, value)
			}
			w := chattest.Serve(t, s.Endpoints(), r)
			if w.Code != http.StatusOK {
				t.Fatalf("%s at %s: %d, %q", name, path, w.Code, h.Refusals())
			}
			call, isCall := want[name]
			if !isCall { // url_verification
				if got := w.Body.String(); got != "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P" || len(h.Calls()) > 0 {
					t.Errorf("%s: %q, calls %v", name, got, h.Calls())
				}
				continue
			}
			call.Platform, call.At = "slack", now.Now()
			if got, want := jsonOf(t, h.Calls()), jsonOf(t, []chatops.Call{call}); got != want {
				t.Errorf("%s at %s:\n got %s\nwant %s", name, path, got, want)
			}
		}
	}
}
