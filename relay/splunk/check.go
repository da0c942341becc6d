package splunk

import (
	"net/http"

	"foghorn/relay"
)

const (
	checkHealth = "health"
	checkToken  = "token"
)

// Checks asks whether the collector is well, and whether it knows the token. Nothing says
// the second without sending an event, except a question about an acknowledgement.
func (d *destination) Checks() []*relay.Request {
	path := "/health"
	if d.ack {
		path += "?ack=true"
	}
	health := d.request(checkHealth, path, nil)
	health.Unpaced = true
	token := d.question(d.trial, 0)
	token.Step = checkToken
	return []*relay.Request{health, token}
}

// JudgeCheck says what an answer to one of Checks means.
func (d *destination) JudgeCheck(request *relay.Request, answer *relay.Answer) relay.Verdict {
	said, verdict := read(answer)
	if request.Step == checkToken {
		return d.judgeToken(answer, said, verdict)
	}
	if said == nil || said.Code == nil {
		if verdict.Outcome != relay.Retry {
			verdict = relay.Verdict{Outcome: relay.Misconfigured, Reason: notSplunk(answer)}
		}
		return verdict
	}
	m, v := said.meaning(answer)
	if m.outcome == relay.Sent {
		return relay.Verdict{Outcome: relay.Sent, Reason: "the HTTP Event Collector is healthy"}
	}
	return v
}

func (d *destination) judgeToken(answer *relay.Answer, said *reply, verdict relay.Verdict) relay.Verdict {
	switch {
	case said == nil && answer.Status == http.StatusNotFound:
		return relay.Verdict{Outcome: relay.Sent, Reason: "the token was not tried: this server takes no questions about acknowledgement"}
	case said == nil:
		if verdict.Outcome == relay.Refused {
			verdict.Outcome, verdict.Items = relay.Misconfigured, 0
		}
		return verdict
	case said.Acks != nil && d.ack:
		return relay.Verdict{Outcome: relay.Sent, Reason: "the token is known, with acknowledgement"}
	case said.Acks != nil:
		return relay.Verdict{Outcome: relay.Misconfigured, Reason: adviseAck}
	case *said.Code == 14 && !d.ack:
		return relay.Verdict{Outcome: relay.Sent, Reason: "the token is known"}
	}
	_, v := said.meaning(answer)
	if v.Outcome != relay.Retry {
		v.Outcome = relay.Misconfigured
	}
	return v
}
