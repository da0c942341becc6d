package journal

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"foghorn/journal/event"
	"foghorn/journal/query"
)

// How many rows of a kind the page of a site or a device has.
const (
	maxSiteDevices      = 200
	maxSiteAlerts       = 200
	maxDeviceAlerts     = 50
	maxDeviceEvents     = 100
	maxDeviceActivities = 10
	maxClientsOf        = 500
)

// SiteSummaries returns the sites that a page's query matches, those with the worst
// alerts first. Queries know no sites, so the query is asked of an event with the
// site's name, id, organization and worst severity.
func (j *Journal) SiteSummaries(ctx context.Context, p query.Page) ([]event.SiteState, error) {
	sites, err := j.SiteStates(ctx, "")
	if err != nil {
		return nil, err
	}
	sites = slices.DeleteFunc(sites, func(s event.SiteState) bool { return !MatchesSiteState(p.Where, &s, p.Now) })
	slices.SortStableFunc(sites, CompareSites)
	if p.Limit > 0 && len(sites) > p.Limit {
		sites = sites[:p.Limit]
	}
	return sites, nil
}

// MatchesSiteState reports whether a query matches a site.
func MatchesSiteState(q *query.Query, s *event.SiteState, now time.Time) bool {
	worst, _ := s.Worst()
	return q.Event(&event.Event{Source: s.Source, OrgID: s.OrgID, SiteID: s.ID, Site: s.Name, Severity: worst, Text: s.Name, Time: s.LastChange}, now)
}

// CompareSites orders sites by the severity of their worst alert, then by how many
// devices are down, then by name.
func CompareSites(a, b event.SiteState) int {
	worst := func(s *event.SiteState) int {
		w, ok := s.Worst()
		if !ok {
			return -1
		}
		return int(w)
	}
	return cmp.Or(worst(&b)-worst(&a), b.Down-a.Down, strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), strings.Compare(a.ID, b.ID))
}

// SiteNamed finds a site by its name, a glob of its name in any case, or its id.
func SiteNamed(sites []event.SiteState, source, typed string) (event.SiteState, error) {
	known := make([]event.Site, 0, len(sites))
	for _, s := range sites {
		if source == "" || s.Source == source {
			known = append(known, event.Site{Source: s.Source, ID: s.ID, Name: s.Name})
		}
	}
	found, err := siteNamed(known, typed, "foghorn sites lists them")
	if err != nil {
		return event.SiteState{}, err
	}
	return sites[slices.IndexFunc(sites, func(s event.SiteState) bool { return s.ID == found.ID })], nil
}

// SiteDetail is a site's state with its rows.
type SiteDetail struct {
	event.SiteState
	DownDevices []event.Device   `json:"down"`       // gateways, then switches, then the others
	Problems    []event.Alert    `json:"unresolved"` // the worst first
	Scores      []event.SLEScore `json:"sle"`        // the worst first, with the last 24 hours
	Changes     Changes          `json:"changes"`    // of the last 24 hours
}

// SiteDetail returns what is known of a site; ok is false when nothing is.
func (j *Journal) SiteDetail(ctx context.Context, id string, now time.Time) (d SiteDetail, ok bool, err error) {
	sites, err := j.SiteStates(ctx, id)
	if err != nil || len(sites) == 0 || id == "" {
		return d, false, err
	}
	d.SiteState = sites[0]
	if d.DownDevices, err = j.SiteDown(ctx, id, maxSiteDevices); err != nil {
		return d, true, err
	}
	if d.Problems, err = j.SiteAlerts(ctx, id, maxSiteAlerts); err != nil {
		return d, true, err
	}
	if d.Scores, err = j.SiteScores(ctx, id); err != nil {
		return d, true, err
	}
	d.Changes, err = j.changesAt(ctx, &d.SiteState, now)
	return d, true, err
}

// DeviceDetail is the state of a device and what is around it.
type DeviceDetail struct {
	Device event.Device `json:"device"`
	// Listed says that the inventory has it. Otherwise only what events and alerts
	// say about the device is known.
	Listed  bool               `json:"listed"`
	Alerts  []event.Alert      `json:"alerts"`  // unresolved, the worst first
	Events  []event.Event      `json:"events"`  // newest first
	Clients []event.LiveClient `json:"clients"` // connected, the weakest signal first
	Behind  []event.Device     `json:"behind"`  // devices whose uplink it is
	// Activities are what people did to it, newest first.
	Activities []event.Activity `json:"activities"`
}

// DeviceDetail returns what is known of a device.
func (j *Journal) DeviceDetail(ctx context.Context, mac event.MAC, now time.Time) (d DeviceDetail, err error) {
	ofDevice := query.Is("device_mac", string(mac))
	rows, err := j.Devices(ctx, query.Page{Where: query.Is("mac", string(mac)), Now: now, Limit: 1})
	if err != nil {
		return d, err
	}
	if d.Alerts, err = j.Alerts(ctx, query.Page{Where: query.And(Unresolved, ofDevice), Now: now, Limit: maxDeviceAlerts}); err != nil {
		return d, err
	}
	if d.Events, err = j.Events(ctx, query.Page{Where: ofDevice, Now: now, Limit: maxDeviceEvents}); err != nil {
		return d, err
	}
	if d.Clients, err = j.DeviceClients(ctx, mac, maxClientsOf); err != nil {
		return d, err
	}
	d.Device = event.Device{MAC: mac}
	if d.Listed = len(rows) > 0; d.Listed {
		d.Device = rows[0]
	} else {
		d.nameByOthers()
	}
	if d.Behind, err = j.DevicesBehind(ctx, d.Device.SiteID, d.Device.Name, maxSiteDevices); err != nil {
		return d, err
	}
	d.Activities, err = j.Activities(ctx, event.DeviceTarget(mac), maxDeviceActivities)
	return d, err
}

// nameByOthers takes what events and alerts say of a device that the inventory does
// not have.
func (d *DeviceDetail) nameByOthers() {
	dev := &d.Device
	for _, ev := range d.Events {
		if dev.Name == "" && ev.Device != "" {
			dev.Name, dev.Site, dev.SiteID, dev.Type, dev.Source, dev.OrgID = ev.Device, ev.Site, ev.SiteID, ev.DeviceType, ev.Source, ev.OrgID
		}
	}
	for _, a := range d.Alerts {
		if dev.Name == "" && a.Device != "" {
			dev.Name, dev.Site, dev.SiteID, dev.Source, dev.OrgID = a.Device, a.Site, a.SiteID, a.Source, a.OrgID
		}
	}
}
