package store

import (
	"context"
	"errors"
	"testing"
	"time"

	"foghorn/journal/event"
	"foghorn/journal/query"
)

// Empty segments of the index go, and searching goes on around them.
func TestRetentionShrinksTheIndex(t *testing.T) {
	j := newJournal(t)
	j.view.w.block = 1
	for i := range 200 {
		topic := "location"
		if i > 190 {
			topic = "alarms"
		}
		j.receive(topic, 10)
	}
	before := len(dump(t, j.view, "index_segments"))
	j.now = j.now.Add(2 * time.Hour)
	j.trim(limits())
	if after := len(dump(t, j.view, "index_segments")); before != 3 || after != 1 {
		t.Errorf("%d segments became %d", before, after)
	}
	for i := range 900 {
		j.now = began.Add(time.Duration(i) * time.Second)
		j.receive("alarms", 10)
	}
	q, err := query.Parse("topic:alarms")
	if err != nil {
		t.Fatal(err)
	}
	events, err := j.view.Events(context.Background(), query.Page{Where: q, Limit: 1e6})
	if err != nil || len(events) != 909 {
		t.Errorf("%d events, %v", len(events), err)
	}
}

// What is removed is given back to the file system, a few pages at a time.
func TestRetentionShrinksTheFile(t *testing.T) {
	ctx := context.Background()
	j := newJournal(t)
	for range 10 {
		r := event.Record{Kind: event.RecordDelivery, Group: "location", At: j.now, Body: make([]byte, 3<<20)}
		if _, err := j.log.Append(ctx, r); err != nil {
			t.Fatal(err)
		}
	}
	last := j.receive("alarms", 10)
	j.now = j.now.Add(2 * time.Hour)
	pages := func() (used, free int64) {
		c, err := connect(j.log.path, settings{})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		used, err1 := queryInt(c, "PRAGMA page_count")
		free, err2 := queryInt(c, "PRAGMA freelist_count")
		if err := errors.Join(err1, err2); err != nil {
			t.Fatal(err)
		}
		return used, free
	}
	before, _ := pages()
	if gone := j.trim(limits()); gone != 10 {
		t.Errorf("%d records went", gone)
	}
	after, free := pages()
	if before*pageSize < 30<<20 || after >= before-3000 || free > slackPages {
		t.Errorf("%d pages became %d, %d of them free", before, after, free)
	}
	if r, err := j.log.Get(ctx, last); err != nil || len(r.Body) != 10 {
		t.Errorf("what stayed cannot be read: %+v, %v", r, err)
	}
}
