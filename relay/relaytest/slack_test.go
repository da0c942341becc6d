package relaytest

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// slackClient speaks to a stand-in without a network.
type slackClient struct {
	t     *testing.T
	slack *Slack
	now   time.Time
}

func newSlackClient(t *testing.T) *slackClient {
	c := &slackClient{t: t, now: time.Date(2026, 11, 27, 3, 2, 11, 0, time.UTC)}
	c.slack = NewSlack("xoxb-t", func() time.Time { return c.now })
	return c
}

// call makes a request with the right token and content type, which change may undo.
func (c *slackClient) call(path, body string, change func(*http.Request)) (status int, answer string) {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer xoxb-t")
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	if change != nil {
		change(r)
	}
	w := httptest.NewRecorder()
	c.slack.ServeHTTP(w, r)
	return w.Code, strings.TrimSpace(w.Body.String())
}

func header(name, value string) func(*http.Request) {
	return func(r *http.Request) {
		if r.Header.Del(name); value != "" {
			r.Header.Set(name, value)
		}
	}
}

// some is n times a text of JSON, with commas between.
func some(n int, text string) string { return strings.TrimSuffix(strings.Repeat(text+",", n), ",") }

func text(kind string, n int) string {
	return `{"type":"` + kind + `","text":"` + strings.Repeat("x", n) + `"}`
}

func TestSlackRefusesWhatSlackRefuses(t *testing.T) {
	const post = "/api/chat.postMessage"
	blocks := func(list string) string { return `{"channel":"C0123456789","text":"t","blocks":[` + list + `]}` }
	section := func(n int) string { return `{"type":"section","text":` + text("mrkdwn", n) + `}` }
	fields := func(n, size int) string {
		return `{"type":"section","fields":[` + some(n, text("plain_text", size)) + `]}`
	}
	for name, c := range map[string]struct {
		path, body string
		change     func(*http.Request)
		want       string // of the error; empty when it is accepted
	}{
		"no token":          {post, blocks(""), header("Authorization", ""), "not_authed"},
		"wrong token":       {post, blocks(""), header("Authorization", "Bearer xoxb-u"), "invalid_auth"},
		"no bearer":         {post, blocks(""), header("Authorization", "xoxb-t"), "not_authed"},
		"no content type":   {post, blocks(""), header("Content-Type", ""), "missing_post_type"},
		"content type":      {post, blocks(""), header("Content-Type", "text/csv"), "invalid_post_type"},
		"charset":           {post, blocks(""), header("Content-Type", "application/json; charset=latin1"), "invalid_charset"},
		"not JSON":          {post, `{"channel"`, nil, "invalid_json"},
		"not UTF-8":         {post, "{\"channel\":\"C0123456789\",\"text\":\"\xff\"}", nil, "invalid_json"},
		"method":            {"/api/chat.shout", `{}`, nil, "unknown_method"},
		"no channel":        {post, `{"text":"t"}`, nil, "channel_not_found"},
		"other channel":     {post, `{"channel":"C1","text":"t"}`, nil, "channel_not_found"},
		"nothing said":      {post, `{"channel":"C0123456789"}`, nil, "no_text"},
		"long text":         {post, `{"channel":"C0123456789","text":"` + strings.Repeat("x", 40_001) + `"}`, nil, "msg_too_long"},
		"51 blocks":         {post, blocks(some(51, section(1))), nil, "invalid_blocks"},
		"50 blocks":         {post, blocks(some(50, section(1))), nil, ""},
		"long section":      {post, blocks(section(3001)), nil, "invalid_blocks"},
		"section":           {post, blocks(section(3000)), nil, ""},
		"empty section":     {post, blocks(section(0)), nil, "invalid_blocks"},
		"no text or fields": {post, blocks(`{"type":"section"}`), nil, "invalid_blocks"},
		"11 fields":         {post, blocks(fields(11, 5)), nil, "invalid_blocks"},
		"10 fields":         {post, blocks(fields(10, 5)), nil, ""},
		"long field":        {post, blocks(fields(1, 2001)), nil, "invalid_blocks"},
		"field":             {post, blocks(fields(1, 2000)), nil, ""},
		"long header":       {post, blocks(`{"type":"header","text":` + text("plain_text", 151) + `}`), nil, "invalid_blocks"},
		"header":            {post, blocks(`{"type":"header","text":` + text("plain_text", 150) + `}`), nil, ""},
		"mrkdwn header":     {post, blocks(`{"type":"header","text":` + text("mrkdwn", 5) + `}`), nil, "invalid_blocks"},
		"11 elements":       {post, blocks(`{"type":"context","elements":[` + some(11, text("mrkdwn", 5)) + `]}`), nil, "invalid_blocks"},
		"10 elements":       {post, blocks(`{"type":"context","elements":[` + some(10, text("mrkdwn", 5)) + `]}`), nil, ""},
		"26 buttons":        {post, blocks(`{"type":"actions","elements":[` + some(26, `{"type":"button","text":`+text("plain_text", 5)+`}`) + `]}`), nil, "invalid_blocks"},
		"25 buttons":        {post, blocks(`{"type":"actions","elements":[` + some(25, `{"type":"button","text":`+text("plain_text", 5)+`}`) + `]}`), nil, ""},
		"long button":       {post, blocks(`{"type":"actions","elements":[{"type":"button","text":` + text("plain_text", 76) + `}]}`), nil, "invalid_blocks"},
		"same block id":     {post, blocks(some(2, `{"type":"divider","block_id":"a"}`)), nil, "invalid_blocks"},
		"unknown block":     {post, blocks(`{"type":"blink"}`), nil, "invalid_blocks"},
		"unknown member":    {post, blocks(`{"type":"divider","color":"red"}`), nil, "invalid_blocks"},
		"emoji in mrkdwn":   {post, blocks(`{"type":"section","text":{"type":"mrkdwn","text":"x","emoji":false}}`), nil, "invalid_blocks"},
		"blocks together":   {post, blocks(some(5, section(2900))), nil, "msg_blocks_too_long"},
		"edit of nothing":   {"/api/chat.update", `{"channel":"C0123456789","ts":"1.2","text":"t"}`, nil, "message_not_found"},
		"edit by name":      {"/api/chat.update", `{"channel":"#alerts","ts":"1.2","text":"t"}`, nil, "channel_not_found"},
		"who":               {"/api/auth.test", ``, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSlackClient(t)
			status, answer := s.call(c.path, c.body, c.change)
			want := `"error":"` + c.want + `"`
			if c.want == "" {
				want = `"ok":true`
			}
			if status != 200 || !strings.Contains(answer, want) {
				t.Errorf("%d %.300s; want %s", status, answer, want)
			}
			if kept := len(s.slack.Messages("alerts")); kept == 1 != (c.want == "" && c.path == post) {
				t.Errorf("it kept %d messages", kept)
			}
		})
	}
}

