package collector

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"foghorn/config"
	"foghorn/feeds/health"
	"foghorn/internal/clock"
	"foghorn/jobs"
	"foghorn/jobs/configs"
	"foghorn/jobs/configs/compliance"
	"foghorn/journal/event"
	"foghorn/journal/query"
	"foghorn/mist"
)

const checkedConfig = `
[[mist]]
name = "acme"
org_id = "2818e386-8dec-2562-9ede-5b8a0fbbdc71"
webhook_secret = "fog-over-the-harbour"
[configs]
disable = ["poe-power"]
`

const acmeID = "2818e386-8dec-2562-9ede-5b8a0fbbdc71"

// keep writes an object of acme into the backup.
func keep(t *testing.T, c *Collector, site, kind, id, text string) {
	t.Helper()
	s, err := c.OpenConfigs()
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	o := configs.Object{Source: "acme", OrgID: acmeID, SiteID: site, Type: kind, ID: id, JSON: []byte(text)}
	if _, err := s.Write(t.Context(), []configs.Change{{Object: o}}, configs.Commit{}); err != nil {
		t.Fatal(err)
	}
}

// backedUp says when acme was backed up.
func backedUp(t *testing.T, c *Collector, at time.Time) {
	t.Helper()
	text := fmt.Sprintf(`{%q: %q}`, acmeID, at.UTC().Format(time.RFC3339))
	if err := os.WriteFile(filepath.Join(c.Dir, ConfigsDir+".last"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// A WLAN that breaks a rule and an old backup are alerts, and resolve themselves. So does
// what breaks a rule that is added while the collector runs.
func TestWhatBreaksARuleIsAnAlert(t *testing.T) {
	c := testCollector(t, checkedConfig)
	keep(t, c, "s1", "info", "s1", `{"name":"Vienna"}`)
	keep(t, c, "s1", "wlans", "w1", `{"ssid":"Guest","enabled":true,"auth":{"type":"open"}}`)
	backedUp(t, c, time.Now().AddDate(0, 0, -9))
	reload := make(chan struct{})
	c.reloader.now = reload
	defer running(t, c)()
	states := func() (out []string) {
		alerts, err := c.view.Alerts(t.Context(), query.Page{Where: query.MustParse("kind:config_violation,backup_stale"), Now: time.Now(), Limit: 10})
		if err != nil {
			t.Error(err)
		}
		for _, a := range alerts {
			out = append(out, fmt.Sprintf("%s %s %v resolved=%v", a.Kind, a.SiteID, a.Severity, a.State == event.Resolved))
			if a.Kind == "config_violation" && !strings.HasPrefix(a.Title, "wlans Guest (Vienna): ") {
				t.Error(a.Title)
			}
		}
		slices.Sort(out)
		return out
	}
	eventually(t, "two alerts", func() bool {
		return slices.Equal(states(), []string{"backup_stale  warn resolved=false", "config_violation s1 warn resolved=false"})
	})
	keep(t, c, "s1", "wlans", "w1", `{"ssid":"Guest","enabled":true,"auth":{"type":"psk"}}`)
	backedUp(t, c, time.Now())
	eventually(t, "both are resolved", func() bool {
		return slices.Equal(states(), []string{"backup_stale  warn resolved=true", "config_violation s1 warn resolved=true"})
	})
	rule := checkedConfig + "stale_after = \"1s\"\n[[configs.rule]]\nname = \"ssid\"\ntype = \"wlans\"\nnaming = \"corp-.*\"\nseverity = \"critical\"\n"
	if err := os.WriteFile(c.ConfigPath, []byte(rule), 0o600); err != nil {
		t.Fatal(err)
	}
	backedUp(t, c, time.Now().Add(-time.Minute))
	reload <- struct{}{}
	eventually(t, "the new rule and the new limit hold", func() bool {
		got := states()
		return slices.Contains(got, "config_violation s1 critical resolved=false") && slices.Contains(got, "backup_stale  warn resolved=false")
	})
}

// Backups and what follows changes keep to one share of a token's calls.
func TestOneTokenHasOnePace(t *testing.T) {
	s := &Settings{Clock: clock.Real{}}
	client := func(g *mist.Governor) *mist.Client {
		c, err := mist.NewClient(mist.WithBaseURL("http://127.0.0.1:1"), mist.WithToken("token"), mist.WithGovernor(g))
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	shared, other := mist.NewGovernor(0, nil), mist.NewGovernor(0, nil)
	clients := map[string]*mist.Client{"a": client(shared), "b": client(shared), "c": client(other)}
	find := func(source string) (Organization, error) {
		return Organization{Mist: config.Mist{Name: source, OrgID: "o"}, Client: clients[source]}, nil
	}
	pace := func(of func(string) (configs.Organization, error), source string) *configs.Pace {
		org, err := of(source)
		if err != nil {
			t.Fatal(err)
		}
		return org.Pace
	}
	backups, changes := s.configsOf(find), s.configsOf(find)
	if pace(backups, "a") != pace(changes, "b") || pace(backups, "a") == pace(changes, "c") {
		t.Error("the paces are not those of the tokens")
	}
}

func result(rule string, n int) *compliance.Result {
	r := &compliance.Result{Rules: []string{rule}}
	for i := range n {
		r.Violations = append(r.Violations, compliance.Violation{Rule: rule, Severity: event.Warn, Source: "acme", Type: "wlans", ID: fmt.Sprint("w", i), Name: fmt.Sprint("WLAN ", i), Text: "is open"})
	}
	return r
}

func texts(all []health.Condition) (holding, over []string) {
	for _, cond := range all {
		switch {
		case cond.Check != event.CheckRule:
		case cond.Over:
			over = append(over, cond.About)
		default:
			holding = append(holding, cond.About)
		}
	}
	slices.Sort(over)
	return holding, over
}

// One alert each, but one in all where a rule is broken everywhere. What could not be
// checked stays as it was.
func TestViolationsAsConditions(t *testing.T) {
	c := testCollector(t, checkedConfig)
	w := c.checks
	step := func(r *compliance.Result, holding, over string) {
		t.Helper()
		w.checked("acme", r)
		h, o := texts(w.conditions(t.Context(), c.Clock.Now()))
		if fmt.Sprint(h) != holding || fmt.Sprint(o) != over {
			t.Errorf("hold %v, are over %v; want %s and %s", h, o, holding, over)
		}
	}
	// Of the last run, as the journal has it.
	for _, about := range []string{"open-wlan/wlans/w0", "open-wlan/wlans/w7"} {
		w.known[event.HealthKey(event.CheckRule, "acme", about)] = health.Condition{Source: "acme", Check: event.CheckRule, About: about}
	}
	if h, o := texts(w.conditions(t.Context(), c.Clock.Now())); len(h)+len(o) != 0 {
		t.Errorf("before the first check: %v, %v", h, o)
	}
	step(result("open-wlan", 2), "[open-wlan/wlans/w0 open-wlan/wlans/w1]", "[open-wlan/wlans/w7]")
	step(&compliance.Result{Rules: []string{"open-wlan"}, Troubles: []compliance.Trouble{{Rule: "open-wlan", Err: errors.New("no")}}}, "[]", "[]")
	step(result("open-wlan", 26), "[open-wlan]", "[open-wlan/wlans/w0 open-wlan/wlans/w1 open-wlan/wlans/w7]")
	step(result("open-wlan", 0), "[]", "[open-wlan open-wlan/wlans/w0 open-wlan/wlans/w1 open-wlan/wlans/w7]")
}

// A device that differs from its template is drift, and over when it no longer does.
func TestADeviceThatDiffersFromItsTemplateIsDrift(t *testing.T) {
	c := testCollector(t, checkedConfig)
	w := c.checks
	for n, want := range []string{"", "template template-drift/wlans/w0 over=false", "template template-drift/wlans/w0 over=true"} {
		w.checked("acme", result("template-drift", n%2))
		got := ""
		for _, cond := range w.conditions(t.Context(), c.Clock.Now()) {
			if cond.Check != event.CheckStale {
				got += fmt.Sprintf("%s %s over=%v", cond.Check, cond.About, cond.Over)
			}
		}
		if got != want {
			t.Errorf("step %d: %s, want %s", n, got, want)
		}
	}
}

// An organization that nobody backs up has no old backup; one that a schedule should back
// up has.
func TestAnOldBackup(t *testing.T) {
	const job = "[[job]]\nkind = \"backup\"\nevery = \"6h\"\n"
	for name, c := range map[string]struct {
		config string
		last   time.Duration // ago; 0: never
		runs   time.Duration
		want   bool
	}{
		"never":                   {runs: 1000 * time.Hour},
		"never, but scheduled":    {config: job, runs: 193 * time.Hour, want: true},
		"scheduled since today":   {config: job, runs: 24 * time.Hour},
		"just young enough":       {last: 192 * time.Hour},
		"too old":                 {last: 192*time.Hour + time.Second, want: true},
		"too old for a short one": {config: "stale_after", last: 25 * time.Hour, want: true},
		"forever":                 {config: "forever", last: 10_000 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			text := checkedConfig + c.config
			switch c.config {
			case "stale_after":
				text = checkedConfig + "stale_after = \"1d\"\n"
			case "forever":
				text = checkedConfig + "stale_after = \"forever\"\n"
			}
			x := testCollector(t, text)
			now := x.checks.started.Add(c.runs)
			last := map[string]time.Time{}
			if c.last > 0 {
				last["acme"] = now.Add(-c.last)
			}
			got := x.checks.stale(last, now)
			if len(got) != 1 || got[0].Over == c.want || c.want && got[0].Brief == "" {
				t.Errorf("%+v", got)
			}
		})
	}
}

// The rules are checked by a job, too; a target is one rule.
func TestACheckIsAJob(t *testing.T) {
	c := testCollector(t, checkedConfig)
	env := JobEnv{Devices: func(context.Context, string) ([]event.Device, error) { return nil, nil }}
	if _, err := c.CheckConfigs(t.Context(), env, "acme", ""); err == nil || !strings.Contains(err.Error(), "foghorn backup") {
		t.Errorf("without a backup: %v", err)
	}
	keep(t, c, "", "wlans", "w1", `{"ssid":"Guest","auth":{"type":"open"}}`)
	keep(t, c, "", "webhooks", "h1", `{"name":"noc"}`)
	for rule, want := range map[string]string{"": "2 objects, 5 rules: 2 violations", "open-wlan": "2 objects, 1 rule: 1 violation"} {
		r, err := c.CheckConfigs(t.Context(), env, "acme", rule)
		if err != nil || r.Summary() != want {
			t.Errorf("%q: %v, %v", rule, r, err)
		}
	}
	var log []string
	summary := ""
	j := jobs.NewRunning(event.Job{Source: "acme"}, nil, func(line string) { log = append(log, line) }, func(text string) { summary = text })
	told := 0
	env.Checked = func(string, *compliance.Result) { told++ }
	if err := c.checkTask(env).Run(t.Context(), j); err != nil || told != 1 || summary != "2 objects, 5 rules: 2 violations" ||
		!slices.Equal(log, []string{"wlans Guest: is open and has no portal, rule open-wlan", "webhooks noc: has no secret: nobody can tell its deliveries from forged ones, rule webhook-secret"}) {
		t.Errorf("the job: %v, told %d times, %q, %q", err, told, summary, log)
	}
	if err := c.checkTask(env).Run(t.Context(), jobs.NewRunning(event.Job{Source: "acme", Target: "open-wlan"}, nil, nil, nil)); err != nil || told != 1 {
		t.Errorf("the result of one rule was taken for that of all: %v, %d", err, told)
	}
	if _, err := c.CheckConfigs(t.Context(), env, "acme", "open-wlans"); err == nil {
		t.Error("a rule that is not there was checked")
	}
}
