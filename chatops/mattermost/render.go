package mattermost

import (
	"context"
	"net/url"
	"strings"
	"unicode/utf8"

	"foghorn/chatops"
	"foghorn/chatops/layout"
	"foghorn/config"
	"foghorn/internal/safetext"
	"foghorn/relay/chattext/markdown"
)

// Mattermost takes 16,383 characters in a post, and splits what is longer. A page leaves
// room for the title, the question, and what can be typed.
const (
	pageRunes = 12_000
	maxLine   = 1000 // characters of a text's line; escapes make them six times as many
	maxTitle  = 300
	maxAsked  = 300
	maxField  = 600
	maxHead   = 1000
	// most is a limit that no escaped line reaches.
	most = 8 * maxLine
)

// colors are those of attachments. People who do not see red or green can tell them apart.
var colors = map[string]string{"critical": "#c9302c", "warn": "#f0ad4e", "info": "#3d7eca"}

// props are the attachments of a post. No attachments are an empty list, which takes those
// of a post away that is replaced.
type props struct {
	Attachments []attachment `json:"attachments"`
}

type attachment struct {
	Fallback string   `json:"fallback"`
	Color    string   `json:"color,omitempty"`
	Text     string   `json:"text"`
	Actions  []action `json:"actions,omitempty"`
}

// body is what a post says.
type body struct {
	Message string `json:"message"`
	Props   *props `json:"props,omitempty"`
}

// rendered is a message within Mattermost's limits.
type rendered struct {
	title   string // escaped; empty without
	summary string // for notifications
	asked   string
	color   string
	pages   []string
	actions []action
	typed   string // what can be typed in place of buttons
}

// post is a page as a post. Buttons are below the last one.
func (r *rendered) post(i int) body {
	var head, foot string
	if i == 0 {
		head = join("\n", r.asked, r.title)
	}
	if n := len(r.pages); n > 1 {
		foot = pageOf(i, n)
	}
	var actions []action
	if i == len(r.pages)-1 {
		actions, foot = r.actions, join("\n", r.typed, foot)
	}
	text := join("\n\n", r.pages[i], foot)
	if r.color == "" && len(actions) == 0 {
		return body{join("\n\n", head, text), &props{[]attachment{}}}
	}
	return body{head, &props{[]attachment{{Fallback: r.summary, Color: r.color, Text: text, Actions: actions}}}}
}

// flat is the message as one text, for where there are no attachments.
func (r *rendered) flat() string {
	cut := ""
	if len(r.pages) > 1 {
		cut = "This is only the beginning."
	}
	return join("\n\n", join("\n", r.asked, r.title), r.pages[0], r.typed, cut)
}

// join joins what is not empty.
func join(by string, parts ...string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, by)
}

// composer collects lines in pages.
type composer struct {
	pages []string
	page  strings.Builder
	used  int // runes on this page
}

// room is how many more runes this page takes.
func (c *composer) room() int { return pageRunes - c.used }

// line adds a line that is ready to be shown.
func (c *composer) line(s string) {
	n := utf8.RuneCountInString(s) + 1
	if n > c.room() && c.used > 0 {
		c.turn()
	}
	c.page.WriteString(s + "\n")
	c.used += n
}

func (c *composer) turn() {
	if s := strings.Trim(c.page.String(), "\n"); s != "" {
		c.pages = append(c.pages, s)
	}
	c.page.Reset()
	c.used = 0
}

// render lays a message out. asked is what it answers, where people did not see that.
func (s *Mattermost) render(ctx context.Context, w *config.ChatWorkspace, call *chatops.Call, m *chatops.Message, asked string) *rendered {
	r := &rendered{color: colors[m.Severity]}
	if asked != "" {
		r.asked = "> " + markdown.Text(asked, maxAsked)
	}
	c := &composer{}
	if m.Title != "" {
		r.title = markdown.Bold(layout.Badge(m.Severity)+m.Title, maxTitle)
		if strings.HasSuffix(r.title, safetext.Ellipsis+"**") {
			c.texts(m.Title)
		}
	}
	for i := range m.Sections {
		if i > 0 {
			c.line("")
		}
		c.section(&m.Sections[i])
	}
	c.turn()
	if r.pages = c.pages; len(r.pages) == 0 {
		r.pages = []string{""}
		if r.title == "" && r.asked == "" {
			r.pages[0] = "foghorn has answered"
		}
	}
	r.summary = summary(m)
	actions, lines := s.buttons(ctx, w, s.begins(w, call), m.Buttons)
	r.actions, r.typed = actions, strings.Join(lines, "\n")
	return r
}

