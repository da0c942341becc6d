package slack

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"

	"foghorn/chatops"
	"foghorn/chatops/layout"
	"foghorn/chatops/platform"
	"foghorn/config"
	"foghorn/internal/safetext"
)

// attach posts the whole of a message as a file: where the message is or, when only one
// person may see it, in the app's conversation with them. Where Slack takes no file, its
// pages follow in place of it.
func (s *Slack) attach(ctx context.Context, w *config.ChatWorkspace, call *chatops.Call, m *chatops.Message, l *laid) error {
	err := s.upload(ctx, w, call, m, l.file)
	if err == nil {
		return nil
	}
	s.Logger.Warn("an answer could not be attached as a file; its pages are shown instead", "workspace", w.Name, "error", err)
	r := *l.rendered
	more := &laid{rendered: &r, user: l.user}
	r.pages = append([][]block{{contextLine("The file could not be attached (" + safetext.Line(safetext.Clip(err.Error(), 300)) + "). These are its pages.")}}, r.pages...)
	if more.message, err = s.paged(ctx, &r, call.Workspace, l.user); err != nil {
		return err
	}
	if call.User == "" { // nobody asked, so that there is only the thread
		_, err := s.post(ctx, w, "chat.postMessage", &post{Channel: call.Channel, ThreadTS: call.Reply.Thread, message: more.message})
		return err
	}
	return s.deliver(ctx, w, call, &chatops.Message{Ephemeral: m.Ephemeral}, more, s.Thread(ctx, call))
}

// upload puts a file where people see it.
func (s *Slack) upload(ctx context.Context, w *config.ChatWorkspace, call *chatops.Call, m *chatops.Message, file *layout.File) error {
	channel, thread := call.Channel, s.Thread(ctx, call)
	if m.Ephemeral {
		var opened struct {
			Channel struct {
				ID string `json:"id"`
			} `json:"channel"`
		}
		if err := s.call(ctx, originOf(w), w.BotToken, "conversations.open", url.Values{"users": {call.User}}, &opened); err != nil {
			return err
		}
		channel, thread = opened.Channel.ID, ""
	}
	var place struct {
		URL string `json:"upload_url"`
		ID  string `json:"file_id"`
	}
	if err := s.call(ctx, originOf(w), w.BotToken, "files.getUploadURLExternal", url.Values{"filename": {file.Name}, "length": {strconv.Itoa(len(file.Content))}}, &place); err != nil {
		return err
	}
	if err := originOf(w).uploads(place.URL); err != nil {
		return err
	}
	q := &platform.Request{What: "upload a file", URL: place.URL, Header: http.Header{"Content-Type": {"application/octet-stream"}}, Body: file.Content}
	a, err := s.Send(ctx, q)
	if err != nil {
		return err
	}
	if a.Status != http.StatusOK {
		return &statusError{what: q.What, status: a.Status}
	}
	list, err := json.Marshal([]map[string]string{{"id": place.ID, "title": file.Title}})
	if err != nil {
		return err
	}
	form := url.Values{"files": {string(list)}, "channel_id": {channel}}
	if thread != "" {
		form.Set("thread_ts", thread)
	}
	return s.call(ctx, originOf(w), w.BotToken, "files.completeUploadExternal", form, nil)
}
