package teams

import (
	"errors"
	"net/url"
	"strings"

	"foghorn/internal/human"
	"foghorn/journal/event"
	"foghorn/relay"
	"foghorn/relay/chattext"
)

type message struct {
	Type        string       `json:"type"`
	Attachments []attachment `json:"attachments"`
}

type attachment struct {
	ContentType string  `json:"contentType"`
	ContentURL  *string `json:"contentUrl"` // must be there, and null
	Content     card    `json:"content"`
}

type card struct {
	Schema       string    `json:"$schema"`
	Type         string    `json:"type"`
	Version      string    `json:"version"`
	MSTeams      width     `json:"msteams"`
	FallbackText string    `json:"fallbackText"`
	Body         []element `json:"body"`
	Actions      []action  `json:"actions,omitempty"`
}

type width struct {
	Width string `json:"width"`
}

// element is a TextBlock, a FactSet or a Container.
type element struct {
	Type      string    `json:"type"`
	Style     string    `json:"style,omitempty"`
	Size      string    `json:"size,omitempty"`
	Weight    string    `json:"weight,omitempty"`
	Color     string    `json:"color,omitempty"`
	Subtle    bool      `json:"isSubtle,omitempty"`
	Separator bool      `json:"separator,omitempty"`
	Wrap      bool      `json:"wrap,omitempty"`
	Text      string    `json:"text,omitempty"`
	Facts     []fact    `json:"facts,omitempty"`
	Items     []element `json:"items,omitempty"`
}

type fact struct {
	Title string `json:"title"`
	Value string `json:"value"`
}

type action struct {
	Type  string `json:"type"`
	Title string `json:"title"`
	URL   string `json:"url"`
}

// budget is how long the parts of an item may be, in runes.
type budget struct{ title, value, text, names int }

// budgets are tried in this order, until the first item fits. The last one always does.
var budgets = []budget{{800, 400, 2000, 30}, {300, 150, 500, 15}, {100, 40, 100, 5}}

// teller puts items into words.
type teller struct {
	detail chattext.Detail
	budget budget
}

// compose tells as many items from the front as fit into one card, and says how many.
func compose(items []relay.Item, detail chattext.Detail) (body []byte, n int, err error) {
	items = items[:min(len(items), maxItems)]
	for _, b := range budgets {
		t := &teller{detail, b}
		for n < len(items) {
			next, err := relay.Compact(t.message(items[:n+1]))
			if err != nil {
				return nil, 0, err
			}
			if len(next) > maxBytes {
				break
			}
			body, n = next, n+1
		}
		if n > 0 {
			return body, n, nil
		}
	}
	return nil, 0, errors.New("it does not fit into a card of Teams")
}

func (t *teller) message(items []relay.Item) message {
	c := card{
		Schema: "http://adaptivecards.io/schemas/adaptive-card.json", Type: "AdaptiveCard", Version: "1.4",
		MSTeams: width{"Full"}, FallbackText: t.fallback(items), Actions: actions(items),
	}
	if len(items) > 1 {
		c.Body = append(c.Body, element{Type: "TextBlock", Size: "Large", Weight: "Bolder", Wrap: true, Text: count(items)})
	}
	for i := range items {
		c.Body = append(c.Body, t.container(&items[i], i > 0))
	}
	return message{"message", []attachment{{"application/vnd.microsoft.card.adaptive", nil, c}}}
}

func count(items []relay.Item) string {
	if items[0].Event != nil {
		return human.CountOf(len(items), "event")
	}
	return human.CountOf(len(items), "notice")
}

// fallback is what notifications and old clients show.
func (t *teller) fallback(items []relay.Item) string {
	if len(items) > 1 {
		return count(items) + ": " + markdown(t.sentence(&items[0]), budgets[len(budgets)-1].title) + " …"
	}
	status := ""
	if n := items[0].Notice; n != nil {
		status = n.Status()
	} else {
		status = items[0].Event.Severity.String()
	}
	return markdown(status+": "+t.sentence(&items[0]), t.budget.title)
}

// sentence is an item in one sentence.
func (t *teller) sentence(i *relay.Item) string {
	if n := i.Notice; n != nil {
		return t.detail.Headline(n.Rung(), n)
	}
	return event.Marked(i.Event.Text, i.Event.Test)
}

