package mattermost

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"

	"foghorn/config"
	"foghorn/relay"
	"foghorn/relay/chattext"
	"foghorn/relay/chattext/markdown"
)

// bot posts by the API with a token, and can update and reply.
type bot struct {
	c   config.Relay
	api string // without a slash at its end
}

// The steps of an exchange.
const (
	stepPost   = "post"
	stepUpdate = "update"
	stepReply  = "reply"
	stepMe     = "log in"
	stepFind   = "find the channel"
)

// handle is what the bot remembers of a message.
type handle struct {
	Post string `json:"post,omitempty"`
	// Reply is the item whose update was taken, and whose reply is due.
	Reply string `json:"reply,omitempty"`
}

// A handle that cannot be read is none: the message is then posted anew.
func handleOf(work *relay.Work) (h handle) {
	if json.Unmarshal(work.Handle, &h) != nil || !isID(h.Post) {
		return handle{}
	}
	return h
}

func (h handle) store(work *relay.Work) {
	work.Handle, _ = json.Marshal(h) // two strings can always be written
}

type postBody struct {
	ChannelID string `json:"channel_id"`
	RootID    string `json:"root_id,omitempty"`
	Message   string `json:"message"`
	Props     *props `json:"props,omitempty"`
	// PendingPostID makes the server recognize a repeat, for 30 seconds.
	PendingPostID string `json:"pending_post_id"`
}

type patchBody struct {
	Message string `json:"message"`
	Props   *props `json:"props"`
}

type props struct {
	Attachments []attachment `json:"attachments"`
}

func (b *bot) Limits() relay.Limits {
	if b.c.Send == sendEvents {
		return relay.Limits{Items: maxItems, Wait: hookWait, Rates: rates()}
	}
	return relay.Limits{Rates: rates(), Keeps: true, Groups: true}
}

func (b *bot) Encode(work *relay.Work) (*relay.Request, error) {
	first := &work.Items[0]
	if first.Notice == nil {
		return b.post(work.Items, true)
	}
	switch h := handleOf(work); {
	case h.Post == "":
		return b.post(work.Items[:1], false)
	case h.Reply == first.ID():
		return b.reply(first, h.Post)
	default:
		m, _, err := compose(b.c.Detail, work.Items[:1], false)
		if err != nil {
			return nil, err
		}
		return b.request(stepUpdate, http.MethodPut, "/posts/"+h.Post+"/patch", patchBody{m.Text, &props{m.Attachments}}, 1)
	}
}

func (b *bot) post(items []relay.Item, anew bool) (*relay.Request, error) {
	m, n, err := compose(b.c.Detail, items, anew)
	if err != nil {
		return nil, err
	}
	return b.request(stepPost, http.MethodPost, "/posts", postBody{
		ChannelID: b.c.Channel, Message: m.Text, Props: &props{m.Attachments}, PendingPostID: b.pending(stepPost, &items[0], n),
	}, n)
}

func (b *bot) reply(i *relay.Item, root string) (*relay.Request, error) {
	rung := chattext.Detail(b.c.Detail).Headline(i.Notice.Rung(), i.Notice)
	return b.request(stepReply, http.MethodPost, "/posts", postBody{
		ChannelID: b.c.Channel, RootID: root, Message: markdown.Text(rung, budgets[0].title), PendingPostID: b.pending(stepReply, i, 1),
	}, 1)
}

// pending is the same for each attempt at one post, and differs between any two posts.
func (b *bot) pending(step string, i *relay.Item, n int) string {
	text, _ := json.Marshal([]any{b.c.Name, b.c.Channel, step, i.ID(), i.Time().UnixNano(), n})
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])[:idLength]
}

func (b *bot) request(step, method, path string, body any, items int) (*relay.Request, error) {
	r := &relay.Request{Step: step, Method: method, URL: b.api + path, Header: headers(), Channel: b.c.Channel, Items: items}
	r.Header.Set("Authorization", "Bearer "+b.c.Token.Reveal())
	if body == nil {
		return r, nil
	}
	var err error
	r.Body, err = relay.Compact(body)
	return r, err
}

// Checks try the token and look at the channel; nothing is posted.
func (b *bot) Checks() []*relay.Request {
	me, _ := b.request(stepMe, http.MethodGet, "/users/me", nil, 0) // without a body nothing fails
	find, _ := b.request(stepFind, http.MethodGet, "/channels/"+b.c.Channel, nil, 0)
	me.Unpaced, find.Unpaced = true, true
	return []*relay.Request{me, find}
}
