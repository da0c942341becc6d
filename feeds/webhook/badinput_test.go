package webhook

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"
	"testing"

	"foghorn/journal/event"
	"foghorn/junos"
	"foghorn/mist"
)

// badInput is every kind of request that is turned away, with what the sender
// is told and what the journal keeps.
func badInput(t testing.TB) map[string]bad {
	all := badSignatures()
	maps.Copy(all, badBodies())
	maps.Copy(all, badRequests(t))
	return all
}

// acme is a rightly signed post of body.
func acme(body string) *http.Request { return signed("/mist/acme", "new", body) }

// events is a delivery of n of the smallest elements.
func events(n int) string {
	return `{"topic":"alarms","events":[{}` + strings.Repeat(",{}", n-1) + `]}`
}

// set gives a header these values, and no others.
func set(r *http.Request, name string, values ...string) *http.Request {
	r.Header[http.CanonicalHeaderKey(name)] = values
	return r
}

// badSignatures are requests from who cannot show who they are.
func badSignatures() map[string]bad {
	v1, v2 := mist.Sign([]byte("new"), []byte(good))
	v1only := signed("/mist/globex", "other", good)
	v1only.Header.Del(mist.HeaderV2)
	return map[string]bad{
		"signature wrong":                {signed("/mist/acme", "nobody's", good), 401, event.Failed, "does not match", "no secret configured here gives it"},
		"signature missing":              {post("/mist/acme", good), 401, event.Failed, "missing", "no secret in Mist"},
		"of another source":              {signed("/mist/acme", "other", good), 401, event.Failed, "does not match", "secret of source globex"},
		"header twice":                   {set(acme(good), mist.HeaderV2, v2, v2), 401, event.Failed, "does not match", "appears twice"},
		"two values in one header":       {set(acme(good), mist.HeaderV2, v2+", "+v2), 401, event.Failed, "does not match", "is not 64 hex digits"},
		"empty header":                   {set(acme(good), mist.HeaderV2, ""), 401, event.Failed, "does not match", "(0 characters came)"},
		"v1 in the v2 header":            {set(acme(good), mist.HeaderV2, v1), 401, event.Failed, "does not match", "swapped"},
		"v2 wrong though v1 right":       {set(acme(good), mist.HeaderV2, strings.Repeat("ab", 32)), 401, event.Failed, "does not match", "(SHA-1) matches but"},
		"v1 alone where v2 is asked for": {v1only, 401, event.Failed, "does not match", "require_v2"},
		"unsigned from a stranger":       {post("/mist/lab", good), 401, event.Failed, "missing", "from this machine only"},
		"Junos post at a Mist path":      {agent("/mist/acme", "agent", `{"event":"X"}`), 401, event.Failed, "missing", "Junos agent's post"},
		"Mist post at a Junos path":      {signed("/junos/core", "new", good), 401, event.Failed, "missing", "Mist webhook"},
		"Junos signature missing":        {post("/junos/core", `{"event":"X"}`), 401, event.Failed, "missing", "without its secret"},
		"Junos signature wrong":          {set(post("/junos/core", `{"event":"X"}`), junos.Header, strings.Repeat("0", 64)), 401, event.Failed, "does not match", "compare the secret"},
	}
}

