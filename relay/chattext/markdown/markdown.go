// Package markdown writes text from outside into the Markdown of Mattermost.
//
// Callers may rely on this: the text is shown letter by letter on one line, opens no
// preview and rings nobody, and is not longer than asked for.
package markdown

import (
	"regexp"
	"strings"

	"foghorn/relay/chattext"
)

// emoji is what Mattermost may draw as one: a MAC address has ":de:" in it.
var emoji = regexp.MustCompile(`^:[A-Za-z0-9_+-]*[A-Za-z][A-Za-z0-9_+-]*:|^:(100|1234):`)

// Text is a text in which nothing acts: no Markdown, no mention, no link that opens a
// preview. The web client and the mobile ones do not know the same escapes, so each
// character gets one that all know. An escape does not keep an @ from ringing people:
// docs/integrations.md, Mattermost posts.
func Text(s string, limit int) string { return chattext.Escape(s, limit, piece) }

func piece(s string, i int, r rune) string {
	line, number := chattext.Starts(s, i)
	switch r {
	case '\\', '*', '`', '[', ']', '~', '#':
		return `\` + string(r)
	case '_':
		if before, after := chattext.Around(s, i, r); chattext.IsWord(before) && chattext.IsWord(after) {
			return "_" // inside a word it means nothing
		}
		return `\_`
	case '-', '+', '>':
		if line {
			return `\` + string(r)
		}
	case '.':
		if number || www(s[:i]) {
			return `\.`
		}
	case ')':
		if number {
			return `\)`
		}
	case '<': // Mattermost makes @channel of Slack's <!channel>, and a link of <address|text>
		return "&lt;"
	case '&':
		return "&amp;"
	case '$':
		return "&#36;" // formulas
	case '@':
		return at(s, i)
	case ':':
		return colon(s[i:])
	}
	return string(r)
}

// Plain is a text for where Markdown is not read. It mentions nobody either.
func Plain(s string, limit int) string {
	return chattext.Escape(s, limit, func(s string, i int, r rune) string {
		switch r {
		case '@':
			return at(s, i)
		case '<':
			return "<" + chattext.Hidden
		case ':':
			if strings.HasPrefix(s[i:], "://") {
				return ":" + chattext.Hidden
			}
		}
		return string(r)
	})
}

// at keeps an @ from mentioning somebody. Inside a word, as in an address of mail, it
// does not, and the text can be copied as it is.
func at(s string, i int) string {
	if i > 0 && isASCIIWord(s[i-1]) {
		return "@"
	}
	return "@" + chattext.Hidden
}

// colon keeps a : from beginning an emoji, or an address that is fetched for a preview.
func colon(s string) string {
	switch {
	case strings.HasPrefix(s, "://"):
		return ":" + chattext.Hidden
	case emoji.MatchString(s[:min(len(s), 80)]):
		return "&#58;"
	}
	return ":"
}

func www(before string) bool {
	return len(before) >= 3 && strings.EqualFold(before[len(before)-3:], "www")
}

func isASCIIWord(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// Code is a value that people copy, such as a MAC address.
func Code(s string, limit int) string {
	if s == "" || strings.ContainsAny(s, "`<@") {
		return Text(s, limit)
	}
	return "`" + chattext.Line(s, limit-2) + "`"
}

// Bold is a sentence that stands out.
func Bold(s string, limit int) string {
	if s = Text(s, limit-4); s == "" {
		return ""
	}
	return "**" + s + "**"
}
