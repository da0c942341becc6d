package junos

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
)

// Sender is what a post says of the device it comes from.
type Sender struct {
	Hostname string
	PID      string
	Facility string
	Time     int64  // seconds of the epoch, when the event happened
	ID       string // of the post: milliseconds, a dash and something unique
	Version  string // of the agent
	// Top are the busiest processes, for events about the CPU.
	Top []Process
}

// Post is the body that the agent makes of an event, byte for byte: members in
// its order, separators as Python writes them, and nothing that is not ASCII.
func (e Example) Post(s Sender) []byte {
	attributes := make([]string, len(e.Attributes))
	for i, a := range e.Attributes {
		attributes[i] = quote(a[0]) + ": " + quote(a[1])
	}
	detail := `""`
	if strings.Contains(e.ID, "RTPERF_CPU") {
		rows := make([]string, len(s.Top))
		for i, p := range s.Top {
			rows[i] = fmt.Sprintf(`{"pid": %s, "user": %s, "cpu": %s, "command": %s}`, quote(p.PID), quote(p.User), float(p.CPU), quote(p.Command))
		}
		detail = "[" + strings.Join(rows, ", ") + "]"
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, `{"event": %s, "process": %s, "message": %s, "hostname": %s, "detail": %s, `,
		quote(e.ID), orNull(e.Process), quote(e.Line()), orNull(s.Hostname), detail)
	fmt.Fprintf(&b, `"generation_time": %d, "pid": %s, "facility": %s, "severity": %s, "attributes": {%s}, "id": %s, "agent_version": %s}`,
		s.Time, orNull(s.PID), orNull(s.Facility), orNull(e.Severity), strings.Join(attributes, ", "), quote(s.ID), quote(s.Version))
	return b.Bytes()
}

// float writes a number as Python writes a float.
func float(f float64) string {
	s := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}

func orNull(s string) string {
	if s == "" {
		return "null"
	}
	return quote(s)
}

// quote writes a text as Python's json.dumps does.
func quote(s string) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		return `""` // a string cannot fail to encode
	}
	var out strings.Builder
	for _, r := range strings.TrimSuffix(b.String(), "\n") {
		switch {
		case r < 0x80:
			out.WriteRune(r)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&out, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&out, `\u%04x`, r)
		}
	}
	return out.String()
}
