// Package mask replaces configured secrets in text from outside: anyone who knows
// or guesses a secret may post it, and the cloud repeats values that it refuses.
//
// Callers may rely on this: a secret of a Set becomes [Mark], whether it appears
// whole, with JSON escapes, or cut off at either end of the text with at least 8
// characters left. JSON stays JSON: only the inside of its strings changes. Secrets
// under 6 characters are not looked for, because they would match by chance in any
// text; those under 16 match only as whole words. A nil Set changes nothing.
package mask

import (
	"bytes"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// Mark replaces a secret.
const Mark = "<secret>"

const (
	shortest = 6  // below, a secret is not looked for
	anywhere = 16 // from here on, also inside a word
	cutOff   = 8  // how much of a secret at the edge of a text is still one
)

// Set holds the secrets to look for. It is immutable.
type Set struct {
	texts []string // longest first, so that a short one cannot split a long one
	names *Set     // those looked for in JSON member names, where a short word is not a secret
	grams *grams   // rules out quickly most bodies that hold none
}

// New makes a Set of secrets and their URL-encoded forms.
func New(secrets ...string) *Set {
	s := &Set{}
	add := func(text string) {
		if len(text) >= shortest && !slices.Contains(s.texts, text) {
			s.texts = append(s.texts, text)
		}
	}
	for _, text := range secrets {
		text = strings.TrimSpace(text) // whatever passes it on may trim it
		add(text)
		add(url.QueryEscape(text))
		add(url.PathEscape(text))
	}
	slices.SortStableFunc(s.texts, func(a, b string) int { return len(b) - len(a) })
	if len(s.texts) == 0 {
		return nil
	}
	if long, _ := slices.BinarySearchFunc(s.texts, anywhere-1, func(text string, n int) int { return n - len(text) }); long > 0 {
		s.names = &Set{texts: s.texts[:long]}
	}
	s.grams = newGrams(s.texts)
	return s
}

// Text returns text with its secrets masked.
func (s *Set) Text(text string) string {
	if s == nil || text == "" {
		return text
	}
	for _, secret := range s.texts {
		text = replace(text, secret)
	}
	for _, secret := range s.texts {
		text = edges(text, secret)
	}
	return text
}

// replace masks one secret wherever it appears whole.
func replace(text, secret string) string {
	at := next(text, secret, 0)
	if at < 0 {
		return text
	}
	var b strings.Builder
	from := 0
	for ; at >= 0; at = next(text, secret, from) {
		b.WriteString(text[from:at] + Mark)
		from = at + len(secret)
	}
	b.WriteString(text[from:])
	return b.String()
}

// next finds the next place where a secret counts as one.
func next(text, secret string, from int) int {
	for {
		i := strings.Index(text[from:], secret)
		if i < 0 {
			return -1
		}
		at := from + i
		if len(secret) >= anywhere || !wordAt(text, at-1) && !wordAt(text, at+len(secret)) {
			return at
		}
		from = at + 1
	}
}

// wordAt reports whether the byte at i belongs to a word.
func wordAt(text string, i int) bool {
	if i < 0 || i >= len(text) {
		return false
	}
	c := text[i]
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= utf8.RuneSelf
}

// edges masks what is left of a secret where the text was cut.
func edges(text, secret string) string {
	end := strings.TrimRight(text, ".…")
	for n := min(len(secret)-1, len(end)); n >= cutOff; n-- {
		if strings.HasSuffix(end, secret[:n]) {
			text = end[:len(end)-n] + Mark + text[len(end):]
			break
		}
	}
	start := strings.TrimLeft(text, ".…")
	for n := min(len(secret)-1, len(start)); n >= cutOff; n-- {
		if strings.HasPrefix(start, secret[len(secret)-n:]) {
			return text[:len(text)-len(start)] + Mark + start[n:]
		}
	}
	return text
}

// Body returns a body with its secrets masked, and body itself if it has none.
func (s *Set) Body(body []byte) []byte {
	if s == nil || len(body) == 0 || !s.grams.suspect(body) {
		return body
	}
	if !isJSON(body) {
		return []byte(s.Text(string(body)))
	}
	var b bytes.Buffer
	from := 0
	for start, end := range quoted(body) {
		inner := body[start:end]
		plain := string(inner)
		if bytes.IndexByte(inner, '\\') >= 0 {
			plain = unquote(inner)
		}
		looked := s
		if rest := bytes.TrimLeft(body[min(end+1, len(body)):], " \t\r\n"); len(rest) > 0 && rest[0] == ':' {
			looked = s.names
		}
		masked := looked.Text(plain)
		if masked == plain {
			continue
		}
		b.Write(body[from:start])
		text, _ := jsontext.AppendQuote(nil, masked)
		b.Write(text[1 : len(text)-1])
		from = end
	}
	if from == 0 {
		return body
	}
	b.Write(body[from:])
	return b.Bytes()
}

func isJSON(body []byte) bool {
	body = bytes.TrimLeft(body, " \t\r\n\ufeff")
	return len(body) > 0 && (body[0] == '{' || body[0] == '[' || body[0] == '"')
}

// quoted gives the inside of each JSON text of a body; the last may have no end.
func quoted(body []byte) func(yield func(start, end int) bool) {
	return func(yield func(start, end int) bool) {
		for i := 0; i < len(body); i++ {
			if body[i] != '"' {
				continue
			}
			start := i + 1
			for i = start; i < len(body) && body[i] != '"'; i++ {
				if body[i] == '\\' {
					i++
				}
			}
			if !yield(start, min(i, len(body))) {
				return
			}
		}
	}
}

// unquote undoes the escapes of the inside of a JSON text.
func unquote(inner []byte) string {
	text := append(append([]byte{'"'}, inner...), '"')
	out, _ := jsontext.AppendUnquote(nil, text) // what cannot be undone is replaced in out
	return string(out)
}

// Locate returns where in a body each secret stands once, so that a reader who
// knows none of them can mask the body as FromBody does.
func (s *Set) Locate(body []byte) [][2]int {
	if s == nil || !s.grams.suspect(body) {
		return nil
	}
	var out [][2]int
	text := string(body)
	for _, secret := range s.texts {
		if at := next(text, secret, 0); at >= 0 {
			out = append(out, [2]int{at, at + len(secret)})
		} else if start, end, ok := locateEscaped(body, secret); ok {
			out = append(out, [2]int{start, end})
		}
	}
	return out
}

// locateEscaped finds a secret that is written with escapes of JSON.
func locateEscaped(body []byte, secret string) (from, to int, ok bool) {
	for start, end := range quoted(body) {
		inner := body[start:end]
		if bytes.IndexByte(inner, '\\') < 0 || next(unquote(inner), secret, 0) < 0 {
			continue
		}
		for i := 0; i < len(inner); i = after(inner, i) {
			for j := i; j < len(inner) && j-i < 12*len(secret); {
				j = after(inner, j)
				if text := unquote(inner[i:j]); text == secret {
					return start + i, start + j, true
				} else if !strings.HasPrefix(secret, text) {
					break
				}
			}
		}
	}
	return 0, 0, false
}

// after is where the character at i of a JSON text ends; surrogates stay together.
func after(inner []byte, i int) int {
	switch {
	case inner[i] != '\\':
		_, size := utf8.DecodeRune(inner[i:])
		return i + size
	case i+1 < len(inner) && inner[i+1] == 'u':
		if i+7 < len(inner) && inner[i+6] == '\\' && inner[i+2]|0x20 == 'd' && strings.IndexByte("89abAB", inner[i+3]) >= 0 {
			return min(i+12, len(inner))
		}
		return min(i+6, len(inner))
	}
	return min(i+2, len(inner))
}

// FromBody is the Set of the secrets that Locate found in this body.
func FromBody(body []byte, places [][2]int) *Set {
	var secrets []string
	for _, p := range places {
		if p[0] >= 0 && p[0] < p[1] && p[1] <= len(body) {
			secrets = append(secrets, unquote(body[p[0]:p[1]]))
		}
	}
	return New(secrets...)
}
