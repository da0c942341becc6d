package mattermost

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"

	"foghorn/internal/human"
	"foghorn/journal/event"
	"foghorn/relay"
	"foghorn/relay/chattext"
	"foghorn/relay/chattext/markdown"
)

// message is what a post says, for hooks and bots alike.
type message struct {
	Text        string
	Attachments []attachment
}

type attachment struct {
	Fallback string  `json:"fallback"`
	Color    string  `json:"color"`
	Text     string  `json:"text,omitempty"`
	Fields   []field `json:"fields,omitempty"`
	Footer   string  `json:"footer,omitempty"`
}

type field struct {
	Short bool   `json:"short"`
	Title string `json:"title"`
	Value string `json:"value"`
}

// budget is how long the parts of an attachment may be, in runes.
type budget struct{ title, value, text, names int }

// budgets are tried in this order, until the first item fits. The last one always does.
var budgets = []budget{{1000, 1000, 6000, 30}, {500, 300, 2000, 20}, {200, 100, 300, 10}, {100, 40, 100, 5}}

// teller puts items into words.
type teller struct {
	detail chattext.Detail
	anew   bool // each notice is a post of its own, so its words say what changed
	budget budget
}

// compose tells as many items from the front as fit, and says how many.
func compose(detail string, items []relay.Item, anew bool) (message, int, error) {
	items = items[:min(len(items), maxItems)]
	for _, b := range budgets {
		if m, n := (&teller{chattext.Detail(detail), anew, b}).fill(items); n > 0 {
			return m, n, nil
		}
	}
	return message{}, 0, errors.New("it does not fit into a post of Mattermost")
}

func (t *teller) fill(items []relay.Item) (m message, n int) {
	for i := range items {
		next := message{t.heading(items[:i+1]), append(m.Attachments[:i:i], t.attach(&items[i]))}
		if i > 0 { // the text of the post names none of them now: each does itself
			next.Attachments[i].Text = join("\n", t.headline(&items[i]), next.Attachments[i].Text)
		}
		if i == 1 {
			next.Attachments[0].Text = join("\n", t.headline(&items[0]), next.Attachments[0].Text)
		}
		body, err := relay.Compact(next)
		if err != nil || utf8.RuneCount(body) > maxChars {
			break
		}
		m, n = next, i+1
	}
	return m, n
}

// heading is the text of the post, which notifications and the search show.
func (t *teller) heading(items []relay.Item) string {
	if len(items) == 1 {
		return t.headline(&items[0])
	}
	word := "notice"
	if items[0].Event != nil {
		word = "event"
	}
	heading := "**" + human.CountOf(len(items), word) + "**"
	if e := items[0].Event; e != nil && event.OwnTopic(e.Topic) {
		heading += ", the first: " + markdown.Text(t.sentence(&items[0]), t.budget.title)
	}
	return heading
}

// sentence is an item in one sentence.
func (t *teller) sentence(i *relay.Item) string {
	switch n := i.Notice; {
	case n == nil:
		return event.Marked(i.Event.Text, i.Event.Test)
	case t.anew:
		return t.detail.Headline(n.Rung(), n)
	default:
		return t.detail.Headline(n.Title(), n)
	}
}

func (t *teller) headline(i *relay.Item) string { return markdown.Bold(t.sentence(i), t.budget.title) }

func (t *teller) attach(i *relay.Item) attachment {
	if i.Event != nil {
		return t.attachEvent(i)
	}
	return t.attachNotice(i)
}

func (t *teller) attachEvent(i *relay.Item) attachment {
	e := i.Event
	full := t.detail.FullEvent(e)
	a := attachment{
		Fallback: markdown.Plain("["+e.Severity.String()+"] "+t.sentence(i), t.budget.title),
		Color:    color(e.Severity),
		Text:     e.Severity.String(),
		Footer:   "foghorn " + event.ShortID(e.ID),
	}
	if job := chattext.Job(e); job != 0 {
		a.Footer += fmt.Sprintf(" · foghorn jobs show %d", job)
	}
	t.facts(&a, chattext.EventFacts(e, full), full)
	for _, line := range chattext.More(e) {
		a.Text = join("\n", a.Text, markdown.Text(line, t.budget.value))
	}
	return a
}

func (t *teller) attachNotice(i *relay.Item) attachment {
	n := i.Notice
	full := t.detail.Full(n)
	a := attachment{
		Fallback: markdown.Plain("["+n.Status()+"] "+t.sentence(i), t.budget.title),
		Color:    color(n.Severity()),
		Text:     markdown.Text(n.Status(), t.budget.value),
		Footer:   "foghorn " + event.ShortID(n.Alerts[0].ID),
	}
	if n.Over() {
		a.Color = resolvedColor
	}
	if full {
		t.facts(&a, n.Facts(), true)
		a.Text = join("\n", a.Text, t.list(n), markdown.Text(chattext.Sentence(n), t.budget.text))
	} else {
		t.facts(&a, chattext.Brief(n), false)
	}
	a.Text = join("\n", a.Text, link(n.Link))
	return a
}

// facts adds facts as fields, or in short to the text.
func (t *teller) facts(a *attachment, facts []relay.Fact, full bool) {
	for _, f := range facts {
		value := markdown.Text(f.Value, t.budget.value)
		if strings.HasSuffix(f.Label, "MAC") {
			value = markdown.Code(f.Value, t.budget.value)
		}
		switch {
		case full:
			a.Fields = append(a.Fields, field{Title: markdown.Plain(f.Label, t.budget.value), Value: value, Short: len(f.Value) <= maxShort})
		case f.Label == "Since" || f.Label == "Lasted" || f.Label == chattext.AskedBy:
			a.Text += " · " + strings.ToLower(f.Label) + " " + value
		default:
			a.Text += " · " + value
		}
	}
}

// list names the alerts that are told together.
func (t *teller) list(n *relay.Notice) string {
	if len(n.Alerts) == 1 {
		return ""
	}
	names, more := n.Names(t.budget.names)
	var lines []string
	for _, name := range names {
		lines = append(lines, "- "+markdown.Text(name, t.budget.value))
	}
	if more > 0 {
		lines = append(lines, fmt.Sprintf("- and %d more", more))
	}
	return strings.Join(lines, "\n") + "\n" // a blank line ends the list
}

// maxShort is how long a value may be to stand beside another.
const maxShort = 40

// link leads to the vendor's portal. An address that could end the link early is left out.
func link(address string) string {
	const most = 500
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.Host == "" || len(address) > most || strings.ContainsAny(address, "()<>\\ `") ||
		address != chattext.Line(address, most) {
		return ""
	}
	return "[Open in the portal](" + address + ")"
}

// resolvedColor and those of color can be told apart by people who do not see red or green.
const resolvedColor = "#2e9e6b"

func color(s event.Severity) string {
	switch s {
	case event.Critical:
		return "#c9302c"
	case event.Warn:
		return "#f0ad4e"
	case event.Info:
		return "#3d7eca"
	}
	return "#8a8a8a"
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
