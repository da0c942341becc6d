package slack

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"strconv"

	"foghorn/relay"
)

// The steps of an exchange.
const (
	stepPost   = "post"
	stepUpdate = "update"
	stepReply  = "reply"
)

// handle is what is remembered of an alert's message, as JSON.
type handle struct {
	Channel string `json:"channel,omitempty"` // its id, which an edit needs
	TS      string `json:"ts,omitempty"`      // names the message within the channel
	// Of is the channel as it was configured when the message was posted.
	Of string `json:"of,omitempty"`
	// Shown is a hash of what the message shows. When it is what it should show, an
	// exchange that was interrupted goes on with the reply.
	Shown string `json:"shown,omitempty"`
	// Gone is why the message before could not be edited: then a new one is posted.
	Gone string `json:"gone,omitempty"`
}

// post is a message as Slack takes it.
type post struct {
	Channel  string `json:"channel,omitempty"`
	TS       string `json:"ts,omitempty"`
	ThreadTS string `json:"thread_ts,omitempty"`
	message
	// Parse is none, because an edit would otherwise look for names and links in the text.
	Parse       string `json:"parse"`
	UnfurlLinks bool   `json:"unfurl_links"`
	UnfurlMedia bool   `json:"unfurl_media"`
	*sender
}

// message is what a message says: its blocks, and a text for notifications.
type message struct {
	Text   string  `json:"text"`
	Blocks []block `json:"blocks"`
}

// hash names what a message says.
func (m message) hash() string {
	text, err := json.Marshal(m)
	if err != nil {
		return "" // never shown, so that the message is edited once more
	}
	h := fnv.New64a()
	_, _ = h.Write(text)
	return strconv.FormatUint(h.Sum64(), 36)
}

func load(work *relay.Work) (h handle) {
	if json.Unmarshal(work.Handle, &h) != nil {
		return handle{} // none, or not ours: a new message is the safe way
	}
	return h
}

func (h handle) save(work *relay.Work) {
	if text, err := json.Marshal(h); err == nil {
		work.Handle = text
	}
}

// Encode makes the next request: posts the root of an alert's message, edits it, or
// replies in its thread.
func (s *slack) Encode(work *relay.Work) (*relay.Request, error) {
	if !s.Limits().Keeps {
		items := work.Items[:min(len(work.Items), maxItems)]
		r, err := s.request(stepPost, "chat.postMessage", s.post(s.batch(items)))
		if err == nil {
			r.Items = len(items)
		}
		return r, err
	}
	n := work.Items[0].Notice
	h, root := load(work), s.root(&work.Items[0])
	switch {
	case h.TS == "":
		return s.request(stepPost, "chat.postMessage", s.post(root))
	case n.Why.Rings() && h.Shown == root.hash():
		p := s.post(s.reply(n))
		p.Channel, p.ThreadTS = h.Channel, h.TS
		r, err := s.request(stepReply, "chat.postMessage", p)
		if err == nil {
			r.Channel = h.Of
		}
		return r, err
	}
	p := s.post(root)
	p.Channel, p.TS, p.sender = h.Channel, h.TS, nil
	r, err := s.request(stepUpdate, "chat.update", p)
	if err == nil {
		r.Channel = "edits" // they count for themselves, and for all channels together
	}
	return r, err
}

func (s *slack) post(m message) post {
	return post{Channel: s.channel, message: m, Parse: "none", sender: &s.sender}
}

// response is what Slack answers.
type response struct {
	OK       bool   `json:"ok"`
	Error    string `json:"error"`
	Channel  string `json:"channel"`
	TS       string `json:"ts"`
	Needed   string `json:"needed"`
	Metadata struct {
		Messages []string `json:"messages"`
	} `json:"response_metadata"`
	Message *struct {
		ThreadTS string `json:"thread_ts"`
	} `json:"message"`
	// Of auth.test.
	Team string `json:"team"`
	User string `json:"user"`
}

// Judge says what an answer means, and notes in work.Handle how far the exchange is.
func (s *slack) Judge(work *relay.Work, request *relay.Request, answer *relay.Answer) relay.Verdict {
	if s.hook != "" {
		return judgeHook(request, answer)
	}
	r, v := read(answer)
	if v.Outcome != 0 {
		return v
	}
	if !s.Limits().Keeps {
		return verdict(request, answer, r)
	}
	h := load(work)
	if !r.OK {
		if why, gone := h.gone(request.Step, r.Error, s.channel); gone {
			handle{Gone: why}.save(work)
			return relay.Verdict{Outcome: relay.More, Reason: fmt.Sprintf("%s: posts a new message in place of the old one", why)}
		}
		return verdict(request, answer, r)
	}
	return s.advance(work, request, r, h)
}

// advance notes a step that succeeded.
func (s *slack) advance(work *relay.Work, request *relay.Request, r *response, h handle) relay.Verdict {
	done := relay.Verdict{Outcome: relay.Sent}
	n := work.Items[0].Notice
	switch request.Step {
	case stepPost:
		channel := r.Channel
		if channel == "" {
			channel = s.channel
		}
		handle{Channel: channel, TS: r.TS, Of: s.channel, Shown: s.root(&work.Items[0]).hash()}.save(work)
	case stepUpdate:
		h.Shown = s.root(&work.Items[0]).hash()
		h.save(work)
		if n.Why.Rings() {
			return relay.Verdict{Outcome: relay.More}
		}
	case stepReply:
		// A reply to a message that was deleted meanwhile stands outside of any thread:
		// from now on it is the alert's message.
		if r.Message != nil && r.Message.ThreadTS == "" && r.TS != "" {
			h.TS, h.Shown = r.TS, ""
			h.save(work)
		}
	}
	return done
}

// gone reports whether an error says that the message can be edited no more, so
// that a new one takes its place.
func (h handle) gone(step, problem, channel string) (why string, gone bool) {
	switch problem {
	case "message_not_found", "cant_update_message", "edit_window_closed", "is_inactive", "block_mismatch":
		gone = step == stepUpdate
	case "is_archived":
		gone = step == stepUpdate || step == stepReply
	case "thread_not_found", "cannot_reply_to_message", "restricted_action_non_threadable_channel", "restricted_action_thread_locked":
		gone = step == stepReply
	case "channel_not_found", "not_in_channel":
		// The relay has another channel by now, and the old one is out of reach.
		gone = step != stepPost && h.Of != channel
	}
	return problem, gone
}
