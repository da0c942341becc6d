package slack

import (
	"bytes"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"foghorn/chatops/chattest"
	"foghorn/config"
)

// signed is a request with a right signature of a secret.
func signed(path, secret, body string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	stamp := strconv.FormatInt(time.Now().Unix(), 10)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if strings.HasSuffix(path, "events") {
		r.Header.Set("Content-Type", "application/json")
	}
	r.Header.Set(headerTime, stamp)
	r.Header.Set(headerSignature, Sign(secret, stamp, []byte(body)))
	return r
}

// bodies are a harmless one for each endpoint.
func bodies() map[string]string {
	return map[string]string{
		"commands":     url.Values{"team_id": {team}, "channel_id": {channel}, "user_id": {ada}, "command": {"/foghorn"}, "text": {"help"}, "trigger_id": {"1.2"}}.Encode(),
		"interactions": url.Values{"payload": {`{"type":"block_actions","team":{"id":"` + team + `"},"user":{"id":"` + ada + `"},"channel":{"id":"` + channel + `"},"trigger_id":"1.3","actions":[{"action_id":"ack#0"}]}`}}.Encode(),
		"events":       `{"type":"event_callback","team_id":"` + team + `","event_id":"Ev1","event":{"type":"app_mention","user":"` + ada + `","text":"<@U0> help","channel":"` + channel + `","ts":"1.2"}}`,
	}
}

// eachEndpoint calls f for each endpoint, under both paths.
func eachEndpoint(f func(path, body string)) {
	for name, body := range bodies() {
		f(base+name, body)
		f(base+"webhook/"+name, body)
	}
}

// stamp signs a request anew, at a time.
func stamp(text string) func(*http.Request, string) {
	return func(r *http.Request, body string) {
		r.Header.Set(headerTime, text)
		r.Header.Set(headerSignature, Sign(signing, text, []byte(body)))
	}
}

func TestWhatIsNotSlacksIsRefusedWithoutAWord(t *testing.T) {
	at := func(d time.Duration) func(*http.Request, string) { // the clock of the bubble is read in time
		return func(r *http.Request, body string) { stamp(strconv.FormatInt(time.Now().Add(d).Unix(), 10))(r, body) }
	}
	header := func(name string, values ...string) func(*http.Request, string) {
		return func(r *http.Request, _ string) {
			r.Header.Del(name)
			for _, v := range values {
				r.Header.Add(name, v)
			}
		}
	}
	for name, c := range map[string]struct {
		change func(r *http.Request, body string)
		status int
		why    string
	}{
		"right":                 {func(*http.Request, string) {}, 200, ""},
		"300 s old":             {at(-300 * time.Second), 200, ""},
		"300 s ahead":           {at(300 * time.Second), 200, ""},
		"stale":                 {at(-301 * time.Second), 401, "301 s old"},
		"future":                {at(301 * time.Second), 401, "301 s ahead"},
		"years ahead":           {stamp("99999999999"), 401, "ahead"},
		"no timestamp":          {header(headerTime), 401, "X-Slack-Request-Timestamp is missing"},
		"empty timestamp":       {header(headerTime, ""), 401, "is missing"},
		"two timestamps":        {header(headerTime, "1", "2"), 401, "more than once"},
		"words for a timestamp": {stamp("yesterday"), 401, "not a number"},
		"exponent":              {stamp("1e9"), 401, "not a number"},
		"below zero":            {stamp("-5"), 401, "not a number"},
		"with a plus":           {stamp("+1760000000"), 401, "not a number"},
		"beyond 64 bits":        {stamp("99999999999999999999999"), 401, "not a number"},
		"no signature":          {header(headerSignature), 401, "X-Slack-Signature is missing"},
		"two signatures":        {header(headerSignature, "v0=a", "v0=b"), 401, "more than once"},
		"empty signature":       {header(headerSignature, "v0="), 401, "signature is wrong"},
		"another version":       {func(r *http.Request, _ string) { r.Header.Set(headerSignature, "v1"+r.Header.Get(headerSignature)[2:]) }, 401, "signature is wrong"},
		"without its prefix":    {func(r *http.Request, _ string) { r.Header.Set(headerSignature, r.Header.Get(headerSignature)[3:]) }, 401, "signature is wrong"},
		"another secret": {func(r *http.Request, body string) {
			r.Header.Set(headerSignature, Sign("other", r.Header.Get(headerTime), []byte(body)))
		}, 401, "signature is wrong"},
		"no secret": {func(r *http.Request, body string) {
			r.Header.Set(headerSignature, Sign("", r.Header.Get(headerTime), []byte(body)))
		}, 401, "signature is wrong"},
		"changed by a proxy":       {func(r *http.Request, body string) { r.Body = reader(body + "\n") }, 401, "changed the body"},
		"order changed by a proxy": {func(r *http.Request, body string) { r.Body = reader(strings.Replace(body, "a", "A", 1)) }, 401, "changed the body"},
		"no body":                  {func(r *http.Request, _ string) { r.Body = http.NoBody }, 401, "signature is wrong"},
		"GET":                      {func(r *http.Request, _ string) { r.Method = http.MethodGet }, 405, "not as POST"},
		"endless":                  {func(r *http.Request, _ string) { r.Body = reader(strings.Repeat("x", maxBody+1)) }, 413, "larger than"},
		"broken off":               {func(r *http.Request, _ string) { r.Body = &broken{} }, 400, "broke off"},
	} {
		t.Run(name, func(t *testing.T) {
			play(t, nil, func(st *stage) { st.judged(c.change, c.status, c.why) })
		})
	}
}

