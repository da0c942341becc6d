package mattermost

import (
	"context"
	"strings"
	"testing"

	"foghorn/chatops"
	"foghorn/chatops/chattest"
	"foghorn/journal/store"
)

// After a restart a message has buttons before any slash command comes, a button of before
// is taken, and a job's end hangs on the post that announced it.
func TestButtonsAndThreadsOutliveARestart(t *testing.T) {
	dir := t.TempDir()
	open := func() *store.Outbox {
		outbox, err := store.OpenOutbox(context.Background(), dir, store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return outbox
	}
	var outbox *store.Outbox
	play(t, func(o *Options) {
		outbox = open()
		o.Store = outbox
	}, func(st *stage) {
		st.h.Answers(proposal())
		st.command(ada, "restart ap-17")
		shown := st.server.Shown()
		before := shown[len(shown)-1].Buttons
		st.h.Answers(&chatops.Message{Follows: true, Sections: []chatops.Section{{Text: "Job 7 began"}}})
		st.command(ada, "backup berlin")
		asked := *st.last()
		if err := outbox.Close(); err != nil {
			t.Fatal(err)
		}

		outbox = open()
		defer func() { _ = outbox.Close() }()
		st.o.Store = outbox
		st.open()
		chattest.During(st.t, st.ours.Run, func() {
			if err := st.ours.Answer(st.t.Context(), &asked, chattest.Says("Job 7 is done")); err != nil {
				t.Error(err)
			}
			posts := st.server.Posts()
			if last := posts[len(posts)-1]; !strings.Contains(last.Message, "Job 7 is done") || last.RootID != posts[0].ID {
				t.Errorf("%+v", posts)
			}
			if code, _ := st.press(bob, &posts[0], &before[0]); code != 200 || st.last().Click.Value != "NONCE1" || st.last().User != bob {
				t.Errorf("%d %+v", code, st.last())
			}
			if err := st.ours.Post(st.t.Context(), "noc", channel, proposal()); err != nil {
				t.Error(err)
			}
			posts = st.server.Posts()
			if buttons := chattest.ButtonsOf(&posts[len(posts)-1]); len(buttons) != 2 || buttons[0].Integration.URL != "https://"+ourHost+basePath+actionPath {
				t.Errorf("%+v", buttons)
			}
		})
	})
}
