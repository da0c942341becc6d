package mist

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

const (
	testToken = "tok-0123456789abcdef"
	testOrg   = "9777c1a0-6ef6-11e6-8bbf-02e208b2d34f"
	testSite  = "978c48e6-6ef6-11e6-8bbf-02e208b2d34f"
)

// cloud is a server under a path prefix, so that a path taken as absolute is
// caught. Each stub must be used.
type cloud struct {
	t      *testing.T
	client *Client
	mux    *http.ServeMux
	now    time.Time
	waits  []time.Duration
	calls  []string // "GET /orgs/... ?query"
}

// setup makes a cloud and a client of it whose waits take no time.
func setup(t *testing.T, opts ...Option) *cloud {
	t.Helper()
	k := &cloud{t: t, mux: http.NewServeMux(), now: time.Date(2026, 3, 1, 10, 20, 0, 0, time.UTC)}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path, ok := strings.CutPrefix(r.URL.Path, "/under/here/api/v1")
		if !ok {
			t.Errorf("a request to %s, outside of the prefix", r.URL.Path)
		}
		k.calls = append(k.calls, strings.TrimSuffix(r.Method+" "+path+"?"+r.URL.RawQuery, "?"))
		http.StripPrefix("/under/here/api/v1", k.mux).ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	opts = append([]Option{WithBaseURL(server.URL + "/under/here/"), WithToken(testToken), WithNow(func() time.Time { return k.now })}, opts...)
	c, err := NewClient(opts...)
	if err != nil {
		t.Fatal(err)
	}
	c.pause = func(ctx context.Context, d time.Duration) error {
		k.waits = append(k.waits, d)
		k.now = k.now.Add(d)
		return ctx.Err()
	}
	k.client = c
	return k
}

// on answers a pattern, and fails the test if nobody asks.
func (k *cloud) on(pattern string, h http.HandlerFunc) {
	k.t.Helper()
	used := false
	k.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) { used = true; h(w, r) })
	k.t.Cleanup(func() {
		if !used {
			k.t.Errorf("nobody asked for %s", pattern)
		}
	})
}

// answer is a handler that answers the same each time.
func answer(status int, body string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

func TestCallsSayWhoTheyAre(t *testing.T) {
	k := setup(t, WithUserAgent("foghorn/1.0"))
	k.on("GET /self", func(w http.ResponseWriter, r *http.Request) {
		for name, want := range map[string]string{"Authorization": "Token " + testToken, "Accept": "application/json", "User-Agent": "foghorn/1.0"} {
			if got := r.Header.Get(name); got != want {
				t.Errorf("%s: %q, want %q", name, got, want)
			}
		}
		answer(200, `{"email":"ann@acme.example","first_name":"Ann","privileges":[
			{"scope":"org","org_id":"o1","name":"Acme","role":"admin"},
			{"scope":"site","org_id":"o2","org_name":"Other","site_id":"s1","name":"Berlin","role":"read"}]}`)(w, r)
	})
	self, err := k.client.Self(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if self.Name != "Ann" || len(self.Privileges) != 2 {
		t.Fatalf("%+v", self)
	}
	if p := self.Privileges[0]; p.OrgName != "Acme" || p.Site != "" || !p.MayWrite() {
		t.Errorf("the privilege of an organization: %+v", p)
	}
	if p := self.Privileges[1]; p.OrgName != "Other" || p.Site != "Berlin" || p.MayWrite() {
		t.Errorf("the privilege of a site: %+v", p)
	}
}
