package mattermost

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"foghorn/config"
	"foghorn/relay"
	"foghorn/relay/relaytest"
)

func appError(id string) []byte {
	return []byte(`{"id":"` + id + `","message":"Words.","status_code":400}`)
}

func TestWhatAHooksAnswerMeans(t *testing.T) {
	for _, c := range []struct {
		name   string
		status int
		body   []byte
		err    error
		want   relay.Outcome
		says   string
	}{
		{"taken", 200, []byte("ok"), nil, relay.Sent, ""},
		{"a page of HTML", 200, []byte("<html>log in</html>"), nil, relay.Misconfigured, "HTML"},
		{"another service", 200, []byte(`{"ok":true}`), nil, relay.Misconfigured, "check url"},
		{"nothing", 204, nil, nil, relay.Misconfigured, "check url"},
		{"a deleted hook", 400, appError("web.incoming_webhook.invalid.app_error"), nil, relay.Misconfigured, "was deleted"},
		{"an unknown person", 400, appError("web.incoming_webhook.user.app_error"), nil, relay.Misconfigured, "channel names a person"},
		{"a post that it cannot read", 400, appError("web.incoming_webhook.parse.app_error"), nil, relay.Refused, "parse"},
		{"a proxy's 400", 400, []byte("plain HTTP to an HTTPS port"), nil, relay.Misconfigured, "check url"},
		{"a locked channel", 403, appError("web.incoming_webhook.channel_locked.app_error"), nil, relay.Misconfigured, "locked to its channel"},
		{"no permission", 403, appError("api.post.create_post.town_square_read_only"), nil, relay.Misconfigured, "may not post"},
		{"no such channel", 404, appError("web.incoming_webhook.channel.app_error"), nil, relay.Misconfigured, "no such channel"},
		{"too large", 413, nil, nil, relay.Refused, "413"},
		{"too fast", 429, nil, nil, relay.Retry, "429"},
		{"it fails", 500, []byte("oops"), nil, relay.Retry, "500"},
		{"hooks are off", 501, appError("web.incoming_webhook.disabled.app_error"), nil, relay.Misconfigured, "System Console"},
		{"it restarts", 503, nil, nil, relay.Retry, "503"},
		{"a redirect", 302, nil, nil, relay.Misconfigured, "302"},
		{"no answer", 0, nil, context.DeadlineExceeded, relay.Retry, "deadline"},
		{"cut off", 200, []byte("o"), errors.New("unexpected EOF"), relay.Retry, "EOF"},
	} {
		d := build(t, config.Relay{URL: config.NewSecret("https://mm.example.net/hooks/k")})
		v := d.Judge(&relay.Work{Items: []relay.Item{down(relay.First, 1)}}, &relay.Request{Step: stepPost, Items: 1}, &relay.Answer{Status: c.status, Body: c.body, Err: c.err})
		if v.Outcome != c.want || !strings.Contains(v.Reason, c.says) || c.says == "" && v.Reason != "" {
			t.Errorf("%s: %+v, want %d, %q", c.name, v, c.want, c.says)
		}
	}
}

