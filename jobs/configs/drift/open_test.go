package drift

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"testing"
	"time"

	"foghorn/internal/clock"
	"foghorn/jobs/configs"
	"foghorn/journal/event"
	"foghorn/mist"
)

// However many commits change an object each, the alerts of an organization are bounded,
// and so is what is remembered of them.
func TestAFloodOfDriftIsBounded(t *testing.T) {
	w, st := &Watcher{o: Options{Logger: slog.New(slog.DiscardHandler)}}, &orgState{}
	for i := range eachAlert + maxObjects + 10 {
		c := changedWLAN()
		c.Path.ID = fmt.Sprintf("w-%08d", i)
		out := &outcome{org: Org{Source: "acme", OrgID: org}, commit: &configs.Entry{Version: configs.Version{Revision: fmt.Sprintf("%040x", i)}},
			verdicts: []verdict{{change: c, is: event.DriftUnexplained}}}
		out.group(len(st.Open), at)
		for _, a := range out.open {
			w.opened(st, a)
		}
		if len(out.elements) != 1 {
			t.Fatalf("%d events of a commit", len(out.elements))
		}
	}
	last := st.Open[len(st.Open)-1]
	if len(st.Open) != eachAlert+1 || last.About != "many" || len(last.Objects) != maxObjects || !last.More {
		t.Errorf("%d alerts, the last about %s, %d objects, more %v", len(st.Open), last.About, len(last.Objects), last.More)
	}
}

// A further change of an object is part of its alert, which is over when all settings are
// as they were.
func TestAFurtherChangeIsOfTheSameAlert(t *testing.T) {
	w, st := &Watcher{}, &orgState{}
	for i, setting := range []string{"vlan_id", "auth.type", "vlan_id"} {
		w.opened(st, alert{About: "wlans/a", Objects: []openObject{{Path: "a", span: span{Commit: fmt.Sprint(i)}, Settings: []string{setting}}}})
	}
	if len(st.Open) != 1 || fmt.Sprint(st.Open[0].Objects) != fmt.Sprint([]openObject{{Path: "a", span: span{Commit: "0"}, Settings: []string{"auth.type", "vlan_id"}, Further: []span{{Commit: "1"}, {Commit: "2"}}}}) {
		t.Errorf("%+v", st.Open)
	}
}

// An entry that arrives late explains the change that it is about, and none before or
// after it. One that explained a change explains no other.
func TestALateEntryExplainsOneChange(t *testing.T) {
	w, st := &Watcher{o: Options{Clock: clock.NewFake(at)}}, &orgState{}
	o := Org{Source: "acme", OrgID: org}
	open := func(commit string, from, to time.Duration) {
		c := changedWLAN()
		c.From, c.To = at.Add(from), at.Add(to)
		w.opened(st, alert{About: aboutOf(c.Path), Objects: []openObject{c.openObject(&configs.Entry{Version: configs.Version{Revision: commit}})}})
	}
	late := func(id string, when time.Duration) []element {
		a := entry(t, `Update WLAN "Corp"`, `,"site_id":"`+site+`"`)
		a.ID, a.Time = id, at.Add(when)
		return w.explainedLate(o, st, []Audit{a})
	}
	open("first", -3*time.Hour, -2*time.Hour)
	open("second", -2*time.Hour, -time.Hour)
	if els := late("a", -150*time.Minute); len(els) != 0 || len(st.Open) != 1 || st.Open[0].Objects[0].Commit != "second" || len(st.Open[0].Objects[0].Further) != 0 {
		t.Fatalf("after an entry about the first change: %d events, open %+v", len(els), st.Open)
	}
	if els := late("a", -119*time.Minute); len(els) != 0 || len(st.Open) != 1 {
		t.Fatalf("the entry of the first change explains the second: %d events, open %+v", len(els), st.Open)
	}
	if els := late("b", -90*time.Minute); len(els) != 1 || els[0].Verdict != event.DriftOver || els[0].AuditID != "b" || len(st.Open) != 0 {
		t.Fatalf("after an entry about the second change: %+v, open %+v", els, st.Open)
	}
	for i := range maxFurther + 2 {
		open(fmt.Sprint(i), -time.Hour, -time.Hour+time.Minute)
	}
	if late("c", -time.Hour); len(st.Open) != 1 || len(st.Open[0].Objects[0].Further) > maxFurther {
		t.Errorf("changes that are not kept are explained: %+v", st.Open)
	}
}

// broken is a cloud that answers nothing.
type broken struct{}

func (broken) Do(context.Context, mist.Request) (*mist.Response, error) {
	return nil, errors.New("broken")
}

func (broken) Pages(context.Context, mist.Request) iter.Seq2[*mist.Response, error] {
	return func(yield func(*mist.Response, error) bool) { yield(nil, errors.New("broken")) }
}

// An answer of a time when the clock was ahead says nothing of what happened since.
func TestAnAnswerOfAWrongClockIsNotKept(t *testing.T) {
	o, clk := Org{Source: "acme", OrgID: org}, clock.NewFake(at)
	w := &Watcher{asked: map[string]*answer{org: {from: at.Add(-time.Hour), to: at.Add(time.Minute)}}, o: Options{Clock: clk,
		Find: func(string) (configs.Organization, error) {
			return configs.Organization{Cloud: broken{}, OrgID: org, Pace: configs.NewPace(1000, 20, clk)}, nil
		}}}
	if _, err := w.cloudAudits(t.Context(), o, at.Add(-time.Minute), at); err == nil {
		t.Error("the cloud was not asked")
	}
}
