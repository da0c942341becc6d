package mist

import (
	"strconv"
	"strings"
	"time"
)

// PortalKind is a kind of page of the Mist portal.
type PortalKind string

// The kinds of pages.
const (
	PortalOrg     PortalKind = "org"
	PortalSite    PortalKind = "site"
	PortalAP      PortalKind = "ap"
	PortalSwitch  PortalKind = "switch"
	PortalGateway PortalKind = "gateway"
	PortalEdge    PortalKind = "mxedge"
	PortalClient  PortalKind = "client"
	PortalAlarm   PortalKind = "alarm"
	PortalAudit   PortalKind = "audit"
	PortalWLAN    PortalKind = "wlan"
	PortalWebhook PortalKind = "webhook"
)

// PortalPage names a page of the portal.
type PortalPage struct {
	Kind   PortalKind
	OrgID  string
	SiteID string    // empty for what belongs to the organization
	ID     string    // of the WLAN, or the device as Mist identifies it; may be empty where MAC is set
	MAC    string    // of the device or the client, 12 hex digits
	At     time.Time // of an alarm: the portal lists those of the hours around it
}

// PortalURL returns the URL of a page in a region's portal, and whether it is the
// page that was asked for: without an id that the path needs, or for a kind whose
// path is not known, it is the site's page or the organization's dashboard. It
// returns "" without an organization. It checks ids, because they come from outside
// and other programs open the URL. docs/mist-api.md (The portal)
// has the sources of the paths.
func (r Region) PortalURL(p PortalPage) (url string, exact bool) {
	if r.Portal == "" || !isPortalID(p.OrgID) {
		return "", false
	}
	base := r.Portal + "/admin/?org_id=" + p.OrgID
	if path, ok := p.path(); ok {
		return base + "#!" + path, true
	}
	if isPortalID(p.SiteID) {
		return base + "#!" + sitePath(p.SiteID), p.Kind == PortalSite
	}
	return base, p.Kind == PortalOrg
}

// path is what follows #! in the URL of a page; false when it is not known.
func (p PortalPage) path() (string, bool) {
	site := isPortalID(p.SiteID)
	device := p.ID
	if device == "" && isPortalID(p.MAC) {
		device = deviceIDPrefix + p.MAC
	}
	switch p.Kind {
	case PortalAP, PortalSwitch, PortalGateway:
		return string(p.Kind) + "/detail/" + device + "/" + p.SiteID, site && isPortalID(device)
	case PortalEdge:
		return "edge/edgedetail/" + device, isPortalID(device)
	case PortalClient:
		return "clients/detail/" + p.MAC + "/" + p.SiteID, site && isPortalID(p.MAC)
	case PortalWLAN:
		return "wlan/detail/" + p.ID + "/" + p.SiteID, site && isPortalID(p.ID)
	case PortalWebhook: // a site's are in its configuration; the path of the organization's is not known
		return "configuration/" + p.SiteID, site
	case PortalAudit:
		return "auditLogs", true
	case PortalAlarm:
		scope, id := "org", p.OrgID
		if site {
			scope, id = "site", p.SiteID
		}
		if p.At.IsZero() {
			return "alerts/" + scope + "/" + id, true
		}
		from, to := p.At.Add(-time.Hour).Unix(), p.At.Add(time.Hour).Unix()
		return "alerts/" + scope + "/" + id + "/customDate/" + strconv.FormatInt(from, 10) + "/" + strconv.FormatInt(to, 10) + "/true", true
	case PortalOrg, PortalSite:
	}
	return "", false
}

func sitePath(id string) string { return "dashboard/insights/site/" + id + "/today/" + id }

// isPortalID reports whether a text can be an id in a URL: hex digits and dashes.
func isPortalID(s string) bool {
	const most = 64
	return s != "" && len(s) <= most && strings.Trim(s, "0123456789abcdefABCDEF-") == ""
}
