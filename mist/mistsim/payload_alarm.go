package mistsim

import "time"

// alarm is an element of the alarms topic. Which lists it has depends on its
// type; they are samples of at most ten, never the full set (docs/mist-api.md,
// Webhook topics).
type alarm struct {
	AlertID   string        `json:"alert_id,omitempty"` // Marvis only, the same as ID
	APs       []string      `json:"aps,omitempty"`
	BSSIDs    []string      `json:"bssids,omitempty"`
	Category  string        `json:"category,omitempty"`
	Count     int           `json:"count"`
	Details   *alarmDetails `json:"details,omitempty"`
	Gateways  []string      `json:"gateways,omitempty"`
	Group     string        `json:"group"`
	Hostnames []string      `json:"hostnames,omitempty"`
	ID        string        `json:"id"`
	Impacted  []impacted    `json:"impacted_entities,omitempty"`
	LastSeen  int64         `json:"last_seen"`
	OrgID     string        `json:"org_id"`
	OrgName   string        `json:"org_name,omitempty"`
	Reasons   []string      `json:"reasons,omitempty"`
	Resolved  int64         `json:"resolved_time,omitempty"`
	RootCause string        `json:"root_cause,omitempty"`
	Servers   []string      `json:"servers,omitempty"`
	Severity  string        `json:"severity"`
	SiteID    string        `json:"site_id"`
	SiteName  string        `json:"site_name,omitempty"`
	SSIDs     []string      `json:"ssids,omitempty"`
	Status    string        `json:"status,omitempty"` // open, validated (Marvis) or resolved
	Suggest   string        `json:"suggestion,omitempty"`
	Switches  []string      `json:"switches,omitempty"`
	Timestamp int64         `json:"timestamp"` // when it began
	Type      string        `json:"type"`
	Update    bool          `json:"update,omitempty"` // a follow-up of an earlier id
	VLANs     []string      `json:"vlans,omitempty"`
}

type alarmDetails struct {
	Action   string `json:"action"`
	Category string `json:"category"`
	Status   string `json:"status"`
	Symptom  string `json:"symptom"`
}

type impacted struct {
	EntityID   string `json:"entity_id,omitempty"`
	EntityMAC  string `json:"entity_mac,omitempty"`
	EntityName string `json:"entity_name,omitempty"`
	EntityType string `json:"entity_type"`
	PortID     string `json:"port_id,omitempty"`
}

// newAlarm begins an alarm; the caller fills in what its type has.
func newAlarm(o *Org, s *Site, id, kind, group, severity string, at time.Time) alarm {
	return alarm{
		ID: id, Type: kind, Group: group, Severity: severity, Count: 1,
		OrgID: o.ID, SiteID: s.ID, SiteName: s.Name, Timestamp: at.Unix(), LastSeen: at.Unix(),
	}
}

// again is the follow-up Mist sends under the same id when the alarm is seen
// again: the count grows, the beginning stays.
func (a alarm) again(at time.Time, more int) alarm {
	a.Count += more
	a.LastSeen = at.Unix()
	a.Update = true
	return a
}

// marvis makes it one of Marvis's alarms, which have a standing of their own.
func (a alarm) marvis(o *Org, status, symptom, action, category string) alarm {
	a.AlertID, a.OrgName = a.ID, o.Name
	a.Status, a.Category, a.Suggest = status, category, action
	a.Details = &alarmDetails{Action: action, Category: category, Status: status, Symptom: symptom}
	return a
}

// withStatus is the same Marvis alarm, sent again with another status.
func (a alarm) withStatus(status string, at time.Time) alarm {
	a = a.again(at, 0)
	d := *a.Details
	d.Status = status
	a.Status, a.Details = status, &d
	return a
}

// over is the same alarm, sent again when Mist holds it resolved
// (docs/mist-api.md, Alarms).
func (a alarm) over(at time.Time) alarm {
	a = a.again(at, 0)
	a.Status, a.Resolved = "resolved", at.Unix()
	return a
}
