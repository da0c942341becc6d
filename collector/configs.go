package collector

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"foghorn/chatops"
	"foghorn/internal/clock"
	"foghorn/jobs"
	"foghorn/jobs/configs"
	"foghorn/journal/event"
	"foghorn/mist"
)

// ConfigsDir is the folder of the backed-up configuration within the data directory.
const ConfigsDir = "configs"

// configsCursor remembers how far the events were followed.
const configsCursor = "configs.cursor"

// OpenConfigs opens the backed-up configuration.
func (s *Settings) OpenConfigs() (*configs.Store, error) {
	store, err := configs.Open(filepath.Join(s.Dir, ConfigsDir))
	if err == nil && s.Clock != nil {
		store.UseClock(s.Clock)
	}
	return store, err
}

// backupTask backs up what a job's target names.
func (s *Settings) backupTask(env JobEnv) jobs.Task {
	return configs.Task(s.OpenConfigs, s.Clock, s.configsOf(env.Organization))
}

// configPaces are the paces of the tokens. Backups and what follows changes share them, so
// that both together keep to one share of the hour's calls.
type configPaces struct {
	mu  sync.Mutex
	all map[*mist.Governor]*configs.Pace
}

// of returns the pace of the token whose calls a governor counts.
func (p *configPaces) of(g *mist.Governor, c clock.Clock) *configs.Pace {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.all == nil {
		p.all = map[*mist.Governor]*configs.Pace{}
	}
	if p.all[g] == nil {
		p.all[g] = configs.NewPace(g.Usage().Limit, configs.Share, c)
	}
	return p.all[g]
}

// configsOf finds what the configuration needs of an organization.
func (s *Settings) configsOf(find func(source string) (Organization, error)) func(source string) (configs.Organization, error) {
	return func(source string) (configs.Organization, error) {
		org, err := find(source)
		if err != nil {
			return configs.Organization{}, err
		}
		return configs.Organization{Cloud: org.Client, OrgID: org.OrgID, Pace: s.paces.of(org.Client.Governor(), s.Clock)}, nil
	}
}

// followConfigs backs up what events say has changed, once an organization was backed up.
func (c *Collector) followConfigs(ctx context.Context) error {
	f, err := c.newFollower(ctx)
	if err != nil {
		return err
	}
	return f.Run(ctx)
}

func (c *Collector) newFollower(ctx context.Context) (*configs.Follower, error) {
	end, err := c.view.Position(ctx)
	if err != nil {
		return nil, err
	}
	return configs.NewFollower(configs.FollowOptions{
		Dir: filepath.Join(c.Dir, ConfigsDir), Events: c.Journal(), Find: c.configsOf(c.organization), Cursor: filepath.Join(c.Dir, configsCursor),
		Clock: c.Clock, Logger: c.Logger, Changed: func(scope configs.Scope, _ *configs.Result) {
			c.checks.changed(scope.Source)
			c.drift.Wake()
		},
	}, event.ID(end, event.MaxEventsPerRecord-1))
}

// chatConfigs answers searches in chats.
type chatConfigs struct{ *Collector }

// Search finds lines in what was backed up. Which organization an object is of says the
// configuration, by its id: the folder may have been another one's.
func (c chatConfigs) Search(ctx context.Context, text string, may func(source, siteID string) bool, limit int) ([]chatops.Found, error) {
	if _, err := os.Stat(filepath.Join(c.Dir, ConfigsDir)); errors.Is(err, fs.ErrNotExist) {
		return nil, errors.New("nothing is backed up yet; backup org begins")
	}
	store, err := c.OpenConfigs()
	if err != nil {
		return nil, err
	}
	defer store.Close()
	sources := map[string]string{}
	for _, o := range c.organizations {
		sources[o.OrgID] = o.Name
	}
	hits, _, err := store.Search(ctx, text, configs.Filter{May: func(o *configs.Object) bool {
		source := sources[o.OrgID]
		return source != "" && may(source, o.SiteID)
	}}, limit)
	if err != nil {
		return nil, err
	}
	sites, err := store.SiteNames(ctx)
	if err != nil {
		return nil, err
	}
	var out []chatops.Found
	for _, h := range hits {
		o := h.Object
		out = append(out, chatops.Found{Source: sources[o.OrgID], SiteID: o.SiteID, Site: sites[o.SiteID], Type: o.Type, ID: o.ID, Name: o.Name, Text: h.Text})
	}
	return out, nil
}
