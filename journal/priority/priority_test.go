package priority

import (
	"sync"
	"testing"
	"time"

	"foghorn/journal/event"
)

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

// The rules that most tests use: uplinks matter, access ports do not.
func table() Table {
	return Table{
		"junos": {
			Default: Journal,
			Filter:  []string{"lab-"},
			Events: map[string]Rule{
				"SNMP_TRAP_LINK_DOWN": {Subs: []Sub{{"ifName xe-", Detail}, {"ifName ge-0/0/47", Summary}, {"ifName ge-", Journal}}, Level: Ignore},
				"UI_COMMIT":           {Level: Summary},
				"JSRPD_*":             {Level: Journal},
				"JSRPD_RG_*":          {Level: Detail},
				"JSRPD_RG_QUIET":      {Level: Ignore},
				"FPC 0 PIC 0":         {Level: Ignore},
				"LICENSE_EXPIRED":     {Subs: []Sub{{"trial", Ignore}}},
			},
		},
		"audits": {Events: map[string]Rule{"Update Site": {Level: Summary}}},
	}
}

func junosEvent(id, host, text string) *event.Event {
	return &event.Event{Topic: "junos", Source: "core", Type: id, Device: host, Text: text, Time: noon, Severity: event.Warn, Via: event.ViaJunos}
}

func TestTheLevelOfAnEvent(t *testing.T) {
	for _, c := range []struct {
		name  string
		e     *event.Event
		level Level
		ruled bool
		why   string
	}{
		{"the first text that fits", junosEvent("SNMP_TRAP_LINK_DOWN", "sw1", "ifName xe-0/1/0"), Detail, true, `SNMP_TRAP_LINK_DOWN, "ifName xe-"`},
		{"one before a wider one", junosEvent("SNMP_TRAP_LINK_DOWN", "sw1", "ifName ge-0/0/47"), Summary, true, `SNMP_TRAP_LINK_DOWN, "ifName ge-0/0/47"`},
		{"the wider one", junosEvent("SNMP_TRAP_LINK_DOWN", "sw1", "ifName ge-0/0/4"), Journal, true, `SNMP_TRAP_LINK_DOWN, "ifName ge-"`},
		{"none of them", junosEvent("SNMP_TRAP_LINK_DOWN", "sw1", "ifName ae0"), Ignore, true, "SNMP_TRAP_LINK_DOWN"},
		{"case counts", junosEvent("SNMP_TRAP_LINK_DOWN", "sw1", "ifname XE-0/1/0"), Ignore, true, "SNMP_TRAP_LINK_DOWN"},
		{"the id's case counts too", junosEvent("ui_commit", "sw1", "x"), Journal, true, "default"},
		{"a filter comes first", junosEvent("UI_COMMIT", "lab-sw1", "x"), Ignore, true, `filter "lab-"`},
		{"an id with blanks", junosEvent("FPC 0 PIC 0", "sw1", "x"), Ignore, true, "FPC 0 PIC 0"},
		{"a beginning", junosEvent("JSRPD_NODE", "sw1", "x"), Journal, true, "JSRPD_*"},
		{"the longest beginning", junosEvent("JSRPD_RG_STATE", "sw1", "x"), Detail, true, "JSRPD_RG_*"},
		{"listed in full comes before beginnings", junosEvent("JSRPD_RG_QUIET", "sw1", "x"), Ignore, true, "JSRPD_RG_QUIET"},
		{"neither table nor catalogue list it", junosEvent("MY_OWN", "sw1", "x"), Journal, true, "default"},
		{"no text fits and there is no level of its own", junosEvent("LICENSE_EXPIRED", "sw1", "x"), Journal, true, "default"},
	} {
		if got := Compile(table()).Rule(c.e); got != (Ruling{c.level, c.ruled, c.why}) {
			t.Errorf("%s: %+v, want %d %v %q", c.name, got, c.level, c.ruled, c.why)
		}
	}
}

func TestTheCatalogueDecidesWhereTheTableDoesNot(t *testing.T) {
	listed := junosEvent("LICENSE_EXPIRED", "sw1", "x")
	listed.Rank.Level = 2
	if got := Compile(table()).Rule(listed); got.Level != Summary || got.Ruled {
		t.Errorf("with rules: %+v", got)
	}
	var none *Rules
	if got := none.Rule(listed); got.Level != Summary || got.Ruled {
		t.Errorf("without rules: %+v", got)
	}
	if got := none.Rule(junosEvent("MY_OWN", "sw1", "x")); got.Level != Detail || got.Ruled {
		t.Errorf("an event of Junos that nobody lists is at level 1: %+v", got)
	}
	if got := none.Rule(&event.Event{Topic: "alarms", Type: "rogue_ap"}); got.Level != None {
		t.Errorf("Mist's events are as decoded: %+v", got)
	}
}

func opens() *event.Signal {
	return &event.Signal{Key: "k", Type: event.Raise, Title: "it is down", Detail: "busiest: rpd", Severity: event.Critical}
}

