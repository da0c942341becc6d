package webhook

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"foghorn/journal/event"
)

// Evidence is everything a signature is judged by.
type Evidence struct {
	Source Source   // the one it was posted to
	Others []Source // the other configured ones, to recognize a secret mixed up
	Header http.Header
	Body   []byte    // as received, before gzip is undone
	Plain  []byte    // with gzip undone, where that was done
	Local  bool      // the sender is on this machine
	Now    time.Time // secrets that ended before are none
	// spend, when there is one, allows so many bytes of more work.
	spend func(n int) bool
	// MaxBody bounds how far a gzip body is inflated; 8 MiB when zero.
	MaxBody int64
}

// Explanation is a judgment that explains itself.
type Explanation struct {
	Judgment
	// Computed is the signature that the source's first secret gives for this
	// body, to be shown beside Received; empty when nothing could be computed.
	// Who knows it can post this body: print it, never store it.
	Computed string
}

// Explain judges a body and its signature and, when they do not fit, says the
// first likely cause: the wrong header, a secret of another source, a newline
// in the secret, a body that was changed on the way. It never panics, never
// puts a secret into its words, and costs some ten hashes of the body for each
// configured secret.
func Explain(e Evidence) Explanation {
	e.Header = canonical(e.Header)
	if e.MaxBody <= 0 {
		e.MaxBody = 8 << 20
	}
	x := Explanation{Judgment: judge(&e.Source, e.Header, e.Body, e.Local, e.Now)}
	if x.Scheme != "" && len(e.Source.Secrets) > 0 {
		x.Computed = compute(x.Scheme, e.Source.Secrets[0].Key, e.Body)
	}
	if x.fault == faultMismatch && isGzip(e.Header) {
		if plain, err := inflate(nil, e.Body, e.MaxBody); err == nil {
			if j := judge(&e.Source, e.Header, plain, e.Local, e.Now); j.Verdict.Accepted() {
				return Explanation{Judgment: j, Computed: compute(j.Scheme, e.Source.Secrets[0].Key, plain)}
			}
		}
	}
	if !x.Verdict.Accepted() {
		x.Cause = e.cause(x.Judgment)
	}
	return x
}

// canonical spells header names as net/http does, whoever wrote them.
func canonical(h http.Header) http.Header {
	out := make(http.Header, len(h))
	for k, v := range h {
		k = http.CanonicalHeaderKey(k)
		out[k] = append(out[k], v...)
	}
	return out
}

// cause names the first reason that fits a failed judgment.
func (e *Evidence) cause(j Judgment) string {
	if j.fault != faultMismatch {
		return shallowCause(&e.Source, j, e.Header, "")
	}
	for _, look := range []func(Judgment) string{
		e.wrongForm, e.ended, e.otherScheme, e.otherSource, e.paddedSecret, e.otherLength, e.compressed, e.reencoded,
	} {
		if c := look(j); c != "" {
			return c
		}
	}
	return mismatch(&e.Source, j.Scheme) + ", and no secret configured here gives it: " +
		"compare the secret at the sender with the one configured for " + e.Source.Name + ", or something on the way changed the body"
}

// mismatch is the plain fact that every other cause of a mismatch refines.
func mismatch(src *Source, scheme string) string {
	if len(src.Secrets) == 1 {
		return headerOf(scheme) + " does not match the body with the secret of " + src.Name
	}
	return headerOf(scheme) + " does not match the body with any of the " + strconv.Itoa(len(src.Secrets)) + " secrets of " + src.Name
}

