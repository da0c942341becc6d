package mistsim

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// Keys of the tokens that every cloud knows, unless its options name others.
const (
	AdminToken = "sim-admin-token" // may do everything
	ReadToken  = "sim-read-token"  // may read everything
	SiteToken  = "sim-site-token"  // may do everything at the first site, and nothing else
)

// Token is an API token. Role is Mist's: admin, write, read, helpdesk or
// installer, of which the first two may change things. With a SiteID it has no
// rights but there.
type Token struct {
	Key    string
	Name   string // who it is in alarms it acknowledges and in the audit log
	Role   string
	SiteID string
}

// hourlyLimit is how many calls an hour a token may make (docs/mist-api.md,
// Rate limit).
const hourlyLimit = 5000

// principal is somebody who may call: a token, or a person who logged in.
type principal struct {
	name, email string
	id          string
	role, site  string
	csrf        string // of a session: what its changes must carry
	budget      *budget
}

// budget counts the calls of one token, or of one person, in the current hour.
// The count starts anew at the hour, it is not a sliding window.
type budget struct {
	hour  time.Time
	spent int
}

// access knows who may call and what they have spent.
type access struct {
	mu       sync.Mutex
	limit    int
	tokens   map[string]*principal // by key
	sessions map[string]*principal // by session id
	people   map[string]*person    // by e-mail address
}

func newAccess(o *Org, tokens []Token, limit int) *access {
	a := &access{limit: limit, tokens: map[string]*principal{}, sessions: map[string]*principal{}, people: map[string]*person{}}
	if limit == 0 {
		a.limit = hourlyLimit
	}
	if tokens == nil {
		tokens = []Token{
			{Key: AdminToken, Name: "foghorn", Role: "admin"},
			{Key: ReadToken, Name: "dashboard", Role: "read"},
			{Key: SiteToken, Name: "site crew", Role: "admin", SiteID: o.Sites[0].ID},
		}
	}
	for _, t := range tokens {
		a.add(t)
	}
	for i, p := range o.Admins {
		a.people[p.Email] = &person{Admin: p, twoFactor: i == 1, sso: i == 2, budget: &budget{}}
	}
	return a
}

func (a *access) add(t Token) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.tokens[t.Key] = &principal{name: t.Name, id: nameID("token " + t.Name), role: t.Role, site: t.SiteID, budget: &budget{}}
}

// AddToken lets another token in.
func (c *Cloud) AddToken(t Token) { c.access.add(t) }

// Revoke ends a token: its calls are refused with 401 from now on, and its
// streams are closed.
func (c *Cloud) Revoke(key string) {
	c.access.mu.Lock()
	who := c.access.tokens[key]
	delete(c.access.tokens, key)
	c.access.mu.Unlock()
	if who != nil {
		c.streams.cut(func(s *stream) bool { return s.who == who })
	}
}

// admit says who a request is of, and counts it.
func (c *Cloud) admit(r *http.Request, now time.Time) (*principal, error) {
	a := c.access
	a.mu.Lock()
	defer a.mu.Unlock()
	who := a.whose(r)
	if who == nil {
		return nil, unauthorized
	}
	return who, a.spend(who.budget, now)
}

// whose finds the token or the session of a request. a.mu is held.
func (a *access) whose(r *http.Request) *principal {
	if key, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Token "); ok {
		return a.tokens[key]
	}
	if cookie, err := r.Cookie(cookieName(sessionCookie, r.Host)); err == nil {
		return a.sessions[cookie.Value]
	}
	return nil
}

// spend counts a call, or refuses it when the hour's are used up. a.mu is held.
func (a *access) spend(b *budget, now time.Time) error {
	if hour := now.Truncate(time.Hour); !hour.Equal(b.hour) {
		b.hour, b.spent = hour, 0
	}
	if b.spent >= a.limit {
		return tooMany(a.limit, b.hour.Add(time.Hour).Sub(now))
	}
	b.spent++
	return nil
}

// tooMany is the answer to one call too many.
func tooMany(limit int, wait time.Duration) *failure {
	return &failure{
		status: http.StatusTooManyRequests,
		detail: fmt.Sprintf("Too Many Request. The API Token used for the request reached the %d API Calls per hour threshold", limit),
		retry:  max(wait, time.Second),
	}
}

// writes reports whether the role is one that may change things.
func (p *principal) writes() bool { return p.role == "admin" || p.role == "write" }

// mayWrite says whether a caller may change anything.
func (p *principal) mayWrite(r *http.Request) error {
	if strings.HasSuffix(r.URL.Path, "/two_factor") {
		return nil
	}
	if p.csrf != "" && r.Header.Get("X-CSRFToken") != p.csrf {
		return badCSRF
	}
	if !p.writes() && !strings.HasSuffix(r.URL.Path, "/logout") {
		return forbidden
	}
	return nil
}

// Spent says how many calls a token has made in the current hour.
func (c *Cloud) Spent(key string) int {
	c.access.mu.Lock()
	defer c.access.mu.Unlock()
	p := c.access.tokens[key]
	if p == nil || !p.budget.hour.Equal(c.clock.Now().Truncate(time.Hour)) {
		return 0
	}
	return p.budget.spent
}

// tally counts calls by method and route.
type tally struct {
	mu sync.Mutex
	of map[string]int
}

func (t *tally) add(what string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.of == nil {
		t.of = map[string]int{}
	}
	t.of[what]++
}

// Calls says how often each route was called, refused calls included. The key
// is method and route, such as "GET /api/v1/orgs/{org_id}/inventory".
func (c *Cloud) Calls() map[string]int {
	c.calls.mu.Lock()
	defer c.calls.mu.Unlock()
	out := maps.Clone(c.calls.of)
	if out == nil {
		out = map[string]int{}
	}
	return out
}

// TotalCalls is the sum of Calls.
func (c *Cloud) TotalCalls() int {
	n := 0
	for _, v := range slices.Collect(maps.Values(c.Calls())) {
		n += v
	}
	return n
}
