package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

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

	printed int
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
func (f *lineFlags) follow(ctx context.Context, e *env, j *journal.Journal, last int64) error {
	if f.format != "" && f.format != "ndjson" {
		return usageError(fmt.Errorf("-o %q: the format is plain (the default) or ndjson", f.format))
	}
	where, err := query.Parse(f.query)
	if err != nil {
		return usageError(fmt.Errorf("-q: %w", err))
	}
	for {
		// Read before the rows: all records up to this position are among them.
		position, err := j.Position(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		if f.events {
			last, err = printNew(ctx, f, last, position, event.MaxEventsPerRecord, query.Page{Where: where, Now: time.Now()}, j.Events,
				func(ev *event.Event) int64 { return ev.ID }, func(ev *event.Event) error { return f.printEvent(e, ev) })
		} else {
			last, err = printNew(ctx, f, last, position, 1, query.Page{Where: where, Now: time.Now()}, j.Deliveries,
				func(d *event.Delivery) int64 { return d.ID }, func(d *event.Delivery) error { return f.printDelivery(e, d) })
		}
		if err != nil {
			return err
		}
		if f.count > 0 && f.printed >= f.count {
			return nil
		}
		select {
		case <-ctx.Done():
			return nil
		case <-j.Changed():
		}
	}
}

// printNew prints the rows after the record last, in the order they came, and
// returns the record to go on from: the last one printed, or position, up to
// which the rows are known to be there, so that what does not match is not
// searched again. places is how many ids one record holds.
func printNew[T any](ctx context.Context, f *lineFlags, last, position, places int64, page query.Page,
	read func(context.Context, query.Page) ([]T, error), id func(*T) int64, show func(*T) error,
) (int64, error) {
	page.After, page.OldestFirst = last*places+places-1, true
	if f.count > 0 {
		page.Limit = f.count - f.printed
	}
	err := collect(ctx, page, read, id, func(row *T) error {
		if err := show(row); err != nil {
			return err
		}
		f.printed++
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

// printDelivery prints one request: when, verdict, what, how large, from where.
func (f *lineFlags) printDelivery(e *env, d *event.Delivery) error {
	if f.format == "ndjson" {
		return export.Write(e.stdout, export.NDJSON, []event.Delivery{*d}, export.Options{})
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %3d %-11s  %-18s %3d ev  %8s  %7s  %s %s", d.Received.Local().Format("15:04:05.000"), d.Status, d.Verdict,
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
	_, err := fmt.Fprintln(e.stdout, b.String())
	return err
}

// printEvent prints one event as a sentence.
func (f *lineFlags) printEvent(e *env, ev *event.Event) error {
	if f.format == "ndjson" {
		return export.Write(e.stdout, export.NDJSON, []event.Event{*ev}, export.Options{})
	}
	_, err := fmt.Fprintf(e.stdout, "%s  %-8s %-16s %-14s %s\n", ev.Time.Local().Format("15:04:05"), ev.Severity,
		safetext.Line(ev.Topic), safetext.Line(orDash(ev.Site)), safetext.Line(ev.Text))
	return err
}

// orDash returns a dash for an empty text, so that columns stay aligned.
func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
