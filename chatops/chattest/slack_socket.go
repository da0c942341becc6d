package chattest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// slackAckWithin is how long an app may take to acknowledge an envelope.
const slackAckWithin = 3 * time.Second

// SlackSocket is one connection of an app.
type SlackSocket struct {
	s    *Slack
	conn *websocket.Conn
	mu   sync.Mutex // held to write
	done chan struct{}
}

// SlackEnvelope is what was sent by a socket, and what became of it.
type SlackEnvelope struct {
	ID      string
	Accepts bool
	Sent    time.Time
	Acks    int
	Payload json.RawMessage // of the acknowledgement; nil without
	Took    time.Duration

	channel, user string
}

func (s *Slack) openConnection(w http.ResponseWriter, r *http.Request) {
	if !s.authorized(w, r, s.c.AppToken, "") {
		return
	}
	ticket := fmt.Sprintf("ticket-%d", s.number())
	s.mu.Lock()
	s.tickets[ticket] = true
	s.opened++
	s.mu.Unlock()
	answerJSON(w, "", map[string]any{"url": "ws" + strings.TrimPrefix(s.url(), "http") + "/link?ticket=" + ticket + "&app_id=A0123456789"})
}

// Opened is how often an address of a socket was asked for.
func (s *Slack) Opened() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.opened
}

// Deaf leaves pings of sockets that are opened from now on without an answer.
func (s *Slack) Deaf(deaf bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.deaf = deaf
}

func (s *Slack) serveSocket(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	ticket := r.URL.Query().Get("ticket")
	fresh, deaf := s.tickets[ticket], s.deaf
	delete(s.tickets, ticket)
	n := 1
	for _, k := range s.sockets {
		if !k.Closed() {
			n++
		}
	}
	s.mu.Unlock()
	if !fresh {
		http.Error(w, "expired ticket", http.StatusForbidden)
		return
	}
	conn, err := (&websocket.Upgrader{}).Upgrade(w, r, nil)
	if err != nil {
		return // the app left meanwhile, or was told what is wrong
	}
	k := &SlackSocket{s: s, conn: conn, done: make(chan struct{})}
	defer close(k.done)
	if deaf {
		conn.SetPingHandler(func(string) error { return nil })
	}
	k.Say(`{"type":"hello","num_connections":` + fmt.Sprint(n) + `,"debug_info":{"host":"applink-1","approximate_connection_time":18060},"connection_info":{"app_id":"A0123456789"}}`)
	s.mu.Lock()
	s.sockets = append(s.sockets, k)
	s.mu.Unlock()
	k.read()
}

// read takes acknowledgements until the app leaves.
func (k *SlackSocket) read() {
	for {
		_, raw, err := k.conn.ReadMessage()
		if err != nil {
			return
		}
		var a struct {
			Envelope string          `json:"envelope_id"`
			Payload  json.RawMessage `json:"payload"`
		}
		if json.Unmarshal(raw, &a) != nil {
			k.s.wrong("a frame is not JSON: %.80q", raw)
			continue
		}
		k.s.ack(a.Envelope, a.Payload)
	}
}

// WhenAcked has f called at each acknowledgement, before anything else comes of it.
func (s *Slack) WhenAcked(f func(envelope string)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.acked = f
}

// ack notes an acknowledgement, and shows the answer that rides along.
func (s *Slack) ack(id string, payload json.RawMessage) {
	s.mu.Lock()
	e, acked := s.envelopes[id], s.acked
	s.mu.Unlock()
	if acked != nil {
		acked(id)
	}
	if e == nil {
		s.wrong("an acknowledgement of %q, which was never sent", id)
		return
	}
	s.mu.Lock()
	e.Acks++
	e.Took = s.c.Now().Sub(e.Sent)
	late, second := e.Took > slackAckWithin, e.Payload != nil && payload != nil
	if payload != nil {
		e.Payload = payload
	}
	s.mu.Unlock()
	switch {
	case late:
		s.wrong("the envelope %s was acknowledged after %s", id, e.Took)
	case second:
		s.wrong("the envelope %s was answered twice", id)
	case payload != nil && !e.Accepts:
		s.wrong("the envelope %s takes no answer", id)
	}
	if payload != nil {
		s.show("ack", e.channel, e.user, payload)
	}
}

// Sockets are those that are open, oldest first.
func (s *Slack) Sockets() []*SlackSocket {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(s.sockets), (*SlackSocket).Closed)
}

// Envelope returns what became of an envelope.
func (s *Slack) Envelope(id string) SlackEnvelope {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e := s.envelopes[id]; e != nil {
		return *e
	}
	return SlackEnvelope{}
}

// Closed reports whether the app has left.
func (k *SlackSocket) Closed() bool {
	select {
	case <-k.done:
		return true
	default:
		return false
	}
}

// Say sends a text to the app; it may have left.
func (k *SlackSocket) Say(text string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	_ = k.conn.WriteMessage(websocket.TextMessage, []byte(text))
}

// Disconnect announces the end of the socket.
func (k *SlackSocket) Disconnect(reason string) {
	k.Say(`{"type":"disconnect","reason":"` + reason + `","debug_info":{"host":"applink-1"}}`)
}

// Cut ends the socket without a word.
func (k *SlackSocket) Cut() { _ = k.conn.UnderlyingConn().Close() }

// Send sends an envelope of a type, again when the id is one that was sent before. It
// returns the id.
func (k *SlackSocket) Send(id, kind string, call *SlackCall) string {
	if id == "" {
		id = fmt.Sprintf("00000000-0000-4000-8000-%012d", k.s.number())
	}
	e := &SlackEnvelope{ID: id, Accepts: kind == "slash_commands", Sent: k.s.c.Now(), channel: call.Channel, user: call.User}
	k.s.mu.Lock()
	if before := k.s.envelopes[id]; before != nil {
		before.Sent = e.Sent
	} else {
		k.s.envelopes[id] = e
	}
	k.s.mu.Unlock()
	raw, _ := json.Marshal(map[string]any{"envelope_id": id, "type": kind, "accepts_response_payload": e.Accepts, "payload": call.payload}) // of texts
	k.Say(string(raw))
	return id
}
