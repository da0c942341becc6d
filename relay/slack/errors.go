package slack

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"foghorn/internal/safetext"
	"foghorn/relay"
)

// meaning is what an error of Slack means, and what to do about it.
type meaning struct {
	outcome relay.Outcome
	do      string
}

// busy is how long Slack is left alone when it says that it is too much, and not for how long.
const busy = 30 * time.Second

// meanings are the errors of the Web API and of incoming webhooks
// (docs/relays/slack.md, Errors). One that is not here is about the message: that parks one
// alert and stops no other.
var meanings = map[string]meaning{
	"ratelimited":                {relay.Retry, "too many requests"},
	"rate_limited":               {relay.Retry, "too many messages"},
	"message_limit_exceeded":     {relay.Retry, "the workspace sends too many messages"},
	"fatal_error":                {relay.Retry, "Slack failed"},
	"internal_error":             {relay.Retry, "Slack failed"},
	"service_unavailable":        {relay.Retry, "Slack is not available"},
	"request_timeout":            {relay.Retry, "the request arrived in part"},
	"update_failed":              {relay.Retry, "Slack failed"},
	"rollup_error":               {relay.Retry, "Slack failed"},
	"timeout":                    {relay.Retry, "Slack took too long"},
	"team_added_to_org":          {relay.Retry, "the workspace is moving to an organization"},
	"org_login_required":         {relay.Retry, "the workspace is moving to an organization"},
	"external_channel_migrating": {relay.Retry, "the channel is moving"},

	"not_authed":                        {relay.Misconfigured, "the request had no token: set token"},
	"invalid_auth":                      {relay.Misconfigured, "the token is wrong, or this address may not use it: copy the bot token anew"},
	"account_inactive":                  {relay.Misconfigured, "the app or its workspace was removed: install it again"},
	"token_revoked":                     {relay.Misconfigured, "the token was revoked: install the app again"},
	"token_expired":                     {relay.Misconfigured, "the token expired: use one without rotation"},
	"invalid_token":                     {relay.Misconfigured, "the webhook's address is wrong or was revoked: make a new one"},
	"not_allowed_token_type":            {relay.Misconfigured, "this is not a bot token: use the one that begins with xoxb-"},
	"missing_scope":                     {relay.Misconfigured, "the app lacks a permission: add the scope and install it again"},
	"no_permission":                     {relay.Misconfigured, "the app may not post there: invite it to the channel"},
	"access_denied":                     {relay.Misconfigured, "the workspace denies access"},
	"accesslimited":                     {relay.Misconfigured, "the network of this machine may not use the API"},
	"two_factor_setup_required":         {relay.Misconfigured, "the app's owner must set up two factors"},
	"team_access_not_granted":           {relay.Misconfigured, "the app has no access to the workspace"},
	"enterprise_is_restricted":          {relay.Misconfigured, "the organization does not allow it"},
	"ekm_access_denied":                 {relay.Misconfigured, "administrators have suspended posting"},
	"team_not_found":                    {relay.Misconfigured, "the workspace does not exist any more"},
	"no_team":                           {relay.Misconfigured, "the workspace does not exist any more"},
	"no_service":                        {relay.Misconfigured, "the webhook was removed or disabled: make a new one"},
	"no_service_id":                     {relay.Misconfigured, "the webhook's address is not whole: copy it anew"},
	"no_active_hooks":                   {relay.Misconfigured, "the webhook is disabled: make a new one"},
	"action_prohibited":                 {relay.Misconfigured, "administrators do not allow the webhook to post there"},
	"posting_to_general_channel_denied": {relay.Misconfigured, "the app may not post in that channel"},

	"channel_not_found":                        {relay.Misconfigured, "no such channel, or a private one without the app: check channel, and /invite the app"},
	"not_in_channel":                           {relay.Misconfigured, "the app is not in the channel: /invite it there"},
	"is_archived":                              {relay.Misconfigured, "the channel is archived: unarchive it, or set another"},
	"is_inactive":                              {relay.Misconfigured, "the channel is archived or frozen: set another"},
	"channel_is_archived":                      {relay.Misconfigured, "the channel is archived: unarchive it, or make a webhook for another"},
	"user_not_found":                           {relay.Misconfigured, "the person that the webhook posts to does not exist"},
	"restricted_action":                        {relay.Misconfigured, "the workspace's settings do not let the app post there"},
	"restricted_action_read_only_channel":      {relay.Misconfigured, "the channel is read-only for the app"},
	"restricted_action_thread_only_channel":    {relay.Misconfigured, "the channel takes replies only"},
	"restricted_action_non_threadable_channel": {relay.Misconfigured, "the channel takes no replies"},
	"unknown_method":                           {relay.Misconfigured, "there is no such method: url must end in /api/"},
	"method_deprecated":                        {relay.Misconfigured, "Slack has retired the method: update foghorn"},
	"deprecated_endpoint":                      {relay.Misconfigured, "Slack has retired the address: update foghorn"},
	"missing_post_type":                        {relay.Misconfigured, "a proxy on the way removes the content type"},
	"invalid_post_type":                        {relay.Misconfigured, "a proxy on the way changes the content type"},
	"invalid_charset":                          {relay.Misconfigured, "a proxy on the way changes the content type"},
	"invalid_form_data":                        {relay.Misconfigured, "a proxy on the way changes the request"},

	"msg_too_long":          {relay.Refused, "the text is too long"},
	"msg_blocks_too_long":   {relay.Refused, "the blocks are too long"},
	"invalid_blocks":        {relay.Refused, "a block breaks a rule"},
	"invalid_blocks_format": {relay.Refused, "a block breaks a rule"},
	"invalid_payload":       {relay.Refused, "the message is malformed"},
	"invalid_json":          {relay.Refused, "the message is malformed"},
	"invalid_arguments":     {relay.Refused, "the message is malformed"},
	"no_text":               {relay.Refused, "the message is empty"},
}

