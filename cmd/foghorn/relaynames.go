package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"foghorn/internal/human"
	"foghorn/internal/safetext"
	"foghorn/journal/store"
)

// noRelay says that no relay has a name, and which names there are.
func noRelay(name string, names []string) error {
	quoted := strconv.Quote(safetext.Clip(name, 64))
	switch near := human.Nearest(name, names); {
	case near != "":
		return fmt.Errorf("no relay %s; did you mean %s?", quoted, near)
	case len(names) == 0:
		return fmt.Errorf("no relay %s: the configuration has no [[relay]]", quoted)
	}
	return fmt.Errorf("no relay %s; there are %s", quoted, strings.Join(names, ", "))
}

// offerRelays offers the names of the configured relays, each once.
func (e *env) offerRelays(a *asked) ([]cobra.Completion, cobra.ShellCompDirective) {
	cfg, err := e.loadConfig()
	if err != nil {
		return nil, noFiles
	}
	var list []string
	for i := range cfg.Relays {
		if r := &cfg.Relays[i]; !slices.Contains(a.args, r.Name) {
			list = append(list, r.Name+"\t"+r.Kind+", "+r.Send)
		}
	}
	return fixed(list...)(a)
}

// offerLetters offers the dead letters of the relay that was typed.
func (e *env) offerLetters(a *asked) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(a.args) == 0 {
		return nil, noFiles
	}
	ctx, cancel := context.WithTimeout(a.cmd.Context(), e.completionLimit())
	defer cancel()
	return inTime(ctx, func() ([]cobra.Completion, cobra.ShellCompDirective, error) {
		s, err := e.settings()
		if err != nil {
			return nil, noFiles, err
		}
		outbox, err := store.OpenExistingOutbox(ctx, s.dir, s.collecting().StoreOptions())
		if err != nil || outbox == nil {
			return nil, noFiles, err
		}
		defer outbox.Close()
		letters, err := outbox.Letters(ctx, a.args[0], maxOffered)
		var out []cobra.Completion
		for _, l := range letters {
			if id := strconv.FormatInt(l.ID, 10); a.begins(id) && !slices.Contains(a.args[1:], id) {
				out = append(out, described(id, l.State+"  "+l.Title))
			}
		}
		return out, noFiles, err
	})
}
