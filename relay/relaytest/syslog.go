package relaytest

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"sync"
)

// Syslog is a syslog server on 127.0.0.1. It takes messages of RFC 5424 alone, over TCP and
// TLS with their length in front, and closes the connection on anything else.
type Syslog struct {
	Address   string // udp://, tcp:// or tls://, and the port
	Authority []byte // of a server of TLS: the certificate to trust, in PEM

	mu       sync.Mutex
	changed  chan struct{} // closed and made anew with each message and fault
	messages []SyslogMessage
	faults   []error
	conns    map[net.Conn]bool
	accepted int
	left     int // messages until connections are closed; -1 for any number
	largest  int

	listener io.Closer
	running  sync.WaitGroup
}

// NewSyslog starts a server for a scheme: udp, tcp or tls. One of TLS treats the
// certificates of its clients as clients says; relays have none.
func NewSyslog(scheme string, clients tls.ClientAuthType) (*Syslog, error) {
	s := &Syslog{changed: make(chan struct{}), conns: map[net.Conn]bool{}, left: -1, largest: 8192}
	if scheme == "udp" {
		s.largest = 2048
		conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
		if err != nil {
			return nil, err
		}
		s.Address, s.listener = "udp://"+conn.LocalAddr().String(), conn
		s.running.Go(func() { s.datagrams(conn) })
		return s, nil
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s.Address = scheme + "://" + l.Addr().String()
	if scheme == "tls" {
		c, err := NewCertificate("127.0.0.1")
		if err != nil {
			return nil, err
		}
		pair, err := tls.X509KeyPair(c.Certificate, c.Key)
		if err != nil {
			return nil, err
		}
		config := &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12, ClientAuth: clients}
		s.Authority, l = c.Certificate, tls.NewListener(l, config)
	}
	s.listener = l
	s.running.Go(func() { s.accept(l) })
	return s, nil
}

// Messages are those that were taken.
func (s *Syslog) Messages() []SyslogMessage {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]SyslogMessage(nil), s.messages...)
}

// Faults are what was not RFC 5424.
func (s *Syslog) Faults() []error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]error(nil), s.faults...)
}

// Connections is how many there have been.
func (s *Syslog) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.accepted
}

// Wait returns the messages when there are n, or a fault.
func (s *Syslog) Wait(ctx context.Context, n int) ([]SyslogMessage, error) {
	for {
		s.mu.Lock()
		messages, err, changed := append([]SyslogMessage(nil), s.messages...), errors.Join(s.faults...), s.changed
		s.mu.Unlock()
		if len(messages) >= n || err != nil {
			return messages, err
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return messages, fmt.Errorf("%d messages of %d: %w", len(messages), n, ctx.Err())
		}
	}
}

// CloseAfter closes connections after n more messages, as a server does that restarts; -1
// for never. What is already on its way is then lost.
func (s *Syslog) CloseAfter(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.left = n
}

// Disconnect closes the connections that are open.
func (s *Syslog) Disconnect() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.conns {
		_ = c.Close()
	}
}

// Close ends the server.
func (s *Syslog) Close() {
	_ = s.listener.Close()
	s.Disconnect()
	s.running.Wait()
}

func (s *Syslog) datagrams(conn *net.UDPConn) {
	b := make([]byte, 1<<16)
	for {
		n, err := conn.Read(b)
		if err != nil {
			return // closed
		}
		s.take(string(b[:n]))
	}
}

func (s *Syslog) accept(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return // closed
		}
		s.mu.Lock()
		s.conns[conn] = true
		s.accepted++
		s.mu.Unlock()
		s.running.Go(func() {
			s.frames(conn)
			_ = conn.Close()
			s.mu.Lock()
			delete(s.conns, conn)
			s.mu.Unlock()
		})
	}
}

// frames reads messages with their length in front (RFC 6587, 3.4.1; RFC 5425, 4.3).
func (s *Syslog) frames(conn net.Conn) {
	r := bufio.NewReaderSize(conn, 16)
	for {
		length, err := r.ReadString(' ')
		if err != nil {
			if length != "" {
				s.fault(fmt.Errorf("the connection ends within a length: %q", length))
			}
			return
		}
		n, err := strconv.Atoi(length[:len(length)-1])
		if err != nil || n < 1 || length[0] == '0' || length[0] == '+' {
			s.fault(fmt.Errorf("%q is no length", length))
			return
		}
		if n > s.largest {
			s.fault(fmt.Errorf("a message of %d bytes is longer than %d", n, s.largest))
			return
		}
		message := make([]byte, n)
		if _, err := io.ReadFull(r, message); err != nil {
			return // the sender ended in the middle
		}
		if !s.take(string(message)) {
			return
		}
	}
}

// take keeps a message, and reports whether the connection goes on.
func (s *Syslog) take(raw string) bool {
	m, err := ParseSyslog(raw)
	if err == nil && len(raw) > s.largest {
		err = fmt.Errorf("a message of %d bytes is longer than %d", len(raw), s.largest)
	}
	if err != nil {
		s.fault(fmt.Errorf("%w: %.200q", err, raw))
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.messages = append(s.messages, m)
	s.tell()
	if s.left > 0 {
		s.left--
	}
	return s.left != 0
}

func (s *Syslog) fault(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, err)
	s.tell()
}

// tell wakes those that wait. The lock is held.
func (s *Syslog) tell() {
	close(s.changed)
	s.changed = make(chan struct{})
}
