package mistsim

import (
	"fmt"
	"time"
)

// The elements of the topics about devices and the people who configure them.

// deviceUpdown carries every device in mac and device_name, and an AP and a
// gateway in ap as well. Mist's samples have only one of the two spellings,
// another for each type; receivers that were written against the live cloud read
// mac and device_name of all (docs/mist-api.md, Webhook topics).
type deviceUpdown struct {
	OrgID      string `json:"org_id"`
	SiteID     string `json:"site_id"`
	Type       string `json:"type"`
	AP         string `json:"ap,omitempty"`
	APName     string `json:"ap_name,omitempty"`
	MAC        string `json:"mac,omitempty"`
	DeviceName string `json:"device_name,omitempty"`
	DeviceType string `json:"device_type,omitempty"`
	Model      string `json:"model,omitempty"`
	Version    string `json:"version,omitempty"`
	Reason     string `json:"reason,omitempty"`
	SiteName   string `json:"site_name"`
	Timestamp  int64  `json:"timestamp"`
}

type deviceEvent struct {
	AuditID      string `json:"audit_id,omitempty"`
	AP           string `json:"ap,omitempty"`
	APName       string `json:"ap_name,omitempty"`
	DeviceName   string `json:"device_name"`
	DeviceType   string `json:"device_type"`
	EvType       string `json:"ev_type"` // NOTICE or WARN
	MAC          string `json:"mac"`
	OrgID        string `json:"org_id"`
	Reason       string `json:"reason,omitempty"`
	SiteID       string `json:"site_id"`
	SiteName     string `json:"site_name"`
	Text         string `json:"text,omitempty"`
	Timestamp    int64  `json:"timestamp"`
	Type         string `json:"type"`
	Model        string `json:"model,omitempty"`
	Version      string `json:"version,omitempty"`
	PortID       string `json:"port_id,omitempty"`
	Band         string `json:"band,omitempty"`
	Channel      int    `json:"channel,omitempty"`
	PreChannel   int    `json:"pre_channel,omitempty"`
	Bandwidth    int    `json:"bandwidth,omitempty"`
	PreBandwidth int    `json:"pre_bandwidth,omitempty"`
	VPNName      string `json:"vpn_name,omitempty"`
	PeerMAC      string `json:"peer_mac,omitempty"`
}

type mxedgeEvent struct {
	AuditID   string `json:"audit_id,omitempty"`
	ClusterID string `json:"mxcluster_id"`
	EdgeID    string `json:"mxedge_id"`
	EdgeName  string `json:"mxedge_name"`
	OrgID     string `json:"org_id"`
	Service   string `json:"service,omitempty"`
	Port      string `json:"port,omitempty"`
	Timestamp string `json:"timestamp"` // text here, on the wire too
	Type      string `json:"type"`
}

// audit carries before and after as JSON text inside a string, as deliveries
// do; the API has objects there.
type audit struct {
	AdminID   string  `json:"admin_id"`
	AdminName string  `json:"admin_name"` // "Name email"
	After     string  `json:"after,omitempty"`
	Before    string  `json:"before,omitempty"`
	DeviceID  string  `json:"device_id,omitempty"`
	ID        string  `json:"id"`
	Message   string  `json:"message"`
	OrgID     string  `json:"org_id"`
	SiteID    *string `json:"site_id"` // null for a change of the whole organization
	SrcIP     string  `json:"src_ip"`
	Timestamp float64 `json:"timestamp"`
	UserAgent string  `json:"user_agent"`

	object, objectID string // the member that names what was changed, such as wlan_id, and its value
}

// MarshalJSON adds the id of what was changed, whose name differs by its type.
func (a audit) MarshalJSON() ([]byte, error) {
	type plain audit
	raw, err := encode(plain(a))
	if err != nil || a.object == "" {
		return raw, err
	}
	id, err := encode(map[string]string{a.object: a.objectID})
	if err != nil {
		return nil, err
	}
	return append(append(raw[:len(raw)-1], ','), id[1:]...), nil
}

type ping struct {
	SiteID    string `json:"site_id"`
	ID        string `json:"id"`
	Name      string `json:"name"`
	Timestamp int64  `json:"timestamp"`
}

// typePrefix starts the event types of a device: AP_, SW_, GW_ or ME_.
var typePrefix = map[string]string{AP: "AP_", Switch: "SW_", Gateway: "GW_", MxEdge: "ME_"}

func updownOf(o *Org, s *Site, d *Device, what, reason string, at time.Time) deviceUpdown {
	u := deviceUpdown{
		OrgID: o.ID, SiteID: s.ID, SiteName: s.Name, Type: typePrefix[d.Type] + what,
		MAC: d.MAC, DeviceName: d.Name, DeviceType: d.Type, Reason: reason, Timestamp: at.Unix(),
	}
	switch d.Type {
	case AP:
		u.AP, u.APName = d.MAC, d.Name
	case Gateway:
		u.AP, u.Model = d.MAC, d.Model
	default:
		u.Model, u.Version = d.Model, d.Version
	}
	return u
}

func deviceEventOf(o *Org, s *Site, d *Device, what string, at time.Time) deviceEvent {
	e := deviceEvent{
		DeviceName: d.Name, DeviceType: d.Type, EvType: "NOTICE", MAC: d.MAC, OrgID: o.ID,
		SiteID: s.ID, SiteName: s.Name, Timestamp: at.Unix(), Type: typePrefix[d.Type] + what,
	}
	if d.Type == AP {
		e.AP, e.APName = d.MAC, d.Name
	} else {
		e.Model, e.Version = d.Model, d.Version
	}
	return e
}

func mxedgeEventOf(o *Org, d *Device, kind string, at time.Time) mxedgeEvent {
	return mxedgeEvent{
		ClusterID: d.ClusterID, EdgeID: d.ID, EdgeName: d.Name, OrgID: o.ID, Type: kind,
		Timestamp: fmt.Sprintf("%d.%06d", at.Unix(), at.Nanosecond()/1000),
	}
}
