package netstate

import (
	"bytes"

	"foghorn/internal/safetext"
	"foghorn/journal/event"
	"foghorn/mist"
)

// Rows and frames are read field by field: what is missing, null or of another
// type than expected leaves the field as it was, and costs no other field. What
// counts as a text or a number is for [mist.Value] to say.

// maxText bounds a text of the cloud, in bytes.
const maxText = 256

func setText(to *string, v mist.Value) {
	if s, ok := v.Text(); ok {
		*to = safetext.Clip(s, maxText)
	}
}

func setInt[T int | int64](to *T, v mist.Value) {
	if n, ok := v.Int(); ok {
		*to = T(n)
	}
}

// setPercent takes 0 to 100.
func setPercent(to *float64, v mist.Value) {
	if f, ok := v.Number(); ok && f >= 0 && f <= 100 {
		*to = f
	}
}

// parseMAC takes a MAC, or a device id with one in it.
func parseMAC(v mist.Value) (event.MAC, bool) {
	s := mist.Text(v)
	if m, ok := event.ParseMAC(s); ok {
		return m, true
	}
	return event.MACFromDeviceID(s)
}

// parts returns the objects that a frame carries: one, or a list of them. What
// is no object is among them, as one without members.
func parts(frame []byte) []mist.Object {
	frame = bytes.TrimSpace(frame)
	const most = 10_000
	values := []mist.Value{frame}
	if len(frame) > 0 && frame[0] == '[' {
		values = mist.Value(frame).Elements(most)
	}
	out := make([]mist.Object, len(values))
	for i, v := range values {
		out[i] = v.Object()
	}
	return out
}
