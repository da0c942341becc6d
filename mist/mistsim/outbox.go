package mistsim

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// post is one HTTP request to come.
type post struct {
	via    via
	topic  string // empty when the body is no delivery of one
	body   []byte
	seal   seal
	header map[string]string // beyond the usual ones
	events int
}

// via says which of the two listeners a post goes to.
type via uint8

const (
	toMist via = iota
	toJunos
)

// seal says how a post is signed.
type seal uint8

const (
	signed   seal = iota
	forged        // with a secret that is not the receiver's
	unsigned      // with none, though the receiver expects one
)

// maxBatch is how many events travel in one delivery at most. Mist's own limit
// is not documented; samples stay well below.
const maxBatch = 100

// urgent topics travel as soon as they happen; the others wait for the next
// flush and share a delivery, as Mist batches what is frequent
// (docs/mist-api.md, Webhook delivery).
var urgent = map[string]bool{
	"alarms": true, "audits": true, "device-updowns": true, "mxedge-events": true,
	"occupancy-alerts": true, "ping": true, "site-sle": true,
}

// outbox gathers events into deliveries. Their order follows the first event
// of each, so that it never depends on chance.
type outbox struct {
	waiting []batch
	posts   []post
	all     bool // the next take hands over everything
	err     error
}

type batch struct {
	topic  string
	events []json.RawMessage
}

// add puts an element of a topic into the delivery that is being gathered.
func (o *outbox) add(topic string, element any) {
	raw, err := encode(element)
	if err != nil {
		o.err = fmt.Errorf("simulate %s: %w", topic, err)
		return
	}
	for i := range o.waiting {
		if b := &o.waiting[i]; b.topic == topic && len(b.events) < maxBatch {
			b.events = append(b.events, raw)
			return
		}
	}
	o.waiting = append(o.waiting, batch{topic, []json.RawMessage{raw}})
}

// send puts a finished post in line.
func (o *outbox) send(p post) { o.posts = append(o.posts, p) }

// flush makes the next take hand over everything.
func (o *outbox) flush() { o.all = true }

// take hands over what is ready: the urgent deliveries, or all of them after a
// flush.
func (o *outbox) take() []post {
	kept := o.waiting[:0]
	for _, b := range o.waiting {
		if o.all || urgent[b.topic] || len(b.events) >= maxBatch {
			o.send(post{topic: b.topic, body: envelope(b.topic, b.events), events: len(b.events)})
			continue
		}
		kept = append(kept, b)
	}
	clear(o.waiting[len(kept):])
	o.waiting = kept
	posts := o.posts
	o.posts, o.all = nil, false
	return posts
}

// envelope wraps elements the way Mist does.
func envelope(topic string, events []json.RawMessage) []byte {
	b := append([]byte(`{"topic":"`), topic...)
	b = append(b, `","events":[`...)
	b = append(b, bytes.Join(rawBytes(events), []byte(","))...)
	return append(b, "]}"...)
}

func rawBytes(in []json.RawMessage) [][]byte {
	out := make([][]byte, len(in))
	for i, r := range in {
		out[i] = r
	}
	return out
}

// encode is json.Marshal without the escaping meant for web pages, which Mist
// does not do either.
func encode(v any) (json.RawMessage, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
