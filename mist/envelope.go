package mist

import (
	"errors"
	"fmt"
	"slices"
)

const (
	// MaxEvents is how many events one body may hold. The elements Mist sends
	// take some hundred bytes each, so that a body of 8 MiB stays below it. More
	// would be very small ones, written to cost memory: a body of three million
	// bytes could become a gigabyte of events, at every start and rebuild anew.
	MaxEvents = 100_000
	// MaxTopic is how long a topic may be, in bytes. Mist's longest has 20.
	MaxTopic = 128
)

// ErrTooManyEvents means that a body holds more than MaxEvents events.
var ErrTooManyEvents = fmt.Errorf("more than %d events in one body", MaxEvents)

// Envelope looks at a webhook body just closely enough to decide the answer to
// it: that it is one JSON object with a topic and a list of events
// (docs/mist-api.md, Webhook delivery). It goes over the body once and
// allocates nothing for a topic that has a sample here. The order of keys does
// not matter, unknown keys are fine, of a key given twice the last one counts,
// and a list of no events is a list.
//
// The error says what is wrong in words for the person at the other end of the
// wire: empty, not JSON (and at which byte), cut off, an array, no topic,
// events missing or of the wrong sort, nested too deep, too many.
func Envelope(body []byte) (topic string, events int, err error) {
	return readEnvelope(body, nil)
}

// Split is Envelope that also returns the elements of events, in order, each as
// it came; they share body's memory. Elements may be anything, not only objects.
func Split(body []byte) (topic string, elements [][]byte, err error) {
	var spans []span
	topic, n, err := readEnvelope(body, &spans)
	if err != nil {
		return "", nil, err
	}
	// Of events given twice the last list counts, so only its spans are taken.
	spans = spans[len(spans)-n:]
	elements = make([][]byte, n)
	for i, p := range spans {
		elements[i] = body[p.start:p.end:p.end]
	}
	return topic, elements, nil
}

// span is where one element lies in the body.
type span struct{ start, end int }

// envelope is what was seen of a body so far.
type envelope struct {
	topic     []byte // between the quotes
	topicSeen byte   // first byte of the topic's value, 0 when there was none
	list      byte   // the same of events
	events    int
}

func readEnvelope(body []byte, spans *[]span) (string, int, error) {
	s := scanner{b: body}
	s.space()
	if s.i == len(body) {
		return "", 0, errors.New("the body is empty")
	}
	switch body[s.i] {
	case '{':
	case '[':
		return "", 0, errors.New("a JSON array where Mist sends an object with topic and events")
	default:
		if !s.value(0) {
			return "", 0, s.err
		}
		return "", 0, errors.New("a bare JSON value where Mist sends an object with topic and events")
	}
	var e envelope
	s.i++
	for first := true; s.more(first, '}'); first = false {
		name, ok := s.key()
		if !ok || !e.member(&s, name, spans) {
			return "", 0, s.err
		}
	}
	if s.err != nil {
		return "", 0, s.err
	}
	if s.space(); s.i < len(body) {
		return "", 0, fmt.Errorf("not JSON: more text after the end of the object at byte %d", s.i)
	}
	return e.judge()
}

// member takes in one member of the outermost object.
func (e *envelope) member(s *scanner, name []byte, spans *[]span) bool {
	start := s.i
	switch {
	case isName(name, "topic") && s.i < len(s.b):
		e.topicSeen = s.b[s.i]
		if !s.value(1) {
			return false
		}
		if e.topicSeen == '"' {
			e.topic = s.b[start:s.i]
		}
		return true
	case isName(name, "events") && s.i < len(s.b):
		e.list, e.events = s.b[s.i], 0
		if e.list == '[' {
			return e.elements(s, spans)
		}
	}
	return s.value(1)
}

// elements counts the events.
func (e *envelope) elements(s *scanner, spans *[]span) bool {
	s.i++
	for first := true; s.more(first, ']'); first = false {
		start := s.i
		if !s.value(2) {
			return false
		}
		if e.events++; e.events > MaxEvents {
			s.err = ErrTooManyEvents
			return false
		}
		if spans != nil {
			*spans = append(*spans, span{start, s.i})
		}
	}
	return s.err == nil
}

// judge says whether what was seen is a delivery.
func (e *envelope) judge() (string, int, error) {
	if e.topicSeen == 0 {
		return "", 0, errors.New("there is no topic")
	}
	if e.topicSeen != '"' {
		return "", 0, fmt.Errorf("topic is %s, not a text", sortOf(e.topicSeen))
	}
	topic := topicName(e.topic)
	switch {
	case topic == "":
		return "", 0, errors.New("topic is an empty text")
	case len(topic) > MaxTopic:
		return "", 0, fmt.Errorf("topic is longer than %d bytes", MaxTopic)
	case e.list == 0:
		return "", 0, errors.New("there is no events list")
	case e.list == 'n':
		return "", 0, errors.New("events is null, not a list")
	case e.list != '[':
		return "", 0, fmt.Errorf("events is %s, not a list", sortOf(e.list))
	}
	return topic, e.events, nil
}

// topicName makes text of a quoted topic; known ones cost no memory.
func topicName(quoted []byte) string {
	if t, ok := topicNames[string(quoted[1:len(quoted)-1])]; ok {
		return t
	}
	return Text(quoted)
}

// isName compares the inside of a quoted name with want, undoing escapes only
// when there are any.
func isName(name []byte, want string) bool {
	if string(name) == want {
		return true
	}
	if slices.Contains(name, '\\') {
		return unescape(name) == want
	}
	return false
}

// sortOf names the sort of a value by its first byte.
func sortOf(first byte) string {
	switch first {
	case '"':
		return "a text"
	case '{':
		return "an object"
	case '[':
		return "a list"
	case 't', 'f':
		return "true or false"
	case 'n':
		return "null"
	}
	return "a number"
}
