package mistsim

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestTokensMayDoWhatTheirRoleSays(t *testing.T) {
	t.Parallel()
	d := openDesk(t, nil)
	other := d.Org().Sites[1].ID
	ap := d.Org().Sites[0].OfType(AP)[0].ID
	for _, c := range []struct {
		token, method, path string
		want                int
	}{
		{"", "GET", "/api/v1/self", 401},
		{"no such", "GET", "/api/v1/self", 401},
		{ReadToken, "GET", "/api/v1/orgs/ORG/inventory", 200},
		{ReadToken, "PUT", "/api/v1/sites/SITE/devices/" + ap, 403},
		{SiteToken, "GET", "/api/v1/orgs/ORG/inventory", 403},
		{SiteToken, "GET", "/api/v1/sites/SITE/stats/devices", 200},
		{SiteToken, "PUT", "/api/v1/sites/SITE/devices/" + ap, 200},
		{SiteToken, "GET", "/api/v1/sites/" + other + "/stats/devices", 403},
		{AdminToken, "GET", "/api/v1/orgs/" + other + "/inventory", 404},
		{AdminToken, "GET", "/api/v1/sites/ORG/stats/devices", 404},
	} {
		body := ""
		if c.method == "PUT" {
			body = `{"name":"x"}`
		}
		if a := d.ask(c.token, c.method, c.path, body); a.status != c.want {
			t.Errorf("%s %s as %q: %d, want %d: %s", c.method, c.path, c.token, a.status, c.want, a.body)
		}
	}
	site := d.ask(SiteToken, "GET", "/api/v1/self", "").is(200).object()["privileges"].([]any)[0].(map[string]any)
	if site["scope"] != "site" || site["name"] != "hq-berlin" || site["org_name"] != "Acme Logistics" {
		t.Errorf("privilege of a site's token: %v", site)
	}
	d.Revoke(AdminToken)
	d.ask(AdminToken, "GET", "/api/v1/self", "").is(401)
	d.AddToken(Token{Key: "again", Role: "admin"})
	d.ask("again", "GET", "/api/v1/self", "").is(200)
	d.unchecked().ask("again", "GET", "/api/v1/no/such", "").is(404)
}

func TestTheBudgetEndsAndBeginsAnewAtTheHour(t *testing.T) {
	t.Parallel()
	d := openDesk(t, func(o *Options) { o.HourlyLimit = 3 })
	for range 2 {
		d.get("/api/v1/self")
	}
	usage := d.get("/api/v1/self/usage").object()
	if usage["requests"] != 3.0 || usage["request_limit"] != 3.0 || usage["seconds"] != 50*60.0 {
		t.Errorf("usage: %v", usage)
	}
	a := d.ask(AdminToken, "GET", "/api/v1/self", "").is(429)
	if a.header.Get("Retry-After") != "3000" || !strings.Contains(a.body, `"detail"`) {
		t.Errorf("%v %s", a.header, a.body)
	}
	d.ask(ReadToken, "GET", "/api/v1/self", "").is(200) // has a budget of its own
	d.clock.Advance(50 * time.Minute)
	d.get("/api/v1/self")
	if n := d.Spent(AdminToken); n != 1 {
		t.Errorf("%d calls spent in the new hour, want 1", n)
	}
	if n, all := d.Calls()["GET /api/v1/self"], d.TotalCalls(); n != 5 || all != 6 {
		t.Errorf("%d calls of self, %d in all", n, all)
	}
}

// login logs in and returns a function that calls with the cookies of it.
func (d *desk) login(email, code string) func(method, path, body string, csrf bool) answer {
	d.t.Helper()
	body := fmt.Sprintf(`{"email":%q,"password":%q}`, email, Password)
	a := d.ask("", "POST", "/api/v1/login", body).is(200)
	cookies := (&http.Response{Header: a.header}).Cookies()
	call := func(method, path, body string, csrf bool) answer {
		r := d.request("", method, path, body)
		for _, c := range cookies {
			r.AddCookie(c)
			if csrf && strings.HasPrefix(c.Name, "csrftoken") {
				r.Header.Set("X-CSRFToken", c.Value)
			}
		}
		return d.send(r)
	}
	if code != "" {
		call("POST", "/api/v1/login/two_factor", fmt.Sprintf(`{"two_factor":%q}`, code), true).is(200)
	}
	return call
}

func TestLoggingIn(t *testing.T) {
	t.Parallel()
	d := openDesk(t, nil)
	admins := d.Org().Admins
	me := d.login(admins[0].Email, "")
	me("GET", "/api/v1/orgs/ORG/sites", "", false).is(200)
	ap := "/api/v1/sites/SITE/devices/" + d.Org().Sites[0].OfType(AP)[0].ID
	me("PUT", ap, `{"name":"x"}`, false).is(403) // no CSRF header
	me("PUT", ap, `{"name":"x"}`, true).is(200)
	if got := d.told("audits")[0]["admin_name"]; got != admins[0].Name+" "+admins[0].Email {
		t.Errorf("the audit names %v", got)
	}
	me("POST", "/api/v1/logout", "", true).is(200)
	me("GET", "/api/v1/self", "", false).is(401)

	half := d.login(admins[1].Email, "")
	if self := half("GET", "/api/v1/self", "", false).is(200).object(); self["privileges"] != nil || self["two_factor_required"] != true || self["two_factor_passed"] != false {
		t.Errorf("privileges before the second factor: %v", self)
	}
	half("GET", "/api/v1/orgs/ORG/sites", "", false).is(401)
	d.login(admins[1].Email, TwoFactorCode)("GET", "/api/v1/orgs/ORG/sites", "", false).is(200)

	if a := d.unchecked().ask("", "POST", "/api/v1/login", fmt.Sprintf(`{"email":%q,"password":"x"}`, admins[2].Email)).is(400); a.object()["forward_url"] == nil {
		t.Errorf("SSO: %s", a.body)
	}
	for range maxFailures {
		d.ask("", "POST", "/api/v1/login", fmt.Sprintf(`{"email":%q,"password":"x"}`, admins[0].Email)).is(400)
	}
	d.unchecked().ask("", "POST", "/api/v1/login", fmt.Sprintf(`{"email":%q,"password":"x"}`, admins[0].Email)).is(429)
}

func TestCookiesAreNamedByTheHost(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]string{
		"api.mist.com": "csrftoken", "api.eu.mist.com": "csrftoken.eu", "api.gc1.mist.com:443": "csrftoken.gc1",
		"127.0.0.1:8080": "csrftoken", "[::1]:8080": "csrftoken", "localhost": "csrftoken", "sim.example.com": "csrftoken",
	} {
		if got := cookieName(csrfCookie, host); got != want {
			t.Errorf("%s: %s, want %s", host, got, want)
		}
	}
}
