package webhook

import (
	"net/http"
	"strings"

	"foghorn/journal/event"
	"foghorn/junos"
	"foghorn/mist"
)

// maxGuess bounds the unsigned bodies that are parsed to distinguish a vendor's post
// from a scanner's.
const maxGuess = 256 << 10

// vendors reports whether a refused post looks like one from the source's vendor,
// as far as that shows without a valid signature: it carries a signature of the right
// form, or its body is a delivery. Anybody can send other text as a signature. signed
// reports that the signature was checked and valid.
func (l *Listener) vendors(x *exchange, no *refusal, signed bool) bool {
	if x.src == nil || no.status == http.StatusMethodNotAllowed || no.status >= http.StatusInternalServerError {
		return false
	}
	if signed {
		return true
	}
	switch key, _, f := presented(&x.src.Source, x.r.Header); {
	case f == faultTwice, f == faultNone && formed(x.r.Header[key][0]):
		return true
	}
	body := x.body()
	if no.verdict != event.Failed || len(body) == 0 || len(body) > maxGuess || !l.effort.AllowN(l.o.Clock.Now(), len(body)) {
		return false
	}
	if x.src.Via == event.ViaJunos {
		_, err := junos.Envelope(body)
		return err == nil
	}
	_, _, err := mist.Envelope(body)
	return err == nil
}

// brief is the cause of a refusal in a few words, for narrow places.
func brief(no *refusal, cause string) string {
	switch no.fault {
	case faultMissing:
		return "not signed"
	case faultNoSecret:
		return "no secret here"
	case faultV1Only:
		return "SHA-1 only"
	case faultTwice:
		return "signed twice"
	case faultMismatch:
		if strings.Contains(cause, "secret") {
			return "secret differs"
		}
		return "signature differs"
	}
	if no.verdict == event.Malformed {
		return "not a delivery"
	}
	return no.say
}