// badBodies are rightly signed posts of what is not a delivery.
func badBodies() map[string]bad {
	short := acme(good[:40])
	short.ContentLength, short.Body = int64(len(good)), io.NopCloser(io.MultiReader(strings.NewReader(good[:40]), broken{}))
	return map[string]bad{
		"body empty":             {acme(""), 400, event.Malformed, "not a delivery", "empty"},
		"not JSON":               {acme("hello"), 400, event.Malformed, "not a delivery", "not JSON"},
		"an array":               {acme("[" + good + "]"), 400, event.Malformed, "not a delivery", "array"},
		"events missing":         {acme(`{"topic":"alarms"}`), 400, event.Malformed, "not a delivery", "no events list"},
		"events null":            {acme(`{"topic":"alarms","events":null}`), 400, event.Malformed, "not a delivery", "null"},
		"events an object":       {acme(`{"topic":"alarms","events":{}}`), 400, event.Malformed, "not a delivery", "an object"},
		"topic missing":          {acme(`{"events":[]}`), 400, event.Malformed, "not a delivery", "no topic"},
		"topic a number":         {acme(`{"topic":7,"events":[]}`), 400, event.Malformed, "not a delivery", "topic is"},
		"nested 10,000 deep":     {acme(`{"topic":"alarms","events":[` + strings.Repeat("[", 10000) + strings.Repeat("]", 10000) + `]}`), 400, event.Malformed, "not a delivery", "nested"},
		"JSON cut in the middle": {acme(good[:len(good)-20]), 400, event.Malformed, "not a delivery", ""},
		"Junos without an event": {agent("/junos/core", "agent", `{"hostname":"x"}`), 400, event.Malformed, "not a delivery", "event"},
		"Junos not JSON":         {agent("/junos/core", "agent", `event=X`), 400, event.Malformed, "not a", "not JSON"},
		"Junos event a number":   {agent("/junos/core", "agent", `{"event":7}`), 400, event.Malformed, "not a", "not a text"},
		"Junos an array":         {agent("/junos/core", "agent", `[{"event":"X"}]`), 400, event.Malformed, "not a", "array"},
		"Mist body, Junos path":  {agent("/junos/core", "agent", good), 400, event.Malformed, "not a", "this is a Mist webhook"},
		"Junos body, Mist path":  {acme(`{"event":"X","message":"m"}`), 400, event.Malformed, "not a", "this is a Junos agent's post"},
		"Junos over other bytes": {set(post("/junos/core", `{"event": "X"}`), junos.Header, junos.Sign([]byte("agent"), []byte(`{"event":"X"}`))), 401, event.Failed, "does not match", "the same JSON written differently matches"},
		"connection cut":         {short, 400, event.Refused, "ended early", "40 of 104 bytes"},
	}
}

// badRequests are too large, compressed wrongly, of another type or elsewhere.
func badRequests(t testing.TB) map[string]bad {
	get := post("/mist/acme", "")
	get.Method = http.MethodGet
	bomb := zip(t, strings.Repeat(" ", 9<<20))
	cutGzip := zip(t, strings.Repeat(good, 100))[:60]
	chunked := acme(strings.Repeat("x", 9<<20))
	chunked.ContentLength = -1
	return map[string]bad{
		"20 MB":            {acme(strings.Repeat("x", 20<<20)), 413, event.Refused, "too large", "Content-Length is 20971520"},
		"9 MB chunked":     {chunked, 413, event.Refused, "too large", "larger than max_body"},
		"gzip bomb":        {set(acme(bomb), "Content-Encoding", "gzip"), 413, event.Refused, "too large", "inflate to more"},
		"10,001 events":    {acme(events(10_001)), 413, event.Refused, "at most 10000", "the delivery has 10001 events; one delivery may have 10000"},
		"100,001 events":   {acme(events(100_001)), 413, event.Refused, "at most 10000", "more than 100000 events"},
		"gzip cut off":     {set(acme(cutGzip), "Content-Encoding", "gzip"), 400, event.Malformed, "not gzip", "unexpected EOF"},
		"gzip in name":     {set(acme(good), "Content-Encoding", "gzip"), 400, event.Malformed, "not gzip", "the body is not"},
		"unsigned bomb":    {set(sign(post("/mist/acme", bomb), "wrong", bomb), "Content-Encoding", "gzip"), 401, event.Failed, "does not match", ""},
		"another encoding": {set(acme(good), "Content-Encoding", "br"), 415, event.Refused, "gzip or none", `"br"`},
		"a form":           {set(acme(good), "Content-Type", "application/x-www-form-urlencoded"), 415, event.Refused, "application/json", "curl sends that"},
		"text":             {set(acme(good), "Content-Type", "text/plain"), 415, event.Refused, "application/json", `"text/plain"`},

		"path unknown":      {post("/wp-login.php", "x=1"), 404, event.Refused, "no such path", "scanner"},
		"source unknown":    {signed("/mist/acmee", "new", good), 404, event.Refused, "no such source", "/mist/acme"},
		"junos unknown":     {agent("/junos/x", "agent", `{"event":"X"}`), 404, event.Refused, "no such source", "/junos/core"},
		"method wrong":      {get, 405, event.Refused, "use POST", "GET to this path"},
		"post to a probe":   {signed("/healthz", "new", good), 405, event.Refused, "use GET", "/mist/<source>"},
		"a path of rubbish": {post("/%ff%00%7f", "x"), 404, event.Refused, "no such path", "scanner"},
	}
}

