package config

import (
	"fmt"
	"time"
)

// Moment is a point in time, written as "2026-12-31T18:00:00Z", or as a date,
// which means the end of that day where foghorn runs. It is empty for none.
type Moment string

// UnmarshalText refuses what is no point in time.
func (m *Moment) UnmarshalText(b []byte) error {
	t := Moment(b)
	if t.Time().IsZero() {
		return fmt.Errorf(`%q is not a date or time; write "2026-12-31" or "2026-12-31T18:00:00Z"`, string(b))
	}
	*m = t
	return nil
}

// Time is the moment, or the zero time when there is none.
func (m Moment) Time() time.Time {
	if day, err := time.ParseInLocation(time.DateOnly, string(m), time.Local); err == nil {
		return day.AddDate(0, 0, 1)
	}
	t, err := time.Parse(time.RFC3339, string(m))
	if err != nil {
		return time.Time{}
	}
	return t
}
