package main

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"foghorn/config"
	"foghorn/internal/recovery"
	"foghorn/journal"
	"foghorn/journal/store"
)

// A shell waits while it completes: what is not read in this time is not offered.
const completionLimit = 200 * time.Millisecond

// maxOffered bounds what is offered of one kind: more than fits a screen is of no use.
const maxOffered = 100

// noFiles keeps a shell from offering files where foghorn has offers of its own, and
// their order.
const noFiles = cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder

// asked is what a shell wants completed.
type asked struct {
	cmd   *cobra.Command
	args  []string // that are complete
	typed string
	now   time.Time // set where the journal is read
}

// begins reports whether a text may follow from what was typed, in any case.
func (a *asked) begins(text string) bool {
	return len(text) >= len(a.typed) && strings.EqualFold(text[:len(a.typed)], a.typed)
}

// An offer lists completions. Offers of the journal read its view as it is: they
// start nothing, update nothing and wait for nothing.
type (
	offer        func(a *asked) ([]cobra.Completion, cobra.ShellCompDirective)
	journalOffer func(ctx context.Context, j journal.Reader, a *asked) ([]cobra.Completion, cobra.ShellCompDirective, error)
)

// addCompletions gives every argument and flag of the tree the offers for its name, as
// the usage line has it. What a command completes by itself stays. Shells offer files
// only where a file is meant.
func (e *env) addCompletions(cmd *cobra.Command) {
	if cmd.ValidArgsFunction == nil && len(cmd.ValidArgs) == 0 && len(argumentsOf(cmd.Use)) > 0 {
		cmd.ValidArgsFunction = e.completeArguments
	}
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		value, _ := pflag.UnquoteUsage(f)
		o := e.flagOffer(cmd, f.Name)
		if _, has := cmd.GetFlagCompletionFunc(f.Name); has || o == nil && (value == "file" || value == "directory") {
			return
		}
		_ = cmd.RegisterFlagCompletionFunc(f.Name, func(cmd *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
			if o == nil {
				return nil, noFiles
			}
			return o(&asked{cmd: cmd, args: args, typed: typed})
		})
	})
	for _, c := range cmd.Commands() {
		e.addCompletions(c)
	}
}

// nextArguments returns what the next argument may be, after some. Behind one that may
// be given several times it is that one again, or the one after it.
func nextArguments(takes []argument, given int) []argument {
	many := slices.IndexFunc(takes, func(a argument) bool { return a.many })
	switch {
	case many >= 0 && given > many:
		return takes[many:min(many+2, len(takes))]
	case given < len(takes):
		return takes[given : given+1]
	}
	return nil
}

func (e *env) completeArguments(cmd *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var out []cobra.Completion
	directive := noFiles
	for _, next := range nextArguments(argumentsOf(cmd.Use), len(args)) {
		o := e.argumentOffer(cmd, next.name)
		if o == nil {
			return nil, cobra.ShellCompDirectiveDefault // a file
		}
		more, d := o(&asked{cmd: cmd, args: args, typed: typed})
		out, directive = append(out, more...), directive|d
	}
	return out, directive
}

// completionLimit is how long a completion may take.
func (e *env) completionLimit() time.Duration { return cmp.Or(e.completeWithin, completionLimit) }

// fromJournal gives an offer of the journal a time limit.
func (e *env) fromJournal(read journalOffer) offer {
	return func(a *asked) ([]cobra.Completion, cobra.ShellCompDirective) {
		ctx, cancel := context.WithTimeout(a.cmd.Context(), e.completionLimit())
		defer cancel()
		return inTime(ctx, func() ([]cobra.Completion, cobra.ShellCompDirective, error) { return e.readOffer(ctx, read, a) })
	}
}

// inTime returns what read offers, or nothing when ctx ends first: the process ends
// then, and the reading with it.
func inTime(ctx context.Context, read func() ([]cobra.Completion, cobra.ShellCompDirective, error)) ([]cobra.Completion, cobra.ShellCompDirective) {
	type offered struct {
		list      []cobra.Completion
		directive cobra.ShellCompDirective
	}
	done := make(chan offered, 1)
	go func() {
		o := offered{nil, noFiles}
		_ = recovery.Wrap(func() (err error) {
			o.list, o.directive, err = read()
			return err
		})()
		done <- o
	}()
	select {
	case o := <-done:
		return o.list, o.directive
	case <-ctx.Done():
		return nil, noFiles
	}
}

func (e *env) readOffer(ctx context.Context, read journalOffer, a *asked) ([]cobra.Completion, cobra.ShellCompDirective, error) {
	s, err := e.settings()
	if err != nil {
		return nil, noFiles, err
	}
	view, err := store.OpenView(ctx, s.dir, s.collecting().StoreOptions())
	if err != nil {
		return nil, noFiles, err
	}
	defer view.Close()
	a.now = s.clock.Now()
	return read(ctx, view, a)
}

// fixed offers fixed words.
func fixed(list ...string) offer {
	return func(a *asked) ([]cobra.Completion, cobra.ShellCompDirective) {
		var out []cobra.Completion
		for _, w := range list {
			if name, _, _ := strings.Cut(w, "\t"); a.begins(name) {
				out = append(out, w)
			}
		}
		return out, noFiles
	}
}

// sources offers the names of configured organizations, or of Junos sources.
func (e *env) sources(junos bool) offer {
	return func(a *asked) ([]cobra.Completion, cobra.ShellCompDirective) {
		cfg, err := e.loadConfig()
		if err != nil {
			return nil, noFiles
		}
		return fixed(sourceNames(cfg, junos)...)(a)
	}
}

func sourceNames(cfg *config.Config, junos bool) []string {
	var names []string
	if junos {
		for _, s := range cfg.Junos {
			names = append(names, s.Name)
		}
		return names
	}
	for _, s := range cfg.Mist {
		names = append(names, s.Name)
	}
	return names
}
