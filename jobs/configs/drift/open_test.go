package drift

import (
	"fmt"
	"log/slog"
	"testing"

	"foghorn/jobs/configs"
	"foghorn/journal/event"
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
		w.opened(st, alert{About: "wlans/a", Objects: []openObject{{Path: "a", Commit: fmt.Sprint(i), Settings: []string{setting}}}})
	}
	if len(st.Open) != 1 || fmt.Sprint(st.Open[0].Objects) != fmt.Sprint([]openObject{{Path: "a", Commit: "0", Settings: []string{"auth.type", "vlan_id"}}}) {
		t.Errorf("%+v", st.Open)
	}
}
