package chattest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"sync"

	"github.com/gorilla/websocket"
)

// mattermostStream are the events of a connection, which outlives its sockets.
type mattermostStream struct {
	id     string
	frames []string
}

// MattermostSocket is one connection of a bot.
type MattermostSocket struct {
	conn   *websocket.Conn
	stream *mattermostStream
	mu     sync.Mutex // held to write
	done   chan struct{}
}

// Deaf leaves pings of sockets that are opened from now on without an answer.
func (m *Mattermost) Deaf(deaf bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.deaf = deaf
}

// Opened are the queries of the sockets that were opened.
func (m *Mattermost) Opened() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.opened)
}

// Forget makes the server forget what it sent, as after a restart.
func (m *Mattermost) Forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.streams = map[string]*mattermostStream{}
}

func (m *Mattermost) serveSocket(w http.ResponseWriter, r *http.Request) {
	if !m.authorized(w, r) {
		m.wrong("a socket was opened without the token")
		return
	}
	conn, err := (&websocket.Upgrader{}).Upgrade(w, r, nil)
	if err != nil {
		return // it left meanwhile, or was told what is wrong
	}
	k := &MattermostSocket{conn: conn, done: make(chan struct{})}
	defer close(k.done)
	from, err := strconv.Atoi(r.URL.Query().Get("sequence_number"))
	m.mu.Lock()
	m.opened = append(m.opened, r.URL.RawQuery)
	if m.deaf {
		conn.SetPingHandler(func(string) error { return nil })
	}
	k.stream = m.streams[r.URL.Query().Get("connection_id")]
	if k.stream == nil || err != nil || from > len(k.stream.frames) {
		m.n++
		k.stream, from = &mattermostStream{id: fmt.Sprintf("c%025d", m.n)}, 0
		m.streams[k.stream.id] = k.stream
		k.stream.add("hello", map[string]any{"connection_id": k.stream.id, "server_version": "10.11.0"})
	}
	k.mu.Lock() // so that nothing overtakes them
	missing := slices.Clone(k.stream.frames[from:])
	m.sockets = append(m.sockets, k)
	m.mu.Unlock()
	for _, frame := range missing {
		_ = conn.WriteMessage(websocket.TextMessage, []byte(frame)) // the bot may have left
	}
	k.mu.Unlock()
	for {
		_, raw, err := conn.ReadMessage()
		if err != nil {
			return
		}
		m.wrong("a bot said something: %.80q", raw)
	}
}

// add makes the next event.
func (s *mattermostStream) add(event string, data any) string {
	raw, _ := json.Marshal(map[string]any{"event": event, "data": data, "broadcast": map[string]any{}, "seq": len(s.frames)}) // of texts
	s.frames = append(s.frames, string(raw))
	return string(raw)
}

func (k *MattermostSocket) send(text string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	_ = k.conn.WriteMessage(websocket.TextMessage, []byte(text)) // the bot may have left
}

// Emit sends an event to all sockets, and keeps it for those that are down.
func (m *Mattermost) Emit(event string, data any) {
	frames := m.Lose(event, data)
	for _, k := range m.Sockets() {
		if frame := frames[k.stream.id]; frame != "" {
			k.send(frame)
		}
	}
}

// Lose loses an event on its way; a bot is given it that asks for it by its number. It
// returns the event by the connections.
func (m *Mattermost) Lose(event string, data any) map[string]string {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := map[string]string{}
	for id, s := range m.streams {
		out[id] = s.add(event, data)
	}
	return out
}

// LoseSaid is Say, lost on its way.
func (m *Mattermost) LoseSaid(s MattermostSaid) {
	p := m.Write(s.Channel, s.Root, s.Text)
	m.Lose("posted", m.postedData(&p, s))
}

// Sockets are those that are open.
func (m *Mattermost) Sockets() []*MattermostSocket {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(m.sockets), func(k *MattermostSocket) bool {
		select {
		case <-k.done:
			return true
		default:
			return false
		}
	})
}

// Cut ends the socket without a word.
func (k *MattermostSocket) Cut() { _ = k.conn.UnderlyingConn().Close() }

// Say sends a text as it is.
func (k *MattermostSocket) Say(text string) { k.send(text) }
