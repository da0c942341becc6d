package mist

import (
	"context"
	"iter"
)

// Site is a place of an organisation.
type Site struct {
	ID, OrgID, Name, Address, Country, Timezone string
}

func (s *Site) read(o object) {
	*s = Site{ID: o.text("id"), OrgID: o.text("org_id"), Name: o.text("name"), Address: o.text("address"),
		Country: o.text("country_code"), Timezone: o.text("timezone")}
}

// Sites lists the sites of an organisation.
func (c *Client) Sites(ctx context.Context, org string) iter.Seq2[Site, error] {
	return list[Site](ctx, c, Request{Path: apiPath("orgs", org, "sites"), Query: numbered(pageSize)}, pagingNumber)
}