type bad struct {
	r       *http.Request
	status  int
	verdict event.Verdict
	say     string // part of what the sender is told
	cause   string // part of what the journal keeps
}

// broken is a connection that ends before the body does.
type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestBadInputHasAnAnswerAndATrace(t *testing.T) {
	t.Parallel()
	for name, c := range badInput(t) {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, twoOrgs())
			w := b.do(c.r)
			var answer struct{ Error string }
			if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
				t.Fatalf("the answer %q is not JSON: %v", w.Body, err)
			}
			if w.Code != c.status || !strings.Contains(answer.Error, c.say) {
				t.Errorf("answer %d %q, want %d with %q", w.Code, answer.Error, c.status, c.say)
			}
			if c.status == 405 && w.Header().Get("Allow") == "" {
				t.Error("405 without Allow")
			}
			d := b.log.only(t)
			if d.Status != c.status || d.Verdict != c.verdict || d.Cause == "" || !strings.Contains(d.Cause, c.cause) {
				t.Errorf("recorded %d %s %q, want %d %s with %q", d.Status, d.Verdict, d.Cause, c.status, c.verdict, c.cause)
			}
			if len(d.Body) > keptBody || (len(d.Body) == keptBody) != d.Truncated {
				t.Errorf("%d bytes kept, truncated %v", len(d.Body), d.Truncated)
			}
			if d.Events != 0 || b.Dropped() != 0 {
				t.Errorf("%d events, %d dropped", d.Events, b.Dropped())
			}
		})
	}
}

func TestUnusualButGoodInput(t *testing.T) {
	t.Parallel()
	many := `{"topic":"location","events":[` + strings.TrimSuffix(strings.Repeat(`{"a":1},`, event.MaxEventsPerRecord), ",") + `]}`
	numbers := `{"topic":"mxedge-events","events":[{"timestamp":"1692974834.308884","count":"3"}]}`
	for body, events := range map[string]int{many: event.MaxEventsPerRecord, numbers: 1} {
		b := newBench(t, twoOrgs())
		if w := b.do(signed("/mist/acme", "new", body)); w.Code != http.StatusOK {
			t.Fatalf("answer %d %s", w.Code, w.Body)
		}
		if d := b.log.only(t); d.Events != events || string(d.Body) != body {
			t.Errorf("%d events, %d bytes; want %d, %d", d.Events, len(d.Body), events, len(body))
		}
	}
}

func TestAnAnswerNeverEchoesWhatWasSent(t *testing.T) {
	t.Parallel()
	for name, c := range badInput(t) {
		const mark = "c4n4ry"
		c.r.Header.Set("X-Canary", mark)
		c.r.URL.RawQuery = mark
		b := newBench(t, twoOrgs())
		body := b.do(c.r).Body.String()
		if strings.Contains(body, mark) || strings.Contains(body, "acme") || strings.Contains(body, "device-events") {
			t.Errorf("%s: the answer echoes or tells a source: %q", name, body)
		}
	}
}

