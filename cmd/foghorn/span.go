package main

import (
	"fmt"
	"strconv"
	"time"

	"github.com/spf13/pflag"

	"foghorn/journal/query"
)

// spanFlags are the flags of commands that look at a span of time.
type spanFlags struct{ since, until string }

func (f *spanFlags) add(flags *pflag.FlagSet) {
	flags.StringVar(&f.since, "since", "", "only from this `time` on, such as 2h (ago), 13:00, 'yesterday 18:00', 2026-11-23 or RFC 3339")
	flags.StringVar(&f.until, "until", "", "only before this `time`, written as for --since")
}

// times returns where the span begins and ends; zero where no flag says so.
func (f *spanFlags) times(now time.Time) (from, to time.Time, err error) {
	if from, err = flagTime("since", f.since, now); err != nil {
		return from, to, err
	}
	if to, err = flagTime("until", f.until, now); err != nil {
		return from, to, err
	}
	if !to.IsZero() && to.Before(from) {
		return from, to, usageError(fmt.Errorf("--since %s (%s) is after --until %s (%s)", f.since, plainTime(from), f.until, plainTime(to)))
	}
	return from, to, nil
}

func plainTime(t time.Time) string { return t.Local().Format("2006-01-02 15:04 MST") }

// flagTime reads a time that a flag gives: a duration ago, or a time as queries
// take it. It is in the time zone of the person, also where a program reads the output.
func flagTime(flag, text string, now time.Time) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if ago, err := query.ParseTime("-"+text, now, time.Local); err == nil {
		return ago, nil
	}
	at, err := query.ParseTime(text, now, time.Local)
	if err != nil {
		return at, usageError(fmt.Errorf("--%s %s: it takes a duration such as 90s, 2h or 7d, or a time such as 13:00, 'yesterday 18:00', 2026-11-23 or 2026-11-23T10:00:00Z",
			flag, strconv.Quote(text)))
	}
	return at, nil
}

// where returns the rows of the span; nil for those of all times.
func (f *spanFlags) where(now time.Time) (*query.Query, error) {
	from, to, err := f.times(now)
	if err != nil {
		return nil, err
	}
	var since, until *query.Query
	if !from.IsZero() {
		since = query.Since(from)
	}
	if !to.IsZero() {
		until = query.Until(to)
	}
	return query.And(since, until), nil
}

// window is the span to ask Mist about: the last hour, or what the flags say. It
// never ends in the future.
func (f *spanFlags) window(now time.Time) (from, to time.Time, err error) {
	if from, to, err = f.times(now); err != nil {
		return from, to, err
	}
	if to.IsZero() || to.After(now) {
		to = now
	}
	if from.IsZero() {
		from = to.Add(-time.Hour)
	}
	if d := to.Sub(from); d < 10*time.Minute || d > 7*24*time.Hour {
		return from, to, usageError(fmt.Errorf("from %s to %s: one metric is looked at over 10 minutes to 7 days", plainTime(from), plainTime(to)))
	}
	return from, to, nil
}
