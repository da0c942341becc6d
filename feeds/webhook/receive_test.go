package webhook

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"foghorn/journal/event"
	"foghorn/mist"
)

func TestASignedDeliveryIsStoredAsItCame(t *testing.T) {
	t.Parallel()
	b := newBench(t, twoOrgs())
	w := b.do(signed("/mist/acme", "new", good))
	if w.Code != http.StatusOK || w.Body.String() != "{\"status\":\"stored\"}\n" {
		t.Fatalf("answer %d %s", w.Code, w.Body)
	}
	d := b.log.only(t)
	if string(d.Body) != good || d.Size != int64(len(good)) || d.Truncated {
		t.Errorf("body %q (size %d, truncated %v)", d.Body, d.Size, d.Truncated)
	}
	if d.Verdict != event.Verified || d.Status != 200 || d.Topic != "device-events" || d.Events != 1 ||
		d.Source != "acme" || d.Via != event.ViaWebhook || d.Remote != "192.0.2.7" ||
		d.Method != "POST" || d.Path != "/mist/acme" || !d.Received.Equal(start) || d.Cause != "" || d.Warning != "" {
		t.Errorf("delivery %+v", d)
	}
	if got := d.Headers["User-Agent"]; len(got) != 1 || got[0] != mist.UserAgent {
		t.Errorf("headers %v", d.Headers)
	}
	if len(d.Headers[keyV2]) != 1 {
		t.Errorf("the signature is needed for a later check, but headers are %v", d.Headers)
	}
}

// fine is a request that is accepted, and what is recorded of it.
type fine struct {
	r       *http.Request
	verdict event.Verdict
	warning string // part of it
	topic   string
}

// goodInput is every kind of request that is accepted.
func goodInput(t testing.TB) map[string]fine {
	v1 := func(path, secret string) *http.Request {
		r := signed(path, secret, good)
		r.Header.Del(mist.HeaderV2)
		return r
	}
	upper := func() *http.Request {
		r := signed("/mist/acme", "new", good)
		r.Header.Set(mist.HeaderV2, strings.ToUpper(r.Header.Get(mist.HeaderV2)))
		return r
	}
	local := func(path string) *http.Request {
		r := post(path, good)
		r.RemoteAddr = "127.0.0.1:5000"
		return r
	}
	gz := func(sig string) *http.Request {
		zipped := zip(t, good)
		r := post("/mist/acme", zipped)
		r.Header.Set("Content-Encoding", "gzip")
		if sig == "wire" {
			return sign(r, "new", zipped)
		}
		return sign(r, "new", good)
	}
	complaint := signed("/mist/acme", "new", good)
	complaint.Header.Set(mist.HeaderError, "headers too big")
	slash := signed("/mist/acme/", "new", good)
	charset := signed("/mist/acme", "new", good)
	charset.Header.Set("Content-Type", "application/vnd.api+json; charset=utf-8")
	bare := signed("/mist/acme", "new", good)
	bare.Header.Del("Content-Type")
	junosBody := `{"event": "UI_COMMIT", "process": "mgd", "message": "UI_COMMIT: x", "hostname": "mx1", "detail": ""}`
	return map[string]fine{
		"current secret":                 {signed("/mist/acme", "new", good), event.Verified, "", "device-events"},
		"previous secret":                {signed("/mist/acme", "old", good), event.Verified, "the previous secret", "device-events"},
		"upper-case hex":                 {upper(), event.Verified, "", "device-events"},
		"v1 alone":                       {v1("/mist/acme", "new"), event.VerifiedV1, "", "device-events"},
		"unsigned from loopback":         {local("/mist/lab"), event.Unsigned, "", "device-events"},
		"unsigned where it is allowed":   {post("/mist/open", good), event.Unsigned, "", "device-events"},
		"signed but nothing to check by": {signed("/mist/open", "new", good), event.Unsigned, "was not checked", "device-events"},
		"gzip signed as sent":            {gz("wire"), event.Verified, "", "device-events"},
		"gzip signed before compressing": {gz("plain"), event.Verified, "", "device-events"},
		"X-Mist-Error":                   {complaint, event.Verified, "under 1000 bytes", "device-events"},
		"slash at the end":               {slash, event.Verified, "", "device-events"},
		"another JSON type":              {charset, event.Verified, "", "device-events"},
		"no type":                        {bare, event.Verified, "", "device-events"},
		"no events in the list":          {signed("/mist/acme", "new", `{"topic":"ping","events":[]}`), event.Verified, "", "ping"},
		"Junos agent":                    {agent("/junos/core", "agent", junosBody), event.Verified, "", "junos"},
		"the only Junos source":          {agent("/junos", "agent", junosBody), event.Verified, "", "junos"},
	}
}

