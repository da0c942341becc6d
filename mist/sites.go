package mist

import (
	"context"
	"iter"
)

// Site is a site of an organization.
type Site struct {
	ID, OrgID, Name, Address, Country, Timezone string
}

func (s *Site) read(o Object) {
	*s = Site{ID: o.Text("id"), OrgID: o.Text("org_id"), Name: o.Text("name"), Address: o.Text("address"),
		Country: o.Text("country_code"), Timezone: o.Text("timezone")}
}

// Sites lists an organization's sites.
func (c *Client) Sites(ctx context.Context, org string) iter.Seq2[Site, error] {
	return list[Site](ctx, c, Request{Path: apiPath("orgs", org, "sites"), Query: numbered(pageSize)}, pagingNumber)
}
