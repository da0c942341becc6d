package pane_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"foghorn/journal/event"
	"foghorn/journal/query"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
	"foghorn/tui/port"
)

// numbers is a pane of numbers: what it takes to make one.
func numbers(edit func(s *pane.Spec[int64])) *pane.List[int64] {
	s := pane.Spec[int64]{
		About: pane.About{ID: 8, Digit: "8", Name: "Numbers", Command: "numbers", Help: "some numbers"},
		Table: query.Events, Complete: true,
		RowID:   func(n int64) int64 { return n },
		Read:    func(context.Context, port.Journal, query.Page) ([]int64, error) { return []int64{1, 2, 3}, nil },
		Columns: func(pane.Context, int) []draw.Column { return []draw.Column{{Title: "N", Width: 4, Right: true}} },
		Cells: func(_ pane.Context, n int64) []draw.Cell {
			return []draw.Cell{{Text: draw.Number(int(n)), Role: draw.Plain}}
		},
		Empty: func(pane.Context) []string { return []string{"No numbers."} },
	}
	if edit != nil {
		edit(&s)
	}
	return pane.NewList(s)
}

func fetched(t *testing.T, p *pane.List[int64]) {
	t.Helper()
	a, err := p.Fetch(time.Time{})(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	a.Apply()
}

func drawn(p *pane.List[int64], w, h int) string {
	c := pane.Context{Context: draw.Context{Theme: draw.NewTheme(draw.BackgroundUnknown, true), Zone: time.UTC}}
	return strings.Join(p.Draw(c, w, h, true), "\n")
}

func TestAListShowsWhatItReads(t *testing.T) {
	p := numbers(nil)
	if got := drawn(p, 40, 8); !strings.Contains(got, "Reading the journal.") {
		t.Errorf("before the first answer:\n%s", got)
	}
	fetched(t, p)
	if got := drawn(p, 40, 8); !strings.Contains(got, "8 Numbers") || strings.Contains(got, "No numbers.") || len(p.Rows()) != 3 {
		t.Errorf("after it:\n%s", got)
	}
	if row, ok := p.Selected(); !ok || row != 1 {
		t.Errorf("row %d is selected, %v", row, ok)
	}
	empty := numbers(func(s *pane.Spec[int64]) {
		s.Read = func(context.Context, port.Journal, query.Page) ([]int64, error) { return nil, nil }
	})
	fetched(t, empty)
	if got := drawn(empty, 40, 8); !strings.Contains(got, "No numbers.") {
		t.Errorf("without rows:\n%s", got)
	}
}

func TestWhichKeysWorkFollowsFromTheRows(t *testing.T) {
	for name, c := range map[string]struct {
		edit func(s *pane.Spec[int64])
		want pane.Traits
	}{
		"plain":  {nil, 0},
		"alerts": {func(s *pane.Spec[int64]) { s.Alert = func(n int64) int64 { return n } }, pane.HasAlerts | pane.HasRelays},
		"of devices": {func(s *pane.Spec[int64]) {
			s.Table, s.Alert = query.Devices, func(n int64) int64 { return n }
		}, pane.HasAlerts},
		"clients":  {func(s *pane.Spec[int64]) { s.Client = func(int64) (event.MAC, string) { return "", "" } }, pane.HasClients},
		"tail":     {func(s *pane.Spec[int64]) { s.Tail = true }, pane.IsTail},
		"of sites": {func(s *pane.Spec[int64]) { s.Scopes = func(int64) []pane.Scope { return nil } }, pane.HasSites},
		"states":   {func(s *pane.Spec[int64]) { s.Table = query.Alerts }, pane.HasStates},
		"sorted":   {func(s *pane.Spec[int64]) { s.Sorts = []pane.Order{{Key: "n", Name: "number", Label: "number"}} }, pane.HasOrders},
	} {
		if got, want := numbers(c.edit).Place().Traits, pane.IsPane|pane.HasRows|c.want; got != want {
			t.Errorf("%s: traits %b, want %b", name, got, want)
		}
	}
}

func TestARowIsOpenedInItsOwnWayOrAsARecord(t *testing.T) {
	plain := numbers(func(s *pane.Spec[int64]) {
		s.Record = func(n int64) (pane.RecordRef, bool) { return pane.RecordRef{Kind: pane.EventRecord, ID: n}, true }
	})
	fetched(t, plain)
	if _, own := plain.Open(pane.Screen{}); own {
		t.Error("a row without a way of its own is not opened as a record")
	}
	if ref, ok := plain.Record(); !ok || ref.ID != 1 {
		t.Errorf("its record is %+v, %v", ref, ok)
	}
	own := numbers(func(s *pane.Spec[int64]) {
		s.Open = func(_ pane.Screen, n int64) pane.Request { return pane.Say{Text: draw.Number(int(n))} }
	})
	if r, ok := own.Open(pane.Screen{}); !ok || r != nil {
		t.Errorf("an empty list opens %v", r)
	}
	fetched(t, own)
	if r, ok := own.Open(pane.Screen{}); !ok || r != (pane.Say{Text: "1"}) {
		t.Errorf("opening asks for %v, %v", r, ok)
	}
}

func TestAFilterThatDoesNotParseChangesNothing(t *testing.T) {
	p := numbers(nil)
	if err := p.SetFilter("sev:warn"); err != nil {
		t.Fatal(err)
	}
	if err := p.SetFilter("sevv:warn"); err == nil || p.FilterText() != "sev:warn" {
		t.Errorf("the filter is %q, error %v", p.FilterText(), err)
	}
}

// The severity floor hides rows only where rows have a severity.
func TestTheFloorIsForRowsWithASeverity(t *testing.T) {
	for _, has := range []bool{false, true} {
		asked := ""
		p := numbers(func(s *pane.Spec[int64]) {
			s.HasSeverity = has
			s.Read = func(_ context.Context, _ port.Journal, page query.Page) ([]int64, error) {
				asked = page.Where.String()
				return nil, nil
			}
		})
		p.SetFloor(event.Warn)
		fetched(t, p)
		if got := drawn(p, 40, 8); strings.Contains(asked, "severity") != has || strings.Contains(got, "warn") != has {
			t.Errorf("rows with a severity: %v; asked for %q, drawn\n%s", has, asked, got)
		}
	}
}
