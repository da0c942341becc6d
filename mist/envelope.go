package mist

import (
	"errors"
	"fmt"
	"slices"
)

const (
	// MaxEvents is the most events that one body may hold. Mist's events take
	// some hundred bytes each, so a body of 8 MiB stays below it. A body with
	// more consists of tiny elements made to cost memory: 3 MB could become a
	// gigabyte of events, again at every start and rebuild.
	MaxEvents = 100_000
	// MaxTopic is the longest topic, in bytes. Mist's longest has 20.
	MaxTopic = 128
)

// ErrTooManyEvents means that a body holds more than MaxEvents events.
var ErrTooManyEvents = fmt.Errorf("more than %d events in one body", MaxEvents)

// Envelope checks that a webhook body is one JSON object with a topic and a list
// of events (docs/mist-api.md, Webhook delivery), which is what the HTTP
// response depends on. It scans the body once, and allocates nothing for a topic
// with an embedded sample. Keys may come in any order, unknown keys are fine,
// the last of duplicate keys counts, and the list may be empty.
//
// The error explains the problem to whoever sent the body: empty, not JSON (and
// at which byte), cut off, an array, no topic, events missing or of the wrong
// type, nested too deep, too many events.
func Envelope(body []byte) (topic string, events int, err error) {
	return readEnvelope(body, nil)
}

// Split is Envelope that also returns the elements of events, raw and in order.
// They share body's memory. Elements may be any JSON value, not only objects.
func Split(body []byte) (topic string, elements [][]byte, err error) {
	var spans []span
	topic, n, err := readEnvelope(body, &spans)
	if err != nil {
		return "", nil, err
	}
	// The last of duplicate events members counts, so drop the earlier spans.
	spans = spans[len(spans)-n:]
	elements = make([][]byte, n)
	for i, p := range spans {
		elements[i] = body[p.start:p.end:p.end]
	}
	return topic, elements, nil
}

// span locates one element in the body.
type span struct{ start, end int }

// envelope collects what the scan of a body finds.
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
		return "", 0, errors.New("the body is a JSON array; Mist sends an object with topic and events")
	default:
		if !s.value(0) {
			return "", 0, s.err
		}
		return "", 0, errors.New("the body is a bare JSON value; Mist sends an object with topic and events")
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

// member reads one member of the outermost object.
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

// elements counts the events, and records their spans if the caller wants them.
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

// judge returns the result of the scan: the topic and the number of events, or
// why the body is not a webhook delivery.
func (e *envelope) judge() (string, int, error) {
	if e.topicSeen == 0 {
		return "", 0, errors.New("there is no topic")
	}
	if e.topicSeen != '"' {
		return "", 0, fmt.Errorf("topic is %s, not a text", jsonType(e.topicSeen))
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
		return "", 0, fmt.Errorf("events is %s, not a list", jsonType(e.list))
	}
	return topic, e.events, nil
}

// topicName decodes a quoted topic. Known topics need no allocation.
func topicName(quoted []byte) string {
	if t, ok := topicNames[string(quoted[1:len(quoted)-1])]; ok {
		return t
	}
	return Text(quoted)
}

// isName compares the inside of a quoted name with want. It decodes escapes only
// if there are any.
func isName(name []byte, want string) bool {
	if string(name) == want {
		return true
	}
	if slices.Contains(name, '\\') {
		return unescape(name) == want
	}
	return false
}

// jsonType names the JSON type of a value by its first byte.
func jsonType(first byte) string {
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
