package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"foghorn/journal"
	"foghorn/journal/export"
	"foghorn/journal/query"
)

// listFlags are what every listing command takes.
type listFlags struct {
	query  string
	span   spanFlags
	limit  int
	format string
	// narrow adds the command's own terms to what was typed; nil adds none.
	narrow func(typed *query.Query) *query.Query
	about  query.Table // of the query
}

func (f *listFlags) add(cmd *cobra.Command) {
	f.addQuery(cmd)
	f.span.add(cmd.Flags())
}

// addQuery adds the flags of a list of the current state, whose rows have no age.
func (f *listFlags) addQuery(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVarP(&f.query, "query", "q", "", "only what matches the `query`, as in the screen's filter")
	flags.IntVarP(&f.limit, "limit", "n", 100, "at most `n` rows; 0 for all")
	addFormat(cmd, &f.format)
}

// addFormat adds the -o flag with its completion.
func addFormat(cmd *cobra.Command, format *string) {
	var names []string
	for _, f := range export.Formats() {
		names = append(names, string(f))
	}
	cmd.Flags().StringVarP(format, "output", "o", string(export.Table), "`format`: "+strings.Join(names, ", "))
	_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(names, cobra.ShellCompDirectiveNoFileComp))
}

// addLists gives lists a subcommand of that name: "foghorn alerts list" is "foghorn
// alerts", for people who know other programs.
func addLists(lists ...*cobra.Command) {
	for _, parent := range lists {
		list := &cobra.Command{
			Use:     "list" + strings.TrimPrefix(parent.Use, parent.Name()),
			Short:   "The same as " + parent.CommandPath(),
			Example: parent.CommandPath() + " list -o json",
			RunE:    parent.RunE,
		}
		list.Flags().AddFlagSet(parent.Flags()) // the same flags, and not copies of them
		parent.AddCommand(list)
	}
}

// page turns the flags into a page of the view.
func (f *listFlags) page(now time.Time) (query.Page, error) {
	if f.limit < 0 {
		return query.Page{}, usageError(fmt.Errorf("--limit %d: it takes 0 or more", f.limit))
	}
	// Each part is parsed on its own, so that a column in an error is a column of
	// the typed text, and no part changes the meaning of another.
	where, err := query.Parse(f.query)
	if err != nil {
		return query.Page{}, usageError(fmt.Errorf("-q: %w", err))
	}
	if f.narrow != nil {
		where = f.narrow(where)
	}
	span, err := f.span.where(now)
	if err != nil {
		return query.Page{}, err
	}
	return query.Page{Where: query.And(where, span), Now: now, Limit: f.limit}, nil
}

// pageSize is how many rows are read at a time. It bounds the memory that
// --limit 0 takes over a large journal.
const pageSize = 1000

// collect reads pages until limit rows are there or nothing is left, and hands
// each row to add. Rows come newest first; id tells where the next page begins.
func collect[T any](ctx context.Context, page query.Page, read func(context.Context, query.Page) ([]T, error), id func(*T) int64, add func(*T) error) error {
	left := page.Limit
	for {
		page.Limit = pageSize
		if left > 0 {
			page.Limit = min(pageSize, left)
		}
		rows, err := read(ctx, page)
		if err != nil {
			return err
		}
		for i := range rows {
			if err := add(&rows[i]); err != nil {
				return err
			}
		}
		if left > 0 {
			if left -= len(rows); left == 0 {
				return nil
			}
		}
		if len(rows) < page.Limit {
			return nil
		}
		if last := id(&rows[len(rows)-1]); page.OldestFirst {
			page.After = last
		} else {
			page.Before = last
		}
	}
}

// printRows runs a listing command: it opens the journal, reads the rows that the
// flags ask for and writes them in the chosen format. add, if given, completes a row.
func printRows[T export.Row](ctx context.Context, e *env, list *listFlags,
	read func(*journal.Journal, context.Context, query.Page) ([]T, error), id func(*T) int64, add func(*journal.Journal, *T) error,
) error {
	return e.list(ctx, list, func(j *journal.Journal, l listing) error {
		out, found := newRowPrinter[T](e, l), false
		err := collect(ctx, l.page, func(ctx context.Context, p query.Page) ([]T, error) { return read(j, ctx, p) }, id, func(row *T) error {
			found = true
			if add != nil {
				if err := add(j, row); err != nil {
					return err
				}
			}
			return out.write(row)
		})
		if err != nil {
			return err
		}
		if !found {
			e.hintUnseen(ctx, j, list.query, list.about)
		}
		return out.close()
	})
}

// listing is what the flags of a list command ask for.
type listing struct {
	*settings
	format  export.Format
	page    query.Page
	options export.Options // how the rows are written
}

// list runs a list command with the journal open.
func (e *env) list(ctx context.Context, list *listFlags, do func(*journal.Journal, listing) error) error {
	s, format, page, err := e.listing(list)
	if err != nil {
		return err
	}
	j, err := openForReading(ctx, s)
	if err != nil {
		return err
	}
	defer j.Close()
	return do(j, listing{s, format, page, e.exportOptions(page.Now)})
}

// exportOptions fits rows to the output: its width, and its time zone.
func (e *env) exportOptions(now time.Time) export.Options {
	return export.Options{Width: e.width(), Now: now, Zone: e.zone()}
}

// listing reads what the flags of a list ask for.
func (e *env) listing(list *listFlags) (s *settings, format export.Format, page query.Page, err error) {
	if s, err = e.settings(); err != nil {
		return nil, "", page, err
	}
	if format, err = export.ParseFormat(list.format); err != nil {
		return nil, "", page, usageError(fmt.Errorf("-o: %w", err))
	}
	page, err = list.page(s.clock.Now())
	return s, format, page, err
}

// rowPrinter writes rows in an output format. Tables are buffered to measure their
// columns; all other formats stream.
type rowPrinter[T export.Row] struct {
	e       *env
	format  export.Format
	options export.Options
	stream  *export.Writer[T]
	rows    []T
}

func newRowPrinter[T export.Row](e *env, l listing) *rowPrinter[T] {
	p := &rowPrinter[T]{e: e, format: l.format, options: l.options}
	if l.format != export.Table {
		p.stream = export.NewWriter[T](e.stdout, l.format, p.options) // keeps a copy of the options
	}
	return p
}

// zone is the time zone of the output: local on a terminal, else nil, which is UTC.
func (e *env) zone() *time.Location {
	if isTerminal(e.stdout) {
		return time.Local
	}
	return nil
}

func (p *rowPrinter[T]) write(row *T) error {
	if p.stream != nil {
		return p.stream.Write(row)
	}
	p.rows = append(p.rows, *row)
	return nil
}

func (p *rowPrinter[T]) close() error {
	if p.stream != nil {
		return p.stream.Close()
	}
	return export.Write(p.e.stdout, p.format, p.rows, p.options)
}
