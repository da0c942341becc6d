package sql

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"strconv"
	"syscall"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/lib/pq"

	"foghorn/internal/safetext"
	"foghorn/relay"
)

// An answer of the database has the status 200, or 400 with these headers and the
// database's message as its body.
const (
	codeHeader  = "Sql-Code"  // PostgreSQL's SQLSTATE, MySQL's number, or one of the words below
	stateHeader = "Sql-State" // MySQL's SQLSTATE
	// Codes of failures before the database was asked anything.
	codeDNS     = "no such host"
	codeTLS     = "tls"
	codeConnect = "connect"
)

var errSlow = errors.New("it took longer than the timeout")

// Do runs the statements of a request in one transaction.
func (d *Destination) Do(ctx context.Context, request *relay.Request) *relay.Answer {
	begun := time.Now()
	ctx, cancel := context.WithTimeoutCause(ctx, d.timeout, fmt.Errorf("%w of %s", errSlow, d.timeout))
	defer cancel()
	a := d.try(ctx, request)
	a.At = time.Now()
	a.Duration = a.At.Sub(begun)
	return a
}

// Close gives back the connection.
func (d *Destination) Close() error { return d.pool.Close() }

func (d *Destination) try(ctx context.Context, request *relay.Request) *relay.Answer {
	b, ok := request.Args.(*batch)
	if !ok {
		return &relay.Answer{Err: fmt.Errorf("the request %q has no statements", request.Step)}
	}
	db, release, err := d.pool.acquire(ctx)
	if err != nil {
		return d.failure(ctx, err, true)
	}
	defer release()
	conn, err := db.Conn(ctx)
	if err != nil {
		return d.failure(ctx, err, true)
	}
	defer conn.Close()
	text, written, err := run(ctx, conn, b)
	if err != nil {
		// The next attempt gets a new connection: after a failover it leads elsewhere.
		_ = conn.Raw(func(any) error { return driver.ErrBadConn })
		a := d.failure(ctx, err, false)
		a.Written = written
		return a
	}
	return &relay.Answer{Status: http.StatusOK, Body: []byte(text), Written: true}
}

// run runs a batch. Nothing of it stays unless all of it does: written says that the
// commit had left when the error came.
func run(ctx context.Context, conn *sql.Conn, b *batch) (text string, written bool, err error) {
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return "", false, err
	}
	defer tx.Rollback() //nolint:errcheck // after a commit there is nothing to roll back; otherwise the connection is dropped
	for _, s := range b.statements {
		if b.answers {
			err = tx.QueryRowContext(ctx, s.text, s.values...).Scan(&text)
		} else {
			_, err = tx.ExecContext(ctx, s.text, s.values...)
		}
		if err != nil {
			return "", false, err
		}
	}
	if err := ctx.Err(); err != nil {
		return "", false, err
	}
	err = tx.Commit()
	return text, err != nil, err
}

// failure is the answer that an error is. What the database itself said, and what makes
// no sense to try again soon, has a code; the rest is an error of the network.
func (d *Destination) failure(ctx context.Context, err error, connecting bool) *relay.Answer {
	var ofPostgres *pq.Error
	var ofMySQL *mysql.MySQLError
	switch cause := context.Cause(ctx); {
	case cause != nil:
		return &relay.Answer{Err: fmt.Errorf("%s: no answer from %s: %w", d.address(), d.dialect.name, cause)}
	case errors.As(err, &ofPostgres):
		return d.refusal(string(ofPostgres.Code), "", ofPostgres.Message)
	case errors.As(err, &ofMySQL):
		return d.refusal(strconv.Itoa(int(ofMySQL.Number)), string(ofMySQL.SQLState[:]), ofMySQL.Message)
	case errors.Is(err, mysql.ErrPktTooLarge):
		return d.refusal("1153", "", err.Error())
	case noSuchHost(err):
		return d.refusal(codeDNS, "", err.Error())
	case ofTLS(err):
		return d.refusal(codeTLS, "", err.Error())
	case connecting && !ofNetwork(err):
		return d.refusal(codeConnect, "", err.Error())
	}
	return &relay.Answer{Err: errors.New(d.address() + ": " + d.masked(err.Error()))}
}

func (d *Destination) refusal(code, state, message string) *relay.Answer {
	return &relay.Answer{Status: http.StatusBadRequest, Header: http.Header{codeHeader: {code}, stateHeader: {state}}, Body: []byte(d.masked(message))}
}

// masked is text of a database or driver, without the password, for one line.
func (d *Destination) masked(text string) string {
	return safetext.Line(d.secrets.Text(safetext.Clip(text, 1000)))
}

func noSuchHost(err error) bool {
	var dns *net.DNSError
	return errors.As(err, &dns) && dns.IsNotFound
}

func ofTLS(err error) bool {
	var verify *tls.CertificateVerificationError
	var unknown x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	var header tls.RecordHeaderError
	var alert tls.AlertError
	var file *fs.PathError // of certificates or a key
	return errors.Is(err, pq.ErrSSLNotSupported) || errors.Is(err, mysql.ErrNoTLS) || errors.As(err, &verify) || errors.As(err, &unknown) ||
		errors.As(err, &host) || errors.As(err, &invalid) || errors.As(err, &header) || errors.As(err, &alert) || errors.As(err, &file)
}

// ofNetwork reports whether an error means that the way to the database is bad, and not
// that the other end is no such database, or asks for what we do not have.
func ofNetwork(err error) bool {
	var network net.Error
	var errno syscall.Errno
	return errors.As(err, &network) || errors.As(err, &errno) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, driver.ErrBadConn) || errors.Is(err, mysql.ErrInvalidConn) || errors.Is(err, sql.ErrConnDone)
}
