package webhook

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"
)

var (
	errTooLarge = errors.New("larger than allowed")
	errNoRoom   = errors.New("no room for another body now")
)

const (
	firstChunk = 16 << 10 // what a body gets before any of it has arrived
	maxPooled  = 64 << 10 // buffers beyond this are left to the collector of garbage
)

// room bounds the bytes of all bodies held at once. A body books room as its
// bytes arrive, not as its Content-Length promises, so that a promise costs
// nothing. The first chunk of each is free of it: the number of connections, and
// of streams, bounds those, and so a few strangers who send large bodies slowly
// cannot keep out the deliveries that fit into it, which are nearly all. Bodies
// that nobody signs have a part of it only.
type room struct {
	sem   *semaphore.Weighted
	loose *semaphore.Weighted // the part for unsigned bodies; nil for no such bound
	wait  time.Duration
}

// newRoom makes room for total bytes. A quarter of it is for unsigned bodies, or
// what one of the largest needs, as sent and inflated.
func newRoom(total, largest int64, wait time.Duration) room {
	loose := min(total, max(total/4, 2*(largest+1)))
	return room{sem: semaphore.NewWeighted(total), loose: semaphore.NewWeighted(loose), wait: wait}
}

// buffer is one body on its way, with the room it has booked.
type buffer struct {
	b      []byte
	head   []byte // room for the head of the record
	booked int64
	loose  bool // no signature will vouch for it
	spent  bool // someone may still read it: it must not be used again
}

var buffers = sync.Pool{New: func() any { return &buffer{b: make([]byte, 0, firstChunk)} }}

// book takes n more bytes of room for b, waiting a bounded time for others to finish.
func (r *room) book(ctx context.Context, b *buffer, n int64) error {
	if !b.loose && r.sem.TryAcquire(n) {
		b.booked += n
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, r.wait)
	defer cancel()
	if b.loose && r.loose != nil && acquire(ctx, r.loose, n) != nil {
		return errNoRoom
	}
	if acquire(ctx, r.sem, n) != nil {
		if b.loose && r.loose != nil {
			r.loose.Release(n)
		}
		return errNoRoom
	}
	b.booked += n
	return nil
}

// acquire waits only when it has to.
func acquire(ctx context.Context, sem *semaphore.Weighted, n int64) error {
	if sem.TryAcquire(n) {
		return nil
	}
	return sem.Acquire(ctx, n)
}

// release gives the room back, and the memory unless the log may still read it.
func (r *room) release(b *buffer) {
	if b.booked > 0 {
		r.sem.Release(b.booked)
		if b.loose && r.loose != nil {
			r.loose.Release(b.booked)
		}
		b.booked = 0
	}
	b.loose = false
	if b.spent || cap(b.b) > maxPooled {
		return
	}
	b.b = b.b[:0]
	buffers.Put(b)
}

// fill reads src to its end into b. size is the length announced, or -1. It
// stops with errTooLarge after limit bytes, keeping what it read.
func (r *room) fill(ctx context.Context, b *buffer, src io.Reader, size, limit int64) error {
	want := int64(firstChunk)
	if size >= 0 && size < want {
		want = size
	}
	for {
		// One byte more than the limit tells a body that ends there from one that goes on.
		want = min(want, limit+1)
		if grow := want - firstChunk - b.booked; grow > 0 {
			if err := r.book(ctx, b, grow); err != nil {
				return err
			}
		}
		if int64(cap(b.b)) < want {
			next := make([]byte, len(b.b), want)
			copy(next, b.b)
			b.b = next
		}
		n, err := readFull(src, b.b[len(b.b):want])
		b.b = b.b[:len(b.b)+n]
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case int64(len(b.b)) > limit:
			b.b = b.b[:limit]
			return errTooLarge
		case int64(len(b.b)) == size:
			return nil
		}
		want *= 2
		if size > 0 {
			want = min(want, size)
		}
	}
}

// readFull fills p, and returns io.EOF only when src ended as it should.
func readFull(src io.Reader, p []byte) (n int, err error) {
	for n < len(p) && err == nil {
		var k int
		k, err = src.Read(p[n:])
		n += k
	}
	if n == len(p) && err == io.EOF {
		// The caller sees the end by the size, or with its next read.
		return n, nil
	}
	return n, err
}

// isGzip reports whether the body says it is compressed with gzip.
func isGzip(h map[string][]string) bool {
	enc, ok := encoding(h)
	return ok && enc == "gzip"
}

// encoding returns the content encoding in lower case, "" for none, and
// whether it is one the listener can undo.
func encoding(h map[string][]string) (string, bool) {
	v := h["Content-Encoding"]
	if len(v) == 0 {
		return "", true
	}
	switch e := strings.ToLower(strings.TrimSpace(strings.Join(v, ","))); e {
	case "", "identity":
		return "", true
	case "gzip", "x-gzip":
		return "gzip", true
	default:
		return e, false
	}
}

var unzippers sync.Pool

// inflater starts to undo gzip with a reader from the pool: a new one costs 40 kB.
func inflater(src []byte) (*gzip.Reader, error) {
	if z, ok := unzippers.Get().(*gzip.Reader); ok {
		if err := z.Reset(bytes.NewReader(src)); err != nil {
			unzippers.Put(z)
			return nil, err
		}
		return z, nil
	}
	return gzip.NewReader(bytes.NewReader(src))
}

// inflateInto undoes gzip into b, never holding more than limit bytes.
func (r *room) inflateInto(ctx context.Context, b *buffer, src []byte, limit int64) error {
	z, err := inflater(src)
	if err != nil {
		return fmt.Errorf("undo gzip: %w", err)
	}
	defer unzippers.Put(z)
	if err := r.fill(ctx, b, z, -1, limit); err != nil {
		return fmt.Errorf("undo gzip: %w", err)
	}
	return nil
}

// inflate is inflateInto without a bound on what all bodies hold together.
func inflate(dst, src []byte, limit int64) ([]byte, error) {
	r := room{sem: semaphore.NewWeighted(limit + 1)}
	b := &buffer{b: dst}
	err := r.inflateInto(context.Background(), b, src, limit)
	return b.b, err
}

// jsonType reports whether the request says its body is JSON, or says nothing.
// The type sent is returned for the record.
func jsonType(h http.Header) (string, bool) {
	v := h["Content-Type"]
	if len(v) == 0 {
		return "", true
	}
	if len(v) == 1 && v[0] == "application/json" {
		return v[0], true
	}
	t, _, _ := strings.Cut(v[0], ";")
	t = strings.ToLower(strings.TrimSpace(t))
	_, sub, _ := strings.Cut(t, "/")
	return t, sub == "json" || strings.HasSuffix(sub, "+json")
}
