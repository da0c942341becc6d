package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"foghorn/internal/safetext"
	"foghorn/journal"
	"foghorn/journal/export"
)

// addPageFormat adds the -o flag of a command that shows one thing with what is
// around it.
func addPageFormat(cmd *cobra.Command, format *string) {
	*format = string(export.Table)
	words := []string{string(export.Table), string(export.JSON)}
	cmd.Flags().VarP(newOneOf(format, words...), "output", "o", "`format`: table or json")
	_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
}

// printPage shows one thing: as JSON, or as the tables that text prints, as
// of now.
func (e *env) printPage(format string, whole any, now time.Time, text func(*pageWriter)) error {
	if format == string(export.JSON) {
		out, err := export.Value(whole)
		if err == nil {
			_, err = e.stdout.Write(append(out, '\n'))
		}
		return err
	}
	p := &pageWriter{env: e, options: e.exportOptions(now)}
	text(p)
	return p.err
}

// pageWriter writes a page for people; the first error stays.
type pageWriter struct {
	*env
	options export.Options
	err     error
}

func (p *pageWriter) line(text string) {
	if p.err == nil {
		_, p.err = fmt.Fprintln(p.stdout, safetext.Line(text))
	}
}

// text writes lines that are safe already.
func (p *pageWriter) text(lines string) {
	if p.err == nil {
		_, p.err = fmt.Fprint(p.stdout, lines)
	}
}

// section writes rows under a heading, or that there are none.
func section[T export.Row](p *pageWriter, title string, rows []T) {
	if len(rows) == 0 {
		p.head(title + ": none")
		return
	}
	p.head(fmt.Sprintf("%s (%d)", title, len(rows)))
	if p.err == nil {
		p.err = export.Write(p.stdout, export.Table, rows, p.options)
	}
}

func (p *pageWriter) head(title string) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.stdout, "\n%s\n", title)
	}
}

// changes writes what was changed, and where more may have been.
func (p *pageWriter) changes(c journal.Changes) {
	switch {
	case len(c.Rows) == 0 && len(c.Unknown) == 0:
		p.head("Changes in the last 24 hours: none")
	case len(c.Rows) == 0:
		p.head("Changes in the last 24 hours: none known")
	default:
		p.head(fmt.Sprintf("Changes in the last 24 hours (%d)", len(c.Rows)))
	}
	at := p.moment(c.To)
	for _, row := range c.Rows {
		text := joinWords(at(row.Time), string(row.Kind), row.Text)
		if row.Others > 0 {
			text += fmt.Sprintf(" (and %d more)", row.Others)
		}
		p.line(text)
	}
	for _, gap := range c.Unknown {
		text := "There may be more: " + gap.Why
		if !gap.From.IsZero() {
			text += ", from " + at(gap.From)
		}
		if !gap.To.IsZero() {
			text += ", until " + at(gap.To)
		}
		p.line(text)
	}
}
