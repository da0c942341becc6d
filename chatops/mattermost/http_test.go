package mattermost

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"foghorn/chatops"
	"foghorn/chatops/chattest"
	"foghorn/chatops/platform"
	"foghorn/config"
	"foghorn/internal/clock"
)

// The recorded command becomes the call that it is.
func TestTheRecordedCommandBecomesACall(t *testing.T) {
	sample, err := os.ReadFile("testdata/mattermost-slash-command.form.txt")
	if err != nil {
		t.Fatal(err)
	}
	noon := time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)
	for _, header := range []string{"", "Token " + token} {
		h := &chattest.Handler{}
		m, err := New(Options{Handler: h, Clock: clock.NewFake(noon), Workspaces: []config.ChatWorkspace{
			{Name: "noc", Platform: config.ChatMattermost, TeamID: team, Server: "https://mm.example.net/", CommandToken: config.NewSecret(token)}}})
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest(http.MethodPost, basePath+commandPath, strings.NewReader(string(sample)))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if header != "" {
			r.Header.Set("Authorization", header)
		}
		w := httptest.NewRecorder()
		m.Endpoints()[0].ServeHTTP(w, r)
		if w.Code != http.StatusOK || len(h.Calls()) != 1 {
			t.Fatalf("%d %s, refused %q", w.Code, w.Body, h.Refusals())
		}
		want := chatops.Call{Platform: "mattermost", ID: "noc/NG1kM3lyN2NqYmQxcGNyc2s0Nmo5em0xb2M6azF4NGFxZGp5", Workspace: "noc", Channel: "i3bb9xfyqt8rtbyshmyhgsj16c",
			User: "k1x4aqdjy3813c84m771eoc9xo", UserName: "tnakamura", Command: "/mist", Text: "status router1", At: noon,
			Reply: chatops.Reply{URL: "https://mm.example.net/hooks/commands/zozc1xwxybdedeyz8djwjpngny"}}
		got, _ := json.Marshal(h.Calls()[0])
		expected, _ := json.Marshal(want)
		if string(got) != string(expected) {
			t.Errorf("got  %s\nwant %s", got, expected)
		}
		if got := w.Body.String(); !strings.Contains(got, `"response_type":"ephemeral","text":"On it`) {
			t.Error(got)
		}
	}
}

