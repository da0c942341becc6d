package mistsim

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// The tests run clouds inside synctest bubbles, where waiting takes no time,
// against a listener in the same process. http_test.go adds a real one.

var (
	mistKey  = []byte("mist-demo-secret")
	junosKey = []byte("junos-demo-secret")
)

// got is one request as a listener saw it.
type got struct {
	after  time.Duration // since the cloud was made
	path   string
	header http.Header
	body   string
}

// events returns the topic and elements of a Mist delivery; ok is false when
// the body is none.
func (g got) events() (topic string, events []map[string]any, ok bool) {
	var e struct {
		Topic  string
		Events []map[string]any
	}
	if g.path != "/mist/acme" || json.Unmarshal([]byte(g.body), &e) != nil {
		return "", nil, false
	}
	return e.Topic, e.Events, true
}

// recorder is a listener: it keeps what it gets and answers with a status.
type recorder struct {
	mu     sync.Mutex
	start  time.Time
	posts  []got
	status func(n int) int // of the n-th request, from 0; nil means 200
	tries  int
}

func (r *recorder) RoundTrip(q *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(q.Body)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	status := http.StatusOK
	if r.status != nil {
		status = r.status(r.tries)
	}
	r.tries++
	if status == 0 {
		return nil, io.ErrUnexpectedEOF
	}
	if status < 500 {
		r.posts = append(r.posts, got{time.Since(r.start), q.URL.Path, q.Header, string(body)})
	}
	return &http.Response{StatusCode: status, Body: io.NopCloser(strings.NewReader(`{}`))}, nil
}

func (r *recorder) options(seed uint64) Options {
	return Options{
		Seed: seed, Client: &http.Client{Transport: r},
		MistURL: "http://listener/mist/acme", JunosURL: "http://listener/junos/core",
		MistSecret: mistKey, JunosSecret: junosKey,
	}
}

// listen runs a cloud for so long in a bubble and returns what a listener got.
// The half millisecond keeps the end off the moments at which things happen.
func listen(t *testing.T, d time.Duration, change func(*Options, *recorder)) []got {
	t.Helper()
	r := &recorder{}
	synctest.Test(t, func(t *testing.T) {
		r.start = time.Now()
		o := r.options(7)
		if change != nil {
			change(&o, r)
		}
		c := mustNew(t, o)
		ctx, cancel := context.WithTimeout(t.Context(), d+500*time.Microsecond)
		defer cancel()
		if err := c.Run(ctx); err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	return r.posts
}

// play tells one story on a fresh cloud.
func play(t *testing.T, name string) []got {
	t.Helper()
	r := &recorder{}
	synctest.Test(t, func(t *testing.T) {
		r.start = time.Now()
		if err := mustNew(t, r.options(7)).Play(t.Context(), name); err != nil {
			t.Errorf("Play: %v", err)
		}
	})
	return r.posts
}

func mustNew(t *testing.T, o Options) *Cloud {
	t.Helper()
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
