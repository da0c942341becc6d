package mattermost

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"foghorn/chatops"
	"foghorn/chatops/chattest"
	"foghorn/internal/clock"
)

// Whatever a body is, it is a call with sane ids, or it is audited; and it is answered.
func FuzzCommand(f *testing.F) {
	f.Add("token=" + token + "&team_id=" + team + "&user_id=u&channel_id=c&trigger_id=t&text=status+ap1&response_url=" + url.QueryEscape(address+"/hooks/commands/x"))
	f.Add("token=" + token + "&team_id=" + team + "&user_id=u&channel_id=c&response_url=" + url.QueryEscape("http://127.0.0.1:1@evil.example/hooks/commands/x") + "&trigger_id=t")
	f.Add("token=" + token)
	f.Add("%zz&;=\xff")
	f.Fuzz(func(t *testing.T, text string) {
		h := &chattest.Handler{}
		m, err := New(Options{Handler: h, Clock: clock.NewFake(time.Unix(1_800_000_000, 0)), Workspaces: allOf(workspace())})
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest(http.MethodPost, basePath+commandPath, strings.NewReader(text))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		m.Endpoints()[0].ServeHTTP(w, r)
		if len(h.Calls())+len(h.Refusals()) != 1 {
			t.Fatalf("%d calls, refused %q", len(h.Calls()), h.Refusals())
		}
		for _, call := range h.Calls() {
			if !isID(call.User) || !isID(call.Channel) || call.Workspace != "noc" || call.Reply.URL != "" && !strings.HasPrefix(call.Reply.URL, address+"/hooks/commands/") {
				t.Errorf("%+v", call)
			}
		}
		if w.Code == http.StatusOK && !json.Valid(w.Body.Bytes()) {
			t.Errorf("%q", w.Body)
		}
	})
}

// Whatever an event is, no call comes of it that has no sane ids.
func FuzzPosted(f *testing.F) {
	f.Add(`{"channel_type":"D","post":"{\"id\":\"p\",\"user_id\":\"u\",\"channel_id\":\"c\",\"message\":\"status\"}"}`)
	f.Add(`{"channel_type":"O","team_id":"` + team + `","post":"{\"id\":\"p\",\"root_id\":\"../x\",\"user_id\":\"u\",\"channel_id\":\"c\",\"message\":\"@foghorn: status\"}"}`)
	f.Add(`[]`)
	f.Fuzz(func(t *testing.T, data string) {
		h := &chattest.Handler{}
		m, err := New(Options{Handler: h, Clock: clock.NewFake(time.Unix(1_800_000_000, 0)), Workspaces: allOf(workspace())})
		if err != nil {
			t.Fatal(err)
		}
		w := m.All()[0]
		a, _ := accountOf(&w)
		l := m.newLink(a)
		l.bot = user{ID: "b", Name: "foghorn"}
		l.posted(t.Context(), json.RawMessage(data))
		for _, call := range h.Calls() {
			if !isID(call.User) || !isID(call.Channel) || call.Reply.Thread != "" && !isID(call.Reply.Thread) || call.ID == "noc/" || call.Click != nil && call.Text != "" {
				t.Errorf("%+v", call)
			}
		}
	})
}

// FuzzText checks that no text from outside rings anybody, or breaks a page.
func FuzzText(f *testing.F) {
	f.Add(hostile)
	f.Add("```\n@all\n```")
	f.Add("a\n===\n@here `@channel`")
	m, err := New(Options{Handler: &chattest.Handler{}, Clock: fixed{}})
	if err != nil {
		f.Fatal(err)
	}
	w := workspace()
	f.Fuzz(func(t *testing.T, text string) {
		r := m.render(t.Context(), &w, &chatops.Call{}, &chatops.Message{Title: text, Sections: []chatops.Section{{Title: text, Text: text, Code: text,
			Fields: []chatops.Field{{Label: text, Value: text}}, Head: []string{text}, Rows: [][]string{{text, text}}}}}, text)
		for i := range r.pages {
			if rung := rings(r.post(i).Message); len(rung) > 0 {
				t.Errorf("%q rings %q in %q", text, rung, r.post(i).Message)
			}
		}
	})
}
