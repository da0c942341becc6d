// Package slacktext prepares text from outside for Slack: escaped, cut or split to its
// limits, and shown letter by letter.
//
// Callers may rely on this: no text that went through here pings anybody or links
// anywhere, an escape is never cut in two, and the work is bounded by the limits, or by
// the length of a text that is split.
package slacktext

import (
	"net/url"
	"regexp"
	"strings"
	"unicode/utf16"

	"foghorn/internal/safetext"
)

// clip bounds the texts that become a line.
const clip = 16 << 10

// Ellipsis ends what was cut.
const Ellipsis = "…"

// Fit makes a text from outside safe for Slack, and cuts it, with an ellipsis, to so many
// characters and so many bytes of JSON. It escapes <, > and &, which is what keeps a
// device's name from pinging a channel, and never cuts an escape in two. Characters
// count as UTF-16 does, which is the most that Slack may count.
func Fit(text string, characters, bytes int) string {
	// No character has more than four bytes: what is cut off here would not be shown.
	text = safetext.Text(safetext.Clip(strings.TrimSpace(text), 4*(max(0, characters)+1)))
	var b strings.Builder
	var used, size int
	whole, last := true, 0 // last is where b still has room for the ellipsis
	for _, r := range text {
		piece, n, cost := escaped(r)
		if used+n > characters || size+cost > bytes {
			whole = false
			break
		}
		b.WriteString(piece)
		if used, size = used+n, size+cost; used+1 <= characters && size+len(Ellipsis) <= bytes {
			last = b.Len()
		}
	}
	if whole {
		return b.String()
	}
	if characters < 1 || bytes < len(Ellipsis) {
		return ""
	}
	return strings.TrimRight(b.String()[:last], " \n") + Ellipsis
}

// escaped is a character as Slack takes it: how many characters that counts, and how
// many bytes of JSON it has.
func escaped(r rune) (piece string, characters, bytes int) {
	switch r {
	case '<':
		piece = "&lt;"
	case '>':
		piece = "&gt;"
	case '&':
		piece = "&amp;"
	case '"', '\\', '\n':
		return string(r), 1, 2
	default:
		piece = string(r)
		return piece, utf16.RuneLen(r), len(piece)
	}
	return piece, len(piece), len(piece)
}

// Line is Fit for a text of one line.
func Line(text string, characters, bytes int) string {
	return Fit(strings.Join(strings.Fields(safetext.Clip(text, clip)), " "), characters, bytes)
}

var (
	// formats matches what mrkdwn takes for formatting, and drops.
	formats = regexp.MustCompile("[*~`]|(^|[^A-Za-z0-9])_|_($|[^A-Za-z0-9])")
	emoji   = regexp.MustCompile(`^[A-Za-z0-9_+'-]+$`)
	// pair matches what stands between the colons of times and of MAC addresses. Of these
	// only :ab: is an emoji.
	pair = regexp.MustCompile(`^([0-9]|[0-9a-fA-F]{2})$`)
)

// Marked reports whether mrkdwn would show a text otherwise than letter by letter.
func Marked(text string) bool {
	if formats.MatchString(text) {
		return true
	}
	names := strings.Split(text, ":")
	for i := 1; i < len(names)-1; i++ {
		if name := names[i]; emoji.MatchString(name) && (!pair.MatchString(name) || name == "ab") {
			return true
		}
	}
	return false
}

// Link is an address as mrkdwn wants it; empty when it is none.
func Link(address, label string) string {
	u, err := url.Parse(safetext.Clip(address, 2000))
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || len(address) > 2000 {
		return ""
	}
	safe := strings.NewReplacer("&", "&amp;", "<", "%3C", ">", "%3E", "|", "%7C").Replace(u.String())
	return "<" + safe + "|" + label + ">"
}

// JSONLen is how long a text that was escaped is in JSON.
func JSONLen(s string) int {
	return len(s) + strings.Count(s, `"`) + strings.Count(s, `\`) + strings.Count(s, "\n")
}
