package sql

import (
	"context"
	"database/sql"
	"net"
	"sync"
	"time"
)

// Life of connections.
const (
	idle = 30 * time.Second // after which an unused one is closed
	// life bounds the age of a busy one, so that a new address of the server is learned.
	life = 10 * time.Minute
	// grace is how long a driver has to end a statement by itself after its time is over.
	// PostgreSQL's asks the server to cancel it, so that no lock is left waiting.
	grace = time.Second
)

// pool is the one connection of a relay, opened when there is something to do.
type pool struct {
	dsn   *dsn
	turn  chan struct{} // held while a request is under way
	lines *lines
	grace time.Duration
	db    *sql.DB // under turn; nil before the first request, and after Close
}

func newPool(d *dsn) pool {
	return pool{dsn: d, turn: make(chan struct{}, 1), lines: &lines{open: map[*line]struct{}{}}, grace: grace}
}

// acquire waits for its turn. What it returns ends when ctx does, at most grace later;
// release gives the turn to the next.
func (p *pool) acquire(ctx context.Context) (db *sql.DB, release func(), err error) {
	select {
	case p.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	}
	if p.db == nil {
		connector, err := p.dsn.connector(p.lines.dial)
		if err != nil {
			<-p.turn
			return nil, nil, err
		}
		p.db = sql.OpenDB(connector)
		p.db.SetMaxOpenConns(1)
		p.db.SetMaxIdleConns(1)
		p.db.SetConnMaxIdleTime(idle)
		p.db.SetConnMaxLifetime(life)
	}
	var mu sync.Mutex
	var cut *time.Timer
	stop := context.AfterFunc(ctx, func() {
		mu.Lock()
		defer mu.Unlock()
		cut = time.AfterFunc(p.grace, p.lines.cut)
	})
	return p.db, func() {
		if !stop() {
			mu.Lock()
			if cut != nil {
				cut.Stop()
			}
			mu.Unlock()
		}
		<-p.turn
	}, nil
}

// Close ends the connection. It waits for a request that is under way.
func (p *pool) Close() error {
	p.turn <- struct{}{}
	defer func() { <-p.turn }()
	if p.db == nil {
		return nil
	}
	err := p.db.Close()
	p.db = nil
	return err
}

// lines are the open network connections. The drivers wait for answers without a time
// limit in several places: cutting the line under them ends that.
type lines struct {
	mu   sync.Mutex
	open map[*line]struct{}
}

type line struct {
	net.Conn
	lines *lines
}

// Close leaves the set, too.
func (l *line) Close() error {
	l.lines.mu.Lock()
	delete(l.lines.open, l)
	l.lines.mu.Unlock()
	return l.Conn.Close()
}

// cut closes all connections.
func (s *lines) cut() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for l := range s.open {
		_ = l.Conn.Close() // whoever uses it gets the error
	}
	clear(s.open)
}

func (s *lines) dial(ctx context.Context, network, address string) (net.Conn, error) {
	var d net.Dialer
	c, err := d.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	l := &line{c, s}
	s.mu.Lock()
	s.open[l] = struct{}{}
	s.mu.Unlock()
	return l, nil
}

// dialFunc is a function that drivers take as their dialer.
type dialFunc func(ctx context.Context, network, address string) (net.Conn, error)

// DialContext dials.
func (f dialFunc) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	return f(ctx, network, address)
}

// Dial and DialTimeout are what lib/pq asks for besides, and does not call.
func (f dialFunc) Dial(network, address string) (net.Conn, error) {
	return f(context.Background(), network, address)
}

// DialTimeout dials within a time.
func (f dialFunc) DialTimeout(network, address string, timeout time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	return f(ctx, network, address)
}
