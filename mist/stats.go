package mist

import (
	"context"
	"iter"
	"net/url"
	"strconv"
)

// Stats rows are wide and differ by device type, the stream sends parts of them
// too, and callers need only some members. So they are Objects and not structs.
// A row shares the memory of its page: keep the values you read, not the row.

// OrgDeviceStats lists the state of an organization's access points, switches
// and gateways. One call serves a thousand devices.
func (c *Client) OrgDeviceStats(ctx context.Context, org string) iter.Seq2[Object, error] {
	return c.objects(ctx, Request{Path: apiPath("orgs", org, "stats", "devices"), Query: numbered(pageSize, "type", "all")})
}

// SiteDeviceStats is OrgDeviceStats of one site.
func (c *Client) SiteDeviceStats(ctx context.Context, site string) iter.Seq2[Object, error] {
	return c.objects(ctx, Request{Path: apiPath("sites", site, "stats", "devices"), Query: numbered(pageSize, "type", "all")})
}

// OrgMxEdgeStats lists the state of an organization's Mist Edges. The published
// document has this only for sites, the stream for the organization too. A cloud
// without it answers with KindNotFound; then use SiteMxEdgeStats.
func (c *Client) OrgMxEdgeStats(ctx context.Context, org string) iter.Seq2[Object, error] {
	return c.objects(ctx, Request{Path: apiPath("orgs", org, "stats", "mxedges"), Query: numbered(pageSize)})
}

// SiteMxEdgeStats lists the state of a site's Mist Edges.
func (c *Client) SiteMxEdgeStats(ctx context.Context, site string) iter.Seq2[Object, error] {
	return c.objects(ctx, Request{Path: apiPath("sites", site, "stats", "mxedges"), Query: numbered(pageSize)})
}

// SiteClientStats lists a site's wireless clients with their latest radio
// measurements. Mist's default window is a day; last_seen and assoc_time show
// which clients are still connected.
func (c *Client) SiteClientStats(ctx context.Context, site string, w Window) iter.Seq2[Object, error] {
	q := w.add(url.Values{"limit": {strconv.Itoa(pageSize)}})
	return c.objects(ctx, Request{Path: apiPath("sites", site, "stats", "clients"), Query: q})
}

// objects lists rows without decoding them further. It skips rows that are not
// objects.
func (c *Client) objects(ctx context.Context, r Request) iter.Seq2[Object, error] {
	return func(yield func(Object, error) bool) {
		members := 0 // of the previous row, as the capacity for the next
		for p, err := range c.pages(ctx, r, pagingNumber, true) {
			if err != nil {
				yield(nil, err)
				return
			}
			for _, raw := range p.rows {
				row, ok := Fields(raw, make([]Field, 0, members))
				members = len(row)
				if ok && !yield(row, nil) {
					return
				}
			}
		}
	}
}
