package human

import "time"

// Format is how the screen shows times; the key t cycles through the formats.
type Format uint8

// The formats. The zero value is Relative.
const (
	Relative Format = iota // "3m", see Age
	Local                  // "14:03:07" in the person's zone
	UTC                    // "14:03:07Z"
)

// Next returns the format that follows f: relative, local, UTC and around.
func (f Format) Next() Format { return (f + 1) % (UTC + 1) }

// String names the format.
func (f Format) String() string {
	switch f {
	case Relative:
		return "relative"
	case Local:
		return "local"
	case UTC:
		return "UTC"
	}
	return "?"
}

// Width returns the most cells When needs in this format for times up to 9999
// days away, so that a column keeps its width.
func (f Format) Width() int {
	switch f {
	case Relative:
		return len("in 9999d")
	case Local:
		return len("02 Jan 15:04")
	}
	return len("02 Jan 15:04Z")
}

// When formats t in the format f, relative to now and in the zone of now. Clock
// times include the day if it is not today. A zero time is "-".
func When(t, now time.Time, f Format) string {
	if t.IsZero() {
		return "-"
	}
	if f == Relative {
		return Age(now.Sub(t))
	}
	suffix := ""
	if f == UTC {
		t, now, suffix = t.UTC(), now.UTC(), "Z"
	} else {
		t = t.In(now.Location())
	}
	switch {
	case t.Year() == now.Year() && t.YearDay() == now.YearDay():
		return t.Format("15:04:05") + suffix
	case t.Year() == now.Year():
		return t.Format("02 Jan 15:04") + suffix
	}
	return t.Format("2006-01-02") + suffix
}

// Stamp formats t in full, to the millisecond and with its zone, for the detail of
// one record: "2026-03-01 14:03:07.250 CET". A zero time is "-".
func Stamp(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.Format("2006-01-02 15:04:05.000 MST")
}
