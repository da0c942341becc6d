package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"foghorn/actions"
	"foghorn/event"
	"foghorn/internal/safetext"
)

const renameLong = `Rename a device: by its name or its MAC, or many by a CSV file of name,mac.

Every row is checked first and told by itself; after three errors in a row the
rest is not tried. What was renamed is written to an undo file in the same
format, which another rename --csv takes back. Exit code 1 when any row failed.`

const renameExample = `foghorn ap rename lobby-ap3 lobby-ap-03
foghorn ap rename 5c:5b:35:00:00:01 lobby-ap-03
foghorn ap rename --csv aps.csv --dry-run      # name,mac in each row, MAC in any notation
foghorn ap rename --csv aps.csv
foghorn ap rename --csv aps.csv.undo.csv       # takes it back`

// renameFlags are the flags of "foghorn ap rename".
type renameFlags struct {
	source string
	csv    string
	undo   string
	dryRun bool
}

func newRenameCmd(e *env) *cobra.Command {
	f := &renameFlags{}
	cmd := &cobra.Command{
		Use:     "rename [OLD NEW]",
		Short:   "Rename a device, or many by a CSV file",
		Long:    renameLong,
		Example: renameExample,
		Args:    cobra.MaximumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return rename(cmd.Context(), e, args, f)
		},
	}
	addSource(cmd, &f.source)
	flags := cmd.Flags()
	flags.StringVar(&f.csv, "csv", "", "take rows of name,mac from this `file`; - is standard input")
	flags.StringVar(&f.undo, "undo", "", "write what takes it back to this `file` (default FILE.undo.csv)")
	flags.BoolVar(&f.dryRun, "dry-run", false, "check everything and change nothing")
	return cmd
}

func rename(ctx context.Context, e *env, args []string, f *renameFlags) error {
	if (f.csv == "") == (len(args) != 2) {
		return usageError(errors.New("rename takes an old and a new name, or --csv FILE"))
	}
	s, err := e.settings()
	if err != nil {
		return err
	}
	var rows []actions.Row
	if f.csv != "" {
		if rows, err = readRenames(e, f.csv); err != nil {
			return usageError(err)
		}
	}
	return s.withActions(ctx, func(ctx context.Context, a *actions.Actions, j *journal) error {
		source, err := s.oneSource(a, f.source)
		if err != nil {
			return err
		}
		if rows == nil {
			d, err := findDevice(ctx, a, source, args[0])
			if err != nil {
				return err
			}
			rows = []actions.Row{{Name: args[1], MAC: d.MAC}}
		}
		return renameRows(ctx, e, a, source, rows, f)
	})
}

// oneSource is the organisation asked for, or the only one there is.
func (s *settings) oneSource(a *actions.Actions, source string) (string, error) {
	all := a.Sources()
	switch {
	case source != "":
		return source, nil
	case len(all) == 1:
		return all[0], nil
	case len(all) == 0:
		return "", usageError(errors.New("no [[mist]] organisation has a token: give one its region, org_id and token (foghorn config init shows how)"))
	}
	return "", usageError(fmt.Errorf("several organisations are configured; choose one with --source %s", strings.Join(all, "|")))
}

