package syslog

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"time"
)

// link is a connection that can be asked whether its other end is still there.
type link struct {
	conn net.Conn // raw, or TLS over it
	raw  *polled
	made time.Time
}

func newLink(conn net.Conn) (*link, error) {
	sys, ok := conn.(syscall.Conn)
	if !ok {
		return nil, fmt.Errorf("a connection of %T has no socket", conn)
	}
	socket, err := sys.SyscallConn()
	if err != nil {
		return nil, err
	}
	_, datagrams := conn.(*net.UDPConn)
	raw := &polled{Conn: conn, socket: socket, datagrams: datagrams}
	return &link{conn: raw, raw: raw, made: time.Now()}, nil
}

// interrupt ends what waits on the connection. It is of no use after that.
func (l *link) interrupt() { _ = l.raw.SetDeadline(time.Unix(1, 0)) }

// mostRead bounds what a look at the connection reads: a server has nothing to say.
const mostRead = 64

// closed looks whether the other end has closed the connection, without waiting. Over TLS
// it reads what the protocol itself sends, such as session tickets and the notice that the
// connection ends.
func (l *link) closed() error {
	l.raw.now = true
	defer func() { l.raw.now = false }()
	var b [1024]byte
	for range mostRead {
		switch _, err := l.conn.Read(b[:]); {
		case errors.Is(err, errNothing):
			return nil
		case errors.Is(err, io.EOF):
			return errors.New("the server has closed the connection")
		case err != nil:
			return err
		}
	}
	return nil
}

// delivered waits until the other system has acknowledged every byte, and makes sure that
// its program has not closed the connection. Without it, what is written to a server
// that is gone would count as sent for as long as the buffers here have room.
func (l *link) delivered(ctx context.Context) error {
	return l.until(ctx, func() (bool, error) {
		var waiting int
		var failure error
		err := l.raw.socket.Control(func(fd uintptr) { waiting, failure = unacknowledged(int(fd)) })
		return waiting == 0, errors.Join(err, failure)
	})
}

// firstWord is how long a server gets to refuse after the handshake of TLS 1.3.
const firstWord = 250 * time.Millisecond

// heard waits for what a server says that asked for a certificate and got none: that it
// does without, by session tickets, or that it refuses. In TLS 1.3 that comes after
// the handshake, and the first messages would be lost. Silence counts as a yes.
func (l *link) heard(ctx context.Context) error {
	until := time.Now().Add(firstWord)
	before := l.raw.read
	return l.until(ctx, func() (bool, error) { return l.raw.read > before || time.Now().After(until), nil })
}

// until waits until something is so, while the connection lasts, and looks at the
// connection once more then.
func (l *link) until(ctx context.Context, so func() (bool, error)) error {
	for pause := 50 * time.Microsecond; ; pause = min(2*pause, 10*time.Millisecond) {
		is, err := so()
		if err != nil {
			return err
		}
		if err := l.closed(); err != nil || is {
			return err
		}
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-timer.C:
		}
	}
}

// polled is a connection whose Read can be told not to wait.
type polled struct {
	net.Conn
	socket    syscall.RawConn
	datagrams bool // an empty read is an empty datagram, and not the end
	now       bool
	read      int // bytes, without waiting
}

// errNothing is a read that found nothing. TLS takes an error that is temporary for what it
// is, and goes on after it.
var errNothing = os.ErrDeadlineExceeded

// Read reads what is there.
func (p *polled) Read(b []byte) (n int, err error) {
	if !p.now {
		return p.Conn.Read(b)
	}
	var failure error
	err = p.socket.Read(func(fd uintptr) bool {
		n, failure = syscall.Read(int(fd), b)
		return true
	})
	switch {
	case err != nil:
		return 0, err
	case errors.Is(failure, syscall.EAGAIN), errors.Is(failure, syscall.EINTR):
		return 0, errNothing
	case failure != nil:
		return 0, failure
	case n == 0 && !p.datagrams:
		return 0, io.EOF
	}
	p.read += n
	return n, nil
}
