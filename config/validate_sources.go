package config

import (
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"foghorn/journal/query"
)

// validateSources checks every source, and that no two have the same name: the
// name identifies the source of an event.
func (c *Config) validateSources(r *report, o Options) {
	names := map[string]bool{}
	for i, m := range c.Mist {
		path := element("mist", i)
		checkName(r, path, m.Name, aSource, names)
		c.checkCloud(r, path, m, o)
		c.checkSigning(r, path, "webhook_secret", m.AllowUnsigned)
		if m.RequireV2 && !c.given(path+".webhook_secret") {
			r.add(path+".require_v2", "", "needs a webhook_secret to check signatures with")
		}
		if len(m.Sites) == 0 && r.where.has(path+".sites") {
			r.add(path+".sites", "", `is empty; write ["*"] for all sites, or leave it out`)
		}
		for k, s := range m.Sites {
			if s == "" {
				r.add(element(path+".sites", k), "", "is empty")
			}
		}
	}
	for i, j := range c.Junos {
		path := element("junos", i)
		checkName(r, path, j.Name, aSource, names)
		c.checkSigning(r, path, "secret", j.AllowUnsigned)
		j.checkHeartbeat(r, path)
	}
}

// Limits of a heartbeat: those of the timer on a Junos device.
const (
	defaultHeartbeat = Duration(5 * time.Minute)
	minHeartbeat     = Duration(time.Minute)
	maxHeartbeat     = Duration(30 * 24 * time.Hour)
)

// inherit fills in the values that the file does not set.
func (j *Junos) inherit() {
	if j.Heartbeat == 0 {
		j.Heartbeat = defaultHeartbeat
	}
	if j.SilentAfter == 0 {
		j.SilentAfter = 3 * j.Heartbeat
	}
}

func (j *Junos) checkHeartbeat(r *report, path string) {
	if j.Heartbeat < minHeartbeat || j.Heartbeat > maxHeartbeat {
		r.add(path+".heartbeat", "", "%q is out of range: the timer of a Junos device goes from 1m to 30d", j.Heartbeat)
	}
	if j.SilentAfter <= j.Heartbeat {
		r.add(path+".silent_after", "", "%q is not longer than heartbeat of %q: every device would be called silent", j.SilentAfter, j.Heartbeat)
	}
}

// given reports whether the file configures the secret at path, fetched or not.
func (c *Config) given(path string) bool {
	_, ok := c.sources[path]
	return ok
}

// named is something that has a name, and what the name is for.
type named struct{ what, use string }

var aSource = named{"source", "it says where the source posts to"}

func checkName(r *report, path, name string, of named, names map[string]bool) {
	switch {
	case name == "" && !r.where.has(path+".name"):
		r.add(path+".name", "", "is missing; %s", of.use)
	case !namePattern.MatchString(name):
		r.add(path+".name", "", "%q cannot name a %s; %s", name, of.what, nameRule)
	case names[name]:
		r.add(path+".name", "", "%q names another %s already", name, of.what)
	}
	names[name] = true
}

// checkSigning reports combinations of secrets that are insecure or without effect.
func (c *Config) checkSigning(r *report, path, key string, allowUnsigned bool) {
	secret := c.given(path + "." + key)
	previous := path + ".previous_" + key
	if !secret && c.given(previous) {
		r.add(c.sources[previous].path, "", "needs %s beside it; the previous one alone is the current one", key)
	}
	until := r.where.has(previous + "_until")
	switch {
	case until && !c.given(previous):
		r.add(previous+"_until", "", "needs previous_%s: it says how long that one is valid", key)
	case !until && c.given(previous):
		c.warn(c.sources[previous].path, "has no end: whoever knows it can sign forever; set previous_%s_until, or remove it once all senders have the new one", key)
	}
	secret = secret || c.given(previous)
	switch {
	case secret && allowUnsigned:
		r.add(path+".allow_unsigned", "", "makes the secret pointless: anybody could leave the signature out; remove one of them")
	case !secret && !allowUnsigned && !c.Listen.Loopback() && checkAddress(c.Listen.Address) == "" && !c.misgiven(r, path, key):
		r.add(path+"."+key, "", "is missing while listen.address %q is open to the network; give one, or set allow_unsigned = true", c.Listen.Address)
	case !secret && !allowUnsigned && len(c.Listen.TrustedProxies) > 0:
		c.warn(path+"."+key, "is missing while listen.trusted_proxies is set: foghorn refuses what those proxies pass on, and one mistake in a proxy would let strangers post; set one")
	}
}

