package port

import (
	"time"

	"foghorn/journal/event"
)

// The kinds of pages of the Mist portal.
const (
	PortalSite    = "site"
	PortalClient  = "client"
	PortalAlarm   = "alarm"
	PortalAudit   = "audit"
	PortalWLAN    = "wlan"
	PortalWebhook = "webhook"
)

// PortalPage names the page of the Mist portal that is about a row. The kind of a
// device's page is the device's type.
type PortalPage struct {
	Kind   string
	Source string
	OrgID  string // empty: the configured organization of the source
	SiteID string
	ID     string
	MAC    event.MAC
	At     time.Time // of an alarm
}

// Portal returns the URL of a page, and whether it is that page or one above it;
// "" where the source has no portal.
type Portal func(p PortalPage) (url string, exact bool)