func TestWhatABotsAnswerMeans(t *testing.T) {
	const root = `{"post":"p0000000000000000000000001"}`
	const id = `{"id":"p0000000000000000000000009"}`
	for _, c := range []struct {
		name   string
		step   string
		why    relay.Why
		handle string
		status int
		body   string
		want   relay.Outcome
		after  string // the handle
		says   string
	}{
		{"posted", stepPost, relay.First, "", 201, id, relay.Sent, `{"post":"p0000000000000000000000009"}`, ""},
		{"posted, and the answer cannot be read", stepPost, relay.First, "", 201, `{"id":"../../users"}`, relay.Sent, "{}", ""},
		{"a page of HTML", stepPost, relay.First, "", 200, "<html>", relay.Misconfigured, "", "HTML"},
		{"updated", stepUpdate, relay.Update, root, 200, id, relay.Sent, root, ""},
		{"updated, people are rung next", stepUpdate, relay.Worse, root, 200, id, relay.More, `{"post":"p0000000000000000000000001","reply":"a345/7"}`, ""},
		{"updated by a page of HTML", stepUpdate, relay.Worse, root, 200, "<html>", relay.Misconfigured, root, "HTML"},
		{"replied", stepReply, relay.Worse, root, 201, id, relay.Sent, root, ""},
		{"gone", stepUpdate, relay.Update, root, 404, string(appError("app.post.get.app_error")), relay.More, "{}", "posting a new one"},
		{"gone, as newer servers say it", stepUpdate, relay.Update, root, 403, string(appError("api.context.permissions.app_error")), relay.More, "{}", "posting a new one"},
		{"not to be edited", stepUpdate, relay.Update, root, 400, string(appError("api.post.update_post.permissions_time_limit.app_error")), relay.More, "{}", "posting a new one"},
		{"no root to reply to", stepReply, relay.Worse, root, 400, string(appError("api.post.create_post.root_id.app_error")), relay.More, "{}", "posting a new one"},
		{"a server that is no Mattermost", stepUpdate, relay.Update, root, 404, "not found", relay.Misconfigured, root, "no Mattermost at server"},
		{"an address that is not the API", stepUpdate, relay.Update, root, 404, string(appError("api.context.404.app_error")), relay.Misconfigured, root, "no Mattermost at server"},
		{"a wrong token", stepUpdate, relay.Update, root, 401, string(appError("api.context.session_expired.app_error")), relay.Misconfigured, root, "token is wrong"},
		{"not a member", stepPost, relay.First, "", 403, string(appError("api.context.permissions.app_error")), relay.Misconfigured, "", "add it to the team"},
		{"an archived channel", stepPost, relay.First, "", 400, string(appError("api.post.create_post.can_not_post_to_deleted.error")), relay.Misconfigured, "", "archived"},
		{"no such channel", stepPost, relay.First, "", 400, `{"id":"api.context.invalid_body_param.app_error","message":"Invalid or missing channel_id in request body."}`, relay.Misconfigured, "", "not the id of a channel"},
		{"too long", stepPost, relay.First, "", 400, string(appError("model.post.is_valid.message_length.app_error")), relay.Refused, "", "message_length"},
		{"too fast", stepUpdate, relay.Update, root, 429, "", relay.Retry, root, "429"},
		{"it fails", stepReply, relay.Worse, root, 500, "oops", relay.Retry, root, "500"},
	} {
		d := build(t, config.Relay{Server: "https://mm.example.net", Token: config.NewSecret("t"), Channel: "cnetworkalertscnetworkaler"})
		work := &relay.Work{Items: []relay.Item{down(c.why, 7)}, Handle: []byte(c.handle)}
		v := d.Judge(work, &relay.Request{Step: c.step, Items: 1}, &relay.Answer{Status: c.status, Body: []byte(c.body)})
		if v.Outcome != c.want || !strings.Contains(v.Reason, c.says) || string(work.Handle) != c.after {
			t.Errorf("%s: %+v, handle %s; want %d, %q, %s", c.name, v, work.Handle, c.want, c.says, c.after)
		}
	}
}

func TestAServersPauseIsKept(t *testing.T) {
	s := start(t)
	s.Set(func(m *relaytest.MattermostSettings) { m.PerSecond = 1 })
	s.send(t, s.hook(), nil, down(relay.First, 1))
	work, turns := s.send(t, s.hook(), nil, down(relay.First, 1))
	if v := turns[0].Verdict; v.Outcome != relay.Retry || v.After != time.Second || len(work.Items) != 1 {
		t.Errorf("%+v", v)
	}
	s.clock.Advance(time.Second)
	if work, _ = s.send(t, s.hook(), nil, down(relay.First, 1)); len(work.Items) != 0 {
		t.Error("it is not taken after the pause")
	}
}

func TestChecksTryTheTokenAndTheChannel(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*relaytest.MattermostSettings)
		want   []relay.Outcome
		says   string
	}{
		{"all is well", func(*relaytest.MattermostSettings) {}, []relay.Outcome{relay.Sent, relay.Sent}, "the token is that of foghorn; the channel is network-alerts"},
		{"a wrong token", func(m *relaytest.MattermostSettings) { m.Token = "other" }, []relay.Outcome{relay.Misconfigured, relay.Misconfigured}, "token is wrong"},
		{"not a member", func(m *relaytest.MattermostSettings) { m.BotIsMember = false }, []relay.Outcome{relay.Sent, relay.Misconfigured}, "add it to the team"},
		{"an archived channel", func(m *relaytest.MattermostSettings) { m.Archived = true }, []relay.Outcome{relay.Sent, relay.Misconfigured}, "archived"},
	} {
		s := start(t)
		s.Set(c.change)
		checker := build(t, s.bot()).(relay.Checker)
		var reasons []string
		for i, r := range checker.Checks() {
			if r.Method != http.MethodGet || !r.Unpaced || r.Body != nil {
				t.Errorf("%s: %+v is not harmless", c.name, r)
			}
			v := checker.JudgeCheck(r, s.do(t.Context(), r))
			if v.Outcome != c.want[i] {
				t.Errorf("%s, %s: %+v", c.name, r.Step, v)
			}
			reasons = append(reasons, v.Reason)
		}
		if got := strings.Join(reasons, "; "); !strings.Contains(got, c.says) {
			t.Errorf("%s: %s", c.name, got)
		}
		if len(s.Posts()) != 0 {
			t.Errorf("%s: it posted", c.name)
		}
	}
}
