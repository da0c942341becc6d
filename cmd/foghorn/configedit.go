package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"foghorn/config"
	"foghorn/internal/privatefile"
)

const configEditLong = `Open a copy of the configuration in an editor, check it, and put it in place.

The editor is $VISUAL, else $EDITOR, else vi; the variable may have arguments, and
no shell reads it. If the copy has mistakes, the command lists them and asks what to
do: edit again, keep it as it is, or drop it. Without a terminal a copy with
mistakes is never put in place. Where there is no configuration yet, the commented
example is what you edit.`

func newConfigEditCmd(e *env) *cobra.Command {
	return &cobra.Command{
		Use:     "edit",
		Short:   "Edit the configuration; it is checked before it is replaced",
		Long:    configEditLong,
		Example: "foghorn config edit\nEDITOR='code --wait' foghorn config edit",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return editConfig(cmd.Context(), e)
		},
	}
}

// edit is a configuration that is being edited.
type edit struct {
	*env
	path   string // of the configuration, behind its symbolic links
	copied string // the file that the editor opens
	before []byte // nil when there was no configuration
	isNew  bool
}

func editConfig(ctx context.Context, e *env) error {
	place, err := config.Find(e.configPath, e.getenv)
	if err != nil {
		return usageError(err)
	}
	d := &edit{env: e, path: place.Path}
	if target, err := filepath.EvalSymlinks(d.path); err == nil {
		d.path = target // or the link would become a file
	}
	d.before, err = os.ReadFile(d.path)
	if d.isNew = errors.Is(err, os.ErrNotExist); err != nil && !d.isNew {
		return fmt.Errorf("read the configuration: %w", err)
	}
	text := d.before
	if d.isNew {
		text = []byte(config.Example())
	}
	// A folder of its own keeps what editors leave beside a file from others, too.
	dir, err := os.MkdirTemp("", "foghorn-config-")
	if err != nil {
		return fmt.Errorf("copy the configuration: %w", err)
	}
	d.copied = filepath.Join(dir, filepath.Base(d.path))
	if err := os.WriteFile(d.copied, text, 0o600); err != nil {
		return fmt.Errorf("copy the configuration: %w", errors.Join(err, os.RemoveAll(dir)))
	}
	kept, err := d.run(ctx)
	if kept {
		fmt.Fprintf(e.stderr, "foghorn: what you edited is in %s\n", d.copied)
		return err
	}
	return errors.Join(err, os.RemoveAll(dir))
}

// run edits until the copy is in place or given up. kept says that the copy is still
// needed, because it holds work that is nowhere else.
func (d *edit) run(ctx context.Context) (kept bool, err error) {
	for {
		if err := d.openEditor(ctx); err != nil {
			return d.changed(), err
		}
		text, err := os.ReadFile(d.copied)
		if err != nil {
			return false, fmt.Errorf("read what was edited: %w", err)
		}
		if bytes.Equal(text, d.before) && !d.isNew {
			fmt.Fprintln(d.stdout, "nothing was changed")
			return false, nil
		}
		mistakes := config.Check(ctx, d.path, text, d.configOptions())
		if mistakes == nil {
			return d.replace(text, "checked")
		}
		if !d.canAsk() {
			return true, errors.Join(usageError(mistakes), errors.New("nothing was changed"))
		}
		fmt.Fprintln(d.stderr, mistakes)
		switch again, err := d.askFor(ctx, "Edit again, keep it with its mistakes, or drop it? [E/k/d] "); {
		case err != nil:
			return true, err
		case again == "k" || again == "keep":
			return d.replace(text, "with mistakes")
		case again == "d" || again == "drop":
			fmt.Fprintln(d.stderr, "foghorn: nothing was changed")
			return false, &exitError{code: exitProblem}
		}
	}
}

// changed reports whether the copy is no longer what it was copied from.
func (d *edit) changed() bool {
	text, err := os.ReadFile(d.copied)
	return err == nil && !bytes.Equal(text, d.before) && !(d.isNew && string(text) == config.Example())
}

// replace puts the copy in place, unless somebody else has changed the configuration.
func (d *edit) replace(text []byte, how string) (kept bool, err error) {
	now, err := os.ReadFile(d.path)
	if err != nil && !(d.isNew && errors.Is(err, os.ErrNotExist)) {
		return true, fmt.Errorf("read the configuration: %w", err)
	}
	if !bytes.Equal(now, d.before) {
		return true, fmt.Errorf("%s was changed meanwhile by somebody else, and was left as it is", d.path)
	}
	if err := os.MkdirAll(filepath.Dir(d.path), 0o700); err != nil {
		return true, fmt.Errorf("create the directory of the configuration: %w", err)
	}
	if err := writeConfig(d.path, text); err != nil {
		return true, err
	}
	fmt.Fprintf(d.stdout, "wrote %s, %s\n", d.path, how)
	return false, nil
}

// openEditor runs the editor on the copy.
func (d *edit) openEditor(ctx context.Context) error {
	words := strings.Fields(cmp.Or(d.getenv("VISUAL"), d.getenv("EDITOR"), "vi"))
	if len(words) == 0 {
		return usageError(errors.New("$VISUAL or $EDITOR holds nothing but blanks"))
	}
	cmd := exec.CommandContext(ctx, words[0], append(words[1:], d.copied)...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = d.stdin, plainStream(d.stdout), plainStream(d.stderr)
	err := cmd.Run()
	if _, ended := errors.AsType[*exec.ExitError](err); ended {
		return fmt.Errorf("nothing was changed: the editor %s ended with an error (%w)", words[0], err)
	}
	if err != nil {
		return usageError(fmt.Errorf("run the editor: %w; set $VISUAL or $EDITOR", err))
	}
	return nil
}

// plainStream is the stream of a console: an editor draws on the terminal itself.
func plainStream(w io.Writer) io.Writer { return underlyingWriter(w) }

// writeConfig replaces the configuration at path with a text, in one step. A new file
// is its owner's alone. One that was there keeps its owner, its group and the group's
// right to read it: it may be that of a service. Nobody else may read or change it.
func writeConfig(path string, text []byte) error {
	before, err := os.Stat(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("write the configuration: %w", err)
	}
	if err := privatefile.Replace(path, text); err != nil {
		return fmt.Errorf("write the configuration: %w", err)
	}
	if before == nil {
		return nil
	}
	if owner, ok := before.Sys().(*syscall.Stat_t); ok && (int(owner.Uid) != os.Getuid() || int(owner.Gid) != os.Getgid()) {
		err = os.Lchown(path, int(owner.Uid), int(owner.Gid))
	}
	if err = errors.Join(err, os.Chmod(path, 0o600|before.Mode().Perm()&0o040)); err != nil {
		return fmt.Errorf("wrote %s, but it no longer has the owner and mode that it had: %w", path, err)
	}
	return nil
}
