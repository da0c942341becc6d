package mist

import (
	"context"
	"encoding/json"
	"iter"
	"strings"
	"time"
)

// DeviceEvent is an event that a device reported, or Mist about a device.
type DeviceEvent struct {
	Type       string // AP_DISCONNECTED ...
	Time       time.Time
	OrgID      string
	SiteID     string
	MAC        string // 12 hex digits
	Name       string
	DeviceType string
	Text       string
	Raw        json.RawMessage
}

// read prefers the newer member names; events of APs still use the older ones.
func (e *DeviceEvent) read(o Object) {
	*e = DeviceEvent{Type: o.Text("type"), Time: o.time("timestamp"), OrgID: o.Text("org_id"), SiteID: o.ID("site_id"),
		MAC: o.MAC("mac", "ap"), Name: o.Text("device_name", "ap_name"), DeviceType: o.Text("device_type"),
		Text: o.Text("text", "reason")}
}

// DeviceEventQuery filters a search. Every field is optional.
type DeviceEventQuery struct {
	Window
	MAC   string
	Types []string
	Sort  string // "-timestamp" is the newest first
	Limit int    // rows a page; 1000 when 0
}

// SearchDeviceEvents lists the events of an organization's devices. It asks for
// all device types, because Mist's default is access points only.
func (c *Client) SearchDeviceEvents(ctx context.Context, org string, query DeviceEventQuery) iter.Seq2[DeviceEvent, error] {
	q := with(query.Window.add(limited(query.Limit)), "device_type", "all", "mac", macOf(query.MAC),
		"type", strings.Join(query.Types, ","), "sort", query.Sort)
	return search(ctx, c, Request{Path: apiPath("orgs", org, "devices", "events", "search"), Query: q}, pagingCursor,
		func(e *DeviceEvent, raw []byte) { e.Raw = raw })
}
