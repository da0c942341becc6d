package store

import (
	"context"
	"errors"
	"os"
	"sync"

	"zombiezen.com/go/sqlite"
)

// pool lends a few read connections. They are opened when first needed, and
// opened anew after the file was replaced (set aside as damaged, say).
type pool struct {
	path string
	open func() (*sqlite.Conn, error)
	slot chan struct{} // one token per connection that may be out

	mu     sync.Mutex
	idle   []*sqlite.Conn
	gen    int // counts replacements of the file
	out    map[*sqlite.Conn]int
	file   os.FileInfo
	closed bool
}

func newPool(path string, size int, open func() (*sqlite.Conn, error)) *pool {
	p := &pool{path: path, open: open, slot: make(chan struct{}, size), out: map[*sqlite.Conn]int{}}
	p.file, _ = os.Stat(path)
	return p
}

// take waits for a connection; give must be called with it. While it is out,
// the end of ctx interrupts what it does.
func (p *pool) take(ctx context.Context) (*sqlite.Conn, error) {
	select {
	case p.slot <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	c, err := p.pick()
	if err != nil {
		<-p.slot
		return nil, err
	}
	c.SetInterrupt(ctx.Done())
	return c, nil
}

func (p *pool) pick() (*sqlite.Conn, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, ErrClosed
	}
	if n := len(p.idle); n > 0 {
		c := p.idle[n-1]
		p.idle = p.idle[:n-1]
		p.out[c] = p.gen
		return c, nil
	}
	c, err := p.open()
	if err != nil {
		return nil, err
	}
	p.out[c] = p.gen
	return c, nil
}

// give takes a connection back.
func (p *pool) give(c *sqlite.Conn) {
	c.SetInterrupt(nil)
	p.mu.Lock()
	old := p.closed || p.out[c] != p.gen
	delete(p.out, c)
	if !old {
		p.idle = append(p.idle, c)
	}
	p.mu.Unlock()
	if old {
		c.Close()
	}
	<-p.slot
}

// drop makes give close a connection that read damaged pages: it would keep
// reporting them after the disk can be read again.
func (p *pool) drop(c *sqlite.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.out[c] = -1
}

// with runs fn with a connection inside a read transaction, so that all it
// reads is of one moment. A writer is never kept waiting by it.
func (p *pool) with(ctx context.Context, op string, fn func(*sqlite.Conn) error) (err error) {
	c, err := p.take(ctx)
	if err != nil {
		return err
	}
	defer func() {
		if isCorrupt(err) {
			p.drop(c)
		}
		p.give(c)
	}()
	defer func() {
		if err != nil && ctx.Err() != nil {
			err = ctx.Err()
		}
		err = wrap(op, p.path, err)
	}()
	if err := step(c, "BEGIN"); err != nil {
		return err
	}
	defer func() {
		c.SetInterrupt(nil) // ending the transaction must not be cut short
		if isCorrupt(err) {
			return // its transaction cannot be ended any more: see give
		}
		if e := step(c, "COMMIT"); e != nil {
			err = errors.Join(err, e)
		}
	}()
	return fn(c)
}

// step runs a kept statement without arguments or rows.
func step(c *sqlite.Conn, sql string) error {
	st, err := c.Prepare(sql)
	if err != nil {
		return err
	}
	return run(st)
}

// refresh drops the connections when the path is another file now, and reports
// whether it did. A file that is missing for the moment changes nothing.
func (p *pool) refresh() bool {
	now, err := os.Stat(p.path)
	if err != nil {
		return false
	}
	p.mu.Lock()
	if p.file != nil && os.SameFile(p.file, now) {
		p.mu.Unlock()
		return false
	}
	p.file = now
	p.gen++
	idle := p.idle
	p.idle = nil
	p.mu.Unlock()
	for _, c := range idle {
		c.Close()
	}
	return true
}

// close closes the idle connections; those that are out close when they come
// back, which close waits for.
func (p *pool) close() error {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return nil
	}
	p.closed = true
	idle := p.idle
	p.idle = nil
	p.mu.Unlock()
	for range cap(p.slot) {
		p.slot <- struct{}{}
	}
	for range cap(p.slot) {
		<-p.slot
	}
	var err error
	for _, c := range idle {
		err = errors.Join(err, c.Close())
	}
	return err
}
