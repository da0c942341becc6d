package collector

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"foghorn/config"
	"foghorn/jobs"
	"foghorn/jobs/configs"
	"foghorn/jobs/configs/compliance"
	"foghorn/journal/event"
)

// CheckConfigs checks the backed-up configuration of an organization against all rules,
// or one.
func (s *Settings) CheckConfigs(ctx context.Context, env JobEnv, source, rule string) (*compliance.Result, error) {
	org, err := s.orgID(source)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(s.Dir, ConfigsDir, org)); err != nil {
		return nil, fmt.Errorf("nothing of %s is backed up; foghorn backup begins", source)
	}
	checker, err := compliance.New(&s.current().Configs)
	if err != nil {
		return nil, err
	}
	if rule != "" && !slices.Contains(checker.Rules(), rule) {
		return nil, fmt.Errorf("there is no rule %q that counts; there are: %v", rule, checker.Rules())
	}
	store, err := s.OpenConfigs()
	if err != nil {
		return nil, err
	}
	defer store.Close()
	in := compliance.Input{Store: store, Source: source, OrgID: org, Now: s.Clock.Now(), Rule: rule}
	if env.Devices != nil {
		in.Devices = func(ctx context.Context) ([]event.Device, error) { return env.Devices(ctx, source) }
	}
	if env.Organization != nil {
		in.Short = func(ctx context.Context) ([]event.Device, error) {
			o, err := env.Organization(source)
			if err != nil {
				return nil, err
			}
			if env.Short != nil {
				return env.Short(ctx, o)
			}
			return compliance.ShortOfPower(ctx, o.Client, o.OrgID)
		}
	}
	return checker.Check(ctx, in)
}

// orgID is the id of an organization of the configuration.
func (s *Settings) orgID(source string) (string, error) {
	i := slices.IndexFunc(s.Config.Mist, func(m config.Mist) bool { return m.Name == source })
	if i < 0 || s.Config.Mist[i].OrgID == "" {
		return "", fmt.Errorf("%s is no [[mist]] with an org_id", source)
	}
	return s.Config.Mist[i].OrgID, nil
}

// checkLog is how many violations a job lists.
const checkLog = 200

// checkTask checks the configuration of an organization; its target is a rule, or all.
func (s *Settings) checkTask(env JobEnv) jobs.Task {
	return jobs.Task{Kind: config.JobCheck, Safe: true, Run: func(ctx context.Context, j *jobs.Running) error {
		r, err := s.CheckConfigs(ctx, env, j.Job.Source, j.Job.Target)
		if err != nil {
			return err
		}
		for i := range r.Violations {
			if i == checkLog {
				j.Log(fmt.Sprintf("and %d more violations", len(r.Violations)-i))
				break
			}
			j.Log(r.Violations[i].Line())
		}
		for _, t := range r.Troubles {
			j.Log(t.String())
		}
		j.Result(r.Summary())
		if env.Checked != nil && j.Job.Target == "" {
			env.Checked(j.Job.Source, r)
		}
		if n := len(r.Troubles); n > 0 {
			return fmt.Errorf("%s: %w", r.Troubles[0], jobs.ErrPartial)
		}
		return nil
	}}
}

// lastBackups are the ends of the last backups, by source.
func (s *Settings) lastBackups() (map[string]time.Time, error) {
	last, err := configs.LastBackups(filepath.Join(s.Dir, ConfigsDir))
	if err != nil {
		return nil, err
	}
	out := map[string]time.Time{}
	for i := range s.Config.Mist {
		if at, ok := last[s.Config.Mist[i].OrgID]; ok {
			out[s.Config.Mist[i].Name] = at
		}
	}
	return out, nil
}
