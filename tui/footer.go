package tui

import (
	"strconv"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"foghorn/internal/safetext"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
)

// toast is a short answer to what the operator did; it takes the footer's
// place for a while, or until the next key.
type toast struct {
	text  string
	role  draw.Role
	until time.Time
	link  string // a URL that is shown below the text and can be clicked on; empty without one
}

// maxToastLength bounds an answer: more cells than its lines have on any window.
const maxToastLength = 2048

// say shows a short answer. Answers quote what somebody typed, paths and
// errors, so all of them are made safe to draw here.
func (m *Model) say(r draw.Role, text string) {
	m.toast = toast{text: safetext.Fit(text, maxToastLength), role: r, until: m.opt.Clock.Now().Add(toastStay)}
}

// clearToast takes the answer away at the next key, but leaves the offer to
// undo for as long as it holds.
func (m *Model) clearToast() {
	if !m.toast.until.Equal(m.undo.until) {
		m.toast = toast{}
	}
}

// bottom is what is below the body: menu or prompt, then the footer.
func (m *Model) bottom(e pane.Context, w int) []string {
	var out []string
	switch {
	case m.input.menu != nil:
		out = m.input.menu.Draw(e, w)
	case m.input.prompt != nil:
		out = m.input.prompt.Draw(e, w, m.candidateRows())
	}
	return append(out, m.footer(e, w)...)
}

// candidateRows is how many lines of candidates stand above a prompt: commands are
// what the person looks for, values are in the way of the rows they narrow.
func (m *Model) candidateRows() int {
	if m.input.prompt.kind == promptCommand {
		return min(16, max(3, m.window.height-13))
	}
	return 5
}

// maxToast is how many lines an answer may take; the end of one is often where
// a file was written to.
const maxToast = 3

// footer is the last answer, or the keys most useful here.
func (m *Model) footer(e pane.Context, w int) []string {
	if m.toast.text == "" || !m.opt.Clock.Now().Before(m.toast.until) {
		return []string{m.keyLine(e, w)}
	}
	lines := draw.Wrap(e.Hidden(m.toast.text), w-2)
	if len(lines) > maxToast {
		lines = append(lines[:maxToast-1], strings.Join(lines[maxToast-1:], " "))
	}
	for i, l := range lines {
		lines[i] = e.Theme.On(m.toast.role, e.Theme.Fit(" "+l, w, false))
	}
	return append(lines, linkLines(e, m.toast.link, w)...)
}

// linkLines show a URL as a link for terminals that know links (OSC 8). It is made of
// plain ASCII, and broken where the line ends: each part leads to the whole.
func linkLines(e pane.Context, url string, w int) []string {
	var out []string
	for rest := url; rest != ""; {
		part := rest[:min(len(rest), max(10, w-2))]
		rest = rest[len(part):]
		out = append(out, " "+ansi.SetHyperlink(url, "id=portal")+e.Theme.On(draw.Accent, part)+ansi.ResetHyperlink()+strings.Repeat(" ", max(0, w-1-len(part))))
	}
	return out
}

// keyLine shows what can be pressed now.
func (m *Model) keyLine(e pane.Context, w int) string {
	switch {
	case m.input.chord != "":
		return e.Theme.Fit(" "+m.input.chord+" then: m mouse, t theme, p privacy", w, false)
	case m.input.menu != nil && m.input.menu.confirm:
		return draw.KeyHints(e.Context, w, [][2]string{{"y", "yes"}, {"any other key", "no"}})
	case m.input.menu != nil:
		return draw.KeyHints(e.Context, w, [][2]string{{"letter", "chooses"}, {"esc", "closes"}})
	case m.input.prompt != nil:
		return draw.KeyHints(e.Context, w, m.input.prompt.hints())
	}
	keys := m.markKeys()
	marked := len(keys) > 0
	for _, b := range m.keys.in(m.here()) {
		if m.detail != nil && b.off != nil && b.off(m) != "" {
			continue // this record has none; in lists that would flicker with the rows
		}
		if marked && b.name == "ack" {
			continue // said with its number
		}
		if b.foot != "" && len(b.keys) > 0 {
			keys = append(keys, [2]string{b.keys[0], b.foot})
		}
	}
	return draw.KeyHints(e.Context, w, keys)
}

// markKeys are the keys that act on the marked rows, and on how many.
func (m *Model) markKeys() [][2]string {
	if m.here()&inLists == 0 || m.current().Nav().Marks() == 0 {
		return nil
	}
	var out [][2]string
	if n := m.unresolvedAtHand(); n > 0 {
		for _, name := range []string{"ack", "snooze"} {
			if b, ok := m.keys.command(m.here(), name); ok && b.where&m.here() != 0 {
				out = append(out, [2]string{b.keys[0], name + "s " + strconv.Itoa(n)})
			}
		}
	}
	if b, ok := m.keys.command(m.here(), "unmark"); ok {
		out = append(out, [2]string{b.keys[0], "unmarks"})
	}
	return out
}

// unresolvedAtHand counts the alerts at hand that are not over, as far as the screen
// knows.
func (m *Model) unresolvedAtHand() int {
	n := 0
	for _, id := range m.alertIDs() {
		if a := m.known(id); a == nil || a.Resolved == nil {
			n++
		}
	}
	return n
}
