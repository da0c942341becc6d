package sql

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"foghorn/internal/safetext"
	"foghorn/relay"
)

// Limits of values.
const (
	maxName  = 255    // runes of a name, as MySQL's columns have them
	maxProse = 16_384 // runes of a text
	maxRaw   = 1 << 20
	maxDepth = 24  // of JSON: MariaDB takes 32, MySQL 100
	maxDigit = 300 // of a number in JSON: MySQL reads numbers as floats of 64 bits
	maxKey   = 1 << 14
)

// cell makes a value fit its column in every database: what is bound is nil, a string,
// an int64, a bool or bytes. zone is what the database wants behind a moment.
func cell(c *column, v any, zone string) any {
	switch v := v.(type) {
	case nil:
		return nil
	case bool:
		return v
	case []byte:
		return v
	case json.RawMessage:
		return jsonCell(v)
	case int:
		return numberCell(c, int64(v))
	case int64:
		return numberCell(c, v)
	case *time.Time:
		if v == nil {
			return nil
		}
		return timeCell(c, *v, zone)
	case time.Time:
		return timeCell(c, v, zone)
	case string:
		return textCell(c, v)
	}
	panic(fmt.Sprintf("column %s: %T is no value", c.name, v))
}

func numberCell(c *column, v int64) any {
	if c.optional && v == 0 {
		return nil
	}
	if c.kind == smallNumber {
		return max(math.MinInt32, min(v, math.MaxInt32))
	}
	return v
}

// textCell shows what no database or terminal takes (NUL, other controls, invalid
// UTF-8) as escapes, and bounds it.
func textCell(c *column, s string) any {
	switch {
	case s == "" && c.optional:
		return nil
	case c.kind == proseText:
		return relay.Cut(safetext.Text(safetext.Clip(s, 4*maxProse+4)), maxProse)
	}
	return relay.Cut(safetext.Line(safetext.Clip(s, 4*maxName+4)), maxName)
}

// The times that all databases can hold.
var (
	firstTime = time.Date(1000, 1, 1, 0, 0, 0, 0, time.UTC)
	lastTime  = time.Date(9999, 12, 31, 23, 59, 59, 999e6, time.UTC)
)

// timeCell is a time as text, in UTC, so that neither a driver nor a session's zone
// moves it. Milliseconds are cut and not rounded.
func timeCell(c *column, t time.Time, zone string) any {
	if t.IsZero() && c.optional {
		return nil
	}
	t = t.UTC()
	if t.Before(firstTime) {
		t = firstTime
	}
	if t.After(lastTime) {
		t = lastTime
	}
	switch c.kind {
	case day:
		return t.Format(time.DateOnly)
	case clock:
		return t.Format("15:04:05.000")
	}
	return t.Format("2006-01-02 15:04:05.000") + zone
}

// jsonCell is an element as it came, or in a wrapping where some database refuses it.
func jsonCell(raw json.RawMessage) any {
	switch {
	case len(raw) == 0:
		return nil
	case len(raw) > maxRaw:
		return fmt.Sprintf(`{"foghorn":"left out, because it is larger than 1 MiB","bytes":%d}`, len(raw))
	case plainJSON(raw):
		return string(raw)
	}
	text, err := relay.Compact(map[string]string{"foghorn": "kept as text, because databases do not take it as JSON",
		"text": strings.ToValidUTF8(strings.ReplaceAll(string(raw), "\x00", "\uFFFD"), "\uFFFD")})
	if err != nil {
		return nil // a map of two strings has no such error
	}
	return string(text)
}

// plainJSON reports whether PostgreSQL's jsonb, MySQL and MariaDB take the JSON: valid in
// the strict sense (UTF-8, whole surrogate pairs), no NUL in a text, and numbers and
// depths within their limits.
func plainJSON(raw []byte) bool {
	d := jsontext.NewDecoder(bytes.NewReader(raw), jsontext.AllowDuplicateNames(true))
	for {
		t, err := d.ReadToken()
		if err != nil || d.StackDepth() > maxDepth {
			return false
		}
		switch t.Kind() {
		case '"':
			if s := t.String(); strings.IndexByte(s, 0) >= 0 || len(s) > maxKey && isKey(d) {
				return false
			}
		case '0':
			if !plainNumber(t.String()) {
				return false
			}
		}
		if d.StackDepth() == 0 {
			return len(bytes.TrimSpace(raw[d.InputOffset():])) == 0
		}
	}
}

// isKey reports whether the text that was read last is the name of a member.
func isKey(d *jsontext.Decoder) bool {
	k, n := d.StackIndex(d.StackDepth())
	return k == '{' && n%2 == 1
}

func plainNumber(s string) bool {
	if len(s) > maxDigit {
		return false
	}
	i := strings.IndexAny(s, "eE")
	if i < 0 {
		return true
	}
	e, err := strconv.Atoi(strings.TrimPrefix(s[i+1:], "+"))
	return err == nil && e > -maxDigit && e+i <= maxDigit
}
