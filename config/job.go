package config

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"foghorn/journal/query"
)

// Job is a job that begins by itself: after an interval, or at a time of day.
type Job struct {
	Kind   string    `toml:"kind"`
	Source string    `toml:"source"` // the organization; each of them when empty
	Target string    `toml:"target"` // what the kind is to work on; all when empty
	Every  Duration  `toml:"every"`
	At     TimeOfDay `toml:"at"`
}

// Jobs is how jobs run.
type Jobs struct {
	PerOrganization int `toml:"per_organization"` // how many run at once
}

// The kinds of jobs that can be scheduled.
const (
	JobBackup = "backup"
	JobPing   = "ping"
	JobCheck  = "check"
)

// jobKinds lists the kinds; true for those that need a target.
var jobKinds = map[string]bool{JobBackup: false, JobPing: true, JobCheck: false}

// TimeOfDay is a time of day where foghorn runs, written as "02:00". It is empty for none.
type TimeOfDay string

const timeOfDay = "15:04"

// UnmarshalText refuses what is no time of day.
func (t *TimeOfDay) UnmarshalText(b []byte) error {
	if _, err := time.Parse(timeOfDay, string(b)); err != nil || len(b) != len(timeOfDay) {
		return fmt.Errorf(`%q is not a time of day; write "02:00"`, string(b))
	}
	*t = TimeOfDay(b)
	return nil
}

// After is the first such time after a moment. On a day that does not have it, because
// the clocks go forward, it is an hour later.
func (t TimeOfDay) After(moment time.Time, zone *time.Location) time.Time {
	clock, err := time.Parse(timeOfDay, string(t))
	if err != nil {
		return time.Time{}
	}
	y, m, d := moment.In(zone).Date()
	for ; ; d++ {
		if at := time.Date(y, m, d, clock.Hour(), clock.Minute(), 0, 0, zone); at.After(moment) {
			return at
		}
	}
}

// Limits of jobs.
const (
	defaultPerOrganization = 2
	maxPerOrganization     = 8
	minEvery               = Duration(5 * time.Minute)
	maxEvery               = Duration(7 * 24 * time.Hour)
	maxTarget              = 200
)

// ScheduledJobs returns the jobs that begin by themselves: one that names no
// organization, for each of them.
func (c *Config) ScheduledJobs() []Job {
	var out []Job
	for _, j := range c.Scheduled {
		if j.Source != "" {
			out = append(out, j)
			continue
		}
		for i := range c.Mist {
			j.Source = c.Mist[i].Name
			out = append(out, j)
		}
	}
	return out
}

func (c *Config) validateJobs(r *report) {
	if n := c.Jobs.PerOrganization; n < 1 || n > maxPerOrganization {
		r.add("jobs.per_organization", "", "%d is out of range: from 1 to %d", n, maxPerOrganization)
	}
	seen := map[string]bool{}
	for i := range c.Scheduled {
		j, path := &c.Scheduled[i], element("job", i)
		c.validateJob(r, path, j)
		for _, one := range (&Config{Mist: c.Mist, Scheduled: []Job{*j}}).ScheduledJobs() {
			key := one.Kind + "\x00" + one.Source + "\x00" + one.Target
			if seen[key] {
				r.add(path, "", "is there twice for %s: one job of a kind, source and target begins by one rule", one.Source)
			}
			seen[key] = true
		}
	}
}

func (c *Config) validateJob(r *report, path string, j *Job) {
	kinds := sorted(jobKinds)
	needsTarget, known := jobKinds[j.Kind]
	switch {
	case !r.where.has(path + ".kind"):
		r.add(path+".kind", "", "is missing; it is one of %s", strings.Join(kinds, ", "))
	case !known:
		oneOf(r, path+".kind", j.Kind, kinds...)
	}
	if j.Source != "" && !slices.ContainsFunc(c.Mist, func(m Mist) bool { return m.Name == j.Source }) {
		var names []string
		for i := range c.Mist {
			names = append(names, c.Mist[i].Name)
		}
		r.add(path+".source", query.Nearest(j.Source, names), "%q is not the name of a [[mist]]", j.Source)
	}
	if needsTarget && j.Target == "" {
		r.add(path+".target", "", "is missing; a %s job needs one, such as the name of a device", j.Kind)
	}
	if len(j.Target) > maxTarget {
		r.add(path+".target", "", "is longer than %d bytes", maxTarget)
	}
	every, at := r.where.has(path+".every"), r.where.has(path+".at")
	switch {
	case every && at:
		r.add(path+".at", "", "excludes every: a job begins after an interval or at a time of day")
	case !every && !at:
		r.add(path, "", `needs every = "6h" or at = "02:00"`)
	case every && (j.Every < minEvery || j.Every > maxEvery):
		r.add(path+".every", "", "%q is out of range: from %s to %s", j.Every, minEvery, maxEvery)
	}
}