// read takes an answer of the Web API apart. It returns a verdict when there is no
// answer of Slack in it.
func read(a *relay.Answer) (*response, relay.Verdict) {
	r := &response{}
	isJSON := a.Err == nil && json.Unmarshal(a.Body, r) == nil
	switch {
	case a.Err != nil:
		return nil, relay.JudgeHTTP(a)
	case isJSON && (r.OK && a.Status == http.StatusOK || r.Error != ""):
		return r, relay.Verdict{}
	case a.Status != http.StatusOK:
		return nil, relay.JudgeHTTP(a)
	case strings.HasPrefix(strings.TrimSpace(string(a.Body)), "<"):
		return nil, relay.Verdict{Outcome: relay.Misconfigured, Reason: relay.Explain(a)}
	}
	return nil, relay.Verdict{Outcome: relay.Retry, After: relay.RetryAfter(a), Reason: "not an answer of Slack: " + relay.Explain(a)}
}

// verdict is what an answer of Slack means to the items of a request.
func verdict(request *relay.Request, a *relay.Answer, r *response) relay.Verdict {
	if r.OK {
		return relay.Verdict{Outcome: relay.Sent}
	}
	m, known := meanings[r.Error]
	if !known {
		m = meaning{outcome: relay.Refused}
		if a.Status >= 400 {
			m.outcome = relay.JudgeHTTP(a).Outcome
		}
	}
	v := relay.Verdict{Outcome: m.outcome, Reason: safetext.Line(relay.Cut(r.Error, 80))}
	if m.do != "" {
		v.Reason += ": " + m.do
	}
	if r.Needed != "" {
		v.Reason += " (" + safetext.Line(relay.Cut(r.Needed, 80)) + ")"
	}
	if len(r.Metadata.Messages) > 0 {
		v.Reason += " (" + safetext.Line(relay.Cut(strings.Join(r.Metadata.Messages, "; "), 300)) + ")"
	}
	switch v.Outcome {
	case relay.Refused:
		if request.Items > 1 {
			v.Items = -1
		}
	case relay.Retry:
		v.After = relay.RetryAfter(a)
		if v.After == 0 && strings.HasPrefix(m.do, "too many") {
			v.After = busy
		}
	}
	return v
}

// judgeHook is what the answer of an incoming webhook means. It answers in words: "ok",
// or the name of an error; only about rates does it answer in JSON.
func judgeHook(request *relay.Request, a *relay.Answer) relay.Verdict {
	word := strings.TrimSpace(string(a.Body))
	switch {
	case a.Err != nil:
		return relay.JudgeHTTP(a)
	case a.Status == http.StatusOK && word == "ok":
		return relay.Verdict{Outcome: relay.Sent}
	case strings.HasPrefix(word, "{"):
		r, v := read(a)
		if v.Outcome != 0 {
			return v
		}
		return verdict(request, a, r)
	}
	if _, known := meanings[word]; known {
		return verdict(request, a, &response{Error: word})
	}
	_, v := read(a)
	if v.Outcome == relay.Refused && request.Items == 1 {
		v.Items = 0
	}
	return v
}
