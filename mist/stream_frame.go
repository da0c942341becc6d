package mist

import (
	"bytes"
	"errors"
	"time"
)

// The known events of stream messages. The cloud may send others.
const (
	StreamData         = "data"
	StreamSubscribed   = "channel_subscribed"
	StreamRefused      = "subscribe_failed"
	StreamUnsubscribed = "channel_unsubscribed"
)

// StreamMessage is one received message. The receiver may keep its bytes.
type StreamMessage struct {
	Time    time.Time
	Link    int // the connection that received it
	Event   string
	Channel string
	Detail  string // why a subscription was refused
	// Data is the message's payload as JSON, also if the cloud sent it as a
	// string that contains JSON. It is nil without a payload.
	Data []byte
	Raw  []byte // the whole message without NUL bytes
	Err  error  // why parsing failed; then only Raw is set too
}

var errNotStream = errors.New("not a message of the stream")

// parseFrame parses one message. Frames may be binary and contain NUL bytes, and
// the payload is usually JSON inside a string (docs/mist-api.md, Stream).
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

// unwrap returns the JSON inside a JSON string, one level deep. It returns any
// other value unchanged, and nil for null.
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

// detailText reads a reason that may be a string or a nested value.
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
