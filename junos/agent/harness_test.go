package agent

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"foghorn/feeds/webhook"
	"foghorn/journal/event"
	"foghorn/junos"
)

// python finds the interpreter. Where there is none, the tests that run the
// agent say so and are not run; .ci/run installs it.
func python(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("SKIPPED: there is no python3 on this machine, so the agent itself was NOT tested; install it and run again")
	}
	return path
}

// device is a Junos device that runs the agent: its files, its log.
type device struct {
	t      *testing.T
	python string
	dir    string
}

func newDevice(t *testing.T) *device {
	return &device{t: t, python: python(t), dir: t.TempDir()}
}

// ran is what an agent that has ended leaves behind.
type ran struct {
	code   int
	output string // standard output and error: nothing, if all is well
	log    string // lines in the device's log
	took   time.Duration
}

// run starts the agent on an event as eventd does. form says how the stand-in
// module hands the XML over.
func (d *device) run(form, event string, args ...string) ran {
	d.t.Helper()
	dir, err := os.MkdirTemp(d.dir, "run")
	if err != nil {
		d.t.Fatal(err)
	}
	file, log := filepath.Join(dir, "event.xml"), filepath.Join(dir, "log")
	if err := os.WriteFile(file, []byte(event), 0o600); err != nil {
		d.t.Fatal(err)
	}
	here, err := os.Getwd()
	if err != nil {
		d.t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, d.python, append([]string{"-B", File}, args...)...)
	cmd.Env = []string{
		"PATH=" + filepath.Join(here, "testdata", "bin") + ":" + os.Getenv("PATH"), "PYTHONPATH=" + filepath.Join(here, "testdata", "onbox"),
		"EVENT_XML=" + file, "EVENT_FORM=" + form, "DEVICE_LOG=" + log, "http_proxy=http://127.0.0.1:1", "https_proxy=http://127.0.0.1:1",
	}
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	start := time.Now()
	err = cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		d.t.Fatalf("run the agent: %v", err)
	}
	logged, err := os.ReadFile(log)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		d.t.Fatal(err)
	}
	return ran{cmd.ProcessState.ExitCode(), out.String(), string(logged), time.Since(start)}
}

// quiet checks that the agent did its work and had nothing to say.
func (r ran) quiet(t *testing.T) {
	t.Helper()
	if r.code != 0 || r.output != "" || r.log != "" {
		t.Errorf("exit %d\nprinted: %s\nlogged: %s", r.code, r.output, r.log)
	}
}

// failed checks that the agent ended with the code and said why, once, in the
// log and nowhere else, and without the secret.
func (r ran) failed(t *testing.T, code int, secret, why string) {
	t.Helper()
	if r.code != code || r.output != "" || strings.Count(r.log, "\n") != 1 || !strings.Contains(r.log, why) || !strings.HasPrefix(r.log, "external.error junos-agent: ") {
		t.Errorf("exit %d, want %d\nprinted: %s\nlogged: %s\nwant one line with %q", r.code, code, r.output, r.log, why)
	}
	if secret != "" && strings.Contains(r.output+r.log, secret) {
		t.Errorf("the secret is in what the agent said: %s %s", r.output, r.log)
	}
}

// memory is a log in memory.
type memory struct {
	mu      sync.Mutex
	records []event.Record
}

func (m *memory) Append(_ context.Context, records ...event.Record) ([]int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var seqs []int64
	for _, r := range records {
		r.Seq = int64(len(m.records) + 1)
		r.Head, r.Body = bytes.Clone(r.Head), bytes.Clone(r.Body)
		m.records, seqs = append(m.records, r), append(seqs, r.Seq)
	}
	return seqs, nil
}

// collector is the real listener, with a log in memory.
type collector struct {
	t   *testing.T
	log *memory
	url string // of the source
}

const secret = "c0rrect-h0rse"

func newCollector(t *testing.T) *collector {
	t.Helper()
	return newCollectorWith(t, secret)
}

func newCollectorWith(t *testing.T, secret string) *collector {
	t.Helper()
	c := &collector{t: t, log: &memory{}}
	l, err := webhook.New(webhook.Options{Log: c.log, Sources: []webhook.Source{
		{Name: "core", Via: event.ViaJunos, Secrets: []webhook.Secret{{Name: "current", Key: []byte(secret)}}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(l.Handler())
	t.Cleanup(server.Close)
	c.url = server.URL + "/junos/core"
	return c
}

// deliveries are what arrived.
func (c *collector) deliveries() []event.Delivery {
	c.t.Helper()
	c.log.mu.Lock()
	defer c.log.mu.Unlock()
	var out []event.Delivery
	for _, r := range c.log.records {
		d, err := r.Delivery()
		if err != nil {
			c.t.Fatal(err)
		}
		out = append(out, d)
	}
	return out
}

// answers is a server that answers with one status after the other, the last
// again and again, and keeps the bodies.
func answers(t *testing.T, status ...int) (url string, bodies func() []string) {
	var mu sync.Mutex
	var got []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var b bytes.Buffer
		_, _ = b.ReadFrom(r.Body)
		mu.Lock()
		n := len(got)
		got = append(got, b.String())
		mu.Unlock()
		code := status[min(n, len(status)-1)]
		if code/100 == 3 {
			w.Header().Set("Location", "/elsewhere")
		}
		w.WriteHeader(code)
		fmt.Fprint(w, `{"error":"said by the server"}`)
	}))
	t.Cleanup(server.Close)
	return server.URL, func() []string {
		mu.Lock()
		defer mu.Unlock()
		return append([]string(nil), got...)
	}
}

// inputOf is the XML that Junos gives to an event script about an example.
func inputOf(e junos.Example, host string, at int64) string {
	esc := func(s string) string {
		var b bytes.Buffer
		_ = xml.EscapeText(&b, []byte(s))
		return b.String()
	}
	element := func(name, s string) string {
		if s == "" {
			return "<" + name + "/>"
		}
		return "<" + name + ">" + esc(s) + "</" + name + ">"
	}
	var attributes strings.Builder
	for _, a := range e.Attributes {
		attributes.WriteString("<attribute>" + element("name", a[0]) + element("value", a[1]) + "</attribute>")
	}
	return fmt.Sprintf(`<event-script-input xmlns:junos="http://xml.juniper.net/junos/21.2R1/junos">
<!-- as eventd writes it -->
<trigger-event>%s<type>syslog</type><generation-time junos:seconds="%d">%s</generation-time>
<process>%s<pid>17585</pid></process>%s%s<facility>daemon</facility>%s<attribute-list>%s</attribute-list></trigger-event>
<received-events/></event-script-input>`,
		element("id", e.ID), at, time.Unix(at, 0).UTC().Format("2006-01-02 15:04:05 MST"), element("name", e.Process),
		element("hostname", host), element("message", e.Line()), element("severity", e.Severity), attributes.String())
}
