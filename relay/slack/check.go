package slack

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"foghorn/internal/safetext"
	"foghorn/relay"
)

// The checks.
const (
	checkToken = "log in"
	checkHook  = "find the webhook"
)

// scope is what a bot needs to post and edit.
const scope = "chat:write"

// Checks asks Slack whose token it is; of a webhook, whether it exists: a message without
// a text is refused, and posts nothing.
func (s *slack) Checks() []*relay.Request {
	step, body := checkToken, map[string]string{}
	if s.hook != "" {
		step, body = checkHook, map[string]string{"text": ""}
	}
	r, err := s.request(step, "auth.test", body)
	if err != nil {
		return nil
	}
	r.Unpaced, r.Items, r.Channel = true, 0, ""
	return []*relay.Request{r}
}

// JudgeCheck says what a check found.
func (s *slack) JudgeCheck(request *relay.Request, a *relay.Answer) relay.Verdict {
	if request.Step == checkHook {
		if a.Err == nil && a.Status == http.StatusBadRequest {
			switch strings.TrimSpace(string(a.Body)) {
			case "no_text", "invalid_payload", "missing_text_or_fallback_or_attachments":
				return relay.Verdict{Outcome: relay.Sent, Reason: "the webhook exists"}
			}
		}
		return judgeHook(request, a)
	}
	r, v := read(a)
	if v.Outcome != 0 {
		return v
	}
	if v = verdict(request, a, r); v.Outcome != relay.Sent {
		return v
	}
	if list := a.Header.Get("X-OAuth-Scopes"); list != "" && !slices.Contains(strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' }), scope) {
		return relay.Verdict{Outcome: relay.Misconfigured, Reason: "the app lacks the scope " + scope + ": add it under OAuth & Permissions, and install the app again"}
	}
	v.Reason = fmt.Sprintf("logged in to %s as %s", named(r.Team), named(r.User))
	return v
}

func named(text string) string {
	if text == "" {
		return "an unnamed one"
	}
	return safetext.Line(relay.Cut(text, 80))
}
