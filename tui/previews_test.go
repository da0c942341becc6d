package tui

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"foghorn/journal/event"
	"foghorn/tui/port"
)

// fakePreviews are previews that a test sets.
type fakePreviews struct {
	asked  []int64
	relays []port.RelayPreview
	err    error
}

func (f *fakePreviews) PreviewRelays(_ context.Context, id int64) ([]port.RelayPreview, error) {
	f.asked = append(f.asked, id)
	return f.relays, f.err
}

// hostilePreviews are previews of which every text is a stranger's.
func hostilePreviews() *fakePreviews {
	f := &fakePreviews{}
	for _, s := range nasty {
		request := port.RelayRequest{Why: s, Step: s, Method: s, URL: s, Header: []string{s, s}, Body: s}
		f.relays = append(f.relays, port.RelayPreview{Relay: s, Kind: s, Chosen: true, Note: s, Hold: s, Advice: s, Requests: []port.RelayRequest{request, {Why: s, Problem: s}}},
			port.RelayPreview{Relay: s, Problem: s})
	}
	return f
}

// withPreviews gives the screen relays of several kinds, which tell of the first alert.
func withPreviews(o *Options, j *testJournal) *fakePreviews {
	withRelays(o, j)
	a := j.alerts[0]
	post := func(why, step, text string) port.RelayRequest {
		return port.RelayRequest{Why: why, Step: step, Method: "POST", URL: "https://slack.com/api/chat." + step,
			Header: []string{"Authorization: Bearer <masked>", "Content-Type: application/json; charset=utf-8"},
			Body:   `{"channel":"C0123456789","text":"` + text + `","attachments":[{"color":"#a30200","blocks":[{"type":"section","text":{"type":"mrkdwn","text":"` + text + `"}}]}]}`}
	}
	f := &fakePreviews{relays: []port.RelayPreview{
		{Relay: "siem", Kind: "splunk", Note: "the relay's query does not choose it", Requests: []port.RelayRequest{
			{Why: "event", Step: "send", Method: "POST", URL: "https://splunk.example/services/collector/event", Header: []string{"Authorization: Splunk <masked>"}, Gzip: true,
				Body: `{"time":1,"event":{"id":"a1"}}`}}},
		{Relay: "chat", Kind: "slack", Chosen: true, Hold: "2m", Requests: []port.RelayRequest{
			post("first", "postMessage", a.Title+" at "+a.Device), post("resolved", "update", "Resolved: "+a.Title), post("resolved", "postMessage", "Resolved after 6m: "+a.Title)}},
		{Relay: "logs", Kind: "syslog", Chosen: true, Advice: "without TLS to another machine", Requests: []port.RelayRequest{
			{Why: "event", Step: "send", Method: "TCP", URL: "tcp://192.0.2.7:601", Body: "<131>1 1999-12-31T23:53:48Z noc1 foghorn - a1 - " + a.Title}}},
		{Relay: "itsm", Kind: "servicenow", Chosen: true, Problem: "the secret of password cannot be read: SNOW_PASSWORD is not set"},
		{Relay: "mail", Kind: "command", Chosen: true, Requests: []port.RelayRequest{{Why: "first", Problem: "the template has an error in line 3"}}},
	}}
	o.Previews = f
	return f
}

func TestPreviewsLookRight(t *testing.T) {
	for name, keys := range map[string][]string{"chat": nil, "resolved": {">"}, "not-chosen": {"["}, "text": {"]"}, "no-secret": {"]", "]"}, "problem": {"]", "]", "]"}, "raw": {"v"}} {
		for _, size := range windows {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size.w, size.h), func(t *testing.T) {
				withOptions(t, size.w, size.h, func(o *Options, j *testJournal) { withPreviews(o, j) }, func(s *screen) {
					s.press("1", "j", "d")
					s.press(keys...)
					s.golden()
				})
			})
		}
	}
}

// What relays would send is looked at from a list and from a page, and copied.
func TestWhatRelaysWouldSend(t *testing.T) {
	dir := t.TempDir()
	var previews *fakePreviews
	withOptions(t, 120, 40, func(o *Options, j *testJournal) {
		previews = withPreviews(o, j)
		o.Dir = dir
	}, func(s *screen) {
		alert := s.j.alerts[0].ID
		s.press("1", "j", "d")
		s.sees("What relays would send about "+event.ShortID(alert), "[chat ✓]", "siem -", "if it still holds after 2m", "first 1/3", "chat.postMessage", `"channel": "C0123456789"`)
		s.press(">", "y")
		s.sees("resolved 2/3")
		text, err := os.ReadFile(filepath.Join(dir, "clipboard.txt"))
		if err != nil || !strings.HasPrefix(string(text), "POST https://slack.com/api/chat.update\nAuthorization: Bearer <masked>\n") || !strings.HasSuffix(string(text), `]}`) {
			t.Fatalf("copied %q, %v", text, err)
		}
		s.press("]", "]", "]", "y")
		s.sees("[mail ✓]", "the template has an error in line 3", "No request here to copy.")
		s.press("]")
		s.sees("[siem -]", "NOT CHOSEN", "Content-Encoding: gzip")
		s.press("r") // the tab stays
		s.sees("[siem -]")
		s.press("esc", "enter", "d")
		s.sees("[chat ✓]")
		s.press("esc", "]", "d") // the event of the row, in the tab of the alert's events
		s.sees("What relays would send about")
		s.press("esc", "esc", "9", "d")
		if n := len(previews.asked); n != 5 || previews.asked[0] != alert || previews.asked[2] != alert || previews.asked[4] != s.j.events[len(s.j.events)-1].ID {
			t.Fatalf("asked of %v", previews.asked)
		}
	})
}

func TestWhereThereIsNothingToPreviewTheScreenSaysWhy(t *testing.T) {
	var previews *fakePreviews
	withOptions(t, 100, 30, func(o *Options, j *testJournal) { previews = withPreviews(o, j) }, func(s *screen) {
		s.press("6", "enter", "d")
		s.sees("Relays send alerts and events; this is neither.")
		previews.relays = nil
		s.press("1", "d")
		s.sees("No relay is configured. Pane 8 says how")
		previews.err = errors.New("config.toml:3:1: expected a value")
		s.press("r")
		s.sees("No preview: config.toml:3:1")
	})
	onScreen(t, 100, 30, func(s *screen) {
		s.press("1", "d")
		s.sees("This screen does not know the relays of a configuration.")
	})
}

// A private screen hides the names in a body, also those that no row has shown.
func TestAPreviewOnAPrivateScreenIsMasked(t *testing.T) {
	dir := t.TempDir()
	var previews *fakePreviews
	withOptions(t, 120, 40, func(o *Options, j *testJournal) {
		previews = withPreviews(o, j)
		previews.relays[1].Requests[0].Body = `{"text":"down: vault-ap1 of Ada","ap_name":"vault-ap1","username":"Ada Lovelace","by":"Ada Lovelace"}`
		o.Privacy, o.Dir = true, dir
	}, func(s *screen) {
		s.press("1", "j", "d")
		s.sees("[chat ✓]", `"text": "down: `)
		s.misses("vault-ap1", "Lovelace")
		s.press("y")
		text, err := os.ReadFile(filepath.Join(dir, "clipboard.txt"))
		if err != nil || strings.Contains(string(text), "vault-ap1") || strings.Contains(string(text), "Lovelace") {
			t.Fatalf("copied %q, %v", text, err)
		}
	})
}