func TestWhatIsAccepted(t *testing.T) {
	t.Parallel()
	for name, c := range goodInput(t) {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, twoOrgs())
			w := b.do(c.r)
			d := b.log.only(t)
			if w.Code != http.StatusOK || d.Verdict != c.verdict || d.Topic != c.topic {
				t.Fatalf("answer %d %s, delivery %+v", w.Code, w.Body, d)
			}
			if (c.warning == "") != (d.Warning == "") || !strings.Contains(d.Warning, c.warning) {
				t.Errorf("warning %q, want one with %q", d.Warning, c.warning)
			}
			if c.r.Header.Get("Content-Encoding") == "gzip" && string(d.Body) != good {
				t.Errorf("the body kept is not inflated: %q", d.Body)
			}
		})
	}
}

func TestThePreviousSecretEnds(t *testing.T) {
	t.Parallel()
	o := twoOrgs()
	o.Sources[0].Secrets[1].Until = start.Add(time.Hour)
	b := newBench(t, o)
	if w := b.do(signed("/mist/acme", "old", good)); w.Code != http.StatusOK {
		t.Fatalf("answer %d %s before its end", w.Code, w.Body)
	}
	if d := b.log.only(t); !strings.Contains(d.Warning, "this one ends on 2026-03-01 10:00 UTC") {
		t.Errorf("warning %q", d.Warning)
	}
	b.clock.Advance(time.Hour)
	if w := b.do(signed("/mist/acme", "old", good)); w.Code != http.StatusUnauthorized {
		t.Errorf("answer %d after its end", w.Code)
	}
	if d := b.log.deliveries(t)[1]; !strings.Contains(d.Cause, "the previous secret of acme, which expired on 2026-03-01 10:00 UTC") {
		t.Errorf("cause %q", d.Cause)
	}
	if w := b.do(signed("/mist/acme", "new", good)); w.Code != http.StatusOK {
		t.Errorf("answer %d to the current secret", w.Code)
	}
}

func TestPathWithoutNameNeedsASingleSource(t *testing.T) {
	t.Parallel()
	one := newBench(t, Options{Sources: twoOrgs().Sources[:1]})
	if w := one.do(signed("/mist", "new", good)); w.Code != http.StatusOK {
		t.Errorf("one source: answer %d %s", w.Code, w.Body)
	}
	if d := one.log.only(t); d.Source != "acme" || d.Path != "/mist" {
		t.Errorf("delivery %+v", d)
	}
	many := newBench(t, twoOrgs())
	if w := many.do(signed("/mist", "new", good)); w.Code != http.StatusNotFound {
		t.Errorf("several sources: answer %d %s", w.Code, w.Body)
	}
	if d := many.log.only(t); !strings.Contains(d.Cause, "/mist/acme, /mist/globex") {
		t.Errorf("cause %q", d.Cause)
	}
}

func TestNoAnswerBeforeTheRecordIsStored(t *testing.T) {
	t.Parallel()
	b := newBench(t, twoOrgs())
	b.log.gate, b.log.entered = make(chan struct{}), make(chan struct{}, 1)
	answered := make(chan int, 1)
	go func() { answered <- b.do(signed("/mist/acme", "new", good)).Code }()
	<-b.log.entered
	select {
	case code := <-answered:
		t.Fatalf("answered %d while the log had not taken the record", code)
	default:
	}
	close(b.log.gate)
	if code := <-answered; code != http.StatusOK {
		t.Errorf("answer %d", code)
	}
}

func TestWhatHasArrivedIsStoredThoughTheSenderHungUp(t *testing.T) {
	t.Parallel()
	b := newBench(t, twoOrgs())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if w := b.do(signed("/mist/acme", "new", good).WithContext(ctx)); w.Code != http.StatusOK {
		t.Fatalf("answer %d %s", w.Code, w.Body)
	}
	b.log.only(t)
}

func TestAJournalThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	b := newBench(t, twoOrgs())
	b.setPhase(phaseUp, nil)
	b.log.fail(errors.New("disk full"))
	w := b.do(signed("/mist/acme", "new", good))
	if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") != "5" || !strings.Contains(w.Body.String(), "journal unavailable") {
		t.Fatalf("answer %d %v %s", w.Code, w.Header(), w.Body)
	}
	for _, name := range []string{"listener", "acme"} {
		if f := b.feed(t, name); f.State != event.FeedError || !strings.Contains(f.Detail, "disk full") {
			t.Errorf("feed %+v", f)
		}
	}
	if f := b.feed(t, "acme"); f.Failed != 1 || f.Total != 0 {
		t.Errorf("feed %+v", f)
	}
	b.log.fail(nil)
	if w := b.do(signed("/mist/acme", "new", good)); w.Code != http.StatusOK {
		t.Fatalf("answer %d %s after it was mended", w.Code, w.Body)
	}
	if f := b.feed(t, "listener"); f.State != event.FeedUp {
		t.Errorf("feed %+v after it was mended", f)
	}
}

func TestAJournalThatHangs(t *testing.T) {
	t.Parallel()
	o := twoOrgs()
	o.AppendTimeout = time.Millisecond
	b := newBench(t, o)
	b.setPhase(phaseUp, nil)
	b.log.gate = make(chan struct{})
	if w := b.do(signed("/mist/acme", "new", good)); w.Code != http.StatusServiceUnavailable {
		t.Fatalf("answer %d %s", w.Code, w.Body)
	}
	if f := b.feed(t, "listener"); f.State != event.FeedError || !strings.Contains(f.Detail, "longer than 1ms") {
		t.Errorf("feed %+v", f)
	}
}

func TestAMistakeOfOursCostsOneRequest(t *testing.T) {
	t.Parallel()
	var logged bytes.Buffer
	o := twoOrgs()
	o.Logger = slog.New(slog.NewTextHandler(&logged, nil))
	b := newBench(t, o)
	b.setPhase(phaseUp, nil)
	broken := &exploding{Appender: b.log}
	b.o.Log = broken
	if w := b.do(signed("/mist/acme", "new", good)); w.Code != http.StatusInternalServerError {
		t.Fatalf("answer %d %s", w.Code, w.Body)
	}
	if d := b.log.only(t); d.Status != 500 || d.Verdict != event.Refused || !strings.Contains(d.Cause, "bug in foghorn: boom") || string(d.Body) != good {
		t.Errorf("on record %+v", d)
	}
	if text := logged.String(); !strings.Contains(text, "exploding).Append") || !strings.Contains(text, "path=/mist/acme") || strings.Contains(text, "agent") {
		t.Errorf("the log needs the stack and the path, and no secret:\n%s", text)
	}
	if w := b.get("/readyz"); w.Code != http.StatusOK {
		t.Errorf("the journal takes everything, and yet /readyz is %d %s", w.Code, w.Body)
	}
	if f := b.feed(t, "listener"); f.State != event.FeedUp || !strings.Contains(f.Detail, "bug in foghorn: boom") {
		t.Errorf("feed %+v", f)
	}
	if w := b.do(signed("/mist/acme", "new", good)); w.Code != http.StatusOK {
		t.Errorf("answer %d %s afterwards", w.Code, w.Body)
	}
	b.clock.Advance(time.Hour)
	if f := b.feed(t, "listener"); strings.Contains(f.Detail, "boom") {
		t.Errorf("an hour later %+v", f)
	}
}

// exploding is a log whose first record makes it panic, with a secret in its words.
type exploding struct {
	event.Appender
	done bool
}

func (e *exploding) Append(ctx context.Context, r ...event.Record) ([]int64, error) {
	if !e.done {
		e.done = true
		panic("boom \x1b[2J agent")
	}
	return e.Appender.Append(ctx, r...)
}

