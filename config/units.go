package config

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Duration is a length of time, written as "90s", "1h30m", "30d" or "2w", or as
// "forever", which is 0.
type Duration time.Duration

var durationUnits = []struct {
	name string
	d    time.Duration
}{
	{"w", 7 * 24 * time.Hour}, {"d", 24 * time.Hour}, {"h", time.Hour}, {"m", time.Minute}, {"s", time.Second}, {"ms", time.Millisecond},
}

const maxDuration = 36500 * 24 * time.Hour

// UnmarshalText reads a duration of at most a hundred years: whole numbers with
// the units w, d, h, m, s or ms.
func (d *Duration) UnmarshalText(b []byte) error {
	s := string(b)
	bad := fmt.Errorf(`%q is not a duration; write "90s", "15m", "6h", "30d" or "forever"`, s)
	if s == "forever" {
		*d = 0
		return nil
	}
	var sum time.Duration
	rest := s
	for rest != "" {
		digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
		n, err := strconv.ParseInt(rest[:digits], 10, 64)
		if err != nil {
			return bad
		}
		rest = rest[digits:]
		name := rest[:len(rest)-len(strings.TrimLeft(rest, "wdhms"))]
		unit := unitNamed(name)
		if unit == 0 || n > int64(maxDuration/unit) {
			return bad
		}
		rest = rest[len(name):]
		if sum += time.Duration(n) * unit; sum > maxDuration {
			return bad
		}
	}
	if sum == 0 {
		return bad
	}
	*d = Duration(sum)
	return nil
}

func unitNamed(name string) time.Duration {
	for _, u := range durationUnits {
		if u.name == name {
			return u.d
		}
	}
	return 0
}

// String returns a form UnmarshalText reads, in days and below.
func (d Duration) String() string {
	if d <= 0 {
		return "forever"
	}
	var w strings.Builder
	rest := time.Duration(d)
	for _, u := range durationUnits[1:] {
		if n := rest / u.d; n > 0 {
			fmt.Fprintf(&w, "%d%s", n, u.name)
			rest -= n * u.d
		}
	}
	return w.String()
}

// MarshalText prints the form UnmarshalText reads.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// Size is a number of bytes, written as "8MiB", "512KiB", "100MB" or "4096", or
// as "unlimited", which is 0.
type Size int64

var sizeUnits = []struct {
	name  string
	bytes int64
}{
	{"TiB", 1 << 40}, {"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10},
	{"TB", 1e12}, {"GB", 1e9}, {"MB", 1e6}, {"kB", 1e3}, {"KB", 1e3}, {"B", 1}, {"", 1},
}

// UnmarshalText reads a size.
func (s *Size) UnmarshalText(b []byte) error {
	text := string(b)
	bad := fmt.Errorf(`%q is not a size; write "8MiB", "512KiB", "2GB" or "unlimited"`, text)
	if text == "unlimited" {
		*s = 0
		return nil
	}
	digits := len(text) - len(strings.TrimLeft(text, "0123456789"))
	n, err := strconv.ParseInt(text[:digits], 10, 64)
	if err != nil || n == 0 {
		return bad
	}
	for _, u := range sizeUnits {
		if u.name == text[digits:] {
			if n > math.MaxInt64/u.bytes {
				return bad
			}
			*s = Size(n * u.bytes)
			return nil
		}
	}
	return bad
}

// String returns the shortest exact form UnmarshalText reads.
func (s Size) String() string {
	if s <= 0 {
		return "unlimited"
	}
	for _, u := range sizeUnits {
		if int64(s)%u.bytes == 0 && u.bytes > 1 {
			return fmt.Sprintf("%d%s", int64(s)/u.bytes, u.name)
		}
	}
	return fmt.Sprintf("%dB", int64(s))
}

// MarshalText prints the form UnmarshalText reads.
func (s Size) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
