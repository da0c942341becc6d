package slack

import (
	"strconv"
	"strings"

	"foghorn/chatops"
	"foghorn/chatops/platform"
	"foghorn/internal/slacktext"
)

// Slack's limits (docs/integrations.md, Slack commands), and what is kept of them so that
// what people read stays readable.
const (
	maxHeader  = 150
	maxSection = 2900 // of 3,000: a block of code has its marks besides
	maxFields  = 10   // in a section
	maxField   = 600  // of 2,000; a longer value gets a section of its own
	maxButton  = 75
	maxValue   = 2000
	maxAction  = 200 // of 255: a number is added
	maxURL     = 3000
	maxButtons = 25 // in a block
	maxText    = 1000
	maxBlocks  = 45 // of 50: buttons come besides
	// maxBytes bounds all blocks of a message: Slack refuses them above about 13,000.
	maxBytes = 11_000
	// pagerBytes are kept of them for the buttons that turn pages.
	pagerBytes = 900
	// buttonBytes bounds the buttons of a message, which each of its pages has.
	buttonBytes  = 4000
	sectionBytes = 4000
)

// The actions of this room's own buttons. No other begins with a colon.
const (
	actionPage = ":page"
	actionLink = ":link"
)

// block is one block of Block Kit.
type block struct {
	Type     string `json:"type"`
	Text     *text  `json:"text,omitempty"`
	Fields   []text `json:"fields,omitempty"`
	Elements []any  `json:"elements,omitempty"` // texts or buttons
}

// text is one text of a block. Plain text shows what it is given, letter by letter.
type text struct {
	Type     string `json:"type"`
	Text     string `json:"text"`
	Emoji    *bool  `json:"emoji,omitempty"`
	Verbatim *bool  `json:"verbatim,omitempty"`
}

type button struct {
	Type   string `json:"type"`
	Action string `json:"action_id"`
	Text   text   `json:"text"`
	Style  string `json:"style,omitempty"`
	URL    string `json:"url,omitempty"`
	Value  string `json:"value,omitempty"`
}

// message is what a message says: its blocks, and a text for notifications.
type message struct {
	Text   string  `json:"text"`
	Blocks []block `json:"blocks,omitempty"`
}

func plain(s string) text {
	no := false
	return text{Type: "plain_text", Text: s, Emoji: &no}
}

func mrkdwn(s string) text {
	yes := true
	return text{Type: "mrkdwn", Text: s, Verbatim: &yes}
}

// strong is a text in bold where mrkdwn shows it letter by letter.
func strong(s string) text {
	if slacktext.Marked(s) {
		return plain(s)
	}
	return mrkdwn("*" + s + "*")
}

func section(t text) block { return block{Type: "section", Text: &t} }

func contextLine(s string) block { return block{Type: "context", Elements: []any{plain(s)}} }

// size is how large something is in JSON.
func size(v any) int {
	b, _ := platform.JSON(v) // of blocks, which are texts
	return len(b)
}

// buttons are those of a message, in blocks. More than Slack takes are left out, and
// counted.
func buttons(all []chatops.Button) (out []block, left int) {
	used := 0
	var row []any
	for i := range all {
		b, ok := newButton(&all[i], i)
		n := 0
		if ok {
			n = size(b) + 1
		}
		if !ok || used+n > buttonBytes || len(out) >= 2 {
			left++
			continue
		}
		used += n
		if row = append(row, b); len(row) == maxButtons {
			out, row = append(out, block{Type: "actions", Elements: row}), nil
		}
	}
	if len(row) > 0 {
		out = append(out, block{Type: "actions", Elements: row})
	}
	return out, left
}

// newButton makes a button; not for what Slack would refuse a whole message for. Its
// number keeps its action apart from those of others.
func newButton(b *chatops.Button, i int) (button, bool) {
	label := slacktext.Line(b.Label, maxButton, 4*maxButton)
	out := button{Type: "button", Action: b.Action + "#" + strconv.Itoa(i), Text: plain(label), Value: b.Value}
	if b.Danger {
		out.Style = "danger"
	}
	if b.URL != "" {
		// Link refuses what is no address of a page.
		out.Action, out.Value, out.URL = actionLink+"#"+strconv.Itoa(i), "", b.URL
		return out, label != "" && len(b.URL) <= maxURL && slacktext.Link(b.URL, "x") != ""
	}
	return out, label != "" && b.Action != "" && len(b.Action) <= maxAction && !strings.HasPrefix(b.Action, ":") && len(b.Value) <= maxValue
}

// actionOf undoes what newButton adds.
func actionOf(id string) string {
	if i := strings.LastIndexByte(id, '#'); i >= 0 {
		return id[:i]
	}
	return id
}

// pager are the buttons that turn pages.
func pager(key string, at, of int) []block {
	where := "Page " + strconv.Itoa(at+1) + " of " + strconv.Itoa(of)
	var turn []any
	add := func(label string, to int) {
		turn = append(turn, button{Type: "button", Action: actionPage + "#" + strconv.Itoa(to), Text: plain(label), Value: key + "." + strconv.Itoa(to)})
	}
	if at > 0 {
		add("Previous", at-1)
	}
	if at < of-1 {
		add("Next", at+1)
	}
	return []block{contextLine(where), {Type: "actions", Elements: turn}}
}