// judged sends a right request to each endpoint, changed, and holds against it what
// becomes of that: a call, or a bare refusal because of why.
func (st *stage) judged(change func(*http.Request, string), status int, why string) {
	st.t.Helper()
	eachEndpoint(func(path, body string) {
		before, calls := len(st.h.Refusals()), len(st.h.Calls())
		r := signed(path, signing, body)
		change(r, body)
		w := chattest.Serve(st.t, st.ours.Endpoints(), r)
		refused := st.h.Refusals()[before:]
		switch {
		case w.Code != status:
			st.t.Errorf("%s: %d, want %d; %q", path, w.Code, status, refused)
		case status == 200 && (len(refused) > 0 || len(st.h.Calls()) != calls+1):
			st.t.Errorf("%s: refused %q", path, refused)
		case status != 200 && (w.Body.Len() > 0 || len(refused) != 1 || !strings.Contains(refused[0], why) || len(st.h.Calls()) != calls):
			st.t.Errorf("%s: body %q, refused %q; want one because of %q", path, w.Body, refused, why)
		}
	})
}

func reader(s string) *body { return &body{bytes.NewReader([]byte(s))} }

type body struct{ *bytes.Reader }

func (*body) Close() error { return nil }

type broken struct{}

func (*broken) Read([]byte) (int, error) { return 0, errors.New("reset") }
func (*broken) Close() error             { return nil }

