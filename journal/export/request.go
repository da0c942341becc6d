package export

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"foghorn/internal/hostport"
	"foghorn/internal/safetext"
	"foghorn/journal/event"
)

// inlineBody is how many bytes of body stand in a command as an argument.
// Linux takes at most 128 KiB of one; a line longer than this is of no use to
// the eye either.
const inlineBody = 32 << 10

// ours are headers that the new request makes by itself, or that are not true
// of it any more: gzip was undone, and it takes no proxy's way.
var ours = map[string]bool{
	"Accept-Encoding": true, "Connection": true, "Content-Encoding": true, "Content-Length": true, "Expect": true,
	"Host": true, "Keep-Alive": true, "Te": true, "Trailer": true, "Transfer-Encoding": true, "Upgrade": true,
	"Forwarded": true, "X-Forwarded-For": true, "X-Forwarded-Host": true, "X-Forwarded-Proto": true, "X-Real-Ip": true,
}

// defaultListener is the address that foghorn listens on unless it is configured.
const defaultListener = "127.0.0.1:8484"

// CurlTo is Curl to a listener, given by the address it listens on or by its URL;
// when neither is known, to the default address on this machine.
func CurlTo(d *event.Delivery, listener string) string {
	if listener == "" {
		listener = defaultListener
	}
	if !strings.Contains(listener, "://") {
		listener = "http://" + hostport.Dialable(listener)
	}
	return Curl(d, listener+d.Path)
}

// Curl returns a command for a POSIX shell that sends the delivery to url once
// more. It is safe to paste: every word is quoted, and it holds printable
// characters and line breaks only; a body that does not is passed in base64. Headers
// that were masked when the delivery was kept are masked here. If the body was
// cut short, the command begins with a no-op that says so.
func Curl(d *event.Delivery, url string) string {
	var b strings.Builder
	if d.Truncated {
		fmt.Fprintf(&b, ": 'only %d of %d bytes of the body were kept; no signature will match'\n", len(d.Body), d.Size)
	}
	if d.Masked {
		b.WriteString(": 'the body contained a configured secret, masked here: no signature will match'\n")
	}
	inline := len(d.Body) <= inlineBody && pasteable(d.Body)
	if !inline {
		b.WriteString("base64 -d <<'END' | ")
	}
	b.WriteString("curl --globoff --request " + quote(method(d)) + " --url " + quote(safetext.Line(url)))
	for _, h := range headers(d) {
		arg := h.name + ": " + h.value
		if h.value == "" {
			arg = h.name + ";" // curl's way to send a header that is empty
		}
		b.WriteString(" \\\n  --header " + quote(arg))
	}
	switch {
	case !inline:
		b.WriteString(" \\\n  --data-binary @-\n" + wrap(base64.StdEncoding.EncodeToString(d.Body)) + "END\n")
	case len(d.Body) > 0:
		// --data-raw, because --data-binary would read a file if the body began with @.
		b.WriteString(" \\\n  --data-raw " + quote(string(d.Body)) + "\n")
	default:
		b.WriteString("\n")
	}
	return b.String()
}

// RawHTTP returns the delivery as an HTTP/1.1 request. The body is byte for
// byte as it was kept; the length is computed again, and gzip is undone.
func RawHTTP(d *event.Delivery) []byte {
	var b bytes.Buffer
	path := strings.ReplaceAll(safetext.Line(d.Path), " ", "%20")
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	host := "localhost"
	for name, values := range d.Headers {
		if http.CanonicalHeaderKey(name) == "Host" && len(values) > 0 {
			host = safetext.Line(values[0])
		}
	}
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: %s\r\n", method(d), path, host)
	for _, h := range headers(d) {
		b.WriteString(h.name + ": " + h.value + "\r\n")
	}
	b.WriteString("Content-Length: " + strconv.Itoa(len(d.Body)) + "\r\n\r\n")
	b.Write(d.Body)
	return b.Bytes()
}

type header struct{ name, value string }

// headers returns what is sent again, sorted by name. A name that is no token
// could end the header or name a file to curl, and is left out.
func headers(d *event.Delivery) []header {
	var out []header
	for _, name := range slices.Sorted(maps.Keys(d.Headers)) {
		if ours[http.CanonicalHeaderKey(name)] || !token(name) {
			continue
		}
		for _, value := range d.Headers[name] {
			out = append(out, header{name, strings.TrimSpace(safetext.Line(value))})
		}
	}
	return out
}

// method returns the request's method, or POST if that is no method.
func method(d *event.Delivery) string {
	if token(d.Method) {
		return d.Method
	}
	return http.MethodPost
}

// token reports whether s is a token of RFC 9110 section 5.6.2.
func token(s string) bool {
	for i := range len(s) {
		c := s[i]
		if ('a' > c || c > 'z') && ('A' > c || c > 'Z') && ('0' > c || c > '9') && !strings.ContainsRune("!#$%&'*+-.^_`|~", rune(c)) {
			return false
		}
	}
	return s != ""
}

// quote quotes s as one word of a POSIX shell.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// pasteable reports whether body can be part of a command unchanged: a tab would
// ask the shell for completion, and what is not printable may do anything.
func pasteable(body []byte) bool {
	if !utf8.Valid(body) {
		return false
	}
	for line := range strings.SplitSeq(string(body), "\n") {
		if safetext.Line(line) != line {
			return false
		}
	}
	return true
}

// wrap breaks base64 into lines of 76, each ended.
func wrap(s string) string {
	var b strings.Builder
	for len(s) > 76 {
		b.WriteString(s[:76] + "\n")
		s = s[76:]
	}
	return b.String() + s + "\n"
}
