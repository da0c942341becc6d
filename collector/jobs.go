package collector

import (
	"context"
	"fmt"
	"slices"
	"time"

	"foghorn/config"
	"foghorn/jobs"
	"foghorn/jobs/configs/compliance"
	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/journal/store"
)

// jobsStop leaves the tasks of jobs the time to notice that they are to stop.
const jobsStop = 10 * time.Second

// JobEnv is what the tasks of jobs work with in a process.
type JobEnv struct {
	// Organization returns an organization with the client in use, or why it has none.
	Organization func(source string) (Organization, error)
	// Devices returns the devices of an organization.
	Devices func(ctx context.Context, source string) ([]event.Device, error)
	// Journal has what is seen of devices; nil where nobody watches.
	Journal *journal.Journal
	// Short are the access points of an organization that are short of power; nil asks the
	// cloud each time.
	Short func(ctx context.Context, o Organization) ([]event.Device, error)
	// Checked gets what a check of an organization's configuration found; it may be nil.
	Checked func(source string, r *compliance.Result)
}

// JobTasks are the kinds of jobs that there are.
func (s *Settings) JobTasks(env JobEnv) []jobs.Task {
	return []jobs.Task{s.pingTask(env), s.followTask(env), s.backupTask(env), s.checkTask(env)}
}

// NewJobs makes what takes and runs jobs. record keeps the end of each and ended is told
// of it; both may be nil in a process that does not collect.
func (s *Settings) NewJobs(outbox *store.Outbox, env JobEnv, record func(context.Context, event.Job, bool) error, ended func(event.Job)) (*jobs.Runner, error) {
	return jobs.New(jobs.Options{
		Store: outbox, Clock: s.Clock, Logger: s.Logger, Tasks: s.JobTasks(env), PerSource: s.Config.Jobs.PerOrganization,
		Record: record, Ended: ended, Mask: s.Secrets.Text,
	})
}

// newJobs makes the jobs of the collector. None runs before Run.
func (c *Collector) newJobs(ctx context.Context) (err error) {
	c.checks = newConfigChecks(c)
	c.jobs, err = c.NewJobs(c.outbox, c.jobEnv(), c.recordJob, func(j event.Job) {
		c.checks.jobEnded(&j)
		c.drift.Wake()
		c.chat.core.JobEnded(j)
	})
	if err == nil {
		c.applyJobs(ctx, c.Config)
	}
	return err
}

// jobEnv is what the jobs of the collector work with.
func (c *Collector) jobEnv() JobEnv {
	return JobEnv{
		Organization: c.organization,
		Devices: func(ctx context.Context, source string) ([]event.Device, error) {
			return c.actions.Devices(ctx, source)
		},
		Checked: c.checks.checked,
		Journal: c.Journal(),
	}
}

// applyJobs makes the schedule of a configuration the present one.
func (c *Collector) applyJobs(_ context.Context, cfg *config.Config) {
	c.reloaded.Store(cfg)
	c.jobs.Schedule(cfg.ScheduledJobs())
}

// offersJob reports whether a kind of job can be started.
func (c *Collector) offersJob(kind string) bool { return slices.Contains(c.jobs.Kinds(), kind) }

// organization returns an organization with the client in use, which a renewed token
// replaces.
func (c *Collector) organization(source string) (Organization, error) {
	for i, name := range c.OrgNames() {
		if name != source {
			continue
		}
		at := slices.IndexFunc(c.organizations, func(o Organization) bool { return o.Name == name })
		o := c.organizations[at]
		o.Client = c.orgs[i].Org().Client()
		return o, nil
	}
	return Organization{}, noOrganization(source)
}

// OrganizationOf finds one among those that Connect made, for a process that collects
// nothing.
func OrganizationOf(all []Organization, source string) (Organization, error) {
	for _, o := range all {
		if o.Name == source && o.OrgID != "" {
			return o, nil
		}
	}
	return Organization{}, noOrganization(source)
}

func noOrganization(source string) error {
	return fmt.Errorf("%s has no connection to the Mist API: it needs a token and an org_id in the configuration", source)
}