// misgiven reports whether the file configures the secret in an invalid way, which
// is reported already.
func (c *Config) misgiven(r *report, path, key string) bool {
	return slices.ContainsFunc([]string{"", "_file", "_env", "_command"}, func(suffix string) bool {
		return r.where.has(path + "." + key + suffix)
	})
}

var uuidPattern = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// checkCloud checks the addresses of the organization's cloud.
func (c *Config) checkCloud(r *report, path string, m Mist, o Options) {
	if m.Region != "" && len(o.Regions) > 0 && !slices.Contains(o.Regions, m.Region) {
		suggestion := query.Nearest(m.Region, o.Regions)
		if suggestion == "" {
			r.add(path+".region", "", "%q is not a region; it is one of %s", m.Region, strings.Join(o.Regions, ", "))
		} else {
			r.add(path+".region", suggestion, "%q is not a region", m.Region)
		}
	}
	if m.Region != "" && m.APIURL != "" {
		r.add(path+".api_url", "", "excludes region; keep one of the two")
	}
	if m.StreamURL != "" && m.APIURL == "" {
		r.add(path+".stream_url", "", "needs api_url beside it")
	}
	checkURL(r, path+".api_url", m.APIURL, "https", "http")
	checkURL(r, path+".stream_url", m.StreamURL, "wss", "ws")
	if m.OrgID != "" && !uuidPattern.MatchString(m.OrgID) {
		r.add(path+".org_id", "", "%q is not an id such as 2818e386-8dec-2562-9ede-5b8a0fbbdc71", m.OrgID)
	}
	c.checkCredentials(r, path, m)
	for i, ch := range m.Channels {
		if !strings.HasPrefix(ch, "/") || strings.ContainsAny(ch, " ?#") {
			r.add(element(path+".channels", i), "", `%q is not a channel such as "/orgs/:org/insights/summary" or "/sites/:site/stats/maps/<id>/clients"`, ch)
		}
	}
}

// checkCredentials checks the credentials for the cloud: a token, or an admin's
// login.
func (c *Config) checkCredentials(r *report, path string, m Mist) {
	token, password := c.given(path+".token"), c.given(path+".password")
	switch {
	case token && m.Email != "":
		r.add(path+".email", "", "excludes token; keep one of the two")
	case m.Email != "" && !password:
		r.add(path+".email", "", "needs password beside it; password_command keeps it out of the file")
	case password && m.Email == "":
		r.add(c.sources[path+".password"].path, "", "needs email beside it")
	}
	if c.given(path+".two_factor") && !password {
		r.add(c.sources[path+".two_factor"].path, "", "needs email and password beside it")
	}
	if !token && m.Email == "" {
		return
	}
	what := "token"
	if !token {
		what = "login"
	}
	if m.OrgID == "" {
		r.add(path+".org_id", "", "is missing; the %s needs it", what)
	}
	if m.Region == "" && m.APIURL == "" {
		r.add(path+".region", "", "is missing; the %s is for one cloud only", what)
	}
}

// checkURL reports an invalid address, and one that would send a token in clear
// text over a network.
func checkURL(r *report, path, text, scheme, plain string) {
	if text == "" {
		return
	}
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.Scheme != scheme && u.Scheme != plain:
		r.add(path, "", "%q is not an address that begins with %s://", text, scheme)
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		r.add(path, "", "must be an address alone, without user, ? or #")
	case u.Scheme == plain && !loopbackHost(u.Hostname()):
		r.add(path, "", "%q would carry the token in clear text; use %s://", text, scheme)
	}
}

func loopbackHost(host string) bool {
	a, err := netip.ParseAddr(host)
	return err == nil && a.IsLoopback() || host == "localhost"
}
