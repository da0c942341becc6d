package mist

import (
	"context"
	"iter"
)

// InventoryItem is a device that an organization owns, in use or not.
type InventoryItem struct {
	ID        string
	MAC       string // 12 hex digits
	Serial    string
	Model     string
	Type      string // ap, switch, gateway
	Name      string // its MAC, or empty, until somebody names it
	Hostname  string
	OrgID     string
	SiteID    string // empty when it is assigned to none
	VCMAC     string // of its virtual chassis or cluster
	Connected bool
}

func (i *InventoryItem) read(o Object) {
	*i = InventoryItem{ID: o.Text("id"), MAC: o.MAC("mac"), Serial: o.Text("serial"), Model: o.Text("model"),
		Type: o.Text("type"), Name: o.Text("name"), Hostname: o.Text("hostname"), OrgID: o.Text("org_id"),
		SiteID: o.ID("site_id"), VCMAC: o.MAC("vc_mac"), Connected: o.isTrue("connected")}
}

// Inventory lists an organization's devices, of all types. It is the cheapest
// source of all device names. vc includes members of virtual chassis.
func (c *Client) Inventory(ctx context.Context, org string, vc bool) iter.Seq2[InventoryItem, error] {
	q := numbered(pageSize)
	if vc {
		q.Set("vc", "true")
	}
	return list[InventoryItem](ctx, c, Request{Path: apiPath("orgs", org, "inventory"), Query: q}, pagingNumber)
}

// macOf normalizes a MAC to 12 lower-case hex digits. It returns any other text
// unchanged.
func macOf(s string) string {
	var b [12]byte
	n := 0
	for i := range len(s) {
		c := s[i]
		switch {
		case c == ':' || c == '-' || c == '.':
			continue
		case 'A' <= c && c <= 'F':
			c += 'a' - 'A'
		}
		if !isHex(c) || n == len(b) {
			return s
		}
		b[n] = c
		n++
	}
	if n != len(b) {
		return s
	}
	return string(b[:])
}

// noID is Mist's placeholder for no site, as in webhooks of an organization.
const noID = "00000000-0000-0000-0000-000000000000"

// idOf returns the id, or "" for noID.
func idOf(s string) string {
	if s == noID {
		return ""
	}
	return s
}

// deviceIDPrefix starts every device id; the MAC follows it.
const deviceIDPrefix = "00000000-0000-0000-1000-"

// DeviceID converts a MAC, in any notation, to the device's id.
func DeviceID(mac string) string { return deviceIDPrefix + macOf(mac) }
