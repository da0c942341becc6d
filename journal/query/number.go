package query

import (
	"cmp"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"

	"foghorn/journal/event"
)

// inOrder compares by an operator; ":" is equality.
func inOrder[T cmp.Ordered](op string, a, b T) bool {
	switch op {
	case "<":
		return a < b
	case "<=":
		return a <= b
	case ">":
		return a > b
	case ">=":
		return a >= b
	}
	return a == b
}

// sqlOp is the operator in SQL.
func sqlOp(op string) string {
	if op == ":" {
		return "="
	}
	return op
}

// number is a whole number, or a severity by its rank.
type number struct {
	op   string
	n    int64
	name string // how it is written; empty for the digits
}

func (v number) match(c column, s subject) bool { return inOrder(v.op, c.num(s), v.n) }

func (v number) sql(c column, b *builder) {
	b.text(c.name, " ", sqlOp(v.op), " ?").arg(v.n)
}

func (v number) write(w *strings.Builder) {
	if v.name != "" {
		w.WriteString(v.name)
		return
	}
	w.WriteString(strconv.FormatInt(v.n, 10))
}

// fraction is a number of milliseconds, or of percent.
type fraction struct {
	op string
	x  float64
}

func (v fraction) match(c column, s subject) bool { return inOrder(v.op, c.real(s), v.x) }

func (v fraction) sql(c column, b *builder) {
	b.text(c.name, " ", sqlOp(v.op), " ?").arg(v.x)
}

func (v fraction) write(w *strings.Builder) {
	w.WriteString(strconv.FormatFloat(v.x, 'f', -1, 64))
}

var errNumber = errors.New("is not a number")

// parseWhole reads a whole number, of a field that holds ids of events or alerts also
// as a short id.
func parseWhole(f *field, s string) (int64, error) {
	if s != "" && (s[0] == 'a' || s[0] == 'A') && slices.Contains(shortIDFields, f.Name) {
		if id, err := event.ParseID(s); err == nil {
			return id, nil
		}
	}
	return parseNumber(s)
}

// shortIDFields are the fields with ids of events or alerts.
var shortIDFields = []string{"id", "alert_id", "parent_id"}

// parseNumber reads a whole number.
func parseNumber(s string) (int64, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0, errNumber
	}
	return n, nil
}

var byteUnits = map[string]float64{
	"": 1, "b": 1,
	"k": 1 << 10, "kib": 1 << 10, "kb": 1e3,
	"m": 1 << 20, "mib": 1 << 20, "mb": 1e6,
	"g": 1 << 30, "gib": 1 << 30, "gb": 1e9,
}

var milliUnits = map[string]float64{"": 1, "ms": 1, "s": 1000, "m": 60_000}

// bare is for numbers without a unit.
var bare = map[string]float64{"": 1}

// parseUnits reads a decimal number with one of the units behind it.
func parseUnits(s string, units map[string]float64) (float64, error) {
	digits := strings.TrimRight(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
	unit, ok := units[fold(s[len(digits):])]
	if !ok || strings.ContainsAny(digits, "eExXpP_iInN") {
		return 0, errNumber
	}
	x, err := strconv.ParseFloat(digits, 64)
	if err != nil || math.Abs(x*unit) > 1<<53 {
		return 0, errNumber
	}
	return x * unit, nil
}
