package event

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"time"
)

// DeliveryRecordTo is DeliveryRecord for the way of every delivery: it writes
// the head into the memory of buf, and costs a fraction of encoding/json. The
// bytes are the same. The record's Head and Body belong to the caller.
func DeliveryRecordTo(buf []byte, d *Delivery) (Record, error) {
	head, err := d.appendJSON(buf[:0])
	if err != nil {
		return Record{}, err
	}
	r := Record{Kind: RecordDelivery, Group: d.Topic, At: d.Received, Head: head, Body: d.Body}
	if !d.Verdict.Accepted() {
		r.Kind, r.Group = RecordRefusal, "refused"
	}
	return r, nil
}

// appendJSON writes what encoding/json writes for a Delivery, byte for byte.
// Values it has no quick way for (a year of five digits, a duration that is not
// a number) are left to encoding/json, with its errors.
func (d *Delivery) appendJSON(b []byte) ([]byte, error) {
	if y := d.Received.Year(); y < 0 || y > 9999 || zoneSeconds(d.Received) ||
		!(d.DurationMS == 0 || math.Abs(d.DurationMS) >= 1e-6 && math.Abs(d.DurationMS) < 1e21) {
		slow, err := json.Marshal(d)
		return append(b, slow...), err
	}
	b = append(b, `{"id":`...)
	b = strconv.AppendInt(b, d.ID, 10)
	b = append(b, `,"received":"`...)
	b = d.Received.AppendFormat(b, time.RFC3339Nano)
	b = appendText(append(b, `","source":`...), d.Source)
	b = appendText(append(b, `,"via":`...), string(d.Via))
	b = appendText(append(b, `,"remote":`...), d.Remote)
	b = appendText(append(b, `,"method":`...), d.Method)
	b = appendText(append(b, `,"path":`...), d.Path)
	if len(d.Headers) > 0 {
		b = appendHeaders(append(b, `,"headers":`...), d.Headers)
	}
	if d.Truncated {
		b = append(b, `,"truncated":true`...)
	}
	b = strconv.AppendInt(append(b, `,"size":`...), d.Size, 10)
	b = appendText(append(b, `,"verdict":`...), string(d.Verdict))
	if d.Cause != "" {
		b = appendText(append(b, `,"cause":`...), d.Cause)
	}
	if d.Warning != "" {
		b = appendText(append(b, `,"warning":`...), d.Warning)
	}
	b = strconv.AppendInt(append(b, `,"status":`...), int64(d.Status), 10)
	b = strconv.AppendFloat(append(b, `,"duration_ms":`...), d.DurationMS, 'f', -1, 64)
	if d.Topic != "" {
		b = appendText(append(b, `,"topic":`...), d.Topic)
	}
	b = strconv.AppendInt(append(b, `,"events":`...), int64(d.Events), 10)
	b = strconv.AppendInt(append(b, `,"duplicates":`...), int64(d.Duplicates), 10)
	if d.ReplayOf != 0 {
		b = strconv.AppendInt(append(b, `,"replay_of":`...), d.ReplayOf, 10)
	}
	if d.Ignored != 0 {
		b = strconv.AppendInt(append(b, `,"ignored":`...), int64(d.Ignored), 10)
	}
	if d.IgnoredBy != "" {
		b = appendText(append(b, `,"ignored_by":`...), d.IgnoredBy)
	}
	return append(b, '}'), nil
}

// zoneSeconds reports a zone that RFC 3339 cannot write.
func zoneSeconds(t time.Time) bool {
	if t.Location() == time.UTC {
		return false
	}
	_, off := t.Zone()
	return off%60 != 0 || off <= -24*3600 || off >= 24*3600
}

// appendHeaders writes the names in order, as encoding/json does with a map.
func appendHeaders(b []byte, h map[string][]string) []byte {
	var few [16]string
	names := few[:0]
	for k := range h {
		names = append(names, k)
	}
	slices.Sort(names)
	b = append(b, '{')
	for i, k := range names {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendText(b, k), ':')
		vs := h[k]
		if vs == nil {
			b = append(b, "null"...)
			continue
		}
		b = append(b, '[')
		for j, v := range vs {
			if j > 0 {
				b = append(b, ',')
			}
			b = appendText(b, v)
		}
		b = append(b, ']')
	}
	return append(b, '}')
}

// appendText quotes s; anything but plain ASCII is left to encoding/json.
func appendText(b []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' || c >= 0x7f || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			slow, err := json.Marshal(s)
			if err != nil {
				slow = []byte(`""`) // a string has no error to give
			}
			return append(b, slow...)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}
