package syslog

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"syscall"
	"time"

	"foghorn/relay"
)

// renewal is how long a socket for datagrams is used: a name may get another address,
// and no answer would tell.
const renewal = time.Minute

// Do sends the messages of a request over the connection that there is, or a new one.
func (d *Destination) Do(ctx context.Context, request *relay.Request) *relay.Answer {
	begun := time.Now()
	ctx, cancel := context.WithTimeout(ctx, d.timeout)
	defer cancel()
	answer := d.attempt(ctx, request)
	answer.At = time.Now()
	answer.Duration = answer.At.Sub(begun)
	return answer
}

func (d *Destination) attempt(ctx context.Context, request *relay.Request) *relay.Answer {
	select {
	case d.turn <- struct{}{}:
		defer func() { <-d.turn }()
	case <-ctx.Done():
		return failed(fmt.Errorf("an earlier request to %s has not ended", d.address), "")
	}
	if err := d.connect(ctx); err != nil {
		return d.explain("cannot connect to", err)
	}
	stop := context.AfterFunc(ctx, d.link.interrupt)
	var written int
	var err error
	if request.Step == stepSend {
		written, err = d.send(ctx, request.Body)
	}
	found := d.found()
	if !stop() || err != nil {
		d.hangUp()
	}
	if err == nil {
		return &relay.Answer{Body: []byte(found)}
	}
	answer := d.explain("cannot send to", err)
	answer.Written = d.holdsMessage(request.Body, written)
	return answer
}

// Close ends the connection, once the request that uses it has ended.
func (d *Destination) Close() error {
	d.turn <- struct{}{} // not for long: each Do has a time limit
	defer func() { <-d.turn }()
	d.hangUp()
	return nil
}

func (d *Destination) hangUp() {
	if d.link != nil {
		_ = d.link.conn.Close() // nothing waits in it
		d.link = nil
	}
}

// connect leaves a connection whose other end is there, as far as one can see.
func (d *Destination) connect(ctx context.Context) error {
	if d.link != nil {
		err := d.link.closed()
		if err == nil && (d.scheme != "udp" || time.Since(d.link.made) < renewal) {
			return nil
		}
		d.hangUp()
		if err != nil && d.scheme == "udp" {
			return err // it is about datagrams of before; the next ones would be lost too
		}
	}
	network := "tcp"
	if d.scheme == "udp" {
		network = "udp"
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, network, d.host)
	if err != nil {
		return err
	}
	l, err := newLink(conn)
	if err == nil && d.scheme == "tls" {
		err = d.secure(ctx, l)
	}
	if err == nil {
		err = l.closed()
	}
	if err != nil {
		_ = conn.Close()
		return err
	}
	d.link = l
	return nil
}

// secure makes the connection one of TLS.
func (d *Destination) secure(ctx context.Context, l *link) error {
	asked := false
	config := &tls.Config{ServerName: d.name, MinVersion: tls.VersionTLS12,
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			asked = true
			return &tls.Certificate{}, nil
		},
		ClientSessionCache: tls.NewLRUClientSessionCache(1)} // without one, no session tickets come that heard waits for
	if d.caFile != "" {
		pool, err := x509.SystemCertPool()
		if err != nil {
			pool = x509.NewCertPool() // there are none
		}
		pem, err := os.ReadFile(d.caFile)
		if err != nil {
			return &mistake{fmt.Errorf("ca_file: %w", err)}
		}
		if !pool.AppendCertsFromPEM(pem) {
			return &mistake{fmt.Errorf("ca_file: %s holds no certificate in PEM form", d.caFile)}
		}
		config.RootCAs = pool
	}
	secured := tls.Client(l.raw, config)
	if err := secured.HandshakeContext(ctx); errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET) {
		return fmt.Errorf("the server ended the TLS handshake (%w): is this its port for TLS?", err)
	} else if err != nil {
		return err
	}
	l.conn = secured
	if asked && secured.ConnectionState().Version >= tls.VersionTLS13 {
		return l.heard(ctx)
	}
	return nil
}

// send writes the messages, and returns how much of the body has left.
func (d *Destination) send(ctx context.Context, body []byte) (written int, err error) {
	if d.scheme == "udp" {
		for message := range bytes.SplitSeq(body, []byte{'\n'}) {
			if _, err = d.link.conn.Write(message); err != nil {
				break
			}
			written += len(message) + 1
		}
		if err == nil {
			err = d.link.closed()
		}
		if errors.Is(err, syscall.ECONNREFUSED) {
			written = 0 // so a system answers for a port on which nobody listens
		}
		return written, err
	}
	written, err = d.link.conn.Write(body)
	if err != nil {
		return written, err
	}
	return written, d.link.delivered(ctx)
}

// holdsMessage reports whether so many bytes of a body may hold a whole message, which the
// server then may have taken.
func (d *Destination) holdsMessage(body []byte, written int) bool {
	if d.scheme == "udp" {
		return written > 0
	}
	length, _, _ := bytes.Cut(body, []byte{' '})
	n, err := strconv.Atoi(string(length))
	return err == nil && written >= len(length)+1+n
}

func (d *Destination) found() string {
	switch d.scheme {
	case "udp":
		return "the name has an address and no refusal came; UDP has no way to find out more"
	case "tcp":
		return "connected by TCP, without encryption"
	}
	state := d.link.conn.(*tls.Conn).ConnectionState() // secure has made it
	return "connected by " + tls.VersionName(state.Version) + "; the certificate is good for " + d.name
}

// mistake is an error of the configuration.
type mistake struct{ error }

func (m *mistake) Unwrap() error { return m.error }

// explain says what failed and what to do about it, and whether waiting can help.
func (d *Destination) explain(what string, err error) *relay.Answer {
	var (
		wrong   *mistake
		invalid *tls.CertificateVerificationError
		network *net.OpError
		header  tls.RecordHeaderError
	)
	where := fmt.Sprintf("%s %s: ", what, d.address)
	switch {
	case errors.As(err, &wrong):
		return failed(fmt.Errorf("%s%w", where, err), misconfigured)
	case errors.As(err, &invalid):
		return failed(fmt.Errorf("%sits certificate is not trusted (%w): name the file of its authority as ca_file, or the host as the certificate does", where, invalid.Err), misconfigured)
	case errors.As(err, &network) && network.Op == "remote error": // so crypto/tls calls an alert of the other side
		return failed(fmt.Errorf("%sthe server refuses the TLS connection (%w): foghorn shows no certificate of its own, so the server must not ask for one",
			where, network.Err), misconfigured)
	case errors.As(err, &header):
		return failed(errors.New(where+"the server does not speak TLS at that port: use tcp://, or the port for TLS, often 6514"), misconfigured)
	case errors.Is(err, syscall.ECONNREFUSED):
		return failed(errors.New(where+"nobody listens there: is the server running, and the port right?"), "")
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return failed(fmt.Errorf("%sno answer within %s", where, d.timeout), "")
	}
	return failed(fmt.Errorf("%s%w", where, err), "")
}
