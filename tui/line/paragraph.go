package line

import (
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textarea"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"foghorn/internal/safetext"
)

// Most rows that a paragraph takes on the screen, and the least cells they have to
// be wrapped to.
const (
	maxRows      = 5
	leastColumns = 10
)

// Paragraph is a text being edited that wraps over a few rows and scrolls in them.
// It keeps line breaks that are pasted, or typed with ctrl+j: enter is not its key.
//
// textarea of bubbles wraps, scrolls, and moves by words and rows. Its other ways
// would do harm and stay out: it counts code points, so the paragraph itself moves
// and deletes by grapheme clusters; its ctrl+v and its copy run clipboard programs
// of the host (linking it looks for them in PATH at the start, and no more); and it
// draws text as it is, so [Paragraph.Layout] cleans each row.
type Paragraph struct {
	area  textarea.Model
	limit int // most bytes
	last  layout
}

// layout is the last one made, and of what. textarea takes about a millisecond to
// draw a long text, and the frame is drawn anew whenever an event comes in.
type layout struct {
	text  string
	at, w int
	rows  []string
	x, y  int
}

// NewParagraph returns a paragraph with text in it, the cursor behind it. It takes
// no more than limit bytes.
func NewParagraph(text string, limit int) *Paragraph {
	p := &Paragraph{area: textarea.New(), limit: limit}
	p.area.Prompt, p.area.ShowLineNumbers = "", false
	p.area.CharLimit, p.area.MaxWidth, p.area.MaxHeight, p.area.DynamicHeight = 0, 0, maxRows, true
	p.area.SetStyles(textarea.Styles{}) // plain rows; the drawing code colors them
	p.area.SetVirtualCursor(false)      // the terminal's own cursor is used
	_ = p.area.Focus()                  // the command would make the cursor blink, which that one does itself
	p.area.KeyMap = wrappedKeys()
	p.SetValue(text)
	return p
}

// wrappedKeys are the keys that textarea handles itself.
func wrappedKeys() textarea.KeyMap {
	bind := func(keys ...string) key.Binding { return key.NewBinding(key.WithKeys(keys...)) }
	return textarea.KeyMap{
		LineStart: bind("home", "ctrl+a"), LineEnd: bind("end", "ctrl+e"),
		LinePrevious: bind("up"), LineNext: bind("down"),
		WordBackward: bind("alt+b", "alt+left", "ctrl+left"), WordForward: bind("alt+f", "alt+right", "ctrl+right"),
		DeleteWordBackward: bind("ctrl+w", "alt+backspace"), DeleteWordForward: bind("alt+d", "alt+delete"),
		DeleteBeforeCursor: bind("ctrl+u"), DeleteAfterCursor: bind("ctrl+k"),
		CharacterBackward: bind("left"), CharacterForward: bind("right"),
		DeleteCharacterBackward: bind("backspace"), DeleteCharacterForward: bind("delete"),
	}
}

// Value returns the text.
func (p *Paragraph) Value() string { return p.area.Value() }

// Before returns the text before the cursor.
func (p *Paragraph) Before() string { return string([]rune(p.Value())[:p.at()]) }

// at is how many code points are before the cursor.
func (p *Paragraph) at() int {
	n := p.area.Column()
	for _, l := range strings.Split(p.Value(), "\n")[:p.area.Line()] {
		n += len([]rune(l)) + 1
	}
	return n
}

// SetValue replaces the text and puts the cursor behind it.
func (p *Paragraph) SetValue(text string) { p.Set(text, "") }

// Set replaces the text by before and after, with the cursor between them.
func (p *Paragraph) Set(before, after string) {
	before = cleanLines(before)
	p.area.SetValue(before + cleanLines(after))
	p.moveTo(len([]rune(before)))
}

// Insert puts text in at the cursor, as typed or pasted.
func (p *Paragraph) Insert(text string) {
	text = cleanLines(text)
	if p.limit > 0 && len(p.Value())+len(text) > p.limit {
		return
	}
	p.area, _ = p.area.Update(tea.PasteMsg{Content: text})
}

// Key edits by a key press and reports whether the key meant anything. Up in the
// first row and down in the last mean nothing.
func (p *Paragraph) Key(k tea.KeyPressMsg) bool {
	before, after := p.Before(), strings.TrimPrefix(p.Value(), p.Before())
	switch name := k.String(); name {
	case "left", "ctrl+b":
		p.repeat(tea.KeyLeft, lastCluster(before))
	case "right", "ctrl+f":
		p.repeat(tea.KeyRight, firstCluster(after))
	case "backspace", "ctrl+h":
		p.repeat(tea.KeyBackspace, lastCluster(before))
	case "delete", "ctrl+d":
		p.repeat(tea.KeyDelete, firstCluster(after))
	case lineFeed:
		p.Insert("\n")
	case "up", "down":
		return p.moveRow(k)
	default:
		switch {
		case k.Text != "":
			p.Insert(k.Text)
		case !p.handles(name):
			return false
		default:
			p.area, _ = p.area.Update(k)
			p.leaveCluster()
		}
	}
	return true
}