func TestSlackSaysWhatIsMissing(t *testing.T) {
	s := newSlackClient(t)
	s.slack.Scopes = []string{"commands"}
	if _, a := s.call("/api/chat.postMessage", `{"channel":"C0123456789","text":"t"}`, nil); !strings.Contains(a, `"needed":"chat:write"`) {
		t.Error(a)
	}
	if _, a := s.call("/api/auth.test", `{}`, header("Content-Type", "application/json")); !strings.Contains(a, "missing_charset") {
		t.Error(a)
	}
	if status, _ := s.call("/api/auth.test", "", func(r *http.Request) { r.Method = http.MethodDelete }); status != 405 {
		t.Error(status)
	}
}

func TestSlackHidesWhatComesTooFast(t *testing.T) {
	s := newSlackClient(t)
	for _, pause := range []time.Duration{time.Second, 900 * time.Millisecond, time.Second, time.Second, 100 * time.Millisecond, time.Second} {
		if _, a := s.call("/api/chat.postMessage", `{"channel":"#alerts","text":"t"}`, nil); !strings.Contains(a, `"ok":true`) {
			t.Fatal(a)
		}
		s.now = s.now.Add(pause)
	}
	var hidden []int
	for i, m := range s.slack.Messages("alerts") {
		if m.Hidden {
			hidden = append(hidden, i)
		}
	}
	if len(hidden) != 1 || hidden[0] != 5 {
		t.Errorf("messages %v are hidden, want the sixth alone", hidden)
	}
	if !strings.Contains(s.slack.History(), "HIDDEN") {
		t.Error(s.slack.History())
	}
}

