package tui

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"foghorn/journal/event"
)

// Saved filters name the same events and alerts after event ids changed.
func TestFiltersOfAnOlderVersionKeepTheirAlerts(t *testing.T) {
	old := `{"typed":{"filter":["alert:345000012 sev>=warn","id:1000000,2000001","id>=7000000 or !parent_id=8000000","delivery:1234567","id:345","text:345000012"],
		"note":["see alert:345000012"]},"views":{"mine":{"pane":2,"filter":"id:345000000"}}}`
	var kept remembered
	if err := json.Unmarshal([]byte(old), &kept); err != nil {
		t.Fatal(err)
	}
	for range 2 { // once is enough
		kept.useCurrentIDs()
		want := []string{"alert:3450012 sev>=warn", "id:10000,20001", "id>=70000 or !parent_id=80000", "delivery:1234567", "id:345", "text:345000012"}
		if got := kept.Typed["filter"]; !slices.Equal(got, want) {
			t.Errorf("filters are %q, want %q", got, want)
		}
		if got := kept.Views["mine"].Filter; got != "id:3450000" {
			t.Errorf("the saved view has the filter %q", got)
		}
		if got := kept.Typed["note"][0]; got != "see alert:345000012" {
			t.Errorf("a note became %q", got)
		}
		if kept.EventsPerRecord != event.MaxEventsPerRecord {
			t.Errorf("the file says %d events per record", kept.EventsPerRecord)
		}
	}
}

// What this version writes is not converted again by the next start.
func TestTheFileSaysWhichIDsItHas(t *testing.T) {
	dir := t.TempDir()
	withOptions(t, 120, 24, func(o *Options, _ *testJournal) { o.Dir = dir }, func(s *screen) {
		s.press("2", "/", "i", "d", ":", "1", "2", "0", "0", "0", "0", "0", "enter")
		text, err := os.ReadFile(filepath.Join(dir, "screen.json"))
		if err != nil || !strings.Contains(string(text), "id:1200000") || !strings.Contains(string(text), `"events_per_record": 10000`) {
			t.Errorf("the file is %s, %v", text, err)
		}
	})
}