// What is not Mattermost's, or not as it should be, is turned away and audited.
func TestWhatIsRefused(t *testing.T) {
	play(t, nil, func(st *stage) {
		for name, c := range map[string]struct {
			change func(*http.Request)
			form   map[string]string
			status int
			why    string
		}{
			"wrong token":         {form: map[string]string{"token": "xxxxxxxxxxxxxxxxxxxxxxxxxx"}, status: 401, why: "the token is wrong"},
			"no token":            {form: map[string]string{"token": ""}, change: func(r *http.Request) { r.Header.Del("Authorization") }, status: 401, why: "it has no token"},
			"header disagrees":    {change: func(r *http.Request) { r.Header.Set("Authorization", "Token xxxxxxxxxxxxxxxxxxxxxxxxxx") }, status: 401, why: "the token is wrong"},
			"two headers":         {change: func(r *http.Request) { r.Header.Add("Authorization", "Token x") }, status: 401, why: "more than one token"},
			"prefix of the token": {form: map[string]string{"token": token[:25]}, change: func(r *http.Request) { r.Header.Del("Authorization") }, status: 401, why: "the token is wrong"},
			"unknown team":        {form: map[string]string{"team_id": other}, status: 200, why: "the team " + `"` + other},
			"no team":             {form: map[string]string{"team_id": ""}, status: 200, why: `the team ""`},
			"response elsewhere":  {form: map[string]string{"response_url": "http://evil.example/hooks/commands/x"}, status: 200, why: "the response_url is at"},
			"another port":        {form: map[string]string{"response_url": "http://127.0.0.1:2/hooks/commands/x"}, status: 200, why: "the response_url is at"},
			"user in the address": {form: map[string]string{"response_url": "http://a@127.0.0.1:1/hooks/commands/x"}, status: 200, why: "the response_url is at"},
			"not of a command":    {form: map[string]string{"response_url": address + "/api/v4/posts"}, status: 200, why: "not that of a command"},
			"climbs out":          {form: map[string]string{"response_url": address + "/hooks/commands/../../api/v4/posts"}, status: 200, why: "not that of a command"},
			"no user":             {form: map[string]string{"user_id": ""}, status: 200, why: "the id of the user"},
			"channel is a path":   {form: map[string]string{"channel_id": "../x"}, status: 200, why: "the id of the channel"},
			"GET":                 {change: func(r *http.Request) { r.Method = http.MethodGet }, status: 405, why: `as "GET", not as POST`},
			"JSON":                {change: func(r *http.Request) { r.Header.Set("Content-Type", "application/json") }, status: 415, why: "not application/x-www-form-urlencoded"},
			"too large":           {form: map[string]string{"text": strings.Repeat("x", maxBody)}, status: 413, why: "is larger than"},
		} {
			cmd := st.server.Command(channel, ada, "/foghorn", "status ap1")
			before := cmd.Form.Get("token")
			for key, value := range c.form {
				cmd.Form.Set(key, value)
			}
			r, err := st.server.Request(st.t.Context(), "https://"+ourHost+basePath+commandPath, cmd)
			if err != nil {
				t.Fatal(err)
			}
			if _, changed := c.form["token"]; !changed {
				r.Header.Set("Authorization", "Token "+before)
			}
			if c.change != nil {
				c.change(r)
			}
			n := len(st.h.Refusals())
			w := st.serve(r)
			whys := st.h.Refusals()[n:]
			if w.Code != c.status || len(whys) != 1 || !strings.Contains(whys[0], c.why) {
				t.Errorf("%s: %d, audited %q, want %d, %q", name, w.Code, whys, c.status, c.why)
			}
			if c.status == http.StatusUnauthorized && w.Body.Len() > 0 {
				t.Errorf("%s: it is told %q", name, w.Body)
			}
		}
		if calls := st.calls(); len(calls) > 0 {
			t.Errorf("became calls: %+v", calls)
		}
	})
}

// A token opens its own team only, whoever else is configured.
func TestATokenIsForItsOwnTeam(t *testing.T) {
	play(t, func(o *Options) {
		second := workspace()
		second.Name, second.TeamID, second.CommandToken = "lab", other, config.NewSecret("labtokenlabtokenlabtokenla")
		o.Workspaces = append(o.Workspaces, second)
	}, func(st *stage) {
		cmd := st.server.Command(channel, ada, "/foghorn", "status ap1")
		cmd.Form.Set("team_id", other)
		st.post(cmd)
		cmd.Form.Set("token", "labtokenlabtokenlabtokenla")
		st.post(cmd)
		if calls := st.calls(); len(calls) != 1 || calls[0].Workspace != "lab" || len(st.h.Refusals()) != 1 {
			t.Errorf("%+v %q", calls, st.h.Refusals())
		}
	})
}

func TestACommandThatIsNotAcceptedIsSaid(t *testing.T) {
	play(t, nil, func(st *stage) {
		st.h.Fails(errors.New("disk full"))
		st.command(ada, "backup berlin")
		st.want("command, only " + ada + ": " + platform.Failed)
	})
}

// What can be pressed can be typed too.
func TestConfirmIsTyped(t *testing.T) {
	for text, want := range map[string]*chatops.Click{
		"confirm ABC123": {Action: "confirm", Value: "ABC123"}, " Cancel  `ABC123` ": {Action: "cancel", Value: "ABC123"}, "take a345": {Action: "take", Value: "a345"},
		"confirm": nil, "confirm a b": nil, "status ap1": nil, "": nil,
	} {
		call := chatops.Call{Text: text}
		asClick(&call)
		if (call.Click == nil) != (want == nil) || want != nil && (*call.Click != *want || call.Text != "") || want == nil && call.Text != text {
			t.Errorf("%q: %+v %q", text, call.Click, call.Text)
		}
	}
}
