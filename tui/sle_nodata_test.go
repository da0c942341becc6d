package tui

import (
	"testing"

	"foghorn/journal/event"
)

// A site of which nothing is counted is listed as one without data, after those
// that have some, and opens to nothing made up.
func TestASiteWithoutSLEDataIsListed(t *testing.T) {
	for _, size := range []struct{ w, h int }{{80, 24}, {120, 40}, {60, 15}} {
		withOptions(t, size.w, size.h, func(_ *Options, j *fakeJournal) {
			j.sites = []event.Site{{Source: "acme", ID: "site-new", Name: "new-depot"}, {Source: j.scores[0].Source, ID: j.scores[0].SiteID, Name: j.scores[0].Site}}
		}, func(s *screen) {
			s.press("5")
			s.sees("new-depot", "no data")
			s.fits()
			s.press("G")
			s.press("enter")
			s.sees("SLE of new-depot", "No data")
			s.misses("-100", "NaN", "C -")
			s.press("enter")
			s.fits()
		})
	}
}
