package platform

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

const (
	dialWithin  = 15 * time.Second
	writeWithin = 5 * time.Second
	pingEvery   = 10 * time.Second
	// HelloWithin is how long a service may take for its first frame.
	HelloWithin = 10 * time.Second
	// Silence is how long nothing may come: neither frames and pings of the service, nor
	// answers to our pings. A socket that died without a word is replaced then.
	Silence = 25 * time.Second
)

// HandshakeError means that the service, or a proxy, answered the connection with a status.
type HandshakeError struct {
	service string
	status  int
}

func (e *HandshakeError) Error() string {
	return fmt.Sprintf("connect the socket: %s answered %d: a proxy on the way may not let WebSockets pass", e.service, e.status)
}

// Socket is a WebSocket. One goroutine reads; any may write.
type Socket struct {
	conn   *websocket.Conn
	within time.Duration // something has to come; the reader's alone
	write  sync.Mutex    // held to write
}

// Connect opens a socket that takes frames of at most so many bytes.
func (b *Base) Connect(ctx context.Context, address string, header http.Header, maxFrame int64) (*Socket, error) {
	ctx, cancel := context.WithTimeout(ctx, dialWithin)
	defer cancel()
	dialer := websocket.Dialer{Proxy: http.ProxyFromEnvironment, NetDialContext: b.Dial, HandshakeTimeout: dialWithin}
	conn, resp, err := dialer.DialContext(ctx, address, header) //nolint:bodyclose // the library has read the body
	if err != nil {
		if resp != nil {
			return nil, &HandshakeError{b.Title, resp.StatusCode}
		}
		return nil, fmt.Errorf("connect the socket: %w", withoutAddress(err))
	}
	conn.SetReadLimit(maxFrame)
	s := &Socket{conn: conn}
	s.Within(Silence)
	conn.SetPongHandler(func(string) error { s.Within(Silence); return nil })
	conn.SetPingHandler(func(text string) error {
		s.Within(Silence)
		// The library has a lock of its own for control frames.
		_ = conn.WriteControl(websocket.PongMessage, []byte(text), time.Now().Add(writeWithin))
		return nil
	})
	return s, nil
}

// Within says how soon something has to come.
func (s *Socket) Within(d time.Duration) {
	s.within = d
	_ = s.conn.SetReadDeadline(time.Now().Add(d)) // it fails on a closed connection only
}

// Read returns the next frame.
func (s *Socket) Read() ([]byte, error) {
	_, frame, err := s.conn.ReadMessage()
	if timeout := net.Error(nil); errors.As(err, &timeout) && timeout.Timeout() {
		return nil, fmt.Errorf("the socket was silent for %s", s.within)
	}
	if err != nil {
		return nil, fmt.Errorf("the socket ended: %w", err)
	}
	s.Within(Silence)
	return frame, nil
}

// Send writes a frame of JSON.
func (s *Socket) Send(v any) error {
	raw, err := JSON(v)
	if err != nil {
		return err
	}
	s.write.Lock()
	defer s.write.Unlock()
	if err := s.conn.SetWriteDeadline(time.Now().Add(writeWithin)); err != nil {
		return err
	}
	return s.conn.WriteMessage(websocket.TextMessage, raw)
}

// Ping asks for signs of life until done is closed, so that silence means that the socket
// is dead.
func (s *Socket) Ping(done <-chan struct{}) {
	t := time.NewTicker(pingEvery)
	defer t.Stop()
	for {
		select {
		case <-done:
			return
		case <-t.C:
			if s.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(writeWithin)) != nil {
				s.Close() // the reader notices
				return
			}
		}
	}
}

// Close ends the connection.
func (s *Socket) Close() { _ = s.conn.Close() } // what it fails with, the reader learns

// Bye ends the connection, and says so to the service.
func (s *Socket) Bye() {
	text := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
	_ = s.conn.WriteControl(websocket.CloseMessage, text, time.Now().Add(time.Second)) // it ends anyway
	s.Close()
}