// shallowCause says what can be said without hashing anything once more. why
// is what keeps the sender from counting as one on this machine.
func shallowCause(src *Source, j Judgment, h map[string][]string, why string) string {
	switch j.fault {
	case faultMismatch:
		return mismatch(src, j.Scheme)
	case faultV1Only:
		return "only the SHA-1 signature (" + headerOf(SchemeV1) + ") was sent and source " + src.Name + " has require_v2 set"
	case faultTwice:
		key, _, _ := presented(src, h)
		return "the header " + key + " appears twice, so it is not clear which counts: a proxy on the way may add it again"
	}
	junosPost, mistPost := len(h[keyJunos]) > 0, len(h[keyV2])+len(h[keyV1]) > 0
	switch {
	case src.Via == event.ViaWebhook && junosPost && !mistPost:
		return "this is a Junos agent's post (it carries Junos-Auth) at the path of the Mist source " + src.Name + ": give the agent a /junos/ path"
	case src.Via == event.ViaJunos && mistPost && !junosPost:
		return "this is a Mist webhook (it carries X-Mist-Signature) at the path of the Junos source " + src.Name + ": give the webhook a /mist/ path"
	case j.fault == faultNoSecret:
		if why != "" {
			why = ", and " + why
		}
		return "source " + src.Name + " has no secret, so it takes posts from this machine only" + why + ": configure the secret, or set allow_unsigned"
	case src.Via == event.ViaJunos:
		return "no Junos-Auth header: the event script was started without its secret argument, or a proxy removed the header"
	}
	return "no signature header: the webhook has no secret in Mist, or a proxy removed the header"
}

// wrongForm finds values that cannot be a signature of their scheme at all.
func (e *Evidence) wrongForm(j Judgment) string {
	want := 64
	if j.Scheme == SchemeV1 {
		want = 40
	}
	got := strings.TrimSpace(j.Received)
	if _, rest, ok := strings.Cut(got, "="); ok && e.anySecret(j.Scheme, e.Body, rest) {
		return headerOf(j.Scheme) + " is right but has a prefix before the hex digits: send the digits alone"
	}
	if isHex(got) && (len(got) == 40 || len(got) == 64) {
		return ""
	}
	return fmt.Sprintf("%s is not %d hex digits (%d characters came): it was cut, joined with another value, or is not an HMAC in hex", headerOf(j.Scheme), want, len(got))
}

// otherScheme finds a right signature in the wrong header.
func (e *Evidence) otherScheme(j Judgment) string {
	switch {
	case j.Scheme == SchemeV2 && e.anySecret(SchemeV1, e.Body, j.Received):
		return "X-Mist-Signature-v2 carries the SHA-1 signature: the sender or a proxy swapped the two headers"
	case j.Scheme == SchemeV1 && e.anySecret(SchemeV2, e.Body, j.Received):
		return "X-Mist-Signature carries the SHA-256 signature: it belongs into X-Mist-Signature-v2"
	case j.Scheme == SchemeV2 && len(e.Header[keyV1]) == 1 && e.anySecret(SchemeV1, e.Body, e.Header[keyV1][0]):
		return "X-Mist-Signature (SHA-1) matches but X-Mist-Signature-v2 does not: the v2 header was changed or made with another secret"
	}
	return ""
}

// ended finds a secret that was good until some time ago.
func (e *Evidence) ended(j Judgment) string {
	for i := range e.Source.Secrets {
		s := &e.Source.Secrets[i]
		if s.ended(e.Now) && matches(j.Scheme, s.Key, e.Body, j.Received) {
			return "signed with the " + s.Name + " secret of " + e.Source.Name + ", which expired on " + endText(s.Until) + ": give the sender the new one"
		}
	}
	return ""
}

// otherSource finds a secret that belongs to another configured source.
func (e *Evidence) otherSource(j Judgment) string {
	for i := range e.Others {
		o := &e.Others[i]
		if o.Name == e.Source.Name && o.Via == e.Source.Via {
			continue
		}
		for _, s := range o.Secrets {
			if matches(j.Scheme, s.Key, e.Body, j.Received) {
				return "signed with the secret of source " + o.Name + ", not of " + e.Source.Name + ": point the sender at " + o.Path() + ", or give it the right secret"
			}
		}
	}
	return ""
}

