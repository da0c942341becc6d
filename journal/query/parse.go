package query

import (
	"regexp"
	"regexp/syntax"
	"strings"
	"unicode"
)

// Parse reads a query. The empty text is the query that matches everything. An
// error is always an *Error.
func Parse(s string) (*Query, error) {
	return parse(parser{scanner: scanner{in: s}})
}

// ParseFor is Parse for a query that is kept and runs over one table only. A field
// that its rows do not have is a mistake there: the term would never match.
func ParseFor(t Table, s string) (*Query, error) {
	return parse(parser{scanner: scanner{in: s}, only: Fields(t), table: t})
}

func parse(p parser) (*Query, error) {
	root, err := p.query()
	if err != nil {
		return nil, err
	}
	return &Query{root: root}, nil
}

// Regexp compiles a regular expression the way the operator :~ does: RE2
// syntax, ignoring case, at most MaxRegexp bytes. The store's SQL function
// regexp(pattern, value) must use it, so that memory and SQL agree.
func Regexp(pattern string) (*regexp.Regexp, error) {
	if len(pattern) > MaxRegexp {
		return nil, &Error{Column: 1, Msg: "the regular expression is too long"}
	}
	return regexp.Compile("(?i)" + pattern)
}

// parser builds the nodes.
type parser struct {
	scanner
	depth   int
	terms   int
	negated int          // negations around what is read now
	equal   []equalValue // the plain texts that rows have to equal
	table   Table        // with only: the table it is for
	only    []Field      // the fields it may name; nil for all
}

func (p *parser) query() (node, *Error) {
	if err := p.checkText(); err != nil {
		return nil, err
	}
	p.skipSpace()
	if p.pos == len(p.in) {
		return nil, nil
	}
	n, err := p.either()
	if err != nil {
		return nil, err
	}
	if p.pos < len(p.in) {
		return nil, p.problem(p.pos, "", "there is no ( for this )")
	}
	return n, nil
}

// either reads alternatives: parts joined by "or".
func (p *parser) either() (node, *Error) {
	var nodes []node
	for {
		n, err := p.both()
		if err != nil {
			return nil, err
		}
		nodes = append(nodes, n)
		if !p.keyword("or") {
			return newOr(nodes), nil
		}
	}
}

// both reads terms joined by space, up to "or", a closing parenthesis or the end.
func (p *parser) both() (node, *Error) {
	var nodes []node
	joined := -1 // position of an "and" whose right side is still missing
	for {
		p.skipSpace()
		start := p.pos
		if p.pos == len(p.in) || p.in[p.pos] == ')' || p.keyword("or") {
			p.pos = start
			if joined >= 0 {
				return nil, p.problem(joined, "", `nothing follows this "and"; quote it to search for the word`)
			}
			if len(nodes) == 0 {
				return nil, p.missing(start)
			}
			return newAnd(nodes), nil
		}
		if p.keyword("and") {
			if len(nodes) == 0 || joined >= 0 {
				return nil, p.problem(start, "", `nothing stands before this "and"; quote it to search for the word`)
			}
			joined = start
			continue
		}
		n, err := p.one()
		if err != nil {
			return nil, err
		}
		nodes, joined = append(nodes, n), -1
	}
}

// missing says what is wrong when a term should be at pos and is not.
func (p *parser) missing(pos int) *Error {
	switch {
	case pos < len(p.in) && p.in[pos] != ')':
		return p.problem(pos, "", `nothing stands before this "or"; quote it to search for the word`)
	case pos < len(p.in) && p.depth == 0:
		return p.problem(pos, "", "there is no ( for this )")
	}
	return p.problem(pos, "", "a term is missing here")
}

