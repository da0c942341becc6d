package main

import (
	"cmp"
	"slices"
	"strings"

	"foghorn/config"
	"foghorn/mist"
	"foghorn/tui/port"
)

// portalOf finds pages in the portals of the configured organizations.
func portalOf(c *config.Config) port.Portal {
	return func(p port.PortalPage) (url string, exact bool) {
		i := slices.IndexFunc(c.Mist, func(m config.Mist) bool { return m.Name == p.Source })
		if i < 0 {
			return "", false
		}
		m := &c.Mist[i]
		region, err := mist.LookupRegion(cmp.Or(m.Region, strings.TrimRight(m.APIURL, "/")))
		if err != nil {
			return "", false // an API that is none of Mist's regions has no portal that is known
		}
		return region.PortalURL(mist.PortalPage{Kind: mist.PortalKind(p.Kind), OrgID: cmp.Or(p.OrgID, m.OrgID), SiteID: p.SiteID, ID: p.ID, MAC: string(p.MAC), At: p.At})
	}
}
