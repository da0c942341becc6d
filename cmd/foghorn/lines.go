package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"foghorn/internal/clock"
	"foghorn/internal/human"
	"foghorn/internal/safetext"
	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/journal/export"
	"foghorn/journal/query"
)

// lineFlags are the flags of commands that print deliveries or events as they arrive.
type lineFlags struct {
	format   string
	query    string
	events   bool
	count    int
	duration time.Duration
}

func (f *lineFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVarP(&f.format, "output", "o", "", "`format`: ndjson for one JSON object a line (default plain lines)")
	flags.StringVarP(&f.query, "query", "q", "", "print only what matches the `query`")
	flags.BoolVar(&f.events, "events", false, "print events instead of deliveries")
	flags.IntVar(&f.count, "count", 0, "stop after `n` lines; 0 never stops")
	flags.DurationVar(&f.duration, "for", 0, "stop after this `time`; 0 never stops")
	_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions([]string{"ndjson"}, cobra.ShellCompDirectiveNoFileComp))
}

// follow prints what comes after the record last, oldest first, whenever the
// journal changes. It reads the view, so that a line is printed only for what is
// durable.
func (f *lineFlags) follow(ctx context.Context, e *env, j *journal.Journal, clk clock.Clock, lines *lineCount, last int64) error {
	format := export.Table
	switch f.format {
	case "ndjson":
		format = export.NDJSON
	case "":
	default:
		return usageError(fmt.Errorf("-o %q: the format is plain (the default) or ndjson", f.format))
	}
	where, err := query.Parse(f.query)
	if err != nil {
		return usageError(fmt.Errorf("-q: %w", err))
	}
	if f.events {
		return followRows(ctx, j, clk, lines, last, event.MaxEventsPerRecord, where, j.Events,
			func(ev *event.Event) int64 { return ev.ID }, newRowLines(e, format, eventLine).print)
	}
	return followRows(ctx, j, clk, lines, last, 1, where, j.Deliveries,
		func(d *event.Delivery) int64 { return d.ID }, newRowLines(e, format, deliveryLine).print)
}

// lineCount is how many lines were printed, of how many at most; 0 is no limit.
type lineCount struct{ most, printed int }

func (c *lineCount) reached() bool { return c.most > 0 && c.printed >= c.most }

// followRows prints the rows of the records after last, whenever the journal changes,
// until ctx ends. places is how many ids one record holds. While the view is derived
// again its position is behind last: nothing is printed then, and nothing is missed.
func followRows[T any](ctx context.Context, j *journal.Journal, clk clock.Clock, lines *lineCount, last, places int64, where *query.Query,
	read func(context.Context, query.Page) ([]T, error), id func(*T) int64, show func(*T) error,
) error {
	return whenChanged(ctx, j, nil, func() (bool, error) {
		// Read before the rows: all records up to this position are among them.
		position, err := j.Position(ctx)
		if err == nil {
			last, err = printNew(ctx, lines, last, position, places, query.Page{Where: where, Now: clk.Now()}, read, id, show)
		}
		return lines.reached(), err
	})
}

// printNew prints the rows after the record last, in the order they came, and
// returns the record to go on from: the last one printed, or position, up to
// which the rows are known to be there, so that what does not match is not
// searched again. places is how many ids one record holds.
func printNew[T any](ctx context.Context, lines *lineCount, last, position, places int64, page query.Page,
	read func(context.Context, query.Page) ([]T, error), id func(*T) int64, show func(*T) error,
) (int64, error) {
	page.After, page.OldestFirst = last*places+places-1, true
	if lines.most > 0 {
		page.Limit = lines.most - lines.printed
	}
	err := collect(ctx, page, read, id, func(row *T) error {
		if err := show(row); err != nil {
			return err
		}
		lines.printed++
		last = id(row) / places
		return nil
	})
	if ctx.Err() != nil {
		return last, nil
	}
	if err != nil {
		return last, err
	}
	return max(last, position), nil
}

