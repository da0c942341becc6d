package mist

import (
	"bytes"
	"errors"
	"time"
)

// What a message of the stream is about. There may be others.
const (
	StreamData         = "data"
	StreamSubscribed   = "channel_subscribed"
	StreamRefused      = "subscribe_failed"
	StreamUnsubscribed = "channel_unsubscribed"
)

// StreamMessage is one message as it came. Whoever gets it may keep its bytes.
type StreamMessage struct {
	Time    time.Time
	Link    int // the connection it came by
	Event   string
	Channel string
	Detail  string // why a subscription was refused
	// Data is JSON: what the message carries, whether it came as a value or as
	// a text that holds one. It is nil when there is none.
	Data []byte
	Raw  []byte // the whole message, NUL bytes left out
	Err  error  // why it could not be read; then only Raw is set beside it
}

var errNotStream = errors.New("not a message of the stream")

// parseFrame reads one message. Frames may be binary and hold NUL bytes, and
// what a data message carries is usually JSON inside a text (docs/mist-api.md, Stream).
func parseFrame(raw []byte) StreamMessage {
	raw = withoutNUL(raw)
	m := StreamMessage{Raw: raw}
	var room [8]Field
	fields, ok := Fields(raw, room[:0])
	if !ok {
		m.Err = errNotStream
		return m
	}
	for _, f := range fields {
		switch string(f.Name) {
		case "event":
			m.Event = Text(f.Value)
		case "channel":
			m.Channel = Text(f.Value)
		case "detail":
			m.Detail = detailText(f.Value)
		case "data":
			m.Data = unwrap(f.Value)
		}
	}
	if m.Event == "" {
		return StreamMessage{Raw: raw, Err: errNotStream}
	}
	return m
}

// unwrap takes JSON out of a text that holds it, once. Any other text stays
// the JSON string it is, and null is nothing.
func unwrap(value []byte) []byte {
	if string(value) == "null" {
		return nil
	}
	if value[0] != '"' {
		return value
	}
	inner := bytes.TrimSpace(withoutNUL([]byte(Text(value))))
	s := scanner{b: inner}
	if !s.value(0) || s.i != len(inner) {
		return value
	}
	return inner
}

// detailText reads a reason that may be a text or something nested.
func detailText(value []byte) string {
	if value[0] == '"' {
		return Text(value)
	}
	return valid(value)
}

func withoutNUL(b []byte) []byte {
	if bytes.IndexByte(b, 0) < 0 {
		return b
	}
	return bytes.ReplaceAll(b, []byte{0}, nil)
}
