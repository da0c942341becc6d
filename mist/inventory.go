package mist

import (
	"context"
	"iter"
)

// InventoryItem is a device that an organisation has, in use or not.
type InventoryItem struct {
	ID        string
	MAC       string // 12 hex digits
	Serial    string
	Model     string
	Type      string // ap, switch, gateway
	Name      string // its MAC, or nothing, until somebody names it
	Hostname  string
	OrgID     string
	SiteID    string // empty when it is assigned to none
	VCMAC     string // of the virtual chassis or cluster it is a member of
	Connected bool
}

func (i *InventoryItem) read(o Object) {
	*i = InventoryItem{ID: o.Text("id"), MAC: o.MAC("mac"), Serial: o.Text("serial"), Model: o.Text("model"),
		Type: o.Text("type"), Name: o.Text("name"), Hostname: o.Text("hostname"), OrgID: o.Text("org_id"),
		SiteID: o.ID("site_id"), VCMAC: o.MAC("vc_mac"), Connected: o.isTrue("connected")}
}

// Inventory lists the devices of an organisation, of all types: the cheapest
// source of the names of everything. vc also lists members of virtual chassis.
func (c *Client) Inventory(ctx context.Context, org string, vc bool) iter.Seq2[InventoryItem, error] {
	q := numbered(pageSize)
	if vc {
		q.Set("vc", "true")
	}
	return list[InventoryItem](ctx, c, Request{Path: apiPath("orgs", org, "inventory"), Query: q}, pagingNumber)
}

// macOf folds a MAC into 12 lower-case hex digits; what is no MAC is left as it is.
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

// noID is what Mist writes where there is no site, as in webhooks of an organisation.
const noID = "00000000-0000-0000-0000-000000000000"

// idOf returns an id, or nothing for the one that stands for nothing.
func idOf(s string) string {
	if s == noID {
		return ""
	}
	return s
}

// deviceIDPrefix starts every device id; the MAC follows it.
const deviceIDPrefix = "00000000-0000-0000-1000-"

// DeviceID makes the id of a device from its MAC, in any notation.
func DeviceID(mac string) string { return deviceIDPrefix + macOf(mac) }