// findDevice finds one device by its name or its MAC.
func findDevice(ctx context.Context, a *actions.Actions, source, name string) (event.Device, error) {
	devices, err := a.Inventory(ctx, source)
	if err != nil {
		return event.Device{}, cloudError(err)
	}
	mac, isMAC := event.ParseMAC(name)
	var found []event.Device
	for _, d := range devices {
		if isMAC && d.MAC == mac {
			return d, nil
		}
		if d.Name == name {
			found = append(found, d)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return event.Device{}, fmt.Errorf("no device %q in %s; foghorn devices lists them", name, source)
	}
	return event.Device{}, fmt.Errorf("%d devices are called %q; give the MAC: %s, %s", len(found), name, found[0].MAC, found[1].MAC)
}

// renameRows renames and prints a line for each row.
func renameRows(ctx context.Context, e *env, a *actions.Actions, source string, rows []actions.Row, f *renameFlags) error {
	var results []actions.RowResult
	failed := 0
	err := a.RenameAll(ctx, source, rows, f.dryRun, func(r actions.RowResult) {
		results = append(results, r)
		if r.State == actions.RowFailed || r.State == actions.RowSkipped {
			failed++
		}
		printRename(e.stdout, r)
	})
	if err != nil {
		return cloudError(err)
	}
	if undo := actions.Undo(results); len(undo) > 0 && f.csv != "" {
		name, err := writeUndo(undo, f)
		if err != nil {
			return err
		}
		fmt.Fprintf(e.stderr, "to take it back: foghorn ap rename --csv %s\n", name)
	}
	if failed > 0 {
		return &exitError{code: exitProblem, err: fmt.Errorf("%d of %d devices were not renamed", failed, len(rows))}
	}
	return nil
}

func printRename(w io.Writer, r actions.RowResult) {
	line := fmt.Sprintf("%-8s %s  %s -> %s", r.State, r.MAC, safetext.Line(r.Old), safetext.Line(r.Name))
	if r.Text != "" {
		line += "  (" + safetext.Line(r.Text) + ")"
	}
	fmt.Fprintln(w, line)
}

// writeUndo keeps what was changed where a person finds it, and never over a file.
func writeUndo(rows []actions.Row, f *renameFlags) (string, error) {
	name := f.undo
	if name == "" {
		base := f.csv
		if base == "-" {
			base = "rename"
		}
		name = filepath.Clean(base) + ".undo.csv"
	}
	for i := 2; f.undo == ""; i++ {
		if _, err := os.Stat(name); errors.Is(err, os.ErrNotExist) {
			break
		}
		name = strings.TrimSuffix(strings.TrimSuffix(name, fmt.Sprintf(".%d.csv", i-1)), ".csv") + fmt.Sprintf(".%d.csv", i)
	}
	file, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return "", fmt.Errorf("write the undo file: %w (the devices were renamed)", err)
	}
	w := csv.NewWriter(file)
	_ = w.Write([]string{"name", "mac"})
	for _, r := range rows {
		_ = w.Write([]string{r.Name, string(r.MAC)})
	}
	w.Flush()
	return name, errors.Join(w.Error(), file.Close())
}

// maxRenames bounds a file: more devices than any organisation has.
const maxRenames = 100_000

// readRenames reads rows of name,mac; a first row that says so is a heading, and
// the columns may stand the other way round.
func readRenames(e *env, name string) ([]actions.Row, error) {
	r := e.stdin
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, fmt.Errorf("--csv: %w", err)
		}
		defer f.Close()
		r = f
	}
	in := csv.NewReader(io.LimitReader(r, maxInput))
	in.TrimLeadingSpace, in.FieldsPerRecord, in.Comment = true, -1, '#'
	var rows []actions.Row
	nameAt, macAt := 0, 1
	for first := true; ; first = false {
		record, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		line, _ := in.FieldPos(0)
		switch {
		case err != nil:
			return nil, fmt.Errorf("--csv %s: %w", name, err)
		case first:
			record[0] = strings.TrimPrefix(record[0], "\ufeff")
			if at, is := heading(record); is {
				nameAt, macAt = at[0], at[1]
				continue
			}
		}
		if len(record) <= max(nameAt, macAt) {
			return nil, fmt.Errorf("--csv %s:%d: a row needs a name and a MAC", name, line)
		}
		mac, ok := event.ParseMAC(strings.TrimSpace(record[macAt]))
		if !ok {
			return nil, fmt.Errorf("--csv %s:%d: %q is not a MAC", name, line, record[macAt])
		}
		if rows = append(rows, actions.Row{Name: strings.TrimSpace(record[nameAt]), MAC: mac}); len(rows) > maxRenames {
			return nil, fmt.Errorf("--csv %s: more than %d rows", name, maxRenames)
		}
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("--csv %s: has no rows of name,mac", name)
	}
	return rows, nil
}

// heading says where name and mac stand, if the row names its columns.
func heading(record []string) (at [2]int, is bool) {
	at = [2]int{-1, -1}
	for i, c := range record {
		switch strings.ToLower(strings.TrimSpace(c)) {
		case "name":
			at[0] = i
		case "mac":
			at[1] = i
		}
	}
	return at, at[0] >= 0 && at[1] >= 0
}