// one reads a negation, a group or a term.
func (p *parser) one() (node, *Error) {
	start := p.pos
	negated := p.in[p.pos] == '!' || p.in[p.pos] == '-'
	if !negated && p.in[p.pos] != '(' {
		return p.term()
	}
	if p.depth++; p.depth > MaxDepth {
		return nil, p.problem(start, "", "nested too deep; %d levels are the most", MaxDepth)
	}
	defer func() { p.depth-- }()
	p.pos++
	if negated {
		p.negated++
		defer func() { p.negated-- }()
		if r, n := p.rune(); n == 0 || r == ')' || unicode.IsSpace(r) {
			return nil, p.problem(start, "", "nothing follows this %c; quote it to search for it", p.in[start])
		}
		n, err := p.one()
		if err != nil {
			return nil, err
		}
		return not{n}, nil
	}
	n, err := p.either()
	if err != nil {
		return nil, err
	}
	if !p.take(')') {
		return nil, p.problem(start, "", "this ( is never closed")
	}
	return n, nil
}

// count books one more term.
func (p *parser) count(pos int) *Error {
	if p.terms++; p.terms > MaxTerms {
		return p.problem(pos, "", "too many terms; %d are the most", MaxTerms)
	}
	return nil
}

// term reads a field with its values, or a word.
func (p *parser) term() (node, *Error) {
	start := p.pos
	if name, op, ok := p.fieldOp(); ok {
		f := byName[fold(name)]
		if f != nil && p.only != nil && len(f.on[p.table]) == 0 {
			return nil, p.problem(start, Nearest(name, namesOf(p.only)), "%s have no field %q", p.table, name)
		}
		if f != nil {
			return p.fieldTerm(f, op)
		}
		p.pos = start
		pat, quoted, err := p.pattern(false)
		if err != nil {
			return nil, err
		}
		if quoted || !pat.plain() || macPart(pat.lits[0]) == "" {
			return nil, p.problem(start, Nearest(name, p.names()), "no field %q", name)
		}
		return newWord(pat, false), p.count(start)
	}
	pat, quoted, err := p.pattern(false)
	if err != nil {
		return nil, err
	}
	if err := p.count(start); err != nil {
		return nil, err
	}
	return newWord(pat, quoted), nil
}

// names are the names of fields that the query may use.
func (p *parser) names() []string {
	if p.only != nil {
		return namesOf(p.only)
	}
	return fieldNames()
}

// fieldTerm reads the values of a field.
func (p *parser) fieldTerm(f *field, op string) (node, *Error) {
	negated := op == "!="
	switch op {
	case "=", "!=":
		op = ":"
	case "=~":
		op = ":~"
	}
	t := term{f: f, op: op}
	for {
		start := p.pos
		if err := p.count(start); err != nil {
			return nil, err
		}
		v, err := p.value(f, op)
		if err != nil {
			return nil, err
		}
		t.vals = append(t.vals, v)
		if e, ok := v.(equals); ok && e.plain() && !negated && p.negated == 0 {
			p.equal = append(p.equal, equalValue{f, e.lits[0], start, p.pos})
		}
		if op != ":" || !p.take(',') {
			break
		}
	}
	if negated {
		return not{t}, nil
	}
	return t, nil
}

// regexpValue reads the regular expression behind :~.
func (p *parser) regexpValue(f *field) (value, *Error) {
	start := p.pos
	if f.Type != Text && f.Type != Word && f.Type != MAC {
		return nil, p.problem(start, "", "%s takes a %s, not a regular expression", f.Name, f.Type)
	}
	src, err := p.regexp()
	if err != nil {
		return nil, err
	}
	if src == "" {
		return nil, p.problem(start, "", "%s:~ needs a regular expression", f.Name)
	}
	if len(src) > MaxRegexp {
		return nil, p.problem(start, "", "the regular expression has %d bytes; %d is the most", len(src), MaxRegexp)
	}
	if _, err := syntax.Parse(src, syntax.Perl|syntax.FoldCase); err != nil {
		return nil, p.problem(start, "", "%s", strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	}
	re, bad := Regexp(src)
	if bad != nil {
		return nil, p.problem(start, "", "the regular expression is too large")
	}
	return matches{src: src, re: re}, nil
}