// deliveryLine is one request: when, verdict, what, how large, from where.
func deliveryLine(d *event.Delivery, p paint) string {
	sev := event.Debug
	if !d.Verdict.Accepted() {
		sev = event.Critical
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s  %-18s %3d ev  %8s  %7s  %s %s", d.Received.Local().Format("15:04:05.000"), p.on(sev, fmt.Sprintf("%3d %-11s", d.Status, d.Verdict)),
		safetext.Line(orDash(d.Topic)), d.Events, human.Bytes(d.Size), fmt.Sprintf("%.1fms", d.DurationMS), safetext.Line(d.Remote), safetext.Line(d.Path))
	if d.Duplicates > 0 {
		fmt.Fprintf(&b, "  (%d known already)", d.Duplicates)
	}
	ignored := ""
	if d.Ignored > 0 {
		ignored = fmt.Sprintf("%d of %d events ignored by %s", d.Ignored, d.Events, d.IgnoredBy)
	}
	for _, why := range []string{d.Cause, d.Warning, ignored} {
		if why != "" {
			fmt.Fprintf(&b, "\n              %s", safetext.Line(why))
		}
	}
	return b.String()
}

// eventLine is one event as a sentence.
func eventLine(ev *event.Event, p paint) string {
	text := ev.Text
	if ev.Device != "" && !strings.Contains(text, ev.Device) {
		text = ev.Device + ": " + text // no column names it
	}
	return fmt.Sprintf("%s  %s %-16s %-14s %s", ev.Time.Local().Format("15:04:05"), p.on(ev.Severity, fmt.Sprintf("%-8s", ev.Severity)),
		safetext.Line(ev.Topic), safetext.Line(orDash(ev.Site)), safetext.Line(text))
}

// stepLine is one step in the life of an alert.
func stepLine(s *event.AlertStep, p paint) string {
	text := fmt.Sprintf("%s  %s %-9s %-8s %-14s %s", s.Time.Local().Format("15:04:05"), p.on(s.Severity, fmt.Sprintf("%-8s", s.Severity)), s.Step,
		event.ShortID(s.AlertID), safetext.Line(orDash(s.Site)), safetext.Line(orDash(s.Title)))
	if s.Actor != "" {
		text += " (" + safetext.Line(s.Actor)
		if s.Reason != "" {
			text += ": " + safetext.Line(s.Reason)
		}
		text += ")"
	}
	return text
}

// paint colors lines for a terminal; false leaves them plain.
type paint bool

// on colors a text by a severity. The severity is in words too.
func (p paint) on(sev event.Severity, text string) string {
	code := map[event.Severity]string{event.Critical: "1;31", event.Warn: "33", event.Info: "36", event.Debug: "2"}[sev]
	if !p || code == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[m"
}

// rowLines prints rows one by one as they come: as lines for people, or in a format
// for programs.
type rowLines[T export.Row] struct {
	w      io.Writer
	paint  paint
	line   func(*T, paint) string
	stream *export.Writer[T] // nil for lines
}

// newRowLines returns the printer of a format. Lines are the format table; JSON is an
// object a line, because an array would never end.
func newRowLines[T export.Row](e *env, format export.Format, line func(*T, paint) string) *rowLines[T] {
	switch format {
	case export.Table:
		if e.colored() { // a line is sanitized before it is colored
			return &rowLines[T]{w: underlyingWriter(e.stdout), paint: true, line: line}
		}
		return &rowLines[T]{w: e.stdout, line: line}
	case export.JSON:
		format = export.NDJSON
	}
	return &rowLines[T]{stream: export.NewWriter[T](e.stdout, format, e.exportOptions(time.Time{}))}
}

func (p *rowLines[T]) print(row *T) error {
	if p.stream != nil {
		return p.stream.Write(row)
	}
	_, err := fmt.Fprintln(p.w, p.line(row, p.paint))
	return err
}

// colored reports whether lines are colored: on a terminal that can, unless the
// person wants none.
func (e *env) colored() bool {
	return isTerminal(e.stdout) && e.getenv("NO_COLOR") == "" && e.getenv("TERM") != "dumb"
}

// orDash returns a dash for an empty text, so that columns stay aligned.
func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
