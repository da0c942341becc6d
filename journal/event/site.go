package event

import "time"

// SiteState is how a site is now: what the cloud last said of its devices and
// clients, and the alerts and changes in the journal.
type SiteState struct {
	Source string `json:"source"`
	OrgID  string `json:"org_id,omitempty"`
	ID     string `json:"id"`
	Name   string `json:"name"`
	// Devices are those in the inventory; Down are those that are not connected, and
	// of Unknown nothing was reported. All are 0 when no inventory was read.
	Devices int         `json:"devices"`
	Down    int         `json:"devices_down"`
	Unknown int         `json:"devices_unknown,omitempty"`
	Types   []SiteCount `json:"device_types,omitempty"`
	Clients int         `json:"clients"`
	// Alerts are the unresolved ones by severity. Nobody has acknowledged or snoozed
	// Open of them.
	Alerts     map[Severity]int `json:"alerts"`
	Open       int              `json:"alerts_open"`
	WorstSLE   *SLEScore        `json:"worst_sle,omitempty"` // nil where nothing was measured
	LastChange time.Time        `json:"last_change,omitzero"`
	Updated    time.Time        `json:"updated,omitzero"` // when the cloud last reported any of its devices
}

// SiteCount is how many devices of a type a site has.
type SiteCount struct {
	Type    string `json:"type"`
	Devices int    `json:"devices"`
	Down    int    `json:"down"`
}

// Unresolved is how many alerts the site has that are not resolved.
func (s *SiteState) Unresolved() int {
	n := 0
	for _, of := range s.Alerts {
		n += of
	}
	return n
}

// Worst is the highest severity among the site's unresolved alerts; ok is false
// when it has none.
func (s *SiteState) Worst() (worst Severity, ok bool) {
	for severity, n := range s.Alerts {
		if n > 0 && (!ok || severity > worst) {
			worst, ok = severity, true
		}
	}
	return worst, ok
}

// ChangeQuery asks for the changes at a site and for those of its whole
// organization, which belong to no site. Without a site it asks for the latter.
type ChangeQuery struct {
	Source   string
	OrgID    string
	SiteID   string
	From, To time.Time // both included
	Limit    int
}
