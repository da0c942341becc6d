package export

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"foghorn/internal/safetext/hostile"
	"foghorn/journal/event"
)

func signed() event.Delivery {
	return event.Delivery{
		Method: "POST", Path: "/mist/acme", Size: 30, Body: []byte(`{"topic":"it's","events":[]}`),
		Headers: map[string][]string{
			"X-Mist-Signature-V2": {"abc123"}, "Content-Type": {"application/json"}, "Authorization": {"<secret>"},
			"Content-Length": {"30"}, "Content-Encoding": {"gzip"}, "Host": {"hooks.example.net"}, "X-Forwarded-For": {"192.0.2.1"}, "@/etc/passwd": {"x"}, "X-Empty": {""},
		},
	}
}

func TestCurl(t *testing.T) {
	d := signed()
	expect(t, Curl(&d, "http://127.0.0.1:8484/mist/acme"), strings.TrimPrefix(`
curl --globoff --request 'POST' --url 'http://127.0.0.1:8484/mist/acme' \
  --header 'Authorization: <secret>' \
  --header 'Content-Type: application/json' \
  --header 'X-Empty;' \
  --header 'X-Mist-Signature-V2: abc123' \
  --data-raw '{"topic":"it'\''s","events":[]}'
`, "\n"))
	d.Truncated, d.Size = true, 9000
	if got := Curl(&d, "u"); !strings.HasPrefix(got, ": 'only 28 of 9000 bytes") {
		t.Errorf("no word of the cut: %s", got)
	}
}

func TestCurlIsSafeToPaste(t *testing.T) {
	for _, s := range hostile.Samples() {
		d := event.Delivery{Method: s.Text, Path: s.Text, Body: []byte(s.Text), Headers: map[string][]string{s.Text: {"v"}, "X-A": {s.Text}}}
		if err := hostile.Check(Curl(&d, "http://h/"+s.Text), true); err != nil {
			t.Errorf("%s: %v", s.Name, err)
		}
	}
}

// TestCurlSaysTheSameToAShell lets a real shell read the command, with a curl
// of our own that keeps what it was told.
func TestCurlSaysTheSameToAShell(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("NO POSIX SHELL HERE: what curl commands mean to one is not tested")
	}
	dir := t.TempDir()
	script := "#!/bin/sh\nfor a; do last=$a; printf '%s\\n' \"$a\" >>args; done\ncase $last in @-) cat >body;; *) printf '%s' \"$last\" >body;; esac\n"
	if err := os.WriteFile(filepath.Join(dir, "curl"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	bodies := append(hostile.Hostile(), "@/etc/passwd", "it's '$(touch owned)' `touch owned`", "a\nb\n\n", "!!", strings.Repeat("long ", inlineBody))
	for _, body := range bodies {
		if body == "" {
			continue // no body, no argument
		}
		d := event.Delivery{Method: "POST", Body: []byte(body), Headers: map[string][]string{"X-A": {"';touch owned;'"}}}
		if err := os.WriteFile(filepath.Join(dir, "pasted"), []byte(Curl(&d, "http://h/$(touch owned)")), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(sh, "pasted")
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"))
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		got, err := os.ReadFile(filepath.Join(dir, "body"))
		if err != nil || string(got) != body {
			t.Errorf("the shell was told %.60q for %.60q (%v)", got, body, err)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "owned")); err == nil {
		t.Error("the shell ran what it was to quote")
	}
}

// TestRawHTTPIsWhatAServerReads parses the request and posts it.
func TestRawHTTPIsWhatAServerReads(t *testing.T) {
	d := signed()
	req, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(RawHTTP(&d))))
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_, _ = w.Write([]byte(r.Method + " " + r.Host + r.URL.Path + " " + r.Header.Get("X-Mist-Signature-v2") + " " + string(body)))
	}).ServeHTTP(w, req)
	expect(t, w.Body.String(), `POST hooks.example.net/mist/acme abc123 {"topic":"it's","events":[]}`)
}

func TestRawHTTPHeadCannotBeBroken(t *testing.T) {
	for _, s := range hostile.Samples() {
		d := event.Delivery{Method: s.Text, Path: s.Text, Headers: map[string][]string{"Host": {s.Text}, s.Text: {"v"}, "X-A": {s.Text}}}
		head, _, ok := strings.Cut(string(RawHTTP(&d)), "\r\n\r\n")
		if err := hostile.Check(strings.ReplaceAll(head, "\r\n", "\n"), true); err != nil || !ok {
			t.Errorf("%s: %v", s.Name, err)
		}
		if lines := strings.Count(head, "\n"); lines > 4 {
			t.Errorf("%s: %d lines of head: %q", s.Name, lines, head)
		}
	}
}

// The command reaches a listener that listens on every interface, and one whose
// address is not known.
func TestCurlToAListener(t *testing.T) {
	d := event.Delivery{Path: "/mist/acme"}
	for listener, want := range map[string]string{
		"":                      "'http://127.0.0.1:8484/mist/acme'",
		":9000":                 "'http://127.0.0.1:9000/mist/acme'",
		"[::]:9000":             "'http://127.0.0.1:9000/mist/acme'",
		"192.0.2.7:80":          "'http://192.0.2.7:80/mist/acme'",
		"https://noc.example:1": "'https://noc.example:1/mist/acme'",
	} {
		if got := CurlTo(&d, listener); !strings.Contains(got, "--url "+want) {
			t.Errorf("to %q: %s; want %s", listener, got, want)
		}
	}
}
