package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"foghorn/internal/human"
	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/journal/export"
	"foghorn/relay"
)

func newRelayDeadCmd(e *env) *cobra.Command {
	list := &listFlags{}
	cmd := &cobra.Command{
		Use:   "dead [NAME [ID]]",
		Short: "List what destinations refused, or show one with the answer",
		Long: `List the dead letters: events and alerts that a destination refused, with its answer.
While foghorn still tries a letter, it is parked; after that it is dead, and only foghorn relay
retry sends it again. Other items are not held up. With an id, show one letter in full.`,
		Example: "foghorn relay dead\nfoghorn relay dead chat\nfoghorn relay dead chat 12",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 2 {
				return showLetter(cmd.Context(), e, args[0], args[1], list.format)
			}
			return listLetters(cmd.Context(), e, list, args)
		},
	}
	addFormat(cmd, &list.format)
	return cmd
}

// mostLetters bounds the list.
const mostLetters = 1000

func listLetters(ctx context.Context, e *env, list *listFlags, args []string) error {
	return e.list(ctx, list, func(j *journal.Journal, l listing) error {
		name := ""
		if len(args) > 0 {
			p, err := readRelay(ctx, l.settings, j, args[0])
			if err != nil {
				return err
			}
			name = p.Relay.Name
		}
		letters, err := j.Outbox().Letters(ctx, name, mostLetters)
		if err != nil {
			return err
		}
		if len(letters) == 0 {
			fmt.Fprintln(e.stderr, "foghorn: there are no dead letters")
		}
		return export.Write(e.stdout, l.format, letters, l.options)
	})
}

// letterOf is a dead letter of a relay.
func letterOf(ctx context.Context, j *journal.Journal, relay, id string) (event.DeadLetter, error) {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return event.DeadLetter{}, usageError(fmt.Errorf("%s is not the id of a dead letter; foghorn relay dead %s lists them", strconv.Quote(id), relay))
	}
	letters, err := j.Outbox().Letters(ctx, relay, mostLetters)
	if err != nil {
		return event.DeadLetter{}, err
	}
	i := slices.IndexFunc(letters, func(l event.DeadLetter) bool { return l.ID == n })
	if i < 0 {
		return event.DeadLetter{}, fmt.Errorf("relay %s has no dead letter %d: it has been sent since, or is older than 30 days", relay, n)
	}
	return letters[i], nil
}

func showLetter(ctx context.Context, e *env, relay, id, format string) error {
	return e.read(ctx, func(s *settings, j *journal.Journal) error {
		l, err := letterOf(ctx, j, relay, id)
		if err != nil {
			return err
		}
		now := s.clock.Now()
		return e.printPage(format, l, now, func(p *pageWriter) {
			at := e.moment(now)
			p.line(l.Title)
			if l.EventID != 0 {
				p.line("Event     " + event.ShortID(l.EventID) + ": foghorn events show " + event.ShortID(l.EventID))
			}
			if l.AlertID != 0 {
				p.line("Alert     " + event.ShortID(l.AlertID) + ": foghorn alerts show " + event.ShortID(l.AlertID))
			}
			p.line(fmt.Sprintf("State     %s, after %s since %s", l.State, human.CountOf(l.Attempts, "attempt"), at(l.First)))
			switch l.State {
			case event.LetterParked:
				p.line("Next try  " + at(l.Due))
			case event.LetterDead:
				p.line(fmt.Sprintf("Retry     foghorn relay retry %s %d", l.Relay, l.ID))
			}
			p.line("Answer    " + l.Answer)
			p.letterPreview(ctx, s, j, &l)
		})
	})
}

// letterPreview writes what would be sent for a dead letter, or why that is not known.
func (p *pageWriter) letterPreview(ctx context.Context, s *settings, j *journal.Journal, l *event.DeadLetter) {
	id := l.EventID
	if id == 0 {
		id = l.AlertID
	}
	c, d, err := s.relayDestination(ctx, l.Relay, j)
	if err == nil {
		var v relay.Preview
		if v, err = s.preview(ctx, j, c, d, id); err == nil {
			p.head("What would be sent")
			p.preview(&v)
			return
		}
	}
	p.line("What would be sent is not known: " + s.secrets.Text(err.Error()))
}
