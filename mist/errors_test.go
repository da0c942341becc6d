package mist

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestEachAnswerIsItsError(t *testing.T) {
	for name, c := range map[string]struct {
		reply  http.HandlerFunc
		kind   Kind
		detail string // in the error
		tells  string // in the explanation
	}{
		"token refused":      {answer(401, `{"detail":"Authentication credentials were not provided."}`), KindAuth, "not provided", "only in the region of its organization"},
		"no rights":          {answer(403, `{"detail":"You do not have permission to perform this action."}`), KindPermission, "permission", "give the token a role"},
		"removed":            {answer(404, `{"detail":"Not found."}`), KindNotFound, "Not found", "was it removed"},
		"too many":           {answer(429, `{"detail":"Too Many Request."}`, "Retry-After", "798"), KindRateLimit, "until 10:33:18Z", "until 10:33:18Z"},
		"Mist's own words":   {answer(400, `{"detail":"name\u001b[31m is\ntaken"}`), KindBadRequest, "name[31m is taken", "refused GET /api/v1/self: name[31m is taken"},
		"words by field":     {answer(422, `{"name":["too long"]}`), KindBadRequest, `{"name":["too long"]}`, "too long"},
		"no words":           {answer(400, ``), KindBadRequest, "400 bad request", "refused"},
		"a broken cloud":     {answer(503, `<html>Service Unavailable</html>`), KindServer, "a web page instead of JSON", "failed (503"},
		"a login page":       {answer(200, `<!DOCTYPE html><title>Hotel WiFi</title>`), KindMalformed, "a web page instead of JSON", "a login page in between"},
		"a page by its type": {answer(200, `hello`, "Content-Type", "text/html; charset=utf-8"), KindMalformed, "a web page", "a login page in between"},
		"JSON cut off":       {answer(200, `{"email":"ann@ac`), KindMalformed, "cut off: it ends at byte 16", "cut off"},
		"a list":             {answer(200, `[]`), KindMalformed, "not the kind", "not the kind"},
		"two values":         {answer(200, `{}{}`), KindMalformed, "more than one", "more than one"},
		"nested too deep":    {answer(200, strings.Repeat(`{"a":`, 300)), KindMalformed, "nested deeper", "nested deeper"},
		"a strange status":   {answer(304, ``), KindMalformed, "sends elsewhere", "is not usable"},
		"sent elsewhere": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://evil.example/api/v1/self", http.StatusFound)
		}, KindMalformed, "where the token must not go", "is not usable"},
		"the body breaks off": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = w.Write([]byte(`{"email":`))
		}, KindTransport, "broke off", "was cut off"},
		"words without end": {answer(400, `{"detail":"`+strings.Repeat("long ", 1000)+`"}`), KindBadRequest, "long ...", "long ..."},
	} {
		t.Run(name, func(t *testing.T) {
			k := setup(t)
			k.on("GET /self", c.reply)
			_, err := k.client.Self(t.Context())
			var e *Error
			if !errors.As(err, &e) || e.Kind != c.kind {
				t.Fatalf("%v, want the kind %q", err, c.kind)
			}
			if !strings.Contains(err.Error(), c.detail) || !strings.HasPrefix(err.Error(), "GET /api/v1/self: ") {
				t.Errorf("error %q, want %q", err, c.detail)
			}
			if tells := Explain(err); !strings.Contains(tells, c.tells) ||
				strings.ContainsAny(tells, "\n\x1b") || len(tells) > 600 {
				t.Errorf("explained as %q, want %q", tells, c.tells)
			}
		})
	}
}

func TestNobodyAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		err   error
		tells string
	}{
		"no such name":   {&net.DNSError{Err: "no such host", Name: "api.mist.example", IsNotFound: true}, "DNS does not know api.mist.example"},
		"nobody listens": {&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}, "cannot be reached: dial: connection refused"},
		"silence":        {context.DeadlineExceeded, "in time"},
	} {
		t.Run(name, func(t *testing.T) {
			calls := 0
			transport := roundTrip(func(*http.Request) (*http.Response, error) { calls++; return nil, c.err })
			k := setup(t, WithHTTPClient(&http.Client{Transport: transport}))
			_, err := k.client.Self(t.Context())
			if !IsKind(err, KindTransport) || !errors.Is(err, c.err) || !strings.Contains(Explain(err), c.tells) {
				t.Errorf("%v, explained as %q; want %q", err, Explain(err), c.tells)
			}
			want := maxAttempts
			if name == "silence" {
				want = 1 // half a minute each
			}
			if calls != want {
				t.Errorf("tried %d times, want %d", calls, want)
			}
			if used := k.client.Governor().Usage().Used; used != 0 && name != "silence" {
				t.Errorf("%d calls counted that never reached the cloud", used)
			}
		})
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestASilentCloudIsGivenUp(t *testing.T) {
	silent := roundTrip(func(r *http.Request) (*http.Response, error) { <-r.Context().Done(); return nil, r.Context().Err() })
	k := setup(t, WithTimeout(time.Millisecond), WithHTTPClient(&http.Client{Transport: silent}))
	_, err := k.client.Self(t.Context())
	if !IsKind(err, KindTransport) || !strings.Contains(err.Error(), "no answer in time") {
		t.Errorf("got %v", err)
	}
}

func TestWhoGivesUpGetsTheirOwnError(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	k := setup(t)
	k.on("GET /self", func(_ http.ResponseWriter, r *http.Request) { cancel(); <-r.Context().Done() })
	if _, err := k.client.Self(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if len(k.calls) != 1 {
		t.Errorf("%d calls after giving up", len(k.calls))
	}
}

func TestRedirectsOnTheSameHostAreFollowed(t *testing.T) {
	k := setup(t)
	k.on("GET /self", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/under/here/api/v1/me", http.StatusFound)
	})
	k.on("GET /me", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "" {
			t.Error("the token is lost on the way")
		}
		answer(200, `{}`)(w, r)
	})
	if _, err := k.client.Self(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestNoTokenToAnotherHost(t *testing.T) {
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("another host is asked, with %q", r.Header.Get("Authorization"))
	}))
	defer other.Close()
	k := setup(t)
	k.on("/self", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, other.URL+"/api/v1/self", http.StatusTemporaryRedirect)
	})
	for _, method := range []string{"GET", "POST"} {
		if _, err := k.client.Do(t.Context(), Request{Method: method, Path: "/self"}); !IsKind(err, KindMalformed) {
			t.Errorf("%s: %v", method, err)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		value, date string
		want        time.Duration
		ok          bool
	}{
		{"798", "", 798 * time.Second, true},
		{" 1.5 ", "", 1500 * time.Millisecond, true},
		{"0", "", 0, true},
		{"-5", "", 0, true},
		{"999999999999", "", 2 * time.Hour, true},
		{"NaN", "", 0, false},
		{"", "", 0, false},
		{"soon", "", 0, false},
		{"Sun, 01 Mar 2026 10:01:00 GMT", "", time.Minute, true},
		// A cloud whose clock is an hour ahead means a minute, too.
		{"Sun, 01 Mar 2026 11:01:00 GMT", "Sun, 01 Mar 2026 11:00:00 GMT", time.Minute, true},
		{"Sun, 01 Mar 2026 09:00:00 GMT", "", 0, true},
	} {
		h := http.Header{"Retry-After": {c.value}, "Date": {c.date}}
		if got, ok := retryAfter(h, now); got != c.want || ok != c.ok {
			t.Errorf("Retry-After %q at %q: %v, %v; want %v, %v", c.value, c.date, got, ok, c.want, c.ok)
		}
	}
}

func TestAWrongTokenNamesTheRegion(t *testing.T) {
	err := &Error{Kind: KindAuth, Host: "api.eu.mist.com", Method: "GET", Path: "/api/v1/self", Status: 401}
	if got := Explain(err); !strings.HasPrefix(got, "api.eu.mist.com (emea-01) does not accept the token (401)") {
		t.Error(got)
	}
}
