package junos

import (
	"strings"
	"testing"
)

func TestLookup(t *testing.T) {
	for _, c := range []struct {
		id     string
		level  Level
		listed bool
	}{
		{"FPC 0 PIC 0", 1, true}, {"UI_COMMIT_PROGRESS", 4, true}, {"UI_COMMIT", 3, true}, {"LICENSE_EXPIRED", 2, true},
		{"JSRPD_RG_STATE_CHANGE", 1, true}, {"DOT1XD_USR_UNATHENTICATED", 2, true}, {"SYSTEM", 1, true},
		{"ui_commit", DefaultLevel, false}, {"MY_OWN_EVENT", DefaultLevel, false},
		{"MY_OWN_CLEARED", 3, false}, {"JSRPD_HA_CONTROL_LINK_UP", 3, true}, {"SNMP_TRAP_LINK_UP", 3, true}, {"STARTUP", DefaultLevel, false}, {"", DefaultLevel, false},
	} {
		e, ok := Lookup(c.id)
		if e.Level != c.level || ok != c.listed {
			t.Errorf("Lookup(%q) = %+v, %v", c.id, e, ok)
		}
	}
}

func TestCatalogueIsSound(t *testing.T) {
	seen := map[string]bool{}
	for _, e := range Catalogue() {
		if seen[e.ID] || e.Meaning == "" || e.Level < 1 || e.Level > 4 {
			t.Errorf("entry %+v is double, without meaning or without level", e)
		}
		seen[e.ID] = true
	}
}

// Every entry of the catalogue has an example, and every example an entry.
func TestExamplesAreTheCatalogue(t *testing.T) {
	for _, e := range Catalogue() {
		if _, ok := ExampleOf(e.ID); !ok {
			t.Errorf("%s has no example", e.ID)
		}
	}
	seen := map[string]bool{}
	for _, x := range append(Examples(), ExampleEnds()...) {
		if _, listed := Lookup(x.ID); !listed || x.Process == "" || x.Severity == "" || x.Message == "" && x.ID != Heartbeat {
			t.Errorf("%+v is not listed, or lacks something", x)
		}
		seen[x.ID] = true
	}
	if len(seen) != len(Examples()) {
		t.Errorf("%d ids in %d examples", len(seen), len(Examples()))
	}
	for _, name := range Samples() {
		body, _ := Sample(name)
		if _, err := Parse(body); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestGoodNews(t *testing.T) {
	for id := range strings.FieldsSeq(`DOT1XD_USR_AUTHENTICATED FOO_UP FOO_LINK_UP_NOTICE FOO_NBRUP FOO_CLEARED FOO_DOWN_CLEARED FOO_EXCEEDED_CLEARED FOO_LIMIT_RESET
		FOO_UTIL_NORMAL FOO_INSERTION_EVENT FOO_TEST_COMPLETED FOO_INSTALL_SUCCESS FOO_STATE_DOWN_TO_UP FOO_RECOVERED JSRPD_UNSET_HW_MON_FAILURE FOO_ONLINE foo-up`) {
		if e, _ := Lookup(id); !GoodNews(id) || e.Level != 3 {
			t.Errorf("%s is no good news, level %d", id, e.Level)
		}
	}
	for id := range strings.FieldsSeq(`FOO_DOWN FOO_UP_TO_DOWN FOO_NOT_UP LOGIN_FAILED FOO_UP_FAILED FOO_NOT_OK STARTUP BACKUP SETUP UP FOO_UNAUTHENTICATED RESET_FAILED
		FOO_ABNORMAL FOO_CHANGED DOT1XD_USR_ACCESS_DENIED`) {
		if GoodNews(id) {
			t.Errorf("%s is good news", id)
		}
	}
}

func TestPostsAreReadBackAsTheyWereMeant(t *testing.T) {
	x, _ := ExampleOf("UI_COMMIT")
	x.Message += " \U0001F511 <&>"
	p, err := Parse(x.Post(Sender{Hostname: "sw", PID: "7", Facility: "daemon", Time: 1760000000, ID: "1760000000123-00", Version: "1"}))
	if err != nil || p.Message != x.Line() || p.Attributes["username"] != "jörg" || p.PID != "7" || p.AgentVersion != "1" || p.Detail != "" || p.Processes != nil {
		t.Errorf("%+v, %v", p, err)
	}
	for _, b := range x.Post(Sender{}) {
		if b >= 0x80 {
			t.Fatal("not all of it is ASCII")
		}
	}
}

func TestPlain(t *testing.T) {
	for _, c := range [][3]string{
		{"UI_COMMIT", "UI_COMMIT: User 'j' did", "User 'j' did"},
		{"UI_COMMIT", "UI_COMMIT_COMPLETED: done", "UI_COMMIT_COMPLETED: done"},
		{"FPC 0 PIC 0", "FPC 0 PIC 0: hot", "hot"},
		{"UI_COMMIT_COMPLETED", "UI_COMMIT_COMPLETED:  : commit complete", "commit complete"},
		{"UI_COMMIT_COMPLETED", " : commit complete", "commit complete"},
		{"PING", "::1 does not answer", "::1 does not answer"},
		{"A", "", ""},
	} {
		if got := Plain(c[0], c[1]); got != c[2] {
			t.Errorf("Plain(%q, %q) = %q, want %q", c[0], c[1], got, c[2])
		}
	}
}

// FuzzJunos: no body and no message can make the reader panic, and what is
// accepted has an event id within bounds.
func FuzzJunos(f *testing.F) {
	for _, n := range Samples() {
		body, _ := Sample(n)
		f.Add(body)
	}
	f.Add([]byte(`{"event":"A","detail":[{"cpu":"x"}],"attributes":[null]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		p, err := Parse(body)
		if err != nil {
			return
		}
		if p.Event == "" || len(p.Event) > MaxEvent {
			t.Fatalf("event id %q", p.Event)
		}
		if plain := Plain(p.Event, p.Message); len(plain) > len(p.Message) {
			t.Fatalf("%q became the longer %q", p.Message, plain)
		}
		GoodNews(p.Event)
	})
}
