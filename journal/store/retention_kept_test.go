package store

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"foghorn/journal/event"
)

// keptSince asks from when on records of a group are complete.
func (j *journal) keptSince(group string) time.Time {
	j.t.Helper()
	since, err := j.view.KeptSince(j.t.Context(), group)
	if err != nil {
		j.t.Fatal(err)
	}
	return since
}

// deriveAgain makes the view anew from what the log still has.
func (j *journal) deriveAgain() {
	j.t.Helper()
	if err := j.view.Close(); err != nil {
		j.t.Fatal(err)
	}
	views, err := filepath.Glob(filepath.Join(j.dir, "view.db*"))
	if err != nil || len(views) == 0 {
		j.t.Fatalf("no view to remove: %v, %v", views, err)
	}
	for _, f := range views {
		if err := os.Remove(f); err != nil {
			j.t.Fatal(err)
		}
	}
	j.view = openTestView(j.t, j.dir, Options{})
	records, err := j.log.Read(j.t.Context(), 0, 1e6, 1e9)
	if err != nil {
		j.t.Fatal(err)
	}
	for _, r := range records {
		j.project(r.Seq, event.Delivery{Received: r.At, Topic: r.Group, Verdict: event.Verified})
	}
}

// When the view is derived again, nobody knows whose records are missing.
func TestAViewDerivedAgainTakesNothingForComplete(t *testing.T) {
	j := newJournal(t)
	for _, topic := range []string{"alarms", "location", "audits"} {
		j.receive(topic, 10)
	}
	j.now = j.now.Add(2 * time.Hour)
	j.receive("alarms", 10)
	if gone := j.trim(limits()); gone != 1 {
		t.Fatalf("%d records went", gone)
	}
	j.deriveAgain()
	j.trim(limits())
	if since := j.keptSince("alarms"); !since.IsZero() {
		t.Errorf("alarms are said to be kept since %v, and theirs are the journal's first", since)
	}
	if since, want := j.keptSince("audits"), began.Add(3*time.Minute); !since.Equal(want) {
		t.Errorf("audits are kept since %v, want %v", since, want)
	}
}
