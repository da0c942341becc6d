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
	"foghorn/internal/safetext"
	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/journal/export"
)

const renameLong = `Rename a device: by its name or its MAC, or many by a CSV file of name,mac.

The columns may be in any order if the first row names them: name and mac, or
name and serial. They are separated by commas, semicolons or tabs.

All rows are checked before anything is changed, and all mistakes are shown at
once. If one row fails its check, nothing is renamed, unless you give --partial:
then the other rows are. A name that another device has, or that two rows give,
is a mistake, unless you give --allow-duplicates.

On a terminal, the command shows the renames of a file, old names beside new ones,
and asks once; with --yes it does not ask. It stops after three errors in a row. An
undo file in the same format takes back what was renamed. Exit code 1 when any row
failed, 2 when the file cannot be read as rows.`

const renameExample = `foghorn ap rename lobby-ap3 lobby-ap-03
foghorn ap rename 5c:5b:35:00:00:01 lobby-ap-03
foghorn ap rename --csv aps.csv --dry-run      # check it; MAC in any notation
foghorn ap rename --csv aps.csv
foghorn ap rename --csv aps.csv --partial      # skips rows that fail a check
foghorn ap rename --csv aps.csv.undo.csv --allow-duplicates   # takes it back`

// renameFlags are the flags of "foghorn ap rename".
type renameFlags struct {
	source string
	csv    string
	undo   string
	dryRun bool

	yes             bool
	partial         bool
	allowDuplicates bool
}

func newRenameCmd(e *env) *cobra.Command {
	f := &renameFlags{}
	d, err := actions.Find(event.ActionRename)
	if err != nil {
		panic(err) // it registers itself in package actions
	}
	cmd := &cobra.Command{
		Use:     d.Command.Use,
		Short:   d.Command.Short,
		Long:    renameLong,
		Example: renameExample,
		RunE: func(cmd *cobra.Command, args []string) error {
			return rename(cmd.Context(), e, args, f)
		},
	}
	addSource(cmd, &f.source)
	flags := cmd.Flags()
	flags.StringVar(&f.csv, "csv", "", "take rows of name,mac from this `file`; - is standard input")
	flags.StringVar(&f.undo, "undo", "", "write what takes it back to this `file` (default FILE.undo.csv)")
	flags.BoolVar(&f.dryRun, "dry-run", false, "check everything and change nothing")
	flags.BoolVar(&f.yes, "yes", false, "do not ask on a terminal")
	flags.BoolVar(&f.partial, "partial", false, "rename the rows that pass their check, even if others fail")
	flags.BoolVar(&f.allowDuplicates, "allow-duplicates", false, "allow names that another device has, or that the file gives twice")
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
		if rows, err = readRenames(ctx, e, f.csv); err != nil {
			return badInput(err)
		}
	}
	i, err := s.chooseOrganization(f.source, s.config.HasAPI)
	if err != nil {
		return err
	}
	source := s.config.Mist[i].Name
	return s.withActions(ctx, func(ctx context.Context, a *actions.Actions, j *journal.Journal) error {
		devices, err := a.Inventory(ctx, source)
		if err != nil {
			return cloudError(err)
		}
		if rows == nil {
			d, err := journal.DeviceNamed(devices, source, args[0])
			if err != nil {
				return err
			}
			rows = []actions.Row{{Name: args[1], MAC: d.MAC}}
		}
		plan, err := a.PlanRenames(source, devices, rows, f.allowDuplicates || f.csv == "")
		if err != nil {
			return cloudError(err)
		}
		return f.run(ctx, e, s.operator(), plan)
	})
}

// run prints a line for each row, and renames unless a check failed.
func (f *renameFlags) run(ctx context.Context, e *env, by actions.Operator, plan *actions.RenamePlan) error {
	if f.dryRun || plan.Failed > 0 && !f.partial {
		for _, r := range plan.Rows {
			f.print(e.stdout, r)
		}
		if plan.Failed == 0 {
			return nil
		}
		hint := ""
		if len(plan.Rows) > plan.Failed {
			hint = "; --partial renames the others"
		}
		return &exitError{code: exitProblem, err: fmt.Errorf("%d of %d rows failed their check; nothing was renamed%s", plan.Failed, len(plan.Rows), hint)}
	}
	if err := f.confirm(ctx, e, plan); err != nil {
		return err
	}
	var results []actions.RowResult
	failed := 0
	plan.Run(ctx, by, func(r actions.RowResult) {
		results = append(results, r)
		if r.State == actions.RowFailed || r.State == actions.RowSkipped {
			failed++
		}
		f.print(e.stdout, r)
	})
	if undo := actions.Undo(results); len(undo) > 0 && f.csv != "" {
		name, err := writeUndo(undo, f)
		if err != nil {
			return err
		}
		fmt.Fprintf(e.stderr, "to take it back: foghorn ap rename --csv %s --allow-duplicates\n", name)
	}
	if failed > 0 {
		return &exitError{code: exitProblem, err: fmt.Errorf("%d of %d devices were not renamed", failed, len(results))}
	}
	return nil
}

// print says what became of a row, and where the file has it when it failed.
func (f *renameFlags) print(w io.Writer, r actions.RowResult) {
	who := r.MAC.String()
	if who == "" {
		who = safetext.Line(r.Serial)
	}
	line := fmt.Sprintf("%-8s %s  %s -> %s", r.State, who, safetext.Line(r.Old), safetext.Line(r.Name))
	if r.Text != "" {
		line += "  (" + safetext.Line(r.Text) + ")"
	}
	if r.State == actions.RowFailed && r.Line > 0 {
		line = fmt.Sprintf("%s  %s:%d:%d", line, safetext.Line(f.csv), r.Line, r.Column)
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
		_ = w.Write([]string{export.Disarm(r.Name), r.MAC.String()})
	}
	w.Flush()
	return name, errors.Join(w.Error(), file.Close())
}

// readRenames reads a file of renames, or standard input.
func readRenames(ctx context.Context, e *env, name string) ([]actions.Row, error) {
	f, err := e.openInput(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("--csv: %w", err)
	}
	defer f.Close()
	if name == "-" {
		name = "standard input"
	}
	return actions.ReadRenames(f, name)
}
