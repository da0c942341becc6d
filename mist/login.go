package mist

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"sync"
	"time"
)

// TwoFactor prompts the person for the six digits of the second factor.
type TwoFactor func(ctx context.Context) (string, error)

// session authorizes with an admin's email address and password, and after the
// login with cookies. It logs in on the first call, once for all concurrent
// callers, and again when the session expires.
type session struct {
	email    func() string
	password func() string
	second   TwoFactor

	client *Client
	jar    http.CookieJar

	loggingIn chan struct{} // a lock of capacity 1; waiting for it can be canceled

	mu      sync.Mutex // guards what follows
	in      bool
	since   time.Time // of the login
	refused error     // the last login's refusal
	until   time.Time // no login before then: three failures lock the account
}

// afterRefusal is the wait after a refused login. Mist throttles an account
// after three failures, including the person's own logins in the portal.
const afterRefusal = 15 * time.Minute

// WithLogin authorizes with an admin's email address and password. The client
// calls second, which may be nil, when the account requires a second factor.
func WithLogin(email, password string, second TwoFactor) Option {
	return func(c *Client) error {
		email = strings.TrimSpace(email)
		if email == "" || password == "" {
			return errors.New("logging in needs an email address and a password")
		}
		c.auth = &session{email: func() string { return email }, password: func() string { return password }, second: second}
		return nil
	}
}

// Format hides the fields from every verb, above all the cookies.
func (s *session) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "session") }

// attach sets the client that the session logs in through.
func (s *session) attach(c *Client) error {
	jar, err := cookiejar.New(nil)
	s.client, s.jar, s.loggingIn = c, jar, make(chan struct{}, 1)
	c.http.Jar = jar
	return err
}

func (s *session) sign(req *http.Request) {
	if req.Method != http.MethodGet && req.Method != http.MethodHead {
		if v := s.csrf(); v != "" {
			req.Header.Set("X-CSRFToken", v)
		}
	}
}

func (s *session) header(h http.Header) {
	var pairs []string
	for _, k := range s.jar.Cookies(s.client.base) {
		pairs = append(pairs, k.Name+"="+k.Value)
	}
	h.Set("Cookie", strings.Join(pairs, "; "))
}

// csrf returns the value of the CSRF cookie, which every change must repeat in a
// header. Outside Global 01 its name has a suffix, such as csrftoken.eu
// (docs/mist-api.md, Login).
func (s *session) csrf() string {
	for _, k := range s.jar.Cookies(s.client.base) {
		if strings.HasPrefix(k.Name, "csrftoken") {
			return k.Value
		}
	}
	return ""
}

func (s *session) redact(text string) string {
	text = without(text, s.password(), s.csrf())
	for _, k := range s.jar.Cookies(s.client.base) {
		text = without(text, k.Value)
	}
	return text
}

// expired records that the cloud no longer accepts the session, and reports
// whether a retry may help. When many calls fail at once, only the first causes
// a new login; the others find a session younger than their failure.
func (s *session) expired() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.in {
		return s.refused == nil
	}
	if s.client.now().Sub(s.since) > youngSession {
		s.in = false
	}
	return true
}

// youngSession is the time after a login in which a 401 is attributed to the
// session before it.
const youngSession = 30 * time.Second

// ready logs in unless the session is logged in. A caller can cancel waiting for
// another caller's login, which may wait for a person to type a code.
func (s *session) ready(ctx context.Context) error {
	if done, err := s.loginState(); done {
		return err
	}
	select {
	case s.loggingIn <- struct{}{}:
		defer func() { <-s.loggingIn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if done, err := s.loginState(); done {
		return err // another caller logged in
	}
	err := s.login(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.in, s.since = err == nil, s.client.now()
	s.refused = nil
	if IsKind(err, KindAuth) {
		s.refused, s.until = err, s.client.now().Add(afterRefusal)
	}
	return err
}

// loginState reports whether no login is needed or allowed now: the session is
// logged in (nil), or the last login was refused a short time ago (its error).
func (s *session) loginState() (done bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.in {
		return true, nil
	}
	if s.refused != nil && s.client.now().Before(s.until) {
		return true, s.refused
	}
	return false, nil
}

// login sends the password, and the second factor if the cloud requires it.
func (s *session) login(ctx context.Context) error {
	answer, err := s.post(ctx, "/login", map[string]string{"email": s.email(), "password": s.password()})
	if err != nil {
		return refusedLogin(err)
	}
	if !answer.isTrue("two_factor_required") || answer.isTrue("two_factor_passed") {
		return nil
	}
	if s.second == nil {
		return &Error{Kind: KindAuth, Method: http.MethodPost, Host: s.client.base.Host, Path: apiRoot + "/login",
			Detail: "the account requires a second factor, and this login cannot prompt for one"}
	}
	code, err := s.second(ctx)
	if err != nil {
		return err
	}
	_, err = s.post(ctx, "/login/two_factor", map[string]string{"two_factor": strings.TrimSpace(code)})
	return refusedLogin(err)
}

// post makes one call of a login.
func (s *session) post(ctx context.Context, path string, body map[string]string) (Object, error) {
	data, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	u, err := s.client.resolve(path, nil)
	if err != nil {
		return nil, err
	}
	resp, err := s.client.do(WithCaller(ctx, "login", Operator), call{method: http.MethodPost, url: u, body: data, login: true})
	if err != nil {
		return nil, err
	}
	o, _ := ParseObject(resp.Body)
	return o, nil
}

// refusedLogin turns a 400 into KindAuth: the cloud sends it for wrong
// credentials, and for accounts that must log in elsewhere.
func refusedLogin(err error) error {
	var e *Error
	if errors.As(err, &e) && (e.Kind == KindBadRequest || e.Kind == KindPermission) {
		e.Kind = KindAuth
		if e.Forward != "" {
			e.Detail = "the account logs in by single sign-on, which only a browser can; use an API token"
		}
	}
	return err
}
