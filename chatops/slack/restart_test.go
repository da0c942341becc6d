package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"foghorn/chatops"
	"foghorn/chatops/chattest"
	"foghorn/journal/event"
	"foghorn/journal/store"
)

// stored opens the store of a directory for the options of a room.
func stored(t *testing.T, dir string) *store.Outbox {
	t.Helper()
	outbox, err := store.OpenOutbox(context.Background(), dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return outbox
}

// Pages are turned after a restart, by the one who asked and with the rights of that time
// only. What follows hangs on the message of before.
func TestPagesAndThreadsOutliveARestart(t *testing.T) {
	dir := t.TempDir()
	rights := map[string]string{ada: "berlin", bob: "berlin"}
	var outbox *store.Outbox
	play(t, func(o *Options) {
		outbox = stored(t, dir)
		o.Store, o.Rights = outbox, func(_, user string) string { return rights[user] }
	}, func(st *stage) {
		wide := devices(200)
		for i, row := range wide.Sections[0].Rows {
			wide.Sections[0].Rows[i] = append(row, strings.Repeat("long ", 9))
		}
		st.h.Answers(wide)
		st.command(ada, "status")
		next := st.press("Next")
		st.h.Answers(&chatops.Message{Follows: true, Sections: []chatops.Section{{Text: "Job 7 began"}}})
		st.command(ada, "backup berlin")
		asked := *st.h.Last(t)
		if err := outbox.Close(); err != nil {
			t.Fatal(err)
		}

		outbox = stored(t, dir)
		defer func() { _ = outbox.Close() }()
		st.o.Store = outbox
		st.ours = mustNew(t, st.o)
		chattest.During(st.t, st.ours.Run, func() {
			chattest.Pass(2 * time.Second)
			st.post(st.slack.Click(channel, ada, "1.2", next))
			st.post(st.slack.Click(channel, ada, "1.2", st.press("Next")))
			third := st.lines()
			if !strings.Contains(third, "Page 3 of ") || !strings.Contains(third, "ap-1") || strings.Contains(third, fmt.Sprintf("ap-%03d", 0)) {
				t.Error(third)
			}
			st.post(st.slack.Click(channel, bob, "1.2", next))
			if got := st.h.Refusals(); len(got) != 1 || !strings.Contains(st.lines(), "Only the person who asked") {
				t.Errorf("%q %s", got, st.lines())
			}
			rights[ada] = "hamburg"
			st.post(st.slack.Click(channel, ada, "1.2", next))
			if got := st.h.Refusals(); len(got) != 2 || !strings.Contains(st.lines(), "Your rights have changed") {
				t.Errorf("%q %s", got, st.lines())
			}
			if err := st.ours.Answer(st.t.Context(), &asked, chattest.Says("Job 7 is done")); err != nil {
				t.Error(err)
			}
			st.posts("Job 7 began", "> Job 7 is done")
		})
	})
}

// full is a store whose disk is full.
type full struct{}

func (full) Recall(context.Context, string, string, time.Time) (json.RawMessage, error) {
	return nil, event.ErrNotFound
}

func (full) Remember(context.Context, string, string, json.RawMessage, time.Time, time.Time) error {
	return errors.New("the disk is full")
}

// Where pages cannot be kept, the answer is a file: nothing is lost.
func TestPagesThatCannotBeKeptAreAFile(t *testing.T) {
	play(t, func(o *Options) { o.Store = full{} }, func(st *stage) {
		st.h.Answers(devices(200))
		st.command(ada, "status")
		chattest.Pass(time.Minute)
		files := st.slack.Files()
		if len(files) != 1 || !strings.Contains(string(files[0].Content), "ap-199-lobby") || !strings.Contains(st.lines(), "only the beginning") || strings.Contains(st.lines(), "[Next]") {
			t.Errorf("%d files, %s", len(files), st.lines())
		}
		if !strings.Contains(strings.Join(st.said, "\n"), "cannot be kept") {
			t.Errorf("nobody is told: %q", st.said)
		}
	})
}
