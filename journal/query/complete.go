package query

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"foghorn/journal/event"
)

// maxCompletions bounds what Complete offers: more than fits a screen is of no use.
const maxCompletions = 50

// Completion is one proposal: replace input[Start:End] (bytes) by Insert.
type Completion struct {
	Label      string // what to show
	Insert     string // what to put in, quoted where needed
	Start, End int
	Hint       string // what it means
}

// Complete offers fields, states and values for the text before cursor (bytes;
// out of range is moved into it) in a query over t. Values really seen come from
// values(column, prefix), which may be nil; prefix is what was typed of it.
func Complete(input string, cursor int, t Table, values func(field, prefix string) []string) []Completion {
	cursor = max(0, min(cursor, len(input)))
	for cursor > 0 && cursor < len(input) && !utf8.RuneStart(input[cursor]) {
		cursor--
	}
	if int(t) >= tables || len(input) > MaxLength {
		return nil
	}
	start := termStart(input[:cursor])
	s := scanner{in: input[:cursor], pos: start}
	name, op, ok := s.fieldOp()
	if !ok {
		return completeWord(input, start, cursor, t)
	}
	f := byName[fold(name)]
	if f == nil || op == ":~" || op == "=~" || len(f.on[t]) == 0 {
		return nil
	}
	start = itemStart(input[:cursor], s.pos)
	typed := strings.ReplaceAll(input[start:cursor], `"`, "")
	if strings.Contains(typed, "*") {
		return nil
	}
	end := itemEnd(input, start, cursor)
	var list []Completion
	for _, v := range valueOffers(f, op, t, typed, values) {
		if len(list) == maxCompletions {
			break
		}
		if (&scanner{in: v}).checkText() != nil {
			continue
		}
		var w strings.Builder
		literal(v).write(&w, inValue)
		list = append(list, Completion{Label: v, Insert: w.String(), Start: start, End: end, Hint: f.Name})
	}
	return list
}

// termStart returns where the last term of s begins, behind its negations and
// opening parentheses.
func termStart(s string) int {
	start, quoted := 0, false
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case quoted && r == '\\' && i+1 < len(s):
			n++
		case r == '"':
			quoted = !quoted
		case !quoted && unicode.IsSpace(r), i == start && strings.ContainsRune("!-(", r):
			start = i + n
		}
		i += n
	}
	return start
}

// itemStart returns where the last value of a comma list begins.
func itemStart(s string, from int) int {
	start, quoted := from, false
	for i := from; i < len(s); i++ {
		switch {
		case quoted && s[i] == '\\':
			i++
		case s[i] == '"':
			quoted = !quoted
		case s[i] == ',' && !quoted:
			start = i + 1
		}
	}
	return start
}

// itemEnd returns where the value or word around cursor ends.
func itemEnd(s string, start, cursor int) int {
	quoted := strings.Count(s[start:cursor], `"`)%2 == 1
	for i, r := range s[cursor:] {
		switch {
		case quoted && r == '"':
			return cursor + i + 1
		case !quoted && (unicode.IsSpace(r) || r == ',' || r == ')' || r == '"'):
			return cursor + i
		}
	}
	return len(s)
}

// valueOffers lists the values that may follow an operator.
func valueOffers(f *field, op string, t Table, typed string, values func(field, prefix string) []string) []string {
	var all []string
	equal := op == ":" || op == "=" || op == "!="
	switch f.Type {
	case Word, AlertState, Level:
		all = f.Values
	case Age:
		if equal {
			return nil
		}
		all = []string{"5m", "1h", "24h", "7d"}
	case Time:
		if equal {
			return nil
		}
		all = []string{"-5m", "-1h", "-24h", "-7d", "today", "yesterday"}
	case Text, MAC, Status:
		return offerValues(f, t, typed, values)
	}
	low := fold(typed)
	return slices.DeleteFunc(slices.Clone(all), func(v string) bool { return !strings.HasPrefix(v, low) })
}

// offerValues lists values that the columns of f really had. MACs are looked up by
// their digits and shown with colons.
func offerValues(f *field, t Table, typed string, values func(field, prefix string) []string) []string {
	if values == nil {
		return nil
	}
	if f.Type == MAC {
		typed = strings.NewReplacer(":", "", "-", "", ".", "").Replace(fold(typed))
	}
	var all []string
	for _, c := range f.on[t] {
		if c.text == nil {
			continue
		}
		for _, v := range values(c.listedAs(), typed) {
			if f.Type == MAC {
				v = event.MAC(v).String()
			}
			if v != "" && !slices.Contains(all, v) {
				all = append(all, v)
			}
		}
	}
	return all
}

// listedAs is the name under which the values of a column are listed.
func (c column) listedAs() string { return cmp.Or(c.valuesOf, c.name) }

// completeWord offers fields by name and alias, and states.
func completeWord(input string, start, cursor int, t Table) []Completion {
	low := fold(input[start:cursor])
	end := itemEnd(input, start, cursor)
	var list []Completion
	add := func(label, insert, hint string) {
		list = append(list, Completion{Label: label, Insert: insert, Start: start, End: end, Hint: hint})
	}
	for _, f := range catalogue {
		if len(f.on[t]) == 0 {
			continue
		}
		for _, name := range append([]string{f.Name}, f.Aliases...) {
			if strings.HasPrefix(name, low) {
				add(name, name+usualOperator(f.Type), f.Help)
				break
			}
		}
	}
	if t == Alerts {
		for _, s := range event.AlertStates() {
			if strings.HasPrefix(string(s), low) {
				add(string(s), string(s), "state")
			}
		}
	}
	return list
}

// usualOperator is the operator most often wanted with a type.
func usualOperator(t Type) string {
	switch t {
	case Level:
		return ">="
	case Age:
		return "<"
	case Time, Bytes, Millis, Percent, Number:
		return ">"
	}
	return ":"
}
