package teams

import (
	"regexp"

	"foghorn/relay/chattext"
)

// markdown is a text in which nothing acts: none of the Markdown that cards know, no
// mention and no function.
func markdown(s string, limit int) string { return chattext.Escape(s, limit, piece) }

func piece(s string, i int, r rune) string {
	line, number := chattext.Starts(s, i)
	switch r {
	case '\\', '*', '`', '[', ']', '~':
		return `\` + string(r)
	case '_':
		if before, after := chattext.Around(s, i, r); chattext.IsWord(before) && chattext.IsWord(after) {
			return "_" // inside a word it means nothing
		}
		return `\_`
	case '-', '+', '#', '>':
		if line {
			return `\` + string(r)
		}
	case '.', ')':
		if number {
			return `\` + string(r)
		}
	}
	return inert(s, i, r)
}

// tag, entity and function are what cards act on besides Markdown: <at>name</at>, &lt; and
// {{DATE(...)}}.
var (
	tag      = regexp.MustCompile(`^<[/!A-Za-z]`)
	entity   = regexp.MustCompile(`^&#?[0-9A-Za-z]{1,32};`)
	function = regexp.MustCompile(`^\{\{`)
)

func inert(s string, i int, r rune) string {
	if rest := s[i:]; tag.MatchString(rest) || entity.MatchString(rest) || function.MatchString(rest) {
		return string(r) + chattext.Hidden
	}
	return string(r)
}

// plain is a text for where Markdown is not read.
func plain(s string, limit int) string { return chattext.Escape(s, limit, inert) }