func TestTheClientBehindProxies(t *testing.T) {
	t.Parallel()
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("127.0.0.1/32")}
	for name, c := range map[string]struct {
		peer  string
		xff   []string
		want  string
		local bool
	}{
		"direct":                          {"192.0.2.7:1", nil, "192.0.2.7", false},
		"direct, header made up":          {"192.0.2.7:1", []string{"198.51.100.1"}, "192.0.2.7", false},
		"one proxy":                       {"10.0.0.1:1", []string{"198.51.100.1"}, "198.51.100.1", false},
		"two proxies":                     {"10.0.0.1:1", []string{"198.51.100.1, 10.0.0.2"}, "198.51.100.1", false},
		"left part made up":               {"10.0.0.1:1", []string{"203.0.113.9, 198.51.100.1"}, "198.51.100.1", false},
		"two lines":                       {"10.0.0.1:1", []string{"203.0.113.9", "198.51.100.1"}, "198.51.100.1", false},
		"with ports":                      {"10.0.0.1:1", []string{"[2001:db8::1]:99"}, "2001:db8::1", false},
		"in brackets":                     {"10.0.0.1:1", []string{"[2001:db8::1]"}, "2001:db8::1", false},
		"rubbish stops the walk":          {"10.0.0.1:1", []string{"198.51.100.1, unknown, 10.0.0.2"}, "10.0.0.2", false},
		"proxy without the header":        {"10.0.0.1:1", nil, "10.0.0.1", false},
		"all trusted":                     {"10.0.0.1:1", []string{"10.0.0.3, 10.0.0.2"}, "10.0.0.3", false},
		"loopback":                        {"[::1]:1", nil, "::1", true},
		"trusted proxy on loopback":       {"127.0.0.1:1", []string{"198.51.100.1"}, "198.51.100.1", false},
		"trusted loopback, no header":     {"127.0.0.1:1", nil, "127.0.0.1", false},
		"trusted loopback, all loopback":  {"127.0.0.1:1", []string{"127.0.0.1"}, "127.0.0.1", false},
		"trusted loopback, a unix socket": {"127.0.0.1:1", []string{"unix:"}, "127.0.0.1", false},
		"trusted loopback, empty header":  {"127.0.0.1:1", []string{""}, "127.0.0.1", false},
		"untrusted proxy on loopback":     {"[::1]:1", []string{"198.51.100.1"}, "::1", false},
		"loopback made up through proxy":  {"10.0.0.1:1", []string{"127.0.0.1, 198.51.100.1"}, "198.51.100.1", false},
		"a remote proxy's own loopback":   {"10.0.0.1:1", []string{"127.0.0.1"}, "127.0.0.1", false},
		"mapped address":                  {"[::ffff:192.0.2.7]:1", nil, "192.0.2.7", false},
		"not an address":                  {"@", nil, "@", false},
		"a thousand hops of trusted ones": {"10.0.0.1:1", []string{strings.Repeat("10.0.0.2,", 1000) + "10.0.0.9"}, "10.0.0.2", false},
	} {
		t.Run(name, func(t *testing.T) {
			r := post("/mist/acme", good)
			r.RemoteAddr = c.peer
			r.Header["X-Forwarded-For"] = c.xff
			if c.xff == nil {
				r.Header.Del("X-Forwarded-For")
			}
			got := clientOf(r, trusted)
			if why := got.elsewhere(r); got.text != c.want || (why == "") != c.local {
				t.Errorf("client %q, not local because %q; want %q, local %v", got.text, why, c.want, c.local)
			}
		})
	}
}

func TestSetUpIsChecked(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]Options{
		"no log":                {},
		"two of one name":       {Log: &memory{}, Sources: []Source{{Name: "a", Via: event.ViaWebhook}, {Name: "a", Via: event.ViaWebhook}}},
		"name with a slash":     {Log: &memory{}, Sources: []Source{{Name: "a/b", Via: event.ViaWebhook}}},
		"no name":               {Log: &memory{}, Sources: []Source{{Via: event.ViaWebhook}}},
		"another way in":        {Log: &memory{}, Sources: []Source{{Name: "a", Via: event.ViaPoll}}},
		"empty secret":          {Log: &memory{}, Sources: []Source{{Name: "a", Via: event.ViaJunos, Secrets: []Secret{{Name: "current"}}}}},
		"key without cert":      {Log: &memory{}, KeyFile: "key.pem"},
		"files that are absent": {Log: &memory{}, CertFile: "absent.pem", KeyFile: "absent.pem"},
		"room for no body":      {Log: &memory{}, MaxBody: 1 << 20, MaxBuffered: 1 << 20},
	} {
		if _, err := New(o); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if s := key("current", "hush"); strings.Contains(s.String()+s.GoString(), "hush") {
		t.Error("a secret prints itself")
	}
}
