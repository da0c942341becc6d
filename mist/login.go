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

// TwoFactor asks the person for the six digits of the second factor.
type TwoFactor func(ctx context.Context) (string, error)

// session is an admin who logs in with an email address and a password and is
// known by cookies from then on. It logs in with the first call, once for all
// callers, and again when the session ends.
type session struct {
	email    func() string
	password func() string
	second   TwoFactor

	client *Client
	jar    http.CookieJar

	loggingIn chan struct{} // holds something while somebody logs in, so that others wait

	mu      sync.Mutex // guards what follows
	in      bool
	since   time.Time // of the login
	refused error     // what the last login was refused with
	until   time.Time // no other one before: three failures lock the account
}

// afterRefusal is how long a refused login is not tried again. Mist throttles
// an account after three failures, the person's own logins in the portal too.
const afterRefusal = 15 * time.Minute

// WithLogin authorises as an admin by email address and password. second is
// asked when the account wants a second factor, and may be nil.
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

// Format prints nothing of what is inside, the cookies above all.
func (s *session) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "session") }

// attach gives the session the client it logs in through.
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

// csrf returns the value of the cookie that changes must repeat in a header.
// Outside Global 01 its name has a suffix, such as csrftoken.eu
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

// expired notes that the cloud no longer knows the session, and reports whether
// asking again may help. Of many callers who hear it at once the first logs in
// again; the others find a session that is younger than their complaint.
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

// youngSession is how long after a login a complaint is taken for an older one.
const youngSession = 30 * time.Second

// ready logs in unless that is done. Who waits for another's login, which may
// wait for a person to type a code, can give up.
func (s *session) ready(ctx context.Context) error {
	if done, err := s.standing(); done {
		return err
	}
	select {
	case s.loggingIn <- struct{}{}:
		defer func() { <-s.loggingIn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if done, err := s.standing(); done {
		return err // another did it
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

// standing reports whether logging in is settled for now, and how.
func (s *session) standing() (done bool, err error) {
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

// login sends the password, and the second factor when it is asked for.
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
			Detail: "the account wants a second factor, and there is nobody to ask"}
	}
	code, err := s.second(ctx)
	if err != nil {
		return err
	}
	_, err = s.post(ctx, "/login/two_factor", map[string]string{"two_factor": strings.TrimSpace(code)})
	return refusedLogin(err)
}

// post makes one of the calls of a login.
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

// refusedLogin makes of a refused login what it is: wrong credentials are told
// by 400, and so are accounts that log in elsewhere.
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
