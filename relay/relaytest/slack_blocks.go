package relaytest

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// Block Kit's limits, in characters and counts.
const (
	slackMaxBlocks   = 50
	slackMaxSection  = 3000
	slackMaxFields   = 10
	slackMaxField    = 2000
	slackMaxHeader   = 150
	slackMaxElements = 10 // of a context
	slackMaxActions  = 25
	slackMaxButton   = 75
	slackMaxID       = 255
	// slackMaxBlockText is not documented: people found it in "msg_blocks_too_long".
	slackMaxBlockText = 13_000
)

type slackTextObject struct {
	Type  string `json:"type"`
	Text  string `json:"text"`
	Emoji *bool  `json:"emoji"`
	// Verbatim is only for mrkdwn, as Emoji is only for plain_text.
	Verbatim *bool `json:"verbatim"`
}

type slackBlock struct {
	Type     string            `json:"type"`
	BlockID  string            `json:"block_id"`
	Text     *slackTextObject  `json:"text"`
	Fields   []slackTextObject `json:"fields"`
	Elements []json.RawMessage `json:"elements"`
}

// blockCheck collects what is wrong with blocks, and what a person would read in them.
type blockCheck struct {
	lines    []string
	size     int
	problems []string
	ids      map[string]bool
}

// checkBlocks holds blocks against Block Kit's rules. It returns them as lines of text.
func checkBlocks(blocks []json.RawMessage) (lines []string, size int, problems []string) {
	c := &blockCheck{ids: map[string]bool{}}
	if len(blocks) > slackMaxBlocks {
		c.wrong("/blocks", "no more than %d items allowed", slackMaxBlocks)
	}
	for i, raw := range blocks {
		c.size += len(raw)
		c.block(fmt.Sprintf("/blocks/%d", i), raw)
	}
	return c.lines, c.size, c.problems
}

// wrong notes a problem in the words of Slack.
func (c *blockCheck) wrong(at, format string, args ...any) {
	c.problems = append(c.problems, fmt.Sprintf("[ERROR] %s [json-pointer:%s]", fmt.Sprintf(format, args...), at))
}

func (c *blockCheck) block(at string, raw json.RawMessage) {
	var b slackBlock
	if err := strict(raw, &b); err != nil {
		c.wrong(at, "invalid additional property or type")
		return
	}
	if utf8.RuneCountInString(b.BlockID) > slackMaxID || b.BlockID != "" && c.ids[b.BlockID] {
		c.wrong(at+"/block_id", "must be unique and no more than %d characters", slackMaxID)
	}
	c.ids[b.BlockID] = true
	switch b.Type {
	case "header":
		if b.Text == nil || b.Text.Type != "plain_text" {
			c.wrong(at+"/text", "must be plain_text")
			return
		}
		c.lines = append(c.lines, c.text(at+"/text", *b.Text, slackMaxHeader))
	case "section":
		c.section(at, &b)
	case "context", "actions":
		c.elements(at, &b)
	case "divider":
		c.lines = append(c.lines, "----")
	default:
		c.wrong(at+"/type", "unsupported type: %s", b.Type)
	}
}

func (c *blockCheck) section(at string, b *slackBlock) {
	if b.Text == nil && len(b.Fields) == 0 {
		c.wrong(at, "missing required field: text or fields")
	}
	if b.Text != nil {
		c.lines = append(c.lines, strings.Split(c.text(at+"/text", *b.Text, slackMaxSection), "\n")...)
	}
	if len(b.Fields) > slackMaxFields {
		c.wrong(at+"/fields", "no more than %d items allowed", slackMaxFields)
	}
	for i, field := range b.Fields {
		text := c.text(fmt.Sprintf("%s/fields/%d", at, i), field, slackMaxField)
		c.lines = append(c.lines, strings.ReplaceAll(text, "\n", ": "))
	}
}

