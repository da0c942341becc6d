package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"foghorn/internal/human"
	"foghorn/journal/store"
)

const rebuildLong = `Throw the view away and derive it again from the log: events, alerts, counters and
the search index, with the same ids. Nothing is lost by it; it is the cure for a
damaged view, and what a newer foghorn does by itself when it decodes more.

A log with damaged records is not rebuilt by itself, because the view may still
show what they said; --skip-damaged passes them over.

With --start-fresh a damaged log, which is the truth and cannot be derived from
anything, is put aside under another name and an empty journal is begun.`

func newRebuildCmd(e *env) *cobra.Command {
	fresh, skip := false, false
	cmd := &cobra.Command{
		Use:     "rebuild",
		Short:   "Derive the view again from the log",
		Long:    rebuildLong,
		Example: "foghorn rebuild\nfoghorn rebuild --start-fresh    # only after foghorn said that log.db is damaged",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return rebuild(cmd.Context(), e, fresh, skip)
		},
	}
	cmd.Flags().BoolVar(&fresh, "start-fresh", false, "put a damaged log aside and begin an empty journal")
	cmd.Flags().BoolVar(&skip, "skip-damaged", false, "derive the view without the damaged records")
	return cmd
}

func rebuild(ctx context.Context, e *env, fresh, skip bool) error {
	s, err := e.settings()
	if err != nil {
		return err
	}
	lock, err := s.collecting().Lock(ctx, "rebuild")
	if err != nil {
		return explainHeld(err)
	}
	defer lock.Release()
	if fresh {
		if err := startFresh(ctx, e, s); err != nil {
			return err
		}
	}
	// The view is the only readable copy of what a damaged log still held, so
	// the log is read to its end before the view is given up.
	if err := readLog(ctx, s); err != nil && !(skip && isDamage(err)) {
		if isDamage(err) {
			err = fmt.Errorf("%w\nThe view is unchanged. To derive it without the damaged records: foghorn rebuild --skip-damaged", err)
		}
		return err
	}
	if err := store.ResetView(ctx, s.dir); err != nil {
		return err
	}
	log, view, _, err := s.collecting().OpenJournal(ctx, nil)
	if err != nil {
		return err
	}
	defer log.Close()
	defer view.Close()
	bar := &progress{w: drawing(e.stderr), redraw: isTerminal(e.stderr), start: time.Now()}
	p, err := s.collecting().NewProjector(log, view)
	if err != nil {
		return err
	}
	if err := p.CatchUp(ctx, bar.show); err != nil {
		return err
	}
	status, err := view.Status(ctx)
	if err != nil {
		return err
	}
	bar.done()
	fmt.Fprintf(e.stdout, "rebuilt %s events and %s deliveries in %s\n", human.Count(status.Counts.Events),
		human.Count(status.Counts.Deliveries), human.Duration(time.Since(bar.start)))
	return nil
}

// startFresh puts a damaged log and its view aside. It refuses to touch a log
// that can be read: that would be a way to lose a journal by a typing error.
func startFresh(ctx context.Context, e *env, s *settings) error {
	err := readLog(ctx, s)
	if err == nil {
		return errors.New("log.db is not damaged, so it stays as it is; without --start-fresh this command derives the view again")
	}
	if !errors.Is(err, store.ErrCorrupt) {
		return err
	}
	for _, file := range []string{store.LogFile, store.ViewFile} {
		aside, err := store.Quarantine(s.dir, file)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		fmt.Fprintf(e.stdout, "put %s aside as %s\n", file, aside)
	}
	return nil
}

// readLog reads the log from its beginning to its end and reports damage.
func readLog(ctx context.Context, s *settings) error {
	log, err := store.OpenLog(ctx, s.dir, s.collecting().StoreOptions())
	if err != nil {
		return err
	}
	defer log.Close()
	for after := int64(0); ; {
		records, err := log.Read(ctx, after, pageSize, readBytes)
		if err != nil || len(records) == 0 {
			return err
		}
		for _, r := range records {
			if r.Damage != "" {
				return &store.DamagedError{Seq: r.Seq, Why: r.Damage}
			}
		}
		after = records[len(records)-1].Seq
	}
}

// isDamage tells damage of the log from other trouble with it.
func isDamage(err error) bool {
	var record *store.DamagedError
	return errors.As(err, &record) || errors.Is(err, store.ErrCorrupt)
}

// readBytes bounds how many bytes of bodies are read at a time.
const readBytes = 16 << 20

// progress draws how far a rebuild is, on a terminal as a bar that stays in its
// line and elsewhere not at all.
type progress struct {
	w      io.Writer
	redraw bool
	start  time.Time
	last   time.Time
}

func (p *progress) show(done, end int64) {
	now := time.Now()
	if !p.redraw || now.Sub(p.last) < 100*time.Millisecond && done < end {
		return
	}
	p.last = now
	const width = 30
	filled := width
	if end > 0 {
		filled = int(width * done / end)
	}
	fmt.Fprintf(p.w, "\r[%s%s] %3d %%  record %s of %s ", strings.Repeat("#", filled), strings.Repeat(".", width-filled),
		100*filled/width, human.Count(done), human.Count(end))
}

func (p *progress) done() {
	if p.redraw {
		fmt.Fprintln(p.w)
	}
}
