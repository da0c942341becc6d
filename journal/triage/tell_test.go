package triage

import (
	"slices"
	"testing"
)

type story struct{ name, script, want string }

func allStories() []story {
	return slices.Concat(stories, restartStories, sightedStories, clearedStories, lastingStories, severalStories, closedStories, markedStories)
}

func TestStories(t *testing.T) {
	for _, s := range allStories() {
		t.Run(s.name, func(t *testing.T) {
			w := newStoryRun(t)
			w.play(s.script)
			if got, want := w.alerts(), trim(s.want); got != want {
				t.Errorf("ended with\n%swant\n%s", got, want)
			}
		})
	}
}

// TestStoriesInterrupted tells every story to a machine that is thrown away
// after each step and loaded from what was written.
func TestStoriesInterrupted(t *testing.T) {
	for _, s := range allStories() {
		t.Run(s.name, func(t *testing.T) {
			w := newStoryRun(t)
			for _, line := range splitLines(trim(s.script)) {
				w.play(line)
				w.m = w.rows.load(DefaultRules())
			}
			if got, want := w.alerts(), trim(s.want); got != want {
				t.Errorf("ended with\n%swant\n%s", got, want)
			}
		})
	}
}