func (c *blockCheck) elements(at string, b *slackBlock) {
	most := slackMaxElements
	if b.Type == "actions" {
		most = slackMaxActions
	}
	if n := len(b.Elements); n == 0 || n > most {
		c.wrong(at+"/elements", "needs 1 to %d items", most)
	}
	var said []string
	for i, raw := range b.Elements {
		place := fmt.Sprintf("%s/elements/%d", at, i)
		if b.Type == "actions" {
			said = append(said, c.button(place, raw))
			continue
		}
		var t slackTextObject
		if err := strict(raw, &t); err != nil {
			c.wrong(place, "unsupported element")
			continue
		}
		said = append(said, c.text(place, t, slackMaxSection))
	}
	c.lines = append(c.lines, "("+strings.Join(said, " | ")+")")
}

func (c *blockCheck) button(at string, raw json.RawMessage) string {
	var b struct {
		Type     string           `json:"type"`
		ActionID string           `json:"action_id"`
		Style    string           `json:"style"`
		URL      string           `json:"url"`
		Value    string           `json:"value"`
		Text     *slackTextObject `json:"text"`
	}
	if err := strict(raw, &b); err != nil || b.Type != "button" || b.Text == nil || b.Text.Type != "plain_text" ||
		len(b.ActionID) > slackMaxID || len(b.Value) > 2000 || len(b.URL) > 3000 {
		c.wrong(at, "invalid button")
		return ""
	}
	return "[" + c.text(at+"/text", *b.Text, slackMaxButton) + "]"
}

// text checks one text and returns it as a person reads it.
func (c *blockCheck) text(at string, t slackTextObject, most int) string {
	n := utf8.RuneCountInString(t.Text)
	switch {
	case t.Type != "plain_text" && t.Type != "mrkdwn":
		c.wrong(at+"/type", "must be plain_text or mrkdwn")
	case t.Type == "mrkdwn" && t.Emoji != nil, t.Type == "plain_text" && t.Verbatim != nil:
		c.wrong(at, "invalid additional property")
	case n == 0:
		c.wrong(at+"/text", "must be more than 0 characters")
	case n > most:
		c.wrong(at+"/text", "must be less than %d characters", most+1)
	}
	text := t.Text
	if t.Type == "mrkdwn" {
		text = slackAnchor.ReplaceAllString(text, "$2 ($1)")
		text = slackStrong.ReplaceAllString(text, "$1")
	}
	return slackPlain.Replace(text)
}

// slackAnchor and slackStrong are what the destinations use of mrkdwn.
var (
	slackAnchor = regexp.MustCompile(`<(https?://[^|>]+)\|([^>]*)>`)
	slackStrong = regexp.MustCompile(`\*([^*\n]+)\*`)
)

var slackPlain = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")

// strict reads JSON, and refuses members that the type does not have.
func strict(raw json.RawMessage, v any) error {
	d := json.NewDecoder(strings.NewReader(string(raw)))
	d.DisallowUnknownFields()
	return d.Decode(v)
}

// slackMention is how a text rings people, as the API takes it.
var (
	slackMention = regexp.MustCompile(`<(!(channel|here|everyone)\b|@[UWB]|!subteam\^)[^>]*>`)
	slackNamed   = regexp.MustCompile(`@(channel|here|everyone)\b`)
)

// slackPings finds what would ring people in a message, its blocks included.
func slackPings(p *slackPayload) []string {
	all := p.Text
	for _, raw := range p.Blocks {
		var texts any
		if json.Unmarshal(raw, &texts) == nil {
			all += "\n" + strings.Join(stringsIn(texts), "\n")
		}
	}
	pings := slackMention.FindAllString(all, -1)
	if p.LinkNames || p.Parse == "full" {
		pings = append(pings, slackNamed.FindAllString(all, -1)...)
	}
	return pings
}

// stringsIn are the texts within a JSON value.
func stringsIn(v any) (out []string) {
	switch v := v.(type) {
	case string:
		out = append(out, v)
	case []any:
		for _, e := range v {
			out = append(out, stringsIn(e)...)
		}
	case map[string]any:
		for _, e := range v {
			out = append(out, stringsIn(e)...)
		}
	}
	return out
}
