package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"time"

	"foghorn/internal/safetext"
	"foghorn/jobs/configs"
	"foghorn/jobs/configs/drift"
	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/journal/query"
)

// maxDrift is how many events about changes a log of the configuration reads.
const maxDrift = 2000

var driftEvents = query.MustParse("topic:configuration type:drift,drift_over")

// answers reads what the journal knows about changes. Without a journal nothing is known.
func (e *env) answers(ctx context.Context, s *settings) (*drift.Answers, error) {
	out := &drift.Answers{}
	if _, err := os.Stat(s.dir); errors.Is(err, os.ErrNotExist) {
		return out, nil
	}
	j, err := openForReading(ctx, s)
	if err != nil {
		return nil, err
	}
	defer j.Close()
	events, err := j.Events(ctx, query.Page{Where: driftEvents, Now: s.clock.Now(), Limit: maxDrift})
	if err != nil {
		return nil, err
	}
	for _, ev := range slices.Backward(events) { // the oldest first
		raw, err := j.Raw(ctx, ev.ID)
		if err != nil {
			if ctx.Err() != nil {
				return nil, err
			}
			continue // retention took the record
		}
		if t, ok := drift.ReadTold(raw); ok {
			out.Add(t)
		}
	}
	return out, nil
}

// mark adds what is known about a change to its row.
func (r *logRow) mark(a *drift.Answers, object string) {
	t, ok := a.Of(r.Revision, object)
	if !ok {
		return
	}
	r.Drift = t.Verdict
	if r.AuditID == "" && t.Verdict == event.DriftExplained {
		r.ExplainedBy = safetext.Line(t.Admin + ": " + t.Message)
	}
}

// note is the mark for people; empty for a change that says itself who made it.
func (r *logRow) note() string {
	switch {
	case r.Drift == event.DriftUnexplained:
		return "  (outside of the audit log)"
	case r.Drift == event.DriftUnchecked:
		return "  (the audit log could not be checked yet)"
	case r.ExplainedBy != "":
		return "  (" + r.ExplainedBy + ")"
	}
	return ""
}

// historyTrouble warns of a backup without a history: then nothing finds drift. It looks
// at the files, because the collector may find another git than this process.
func historyTrouble(s *settings) (journal.Trouble, bool) {
	last, err := configs.LastBackups(s.configsDir())
	if err != nil || len(last) == 0 {
		return journal.Trouble{}, false
	}
	if _, err := os.Stat(filepath.Join(s.configsDir(), ".git")); !errors.Is(err, os.ErrNotExist) {
		return journal.Trouble{}, false
	}
	var newest time.Time
	for _, at := range last {
		if at.After(newest) {
			newest = at
		}
	}
	return journal.Trouble{Kind: journal.NoHistory, What: "the backup of the configuration has no history, and drift is not found",
		Detail: "install git; the next backup begins the history (the last was at " + newest.UTC().Format("2006-01-02 15:04Z") + ")"}, true
}