func TestWhatALevelDoes(t *testing.T) {
	for _, c := range []struct {
		name     string
		level    Level
		severity event.Severity
		signal   *event.Signal
		calm     bool
		want     event.Severity
		act      event.SignalType
		title    string
	}{
		{"1 tells the detail", Detail, event.Critical, opens(), false, event.Critical, event.Raise, "it is down; busiest: rpd"},
		{"2 tells it in short", Summary, event.Critical, opens(), false, event.Warn, event.Raise, "it is down"},
		{"3 makes no alert", Journal, event.Critical, opens(), false, event.Info, 0, ""},
		{"4 leaves nothing", Ignore, event.Critical, opens(), false, event.Debug, 0, ""},
		{"1 makes an alert of what was none", Detail, event.Info, nil, false, event.Warn, event.OneShot, "sw1: text"},
		{"2 does too", Summary, event.Debug, nil, false, event.Warn, event.OneShot, "sw1: text"},
		{"3 leaves chatter what it is", Journal, event.Debug, nil, false, event.Debug, 0, ""},
		{"a step on the way is no alarm", Detail, event.Info, nil, true, event.Info, 0, ""},
		{"an end stays an end at 1", Detail, event.Info, &event.Signal{Type: event.Resolve, Title: "t"}, false, event.Info, event.Resolve, "t"},
		{"an end stays an end at 4", Ignore, event.Info, &event.Signal{Type: event.Resolve, Title: "t"}, false, event.Debug, event.Resolve, "t"},
		{"an alarm that is over closes", Journal, event.Info, &event.Signal{Type: event.Report, Resolved: true, Title: "t"}, false, event.Info, event.Resolve, "t"},
		{"an alarm that is on opens nothing", Journal, event.Warn, &event.Signal{Type: event.Report, Title: "t"}, false, event.Info, 0, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := junosEvent("X", "sw1", "text")
			e.Severity, e.Signal, e.Rank.Harmless = c.severity, c.signal, c.calm
			Compile(Table{"junos": {Events: map[string]Rule{"X": {Level: c.level}}}}).Apply(e)
			var act event.SignalType
			title := ""
			if e.Signal != nil {
				act, title = e.Signal.Type, e.Signal.Title
			}
			if e.Severity != c.want || act != c.act || title != c.title {
				t.Errorf("%s, act %d, %q; want %s, act %d, %q", e.Severity, act, title, c.want, c.act, c.title)
			}
			if act == event.Raise && e.Signal.Severity != c.want {
				t.Errorf("the alert's severity is %s", e.Signal.Severity)
			}
		})
	}
}

func TestAnAlertMadeByARule(t *testing.T) {
	audit := &event.Event{Topic: "audits", Type: "audits", Source: "acme", OrgID: "o", SiteID: "s", Text: `Jo changed: Update Site "Vienna"`, Time: noon,
		Severity: event.Info, Rank: event.Rank{Name: "Update Site"}}
	Compile(table()).Apply(audit)
	s := audit.Signal
	if s == nil || s.Key != "ranked:audits:acme:o:s:Update Site" || s.Kind != "update_site" || s.Title != audit.Text || s.Distinct || !s.Began.Equal(noon) {
		t.Errorf("%+v", s)
	}
	commit := junosEvent("UI_COMMIT", "sw1", "User 'j' requested 'commit'")
	Compile(table()).Apply(commit)
	if s = commit.Signal; s == nil || s.Key != "ranked:junos:core::sw1:UI_COMMIT" || s.Title != "sw1: User 'j' requested 'commit'" || !s.Distinct {
		t.Errorf("%+v", s)
	}
}

func TestWithoutRulesOnlyLevelOneTellsDetail(t *testing.T) {
	for level, want := range map[int]string{1: "it is down; busiest: rpd", 2: "it is down", 0: "it is down; busiest: rpd"} {
		e := junosEvent("X", "sw1", "text")
		e.Rank.Level, e.Signal, e.Severity = level, opens(), event.Critical
		new(Live).Apply(e)
		if e.Signal.Title != want || e.Severity != event.Critical {
			t.Errorf("level %d: %q, %s", level, e.Signal.Title, e.Severity)
		}
	}
}

func TestRulesAreExchangedWhileTheyAreUsed(t *testing.T) {
	live := NewLive(nil)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 500 {
				e := junosEvent("UI_COMMIT", "sw1", "x")
				live.Apply(e)
				if e.Severity != event.Warn && e.Severity != event.Debug {
					t.Errorf("severity %s is of no rule", e.Severity)
				}
			}
		})
	}
	ignore := Compile(Table{"junos": {Events: map[string]Rule{"UI_COMMIT": {Level: Ignore}}}})
	for range 100 {
		live.Set(ignore)
		live.Set(nil)
	}
	wg.Wait()
}

func TestLevels(t *testing.T) {
	for l := None; l <= 5; l++ {
		if l.Valid() != (l >= 1 && l <= 4) || l.Words() == "" {
			t.Errorf("level %d: %v %q", l, l.Valid(), l.Words())
		}
	}
}

// FuzzApply: no text can make the rules panic, and what comes out is bounded.
func FuzzApply(f *testing.F) {
	f.Add("UI_COMMIT", "sw1", "text", "detail")
	f.Add("SNMP_TRAP_LINK_DOWN", "", "ifName xe-0/0/0", "\xff")
	f.Fuzz(func(t *testing.T, id, host, text, detail string) {
		e := junosEvent(id, host, text)
		e.Signal = &event.Signal{Type: event.Raise, Title: text, Detail: detail}
		Compile(table()).Apply(e)
		if s := e.Signal; s != nil && detail != "" && len(s.Title) > max(maxTitle, len(text)) {
			t.Fatalf("a title of %d bytes", len(s.Title))
		}
		e = junosEvent(id, host, text)
		Compile(table()).Apply(e)
		if s := e.Signal; s != nil && (len(s.Title) > maxTitle || len(s.Key) > maxKey) {
			t.Fatalf("title %d, key %d bytes", len(s.Title), len(s.Key))
		}
	})
}
