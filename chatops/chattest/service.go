package chattest

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"
)

// maxRequest is far above what an app sends.
const maxRequest = 16 << 20

// The rules of Slack and Mattermost for response_urls.
const (
	responseUses  = 5
	responseLasts = 30 * time.Minute
)

// service is what the stand-ins have in common: the names they give, the addresses they
// take answers at, and the rules that were broken.
type service struct {
	url func() string    // its own address
	now func() time.Time // the machine's

	mu         sync.Mutex
	violations []string
	responses  map[string]*responseURL
	n          int // numbers what needs a name of its own
}

// responseURL is an address that a call was given for its answers.
type responseURL struct {
	channel, user string
	made          time.Time
	uses          int
}

// init makes a service ready; without a clock it has the machine's.
func (s *service) init(url func() string, now func() time.Time) {
	s.url, s.now, s.responses = url, now, map[string]*responseURL{}
}

// wrong notes what an app may not do.
func (s *service) wrong(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.violations = append(s.violations, fmt.Sprintf(format, args...))
}

// Violations lists what the app did against the rules.
func (s *service) Violations() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.violations)
}

// Forgive forgets the violations so far.
func (s *service) Forgive() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.violations = nil
}

// number makes a name unique.
func (s *service) number() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.n++
	return s.n
}

// offer makes a path the address for the answers to a call.
func (s *service) offer(path, channel, user string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.responses[path] = &responseURL{channel: channel, user: user, made: s.now()}
	return s.url() + path
}

// answered takes an answer at a response_url; the problem is empty when it was taken.
func (s *service) answered(r *http.Request) (at *responseURL, raw []byte, problem string) {
	raw, err := io.ReadAll(io.LimitReader(r.Body, maxRequest))
	if err != nil {
		return nil, nil, "broken_request"
	}
	if r.Header.Get("Authorization") != "" {
		s.wrong("a token was sent to a response_url")
	}
	s.mu.Lock()
	at = s.responses[r.URL.Path]
	switch {
	case at == nil:
		problem = "no_such_url"
	case s.now().Sub(at.made) > responseLasts:
		problem = "expired_url"
	case at.uses >= responseUses:
		problem = "used_url"
	default:
		at.uses++
	}
	s.mu.Unlock()
	if problem != "" {
		s.wrong("an answer at a response_url: %s", problem)
	}
	return at, raw, problem
}