func TestHeadersThatMayBeSecretsAreKeptByNameOnly(t *testing.T) {
	t.Parallel()
	b := newBench(t, twoOrgs())
	r := signed("/mist/acme", "new", good)
	names := []string{
		"Authorization", "Authentication", "Cookie", "X-Api-Key", "X-Api_Key", "X-Auth-Token", "Proxy-Authorization", "X-Client-Secret",
		"Ocp-Apim-Subscription-Key", "X-Functions-Key", "X-Pass", "X-Pwd", "X-Psk", "X-Otp", "X-Bearer", "X-Pin", "X-Azure-Fdid",
		"X-Forwarded-Client-Cert", "Ssl-Client-Cert", "Cf-Access-Jwt-Assertion", "X-Mist-Something", "Whatever-Somebody-Calls-It",
	}
	for _, h := range names {
		r.Header.Set(h, "hush")
	}
	addresses := map[string]string{
		"Referer":         "https://user:hush@portal.example/a/b?token=hush#hush",
		"X-Original-Url":  "/mist/acme?sig=hush",
		"Origin":          "https://portal.example",
		"X-Rewrite-Url":   "hush",
		"X-Forwarded-Uri": "//user:hush@host;hush",
	}
	for k, v := range addresses {
		r.Header.Set(k, v)
	}
	r.Header.Set("X-Forwarded-For", "198.51.100.1")
	b.do(r)
	d := b.log.only(t)
	if all := fmt.Sprint(d.Headers); strings.Contains(all, "hush") {
		t.Errorf("headers kept: %v", d.Headers)
	}
	for _, h := range names {
		if v := d.Headers[http.CanonicalHeaderKey(h)]; len(v) != 1 || v[0] != masked {
			t.Errorf("%s is kept as %q: its name tells that it came", h, v)
		}
	}
	for k, want := range map[string]string{
		"Content-Type": "application/json", "User-Agent": mist.UserAgent, "X-Forwarded-For": "198.51.100.1",
		"Origin": "https://portal.example", "Referer": "https://" + masked + "@portal.example/a/b?" + masked,
		"X-Original-Url": "/mist/acme?" + masked, keyV2: r.Header.Get(mist.HeaderV2), keyV1: r.Header.Get(mist.HeaderV1),
	} {
		if v := d.Headers[k]; len(v) != 1 || v[0] != want {
			t.Errorf("%s is kept as %q, want %q", k, v, want)
		}
	}
	if r.Header.Get("Cookie") != "hush" {
		t.Error("the request itself was changed")
	}
}

func TestHeadersKeptAreBounded(t *testing.T) {
	t.Parallel()
	b := newBench(t, twoOrgs())
	r := signed("/mist/acme", "new", good)
	for i := range 500 {
		r.Header.Set(fmt.Sprintf("A-%03d", i), strings.Repeat("é", 700))
	}
	r.Header["Aaa"] = make([]string, 10000)
	b.do(r)
	d := b.log.only(t)
	size := 0
	for k, vs := range d.Headers {
		size += len(k)
		for _, v := range vs {
			size += len(v)
		}
	}
	if len(d.Headers) > maxHeaders || size > maxHeaderBytes+maxValue {
		t.Errorf("%d headers of %d bytes kept", len(d.Headers), size)
	}
	if len(d.Headers[keyV2]) != 1 {
		t.Error("the signature gave way to rubbish")
	}
}

func FuzzRequest(f *testing.F) {
	f.Add("POST", "/mist/acme", "application/json", "", mist.HeaderV2, "", []byte(good), true)
	f.Add("POST", "/junos/core", "", "gzip", junos.Header, "00", []byte("\x1f\x8b\x08"), false)
	f.Add("GET", "/readyz", "text/html", "identity", "X-Forwarded-For", "1.2.3.4,", []byte("{"), false)
	f.Fuzz(func(t *testing.T, method, path, ctype, enc, header, value string, body []byte, right bool) {
		if method == "" || strings.ContainsAny(method, " \r\n") {
			method = "POST"
		}
		o := twoOrgs()
		o.MaxBody = 4096
		b := newBench(t, o)
		r := post("/", "")
		r.Method, r.URL.Path = method, path
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		r.Header["Content-Type"], r.Header["Content-Encoding"] = []string{ctype}, []string{enc}
		r.Header[http.CanonicalHeaderKey(header)] = []string{value}
		if right {
			sign(r, "new", string(body))
		}
		w := b.do(r)
		switch w.Code {
		case 200, 400, 401, 404, 405, 413, 415, 503, 505:
		default:
			t.Fatalf("answer %d %s", w.Code, w.Body)
		}
		ds := b.log.deliveries(t)
		if len(ds) == 0 {
			if method != "GET" && method != "HEAD" {
				t.Fatalf("no trace of %s %q, answered %d", method, path, w.Code)
			}
			return
		}
		if w.Code == 200 && !isGzip(r.Header) && !bytes.Equal(ds[0].Body, body) {
			t.Fatalf("the body stored is not the one sent")
		}
		if (w.Code == 200) != ds[0].Verdict.Accepted() || ds[0].Status != w.Code {
			t.Fatalf("answer %d, recorded %+v", w.Code, ds[0])
		}
	})
}
