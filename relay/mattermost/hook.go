package mattermost

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"foghorn/config"
	"foghorn/relay"
)

// hook posts by an incoming webhook, which answers without the id of the post.
type hook struct {
	c   config.Relay
	url string
}

type hookBody struct {
	Channel     string       `json:"channel,omitempty"`
	Username    string       `json:"username,omitempty"`
	IconURL     string       `json:"icon_url,omitempty"`
	IconEmoji   string       `json:"icon_emoji,omitempty"`
	Text        string       `json:"text"`
	Attachments []attachment `json:"attachments"`
}

// hookWait is how long a post waits for more to tell.
const hookWait = time.Second

func (h *hook) Limits() relay.Limits {
	return relay.Limits{Items: maxItems, Wait: hookWait, Rates: rates(), Groups: h.c.Send != sendEvents}
}

// Advice says what only a bot can do.
func (h *hook) Advice() string {
	if h.c.Send == sendEvents {
		return ""
	}
	return "posts anew for each change: give it server, token and channel of a bot to update messages"
}

func (h *hook) Encode(work *relay.Work) (*relay.Request, error) {
	m, n, err := compose(h.c.Detail, work.Items, true)
	if err != nil {
		return nil, err
	}
	body, err := relay.Compact(hookBody{h.c.Channel, h.c.Username, h.c.IconURL, h.c.IconEmoji, m.Text, m.Attachments})
	if err != nil {
		return nil, err
	}
	return &relay.Request{Step: stepPost, URL: h.url, Header: headers(), Body: body, Items: n}, nil
}

func headers() http.Header {
	return http.Header{"Content-Type": {"application/json"}, "Accept": {"application/json, text/plain"}}
}

// Judge takes a refusal for one of the relay where the server says so: a hook that was
// deleted is a 400, like a post that it cannot read: docs/integrations.md, Mattermost
// incoming webhook.
func (h *hook) Judge(_ *relay.Work, _ *relay.Request, a *relay.Answer) relay.Verdict {
	v := relay.JudgeHTTP(a)
	if a.Err != nil {
		return v
	}
	e, isError := parseError(a)
	switch {
	case a.Status == http.StatusOK && strings.TrimSpace(string(a.Body)) == "ok":
		return relay.Verdict{Outcome: relay.Sent}
	case a.Status < http.StatusMultipleChoices:
		return misconfigured(a, "it does not answer ok as Mattermost does: check url")
	case a.Status == http.StatusBadRequest && !isError:
		return misconfigured(a, "this is not Mattermost's answer: check url")
	case e.ID == "web.incoming_webhook.invalid.app_error":
		return misconfigured(a, "the webhook was deleted, or url is wrong: make a new one and put its address into url")
	case e.ID == "web.incoming_webhook.user.app_error":
		return misconfigured(a, "channel names a person whom Mattermost does not know")
	case e.ID == "web.incoming_webhook.channel_locked.app_error":
		return misconfigured(a, "the webhook is locked to its channel: leave out channel, or unlock it")
	case a.Status == http.StatusForbidden:
		return misconfigured(a, "the webhook's owner may not post there")
	case a.Status == http.StatusNotFound:
		return misconfigured(a, "there is no such channel: give its name as in its address, without ~ or #")
	case a.Status == http.StatusNotImplemented:
		return misconfigured(a, "incoming webhooks are off: an administrator turns them on in the System Console, Integrations")
	}
	if isError {
		v.Reason = e.explain(a.Status)
	}
	return v
}

func misconfigured(a *relay.Answer, what string) relay.Verdict {
	reason := relay.Explain(a)
	if e, ok := parseError(a); ok {
		reason = e.explain(a.Status)
	}
	return relay.Verdict{Outcome: relay.Misconfigured, After: relay.RetryAfter(a), Reason: fmt.Sprintf("%s; %s", reason, what)}
}
