package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"foghorn/journal"
	"foghorn/journal/export"
	"foghorn/journal/store"
)

const sqlLong = `Query the journal in SQL: one SELECT over the views v_alerts, v_clients,
v_deliveries, v_devices and v_events. foghorn sql --schema lists their columns.

Times are text in UTC (2026-11-27T10:04:55.000Z), so they compare and sort as they
are; severities are debug, info, warn, critical; NULL is "none". The dialect is
SQLite's (https://sqlite.org/lang_select.html). Nothing can be changed, attached or
loaded, other tables cannot be read, and a statement that takes longer than --timeout
is stopped (exit code 5).`

const sqlExample = `foghorn sql "select site, count(*) as n from v_events where time > '2026-11-27' group by site order by n desc"
foghorn sql "select name, model, version from v_devices where status = 'disconnected'" -o csv
foghorn sql -o json - < report.sql
foghorn sql --schema`

// maxStatement is far more than anybody types; the journal has a limit of its own.
const maxStatement = 1 << 20

func newSQLCmd(e *env) *cobra.Command {
	list, timeout, schema := &listFlags{}, time.Duration(0), false
	cmd := &cobra.Command{
		Use:     "sql [STATEMENT|-]",
		Short:   "Query the journal with a SELECT, read-only",
		Long:    sqlLong,
		Example: sqlExample,
		RunE: func(cmd *cobra.Command, args []string) error {
			if schema != (len(args) == 0) {
				return usageError(errors.New("foghorn sql takes one statement in quotes, - to read it from standard input, or --schema alone"))
			}
			return runSQL(cmd.Context(), e, list, timeout, args)
		},
	}
	flags := cmd.Flags()
	flags.IntVarP(&list.limit, "limit", "n", 10_000, "at most `n` rows; 0 for all")
	flags.DurationVar(&timeout, "timeout", 10*time.Second, "stop a statement that takes longer than this `time`")
	flags.BoolVar(&schema, "schema", false, "list the views and their columns")
	addFormat(cmd, &list.format)
	return cmd
}

// offerViews completes the last word of a statement to a view's name.
func offerViews(a *asked) ([]cobra.Completion, cobra.ShellCompDirective) {
	before := a.typed[:strings.LastIndexAny(a.typed, " ,(\t\n")+1]
	var list []string
	for _, name := range store.SQLViews() {
		list = append(list, before+name)
	}
	return fixed(list...)(a)
}

// runSQL runs the statement of the command line, or lists the views without one.
func runSQL(ctx context.Context, e *env, list *listFlags, timeout time.Duration, args []string) error {
	if timeout <= 0 {
		return usageError(fmt.Errorf("--timeout %s: it takes a duration such as 10s or 5m", timeout))
	}
	return e.list(ctx, list, func(j *journal.Journal, l listing) error {
		if len(args) == 0 {
			return printSchema(ctx, e, j, l)
		}
		statement := args[0]
		if statement == "-" {
			var err error
			if statement, err = e.readStatement(ctx); err != nil {
				return err
			}
		}
		ctx, cancel := context.WithTimeout(ctx, timeout)
		defer cancel()
		err := printSelect(ctx, e, j, l, statement)
		if mistake, is := errors.AsType[*store.SQLError](err); is {
			return usageError(mistake)
		}
		if errors.Is(err, context.DeadlineExceeded) {
			return &exitError{code: exitTimeout, err: fmt.Errorf("the statement took longer than %s (--timeout); ask for less, or for a narrower time", timeout)}
		}
		return err
	})
}

func (e *env) readStatement(ctx context.Context) (string, error) {
	in, err := e.openInput(ctx, "-")
	if err != nil {
		return "", err
	}
	defer in.Close()
	text, err := io.ReadAll(io.LimitReader(in, maxStatement))
	return string(text), err
}

// printSelect prints the rows of a statement. A table is measured first; all other
// formats stream.
func printSelect(ctx context.Context, e *env, j *journal.Journal, l listing, statement string) error {
	var names []string
	var out *export.Writer[export.Record]
	var rows []export.Record
	l.options.Width = 0 // each column was asked for, so none is cut
	head := func(columns []string) error {
		names = columns
		if l.format != export.Table {
			out = export.NewRecords(e.stdout, l.format, names, l.options)
		}
		return nil
	}
	more, err := j.Select(ctx, statement, l.page.Limit, head, func(values []any) error {
		row := export.NewRecord(names, values)
		if out != nil {
			return out.Write(&row)
		}
		rows = append(rows, row)
		return nil
	})
	if err != nil {
		return err
	}
	if out != nil {
		err = out.Close()
	} else {
		err = export.WriteRecords(e.stdout, l.format, names, rows, l.options)
	}
	if err == nil && more {
		fmt.Fprintf(e.stderr, "foghorn: only the first %d rows; --limit 0 prints all\n", l.page.Limit)
	}
	return err
}

// printSchema lists the views, a row for each column.
func printSchema(ctx context.Context, e *env, j *journal.Journal, l listing) error {
	names := []string{"view", "column"}
	var rows []export.Record
	for _, view := range store.SQLViews() {
		columns, err := j.Columns(ctx, view)
		if err != nil {
			return err
		}
		if l.format == export.Table { // a line for each view reads better
			rows = append(rows, export.NewRecord(names, []any{view, strings.Join(columns, ", ")}))
			continue
		}
		for column := range slices.Values(columns) {
			rows = append(rows, export.NewRecord(names, []any{view, column}))
		}
	}
	if l.format == export.Table {
		names[1] = "columns"
	}
	l.options.Width = 0
	return export.WriteRecords(e.stdout, l.format, names, rows, l.options)
}
