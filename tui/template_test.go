package tui

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"

	"foghorn/journal/event"
	"foghorn/journal/store"
)

// template holds the files of a journal with the whole world. Most tests begin with
// it, and to write its rows takes longer than many of the tests. No test here runs
// beside another.
var template struct {
	rows      testRows
	log, view []byte
}

// makeTemplate makes the template of the rows, unless there is one.
func (j *testJournal) makeTemplate() {
	j.tb.Helper()
	if template.log != nil {
		return
	}
	first := newTestJournal(j.tb)
	first.testRows = j.clone()
	first.write()
	first.stopLog()
	j.must(first.Journal.Close())
	var err error
	template.log, err = os.ReadFile(filepath.Join(first.dir, store.LogFile))
	j.must(err)
	template.view, err = os.ReadFile(filepath.Join(first.dir, store.ViewFile))
	j.must(err)
	j.must(os.RemoveAll(first.dir))
	template.rows = j.clone()
}

// copyTemplate puts the files of the template into the directory, and reports whether
// it did. It does not when a test has other rows of the kinds that cannot be replaced.
func (j *testJournal) copyTemplate() bool {
	j.tb.Helper()
	if template.log == nil || !reflect.DeepEqual(derived(template.rows), derived(j.testRows)) {
		return false
	}
	j.must(os.WriteFile(filepath.Join(j.dir, store.LogFile), template.log, 0o600))
	j.must(os.WriteFile(filepath.Join(j.dir, store.ViewFile), template.view, 0o600))
	j.saved = template.rows.clone()
	return true
}

// derived are the rows that saveState does not replace.
func derived(r testRows) testRows {
	r.devices, r.clients, r.webhooks, r.frames, r.feeds, r.budgets = nil, nil, nil, nil, nil, nil
	r.collector, r.outbox = event.Collector{}, testOutbox{}
	return r
}

// clone copies the rows, so that a test can change its own.
func (r testRows) clone() testRows {
	r.events, r.deliveries, r.alerts, r.activities = slices.Clone(r.events), slices.Clone(r.deliveries), slices.Clone(r.alerts), slices.Clone(r.activities)
	r.devices, r.clients, r.webhooks, r.frames = slices.Clone(r.devices), slices.Clone(r.clients), slices.Clone(r.webhooks), slices.Clone(r.frames)
	r.scores, r.feeds, r.budgets = slices.Clone(r.scores), slices.Clone(r.feeds), slices.Clone(r.budgets)
	return r
}
