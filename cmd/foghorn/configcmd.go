package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"foghorn/config"
	"foghorn/internal/human"
	"foghorn/relay"
	"foghorn/relay/kinds"
)

func newConfigCmd(e *env) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "config",
		Short:   "Write, edit, check and show the configuration",
		Example: "foghorn config init\nfoghorn config edit\nfoghorn config check\nfoghorn config path\nfoghorn config show",
	}
	cmd.AddCommand(newConfigInitCmd(e), newConfigEditCmd(e), newConfigCheckCmd(e), newConfigPathCmd(e), newConfigShowCmd(e))
	return cmd
}

func newConfigInitCmd(e *env) *cobra.Command {
	return &cobra.Command{
		Use:     "init",
		Short:   "Write a commented example configuration; never overwrites a file",
		Example: "foghorn config init\nfoghorn config init --config ./foghorn.toml",
		RunE: func(*cobra.Command, []string) error {
			path, err := config.Path(e.configPath, e.getenv)
			if err != nil {
				return usageError(err)
			}
			if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
				return fmt.Errorf("create the directory of the configuration: %w", err)
			}
			f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
			if errors.Is(err, os.ErrExist) {
				return usageError(fmt.Errorf("%s exists already and was not changed", path))
			}
			if err != nil {
				return fmt.Errorf("write the configuration: %w", err)
			}
			_, err = f.WriteString(config.Example())
			if err := errors.Join(err, f.Close()); err != nil {
				return fmt.Errorf("write the configuration: %w", err)
			}
			fmt.Fprintf(e.stdout, "wrote %s\nedit it with: foghorn config edit\n", path)
			return nil
		},
	}
}

func newConfigCheckCmd(e *env) *cobra.Command {
	return &cobra.Command{
		Use:     "check [FILE]",
		Short:   "Check the configuration, or a file that may become it, and report every mistake",
		Example: "foghorn config check\nfoghorn config check ./new.toml",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				e.configPath = args[0]
			}
			s, err := e.settings()
			if err != nil {
				return err
			}
			if err := s.config.Resolve(cmd.Context()); err != nil {
				return usageError(err)
			}
			if err := s.config.TryRelays(func(r config.Relay) error {
				_, err := kinds.New(r, relay.Env{})
				return err
			}); err != nil {
				return usageError(err)
			}
			s.config.Advise(s.dir)
			for _, w := range s.config.Warnings {
				fmt.Fprintf(e.stdout, "warning: %s\n", w)
			}
			verdict := "fine"
			switch n := len(s.config.Warnings); n {
			case 0:
			case 1:
				verdict = "usable, with 1 warning"
			default:
				verdict = fmt.Sprintf("usable, with %d warnings", n)
			}
			relays := ""
			if n := len(s.config.Relays); n > 0 {
				relays = fmt.Sprintf("relays to %s, ", human.CountOf(n, "destination"))
			}
			fmt.Fprintf(e.stdout, "%s: %d Mist and %d Junos sources, %slistening on %s, journal in %s\n",
				verdict, len(s.config.Mist), len(s.config.Junos), relays, s.config.Listen.Address, s.dir)
			return nil
		},
	}
}

func newConfigPathCmd(e *env) *cobra.Command {
	return &cobra.Command{
		Use:     "path",
		Short:   "Print which file is the configuration, and say what named it",
		Example: "foghorn config path\nls -l \"$(foghorn config path)\"",
		RunE: func(*cobra.Command, []string) error {
			place, err := config.Find(e.configPath, e.getenv)
			if err != nil {
				return usageError(err)
			}
			is := "it exists"
			if _, err := os.Stat(place.Path); errors.Is(err, os.ErrNotExist) {
				is = "it does not exist: foghorn config init writes one to start from"
			} else if err != nil {
				is = "it cannot be read: " + err.Error()
			}
			fmt.Fprintf(e.stderr, "foghorn: named by %s; %s\n", place.From, is)
			_, err = fmt.Fprintln(e.stdout, place.Path)
			return err
		},
	}
}

func newConfigShowCmd(e *env) *cobra.Command {
	return &cobra.Command{
		Use:     "show",
		Short:   "Show the effective configuration with defaults; secrets are masked",
		Example: "foghorn config show",
		RunE: func(*cobra.Command, []string) error {
			s, err := e.settings()
			if err != nil {
				return err
			}
			text, err := config.Show(s.config)
			if err != nil {
				return err
			}
			_, err = fmt.Fprint(e.stdout, text)
			return err
		},
	}
}
