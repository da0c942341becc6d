package relaytest

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
)

const mattermostIDLength = 26

// api answers a request below /api/v4.
func (m *Mattermost) api(path string, r *http.Request, body []byte) (int, any, *mattermostError) {
	if m.set.Token == "" || r.Header.Get("Authorization") != "Bearer "+m.set.Token {
		return 0, nil, &mattermostError{http.StatusUnauthorized, "api.context.session_expired.app_error", "Invalid or expired session, please login again."}
	}
	switch parts := strings.Split(strings.Trim(path, "/"), "/"); {
	case r.Method == http.MethodGet && path == "/users/me":
		return http.StatusOK, map[string]any{"id": "ufoghornufoghornufoghornuf", "username": "foghorn", "is_bot": true}, nil
	case r.Method == http.MethodGet && len(parts) == 2 && parts[0] == "channels":
		return m.channel(parts[1])
	case r.Method == http.MethodPost && path == "/posts":
		return m.create(body)
	case r.Method == http.MethodPut && len(parts) == 3 && parts[0] == "posts" && parts[2] == "patch":
		return m.patch(parts[1], body)
	}
	return 0, nil, notThere()
}

func (m *Mattermost) channel(id string) (int, any, *mattermostError) {
	if e := m.mayPost(id); e != nil {
		return 0, nil, e
	}
	for name, of := range m.set.Channels {
		if of == id {
			var deleted int64
			if m.set.Archived {
				deleted = m.now().UnixMilli()
			}
			return http.StatusOK, map[string]any{"id": id, "name": name, "display_name": name, "delete_at": deleted}, nil
		}
	}
	return 0, nil, notThere()
}

// mayPost checks a channel's id, and whether the bot is in it. What is not there is
// answered like what nobody may see.
func (m *Mattermost) mayPost(channel string) *mattermostError {
	if len(channel) != mattermostIDLength {
		return &mattermostError{http.StatusBadRequest, "api.context.invalid_body_param.app_error", "Invalid or missing channel_id in request body."}
	}
	if !m.set.BotIsMember || !slices.Contains(slices.Collect(maps.Values(m.set.Channels)), channel) {
		return &mattermostError{http.StatusForbidden, "api.context.permissions.app_error", "You do not have the appropriate permissions."}
	}
	return nil
}

func (m *Mattermost) create(body []byte) (int, any, *mattermostError) {
	var req struct {
		ChannelID     string         `json:"channel_id"`
		RootID        string         `json:"root_id"`
		Message       string         `json:"message"`
		Props         map[string]any `json:"props"`
		FileIDs       []string       `json:"file_ids"`
		PendingPostID string         `json:"pending_post_id"`
	}
	if json.Unmarshal(body, &req) != nil {
		return 0, nil, &mattermostError{http.StatusBadRequest, "api.context.invalid_body_param.app_error", "Invalid or missing post in request body."}
	}
	if e := m.mayPost(req.ChannelID); e != nil {
		return 0, nil, e
	}
	if m.set.Archived {
		return 0, nil, &mattermostError{http.StatusBadRequest, "api.post.create_post.can_not_post_to_deleted.error", "Can not post to deleted channel."}
	}
	if p := m.seen[req.PendingPostID]; p != nil && m.now().Sub(p.Created) < mattermostRepeats {
		return http.StatusCreated, postJSON(p), nil
	}
	if req.RootID != "" {
		root := m.find(req.RootID)
		if root == nil || root.Deleted || root.RootID != "" || root.ChannelID != req.ChannelID {
			return 0, nil, &mattermostError{http.StatusBadRequest, "api.post.create_post.root_id.app_error", "Invalid RootId parameter."}
		}
	}
	p := &MattermostPost{ChannelID: req.ChannelID, RootID: req.RootID, Message: req.Message, Props: req.Props, FileIDs: req.FileIDs}
	if e := m.add(p); e != nil {
		return 0, nil, e
	}
	if req.PendingPostID != "" {
		m.seen[req.PendingPostID] = p
	}
	return http.StatusCreated, postJSON(p), nil
}

func (m *Mattermost) patch(id string, body []byte) (int, any, *mattermostError) {
	var req struct {
		Message *string        `json:"message"`
		Props   map[string]any `json:"props"`
	}
	if json.Unmarshal(body, &req) != nil {
		return 0, nil, &mattermostError{http.StatusBadRequest, "api.context.invalid_body_param.app_error", "Invalid or missing post in request body."}
	}
	p := m.find(id)
	switch {
	case (p == nil || p.Deleted) && m.set.GoneStatus == http.StatusForbidden:
		return 0, nil, &mattermostError{http.StatusForbidden, "api.context.permissions.app_error", "You do not have the appropriate permissions."}
	case p == nil || p.Deleted:
		return 0, nil, &mattermostError{m.set.GoneStatus, "app.post.get.app_error", "Unable to get the post."}
	case m.set.EditTime > 0 && m.now().Sub(p.Created) > m.set.EditTime:
		return 0, nil, &mattermostError{http.StatusBadRequest, "api.post.update_post.permissions_time_limit.app_error", "Post edit is only allowed for a limited time."}
	case m.set.Archived:
		return 0, nil, &mattermostError{http.StatusBadRequest, "api.post.update_post.can_not_update_post_in_deleted.error", "Can not update a post in a deleted channel."}
	}
	next := *p
	if req.Message != nil {
		next.Message = *req.Message
	}
	if req.Props != nil {
		next.Props = req.Props
	}
	if e := tooLong(&next); e != nil {
		return 0, nil, e
	}
	next.Edits++
	next.Mentions = append(slices.Clone(p.Mentions), mentions(&next)...)
	*p = next
	return http.StatusOK, postJSON(p), nil
}

func postJSON(p *MattermostPost) map[string]any {
	return map[string]any{"id": p.ID, "channel_id": p.ChannelID, "root_id": p.RootID, "message": p.Message, "props": p.Props, "create_at": p.Created.UnixMilli()}
}
