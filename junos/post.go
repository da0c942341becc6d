package junos

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
)

// Sender has the fields of a post that describe its device.
type Sender struct {
	Hostname string
	PID      string
	Facility string
	Time     int64  // of the event, in epoch seconds
	ID       string // of the post: milliseconds, a dash and a unique part
	Version  string // of the agent
	// Test marks the post as one that no device sent.
	Test bool
	// Top are the busiest processes, for events about the CPU.
	Top []Process
}

// Post returns the agent's body for an event, byte for byte: the agent's order of
// members, Python's separators, and ASCII only.
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
	fmt.Fprintf(&b, `"generation_time": %d, "pid": %s, "facility": %s, "severity": %s, "attributes": {%s}, "id": %s, "agent_version": %s`,
		s.Time, orNull(s.PID), orNull(s.Facility), orNull(e.Severity), strings.Join(attributes, ", "), quote(s.ID), quote(s.Version))
	if s.Test {
		b.WriteString(`, "test": true`)
	}
	b.WriteString("}")
	return b.Bytes()
}

// float formats a number like Python.
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

// quote encodes a text like Python's json.dumps.
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
