package triage

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"foghorn/journal/event"
)

// said is one word on an object: that it went down or came up. Of a hidden one
// the sender left the object out.
type said struct {
	at      int // in seconds
	arrives int
	object  string
	down    bool
	hidden  bool
}

func (s said) String() string {
	word, object := "up", s.object
	if s.down {
		word = "down"
	}
	if s.hidden {
		object += " (hidden)"
	}
	return fmt.Sprintf("%d %s %s @%d", s.at, word, object, s.arrives)
}

// hear gives a machine the words in the order they arrive. After each one it is
// loaded anew, or not, and check is called with what is in the rows.
func hear(t *testing.T, rng *rand.Rand, words []said, check func(heard []said, open map[string]bool)) {
	t.Helper()
	w := newStoryRun(t)
	slices.SortStableFunc(words, func(a, b said) int { return a.arrives - b.arrives })
	for i, s := range words {
		sig := &event.Signal{Kind: "bgp_down", Type: event.Resolve, Title: "BGP", Severity: event.Warn}
		if s.down {
			sig.Type = event.Raise
		}
		object := s.object
		if s.hidden {
			object = ""
		}
		sig.SetObject("bgp", object)
		begin := hour("10:00")
		e := event.Event{ID: event.ID(int64(i+1), 0), Time: begin.Add(time.Duration(s.at) * time.Second),
			Received: begin.Add(time.Duration(s.arrives) * time.Second), Signal: sig}
		if err := w.m.Event(&e, w.rows); err != nil {
			t.Fatal(err)
		}
		if rng.IntN(2) == 0 {
			w.rows.write(w.m.Changes())
			if rng.IntN(2) == 0 {
				w.m = w.rows.load(DefaultRules())
			}
		}
		now := map[int64]*event.Alert{}
		for id, a := range w.rows.alerts {
			now[id] = &a
		}
		maps.Copy(now, w.m.byID)
		open := map[string]bool{}
		for _, a := range now {
			if a.Resolved == nil {
				open[strings.TrimPrefix(a.Key, "bgp:")] = true
			}
		}
		check(words[:i+1], open)
	}
}

// Objects that are all named, told in any order, late and more than once: an
// alert is open at the end exactly if the last word on its object is a beginning.
func TestAnAlertIsOpenExactlyIfItsObjectIsDown(t *testing.T) {
	for seed := range uint64(400) {
		rng := rand.New(rand.NewPCG(seed, 8))
		var words []said
		for at := range 4 + rng.IntN(25) {
			s := said{at: at * (1 + rng.IntN(3)) * 60, object: fmt.Sprint("10.0.0.", rng.IntN(4)), down: rng.IntN(2) == 0}
			if slices.ContainsFunc(words, func(o said) bool { return o.at == s.at }) {
				continue
			}
			for range 1 + rng.IntN(2) {
				s.arrives = s.at + rng.IntN(600)
				words = append(words, s)
			}
		}
		hear(t, rng, words, func(heard []said, open map[string]bool) {
			if len(heard) < len(words) {
				return
			}
			last := map[string]said{}
			for _, s := range words {
				if s.at >= last[s.object].at {
					last[s.object] = s
				}
			}
			for object, s := range last {
				if open[object] != s.down {
					t.Errorf("seed %d: the alert of %s is open: %v, and should be %v\n%v", seed, object, open[object], s.down, words)
				}
			}
		})
	}
}

// Objects that go down and come up in turn, with some of the words hiding which
// it is, and some told again: whatever is down has an unresolved alert at every
// moment, its own or, where nobody named it, that of the unknown object.
func TestNothingIsResolvedThatIsDown(t *testing.T) {
	for seed := range uint64(400) {
		rng := rand.New(rand.NewPCG(seed, 9))
		var words []said
		down := map[string]bool{}
		for at := range 4 + rng.IntN(40) {
			s := said{at: 60 * at, arrives: 60 * at, object: fmt.Sprint("10.0.0.", rng.IntN(1+rng.IntN(4))), hidden: rng.IntN(3) == 0}
			s.down = !down[s.object]
			if s.down == false && rng.IntN(6) == 0 {
				s.down = true // told again that it is down
			}
			down[s.object] = s.down
			words = append(words, s)
			if rng.IntN(5) == 0 {
				again := words[rng.IntN(len(words))]
				if !again.down {
					again.arrives = s.arrives + 1
					words = append(words, again)
				}
			}
		}
		hear(t, rng, words, func(heard []said, open map[string]bool) {
			last := map[string]said{}
			for _, s := range heard {
				if s.at >= last[s.object].at {
					last[s.object] = s
				}
			}
			for object, s := range last {
				if s.down && !open[object] && !(open[event.UnknownObject] && anyHidden(heard, object)) {
					t.Fatalf("seed %d: %s is down and nothing says so\n%v", seed, object, heard)
				}
			}
		})
	}
}

// anyHidden reports whether the present outage of an object was told without it.
func anyHidden(heard []said, object string) bool {
	for _, s := range slices.Backward(heard) {
		if s.object != object || s.arrives != s.at {
			continue
		}
		if !s.down {
			return false
		}
		if s.hidden {
			return true
		}
	}
	return false
}

// The same, told late and in any order: when all has arrived, whatever is down
// has an unresolved alert.
func TestNothingIsResolvedThatIsDownHoweverLateItIsTold(t *testing.T) {
	for seed := range uint64(1000) {
		rng := rand.New(rand.NewPCG(seed, 10))
		var words []said
		down := map[string]bool{}
		for at := range 4 + rng.IntN(20) {
			s := said{at: 60 * at, object: fmt.Sprint("10.0.0.", rng.IntN(1+rng.IntN(4))), hidden: rng.IntN(3) == 0}
			s.arrives = s.at + rng.IntN(4)*rng.IntN(120)
			s.down = !down[s.object]
			down[s.object] = s.down
			words = append(words, s)
		}
		told := slices.Clone(words)
		hear(t, rng, told, func(heard []said, open map[string]bool) {
			if len(heard) < len(words) {
				return
			}
			last := map[string]said{}
			for _, s := range words {
				last[s.object] = s
			}
			for object, s := range last {
				if s.down && !open[object] && !(open[event.UnknownObject] && s.hidden) {
					t.Errorf("seed %d: %s is down and nothing says so\n%v", seed, object, heard)
				}
			}
		})
	}
}
