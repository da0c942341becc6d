package mistsim

import (
	"crypto/sha256"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"
)

// Who calls: privileges, usage, and logging in with a password.

var selfRoutes = []route{
	{method: "GET", path: "/self", do: (*call).self},
	{method: "GET", path: "/self/usage", do: (*call).usage, free: true},
	{method: "POST", path: "/login", do: (*call).login, open: true, free: true},
	{method: "POST", path: "/login/lookup", do: (*call).lookup, open: true, free: true},
	{method: "POST", path: "/login/two_factor", do: (*call).secondFactor, free: true},
	{method: "POST", path: "/logout", do: (*call).logout, free: true},
}

// What people log in with. The organization's administrators are known by their
// e-mail addresses: the first logs in with the password alone, the second needs
// the code as well, the third comes from elsewhere and cannot.
const (
	Password      = "sim-password"
	TwoFactorCode = "123456"

	sessionCookie = "sessionid"
	csrfCookie    = "csrftoken"
	ssoURL        = "https://sso.example.com/login"
	// maxFailures is how many wrong passwords are heard before the next waits.
	maxFailures = 3
	lockedFor   = time.Minute
)

// person is somebody with a password.
type person struct {
	Admin
	twoFactor, sso bool
	failures       int
	locked         time.Time
	logins         int
	budget         *budget // of the person, whichever session calls
}

// nameID makes a version 4 UUID of a name, for things whose ids nobody drew.
func nameID(name string) string {
	h := sha256.Sum256([]byte("mistsim " + name))
	h[6], h[8] = h[6]&0x0f|0x40, h[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", h[:4], h[4:6], h[6:8], h[8:10], h[10:16])
}

type privilege struct {
	Scope   string `json:"scope"`
	Role    string `json:"role"`
	OrgID   string `json:"org_id"`
	OrgName string `json:"org_name,omitempty"`
	SiteID  string `json:"site_id,omitempty"`
	Name    string `json:"name"`
}

type selfReply struct {
	AdminID    string      `json:"admin_id,omitempty"`
	Email      string      `json:"email,omitempty"`
	FirstName  string      `json:"first_name,omitempty"`
	Name       string      `json:"name"`
	Privileges []privilege `json:"privileges"` // null while the second factor is missing
	TwoFactor  *bool       `json:"two_factor_passed,omitempty"`
	Required   *bool       `json:"two_factor_required,omitempty"` // the vendor's own client asks for the code because of it
}

func (q *call) self() (any, error) {
	who, org := q.who, q.world.org
	out := selfReply{AdminID: who.id, Email: who.email, Name: who.name}
	if who.email != "" {
		out.FirstName = who.name
	}
	if who.role == "" {
		passed, required := false, true
		out.TwoFactor, out.Required = &passed, &required
		return out, nil
	}
	p := privilege{Scope: "org", Role: who.role, OrgID: org.ID, Name: org.Name}
	if s := q.world.sites[who.site]; s != nil {
		p = privilege{Scope: "site", Role: who.role, OrgID: org.ID, OrgName: org.Name, SiteID: s.ID, Name: s.Name}
	}
	out.Privileges = []privilege{p}
	return out, nil
}

type usageReply struct {
	Requests int `json:"requests"`
	Limit    int `json:"request_limit"`
	Seconds  int `json:"seconds"` // until the count starts anew
}

func (q *call) usage() (any, error) {
	q.access.mu.Lock()
	defer q.access.mu.Unlock()
	left := q.who.budget.hour.Add(time.Hour).Sub(q.now)
	return usageReply{Requests: q.who.budget.spent, Limit: q.access.limit, Seconds: int(left.Seconds())}, nil
}

type loginReply struct {
	Email    string `json:"email"`
	Passed   *bool  `json:"two_factor_passed,omitempty"`
	Required *bool  `json:"two_factor_required,omitempty"`
}

// login gives a session. A wrong password is a bad request with Mist, not an
// unauthorized one; a missing second factor is no error at all.
func (q *call) login() (any, error) {
	var in struct {
		Email, Password string
		TwoFactor       string `json:"two_factor"`
	}
	if err := q.read(&in); err != nil {
		return nil, err
	}
	a := q.access
	a.mu.Lock()
	defer a.mu.Unlock()
	p := a.people[in.Email]
	switch {
	case p != nil && p.sso:
		return nil, &failure{status: http.StatusBadRequest, detail: "Please log in with SSO.", extra: map[string]any{"forward_url": ssoURL}}
	case p != nil && q.now.Before(p.locked):
		return nil, &failure{status: http.StatusTooManyRequests, detail: "Too many failed logins.", retry: p.locked.Sub(q.now)}
	case p == nil || in.Password != Password:
		if p != nil {
			if p.failures++; p.failures%maxFailures == 0 {
				p.locked = q.now.Add(lockedFor)
			}
		}
		return nil, badRequest("Invalid email or password.")
	}
	p.failures = 0
	passed := !p.twoFactor || in.TwoFactor == TwoFactorCode
	if p.twoFactor && in.TwoFactor != "" && !passed {
		return nil, badRequest("Invalid two-factor code.")
	}
	p.logins++
	id := nameID(fmt.Sprintf("session %s %d", p.Email, p.logins))
	who := &principal{name: p.Name, email: p.Email, id: p.ID, csrf: nameID("csrf " + id)[:32], budget: p.budget}
	if passed {
		who.role = "admin"
	}
	a.sessions[id] = who
	q.cookie(cookieName(sessionCookie, q.r.Host), id, true)
	q.cookie(cookieName(csrfCookie, q.r.Host), who.csrf, false)
	out := loginReply{Email: p.Email}
	if p.twoFactor {
		out.Passed, out.Required = &passed, &p.twoFactor
	}
	return out, nil
}

// cookieName names a cookie as the cloud of that host does: csrftoken.eu for
// api.eu.mist.com, csrftoken for api.mist.com and for any other host. Clients
// that look a cookie up by the host's name find it then.
func cookieName(name, host string) string {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	if cloud, ok := strings.CutSuffix(strings.TrimPrefix(host, "api."), ".mist.com"); ok && cloud != "api" {
		return name + "." + cloud
	}
	return name
}

func (q *call) cookie(name, value string, hidden bool) {
	c := http.Cookie{Name: name, Value: value, Path: "/", HttpOnly: hidden, SameSite: http.SameSiteLaxMode}
	q.header.Add("Set-Cookie", c.String())
}

func (q *call) lookup() (any, error) {
	var in struct{ Email string }
	if err := q.read(&in); err != nil {
		return nil, err
	}
	q.access.mu.Lock()
	defer q.access.mu.Unlock()
	switch p := q.access.people[in.Email]; {
	case p == nil:
		return nil, notFound
	case p.sso:
		return map[string]string{"sso_url": ssoURL}, nil
	}
	return struct{}{}, nil
}

func (q *call) secondFactor() (any, error) {
	var in struct {
		TwoFactor string `json:"two_factor"`
	}
	if err := q.read(&in); err != nil {
		return nil, err
	}
	if in.TwoFactor != TwoFactorCode {
		return nil, badRequest("Invalid two-factor code.")
	}
	q.access.mu.Lock()
	defer q.access.mu.Unlock()
	q.who.role = "admin"
	return struct{}{}, nil
}

func (q *call) logout() (any, error) {
	q.access.mu.Lock()
	defer q.access.mu.Unlock()
	if c, err := q.r.Cookie(cookieName(sessionCookie, q.r.Host)); err == nil {
		delete(q.access.sessions, c.Value)
	}
	return struct{}{}, nil
}
