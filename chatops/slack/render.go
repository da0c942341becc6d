package slack

import (
	"slices"
	"strconv"
	"strings"

	"foghorn/chatops"
	"foghorn/chatops/layout"
	"foghorn/internal/safetext"
	"foghorn/internal/slacktext"
)

// rendered is a message within Slack's limits.
type rendered struct {
	text    string // for notifications
	pages   [][]block
	buttons []block // below each page
}

// page is one page with its buttons.
func (r *rendered) page(i int, more ...block) message {
	return message{Text: r.text, Blocks: slices.Concat(r.pages[i], more, r.buttons)}
}

// composer collects blocks in pages.
type composer struct {
	pages [][]block
	page  []block
	left  int // bytes on this page
	room  int // bytes on each page
}

func (c *composer) add(b block) {
	n := size(b) + 1
	if len(c.page) > 0 && (n > c.left || len(c.page) >= maxBlocks) {
		c.turn()
	}
	c.page, c.left = append(c.page, b), c.left-n
}

func (c *composer) turn() {
	c.pages = append(c.pages, c.page)
	c.page, c.left = nil, c.room
}

// render lays a message out. asked is what it answers, where people did not see that.
func render(m *chatops.Message, asked string) *rendered {
	r := &rendered{text: summary(m)}
	below, left := buttons(m.Buttons)
	r.buttons = below
	room := maxBytes - pagerBytes
	for _, b := range below {
		room -= size(b) + 1
	}
	c := &composer{left: room, room: room}
	if asked != "" {
		c.add(contextLine(slacktext.Line(asked, maxText, 2*maxText)))
	}
	if title := slacktext.Line(layout.Badge(m.Severity)+m.Title, maxHeader, 4*maxHeader); title != "" && strings.TrimSpace(m.Title) != "" {
		t := plain(title)
		c.add(block{Type: "header", Text: &t})
		if strings.HasSuffix(title, slacktext.Ellipsis) {
			c.texts(m.Title)
		}
	}
	for i := range m.Sections {
		c.section(&m.Sections[i])
	}
	if left > 0 {
		c.add(contextLine(strconv.Itoa(left) + " of the buttons cannot be shown here"))
	}
	if len(c.page) == 0 && len(c.pages) == 0 {
		c.add(section(plain(r.text)))
	}
	c.turn()
	r.pages = c.pages
	return r
}

// summary is a message in one line.
func summary(m *chatops.Message) string {
	parts := []string{m.Title}
	if m.Title == "" {
		for _, s := range m.Sections {
			parts = append(parts, safetext.Clip(s.Title, maxText), safetext.Clip(s.Text, maxText))
		}
	}
	if out := slacktext.Line(layout.Badge(m.Severity)+strings.Join(parts, " "), maxText, 4*maxText); out != "" {
		return out
	}
	return "foghorn has answered"
}

func (c *composer) section(s *chatops.Section) {
	if title := slacktext.Line(s.Title, maxText, 2*maxText); title != "" {
		c.add(section(strong(title)))
	}
	c.texts(s.Text)
	c.fields(s.Fields)
	if head, rows := layout.Table(s.Head, s.Rows); rows != "" {
		c.code(head, rows)
	}
	if s.Code != "" {
		c.code("", s.Code)
	}
}

// texts adds a text, in as many blocks as it needs.
func (c *composer) texts(s string) {
	for _, piece := range slacktext.Split(s, maxSection, sectionBytes) {
		c.add(section(plain(piece)))
	}
}

// fields are shown in two columns, the label in bold where the value allows it. A long
// value gets a section of its own.
func (c *composer) fields(all []chatops.Field) {
	var row []text
	flush := func() {
		if len(row) > 0 {
			c.add(block{Type: "section", Fields: row})
		}
		row = nil
	}
	for _, f := range all {
		label, value := slacktext.Line(f.Label, 100, 400), slacktext.Fit(f.Value, maxField, sectionBytes/maxFields*2)
		if value == "" {
			value = "–"
		}
		switch {
		case strings.HasSuffix(value, slacktext.Ellipsis) && !strings.HasSuffix(f.Value, slacktext.Ellipsis):
			flush()
			if label != "" {
				c.add(section(strong(label)))
			}
			c.texts(f.Value)
			continue
		case label == "":
			row = append(row, plain(value))
		case slacktext.Marked(value) || slacktext.Marked(label):
			row = append(row, plain(label+"\n"+value))
		default:
			row = append(row, mrkdwn("*"+label+"*\n"+value))
		}
		if len(row) == maxFields {
			flush()
		}
	}
	flush()
}

// fence begins and ends a block of code.
const fence = "```"

// code adds text in a fixed font, as it is, below a head that each block repeats.
func (c *composer) code(head, s string) {
	limit := maxSection
	if strings.Contains(s, fence) || strings.Contains(head, fence) {
		limit = 2 * maxSection / 3
	}
	if head = slacktext.Fit(head, limit/4, sectionBytes/4); head != "" {
		head += "\n"
	}
	for _, piece := range slacktext.Split(s, limit-len(head), sectionBytes) {
		c.add(section(mrkdwn(layout.Fenced(head + piece))))
	}
}
