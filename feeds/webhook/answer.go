package webhook

import (
	"net/http"
	"strconv"
	"time"
)

// Answers are made once: a header map given the same slices each time costs
// nothing, and no answer can echo what was sent.
var (
	jsonHeader  = []string{"application/json"}
	closeHeader = []string{"close"}
	storedBody  = []byte("{\"status\":\"stored\"}\n")
	storedLen   = []string{strconv.Itoa(len(storedBody))}
)

// Answers to the sender. The full reason is for the journal only: it may
// name sources and what is wrong with their set-up.
const (
	sayNotJSON    = "not a delivery: JSON with a topic and a list of events is expected"
	sayNotJunos   = "not a delivery: a JSON object with an event is expected"
	sayCutOff     = "the body ended early"
	sayWrong      = "signature does not match"
	sayMissing    = "signature missing"
	sayNoPath     = "no such path"
	sayNoSource   = "no such source"
	sayMethod     = "use POST"
	sayTimeout    = "the body did not arrive in time"
	sayTooLarge   = "body too large"
	sayManyEvents = "too many events in one delivery: at most 10000"
	sayType       = "Content-Type must be application/json"
	sayEncoding   = "Content-Encoding must be gzip or none"
	sayGzip       = "the body is not gzip as Content-Encoding says"
	sayHTTP2      = "HTTP/2 needs TLS here; use HTTP/1.1"
	sayTooMany    = "too many refused requests from this address"
	sayNoJournal  = "journal unavailable"
	sayBusy       = "too many bodies at once"
	sayOurMistake = "internal error"
)

// answerStored answers that the delivery is on disk.
func answerStored(w http.ResponseWriter) {
	h := w.Header()
	h["Content-Type"] = jsonHeader
	h["Content-Length"] = storedLen
	// If this fails the sender has gone. It may send again: duplicates are one event.
	_, _ = w.Write(storedBody)
}

// answerRefused answers with the short reason. The sender does not wait until the
// refusal is explained and on record.
func answerRefused(w http.ResponseWriter, no *refusal) {
	h := w.Header()
	h["Content-Type"] = jsonHeader
	if no.allow != "" {
		h.Set("Allow", no.allow)
	}
	if no.retry > 0 {
		h.Set("Retry-After", strconv.Itoa(int((no.retry+time.Second-1)/time.Second)))
	}
	if no.hangUp {
		h["Connection"] = closeHeader
	}
	body := make([]byte, 0, 96)
	body = append(body, `{"error":"`...)
	body = append(body, no.say...) // constants without a character to escape
	body = append(body, "\"}\n"...)
	h["Content-Length"] = []string{strconv.Itoa(len(body))}
	w.WriteHeader(no.status)
	_, _ = w.Write(body)
	_ = http.NewResponseController(w).Flush() // a writer that cannot flush sends it on return
}
