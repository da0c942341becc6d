package chatops

import (
	"errors"
	"strconv"
	"strings"
	"unicode"

	"foghorn/internal/safetext"
)

// maxText is how long the text of a command may be.
const maxText = 4000

var (
	errTooLong = errors.New("the command is too long")
	errQuote   = errors.New(`a quote is not closed; write search "two words"`)
)

// line is what was typed after the command's name.
type line struct {
	word string   // the first one, in lower case; empty for nothing
	args []string // the others; what is in quotes stays together
	// rests are what was typed from each argument to the end, as it was typed.
	rests []string
}

// rest is what was typed from an argument to the end of the line, such as a note. Quotes
// around all of it are taken off.
func (l *line) rest(from int) string {
	switch {
	case from >= len(l.args):
		return ""
	case from == len(l.args)-1:
		return l.args[from]
	}
	return l.rests[from]
}

// closing are the quotes that phones and editors make of " and '.
var closing = map[rune]rune{'"': '"', '\'': '\'', '“': '”', '„': '“', '‘': '’', '«': '»'}

// blanks turns other separators of words into spaces.
var blanks = strings.NewReplacer("\n", " ", "\r", " ", "\t", " ")

// split splits what was typed into words. Words in quotes stay together; a quote within
// a word, as in don't, is a letter.
func split(text string) (line, error) {
	if len(text) > maxText {
		return line{}, errTooLong
	}
	text = strings.TrimSpace(safetext.Line(blanks.Replace(text)))
	var l line
	for at := text; at != ""; {
		l.rests = append(l.rests, at)
		word, rest, err := nextWord(at)
		if err != nil {
			return line{}, err
		}
		l.args, at = append(l.args, word), strings.TrimLeftFunc(rest, unicode.IsSpace)
	}
	if len(l.args) > 0 {
		l.word, l.args, l.rests = strings.ToLower(l.args[0]), l.args[1:], l.rests[1:]
	}
	return l, nil
}

// nextWord takes the first word off a text.
func nextWord(s string) (word, rest string, err error) {
	first, size := firstRune(s)
	if end, quoted := closing[first]; quoted {
		inside := s[size:]
		for i, r := range inside {
			if r == end || first == '“' && r == '“' || first == '„' && r == '”' {
				return inside[:i], inside[i+len(string(r)):], nil
			}
		}
		if first != '\'' && first != '‘' {
			return "", "", errQuote
		}
	}
	if i := strings.IndexFunc(s, unicode.IsSpace); i >= 0 {
		return s[:i], s[i:], nil
	}
	return s, "", nil
}

func firstRune(s string) (rune, int) {
	for _, r := range s {
		return r, len(string(r))
	}
	return 0, 0
}

// tomlText writes a text of a chat as a TOML string.
func tomlText(s string) string { return strconv.Quote(safetext.Clip(safetext.Line(s), 128)) }

// suggestedName is a user's name in the chat as the name of a person.
func suggestedName(name string) string {
	name = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '.' || r == '-' || r == '_' {
			return r
		}
		return -1
	}, strings.ToLower(name))
	if name == "" {
		return "first.last"
	}
	return safetext.Clip(name, 64)
}
