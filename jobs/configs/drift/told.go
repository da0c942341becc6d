package drift

import (
	"encoding/json"

	"foghorn/journal/event"
)

// Told is a change as an event reports it.
type Told struct {
	Verdict event.DriftVerdict
	Commit  string // the beginning of its revision
	Object  string // the path of the object; empty for many objects
	Admin   string // who explains it
	Message string
	about   string
}

// ReadTold reads an event of the type drift; false for one that is about no commit.
func ReadTold(raw []byte) (Told, bool) {
	var el element
	if json.Unmarshal(raw, &el) != nil || el.Check != event.CheckDrift || el.Verdict == "" {
		return Told{}, false
	}
	return Told{el.Verdict, el.Commit, el.Object, el.Admin, el.Message, el.About}, true
}

// Answers are what is known about changes, by commit and object.
type Answers struct {
	byChange map[[2]string]Told
	open     map[string][2]string // the last unexplained change, by what it is about
}

// Add takes up an event. Events come oldest first: the last report counts.
func (a *Answers) Add(t Told) {
	if a.byChange == nil {
		a.byChange, a.open = map[[2]string]Told{}, map[string][2]string{}
	}
	key := [2]string{t.Commit, t.Object}
	switch t.Verdict {
	case event.DriftOver:
		if was, ok := a.open[t.about]; ok && t.Commit == "" { // an entry arrived late
			t.Verdict = event.DriftExplained
			a.byChange[was] = t
		}
		return
	case event.DriftUnexplained:
		a.open[t.about] = key
	}
	a.byChange[key] = t
}

// Of is what is known about a change: of an object, or with an empty path the worst of all
// objects of the commit.
func (a *Answers) Of(revision, object string) (Told, bool) {
	commit := revision[:min(len(revision), shortRevision)]
	if t, ok := a.byChange[[2]string{commit, object}]; ok && object != "" {
		return t, true
	}
	if object != "" {
		t, ok := a.byChange[[2]string{commit, ""}] // of many
		return t, ok
	}
	var worst Told
	found := false
	for key, t := range a.byChange {
		if key[0] == commit && (!found || rank[t.Verdict] > rank[worst.Verdict] || rank[t.Verdict] == rank[worst.Verdict] && t.Message > worst.Message) {
			worst, found = t, true
		}
	}
	return worst, found
}

var rank = map[event.DriftVerdict]int{event.DriftKnown: 1, event.DriftExplained: 2, event.DriftUnchecked: 3, event.DriftUnexplained: 4}
