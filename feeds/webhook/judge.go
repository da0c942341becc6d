package webhook

import (
	"net/http"
	"time"

	"foghorn/journal/event"
	"foghorn/junos"
	"foghorn/mist"
)

// The signature headers as net/http spells them.
var (
	keyV2    = http.CanonicalHeaderKey(mist.HeaderV2)
	keyV1    = http.CanonicalHeaderKey(mist.HeaderV1)
	keyJunos = http.CanonicalHeaderKey(junos.Header)
	keyError = http.CanonicalHeaderKey(mist.HeaderError)
)

// The schemes a Judgment names.
const (
	SchemeV2    = "v2"    // X-Mist-Signature-v2, HMAC-SHA-256
	SchemeV1    = "v1"    // X-Mist-Signature, HMAC-SHA-1
	SchemeJunos = "junos" // Junos-Auth, HMAC-SHA-256
)

// Judgment is what a body and its signature came to.
type Judgment struct {
	Verdict  event.Verdict // Verified, VerifiedV1, Unsigned or Failed
	Scheme   string        // which signature was judged; empty when there was none to judge
	Secret   string        // the name of the secret that matched
	Received string        // the signature as it came
	Cause    string        // with Failed: what is wrong, and the likely mend
	Warning  string        // accepted, but something is off

	// fault sorts a failure; only a mismatch is worth a look at other keys and bodies.
	fault fault
}

// fault is the kind of a failed judgment.
type fault uint8

const (
	faultNone     fault = iota
	faultMissing        // no signature header of this kind
	faultTwice          // the header is there more than once
	faultV1Only         // v1 only, and the source asks for v2
	faultNoSecret       // nothing to check against, and not from loopback
	faultMismatch       // no secret of the source gives this signature
)

// judge decides by the source's own secrets alone and takes constant time in
// them. local says that the sender is on this machine. A secret that ended is none.
func judge(src *Source, h map[string][]string, body []byte, local bool, now time.Time) Judgment {
	key, scheme, fault := presented(src, h)
	if len(src.Secrets) == 0 {
		return judgeUnsigned(src, fault, local)
	}
	if fault != faultNone {
		return Judgment{Verdict: event.Failed, fault: fault}
	}
	j := Judgment{Verdict: event.Failed, Scheme: scheme, Received: h[key][0]}
	if scheme == SchemeV1 && src.RequireV2 {
		j.fault = faultV1Only
		return j
	}
	for i := range src.Secrets {
		if src.Secrets[i].ended(now) || !matches(scheme, src.Secrets[i].Key, body, j.Received) {
			continue
		}
		j.Verdict, j.Secret = event.Verified, src.Secrets[i].Name
		if scheme == SchemeV1 {
			j.Verdict = event.VerifiedV1
		}
		if i > 0 {
			j.Warning = "signed with the " + j.Secret + " secret: the sender has not been given the new one"
			if until := src.Secrets[i].Until; !until.IsZero() {
				j.Warning += ", and this one ends on " + endText(until)
			}
		}
		return j
	}
	j.fault = faultMismatch
	return j
}

// endText is when a secret ends, for people.
func endText(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }

// judgeUnsigned decides for a source that has no secret to check against.
func judgeUnsigned(src *Source, f fault, local bool) Judgment {
	if !local && !src.AllowUnsigned {
		return Judgment{Verdict: event.Failed, fault: faultNoSecret}
	}
	j := Judgment{Verdict: event.Unsigned}
	if f != faultMissing {
		j.Warning = "signed, but source " + src.Name + " has no secret configured: the signature was not checked"
	}
	return j
}

// presented finds the signature that counts: v2 when it is there, even if v1
// would match, so that nobody can talk us down to SHA-1.
func presented(src *Source, h map[string][]string) (key, scheme string, f fault) {
	keys, schemes := [2]string{keyV2, keyV1}, [2]string{SchemeV2, SchemeV1}
	if src.Via == event.ViaJunos {
		keys, schemes = [2]string{keyJunos}, [2]string{SchemeJunos}
	}
	for i, k := range keys {
		switch n := len(h[k]); {
		case k == "" || n == 0:
		case n > 1:
			return k, schemes[i], faultTwice
		default:
			return k, schemes[i], faultNone
		}
	}
	return "", "", faultMissing
}

// checkable reports whether the headers carry what a secret of the source could
// have made: one signature that counts, in its form.
func checkable(src *Source, h map[string][]string) bool {
	key, scheme, f := presented(src, h)
	if f != faultNone || scheme == SchemeV1 && src.RequireV2 {
		return false
	}
	digits := 64
	if scheme == SchemeV1 {
		digits = 40
	}
	got := h[key][0]
	return len(got) == digits && isHex(got)
}

// formed reports whether s could be a signature of some scheme.
func formed(s string) bool { return (len(s) == 64 || len(s) == 40) && isHex(s) }

// matches checks one signature of one scheme in constant time.
func matches(scheme string, key, body []byte, got string) bool {
	switch scheme {
	case SchemeV2:
		return mist.CheckV2(key, body, got)
	case SchemeV1:
		return mist.CheckV1(key, body, got)
	case SchemeJunos:
		return junos.Check(key, body, got)
	}
	return false
}

// compute is the signature the key gives, for people to compare.
func compute(scheme string, key, body []byte) string {
	if scheme == SchemeJunos {
		return junos.Sign(key, body)
	}
	v1, v2 := mist.Sign(key, body)
	if scheme == SchemeV1 {
		return v1
	}
	return v2
}

// headerOf is the header a scheme's signature is sent in, as its sender spells it.
func headerOf(scheme string) string {
	switch scheme {
	case SchemeV1:
		return mist.HeaderV1
	case SchemeJunos:
		return junos.Header
	}
	return mist.HeaderV2
}
