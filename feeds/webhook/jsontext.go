package webhook

import (
	"encoding/json"
	"fmt"
	"iter"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
)

// maxNumberKeys bounds the keys whose numbers are written in their own way: each
// doubles the work.
const maxNumberKeys = 6

func keepText(quoted []byte) []byte             { return quoted }
func keepNumber(_ string, number []byte) []byte { return number }

// textStyles are how serializers write texts: as they are (JavaScript), in ASCII
// (Python), with \/ too (PHP), with \u003c for < (Go), and in upper case (.NET).
var textStyles = []func([]byte) []byte{
	escaping(func(r rune) bool { return false }, "", false),
	escaping(func(r rune) bool { return r > '~'+1 }, "", false),
	escaping(func(r rune) bool { return r > '~'+1 }, "/", false),
	escaping(func(r rune) bool { return false }, "/", false),
	escaping(func(r rune) bool { return strings.ContainsRune("<>&\u2028\u2029", r) }, "", false),
	escaping(func(r rune) bool { return r > '~' || strings.ContainsRune(`<>&'+`+"`", r) }, "", true),
}

// escaping writes texts with \u for some characters and a backslash before others.
func escaping(unicode func(rune) bool, slashed string, upper bool) func([]byte) []byte {
	format := `\u%04x`
	if upper {
		format = `\u%04X`
	}
	short := map[rune]string{'"': `\"`, '\\': `\\`, '\b': `\b`, '\f': `\f`, '\n': `\n`, '\r': `\r`, '\t': `\t`}
	return func(quoted []byte) []byte {
		var text string
		if json.Unmarshal(quoted, &text) != nil {
			return quoted
		}
		b := []byte{'"'}
		for _, r := range text {
			switch s := short[r]; {
			case s != "":
				b = append(b, s...)
			case strings.ContainsRune(slashed, r):
				b = append(b, '\\', byte(r))
			case r < ' ' || unicode(r):
				for _, u := range utf16.Encode([]rune{r}) {
					b = fmt.Appendf(b, format, u)
				}
			default:
				b = append(b, string(r)...)
			}
		}
		return append(b, '"')
	}
}

// number writes a number, or returns nil where its way is no other.
type number func(v float64) []byte

// notations are how a number may have been written: as a whole one, with a
// fraction as Python and Java write floats, and with an exponent.
var notations = []number{
	func(v float64) []byte { return strconv.AppendFloat(nil, v, 'f', -1, 64) },
	func(v float64) []byte {
		b := strconv.AppendFloat(nil, v, 'f', -1, 64)
		if v == math.Trunc(v) {
			b = append(b, ".0"...)
		}
		return b
	},
	func(v float64) []byte { return exponent(v, "e", false) },
	func(v float64) []byte { return strconv.AppendFloat(nil, v, 'e', -1, 64) },
	func(v float64) []byte { return exponent(v, "E", false) },
	func(v float64) []byte { return exponent(v, "E", true) },
}

// exponent writes 1e3, or 1.0E3 as Java does.
func exponent(v float64, e string, fraction bool) []byte {
	mantissa, power, _ := strings.Cut(strconv.FormatFloat(v, 'e', -1, 64), "e")
	n, _ := strconv.Atoi(power) // FormatFloat wrote it
	if fraction && !strings.Contains(mantissa, ".") {
		mantissa += ".0"
	}
	return []byte(mantissa + e + strconv.Itoa(n))
}

// numberStyles yields ways to write numbers: as they came, all in one notation, then those
// under some keys only, since a serializer writes a float and an integer each in
// its own way.
func numberStyles(keys []string) iter.Seq[func(string, []byte) []byte] {
	return func(yield func(func(string, []byte) []byte) bool) {
		if !yield(keepNumber) {
			return
		}
		for _, as := range notations {
			if !yield(only(nil, as)) {
				return
			}
		}
		if len(keys) > maxNumberKeys {
			return
		}
		for _, as := range notations[:4] {
			for set := 1; set < 1<<len(keys)-1; set++ {
				var some []string
				for i, k := range keys {
					if set&(1<<i) != 0 {
						some = append(some, k)
					}
				}
				if !yield(only(some, as)) {
					return
				}
			}
		}
	}
}

// only writes the numbers under some keys in a notation, all when some is nil.
// Numbers that a float cannot hold stay as they came.
func only(some []string, as number) func(string, []byte) []byte {
	return func(key string, n []byte) []byte {
		if some != nil && !slices.Contains(some, key) {
			return n
		}
		v, err := strconv.ParseFloat(string(n), 64)
		if err != nil || math.Abs(v) >= 1<<53 {
			return n
		}
		return as(v)
	}
}
