package config

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"foghorn/journal/priority"
)

const ranked = `
[priority.junos]
UI_COMMIT = 3
"FPC 0 PIC 0" = 1
filter = ['lab-"1"', "x"]
default = 2
ROOT_PORT = { "b" = 1, default = 3, "a" = 4 }

[priority.junos.SNMP_TRAP_LINK_DOWN]
"z.1" = 1
"q" = 2
"ifName ge-0/0/1.0" = 3

[priority.audits]
"Update Site" = 2
`

// The order of texts is the file's and not that of their letters.
func TestPrioritiesKeepTheOrderOfTheFile(t *testing.T) {
	want := priority.Table{
		"junos": {
			Default: 2, Filter: []string{`lab-"1"`, "x"},
			Events: map[string]priority.Rule{
				"UI_COMMIT": {Level: 3}, "FPC 0 PIC 0": {Level: 1},
				"ROOT_PORT":           {Subs: []priority.Sub{{Text: "b", Level: 1}, {Text: "a", Level: 4}}, Level: 3},
				"SNMP_TRAP_LINK_DOWN": {Subs: []priority.Sub{{Text: "z.1", Level: 1}, {Text: "q", Level: 2}, {Text: "ifName ge-0/0/1.0", Level: 3}}},
			},
		},
		"audits": {Events: map[string]priority.Rule{"Update Site": {Level: 2}}},
	}
	c := load(t, ranked, nil)
	if !reflect.DeepEqual(c.Priority, want) {
		t.Errorf("%+v\nwant %+v", c.Priority, want)
	}
	shown, err := Show(c)
	if err != nil {
		t.Fatal(err)
	}
	again := load(t, shown, nil)
	if !reflect.DeepEqual(again.Priority, want) {
		t.Errorf("shown and read again:\n%s\n%+v", shown, again.Priority)
	}
}

func TestNoPrioritiesAreNone(t *testing.T) {
	for _, text := range []string{"", "[priority]\n", "[priority.junos]\n"} {
		c := load(t, text, nil)
		for topic, s := range c.Priority {
			if s.Default != 0 || len(s.Filter)+len(s.Events) > 0 {
				t.Errorf("%q: %s is %+v", text, topic, s)
			}
		}
	}
}

func TestHeartbeats(t *testing.T) {
	c := load(t, "[[junos]]\nname = \"a\"\n[[junos]]\nname = \"b\"\nheartbeat = \"2m\"\n[[junos]]\nname = \"c\"\nsilent_after = \"1h\"\n", nil)
	for i, want := range [][2]time.Duration{{5 * time.Minute, 15 * time.Minute}, {2 * time.Minute, 6 * time.Minute}, {5 * time.Minute, time.Hour}} {
		if j := c.Junos[i]; time.Duration(j.Heartbeat) != want[0] || time.Duration(j.SilentAfter) != want[1] {
			t.Errorf("%s: %v, %v; want %v", j.Name, j.Heartbeat, j.SilentAfter, want)
		}
	}
	if shown, err := Show(c); err != nil || !strings.Contains(shown, `silent_after = "1h"`) {
		t.Errorf("%v\n%s", err, shown)
	}
}
