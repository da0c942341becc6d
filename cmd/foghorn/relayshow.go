package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"foghorn/config"
	"foghorn/internal/human"
	"foghorn/journal"
	"foghorn/journal/event"
)

func newRelayShowCmd(e *env) *cobra.Command {
	format := ""
	cmd := &cobra.Command{
		Use:   "show NAME",
		Short: "Show a relay: its configuration, what it sent and why, what was refused or dropped",
		Long: `Show a relay: its state, its configuration without the secrets, what it sent last and
why, what its destination refused, what was dropped, and who paused it.`,
		Example: "foghorn relay show chat\nfoghorn relay show chat -o json | jq .sent",
		RunE: func(cmd *cobra.Command, args []string) error {
			return showRelay(cmd.Context(), e, args[0], format)
		},
	}
	addPageFormat(cmd, &format)
	return cmd
}

// shownSent is how many of the last messages a relay's page has, and shownActs how many
// of the last things that people did to it.
const (
	shownSent = 20
	shownActs = 10
)

// relayPage is a relay with what is around it.
type relayPage struct {
	Relay      event.RelayRow     `json:"relay"`
	Config     string             `json:"config,omitempty"`
	Sent       []event.RelaySent  `json:"sent"`
	Letters    []event.DeadLetter `json:"dead_letters"`
	Drops      []event.RelayDrop  `json:"dropped"`
	Activities []event.Activity   `json:"activities"`
}

func showRelay(ctx context.Context, e *env, name, format string) error {
	return e.read(ctx, func(s *settings, j *journal.Journal) error {
		p, err := readRelay(ctx, s, j, name)
		if err != nil {
			return err
		}
		now := s.clock.Now()
		e.warnStale(ctx, j, now)
		return e.printPage(format, p, now, func(w *pageWriter) {
			for _, line := range relayLines(&p.Relay, now, e.moment(now)) {
				w.line(line)
			}
			if p.Config != "" {
				w.head("Configuration")
				w.text(p.Config)
			}
			section(w, "Sent last", p.Sent)
			section(w, "Refused", p.Letters)
			section(w, "Dropped", p.Drops)
			section(w, "What people did", p.Activities)
		})
	})
}

// readRelay reads a relay that is configured, or that once ran.
func readRelay(ctx context.Context, s *settings, j *journal.Journal, name string) (p relayPage, err error) {
	rows, err := j.RelayRows(ctx, relayPlans(s.relays(ctx)), s.clock.Now())
	if err != nil {
		return p, err
	}
	var names []string
	for _, r := range rows {
		names = append(names, r.Name)
		if r.Name == name {
			p.Relay = r
		}
	}
	if p.Relay.Name == "" {
		return p, usageError(noRelay(name, names))
	}
	if p.Config, err = config.ShowRelay(s.config, name); err != nil {
		return p, err
	}
	o := j.Outbox()
	if p.Sent, err = o.SentRows(ctx, name, shownSent); err != nil {
		return p, err
	}
	if p.Letters, err = o.Letters(ctx, name, shownSent); err != nil {
		return p, err
	}
	if p.Drops, err = o.Drops(ctx, name, shownSent); err != nil {
		return p, err
	}
	p.Activities, err = j.Activities(ctx, event.RelayTarget(name), shownActs)
	return p, err
}

// relayLines are how a relay does, in some lines.
func relayLines(r *event.RelayRow, now time.Time, at func(time.Time) string) []string {
	state := r.State
	if !r.Since.IsZero() && r.State != event.RelayNew {
		state += " since " + at(r.Since)
	}
	out := []string{joinWords(r.Name, r.Kind, "sends "+r.Send, state)}
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	if r.PausedAt != nil {
		add("Paused by %s since %s; foghorn relay resume %s", r.PausedBy, at(*r.PausedAt), r.Name)
	}
	if r.State != event.RelayNew {
		add("Sent %s, failed attempts %s, dropped %s, sent again after a lost answer %s", human.Count(r.Sent), human.Count(r.Failed), human.Count(r.Dropped), human.Count(r.Repeated))
		queued := fmt.Sprintf("Queued %s", human.Count(r.Queued))
		if r.Oldest != nil {
			queued += ", the oldest for " + human.Duration(max(0, now.Sub(*r.Oldest)))
		}
		if r.P95 > 0 {
			queued += "; 95 of 100 are sent within " + human.Duration(r.P95)
		}
		out = append(out, queued)
	}
	if r.Configured && r.From != "" {
		workspace, channel, _ := strings.Cut(strings.TrimPrefix(r.Name, "chat:"), "/")
		add("Comes from %s: the notify_ keys of channel %s of workspace %s select what it sends", r.From, channel, workspace)
		add("Query: %s", r.Query)
	}
	if r.Configured {
		add("Matches %s", matchesText(r))
	}
	if r.LastSent != nil {
		add("Sent last at %s", at(*r.LastSent))
	}
	if r.ErrorAt != nil {
		add("Last error at %s: %s", at(*r.ErrorAt), r.LastError)
	}
	if r.Retry != nil {
		add("Tries again at %s", at(*r.Retry))
	}
	if r.Advice != "" {
		add("Note: %s", r.Advice)
	}
	return out
}

// matchesText is what a relay's query matches: "3 alerts now, 41 in the last 24 h".
func matchesText(r *event.RelayRow) string {
	what := strings.TrimSuffix(r.Send, "s")
	if r.Matches == nil {
		return human.CountOf(r.MatchesDay, what) + " in the last 24 h"
	}
	return fmt.Sprintf("%s now, %s in the last 24 h", human.CountOf(*r.Matches, what), human.Count(r.MatchesDay))
}
