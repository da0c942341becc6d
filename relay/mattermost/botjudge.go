package mattermost

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"foghorn/relay"
	"foghorn/relay/chattext"
)

// Judge moves the exchange on: a root is posted or updated, then people are rung.
func (b *bot) Judge(work *relay.Work, request *relay.Request, a *relay.Answer) relay.Verdict {
	h := handleOf(work)
	id, taken := created(a)
	switch {
	case !taken && h.Post != "" && request.Step != stepPost && gone(a):
		// Only a post is left to do, and that never comes here again.
		handle{}.store(work)
		return relay.Verdict{Outcome: relay.More, Reason: "the post is gone or may not be edited any more: posting a new one. " + b.reason(a)}
	case !taken:
		return b.refused(request.Step, a)
	case work.Items[0].Notice == nil: // an event's post is never looked at again
	case request.Step == stepPost:
		handle{Post: id}.store(work)
	case request.Step == stepUpdate && work.Items[0].Notice.Why.Rings():
		handle{Post: h.Post, Reply: work.Items[0].ID()}.store(work)
		return relay.Verdict{Outcome: relay.More}
	default:
		handle{Post: h.Post}.store(work)
	}
	return relay.Verdict{Outcome: relay.Sent}
}

// created returns the id of the post that an answer is about. A post was made when the
// server says 201, even if its answer cannot be read: then there is nothing to update.
func created(a *relay.Answer) (id string, ok bool) {
	if a.Err != nil || a.Status != http.StatusOK && a.Status != http.StatusCreated {
		return "", false
	}
	var p struct {
		ID string `json:"id"`
	}
	if json.Unmarshal(a.Body, &p) == nil && isID(p.ID) {
		return p.ID, true
	}
	return "", a.Status == http.StatusCreated
}

// goneIDs are the errors of a post that nobody can update or answer any more:
// docs/integrations.md, Mattermost posts.
var goneIDs = []string{
	"api.post.update_post.find.app_error",
	"api.post.update_post.permissions_details.app_error", // deleted
	"api.post.update_post.permissions_time_limit.app_error",
	"api.post.update_post.can_not_update_post_in_deleted.error",
	"api.post.create_post.root_id.app_error",
	"api.post.create_post.channel_root_id.app_error",
	"api.context.permissions.app_error", // how newer servers answer for a post that was deleted
}

// gone reports whether the answer to an update or a reply means that a new post is needed.
func gone(a *relay.Answer) bool {
	e, ok := parseError(a)
	switch {
	case !ok || a.Err != nil:
		return false
	case a.Status == http.StatusNotFound:
		return e.ID != "api.context.404.app_error" // that is about the address
	}
	return (a.Status == http.StatusBadRequest || a.Status == http.StatusForbidden) && slices.Contains(goneIDs, e.ID)
}

func (b *bot) refused(step string, a *relay.Answer) relay.Verdict {
	v := relay.JudgeHTTP(a)
	if a.Err != nil {
		return v
	}
	e, isError := parseError(a)
	switch {
	case a.Status < http.StatusMultipleChoices:
		return misconfigured(a, "it does not answer as Mattermost does: check server")
	case a.Status == http.StatusUnauthorized:
		return misconfigured(a, "the token is wrong or was revoked, or its bot is disabled")
	case a.Status == http.StatusForbidden && step == stepUpdate:
		return misconfigured(a, "the bot may not edit its posts")
	case a.Status == http.StatusForbidden:
		return misconfigured(a, "the bot may not post in this channel: add it to the team and to the channel")
	case a.Status == http.StatusNotFound, a.Status == http.StatusBadRequest && !isError:
		return misconfigured(a, "there is no such channel, or no Mattermost at server")
	case e.ID == "api.post.create_post.can_not_post_to_deleted.error":
		return misconfigured(a, "the channel is archived: give another one")
	case a.Status == http.StatusBadRequest && strings.Contains(e.Message, "channel_id"):
		return misconfigured(a, "channel is not the id of a channel")
	}
	if isError {
		v.Reason = e.explain(a.Status)
	}
	return v
}

func (b *bot) reason(a *relay.Answer) string {
	if e, ok := parseError(a); ok {
		return e.explain(a.Status)
	}
	return relay.Explain(a)
}

// JudgeCheck judges what Checks asked.
func (b *bot) JudgeCheck(request *relay.Request, a *relay.Answer) relay.Verdict {
	var found struct {
		ID          string `json:"id"`
		Username    string `json:"username"`
		DisplayName string `json:"display_name"`
		DeleteAt    int64  `json:"delete_at"`
	}
	const most = 64
	switch {
	case a.Err != nil || a.Status != http.StatusOK || json.Unmarshal(a.Body, &found) != nil || !isID(found.ID):
		return b.refused(request.Step, a)
	case request.Step == stepMe:
		return relay.Verdict{Outcome: relay.Sent, Reason: "the token is that of " + chattext.Line(found.Username, most)}
	case found.DeleteAt != 0:
		return relay.Verdict{Outcome: relay.Misconfigured, Reason: "the channel is archived: give another one"}
	}
	return relay.Verdict{Outcome: relay.Sent, Reason: "the channel is " + chattext.Line(found.DisplayName, most)}
}
