package mist

import (
	"context"
	"time"
)

// Self is the identity of the token or the session.
type Self struct {
	Name       string // of a person, or of an org token
	Email      string
	Privileges []Privilege
	TwoFactor  bool // a second factor is still required
}

// Privilege is one right of an admin or a token. One with scope site gives no
// rights on the organization, whose endpoints answer 403.
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

// Self fetches the identity and the rights of the client's credentials.
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

// readPrivilege assigns "name", which is the organization's for scope org and
// the site's for scope site (docs/mist-api.md, Authentication).
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

// Usage is the cloud's count of the token's calls in this hour.
type Usage struct {
	Requests int
	Limit    int           // 0 when unknown
	Left     time.Duration // until the counter restarts; 0 when unknown
}

// Usage fetches the cloud's count of the token's calls, and passes it to the
// client's governor.
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