func TestSlackLimitsEdits(t *testing.T) {
	s := newSlackClient(t)
	s.call("/api/chat.postMessage", `{"channel":"#alerts","text":"t"}`, nil)
	body := `{"channel":"C0123456789","ts":"` + s.slack.Messages("alerts")[0].TS + `","text":"u"}`
	for range 50 {
		if status, a := s.call("/api/chat.update", body, nil); status != 200 || !strings.Contains(a, `"ok":true`) {
			t.Fatal(status, a)
		}
	}
	if status, a := s.call("/api/chat.update", body, nil); status != 429 || !strings.Contains(a, "ratelimited") {
		t.Error(status, a)
	}
}

func TestSlackWebhook(t *testing.T) {
	s := newSlackClient(t)
	for _, c := range []struct {
		path, body string
		status     int
		want       string
	}{
		{SlackHook, `{"text":"t"}`, 200, "ok"}, {SlackHook, `{"text":""}`, 400, "no_text"}, {SlackHook, `{`, 400, "invalid_payload"},
		{SlackHook, `{"blocks":[{"type":"blink"}]}`, 400, "invalid_blocks"}, {"/services/T/B/other", `{"text":"t"}`, 404, "no_service"},
	} {
		if status, a := s.call(c.path, c.body, header("Authorization", "")); status != c.status || a != c.want {
			t.Errorf("%s: %d %s, want %d %s", c.body, status, a, c.status, c.want)
		}
	}
	ts := s.slack.Messages("alerts")[0].TS
	if _, a := s.call("/api/chat.update", `{"channel":"C0123456789","ts":"`+ts+`","text":"u"}`, nil); !strings.Contains(a, "cant_update_message") {
		t.Errorf("a bot edits its own messages only: %s", a)
	}
	s.slack.Archive("alerts", true)
	if status, a := s.call(SlackHook, `{"text":"t"}`, nil); status != 410 || a != "channel_is_archived" {
		t.Error(status, a)
	}
}

func TestSlackNotesWhatPings(t *testing.T) {
	for body, want := range map[string]string{
		`"text":"<!channel> and <@U1>"`: "<!channel> <@U1>", `"text":"&lt;!channel&gt; @here"`: "", `"text":"@here","link_names":true`: "@here",
		`"text":"t","blocks":[{"type":"section","text":{"type":"mrkdwn","text":"<!here|x>"}}]`: "<!here|x>", `"text":"<https://x|a>"`: "",
	} {
		s := newSlackClient(t)
		s.call("/api/chat.postMessage", `{"channel":"#alerts",`+body+`}`, nil)
		if got := strings.Join(s.slack.Messages("alerts")[0].Pings, " "); got != want {
			t.Errorf("%s pings %q, want %q", body, got, want)
		}
	}
}

// The history is what a person would see, and what Slack keeps from them.
func TestSlackHistoryIsReadable(t *testing.T) {
	s := newSlackClient(t)
	post := func(body string) string {
		s.call("/api/chat.postMessage", `{"channel":"#alerts",`+body+`}`, nil)
		s.now = s.now.Add(time.Minute)
		all := s.slack.Messages("alerts")
		return all[len(all)-1].TS
	}
	root := post(`"text":"t","blocks":[{"type":"header","text":{"type":"plain_text","text":"AP a &lt;b&gt; is down"}},` +
		`{"type":"section","fields":[{"type":"mrkdwn","text":"*Site*\nberlin"}]},{"type":"context","elements":[{"type":"mrkdwn","text":"<https://x.example/|open>"}]}]`)
	post(`"text":"first reply","thread_ts":"` + root + `"`)
	s.call("/api/chat.update", `{"channel":"C0123456789","ts":"`+root+`","text":"AP a was down\nfor 4m"}`, nil)
	s.slack.Delete("alerts", root)
	post(`"text":"the thread is gone","thread_ts":"` + root + `"`)
	post(`"text":"<!channel> help"`)

	r := httptest.NewRequest(http.MethodGet, "/history", nil)
	w := httptest.NewRecorder()
	s.slack.ServeHTTP(w, r)
	want := `#alerts (C0123456789)
  03:02:11 bot deleted, edits: 1
    AP a was down
    for 4m
    > 03:03:11 bot
        first reply
  03:04:11 bot
    the thread is gone
  03:05:11 bot PINGS <!channel>
    <!channel> help
`
	if got := w.Body.String(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}
