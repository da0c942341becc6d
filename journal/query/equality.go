package query

import "strings"

// Equality is a text that a query asks for as the whole value of a field, and its
// place in the query.
type Equality struct {
	Field      string
	Columns    []string // under which values of the field are listed
	Value      string
	Start, End int // bytes of the query
}

// equalValue is an equality of no certain table.
type equalValue struct {
	f          *field
	value      string
	start, end int
}

// Equalities returns the texts that a query over t asks for, negated ones left out.
// Of a text that does not parse there are none.
func Equalities(text string, t Table) []Equality {
	p := parser{scanner: scanner{in: text}}
	if _, err := p.query(); err != nil || int(t) >= tables {
		return nil
	}
	var out []Equality
	for _, v := range p.equal {
		e := Equality{Field: v.f.Name, Value: v.value, Start: v.start, End: v.end}
		for _, c := range v.f.on[t] {
			if c.text != nil {
				e.Columns = append(e.Columns, c.listedAs())
			}
		}
		if v.value != "" && len(e.Columns) > 0 {
			out = append(out, e)
		}
	}
	return out
}

// Replaced returns the text before and behind the cursor once the value is another
// one, or a glob when it has stars at its ends.
func (e Equality) Replaced(text, value string) (before, after string) {
	var w strings.Builder
	newPattern(strings.Split(value, "*")).write(&w, inValue)
	return text[:e.Start] + w.String(), text[e.End:]
}