func TestWorkspacesAreKeptApart(t *testing.T) {
	other := config.ChatWorkspace{Name: "other", Platform: config.ChatSlack, TeamID: "T2222222222", SigningSecret: config.NewSecret("another-signing-secret-002")}
	silent := config.ChatWorkspace{Name: "silent", Platform: config.ChatSlack, TeamID: "T3333333333"} // Socket Mode only
	shared := config.ChatWorkspace{Name: "shared", Platform: config.ChatSlack, TeamID: "T4444444444", SigningSecret: config.NewSecret(signing)}
	mattermost := config.ChatWorkspace{Name: "mm", Platform: config.ChatMattermost, TeamID: "T5555555555", SigningSecret: config.NewSecret(signing)}
	play(t, func(o *Options) { o.Workspaces = append(o.Workspaces, other, silent, shared, mattermost) }, func(st *stage) {
		for _, c := range []struct{ secret, team, workspace string }{
			{signing, team, "acme"}, {signing, "T4444444444", "shared"}, {"another-signing-secret-002", "T2222222222", "other"},
			// Whoever has the secret of one is nobody in the others.
			{signing, "T2222222222", ""}, {"another-signing-secret-002", team, ""}, {signing, "T3333333333", ""}, {signing, "T5555555555", ""}, {signing, "T9", ""}, {signing, "", ""},
		} {
			eachEndpoint(func(path, body string) {
				before := len(st.h.Refusals())
				body = strings.ReplaceAll(body, team, c.team)
				w := chattest.Serve(st.t, st.ours.Endpoints(), signed(path, c.secret, body))
				if w.Code != 200 {
					t.Errorf("%s of %q: %d", path, c.team, w.Code)
				}
				refused := st.h.Refusals()[before:]
				if c.workspace != "" {
					if st.h.Last(st.t).Workspace != c.workspace || len(refused) > 0 {
						t.Errorf("%s of %s became a call of %q; refused %q", path, c.team, st.h.Last(st.t).Workspace, refused)
					}
					return
				}
				if len(refused) != 1 || !strings.Contains(refused[0], "the secret is not for a workspace") {
					t.Errorf("%s of %q with another secret: refused %q", path, c.team, refused)
				}
				if strings.HasSuffix(path, "commands") && !strings.Contains(w.Body.String(), "[[chatops.workspace]]") {
					t.Errorf("who typed it is told nothing: %s", w.Body)
				}
			})
		}
		for _, call := range st.h.Calls() {
			if !strings.HasPrefix(call.ID, call.Workspace+"/") {
				t.Errorf("the id %q may be one of another workspace", call.ID)
			}
		}
	})
}

func TestWithoutASecretNothingIsTaken(t *testing.T) {
	play(t, func(o *Options) { o.Workspaces[0].SigningSecret = config.Secret{} }, func(st *stage) {
		eachEndpoint(func(path, body string) {
			if w := chattest.Serve(st.t, st.ours.Endpoints(), signed(path, "", body)); w.Code != 401 {
				t.Errorf("%s: %d", path, w.Code)
			}
		})
		if got := st.h.Refusals(); len(got) != 6 || !strings.Contains(got[0], "no workspace has a signing_secret") {
			t.Errorf("%q", got)
		}
	})
}

