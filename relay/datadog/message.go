package datadog

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"foghorn/internal/safetext"
)

// pairs are the keys and values of an element, in the order of arrival and with the text
// of numbers as it came. A map would lose both (docs/integrations.md, Datadog relay
// format).
type pairs struct {
	list []pair
	at   map[string]int
}

type pair struct {
	key   string
	value value
}

// value is a text, or Python's text of anything else.
type value struct {
	text   string
	quoted bool // it is a string
	nested bool // it is a list or an object, which the message leaves out
}

// pairsOf reads an element; false when it is no object.
func pairsOf(raw []byte) (*pairs, bool) {
	d := jsontext.NewDecoder(bytes.NewReader(raw), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if t, err := d.ReadToken(); err != nil || t.Kind() != '{' {
		return nil, false
	}
	p := &pairs{at: make(map[string]int)}
	for d.PeekKind() == '"' {
		name, err := d.ReadToken()
		if err != nil {
			return nil, false
		}
		key := name.String() // the next read overwrites the token
		v, err := readValue(d)
		if err != nil {
			return nil, false
		}
		p.put(key, v)
	}
	t, err := d.ReadToken()
	return p, err == nil && t.Kind() == '}'
}

func readValue(d *jsontext.Decoder) (value, error) {
	if k := d.PeekKind(); k == '{' || k == '[' {
		return value{nested: true}, d.SkipValue()
	}
	t, err := d.ReadToken()
	if err != nil {
		return value{}, err
	}
	switch t.Kind() {
	case '"':
		return value{text: t.String(), quoted: true}, nil
	case 't':
		return value{text: "True"}, nil
	case 'f':
		return value{text: "False"}, nil
	case 'n':
		return value{text: "None"}, nil
	}
	return value{text: number(t.String())}, nil
}

// put sets a key, in its place if it is there already, as Python's dict does.
func (p *pairs) put(key string, v value) {
	if i, ok := p.at[key]; ok {
		p.list[i].value = v
		return
	}
	p.at[key] = len(p.list)
	p.list = append(p.list, pair{key, v})
}

func (p *pairs) set(key, text string) { p.put(key, value{text: text, quoted: true}) }

// site is the text of the tag, and whether the element has the key at all: a site
// without a name is None.
func (p *pairs) site() (string, bool) {
	i, ok := p.at["site_name"]
	if !ok || p.list[i].value.nested {
		return "", false
	}
	return safetext.Clip(p.list[i].value.text, maxTagBytes), true
}

// message is the pairs in one line. Without escape it keeps quotes and line breaks as
// they are, because the reference relay does.
func (p *pairs) message(escape bool) string {
	as := func(s string) string { return s }
	if escape {
		as = escaped
	}
	var b strings.Builder
	for _, pair := range p.list {
		if pair.value.nested {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(as(pair.key))
		b.WriteByte('=')
		if !pair.value.quoted {
			b.WriteString(pair.value.text)
			continue
		}
		b.WriteByte('"')
		b.WriteString(as(pair.value.text))
		b.WriteByte('"')
	}
	return b.String()
}

// escaped makes a text safe between quotes: no quote ends it early, and no line break
// starts another line.
func escaped(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case !safetext.Printable(r):
			if r > math.MaxUint16 {
				fmt.Fprintf(&b, `\U%08x`, r)
				break
			}
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// number is a JSON number as Python prints it once it has read it: whole numbers as they
// came, of any length, and fractions in their shortest form.
func number(text string) string {
	if !strings.ContainsAny(text, ".eE") {
		if text == "-0" {
			return "0"
		}
		return text
	}
	f, _ := strconv.ParseFloat(text, 64) // beyond the range it is infinite, in Python as well
	if math.IsInf(f, 0) {
		return strings.TrimPrefix(strings.ToLower(strconv.FormatFloat(f, 'g', -1, 64)), "+")
	}
	short := strconv.FormatFloat(f, 'e', -1, 64)
	_, exponent, _ := strings.Cut(short, "e")
	if n, err := strconv.Atoi(exponent); err != nil || n < -4 || n >= 16 {
		return short
	}
	whole := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(whole, ".") {
		whole += ".0"
	}
	return whole
}
