package slack

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"foghorn/chatops/chattest"
	"foghorn/config"
)

// Whatever is signed, it is a call, or refused; and a call has who, where and an id.
func FuzzSignedBodies(f *testing.F) {
	for _, name := range []string{"slack-slash-command.form.txt", "slack-interaction.form.txt", "slack-url-verification.body.json"} {
		body, err := os.ReadFile("testdata/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(body))
	}
	for _, body := range bodies() {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		h := &chattest.Handler{}
		s := mustNew(t, Options{Handler: h, Clock: testClock(), Workspaces: []config.ChatWorkspace{workspace()}})
		for _, path := range []string{"commands", "events", "interactions"} {
			w := chattest.Serve(t, s.Endpoints(), signed(base+path, signing, body))
			switch w.Code {
			case http.StatusOK, http.StatusBadRequest, http.StatusUnsupportedMediaType:
			default:
				t.Errorf("%s: %d", path, w.Code)
			}
			if w.Code != http.StatusOK && len(h.Refusals()) == 0 {
				t.Errorf("%s: %d, and nothing in the audit", path, w.Code)
			}
		}
		for _, call := range h.Calls() {
			if call.ID == "" || call.Workspace != "acme" || call.User == "" || call.Channel == "" || call.Reply.URL != "" && !strings.HasPrefix(call.Reply.URL, "https://hooks.slack.com") {
				t.Errorf("%+v", call)
			}
		}
	})
}
