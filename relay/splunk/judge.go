package splunk

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"

	"foghorn/internal/safetext"
	"foghorn/relay"
)

// reply is an answer of the collector.
type reply struct {
	Text    string          `json:"text"`
	Code    *int            `json:"code"`
	Invalid *int            `json:"invalid-event-number"`
	AckID   json.Number     `json:"ackId"`
	Acks    map[string]bool `json:"acks"`
}

// meaning is what a code of the collector means to a relay.
type meaning struct {
	outcome relay.Outcome
	advice  string
}

const (
	adviseToken = "take the token from Settings, Data inputs, HTTP Event Collector in Splunk"
	adviseAck   = "the token asks for acknowledgement: set ack = true, or turn indexer acknowledgement off for it in Splunk"
	adviseNoAck = "turn on indexer acknowledgement for the token in Splunk, or set ack = false"
	adviseItem  = "the event does not have the form that the collector takes"
)

// codes are the answers that the collector documents (docs/integrations.md, Splunk HEC).
var codes = map[int]meaning{
	0:  {relay.Sent, ""},
	1:  {relay.Misconfigured, "turn the token on in Splunk: Settings, Data inputs, HTTP Event Collector"},
	2:  {relay.Misconfigured, adviseToken},
	3:  {relay.Misconfigured, adviseToken},
	4:  {relay.Misconfigured, adviseToken},
	5:  {relay.Refused, adviseItem},
	6:  {relay.Refused, adviseItem},
	7:  {relay.Misconfigured, "set index to one that exists and that the token may write to"},
	8:  {relay.Retry, ""},
	9:  {relay.Retry, ""},
	10: {relay.Misconfigured, adviseAck},
	11: {relay.Misconfigured, "a proxy may have changed the header X-Splunk-Request-Channel"},
	12: {relay.Refused, adviseItem},
	13: {relay.Refused, adviseItem},
	14: {relay.Misconfigured, adviseNoAck},
	15: {relay.Refused, adviseItem},
	16: {relay.Misconfigured, "a proxy may have moved the token into the address"},
	17: {relay.Sent, ""},
	18: {relay.Retry, ""},
	19: {relay.Retry, ""},
	20: {relay.Retry, ""},
	21: {relay.Misconfigured, adviseToken},
	22: {relay.Misconfigured, "turn the token on in Splunk: Settings, Data inputs, HTTP Event Collector"},
	23: {relay.Retry, ""},
	24: {relay.Sent, ""}, // its queue is almost full
	25: {relay.Sent, ""}, // it remembers almost as many acknowledgements as it can
	26: {relay.Retry, ""},
	27: {relay.Retry, ""},
	28: {relay.Misconfigured, adviseAck},
}

// Judge says what an answer means.
func (d *destination) Judge(work *relay.Work, request *relay.Request, answer *relay.Answer) relay.Verdict {
	said, verdict := read(answer)
	switch {
	case request.Step == stepAsk && said != nil && said.Acks != nil:
		return d.answered(work, answer, said)
	case request.Step == stepAsk:
		return d.unanswered(work, answer, said, verdict)
	case said == nil:
		return single(verdict, request)
	case said.Code == nil:
		return relay.Verdict{Outcome: relay.Misconfigured, Reason: notSplunk(answer)}
	}
	m, v := said.meaning(answer)
	before := 0 // items that Splunk has, although it did not take all
	if said.Invalid != nil && *said.Invalid > 0 && *said.Invalid < request.Items {
		before = *said.Invalid
	}
	switch {
	case m.outcome == relay.Sent:
		return d.received(work, request, answer, said)
	case m.outcome == relay.Refused && said.Invalid != nil && *said.Invalid >= 0 && *said.Invalid < request.Items:
		v.Items = *said.Invalid
		return v
	case m.outcome == relay.Refused:
		v.Items = -1
		return single(v, request)
	case before > 0:
		// What stopped it will stop the next request too, and then at its first item.
		return relay.Verdict{Outcome: relay.Sent, Items: before, Reason: v.Reason}
	}
	return v
}

// single says which item was refused where there is only one.
func single(v relay.Verdict, request *relay.Request) relay.Verdict {
	if v.Outcome == relay.Refused && request.Items == 1 {
		v.Items = 0
	}
	return v
}

// read returns what the collector said; or nil, and what follows from an answer that is
// none of the collector's.
func read(answer *relay.Answer) (*reply, relay.Verdict) {
	if answer.Err != nil {
		return nil, relay.JudgeHTTP(answer)
	}
	body := bytes.TrimSpace(answer.Body)
	var said reply
	if err := json.Unmarshal(body, &said); err == nil && (said.Code != nil || said.Acks != nil) {
		if said.Code == nil || known(*said.Code) || answer.Status < 300 {
			return &said, relay.Verdict{}
		}
		return nil, relay.JudgeHTTP(answer)
	}
	switch {
	case answer.Status < 200 || answer.Status > 299:
		return nil, notFound(answer)
	case bytes.HasPrefix(body, []byte("{")) && !json.Valid(body):
		return nil, relay.Verdict{Outcome: relay.Retry, Reason: "the answer ends in the middle: it is sent again"}
	}
	return nil, relay.Verdict{Outcome: relay.Misconfigured, Reason: notSplunk(answer)}
}

func known(code int) bool { _, ok := codes[code]; return ok }

// notFound judges an answer without a code by its status.
func notFound(answer *relay.Answer) relay.Verdict {
	v := relay.JudgeHTTP(answer)
	switch answer.Status {
	case http.StatusNotFound, http.StatusMethodNotAllowed:
		v.Reason += ". Is url that of the HTTP Event Collector (mostly port 8088), and is it turned on in its Global Settings?"
	case http.StatusRequestEntityTooLarge:
		v.Reason += ". Raise max_content_length in limits.conf of Splunk"
	}
	return v
}

func notSplunk(answer *relay.Answer) string {
	return "not an answer of an HTTP Event Collector: " + relay.Explain(answer) + ". Check url: it is mostly port 8088, not that of the web interface"
}

// meaning is what the reply's code means, and the verdict of it alone.
func (r *reply) meaning(answer *relay.Answer) (meaning, relay.Verdict) {
	m, ok := codes[*r.Code]
	if !ok {
		m = meaning{relay.Misconfigured, "foghorn does not know this code"}
	}
	v := relay.Verdict{Outcome: m.outcome, After: relay.RetryAfter(answer)}
	v.Reason = fmt.Sprintf("%d, code %d: %s", answer.Status, *r.Code, relay.Cut(safetext.Line(r.Text), 200))
	if m.advice != "" {
		v.Reason += ". To do: " + m.advice
	}
	return m, v
}
