package collector

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"foghorn/config"
	"foghorn/feeds/health"
	"foghorn/jobs/configs/compliance"
	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/journal/query"
)

// configChecks checks the backed-up configuration after each backup and change, and once
// an hour. What it finds become conditions, which the watcher records.
type configChecks struct {
	c       *Collector
	watcher *health.Watcher
	started time.Time
	warned  map[string]map[string]string // why rules were not checked, by source and rule; only Run's goroutine knows

	mu       sync.Mutex
	due      map[string]bool // sources
	results  map[string]*compliance.Result
	known    map[string]health.Condition // those that were open, by key
	restored bool                        // known has what is open in the journal
	short    map[string]shortOf
	last     map[string]time.Time // backups, as they were last seen
}

// shortOf is when a cloud was asked for power, and its answer.
type shortOf struct {
	at      time.Time
	devices []event.Device
}

// Times and limits of checks.
const (
	checkAgain = time.Hour // exceptions end, devices get another version
	checkTick  = 2 * time.Second
	checkEach  = 25 // violations of one rule with an alert each; of more there is one alert
	maxKnown   = 20_000
)

func newConfigChecks(c *Collector) *configChecks {
	return &configChecks{c: c, started: c.Clock.Now(), due: map[string]bool{}, results: map[string]*compliance.Result{},
		known: map[string]health.Condition{}, short: map[string]shortOf{}, warned: map[string]map[string]string{}}
}

// watch makes the watcher that records conditions.
func (w *configChecks) watch(ctx context.Context) error {
	end, err := w.c.log.Last(ctx)
	if err != nil {
		return err
	}
	w.watcher, err = health.New(health.Options{Log: w.c.log, Clock: w.c.Clock, Logger: w.c.Logger, Topic: event.TopicConfigs,
		Conditions: w.conditions, Open: func(ctx context.Context) ([]string, bool) { return w.open(ctx, end) }})
	return err
}

// record records conditions until ctx ends.
func (w *configChecks) record(ctx context.Context) error { return w.watcher.Run(ctx) }

// open reads the conditions that are open in the journal, and whether the view has the
// log up to end.
func (w *configChecks) open(ctx context.Context, end int64) (keys []string, all bool) {
	at, err := w.c.view.Position(ctx)
	if err != nil {
		return nil, false
	}
	alerts, err := w.c.view.Alerts(ctx, query.Page{Where: journal.OpenConfigs, Now: w.c.Clock.Now(), Limit: readLimit})
	if err != nil {
		return nil, false
	}
	j := w.c.Journal()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, a := range alerts {
		keys = append(keys, a.Key)
		if cond, err := recordedCondition(ctx, j, &a); err == nil {
			w.known[a.Key] = cond
		}
	}
	w.restored = at >= end
	return keys, w.restored
}

// changed says that the backup of an organization has changed.
func (w *configChecks) changed(source string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.due[source] = true
}

// applyConfigs makes the rules and limits of a configuration the present ones, and checks
// every organization by them.
func (c *Collector) applyConfigs(_ context.Context, cfg *config.Config) {
	c.reloaded.Store(cfg)
	for i := range cfg.Mist {
		c.checks.changed(cfg.Mist[i].Name)
	}
}

// jobEnded takes up the end of a backup.
func (w *configChecks) jobEnded(j *event.Job) {
	if j.Kind == config.JobBackup && j.State.Over() {
		w.changed(j.Source)
	}
}

// Run checks what is due until ctx ends.
func (w *configChecks) Run(ctx context.Context) error {
	tick, stop := w.c.Clock.NewTicker(checkTick)
	defer stop()
	var hour time.Time
	for {
		if w.ready() {
			again := w.c.Clock.Now().Sub(hour) >= checkAgain
			if again {
				hour = w.c.Clock.Now()
			}
			w.step(ctx, again)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick:
		}
	}
}

// ready reports whether it is known what was told before.
func (w *configChecks) ready() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.restored
}

// step checks the organizations that are due, or all.
func (w *configChecks) step(ctx context.Context, all bool) {
	last, err := w.c.lastBackups()
	if err != nil {
		w.c.Logger.Warn("it is not known when the configuration was backed up", "error", err)
	}
	for source := range w.take(last, all) {
		if _, backedUp := last[source]; !backedUp {
			continue
		}
		r, err := w.c.CheckConfigs(ctx, w.env(), source, "")
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			w.c.Logger.Warn("the configuration was not checked", "source", source, "error", err)
			continue
		}
		w.warn(source, r.Troubles)
		w.checked(source, r)
	}
}

// warn logs the rules that were not checked, each once while its reason stays the same:
// a check follows each change, and a cloud that refuses one refuses the next.
func (w *configChecks) warn(source string, troubles []compliance.Trouble) {
	now := map[string]string{}
	for _, t := range troubles {
		now[t.Rule] = t.Err.Error()
		if w.warned[source][t.Rule] != now[t.Rule] {
			w.c.Logger.Warn("a rule was not checked", "source", source, "rule", t.Rule, "error", t.Err)
		}
	}
	w.warned[source] = now
}

// take returns what is due: what changed, what another process has backed up, or all.
func (w *configChecks) take(last map[string]time.Time, all bool) map[string]bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	due := w.due
	w.due = map[string]bool{}
	for source, at := range last {
		if all || !at.Equal(w.last[source]) {
			due[source] = true
		}
	}
	w.last = last
	return due
}

