package openapitest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	neturl "net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const org = "/api/v1/orgs/9777c1a0-6ef6-11e6-8bbf-02e208b2d34f"

func document(t *testing.T) *Document {
	t.Helper()
	d, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestRequests(t *testing.T) {
	d := document(t)
	for _, c := range []struct{ method, target, body, want string }{
		{"GET", org + "/sites?limit=1000&page=1", "", ""},
		{"GET", "/a/prefix" + org + "/sites", "", ""},
		{"GET", org + "/sites?limit=many", "", "should be a number"},
		{"GET", org + "/sites?colour=red", "", `no parameter "colour"`},
		{"GET", org + "/cites", "", "no such operation"},
		{"GET", "/orgs/x/sites", "", "no such operation"},
		{"PATCH", org + "/sites", "", "no such operation"},
		{"GET", org + "/stats/devices?type=all", "", ""},
		{"GET", org + "/stats/devices?type=everything", "", `type="everything"`},
		{"GET", org + "/alarms/search?acked=true", "", ""},
		{"GET", org + "/stats/mxedges?limit=10&page=1", "", ""},
		{"GET", org + "/insights/sites-sle?sle=wifi&duration=60m", "", ""},
		{"GET", org + "/insights/sites-sle?sle=radio", "", "sle="},
		{"POST", org + "/alarms/ack", `{"alarm_ids":["a"],"note":"mine"}`, ""},
		{"POST", org + "/alarms/ack", `{"note":"mine"}`, "missing property 'alarm_ids'"},
		{"POST", org + "/alarms/ack", `{"alarm_ids":"a"}`, "alarm_ids"},
		{"POST", org + "/alarms/ack", `{"alarm_ids":`, "not JSON"},
		{"POST", org + "/webhooks/w1/ping", `{"a":1}`, "takes no body"},
		{"PUT", "/api/v1/sites/s1/devices/d1", `{"name":"ap-1"}`, ""},
		{"PUT", "/api/v1/sites/s1/devices/d1", `{"name":7}`, "name"},
	} {
		u, err := neturl.Parse(c.target)
		if err != nil {
			t.Fatal(err)
		}
		expect(t, c.method+" "+c.target+" "+c.body, d.Request(c.method, u, "application/json", []byte(c.body)), c.want)
	}
}

func TestAnswers(t *testing.T) {
	d := document(t)
	for _, c := range []struct {
		method, path string
		status       int
		body, want   string
	}{
		{"GET", org + "/sites", 200, `[{"name":"Berlin","id":"s1","notes":null,"colour":"red"}]`, ""},
		{"GET", org + "/sites", 200, `[{"id":"s1"}]`, "missing property 'name'"},
		{"GET", org + "/sites", 200, `{"results":[]}`, "want array"},
		{"GET", org + "/sites", 200, `[{"name":"Ber`, "not JSON"},
		{"GET", org + "/sites", 201, `[]`, "no status 201"},
		{"GET", org + "/sites", 502, `oops`, ""},
		{"GET", org + "/sites", 429, `{"detail":"Too Many Request"}`, ""},
		{"GET", org + "/inventory", 200, `[{"mac":"5c5b35000001","site_id":null}]`, ""},
		{"GET", org + "/inventory", 200, `[{"mac":17}]`, "mac"},
		{"GET", "/api/v1/self/usage", 200, `{"requests":1,"request_limit":5000}`, ""},
		{"GET", "/api/v1/self/usage", 200, `{"requests":"1","request_limit":5000}`, "requests"},
		{"POST", org + "/alarms/ack", 200, ``, ""},
		{"GET", "/api/v1/sites/s/sle/site/s/metric/coverage/summary-trend", 200, `{"start":1,"end":2,"sle":{"samples":{"total":[1,null]}},"classifiers":[]}`, ""},
		{"GET", "/api/v1/sites/s/sle/site/s/metric/coverage/summary-trend", 200, `{"sle":{"samples":{"total":["many"]}}}`, "total"},
	} {
		err := d.Response(c.method, c.path, c.status, "application/json; charset=utf-8", []byte(c.body))
		expect(t, fmt.Sprint(c.method, " ", c.path, " ", c.status, " ", c.body), err, c.want)
	}
	expect(t, "a web page", d.Response("GET", org+"/sites", 200, "text/html", []byte("<html>")), "content type")
}

func expect(t *testing.T, what string, err error, want string) {
	t.Helper()
	switch {
	case want == "" && err != nil:
		t.Errorf("%s: %v", what, err)
	case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
		t.Errorf("%s: got %v, want %q", what, err, want)
	}
}

// TestItsOwnExamplesFit reads the examples of the document for the answers
// that foghorn reads, so that a mistake in the softening shows.
func TestItsOwnExamplesFit(t *testing.T) {
	d, read := document(t), 0
	whole, err := unpack()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range d.routes {
		for name, e := range child(r.answers["200"].media, "examples") {
			example, _ := e.(map[string]any)
			if ref, ok := example["$ref"].(string); ok {
				example = lookup(whole, strings.TrimPrefix(ref, "#"))
			}
			value, ok := example["value"]
			if !ok || r.method != "GET" || !wanted.MatchString(r.template) {
				continue
			}
			body, err := json.Marshal(value)
			if err != nil {
				t.Fatal(err)
			}
			read++
			if err := d.Response(r.method, r.template, 200, "application/json", body); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	if read < 20 {
		t.Errorf("only %d examples read", read)
	}
}

// wanted are the answers that foghorn reads; to compile all would take a while.
var wanted = regexp.MustCompile(`/(self|usage|sites|inventory|stats/devices|stats/clients|search|sites-sle|metrics|summary|threshold|impacted-(aps|users)|webhooks|webhook_topics)$`)

// spy is a testing.TB that notes failures instead of failing.
type spy struct {
	testing.TB
	failures []string
	cleanups []func()
}

func (s *spy) Errorf(format string, args ...any) {
	s.failures = append(s.failures, fmt.Sprintf(format, args...))
}
func (s *spy) Cleanup(f func()) { s.cleanups = append(s.cleanups, f) }

func TestBothSidesAreChecked(t *testing.T) {
	server := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `[{"id":"a site without a name"}]`)
	})
	ask := func(client *http.Client, base string) {
		for _, path := range []string{org + "/sites?colour=red", "/healthz"} {
			resp, err := client.Get(base + path)
			if err != nil {
				t.Fatal(err)
			}
			_ = resp.Body.Close()
		}
	}
	for _, side := range []string{"client", "server"} {
		s := &spy{TB: t}
		c := Check(s)
		if side == "client" {
			h := httptest.NewServer(server)
			defer h.Close()
			ask(&http.Client{Transport: c.RoundTripper(nil)}, h.URL)
		} else {
			h := httptest.NewServer(c.Handler(server))
			defer h.Close()
			ask(http.DefaultClient, h.URL)
		}
		all := strings.Join(s.failures, "\n")
		if len(s.failures) != 2 || !strings.Contains(all, `"colour"`) || !strings.Contains(all, "missing property 'name'") {
			t.Errorf("on the side of the %s: %s", side, all)
		}
		if seen := c.Seen(); !slices.Equal(seen, []string{"GET /orgs/{org_id}/sites"}) {
			t.Errorf("seen: %v", seen)
		}
		for _, f := range s.cleanups {
			f()
		}
		c.report(io.ErrUnexpectedEOF)
		if len(s.failures) != 2 {
			t.Error("it reports to a test that is over")
		}
	}
}
