package view

import (
	"encoding/json"

	"foghorn/journal/event"
	"foghorn/tui/port"
)

// The pages of the Mist portal that are about rows.

func alertPage(a event.Alert) port.PortalPage {
	return port.PortalPage{Kind: port.PortalAlarm, Source: a.Source, OrgID: a.OrgID, SiteID: a.SiteID, At: a.Opened}
}

func devicePage(d event.Device) port.PortalPage {
	return port.PortalPage{Kind: d.Type, Source: d.Source, OrgID: d.OrgID, SiteID: d.SiteID, ID: d.ID, MAC: d.MAC}
}

func clientPage(c event.LiveClient) port.PortalPage {
	return port.PortalPage{Kind: port.PortalClient, Source: c.Source, OrgID: c.OrgID, SiteID: c.SiteID, MAC: c.MAC}
}

func webhookPage(h event.Webhook) port.PortalPage {
	return port.PortalPage{Kind: port.PortalWebhook, Source: h.Source, OrgID: h.OrgID, SiteID: h.SiteID, ID: h.ID}
}

// SitePortal is the page of a site.
func SitePortal(s event.Site) port.PortalPage {
	return port.PortalPage{Kind: port.PortalSite, Source: s.Source, SiteID: s.ID}
}

// eventPage is the page about what an event happened to: the audit log, the client,
// the device, else the site.
func eventPage(ev event.Event) port.PortalPage {
	p := port.PortalPage{Kind: port.PortalSite, Source: ev.Source, OrgID: ev.OrgID, SiteID: ev.SiteID}
	switch {
	case ev.Topic == event.TopicAudits:
		p.Kind = port.PortalAudit
	case ev.ClientMAC != "":
		p.Kind, p.MAC = port.PortalClient, ev.ClientMAC
	case ev.DeviceMAC != "" && ev.DeviceType != "":
		p.Kind, p.MAC = ev.DeviceType, ev.DeviceMAC
	}
	return p
}

// PortalPage is the page about a record; false when there is none.
func (f *DetailData) PortalPage() (port.PortalPage, bool) {
	switch {
	case f.Alert != nil:
		return alertPage(*f.Alert), true
	case f.Event != nil:
		p := eventPage(*f.Event)
		if id := wlanOf(f); id != "" {
			p.Kind, p.ID = port.PortalWLAN, id
		}
		return p, true
	case f.Device != nil:
		return devicePage(*f.Device), true
	case f.Client != nil:
		return clientPage(*f.Client), true
	}
	return port.PortalPage{}, false
}

// wlanOf is the WLAN of a site that an audit is about.
func wlanOf(f *DetailData) string {
	var audit struct {
		WLAN string `json:"wlan_id"`
	}
	if f.Event.Topic != event.TopicAudits || f.Event.SiteID == "" || json.Unmarshal(f.Body, &audit) != nil {
		return ""
	}
	return audit.WLAN
}