// summary is a message in one line without Markdown.
func summary(m *chatops.Message) string {
	text := m.Title
	for i := 0; text == "" && i < len(m.Sections); i++ {
		text = join(" ", safetext.Clip(m.Sections[i].Title, maxTitle), safetext.Clip(m.Sections[i].Text, maxTitle))
	}
	if text = markdown.Plain(text, maxTitle); text == "" {
		return "foghorn has answered"
	}
	return text
}

// begins is what people begin a command with that they type.
func (s *Mattermost) begins(w *config.ChatWorkspace, call *chatops.Call) string {
	switch name := s.links.State(w).Bot; {
	case call.Reply.URL != "" && isCommand(call.Command):
		return call.Command
	case name != "":
		return "@" + name
	case isCommand(call.Command):
		return call.Command
	}
	return "/foghorn"
}

// isCommand reports whether a text can be shown as code in what foghorn says.
func isCommand(s string) bool {
	return len(s) > 1 && len(s) < 65 && (s[0] == '/' || s[0] == '@') && !strings.ContainsFunc(s[1:], func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && r != '_' && r != '.'
	})
}

func (c *composer) section(s *chatops.Section) {
	if s.Title != "" {
		c.line(markdown.Bold(s.Title, maxTitle))
	}
	c.texts(s.Text)
	for _, f := range s.Fields {
		c.field(f)
	}
	if head, rows := layout.Table(s.Head, s.Rows); rows != "" {
		c.code(head, rows)
	}
	if s.Code != "" {
		c.code("", safetext.Text(s.Code))
	}
}

// texts adds a text, line by line.
func (c *composer) texts(s string) {
	if s == "" {
		return
	}
	for line := range strings.SplitSeq(strings.TrimRight(safetext.Text(s), "\n"), "\n") {
		for _, piece := range pieces(line, maxLine) {
			piece = markdown.Text(piece, most)
			if strings.HasPrefix(piece, "=") || strings.HasPrefix(piece, "|") { // below a line they make a heading or a table of it
				piece = `\` + piece
			}
			c.line(piece)
		}
	}
}

func (c *composer) field(f chatops.Field) {
	label, value := markdown.Text(f.Label, maxTitle), f.Value
	if strings.TrimSpace(value) == "" {
		value = "–"
	}
	if strings.Contains(strings.TrimSpace(value), "\n") || utf8.RuneCountInString(value) > maxField {
		c.line("**" + label + ":**")
		c.texts(value)
		return
	}
	c.line(join(" ", "**"+label+":**", markdown.Text(value, most)))
}

// code adds text in a fixed font, as it is, below a head that each block repeats.
func (c *composer) code(head, s string) {
	const marks = 10 // runes of the marks of a block
	head = safetext.Fit(head, maxHead)
	var block []string
	used := 0
	flush := func() {
		if len(block) > 0 {
			c.line(layout.Fenced(strings.Join(block, "\n")))
		}
		block, used = nil, 0
	}
	for line := range strings.SplitSeq(strings.TrimRight(s, "\n"), "\n") {
		for _, piece := range pieces(line, maxLine) {
			n := utf8.RuneCountInString(layout.Fenced(piece)) + 1 // more than it takes, whatever is in it
			if len(block) > 0 && used+n > c.room()-marks {
				flush()
				c.turn()
			}
			if len(block) == 0 && c.room() < 2*maxLine+maxHead+marks {
				c.turn()
			}
			if len(block) == 0 && head != "" {
				block, used = append(block, head), utf8.RuneCountInString(layout.Fenced(head))
			}
			block, used = append(block, piece), used+n
		}
	}
	flush()
}

// pieces cuts a line into pieces of at most limit runes, at blanks where there are some.
func pieces(s string, limit int) (out []string) {
	for utf8.RuneCountInString(s) > limit {
		end, n := len(s), 0
		for i := range s {
			if n == limit {
				end = i
				break
			}
			n++
		}
		if blank := strings.LastIndexByte(s[:end], ' '); blank > end/2 {
			end = blank + 1
		}
		out, s = append(out, s[:end]), s[end:]
	}
	return append(out, s)
}

// linkTo is a button that opens a page. An address that could end the link early is left out.
func linkTo(b *chatops.Button) string {
	u, err := url.Parse(b.URL)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || len(b.URL) > maxURL ||
		strings.ContainsFunc(b.URL, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune("()<>\\`[]", r) }) {
		return ""
	}
	return "[" + markdown.Text(b.Label, maxLabel) + "](" + b.URL + ")"
}