func (t *teller) container(i *relay.Item, separator bool) element {
	style, color := look(i)
	c := element{Type: "Container", Style: style, Separator: separator}
	title := markdown(t.sentence(i), t.budget.title)
	if title == "" {
		title = "(no text)" // a TextBlock without text is not shown, and neither is its card
	}
	c.Items = append(c.Items, element{Type: "TextBlock", Size: "Medium", Weight: "Bolder", Color: color, Wrap: true, Text: title})
	if n := i.Notice; n != nil {
		t.tellNotice(&c, n)
	} else {
		t.tellEvent(&c, i.Event)
	}
	return c
}

func (t *teller) tellNotice(c *element, n *relay.Notice) {
	if !t.detail.Full(n) {
		t.brief(c, n.Status(), chattext.Brief(n))
		return
	}
	t.brief(c, n.Status(), nil)
	c.Items = append(c.Items, t.facts(n.Facts()))
	t.text(c, t.list(n))
	t.text(c, markdown(chattext.Sentence(n), t.budget.text))
}

func (t *teller) tellEvent(c *element, e *event.Event) {
	full := t.detail.FullEvent(e)
	if facts := chattext.EventFacts(e, full); full {
		t.brief(c, e.Severity.String(), nil)
		c.Items = append(c.Items, t.facts(facts))
	} else {
		t.brief(c, e.Severity.String(), facts)
	}
}

// brief adds a line with the status and the facts of a message in short.
func (t *teller) brief(c *element, status string, facts []relay.Fact) {
	line := []string{markdown(status, t.budget.value)}
	for _, f := range facts {
		value := markdown(f.Value, t.budget.value)
		if f.Label == "Since" || f.Label == "Lasted" {
			value = strings.ToLower(f.Label) + " " + value
		}
		line = append(line, value)
	}
	c.Items = append(c.Items, element{Type: "TextBlock", Subtle: true, Wrap: true, Text: strings.Join(line, " · ")})
}

func (t *teller) text(c *element, text string) {
	if text != "" {
		c.Items = append(c.Items, element{Type: "TextBlock", Wrap: true, Text: text})
	}
}

func (t *teller) facts(facts []relay.Fact) element {
	e := element{Type: "FactSet"}
	for _, f := range facts {
		e.Facts = append(e.Facts, fact{markdown(f.Label, t.budget.value), markdown(f.Value, t.budget.value)})
	}
	return e
}

// list names the alerts that are told together.
func (t *teller) list(n *relay.Notice) string {
	if len(n.Alerts) == 1 {
		return ""
	}
	names, more := n.Names(t.budget.names)
	for i := range names {
		names[i] = markdown(names[i], t.budget.value)
	}
	text := strings.Join(names, ", ")
	if more > 0 {
		text += " and " + human.Count(int64(more)) + " more"
	}
	return text
}

// look is the style and the color of an item: people see at once what is over.
func look(i *relay.Item) (style, color string) {
	severity := event.Debug
	if n := i.Notice; n == nil {
		severity = i.Event.Severity
	} else if severity = n.Severity(); n.Over() {
		return "good", "Good"
	}
	switch severity {
	case event.Critical:
		return "attention", "Attention"
	case event.Warn:
		return "warning", "Warning"
	}
	return "emphasis", "Default"
}

// maxActions is how many buttons a card shows in Teams.
const maxActions = 6

// actions leads to the portal: one button for each place.
func actions(items []relay.Item) (out []action) {
	seen := map[string]bool{}
	for i := range items {
		n := items[i].Notice
		if n == nil || seen[n.Link] || !safeLink(n.Link) || len(out) == maxActions {
			continue
		}
		seen[n.Link] = true
		title := "Open in the portal"
		if site := plain(n.Alerts[0].Site, budgets[len(budgets)-1].value); len(items) > 1 && site != "" {
			title = "Open " + site
		}
		out = append(out, action{"Action.OpenUrl", title, n.Link})
	}
	return out
}

// safeLink reports whether an address may be a button. A card with a wrong one is not shown.
func safeLink(address string) bool {
	const most = 500
	u, err := url.Parse(address)
	return err == nil && u.Scheme == "https" && u.Host != "" && len(address) <= most && address == chattext.Line(address, most)
}
