package config

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the rules of summer time, also where the system has none
)

func TestATimeOfDay(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ at, after, want string }{
		{"02:00", "2026-11-27T01:59:59+01:00", "2026-11-27T02:00:00+01:00"},
		{"02:00", "2026-11-27T02:00:00+01:00", "2026-11-28T02:00:00+01:00"},
		{"00:00", "2026-12-31T12:00:00+01:00", "2027-01-01T00:00:00+01:00"},
		{"02:30", "2026-03-29T01:00:00+01:00", "2026-03-29T03:30:00+02:00"}, // a day without 02:30
		{"02:30", "2026-03-29T03:30:00+02:00", "2026-03-30T02:30:00+02:00"},
		{"02:30", "2026-10-25T01:00:00+02:00", "2026-10-25T02:30:00+01:00"}, // a day with two of them
		{"02:30", "2026-10-25T02:30:00+01:00", "2026-10-26T02:30:00+01:00"},
	} {
		after, err := time.Parse(time.RFC3339, c.after)
		if err != nil {
			t.Fatal(err)
		}
		if got := TimeOfDay(c.at).After(after, berlin).Format(time.RFC3339); got != c.want {
			t.Errorf("%s after %s: got %s, want %s", c.at, c.after, got, c.want)
		}
	}
}

// A job that names no organization is one job for each, and what show prints loads again.
func TestScheduledJobs(t *testing.T) {
	c := load(t, `
[[mist]]
name = "acme"
[[mist]]
name = "beta"
[[job]]
kind = "backup"
every = "6h"
[[job]]
kind = "ping"
source = "beta"
target = "sw1"
at = "02:00"
[jobs]
per_organization = 3
`, nil)
	jobs := c.ScheduledJobs()
	if len(jobs) != 3 || jobs[0].Source != "acme" || jobs[1].Source != "beta" || jobs[2].At != "02:00" || c.Jobs.PerOrganization != 3 {
		t.Fatalf("%+v", jobs)
	}
	shown, err := Show(c)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"[jobs]\nper_organization = 3\n", "[[job]]\nkind = \"backup\"\nevery = \"6h\"\n\n[[job]]\nkind = \"ping\"\nsource = \"beta\"\ntarget = \"sw1\"\nat = \"02:00\"\n"} {
		if !strings.Contains(shown, want) {
			t.Errorf("it lacks %q:\n%s", want, shown)
		}
	}
	other := *c
	other.Scheduled = nil
	if tables, err := Changed(c, &other); err != nil || len(tables) != 0 {
		t.Errorf("another schedule needs a restart: %v, %v", tables, err)
	}
	other.Jobs.PerOrganization = 4
	if tables, err := Changed(c, &other); err != nil || len(tables) != 1 {
		t.Errorf("another limit does not: %v, %v", tables, err)
	}
}
