package tui

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"foghorn/internal/safetext"
)

// toast is a short answer to what the operator did; it takes the footer's
// place for a while, or until the next key.
type toast struct {
	text  string
	role  role
	until time.Time
}

// maxSaid bounds an answer: more cells than its lines have on any window.
const maxSaid = 2048

// say shows a short answer. Answers quote what somebody typed, paths and
// errors, so all of them are made safe to draw here.
func (m *Model) say(r role, text string) {
	m.toast = toast{text: safetext.Fit(text, maxSaid), role: r, until: m.opt.Clock.Now().Add(toastStay)}
}

// capital begins a sentence.
func capital(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return s
	}
	return string(unicode.ToUpper(first)) + s[size:]
}

// clearToast takes the answer away at the next key, but leaves the offer to
// undo for as long as it holds.
func (m *Model) clearToast() {
	if !m.toast.until.Equal(m.undo.until) {
		m.toast = toast{}
	}
}

// bottom is what stands below the body: menu or prompt, then the footer.
func (m *Model) bottom(e env, w int) []string {
	var out []string
	switch {
	case m.menu != nil:
		out = m.menu.draw(e, w)
	case m.prompt != nil:
		out = m.prompt.draw(e, w)
	}
	return append(out, m.footer(e, w)...)
}

// maxToast is how many lines an answer may take; the end of one is often where
// a file was written to.
const maxToast = 3

// footer is the last answer, or the keys most useful here.
func (m *Model) footer(e env, w int) []string {
	if m.toast.text == "" || !m.opt.Clock.Now().Before(m.toast.until) {
		return []string{m.keyLine(e, w)}
	}
	lines := wrap(m.toast.text, w-2)
	if len(lines) > maxToast {
		lines = append(lines[:maxToast-1], strings.Join(lines[maxToast-1:], " "))
	}
	for i, l := range lines {
		lines[i] = e.th.on(m.toast.role, e.th.fit(" "+l, w, false))
	}
	return lines
}

// keyLine shows what can be pressed now.
func (m *Model) keyLine(e env, w int) string {
	switch {
	case m.chord != "":
		return e.th.fit(" "+m.chord+" then: m mouse", w, false)
	case m.menu != nil && m.menu.confirm:
		return hints(e.drawContext, w, [][2]string{{"y", "yes"}, {"any other key", "no"}})
	case m.menu != nil:
		return hints(e.drawContext, w, [][2]string{{"letter", "chooses"}, {"esc", "closes"}})
	case m.prompt != nil:
		return hints(e.drawContext, w, m.prompt.hints())
	}
	var keys [][2]string
	for _, b := range m.keys.in(m.here()) {
		if m.detail != nil && b.off != nil && b.off(m) != "" {
			continue // this record has none; in lists that would flicker with the rows
		}
		if b.foot != "" && len(b.keys) > 0 {
			keys = append(keys, [2]string{b.keys[0], b.foot})
		}
	}
	return hints(e.drawContext, w, keys)
}

// hints draws as many pairs of key and word as fit.
func hints(e drawContext, w int, keys [][2]string) string {
	var b strings.Builder
	used := 0
	for _, k := range keys {
		n := 3 + textWidth(k[0]) + textWidth(k[1])
		if used+n > w {
			break
		}
		b.WriteString(" " + e.th.on(roleKey, k[0]) + " " + e.th.on(roleDim, k[1]) + " ")
		used += n
	}
	b.WriteString(strings.Repeat(" ", max(0, w-used)))
	return b.String()
}
