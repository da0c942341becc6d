package slack

import (
	"fmt"
	"strconv"
	"strings"

	"foghorn/internal/slacktext"
	"foghorn/journal/event"
	"foghorn/relay"
	"foghorn/relay/chattext"
)

// Slack's limits (docs/relays/slack.md, Limits). What is shown of one text stays well
// below them, so that a message can be read.
const (
	maxHeader  = 150
	maxField   = 300
	maxFields  = 10 // in a section
	maxBody    = 1500
	maxElement = 100
	maxText    = 1000
	maxEntry   = 500 // of one of several items in a message
	// maxBytes bounds all blocks of a message: Slack refuses them above about 13,000. Of them
	// smallPrint are kept for the last line, so that it always says why it was sent.
	maxBytes   = 11_000
	smallPrint = 2_500
	fieldBytes = 450
	linkBytes  = 600
	// perBlock is what a block costs besides its texts, at the most.
	perBlock = 120
	// maxNames is how many devices a message about several lists.
	maxNames = 30
)

// block is one block of Block Kit.
type block struct {
	Type     string `json:"type"`
	Text     *text  `json:"text,omitempty"`
	Fields   []text `json:"fields,omitempty"`
	Elements []text `json:"elements,omitempty"`
}

// text is one text of a block. Plain text shows what it is given, letter by letter.
type text struct {
	Type     string `json:"type"`
	Text     string `json:"text"`
	Emoji    *bool  `json:"emoji,omitempty"`
	Verbatim *bool  `json:"verbatim,omitempty"`
}

func plain(s string) text {
	no := false
	return text{Type: "plain_text", Text: s, Emoji: &no}
}

func mrkdwn(s string) text {
	yes := true
	return text{Type: "mrkdwn", Text: s, Verbatim: &yes}
}

// card collects the blocks of a message within its bytes.
type card struct {
	left   int
	blocks []block
}

func newCard() *card { return &card{left: maxBytes - smallPrint} }

// take returns what fits of a text, and nothing when a block would be too much.
func (c *card) take(s string, characters, bytes int, cut func(string, int, int) string) string {
	out := cut(s, characters, min(bytes, c.left-perBlock))
	if out != "" {
		c.left -= perBlock + slacktext.JSONLen(out)
	}
	return out
}

// header returns what it shows.
func (c *card) header(s string) string {
	s = c.take(s, maxHeader, maxBytes, slacktext.Line)
	if s != "" {
		t := plain(s)
		c.blocks = append(c.blocks, block{Type: "header", Text: &t})
	}
	return s
}

func (c *card) body(s string) { c.section(c.take(s, maxBody, maxBytes, slacktext.Fit)) }

// section adds a text that was cut.
func (c *card) section(s string) {
	if s != "" {
		t := plain(s)
		c.blocks = append(c.blocks, block{Type: "section", Text: &t})
	}
}

// facts are shown in two columns, the label in bold where the value allows it.
func (c *card) facts(facts []relay.Fact) {
	var fields []text
	for _, f := range facts {
		label := slacktext.Line(f.Label, 60, 240)
		value := c.take(f.Value, maxField, fieldBytes, slacktext.Fit)
		if value == "" {
			continue
		}
		c.left -= slacktext.JSONLen(label)
		if slacktext.Marked(value) || slacktext.Marked(label) {
			fields = append(fields, plain(label+"\n"+value))
		} else {
			fields = append(fields, mrkdwn("*"+label+"*\n"+value))
		}
	}
	for len(fields) > 0 {
		n := min(len(fields), maxFields)
		c.blocks = append(c.blocks, block{Type: "section", Fields: fields[:n:n]})
		fields = fields[n:]
	}
}

// context is small print: texts, and a link.
func (c *card) context(address string, texts ...string) {
	c.left += smallPrint
	var elements []text
	for _, s := range texts {
		if s = c.take(s, maxElement, maxBytes, slacktext.Line); s != "" {
			elements = append(elements, plain(s))
		}
	}
	if l := slacktext.Link(address, "open in Mist"); l != "" && len(l) <= linkBytes {
		elements = append(elements, mrkdwn(l))
	}
	if len(elements) > 0 {
		c.blocks = append(c.blocks, block{Type: "context", Elements: elements})
	}
}

// badges show a severity at a glance. The word always stands beside them.
var badges = map[event.Severity]string{event.Critical: "🔴", event.Warn: "🟠", event.Info: "🔵", event.Debug: "⚪"}

// headline is a notice in one line: how it stands, and its title. A message that is
// posted anew also says what changed.
func (s *slack) headline(n *relay.Notice) string {
	title := n.Title()
	if s.hook != "" && n.Why != relay.Worse { // the severity is there anyway
		title = n.Rung()
	}
	status, severity, title := n.Status(), n.Severity().String(), s.detail.Headline(title, n)
	switch {
	case n.Over() && s.hook != "" && n.Why == relay.Resolved:
		return "✅ " + title
	case n.Over():
		return "✅ resolved: " + title
	case len(n.Alerts) > 1 && n.Why == relay.Reminder: // its title says how many are over, or not acked
		status = ""
	case len(n.Alerts) > 1:
		status = n.Acked()
	}
	if status == "" {
		status = severity
	} else if !strings.HasPrefix(status, severity) {
		status = severity + ", " + status
	}
	return badges[n.Severity()] + " " + status + ": " + title
}

