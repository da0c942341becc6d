package netstate

import (
	"path"
	"slices"
	"strings"

	"foghorn/internal/safetext"
	"foghorn/journal/event"
)

// Site is a place of the organization.
type Site struct {
	ID, Name string
}

// filter says which sites are wanted.
type filter struct {
	all      bool
	patterns []string // lower case
}

func newFilter(sites []string) filter {
	f := filter{all: len(sites) == 0 || slices.Contains(sites, "*")}
	for _, s := range sites {
		f.patterns = append(f.patterns, strings.ToLower(s))
	}
	return f
}

// matches reports whether a site is wanted: by its id, its name, or a glob of
// either, in any case.
func (f filter) matches(s Site) bool {
	if f.all {
		return true
	}
	id, name := strings.ToLower(s.ID), strings.ToLower(s.Name)
	return slices.ContainsFunc(f.patterns, func(p string) bool {
		if p == id || p == name {
			return true
		}
		for _, of := range []string{name, id} {
			// A slash in a site's name is no folder: a glob's star goes over it.
			if ok, err := path.Match(strings.ReplaceAll(p, "/", "\x00"), strings.ReplaceAll(of, "/", "\x00")); err == nil && ok {
				return true
			}
		}
		return false
	})
}

// SetSites sets the sites of the organization and returns the wanted ones. It
// drops what was at a site that is gone or not wanted.
func (m *State) SetSites(all []Site) []Site {
	m.mu.Lock()
	defer m.mu.Unlock()
	wanted := map[string]string{}
	var out []Site
	for _, s := range all {
		if s.ID != "" && m.filter.matches(s) {
			s.Name = safetext.Clip(s.Name, maxText)
			wanted[s.ID] = s.Name
			out = append(out, s)
		}
	}
	m.sites = wanted
	for mac, d := range m.devices {
		switch name, known := wanted[d.SiteID]; {
		case !m.keeps(d.SiteID):
			m.dropDevice(mac)
		case known && d.Site != name:
			d.Site = name
			m.changedDevices[mac] = true
		}
	}
	for mac, c := range m.clients {
		switch name, known := wanted[c.SiteID]; {
		case !m.keeps(c.SiteID):
			m.dropClient(mac)
		case known && c.Site != name:
			c.Site = name
			m.changedClients[mac] = true
		}
	}
	return out
}

// keeps reports whether what is at a site is kept. Before the sites are known a
// filter by name can say nothing, so nothing is kept that might be unwanted.
// What belongs to no site (a Mist Edge of the organization) is kept when all is.
func (m *State) keeps(siteID string) bool {
	if siteID == "" || m.sites == nil {
		return m.filter.all
	}
	_, ok := m.sites[siteID]
	return ok
}

// Keeps reports whether what is at a site is kept, or of no site when the id is
// empty.
func (m *State) Keeps(siteID string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.keeps(siteID)
}

func (m *State) dropDevice(mac event.MAC) {
	delete(m.devices, mac)
	delete(m.changedDevices, mac)
	m.goneDevices[mac] = true
}

func (m *State) dropClient(mac event.MAC) {
	delete(m.clients, mac)
	delete(m.changedClients, mac)
	m.goneClients[mac] = true
}
