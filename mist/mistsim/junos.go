package mistsim

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
)

// process is one entry of the detail of a CPU event: a busy process.
type process struct {
	pid, user string
	cpu       float64 // percent
	command   string
}

// junos posts what a router's agent would. The message begins with the event's
// id, as on the device.
func (w *world) junos(r Router, event, proc, message string, busy ...process) {
	w.out.send(post{via: toJunos, body: junosBody(r.Hostname, event, proc, message, busy), events: 1})
}

// junosBody writes a body byte for byte as the agent's Python does: a blank
// after commas and colons, and every character beyond ASCII escaped. detail is
// an empty text unless there are processes.
func junosBody(host, event, proc, message string, busy []process) []byte {
	b := []byte(`{"event": `)
	b = appendPython(b, event)
	b = append(b, `, "process": `...)
	b = appendPython(b, proc)
	b = append(b, `, "message": `...)
	b = appendPython(b, event+": "+message)
	b = append(b, `, "hostname": `...)
	b = appendPython(b, host)
	b = append(b, `, "detail": `...)
	if len(busy) == 0 {
		return append(b, `""}`...)
	}
	open := "["
	for _, p := range busy {
		b = append(b, open...)
		open = ", "
		b = append(b, `{"pid": `...)
		b = appendPython(b, p.pid)
		b = append(b, `, "user": `...)
		b = appendPython(b, p.user)
		b = append(b, `, "cpu": `...)
		b = strconv.AppendFloat(b, p.cpu, 'g', -1, 64)
		b = append(b, `, "command": `...)
		b = appendPython(b, p.command)
		b = append(b, '}')
	}
	return append(b, "]}"...)
}

// appendPython appends a text the way json.dumps writes it.
func appendPython(b []byte, s string) []byte {
	b = append(b, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, `\n`...)
		case r == '\r':
			b = append(b, `\r`...)
		case r == '\t':
			b = append(b, `\t`...)
		case r == '\b':
			b = append(b, `\b`...)
		case r == '\f':
			b = append(b, `\f`...)
		case r >= 0x20 && r < 0x7f:
			b = append(b, byte(r))
		case r > 0xffff:
			r -= 0x10000
			b = fmt.Appendf(b, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		default:
			b = fmt.Appendf(b, `\u%04x`, r)
		}
	}
	return append(b, '"')
}

// junosHeader carries the signature of a Junos post.
const junosHeader = "Junos-Auth"

// signJunos is the agent's signature: HMAC-SHA256 of the raw body in lower-case
// hex. It stands here because the simulated cloud knows only the mist package.
func signJunos(secret, body []byte) string {
	m := hmac.New(sha256.New, secret)
	m.Write(body)
	return hex.EncodeToString(m.Sum(nil))
}
