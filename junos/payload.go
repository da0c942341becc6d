package junos

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"strings"
	"unicode/utf8"

	"foghorn/internal/safetext"
)

// MaxEvent is the longest event id, in bytes.
const MaxEvent = 128

// Payload is one post of the agent. Only Event is always set. The first agents do
// not send the fields after Detail (docs/integrations.md, Junos post).
type Payload struct {
	Event    string // the event id; may contain spaces, as in "FPC 0 PIC 0"
	Process  string
	Message  string // normally begins with the event id and a colon
	Hostname string
	Detail   string // when the agent sent a string

	Processes      []Process       // when detail is an array: the top processes by CPU
	GenerationTime json.RawMessage // raw: a string or a number; nil when absent
	PID            string
	Facility       string
	Severity       string
	Attributes     map[string]string
	ID             string // unique on the device; empty from the first agents
	AgentVersion   string
	Test           bool // "foghorn junos test" sent it, and no device
}

// Process is one line of the detail array.
type Process struct {
	PID     string
	User    string
	CPU     float64 // percent
	Command string  // the command's name only
}

// Envelope checks that a body is one JSON object with an event id, which is what
// the HTTP response depends on. The error explains the problem to whoever sent
// the body.
func Envelope(body []byte) (event string, err error) {
	p, err := Parse(body)
	return p.Event, err
}

// Parse parses a body. It converts a field of the wrong type if that makes sense,
// and otherwise leaves it empty. Only a body without an event id is an error.
func Parse(body []byte) (Payload, error) {
	m, err := object(body)
	if err != nil {
		return Payload{}, err
	}
	p := Payload{
		Event:        text(m["event"]),
		Process:      text(m["process"]),
		Message:      withoutSecret(text(m["message"])),
		Hostname:     text(m["hostname"]),
		PID:          text(m["pid"]),
		Facility:     text(m["facility"]),
		Severity:     text(m["severity"]),
		ID:           text(m["id"]),
		AgentVersion: text(m["agent_version"]),
		Attributes:   attributes(m["attributes"]),
	}
	p.Test = string(m["test"]) == "true" // no text of a device can become that
	p.Detail, p.Processes = detail(m["detail"])
	if t := m["generation_time"]; len(t) > 0 && string(t) != "null" {
		p.GenerationTime = t
	}
	raw, there := m["event"]
	switch {
	case !there:
		return Payload{}, errors.New("there is no event id")
	case len(raw) > 0 && raw[0] != '"':
		return Payload{}, errors.New("the event id is not a text")
	case strings.TrimSpace(p.Event) == "":
		return Payload{}, errors.New("the event id is an empty text")
	case len(p.Event) > MaxEvent:
		return Payload{}, fmt.Errorf("the event id is longer than %d bytes", MaxEvent)
	}
	return p, nil
}

// object parses the outermost object, or returns why it is not one.
func object(body []byte) (map[string]json.RawMessage, error) {
	trimmed := bytes.TrimLeft(body, " \t\r\n")
	if len(trimmed) == 0 {
		return nil, errors.New("the body is empty")
	}
	var m map[string]json.RawMessage
	err := json.Unmarshal(body, &m)
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax) && syntax.Error() == "unexpected end of JSON input", errors.Is(err, io.ErrUnexpectedEOF):
		return nil, fmt.Errorf("the body is cut off: it ends at byte %d", len(body))
	case errors.As(err, &syntax):
		return nil, fmt.Errorf("not JSON at byte %d", max(0, syntax.Offset-1))
	case trimmed[0] == '[':
		return nil, errors.New("the body is a JSON array; the agent sends an object")
	case err != nil || m == nil:
		return nil, errors.New("the body is a bare JSON value; the agent sends an object")
	}
	return m, nil
}

// text converts a string, a number or a boolean to text. It returns "" for null and
// anything else.
func text(raw json.RawMessage) string {
	if len(raw) == 0 {
		return ""
	}
	switch raw[0] {
	case '"':
		var s string
		if json.Unmarshal(raw, &s) != nil {
			return ""
		}
		return strings.ToValidUTF8(s, string(utf8.RuneError))
	case 'n', '{', '[':
		return ""
	}
	return string(raw)
}

// detail reads a member that is a string, an array of processes, or absent.
func detail(raw json.RawMessage) (string, []Process) {
	var rows []map[string]json.RawMessage
	if len(raw) == 0 || raw[0] != '[' || json.Unmarshal(raw, &rows) != nil {
		return withoutSecret(text(raw)), nil
	}
	const most = 32 // the agent sends 4
	var ps []Process
	for _, r := range rows[:min(len(rows), most)] {
		p := Process{PID: text(r["pid"]), User: text(r["user"]), Command: commandName(text(r["command"]))}
		if json.Unmarshal(r["cpu"], &p.CPU) != nil {
			p.CPU = 0
		}
		ps = append(ps, p)
	}
	return "", ps
}

// maxCommand is the longest command name, in bytes.
const maxCommand = 64

// commandName returns the name of the command in a command line. The first agents
// sent whole command lines, including secrets in arguments, even their own.
func commandName(line string) string {
	words := strings.Fields(line)
	if len(words) == 0 {
		return ""
	}
	name := strings.TrimRight(words[0], ":") // "sshd: jd@pts/0"
	if strings.HasPrefix(name, "/") {
		name = path.Base(name)
	}
	return strings.ToValidUTF8(safetext.Clip(name, maxCommand), "")
}

var secretArgument = regexp.MustCompile(`(-secret(?:\s+|=))("(?:[^"\\]|\\.)*"|'[^']*'|\S+)`)

// withoutSecret masks the secret of an agent's command line inside a text.
func withoutSecret(s string) string {
	if !strings.Contains(s, "-secret") {
		return s
	}
	return secretArgument.ReplaceAllString(s, "${1}...")
}

// attributes accepts an object of name to value, or a list of {name, value} as
// the trigger event has them.
func attributes(raw json.RawMessage) map[string]string {
	const most = 64
	out := make(map[string]string)
	var m map[string]json.RawMessage
	if json.Unmarshal(raw, &m) == nil {
		for k, v := range m {
			out[k] = withoutSecret(text(v))
		}
	}
	var list []map[string]json.RawMessage
	if json.Unmarshal(raw, &list) == nil {
		for _, a := range list[:min(len(list), most)] {
			if name := text(a["name"]); name != "" {
				out[name] = withoutSecret(text(a["value"]))
			}
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}