func (p *Paragraph) handles(name string) bool {
	m := p.area.KeyMap
	for _, b := range []key.Binding{m.LineStart, m.LineEnd, m.WordBackward, m.WordForward, m.DeleteWordBackward, m.DeleteWordForward,
		m.DeleteBeforeCursor, m.DeleteAfterCursor} {
		if slices.Contains(b.Keys(), name) {
			return true
		}
	}
	return false
}

// repeat presses a key of one code point's effect for each code point of a cluster.
func (p *Paragraph) repeat(code rune, cluster string) {
	for range []rune(cluster) {
		p.area, _ = p.area.Update(tea.KeyPressMsg{Code: code})
	}
}

// moveRow moves to the row above or below. textarea does not reach a last row of a
// line that has nothing in it but the cursor: the end of the line is there.
func (p *Paragraph) moveRow(k tea.KeyPressMsg) bool {
	line, at := p.area.Line(), p.area.LineInfo()
	down := k.Code == tea.KeyDown
	if !down && line == 0 && at.RowOffset == 0 || down && line == p.area.LineCount()-1 && at.RowOffset == at.Height-1 {
		return false
	}
	p.area, _ = p.area.Update(k)
	if down && p.area.Line() == line && p.area.LineInfo().RowOffset == at.RowOffset {
		p.area.CursorEnd()
		p.area, _ = p.area.Update(nil)
	}
	p.leaveCluster()
	return true
}

// leaveCluster moves a cursor inside a cluster to its start.
func (p *Paragraph) leaveCluster() {
	at, start := p.at(), 0
	for _, c := range split(p.Value()) {
		n := len([]rune(c))
		if start+n > at {
			break
		}
		start += n
	}
	if start != at {
		p.moveTo(start)
	}
}

// moveTo puts the cursor behind so many code points and scrolls to it.
func (p *Paragraph) moveTo(at int) {
	p.area.MoveToBegin()
	for l := range strings.SplitSeq(p.Value(), "\n") {
		n := len([]rune(l))
		if at <= n {
			break
		}
		at -= n + 1
		p.area.CursorEnd()
		p.area.CursorDown() // to the next line
	}
	p.area.SetCursorColumn(at)
	p.area, _ = p.area.Update(nil)
}

// Layout wraps the text to w cells. It returns the rows in sight, safe to draw, and
// the cursor's cell in them. The rows belong to the paragraph.
func (p *Paragraph) Layout(w int) (rows []string, x, y int) {
	l := layout{text: p.Value(), at: p.at(), w: w}
	if p.last.rows == nil || p.last.text != l.text || p.last.at != l.at || p.last.w != w {
		l.rows, l.x, l.y = p.wrap(w)
		p.last = l
	}
	return p.last.rows, p.last.x, p.last.y
}

func (p *Paragraph) wrap(w int) (rows []string, x, y int) {
	for columns := w; ; {
		if columns != p.area.Width() {
			p.area.SetWidth(columns)
			p.area, _ = p.area.Update(nil) // scrolls to the cursor
		}
		rows, x, y = p.rows()
		over := -w
		for _, r := range rows {
			over = max(over, ansi.StringWidth(r)-w)
		}
		// Where safetext shows a character as an escape, a row is wider than textarea
		// knows. Narrower rows make room for it.
		if over <= 0 || columns-over < min(w, leastColumns) {
			return rows, min(x, w-1), y
		}
		columns -= over
	}
}

func (p *Paragraph) rows() (rows []string, x, y int) {
	at := p.area.LineInfo()
	y = p.area.Cursor().Y
	for i, r := range strings.Split(p.area.View(), "\n") {
		if i == y {
			runes := []rune(r)
			x = ansi.StringWidth(safetext.Line(string(runes[:min(len(runes), at.ColumnOffset)])))
		}
		rows = append(rows, strings.TrimRight(safetext.Line(r), " "))
	}
	return rows, x, y
}

func firstCluster(s string) string {
	if c := split(s); len(c) > 0 {
		return c[0]
	}
	return ""
}

func lastCluster(s string) string {
	if c := split(s); len(c) > 0 {
		return c[len(c)-1]
	}
	return ""
}
