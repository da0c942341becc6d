package netstate

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"

	"foghorn/internal/safetext"
	"foghorn/journal/event"
	"foghorn/mist"
)

// Rows and frames are read field by field: what is missing, null or of another
// type than expected leaves the field as it was, and costs no other field.

// maxText bounds a text of the cloud, in bytes.
const maxText = 256

// text sets *to when v is a text or, as some fields are now and then, a number.
func text(v []byte, to *string) {
	switch {
	case len(v) > 0 && v[0] == '"':
		*to = safetext.Clip(mist.Text(v), maxText)
	case len(v) > 0 && (v[0] == '-' || v[0] >= '0' && v[0] <= '9'):
		*to = safetext.Clip(string(v), maxText)
	}
}

// number reads a number, also one inside a text.
func number(v []byte) (float64, bool) {
	if len(v) > 0 && v[0] == '"' {
		v = []byte(strings.TrimSpace(mist.Text(v)))
	}
	f, err := strconv.ParseFloat(string(v), 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		return 0, false
	}
	return f, true
}

// whole sets *to when v is a number of a size that makes sense.
func whole[T int | int64](v []byte, to *T) {
	if f, ok := number(v); ok && math.Abs(f) < 1e15 {
		*to = T(math.Round(f))
	}
}

// percent sets *to when v is 0 to 100.
func percent(v []byte, to *float64) {
	if f, ok := number(v); ok && f >= 0 && f <= 100 {
		*to = f
	}
}

func mac(v []byte) (event.MAC, bool) {
	s := mist.Text(v)
	if m, ok := event.ParseMAC(s); ok {
		return m, true
	}
	return event.MACFromDeviceID(s)
}

func stamp(v []byte) (time.Time, bool) { return mist.ParseTime(v) }

// members are those of an object, read once to be looked through several times.
type members []mist.Field

// parse takes an object apart, and reports whether it was one.
func parse(object []byte) (members, bool) {
	fs, ok := mist.Fields(object, nil)
	return fs, ok
}

// each calls do for each member.
func (ms members) each(do func(name string, value []byte)) {
	for _, f := range ms {
		do(string(f.Name), f.Value)
	}
}

// fields calls do for each member of an object, and reports whether it was one.
func fields(object []byte, do func(name string, value []byte)) bool {
	var room [24]mist.Field // most objects inside of rows are small
	fs, ok := mist.Fields(object, room[:0])
	if ok {
		members(fs).each(do)
	}
	return ok
}

// parts takes apart what a frame carries: one object, or a list of them.
func parts(data []byte) []json.RawMessage {
	data = bytes.TrimSpace(data)
	if len(data) == 0 || data[0] != '[' {
		return []json.RawMessage{data}
	}
	const most = 10_000
	elements, _ := mist.Elements(data, most, nil)
	out := make([]json.RawMessage, len(elements))
	for i, e := range elements {
		out[i] = e
	}
	return out
}
