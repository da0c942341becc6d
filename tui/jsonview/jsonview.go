// Package jsonview shows a JSON document, or a body that should have been one,
// in a pane: pretty with folding, as the text it came as, or in hex.
//
// Callers may rely on this: any bytes can be shown, with no panic and nothing
// of theirs reaching the terminal but through safetext. Loading is linear in
// the document; drawing depends on the size of the pane alone, and never on the
// document. Key order, the text of numbers and names told twice are kept as
// they came. The bytes are referred to, not copied: whoever hands them over
// must not change them. A Model is for one goroutine, as all of Bubble Tea is.
package jsonview

import (
	"strconv"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"foghorn/internal/safetext"
)

// Mode is a way to show the document.
type Mode uint8

// The modes, in the order a person walks through them.
const (
	Pretty Mode = iota // a tree that folds; only for valid JSON
	Raw                // the text as it came, wrapped
	Hex                // bytes
)

// String names the mode for a title or a footer.
func (m Mode) String() string {
	switch m {
	case Pretty:
		return "pretty"
	case Raw:
		return "raw"
	}
	return "hex"
}

// Next returns the mode that follows: pretty, raw, hex and around.
func (m Mode) Next() Mode { return (m + 1) % (Hex + 1) }

// Paint styles text that is safe and measured already. It must add no cells.
type Paint func(string) string

// Styles says how the parts are drawn. A nil Paint leaves its part plain, so
// that the zero value is a view without color.
type Styles struct {
	Key, String, Number, Word Paint // Word is true, false and null
	Punctuation, Note         Paint // Note is what the view itself remarks
	Match, Cursor             Paint // Cursor draws the whole row
	// Hide replaces what must not be seen, in the document itself, so that it is neither
	// found nor copied; nil replaces nothing.
	Hide func(string) string
}

// place is where a person is in one mode.
type place struct {
	cursor, top int
}

// Model is the view. The zero value is not usable; see New.
type Model struct {
	styles        Styles
	width, height int

	given  []byte // the document as it was handed over
	src    []byte // as it is shown
	nodes  []node
	reason string // why there is no tree
	plain  bool   // it is meant as text

	mode   Mode
	places [Hex + 1]place
	rows   []row            // of the tree, as it is folded
	full   map[int32][]line // unrolled texts by node, wrapped to full's width
	text   []line           // of the source, wrapped; nil until raw mode asks for it

	query string
	hits  []int32 // nodes or rows, by mode, in order
	hit   int     // the one jumped to last, -1 for none
}

// New returns an empty view of no size.
func New(s Styles) *Model {
	m := &Model{styles: s, hit: -1}
	m.SetJSON(nil)
	return m
}

// SetStyles changes how the parts are drawn.
func (m *Model) SetStyles(s Styles) {
	changed := (s.Hide == nil) != (m.styles.Hide == nil)
	m.styles = s
	switch {
	case !changed || m.given == nil:
	case m.plain:
		m.SetText(m.given)
	default:
		m.SetJSON(m.given)
	}
}

// SetSize gives the view width cells and height rows; either may be 0.
func (m *Model) SetSize(width, height int) {
	if width = max(0, width); width != m.width {
		m.width = width
		m.rewrap()
	}
	m.height = max(0, height)
	m.scroll()
}

// SetJSON shows src from its start, in the richest mode it allows: as a tree if
// it is JSON, as text if it is not, in hex if it is no text either. It ends a
// search.
func (m *Model) SetJSON(src []byte) {
	m.begin(src)
	nodes, err := parse(m.src)
	if err == nil {
		m.nodes = nodes
		foldDeep(nodes)
		m.rebuild(0)
		return
	}
	m.reason = safetext.Line(err.Error())
	m.asText()
}

// SetText shows src from its start as text, or in hex if it is none: a body that is
// not meant to be JSON needs no reason why there is no tree of it.
func (m *Model) SetText(src []byte) {
	m.begin(src)
	m.plain = true
	m.asText()
}

// begin takes a document, of which nothing is shown yet.
func (m *Model) begin(src []byte) {
	given := src
	if m.styles.Hide != nil {
		src = []byte(m.styles.Hide(string(src)))
	}
	*m = Model{styles: m.styles, width: m.width, height: m.height, given: given, src: src, hit: -1}
}

func (m *Model) asText() {
	m.mode = Raw
	if !utf8.Valid(m.src) {
		m.mode = Hex
	}
	m.wrapText()
}

// Mode returns the mode that is shown.
func (m *Model) Mode() Mode { return m.mode }

// SetMode changes the mode, and returns the one that is shown: Raw if Pretty
// was asked for and there is no tree. A search goes on in the new mode.
func (m *Model) SetMode(mode Mode) Mode {
	if mode > Hex {
		mode = Hex
	}
	if mode == Pretty && m.nodes == nil {
		mode = Raw
	}
	if mode == m.mode {
		return mode
	}
	m.mode = mode
	m.wrapText()
	m.Search(m.query)
	m.scroll()
	return mode
}

// Reason says on one line, safe to draw, why the document is not shown as a
// tree, or "".
func (m *Model) Reason() string { return m.reason }

// Update moves, folds and unfolds by the keys of the view, and reports whether
// the message was one of them. The view never asks for a command.
func (m *Model) Update(msg tea.Msg) bool {
	key, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return false
	}
	half := max(1, m.page()/2)
	switch key.String() {
	case "j", "down":
		m.move(1)
	case "k", "up":
		m.move(-1)
	case "ctrl+d":
		m.move(half)
	case "ctrl+u":
		m.move(-half)
	case "pgdown", "ctrl+f":
		m.move(max(1, m.page()))
	case "pgup", "ctrl+b":
		m.move(-max(1, m.page()))
	case "g", "home":
		m.moveTo(0)
	case "G", "end":
		m.moveTo(m.count() - 1)
	default:
		return m.mode == Pretty && m.foldKey(key.String())
	}
	return true
}

// foldKey does what folds, in the tree alone.
func (m *Model) foldKey(key string) bool {
	switch key {
	case "enter", "space":
		m.Toggle()
	case "h", "left":
		m.out()
	case "l", "right":
		m.in()
	case "E":
		m.FoldAll(false)
	case "C":
		m.FoldAll(true)
	default:
		return false
	}
	return true
}

// count returns how many rows there are in this mode.
func (m *Model) count() int {
	switch m.mode {
	case Pretty:
		return len(m.rows)
	case Raw:
		return len(m.text)
	}
	return (len(m.src) + hexBytes - 1) / hexBytes
}

// page returns how many rows of the document are seen at once; a line that
// says why there is no tree takes one.
func (m *Model) page() int {
	if m.reason != "" && m.height > 1 {
		return m.height - 1
	}
	return m.height
}

func (m *Model) place() *place { return &m.places[m.mode] }

func (m *Model) move(by int) { m.moveTo(m.place().cursor + by) }

func (m *Model) moveTo(row int) {
	m.place().cursor = row
	m.scroll()
}

// scroll puts the cursor inside the document and the window around the cursor.
func (m *Model) scroll() {
	p, last := m.place(), max(0, m.count()-1)
	p.cursor = min(max(p.cursor, 0), last)
	page := max(1, m.page())
	p.top = min(max(p.top, p.cursor-page+1), p.cursor)
	p.top = max(0, min(p.top, last-page+1))
}

// Position says where the cursor is, such as "12/340", for a footer.
func (m *Model) Position() string {
	n := m.count()
	if n == 0 {
		return "0/0"
	}
	return strconv.Itoa(m.place().cursor+1) + "/" + strconv.Itoa(n)
}