// env is what checks work with: the answer about power is good for an hour.
func (w *configChecks) env() JobEnv {
	env := w.c.jobEnv()
	env.Short = func(ctx context.Context, o Organization) ([]event.Device, error) {
		now := w.c.Clock.Now()
		w.mu.Lock()
		kept, ok := w.short[o.Name]
		w.mu.Unlock()
		if ok && now.Sub(kept.at) < checkAgain && !now.Before(kept.at) {
			return kept.devices, nil
		}
		devices, err := compliance.ShortOfPower(ctx, o.Client, o.OrgID)
		if err == nil {
			w.mu.Lock()
			w.short[o.Name] = shortOf{now, devices}
			w.mu.Unlock()
		}
		return devices, err
	}
	return env
}

// checked takes up the result of a check.
func (w *configChecks) checked(source string, r *compliance.Result) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.results[source] = r
}

// violated are the violations of a result as conditions: each one of its own, but of a
// rule that many objects break there is one.
func violated(source string, r *compliance.Result) []health.Condition {
	count := map[string]int{}
	for i := range r.Violations {
		count[r.Violations[i].Rule]++
	}
	var out []health.Condition
	for i := range r.Violations {
		v := &r.Violations[i]
		cond := health.Condition{Source: source, Check: checkOf(v.Rule), Severity: v.Severity}
		switch n := count[v.Rule]; {
		case n == 0:
			continue // its alert is there
		case n > checkEach:
			count[v.Rule] = 0
			cond.About, cond.Name, cond.Brief = v.Rule, source, fmt.Sprintf("%d objects break rule %s", n, v.Rule)
			cond.Cause = cond.Brief + "; foghorn configs check --rule " + v.Rule + " lists them"
		default:
			cond.About, cond.SiteID, cond.Name = v.About(), v.SiteID, v.Type+" "+v.Name
			if v.Site != "" {
				cond.Name += " (" + v.Site + ")"
			}
			cond.Brief = v.Text + ", rule " + v.Rule
			cond.Cause = cond.Brief
		}
		out = append(out, cond)
	}
	return out
}

// checkOf is the check of a rule: a device that differs from its template is drift.
func checkOf(rule string) string {
	if rule == config.RuleTemplateDrift {
		return event.CheckTemplate
	}
	return event.CheckRule
}

// conditions are those that hold, and the ends of those that no longer do.
func (w *configChecks) conditions(_ context.Context, now time.Time) []health.Condition {
	last, err := w.c.lastBackups()
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []health.Condition
	for source, r := range w.results {
		out = append(out, violated(source, r)...)
	}
	if err == nil {
		out = append(out, w.stale(last, now)...)
	}
	listed := map[string]bool{}
	for _, cond := range out {
		key := event.HealthKey(cond.Check, cond.Source, cond.About)
		listed[key] = true
		w.known[key] = cond
	}
	for key, cond := range w.known {
		if listed[key] || !w.decided(&cond) {
			continue
		}
		cond.Over, cond.Cause, cond.Severity = true, "", event.Debug // its title stays
		w.known[key] = cond
		if out = append(out, cond); len(w.known) > maxKnown {
			delete(w.known, key)
		}
	}
	return out
}

// decided reports whether it is known that a condition does not hold when nothing says
// that it does.
func (w *configChecks) decided(cond *health.Condition) bool {
	if !slices.ContainsFunc(w.c.Config.Mist, func(m config.Mist) bool { return m.Name == cond.Source }) {
		return true // nobody looks after it any more
	}
	if cond.Check != event.CheckRule && cond.Check != event.CheckTemplate {
		return false // stale says both
	}
	r := w.results[cond.Source]
	rule, _, _ := strings.Cut(cond.About, "/")
	return r != nil && !slices.ContainsFunc(r.Troubles, func(t compliance.Trouble) bool { return t.Rule == rule })
}

// stale are the organizations whose last backup is too old: those that have one, and those
// that are to be backed up by a schedule, counted from the start of this process.
func (w *configChecks) stale(last map[string]time.Time, now time.Time) []health.Condition {
	cfg := w.c.current()
	limit := time.Duration(cfg.Configs.StaleAfter)
	scheduled := map[string]bool{}
	for _, j := range cfg.ScheduledJobs() {
		scheduled[j.Source] = scheduled[j.Source] || j.Kind == config.JobBackup && j.Target == ""
	}
	var out []health.Condition
	for i := range w.c.Config.Mist {
		source := w.c.Config.Mist[i].Name
		at, ok := last[source]
		cond := health.Condition{Source: source, Check: event.CheckStale, Name: source, Over: true}
		switch {
		case limit == 0:
		case ok && now.Sub(at) > limit:
			cond.Over, cond.Brief = false, "the last one is of "+at.UTC().Format("2006-01-02 15:04Z")
		case !ok && scheduled[source] && now.Sub(w.started) > limit:
			cond.Over, cond.Brief = false, "there is none yet"
		}
		if !cond.Over {
			cond.Cause = cond.Brief + ", and stale_after is " + cfg.Configs.StaleAfter.String() + "; foghorn jobs list shows how the last ones ended"
		}
		out = append(out, cond)
	}
	return out
}
