package mist

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

const testPassword = "correct horse battery"

// accounts is a cloud that knows one admin.
type accounts struct {
	*cloud
	secondFactor bool
	mu           sync.Mutex
	logins       int
	valid        string // the session that is known
}

// serve answers the login, and GET and POST /thing to who is logged in.
func (a *accounts) serve() {
	body := func(r *http.Request) (m map[string]string) {
		if err := json.NewDecoder(r.Body).Decode(&m); err != nil {
			a.t.Error(err)
		}
		return m
	}
	a.mux.HandleFunc("POST /login", func(w http.ResponseWriter, r *http.Request) {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.logins++
		if m := body(r); m["email"] != "ann@acme.example" || m["password"] != testPassword {
			answer(400, `{"detail":"Invalid password `+m["password"]+`"}`)(w, r)
			return
		}
		a.valid = fmt.Sprintf("session-%d", a.logins)
		http.SetCookie(w, &http.Cookie{Name: "sessionid.eu", Value: a.valid, Path: "/"})
		http.SetCookie(w, &http.Cookie{Name: "csrftoken.eu", Value: "csrf-1234", Path: "/"})
		answer(200, fmt.Sprintf(`{"email":"ann@acme.example","two_factor_required":%v,"two_factor_passed":false}`, a.secondFactor))(w, r)
	})
	a.mux.HandleFunc("POST /login/two_factor", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-CSRFToken") != "csrf-1234" {
			a.t.Error("the second factor comes without X-CSRFToken")
		}
		if body(r)["two_factor"] != "123456" {
			answer(401, `{"detail":"wrong code"}`)(w, r)
			return
		}
		answer(200, ``)(w, r)
	})
	a.mux.HandleFunc("/thing", func(w http.ResponseWriter, r *http.Request) {
		a.mu.Lock()
		defer a.mu.Unlock()
		session, err := r.Cookie("sessionid.eu")
		if err != nil || session.Value != a.valid || r.Header.Get("Authorization") != "" {
			answer(401, `{"detail":"Authentication credentials were not provided."}`)(w, r)
			return
		}
		if want := map[string]string{"POST": "csrf-1234"}[r.Method]; r.Header.Get("X-CSRFToken") != want {
			a.t.Errorf("%s with X-CSRFToken %q, want %q", r.Method, r.Header.Get("X-CSRFToken"), want)
		}
		answer(200, `{}`)(w, r)
	})
}

func (a *accounts) ask(ctx context.Context, method string) error {
	_, err := a.client.Do(ctx, Request{Method: method, Path: "/thing"})
	return err
}

func logIn(t *testing.T, password string, second TwoFactor) *accounts {
	a := &accounts{cloud: setup(t, WithLogin("ann@acme.example", password, second)), secondFactor: second != nil}
	a.serve()
	return a
}

func TestLoginOnceForAllCalls(t *testing.T) {
	a := logIn(t, testPassword, nil)
	for _, method := range []string{"GET", "POST", "GET"} {
		if err := a.ask(t.Context(), method); err != nil {
			t.Fatal(err)
		}
	}
	h := http.Header{}
	if err := a.client.Authorize(t.Context(), h); err != nil || !strings.Contains(h.Get("Cookie"), "sessionid.eu=session-1") || h.Get("Authorization") != "" {
		t.Errorf("the stream would send %v, %v", h, err)
	}
	if a.logins != 1 {
		t.Errorf("logged in %d times", a.logins)
	}
}

func TestSecondFactor(t *testing.T) {
	a := logIn(t, testPassword, func(context.Context) (string, error) { return " 123456\n", nil })
	if err := a.ask(t.Context(), "POST"); err != nil {
		t.Error(err)
	}

	a = logIn(t, testPassword, func(context.Context) (string, error) { return "654321", nil })
	if err := a.ask(t.Context(), "GET"); !IsKind(err, KindAuth) || strings.Contains(err.Error(), "654321") {
		t.Errorf("a wrong code: %v", err)
	}

	gaveUp := errors.New("the person pressed esc")
	a = logIn(t, testPassword, func(context.Context) (string, error) { return "", gaveUp })
	if err := a.ask(t.Context(), "GET"); !errors.Is(err, gaveUp) {
		t.Errorf("giving up: %v", err)
	}

	a = logIn(t, testPassword, nil)
	a.secondFactor = true
	if err := a.ask(t.Context(), "GET"); !IsKind(err, KindAuth) || !strings.Contains(Explain(err), "cannot prompt") {
		t.Errorf("nobody to ask: %v", err)
	}
}

func TestARefusedLoginIsNotTriedAgainAtOnce(t *testing.T) {
	a := logIn(t, "wrong guess", nil)
	for range 5 {
		err := a.ask(t.Context(), "GET")
		if !IsKind(err, KindAuth) || !strings.Contains(Explain(err), "three failures lock") {
			t.Fatalf("got %v", err)
		}
		if text := fmt.Sprintf("%v %+v %#v", err, err, err) + Explain(err); strings.Contains(text, "wrong guess") {
			t.Errorf("the password is in %s", text)
		}
	}
	if a.logins != 1 {
		t.Errorf("logged in %d times with a wrong password: three lock the account", a.logins)
	}
	a.now = a.now.Add(afterRefusal)
	if _ = a.ask(t.Context(), "GET"); a.logins != 2 {
		t.Errorf("after a while it is not tried again")
	}
}

func TestSingleSignOnIsSaidToBe(t *testing.T) {
	k := setup(t, WithLogin("ann@acme.example", testPassword, nil))
	k.on("POST /login", answer(400, `{"detail":"sso admin login needs to be initiated by IdP","forward_url":"https://my.sso/idp"}`))
	_, err := k.client.Self(t.Context())
	var e *Error
	if !errors.As(err, &e) || e.Kind != KindAuth || e.Forward != "https://my.sso/idp" || !strings.Contains(Explain(err), "API token") {
		t.Errorf("%v: %s", err, Explain(err))
	}
}

func TestAnEndedSessionLogsInAgain(t *testing.T) {
	a := logIn(t, testPassword, nil)
	if err := a.ask(t.Context(), "GET"); err != nil {
		t.Fatal(err)
	}
	a.valid = "ended"
	a.now = a.now.Add(time.Hour)
	if err := a.ask(t.Context(), "POST"); err != nil || a.logins != 2 {
		t.Errorf("%v after %d logins", err, a.logins)
	}
}

func TestManyCallersLogInOnce(t *testing.T) {
	a := logIn(t, testPassword, nil)
	a.client.now = func() time.Time { return time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC) }
	var group sync.WaitGroup
	errs := make(chan error, 8)
	for range 8 {
		group.Go(func() { errs <- a.client.auth.ready(t.Context()) })
	}
	group.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			t.Error(err)
		}
	}
	if a.logins != 1 {
		t.Errorf("logged in %d times", a.logins)
	}
}

func TestWhoWaitsForALoginCanGiveUp(t *testing.T) {
	asked, typed := make(chan struct{}), make(chan string)
	a := logIn(t, testPassword, func(context.Context) (string, error) { close(asked); return <-typed, nil })
	first := make(chan error, 1)
	go func() { first <- a.client.auth.ready(t.Context()) }()
	<-asked
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := a.client.auth.ready(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	typed <- "123456"
	if err := <-first; err != nil {
		t.Error(err)
	}
}
