package splunk

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"foghorn/relay"
)

const (
	// ackWithin is how long Splunk may take to index a batch. Its answer to an unknown
	// batch is the same as to one that is not indexed yet, so only time tells.
	ackWithin = 5 * time.Minute
	maxPause  = 10 * time.Second
)

// handle is what the destination remembers of a batch that Splunk has received and
// perhaps not indexed.
type handle struct {
	Ack   int64     `json:"ack"`
	Items int       `json:"items"`
	First string    `json:"first"` // ids of the first and the last item
	Last  string    `json:"last"`
	Sent  time.Time `json:"sent"`
	Asked int       `json:"asked"` // questions without a yes
}

// pending returns the batch at the front of the work that waits for its acknowledgement;
// nil when there is none. A batch that is not at the front any more was another work's.
func (d *destination) pending(work *relay.Work) *handle {
	if !d.ack || len(work.Handle) == 0 {
		return nil
	}
	var h handle
	if err := json.Unmarshal(work.Handle, &h); err != nil || h.Items < 1 || h.Items > len(work.Items) {
		return nil
	}
	if work.Items[0].ID() != h.First || work.Items[h.Items-1].ID() != h.Last {
		return nil
	}
	return &h
}

// keep remembers a batch in the work.
func keep(work *relay.Work, h *handle) {
	work.Handle, _ = json.Marshal(h) // numbers, texts and a time
}

// question asks whether a batch is indexed.
func (d *destination) question(channel string, ack int64) *relay.Request {
	r := d.request("", "/ack?channel="+channel, []byte(`{"acks":[`+strconv.FormatInt(ack, 10)+`]}`))
	r.Header.Set("X-Splunk-Request-Channel", channel)
	r.Unpaced = true
	return r
}

// pause is how long to wait before a question: a second, doubled each time.
func pause(asked int) time.Duration {
	return min(time.Second<<min(asked, 4), maxPause)
}

// guid is a GUID that is the same for the same names. The collector wants each sender to
// choose one of its own.
func guid(names ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(names, "\x00")))
	b := sum[:16]
	b[6] = b[6]&0x0f | 0x80 // version 8: of a form of its own
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// received is what follows when Splunk has taken a batch.
func (d *destination) received(work *relay.Work, request *relay.Request, answer *relay.Answer, said *reply) relay.Verdict {
	work.Handle = nil
	if !d.ack {
		return relay.Verdict{Outcome: relay.Sent}
	}
	ack, err := said.AckID.Int64()
	if err != nil {
		return relay.Verdict{Outcome: relay.Sent,
			Reason: "taken, but not to be acknowledged: turn on indexer acknowledgement for the token in Splunk, or set ack = false"}
	}
	keep(work, &handle{Ack: ack, Items: request.Items, First: work.Items[0].ID(), Last: work.Items[request.Items-1].ID(), Sent: answer.At})
	return relay.Verdict{Outcome: relay.More, Reason: "received, and not indexed yet"}
}

// answered is what follows from the answer to a question.
func (d *destination) answered(work *relay.Work, answer *relay.Answer, said *reply) relay.Verdict {
	h := d.pending(work)
	if h == nil {
		return relay.Verdict{Outcome: relay.Retry, Reason: "an answer about a batch that is gone; it is sent again"}
	}
	if said.Acks[strconv.FormatInt(h.Ack, 10)] {
		work.Handle = nil
		return relay.Verdict{Outcome: relay.Sent, Items: h.Items}
	}
	return d.askOn(work, h, answer, "received, and not indexed yet")
}

// unanswered is what follows when the answer to a question is none: an error, or one of
// the collector's codes. The batch was received, so the question is asked again, and
// the batch is not sent again before its time.
func (d *destination) unanswered(work *relay.Work, answer *relay.Answer, said *reply, v relay.Verdict) relay.Verdict {
	if said != nil {
		_, v = said.meaning(answer)
	}
	h := d.pending(work)
	switch {
	case v.Outcome == relay.Retry && h != nil:
		return d.askOn(work, h, answer, v.Reason)
	case v.Outcome == relay.Refused, v.Outcome == relay.Sent: // not the items are meant, but the question
		v = relay.Verdict{Outcome: relay.Misconfigured, Reason: "the question whether a batch is indexed got " + relay.Explain(answer)}
	}
	if said != nil && slices.Contains([]int{10, 11, 14}, *said.Code) { // nobody will ever know
		work.Handle = nil
	}
	return v
}

// askOn asks again later, or sends the batch again when it has had its time.
func (d *destination) askOn(work *relay.Work, h *handle, answer *relay.Answer, reason string) relay.Verdict {
	if answer.At.Sub(h.Sent) >= ackWithin {
		work.Handle = nil
		return relay.Verdict{Outcome: relay.Retry, Reason: "Splunk has not indexed a batch within " + strconv.Itoa(int(ackWithin.Minutes())) +
			"m: it is sent again. Behind a load balancer the question must reach the indexer that took the batch"}
	}
	h.Asked++
	keep(work, h)
	return relay.Verdict{Outcome: relay.More, Reason: reason}
}
