package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const orgID = "2818e386-8dec-2562-9ede-5b8a0fbbdc71"

// cloudConfig is a configuration of one organization at a cloud of the test's.
func cloudConfig(t *testing.T, url string) string {
	t.Helper()
	return configFile(t, fmt.Sprintf("[[mist]]\nname = \"acme\"\napi_url = %q\norg_id = %q\ntoken_env = \"SECRET\"\n", url, orgID))
}

// stubCloud answers a few endpoints, and holds every call against the token.
func stubCloud(t *testing.T) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/v1/orgs/"+orgID+"/inventory", func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		w.Header().Set("X-Page-Total", "3")
		w.Header().Set("X-Page-Limit", "2")
		w.Header().Set("X-Page-Page", cmp.Or(q.Get("page"), "1"))
		switch q.Get("type") + q.Get("page") {
		case "switch", "switch1":
			fmt.Fprint(w, `[{"name":"sw-1"},{"name":"sw-\u001b[2J"}]`)
		case "switch3":
			fmt.Fprint(w, `[]`)
		case "switch2":
			fmt.Fprint(w, `[{"name":"sw-3"}]`)
		default:
			http.Error(w, `{"detail":"unexpected `+r.URL.RawQuery+`"}`, http.StatusBadRequest)
		}
	})
	mux.HandleFunc("POST /api/v1/orgs/"+orgID+"/webhooks", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_, _ = w.Write(body)
	})
	mux.HandleFunc("GET /api/v1/half", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"name":"fog`) })
	mux.HandleFunc("GET /api/v1/self", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "600")
		http.Error(w, `{"detail":"API rate limit"}`, http.StatusTooManyRequests)
	})
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Token "+testSecret {
			http.Error(w, `{"detail":"Authentication credentials were not provided."}`, http.StatusUnauthorized)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

func TestAnyEndpointCanBeCalled(t *testing.T) {
	t.Parallel()
	cloud := stubCloud(t)
	config := cloudConfig(t, cloud.URL)
	call := func(args ...string) result {
		return foghorn(t, "", append([]string{"api", "--config", config}, args...)...)
	}

	whole := call("GET", "/orgs/:org/inventory", "-f", "type=switch", "-f", "limit=2", "--paginate")
	if whole.code != 0 || strings.Count(whole.out, `"name"`) != 3 || !strings.HasPrefix(whole.out, "[") || strings.Contains(whole.out, "\x1b") {
		t.Errorf("all pages: exit %d\n%s%s", whole.code, whole.out, whole.errOut)
	}
	if !json.Valid([]byte(whole.out)) {
		t.Errorf("all pages are no JSON:\n%s", whole.out)
	}
	for _, args := range [][]string{{"-f", "page=2"}, {"-f", "page=3"}, {"-f", "page=2", "--paginate"}, {"-f", "page=3", "--paginate"}} {
		r := call(append([]string{"GET", "/orgs/:org/inventory", "-f", "type=switch"}, args...)...)
		if r.code != 0 || !json.Valid([]byte(r.out)) || !strings.HasPrefix(r.out, "[") {
			t.Errorf("one page, %v: exit %d\n%s%s", args, r.code, r.out, r.errOut)
		}
	}
	names := call("get", "/api/v1/orgs/{org_id}/inventory?type=switch&page=1", "--jq", ".[0].name")
	if names.code != 0 || names.out != "sw-1\n" {
		t.Errorf("--jq: exit %d, %q%s", names.code, names.out, names.errOut)
	}
	made := call("POST", "/orgs/:org/webhooks", "-f", "name=test", "-f", "enabled=true", "-f", `topics=["alarms"]`, "--jq", "[.name, .enabled, .topics[0]]")
	if made.out != `["test",true,"alarms"]`+"\n" {
		t.Errorf("the body is made of the fields: %q%s", made.out, made.errOut)
	}
	file := filepath.Join(t.TempDir(), "body.json")
	if err := os.WriteFile(file, []byte(`{"from":"file"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if r := call("POST", "/orgs/:org/webhooks", "--input", file, "--jq", ".from"); r.out != "file\n" {
		t.Errorf("--input: %q%s", r.out, r.errOut)
	}
	if r := call("GET", "/orgs/:org/inventory", "-i", "-f", "type=switch", "-f", "page=2"); !strings.HasPrefix(r.out, "HTTP 200\n") || !strings.Contains(r.out, "X-Page-Total: 3") {
		t.Errorf("-i: %q%s", r.out, r.errOut)
	}
}

func TestCallsThatFailSayWhyAndHow(t *testing.T) {
	t.Parallel()
	cloud := stubCloud(t)
	config := cloudConfig(t, cloud.URL)
	wrong := configFile(t, fmt.Sprintf("[[mist]]\nname = \"acme\"\napi_url = %q\norg_id = %q\ntoken_env = \"WRONG\"\n", cloud.URL, orgID))
	for _, c := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"refused token", []string{"--config", wrong, "GET", "/self"}, exitRefused, "a token works only in the region"},
		{"rate limit", []string{"--config", config, "GET", "/self"}, exitRateLimited, "accepts no calls of this token until"},
		{"half an answer", []string{"--config", config, "GET", "/half"}, exitProblem, "cut off"},
		{"no such route", []string{"--config", config, "GET", "/nothing"}, exitProblem, "404"},
		{"bad request", []string{"--config", config, "GET", "/orgs/:org/inventory"}, exitProblem, "unexpected"},
		{"another host", []string{"--config", config, "GET", "https://evil.example/api/v1/self"}, exitProblem, "the token must not go to another host"},
		{"method", []string{"--config", config, "STEAL", "/self"}, exitUsage, "is not a method"},
		{"field", []string{"--config", config, "GET", "/self", "-f", "x"}, exitUsage, "key=value"},
		{"jq", []string{"--config", config, "GET", "/self", "--jq", ".["}, exitUsage, "--jq"},
		{"input that is none", []string{"--config", config, "POST", "/x", "--input", "/nowhere"}, exitUsage, "--input"},
		{"pages of a POST", []string{"--config", config, "POST", "/x", "--paginate"}, exitUsage, "--paginate"},
		{"read-only", []string{"--config", config, "--read-only", "POST", "/orgs/:org/webhooks"}, exitProblem, "read-only"},
		{"no organization", []string{"GET", "/self"}, exitUsage, "no [[mist]] organization has a token"},
		{"no such source", []string{"--config", config, "--source", "other", "GET", "/self"}, exitUsage, `no organization "other"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := foghorn(t, "", append([]string{"api"}, c.args...)...)
			if r.code != c.code || !strings.Contains(r.errOut, c.want) {
				t.Errorf("exit %d, want %d with %q:\n%s%s", r.code, c.code, c.want, r.out, r.errOut)
			}
			if strings.Contains(r.out+r.errOut, testSecret) || strings.Contains(r.out+r.errOut, "not-the-secret") {
				t.Errorf("the token is shown:\n%s%s", r.out, r.errOut)
			}
		})
	}
}