// What is signed can still be no call.
func TestSignedNonsenseIsRefused(t *testing.T) {
	form := func(change func(url.Values)) string {
		v, _ := url.ParseQuery(bodies()["commands"])
		change(v)
		return v.Encode()
	}
	elsewhere := func(address string) string { return form(func(v url.Values) { v.Set("response_url", address) }) }
	for name, c := range map[string]struct {
		path, body, kind string
		status           int
		why              string
	}{
		"not a form":          {"commands", "%zz=%", "", 400, "not a form"},
		"JSON for a form":     {"commands", "{}", "application/json", 415, "not that of a form"},
		"no type":             {"interactions", "payload={}", " ", 415, "not that of a form"},
		"not UTF-8":           {"commands", "text=\xff", "", 400, "not a form"},
		"no user":             {"commands", form(func(v url.Values) { v.Del("user_id") }), "", 400, "id of the user"},
		"no channel":          {"commands", form(func(v url.Values) { v.Del("channel_id") }), "", 400, "id of the channel"},
		"a user with a blank": {"commands", form(func(v url.Values) { v.Set("user_id", "U1 U2") }), "", 400, "id of the user"},
		"a long user":         {"commands", form(func(v url.Values) { v.Set("user_id", strings.Repeat("U", 300)) }), "", 400, "id of the user"},
		"elsewhere":           {"commands", elsewhere("https://hooks.slack.com.evil.example/commands/1"), "", 400, "http://127.0.0.1:1 only"},
		"user in the address": {"commands", elsewhere("http://hooks.slack.com@127.0.0.1:1/x"), "", 400, "only"},
		"another port":        {"commands", elsewhere("http://127.0.0.1:2/x"), "", 400, "only"},
		"metadata":            {"commands", elsewhere("http://169.254.169.254/latest"), "", 400, "only"},
		"a file":              {"commands", elsewhere("file:///etc/passwd"), "", 400, "only"},
		"no address":          {"commands", elsewhere("http://[::1"), "", 400, "not a URL"},
		"endless address":     {"commands", elsewhere("http://127.0.0.1:1/" + strings.Repeat("x", 4000)), "", 400, "not a URL"},
		"no payload":          {"interactions", "a=b", "", 400, "JSON"},
		"payload elsewhere":   {"interactions", strings.Replace(bodies()["interactions"], "trigger_id", "response_url%22%3A%22https%3A%2F%2Fevil.example%2F%22%2C%22trigger_id", 1), "", 400, "only"},
		"payload not JSON":    {"interactions", "payload=%7B", "", 400, "JSON"},
		"events not JSON":     {"events", "hello", "", 400, "JSON"},
		"events a list":       {"events", "[]", "", 400, "JSON"},
		"no event id":         {"events", strings.Replace(bodies()["events"], "Ev1", "", 1), "", 400, "no event_id"},
	} {
		t.Run(name, func(t *testing.T) {
			play(t, nil, func(st *stage) {
				r := signed(base+c.path, signing, c.body)
				if c.kind != "" {
					r.Header.Set("Content-Type", c.kind)
				}
				w := chattest.Serve(st.t, st.ours.Endpoints(), r)
				got := st.h.Refusals()
				if w.Code != c.status || w.Body.Len() > 0 || len(got) != 1 || !strings.Contains(got[0], c.why) || len(st.h.Calls()) > 0 {
					t.Errorf("%d %q, refused %q; want %d because of %q", w.Code, w.Body, got, c.status, c.why)
				}
			})
		})
	}
}

func TestProbesAreAnsweredWithNothing(t *testing.T) {
	play(t, nil, func(st *stage) {
		for _, path := range []string{"commands", "interactions"} {
			if w := chattest.Serve(st.t, st.ours.Endpoints(), signed(base+path, signing, "token=x&ssl_check=1")); w.Code != 200 || w.Body.Len() > 0 {
				t.Errorf("%s: %d %q", path, w.Code, w.Body)
			}
		}
		verification := `{"token":"x","challenge":"<b>3eZ</b>","type":"url_verification"}`
		w := chattest.Serve(st.t, st.ours.Endpoints(), signed(base+"events", signing, verification))
		if w.Code != 200 || w.Body.String() != "<b>3eZ</b>" || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/plain") {
			t.Errorf("%d %q %v", w.Code, w.Body, w.Header())
		}
		for _, body := range []string{verification, "ssl_check=1"} { // signed too
			if w := chattest.Serve(st.t, st.ours.Endpoints(), signed(base+"events", "other", body)); w.Code != 401 || w.Body.Len() > 0 {
				t.Errorf("unsigned: %d %q", w.Code, w.Body)
			}
		}
		if len(st.h.Calls()) > 0 {
			t.Errorf("probes became calls: %+v", st.h.Calls())
		}
	})
}

func TestEmptyAndUnknownCommandsAreTheHandlers(t *testing.T) {
	play(t, nil, func(st *stage) {
		st.h.Answers(privately("There is no such command."))
		for _, text := range []string{"", "   ", "fly me to the moon", strings.Repeat("x", 8000), `search "a & b <c>"`} {
			st.command(ada, text)
			if got := st.h.Last(st.t); got.Text != text || got.Command != "/foghorn" || got.User != ada || got.Channel != channel || got.Workspace != "acme" {
				t.Errorf("%.40q became %+v", text, got)
			}
		}
	})
}
