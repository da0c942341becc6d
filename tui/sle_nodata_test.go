package tui

import (
	"testing"

	"foghorn/journal/event"
)

// A site of which nothing is counted is listed as one without data, after those
// that have some, and opens to nothing made up.
func TestASiteWithoutSLEDataIsListed(t *testing.T) {
	for _, size := range few([]struct{ w, h int }{{80, 24}, {120, 40}, {60, 15}}...) {
		withOptions(t, size.w, size.h, func(_ *Options, j *testJournal) {
			j.devices = append(j.devices, event.Device{Source: "acme", SiteID: "site-new", Site: "new-depot", MAC: "5c5b35fffff0", Name: "depot-ap00", Type: "ap"})
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
