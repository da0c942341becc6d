package slack

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"foghorn/config"
	"foghorn/relay"
)

// refusal is an answer of the Web API, which says no with status 200.
func refusal(problem string) relay.Answer {
	return relay.Answer{Status: 200, Body: []byte(`{"ok":false,"error":"` + problem + `"}`)}
}

type answerCase struct {
	answer  relay.Answer
	want    relay.Outcome
	items   int
	after   time.Duration
	because string
}

func judgeAll(t *testing.T, c config.Relay, items int, cases map[string]answerCase) {
	t.Helper()
	d := mustNew(t, c)
	for name, c := range cases {
		work := &relay.Work{}
		for range items {
			work.Items = append(work.Items, relay.Item{Notice: lobby(relay.First, 1, nil)})
		}
		r, err := d.Encode(work)
		if err != nil {
			t.Fatal(err)
		}
		c.answer.At = start
		v := d.Judge(work, r, &c.answer)
		if v.Outcome != c.want || v.Items != c.items || v.After != c.after || !strings.Contains(v.Reason, c.because) {
			t.Errorf("%s: %+v; want outcome %d, item %d, after %s, because %q", name, v, c.want, c.items, c.after, c.because)
		}
		if v.Outcome != relay.Sent && v.Reason == "" || len(v.Reason) > 600 {
			t.Errorf("%s: the reason is %d bytes: %.100q", name, len(v.Reason), v.Reason)
		}
	}
}

func TestAnswersOfTheWebAPI(t *testing.T) {
	retry := func(value string) http.Header { return http.Header{"Retry-After": {value}} }
	cases := map[string]answerCase{
		"ok":             {answer: relay.Answer{Status: 200, Body: []byte(`{"ok":true,"channel":"C1","ts":"1.2"}`)}, want: relay.Sent},
		"ok without ts":  {answer: relay.Answer{Status: 200, Body: []byte(`{"ok":true}`)}, want: relay.Sent},
		"429 seconds":    {answer: relay.Answer{Status: 429, Header: retry("7"), Body: []byte(`{"ok":false,"error":"ratelimited"}`)}, want: relay.Retry, after: 7 * time.Second, because: "ratelimited"},
		"429 date":       {answer: relay.Answer{Status: 429, Header: retry(start.Add(90 * time.Second).Format(http.TimeFormat))}, want: relay.Retry, after: 90 * time.Second, because: "429"},
		"429 text":       {answer: relay.Answer{Status: 429, Body: []byte("slow down")}, want: relay.Retry, because: "slow down"},
		"200 limited":    {answer: refusal("rate_limited"), want: relay.Retry, after: busy, because: "too many messages"},
		"network":        {answer: relay.Answer{Err: errors.New("no such host")}, want: relay.Retry, because: "no such host"},
		"cut off":        {answer: relay.Answer{Status: 200, Body: []byte(`{"ok":tr`)}, want: relay.Retry, because: "not an answer of Slack"},
		"empty":          {answer: relay.Answer{Status: 200}, want: relay.Retry, because: "not an answer of Slack"},
		"no verdict":     {answer: relay.Answer{Status: 200, Body: []byte(`{}`)}, want: relay.Retry, because: "not an answer of Slack"},
		"another JSON":   {answer: relay.Answer{Status: 200, Body: []byte(`[1]`)}, want: relay.Retry, because: "not an answer of Slack"},
		"HTML":           {answer: relay.Answer{Status: 200, Body: []byte("<!DOCTYPE html>")}, want: relay.Misconfigured, because: "HTML"},
		"redirect":       {answer: relay.Answer{Status: 302}, want: relay.Misconfigured, because: "302"},
		"401":            {answer: relay.Answer{Status: 401}, want: relay.Misconfigured, because: "401"},
		"404":            {answer: relay.Answer{Status: 404, Body: []byte("<html>")}, want: relay.Misconfigured, because: "HTML"},
		"413":            {answer: relay.Answer{Status: 413}, want: relay.Refused, items: -1, because: "413"},
		"500":            {answer: relay.Answer{Status: 500}, want: relay.Retry, because: "500"},
		"500 in JSON":    {answer: relay.Answer{Status: 500, Body: []byte(`{"ok":false,"error":"never_heard_of"}`)}, want: relay.Retry, because: "never_heard_of"},
		"503 later":      {answer: relay.Answer{Status: 503, Header: retry("3")}, want: relay.Retry, after: 3 * time.Second, because: "503"},
		"unknown error":  {answer: refusal("never_heard_of"), want: relay.Refused, because: "never_heard_of"},
		"hostile error":  {answer: refusal(`x\u001b[2J` + strings.Repeat("y", 10_000)), want: relay.Refused, because: `x\x1b[2J`},
		"lacking scope":  {answer: relay.Answer{Status: 200, Body: []byte(`{"ok":false,"error":"missing_scope","needed":"chat:write","provided":"commands"}`)}, want: relay.Misconfigured, because: "(chat:write)"},
		"invalid blocks": {answer: relay.Answer{Status: 200, Body: []byte(`{"ok":false,"error":"invalid_blocks","response_metadata":{"messages":["[ERROR] too long [json-pointer:/blocks/0]"]}}`)}, want: relay.Refused, because: "/blocks/0"},
	}
	for problem, c := range map[string]answerCase{
		"invalid_auth": {want: relay.Misconfigured, because: "token"}, "not_authed": {want: relay.Misconfigured, because: "token"},
		"account_inactive": {want: relay.Misconfigured, because: "install"}, "token_revoked": {want: relay.Misconfigured, because: "install"},
		"not_in_channel": {want: relay.Misconfigured, because: "/invite"}, "channel_not_found": {want: relay.Misconfigured, because: "/invite"},
		"is_archived": {want: relay.Misconfigured, because: "unarchive"}, "restricted_action": {want: relay.Misconfigured, because: "settings"},
		"msg_too_long": {want: relay.Refused, because: "too long"}, "no_text": {want: relay.Refused, because: "empty"}, "msg_blocks_too_long": {want: relay.Refused, because: "too long"},
		"fatal_error": {want: relay.Retry, because: "failed"}, "internal_error": {want: relay.Retry, because: "failed"}, "service_unavailable": {want: relay.Retry, because: "available"},
		"request_timeout": {want: relay.Retry, because: "part"}, "team_added_to_org": {want: relay.Retry, because: "moving"},
	} {
		c.answer = refusal(problem)
		cases[problem] = c
	}
	judgeAll(t, config.Relay{Send: "alerts", Token: config.NewSecret(token), Channel: channel}, 1, cases)
}

