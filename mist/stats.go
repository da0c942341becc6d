package mist

import (
	"context"
	"iter"
	"net/url"
	"strconv"
)

// Stats are lists of wide rows that differ by type of device, that the stream
// sends in parts too, and of which a caller wants some members. So they come as
// objects and not as a type of their own. A row shares the memory of its page:
// keep what you read from it, not the row.

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
// document has this only for sites, the stream for the organization too: a cloud
// without it answers with KindNotFound, and SiteMxEdgeStats is left.
func (c *Client) OrgMxEdgeStats(ctx context.Context, org string) iter.Seq2[Object, error] {
	return c.objects(ctx, Request{Path: apiPath("orgs", org, "stats", "mxedges"), Query: numbered(pageSize)})
}

// SiteMxEdgeStats lists the state of a site's Mist Edges.
func (c *Client) SiteMxEdgeStats(ctx context.Context, site string) iter.Seq2[Object, error] {
	return c.objects(ctx, Request{Path: apiPath("sites", site, "stats", "mxedges"), Query: numbered(pageSize)})
}

// SiteClientStats lists a site's wireless clients with their radio as last
// measured. Mist's default window is a day; last_seen and assoc_time say who is
// still there.
func (c *Client) SiteClientStats(ctx context.Context, site string, w Window) iter.Seq2[Object, error] {
	q := w.add(url.Values{"limit": {strconv.Itoa(pageSize)}})
	return c.objects(ctx, Request{Path: apiPath("sites", site, "stats", "clients"), Query: q})
}

// objects lists rows without decoding them any further. What is not an object
// is left out.
func (c *Client) objects(ctx context.Context, r Request) iter.Seq2[Object, error] {
	return func(yield func(Object, error) bool) {
		members := 0 // of the row before: rows of one list are much alike
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
