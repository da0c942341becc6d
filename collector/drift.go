package collector

import (
	"path/filepath"

	"foghorn/jobs/configs"
	"foghorn/jobs/configs/drift"
)

// configsDrift remembers which changes of the configuration were reported.
const configsDrift = "configs.drift"

// newDrift makes what tells changes of the backed-up configuration.
func (c *Collector) newDrift() (err error) {
	c.drift, err = drift.New(drift.Options{
		Dir: filepath.Join(c.Dir, ConfigsDir), State: filepath.Join(c.Dir, configsDrift), Orgs: c.backedUpOrgs,
		Journal: c.Journal(), Log: maskedLog{c.log, c.Secrets}, Find: c.askedForDrift(), Clock: c.Clock, Logger: c.Logger,
	})
	return err
}

// backedUpOrgs are the organizations that can be backed up.
func (c *Collector) backedUpOrgs() []drift.Org {
	var out []drift.Org
	for i := range c.Config.Mist {
		if m := &c.Config.Mist[i]; m.OrgID != "" {
			out = append(out, drift.Org{Source: m.Name, OrgID: m.OrgID})
		}
	}
	return out
}

// driftShare is how much of an hour's calls may go into the question what explains a
// change, in percent. It is apart from that of backups, which may take hours.
const driftShare = 2

// askedForDrift finds the organization whose audit log is asked.
func (c *Collector) askedForDrift() func(source string) (configs.Organization, error) {
	paces := map[string]*configs.Pace{} // only the watcher asks
	return func(source string) (configs.Organization, error) {
		org, err := c.organization(source)
		if err != nil {
			return configs.Organization{}, err
		}
		if paces[source] == nil {
			paces[source] = configs.NewPace(org.Client.Governor().Usage().Limit, driftShare, c.Clock)
		}
		return configs.Organization{Cloud: org.Client, OrgID: org.OrgID, Pace: paces[source]}, nil
	}
}
