package platform

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const (
	maxAnswer = 1 << 20
	// maxWait is how long a request waits when the service says that it is too much.
	maxWait = time.Minute
	tries   = 3
)

// Request is one to the service.
type Request struct {
	What   string // for errors
	Method string // POST
	URL    string
	Header http.Header
	Body   []byte
	// Patient sends it again when the service asks to wait.
	Patient bool
}

// Answer is what the service answered.
type Answer struct {
	Status int
	Body   []byte

	pause time.Duration // that it asks for
}

// Send sends a request. Its errors do not show the address, which may be a secret.
func (b *Base) Send(ctx context.Context, q *Request) (*Answer, error) {
	for try := 1; ; try++ {
		a, err := b.sendOnce(ctx, q)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", q.What, err)
		}
		if a.Status != http.StatusTooManyRequests || !q.Patient || try == tries {
			return a, nil
		}
		if err := Sleep(ctx, a.pause); err != nil {
			return nil, fmt.Errorf("%s: %s asks to wait %s: %w", q.What, b.Title, a.pause, err)
		}
	}
}

func (b *Base) sendOnce(ctx context.Context, q *Request) (*Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, requestLimit)
	defer cancel()
	method := q.Method
	if method == "" {
		method = http.MethodPost
	}
	r, err := http.NewRequestWithContext(ctx, method, q.URL, bytes.NewReader(q.Body))
	if err != nil {
		return nil, errors.New("the address is not a URL")
	}
	if q.Header != nil {
		r.Header = q.Header.Clone()
	}
	resp, err := b.HTTP.Do(r)
	if err != nil {
		return nil, withoutAddress(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return nil, fmt.Errorf("the answer broke off: %w", err)
	}
	seconds, err := strconv.Atoi(strings.TrimSpace(resp.Header.Get("Retry-After")))
	if err != nil || seconds < 1 {
		seconds = 1
	}
	return &Answer{resp.StatusCode, body, min(maxWait, time.Duration(seconds)*time.Second)}, nil
}

// withoutAddress takes the address off an error.
func withoutAddress(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}

// Sleep waits, unless ctx would end before.
func Sleep(ctx context.Context, d time.Duration) error {
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < d {
		return context.DeadlineExceeded
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// JSONType is the Content-Type of JSON.
const JSONType = "application/json; charset=utf-8"

// JSON is a value with no more escapes than it needs: services bound its size, and an
// escape is six times as long as what it stands for.
func JSON(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSpace(b.Bytes()), err
}
