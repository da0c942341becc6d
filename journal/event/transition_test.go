package event

import "testing"

// Each step has the name that people use for it.
func TestTransitionNames(t *testing.T) {
	for _, c := range []struct {
		from, to State
		want     string
	}{
		{"", Open, "opened"}, {"", Resolved, "opened"}, {Open, Open, "severity"}, {Open, Acked, "acked"}, {Snoozed, Acked, "acked"},
		{Acked, Open, "unacked"}, {Open, Snoozed, "snoozed"}, {Snoozed, Open, "woke"}, {Open, Resolved, "resolved"},
		{Acked, Resolved, "resolved"}, {Resolved, Open, "reopened"}, {Resolved, Acked, "acked"},
	} {
		if got := (Transition{From: c.from, To: c.to}).Name(); got != c.want {
			t.Errorf("from %q to %s: %s, want %s", c.from, c.to, got, c.want)
		}
	}
}
