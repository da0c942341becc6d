package mist

import (
	"context"
	"time"
)

// Self is who the token or the session is.
type Self struct {
	Name       string // of a person, or of an org token
	Email      string
	Privileges []Privilege
	TwoFactor  bool // still to be passed
}

// Privilege is one right of an admin or a token. One of scope site has no
// rights on the organisation: its endpoints answer 403.
type Privilege struct {
	Scope   string // org, site, msp
	Role    string // admin, write, read, helpdesk, installer
	OrgID   string
	OrgName string
	SiteID  string
	Site    string
}

// MayWrite reports whether the privilege allows changes.
func (p Privilege) MayWrite() bool { return p.Role == "admin" || p.Role == "write" }

// Self asks who the client is, and with which rights.
func (c *Client) Self(ctx context.Context) (Self, error) {
	o, err := c.getObject(ctx, "/self", nil)
	if err != nil {
		return Self{}, err
	}
	s := Self{Email: o.Text("email"), Name: oneLine(o.Text("first_name")+" "+o.Text("last_name"), 200),
		TwoFactor: o.isTrue("two_factor_required") && !o.isTrue("two_factor_passed")}
	if s.Name == "" {
		s.Name = o.Text("name")
	}
	for _, p := range o.Value("privileges").Objects(maxListed) {
		s.Privileges = append(s.Privileges, readPrivilege(p))
	}
	return s, nil
}

// readPrivilege sorts the names out: of scope org "name" is the organisation's,
// of scope site it is the site's (docs/mist-api.md, Authentication).
func readPrivilege(o Object) Privilege {
	p := Privilege{Scope: o.Text("scope"), Role: o.Text("role"), OrgID: o.Text("org_id"), SiteID: o.Text("site_id"), OrgName: o.Text("org_name")}
	switch {
	case p.Scope == "site":
		p.Site = o.Text("name")
	case p.OrgName == "":
		p.OrgName = o.Text("name")
	}
	return p
}

// Usage is what the cloud counts of the token in this hour.
type Usage struct {
	Requests int
	Limit    int           // 0 when it is not told
	Left     time.Duration // until the counter is reset; 0 when it is not told
}

// Usage asks for the token's use, and tells the client's governor.
func (c *Client) Usage(ctx context.Context) (Usage, error) {
	o, err := c.getObject(ctx, "/self/usage", nil)
	if err != nil {
		return Usage{}, err
	}
	u := Usage{Requests: o.Int("requests"), Limit: o.Int("request_limit"),
		Left: time.Duration(min(max(o.float("seconds"), 0), 3600) * float64(time.Second))}
	c.governor.Learn(u)
	return u, nil
}
