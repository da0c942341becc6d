package event

import "testing"

// All calls of a budget add up to what Mist counts, unless Mist is behind.
func TestBudgetUsesAddUp(t *testing.T) {
	callers := []CallerUsage{{Name: "devices", Calls: 60}, {Name: "alarms", Calls: 38}}
	for used, others := range map[int]int{194: 96, 98: 0, 90: 0} {
		b := Budget{Used: used, Limit: 5000, Callers: callers}
		uses := b.Uses()
		if last := uses[len(uses)-1]; len(uses) != 3 || last.Caller != Others || last.Calls != others || last.Used != used || last.Limit != 5000 {
			t.Errorf("%d used: %+v", used, uses)
		}
	}
}