// root is the message about one item.
func (s *slack) root(item *relay.Item) message {
	if item.Event != nil {
		return s.event(item.Event)
	}
	c, n := newCard(), item.Notice
	head := s.headline(n)
	if strings.HasSuffix(c.header(head), slacktext.Ellipsis) {
		c.body(s.detail.Headline(n.Title(), n))
	}
	full, facts := s.detail.Full(n), chattext.Brief(n)
	if full {
		facts = n.Facts()
	}
	c.facts(facts)
	if len(n.Alerts) > 1 {
		names, more := n.Names(maxNames)
		c.body(listed(names, more))
	} else if full {
		c.body(chattext.Sentence(n))
	}
	c.context(n.Link, s.from(), "sent because: "+string(n.Why), "alert "+item.ID())
	return message{Text: slacktext.Line(head+place(n), maxText, 4*maxText), Blocks: c.blocks}
}

// listed is a list of names in a sentence.
func listed(names []string, more int) string {
	out := strings.Join(names, ", ")
	if more > 0 {
		out += fmt.Sprintf(" and %d more", more)
	}
	return out
}

// place is where an alert is. The title of several says so itself.
func place(n *relay.Notice) string {
	if n.Site() == "" || len(n.Alerts) > 1 {
		return ""
	}
	return " (" + n.Site() + ")"
}

// event is the message about one event.
func (s *slack) event(e *event.Event) message {
	if event.OwnTopic(e.Topic) {
		return s.own(e)
	}
	c := newCard()
	c.header(badges[e.Severity] + " " + e.Severity.String() + ": " + e.Topic + " " + e.Type)
	c.facts(chattext.EventFacts(e, s.detail.FullEvent(e)))
	c.body(event.Marked(e.Text, e.Test))
	c.context("", s.from(), "event "+event.ShortID(e.ID))
	return message{Text: slacktext.Line(eventLine(e), maxText, 4*maxText), Blocks: c.blocks}
}

// own is the message about something that foghorn found out itself: its text is the title.
func (s *slack) own(e *event.Event) message {
	c, said := newCard(), event.Marked(e.Text, e.Test)
	if strings.HasSuffix(c.header(badges[e.Severity]+" "+said), slacktext.Ellipsis) {
		c.body(said)
	}
	c.facts(chattext.EventFacts(e, s.detail.FullEvent(e)))
	c.body(strings.Join(chattext.More(e), "\n"))
	texts := []string{s.from(), "severity " + e.Severity.String(), "event " + event.ShortID(e.ID)}
	if job := chattext.Job(e); job != 0 {
		texts = append(texts, fmt.Sprintf("foghorn jobs show %d", job))
	}
	c.context("", texts...)
	return message{Text: slacktext.Line(eventLine(e), maxText, 4*maxText), Blocks: c.blocks}
}

// eventLine is an event in one line.
func eventLine(e *event.Event) string {
	if event.OwnTopic(e.Topic) {
		return badges[e.Severity] + " " + strings.Join(chattext.Where(e), ", ") + ": " + event.Marked(e.Text, e.Test)
	}
	where := []string{e.Time.UTC().Format("15:04:05 UTC")}
	for _, s := range []string{e.Site, e.Device, e.Client} {
		if s != "" {
			where = append(where, s)
		}
	}
	return badges[e.Severity] + " " + e.Severity.String() + ", " + strings.Join(where, ", ") + ": " + event.Marked(e.Text, e.Test)
}

// batch is one message about all items, each a section of it; about one, it is that
// item in full.
func (s *slack) batch(items []relay.Item) message {
	if len(items) == 1 {
		return s.root(&items[0])
	}
	c := newCard()
	first := ""
	for i := range items {
		said := s.entry(&items[i])
		if i == 0 {
			first = said
		}
		// What an item leaves of its share is for those after it.
		share := c.left/(len(items)-i) - perBlock
		c.section(c.take(said, maxEntry, share, slacktext.Line))
	}
	c.context("", s.from())
	return message{Text: slacktext.Line(strconv.Itoa(len(items))+" messages: "+first, maxText, 4*maxText), Blocks: c.blocks}
}

// entry is an item in one line.
func (s *slack) entry(item *relay.Item) string {
	if item.Event != nil {
		return eventLine(item.Event)
	}
	return s.headline(item.Notice) + place(item.Notice)
}

// reply is what rings people in a thread.
func (s *slack) reply(n *relay.Notice) message {
	c := newCard()
	rung := s.detail.Headline(n.Rung(), n)
	c.body(rung)
	if n.Reason != "" && n.Actor != "" {
		c.body(n.Actor + " wrote: " + n.Reason)
	}
	return message{Text: slacktext.Line(rung, maxText, 4*maxText), Blocks: c.blocks}
}

// from says which machine sent the message.
func (s *slack) from() string {
	if s.host == "" {
		return "foghorn"
	}
	return "foghorn on " + s.host
}