func TestAnswersOfAWebhook(t *testing.T) {
	say := func(status int, text string) relay.Answer { return relay.Answer{Status: status, Body: []byte(text)} }
	hook := config.Relay{Send: "alerts", URL: config.NewSecret("https://hooks.slack.com/services/T/B/x")}
	judgeAll(t, hook, 1, map[string]answerCase{
		"ok":            {answer: say(200, "ok"), want: relay.Sent},
		"ok, line":      {answer: say(200, "ok\n"), want: relay.Sent},
		"ok, JSON":      {answer: say(200, `{"ok":true}`), want: relay.Sent},
		"200 and error": {answer: say(200, `{"ok":false,"error":"no_text"}`), want: relay.Refused, because: "empty"},
		"200 and HTML":  {answer: say(200, "<html>"), want: relay.Misconfigured, because: "HTML"},
		"200, a word":   {answer: say(200, "invalid_token"), want: relay.Misconfigured, because: "revoked"},
		"200, unknown":  {answer: say(200, "hm"), want: relay.Retry, because: "hm"},
		"payload":       {answer: say(400, "invalid_payload"), want: relay.Refused, because: "malformed"},
		"unknown 400":   {answer: say(400, "never_heard_of"), want: relay.Refused, because: "never_heard_of"},
		"prohibited":    {answer: say(403, "action_prohibited"), want: relay.Misconfigured, because: "administrators"},
		"no service":    {answer: say(404, "no_service"), want: relay.Misconfigured, because: "make a new one"},
		"archived":      {answer: say(410, "channel_is_archived"), want: relay.Misconfigured, because: "archived"},
		"rollup":        {answer: say(500, "rollup_error"), want: relay.Retry, because: "failed"},
		"limited": {answer: relay.Answer{Status: 429, Header: http.Header{"Retry-After": {"30"}}, Body: []byte(`{"retry_after":30,"ok":false,"error":"rate_limited"}`)},
			want: relay.Retry, after: 30 * time.Second, because: "rate_limited"},
		"lost": {answer: relay.Answer{Err: errors.New("EOF"), Written: true}, want: relay.Retry, because: "EOF"},
	})
	judgeAll(t, hook, 3, map[string]answerCase{
		"all":         {answer: say(200, "ok"), want: relay.Sent},
		"one of them": {answer: say(400, "invalid_blocks"), want: relay.Refused, items: -1, because: "rule"},
	})
}