// paddedSecret finds white space that came into a secret by hand or by file.
func (e *Evidence) paddedSecret(j Judgment) string {
	for _, s := range e.Source.Secrets {
		trimmed := bytes.TrimSpace(s.Key)
		if len(trimmed) != len(s.Key) && matches(j.Scheme, trimmed, e.Body, j.Received) {
			return "the " + s.Name + " secret of " + e.Source.Name + " is configured with white space around it (a trailing newline?): without it the signature matches"
		}
		if matches(j.Scheme, append(bytes.Clone(s.Key), '\n'), e.Body, j.Received) {
			return "the sender's secret ends with a newline that the configured " + s.Name + " secret of " + e.Source.Name + " does not have"
		}
	}
	return ""
}

// otherLength finds a body that lost or gained its end.
func (e *Evidence) otherLength(j Judgment) string {
	if v := e.Header["Content-Length"]; len(v) == 1 {
		if n, err := strconv.ParseInt(v[0], 10, 64); err == nil && n != int64(len(e.Body)) {
			return fmt.Sprintf("Content-Length says %d bytes but the body has %d: a proxy or a copy changed the body", n, len(e.Body))
		}
	}
	if t := bytes.TrimRight(e.Body, "\r\n"); len(t) != len(e.Body) && e.anySecret(j.Scheme, t, j.Received) {
		return "the signature was made without the line end at the end of the body: a relay on the way wrote the body again, or the sender adds it after signing"
	}
	if e.anySecret(j.Scheme, append(slices.Clip(e.Body), '\n'), j.Received) {
		return "the signature was made with a line end at the end of the body that did not arrive: curl -d drops it (--data-binary keeps it), and so does a relay that parses the body and writes it again"
	}
	return ""
}

// compressed recognizes stored bytes of a delivery that was signed compressed.
func (e *Evidence) compressed(Judgment) string {
	if isGzip(e.Header) && !bytes.HasPrefix(e.Body, []byte{0x1f, 0x8b}) {
		return "the body was sent compressed and the signature may cover the compressed bytes, which are not kept: it cannot be checked again"
	}
	return ""
}

// Bounds of the look for a relay that wrote the body again: the largest body,
// and the work, in bytes hashed that cost the same.
const (
	maxReencode  = 256 << 10
	reencodeWork = 32 << 20
)

// reencoded finds a body that means the same but was written again on the way.
// What a relay forgot, such as the order of keys, cannot be made again: of a body
// whose keys are all in order that is said as what it is, a guess.
func (e *Evidence) reencoded(j Judgment) string {
	body := e.Body
	if e.Plain != nil {
		body = e.Plain
	}
	if len(body) > maxReencode {
		return ""
	}
	left := reencodeWork
	spend := func(n int) bool {
		// To write it costs several times what a hash of it does, however short.
		n = (n + 512) * (8 + len(e.Source.Secrets))
		left -= n
		return left >= 0 && (e.spend == nil || e.spend(n))
	}
	for changed, form := range jsonForms(body, spend) {
		if e.anySecret(j.Scheme, form, j.Received) {
			return "the same JSON written differently matches (" + changed + "): a relay on the way parsed the body and wrote it again; let it pass the bytes untouched"
		}
	}
	if root, ok := parseJSON(body); ok && root.inOrder() {
		return mismatch(&e.Source, j.Scheme) + ", and all keys of the body are in alphabetical order, as no sender writes them that foghorn knows: " +
			"probably a relay on the way parsed the JSON and wrote it again, so let it pass the bytes untouched; if there is none, compare the secrets"
	}
	return ""
}

// anySecret reports whether a secret of the source gives got for body.
func (e *Evidence) anySecret(scheme string, body []byte, got string) bool {
	for _, s := range e.Source.Secrets {
		if matches(scheme, s.Key, body, got) {
			return true
		}
	}
	return false
}

// isHex reports whether s is hex digits only.
func isHex(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i] | 0x20
		if !('0' <= s[i] && s[i] <= '9' || 'a' <= c && c <= 'f') {
			return false
		}
	}
	return s != ""
}
