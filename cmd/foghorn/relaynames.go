package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"foghorn/chatops"
	"foghorn/config"
	"foghorn/internal/human"
	"foghorn/internal/safetext"
	"foghorn/journal"
	"foghorn/journal/store"
)

// relays are all relays. Where what is managed of chat cannot be read, its relays are left
// out, and a notice says so.
func (s *settings) relays(ctx context.Context) []config.Relay {
	all, err := s.knownRelays(ctx)
	if err != nil && ctx.Err() == nil {
		s.notice("the managed channels of chat are left out: " + s.secrets.Text(err.Error()))
	}
	return all
}

// knownRelays are the relays of the configuration, and those to the channels of chat. Their
// secrets are not fetched. With an error, what is managed of chat is missing.
func (s *settings) knownRelays(ctx context.Context) ([]config.Relay, error) {
	merged, err := s.mergedChat(ctx)
	return slices.Concat(s.config.Relays, merged.ChatRelays()), err
}

// mergedChat is the configuration with what is managed of chat, without its secrets.
func (s *settings) mergedChat(ctx context.Context) (*config.Config, error) {
	outbox, err := store.OpenExistingOutbox(ctx, s.dir, s.collecting().StoreOptions())
	if err != nil || outbox == nil {
		return s.config, err
	}
	merged, err := chatops.NewSettings(s.dir, outbox, nil).Merged(ctx, s.config)
	return merged, errors.Join(err, outbox.Close())
}

// relayPlans is what the journal needs to know of the relays.
func relayPlans(relays []config.Relay) []journal.RelayPlan {
	var out []journal.RelayPlan
	for i := range relays {
		r := &relays[i]
		p := journal.RelayPlan{Name: r.Name, Kind: r.Kind, Send: r.Send, Query: r.QueryText()}
		if r.Derived != nil {
			p.Where, p.From = r.Derived.Where, "[chatops]"
		}
		out = append(out, p)
	}
	return out
}

// relayNames are the names of relays.
func relayNames(relays []config.Relay) []string {
	var names []string
	for i := range relays {
		names = append(names, relays[i].Name)
	}
	return names
}

// relayNamed is a relay of the configuration or of chat. The error names those that there
// are.
func (s *settings) relayNamed(ctx context.Context, name string) (*config.Relay, error) {
	all := s.relays(ctx)
	names := relayNames(all)
	if i := slices.Index(names, name); i >= 0 && i < len(s.config.Relays) {
		return &s.config.Relays[i], nil // Fetch knows its secrets by their place
	} else if i >= 0 {
		return &all[i], nil
	}
	return nil, usageError(noRelay(name, names))
}

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
	ctx, cancel := context.WithTimeout(a.cmd.Context(), e.completionLimit())
	defer cancel()
	return inTime(ctx, func() ([]cobra.Completion, cobra.ShellCompDirective, error) {
		s, err := e.settings()
		if err != nil {
			return nil, noFiles, err
		}
		var list []string
		for _, r := range s.relays(ctx) {
			if !slices.Contains(a.args, r.Name) {
				list = append(list, r.Name+"\t"+r.Kind+", "+r.Send)
			}
		}
		out, directive := fixed(list...)(a)
		return out, directive, nil
	})
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
