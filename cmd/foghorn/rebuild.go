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

const rebuildLong = `Delete the view and derive it again from the log: events, alerts, counters and the
search index, with the same ids. Nothing is lost. It repairs a damaged view; a newer
foghorn does it on its own when it decodes more.

If the log has damaged records, the view is kept, because it may still show what
they contained; --skip-damaged rebuilds it without them.

--start-fresh renames a damaged log, which cannot be derived from anything, and
begins an empty journal.`

func newRebuildCmd(e *env) *cobra.Command {
	fresh, skip := false, false
	cmd := &cobra.Command{
		Use:     "rebuild",
		Short:   "Derive the view again from the log",
		Long:    rebuildLong,
		Example: "foghorn rebuild\nfoghorn rebuild --start-fresh    # only after foghorn said that log.db is damaged",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return rebuild(cmd.Context(), e, fresh, skip)
		},
	}
	cmd.Flags().BoolVar(&fresh, "start-fresh", false, "rename a damaged log and begin an empty journal")
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
	// The view is the only readable copy of what a damaged log contained, so the
	// whole log is checked before the view is deleted.
	if err := checkLog(ctx, s); err != nil && !(skip && isDamage(err)) {
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
	bar := &progress{w: underlyingWriter(e.stderr), redraw: isTerminal(e.stderr), start: time.Now()}
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

// startFresh renames a damaged log and its view. It refuses to touch a log that can
// be read: a typing error must not cost a journal.
func startFresh(ctx context.Context, e *env, s *settings) error {
	err := checkLog(ctx, s)
	if err == nil {
		return errors.New("log.db is not damaged and was not changed; without --start-fresh this command derives the view again")
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
		fmt.Fprintf(e.stdout, "renamed %s to %s\n", file, aside)
	}
	return nil
}

// checkLog reads the whole log and reports damage.
func checkLog(ctx context.Context, s *settings) error {
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

// isDamage reports whether the log is damaged, rather than unreadable for another reason.
func isDamage(err error) bool {
	var record *store.DamagedError
	return errors.As(err, &record) || errors.Is(err, store.ErrCorrupt)
}

// readBytes bounds how many bytes of bodies are read at a time.
const readBytes = 16 << 20

// progress draws the progress bar of a rebuild; only on a terminal.
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
