package config

import (
	"net"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"foghorn/journal/query"
)

// validate reports everything that is invalid. It checks the whole configuration,
// and nothing outside of it.
func (c *Config) validate(r *report, o Options) {
	c.Listen.validate(r)
	c.validateSources(r, o)
	c.validateRelays(r)
	c.validateChatOps(r)
	c.validateJobs(r)
	c.validateConfigs(r)
	c.Retention.validate(r)
	oneOf(r, "screen.theme", c.Screen.Theme, "auto", "dark", "light", "high-contrast")
	oneOf(r, "screen.time", c.Screen.Time, "relative", "local", "utc")
	if !c.Listen.Loopback() && c.Listen.TLSCertFile == "" && len(c.Listen.TrustedProxies) == 0 {
		c.warn("listen.address", "what is posted crosses the network in clear text; set tls_cert_file and tls_key_file, or list the TLS proxy in trusted_proxies")
	}
}

// oneOf reports a value that is not in the list.
func oneOf(r *report, path, value string, list ...string) {
	if !slices.Contains(list, value) {
		r.add(path, query.Nearest(value, list), "%q is not one of %s", value, strings.Join(list, ", "))
	}
}

// Limits of the listener's settings.
const (
	minBody    = 1 << 10
	maxBody    = 256 << 20 // a record's limit in the journal, headers included: store.MaxRecordBytes
	maxTimeout = Duration(time.Hour)

	minReplayAfter = Duration(time.Hour)
)

func (l Listen) validate(r *report) {
	if problem := checkAddress(l.Address); problem != "" {
		r.add("listen.address", "", "%q %s", l.Address, problem)
	}
	if (l.TLSCertFile == "") != (l.TLSKeyFile == "") {
		have, miss := "listen.tls_cert_file", "tls_key_file"
		if l.TLSCertFile == "" {
			have, miss = "listen.tls_key_file", "tls_cert_file"
		}
		r.add(have, "", "needs %s beside it", miss)
	}
	if l.MaxBody < minBody || l.MaxBody > maxBody {
		r.add("listen.max_body", "", "%q is out of range: from 1KiB to 256MiB", l.MaxBody)
	}
	if l.ReplayAfter != 0 && l.ReplayAfter < minReplayAfter {
		r.add("listen.replay_after", "", "%q is too short: clocks differ and deliveries may be late; use 1h or more, or \"forever\" for no limit", l.ReplayAfter)
	}
	for key, d := range map[string]Duration{"header_timeout": l.HeaderTimeout, "body_timeout": l.BodyTimeout, "idle_timeout": l.IdleTimeout} {
		if d <= 0 || d > maxTimeout {
			r.add("listen."+key, "", "%q is out of range: up to 1h, because slow clients must not hold connections", d)
		}
	}
}

// checkAddress returns what is wrong with a listener's address.
func checkAddress(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return `is not an address; write "127.0.0.1:8484" or ":8484"`
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || port != strconv.FormatUint(n, 10) {
		return "has no port between 0 and 65535"
	}
	if strings.ContainsAny(host, " /@?#") {
		return "has a host that is none"
	}
	return ""
}

// Loopback reports whether the listener is reachable from this machine only.
func (l Listen) Loopback() bool {
	host, _, err := net.SplitHostPort(l.Address)
	if err != nil {
		return false
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.Unmap().IsLoopback() || strings.EqualFold(host, "localhost")
}

// namePattern matches the names of sources, groups and relays, which become parts of URLs.
var namePattern = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)

const nameRule = "use lower-case letters, digits and dashes, at most 63"

func (r Retention) validate(to *report) {
	owner := map[string]string{}
	for _, name := range r.Names() {
		path := "retention.groups." + name
		g := r.Groups[name]
		_, isDefault := defaultRetention().Groups[name]
		switch {
		case name == DefaultGroup:
			to.add(path, "", "is what no group claims; set age and size in [retention] itself")
		case !namePattern.MatchString(name):
			to.add(path, "", "%q cannot name a group; %s", name, nameRule)
		case slices.Contains(fixedGroups, name) && to.where.has(path+".topics"):
			to.add(path+".topics", "", "cannot be changed: %s records are no topic", name)
		case len(g.Topics) == 0 && !isDefault:
			to.add(path, "", "needs topics")
		}
		for i, t := range g.Topics {
			at := element(path+".topics", i)
			switch other, taken := owner[t]; {
			case t == "":
				to.add(at, "", "is empty")
			case other == name:
				to.add(at, "", "%q is in the list twice", t)
			case taken:
				// Report it at the key that the file has.
				if !to.where.has(at) {
					at = "retention.groups." + other + ".topics"
				}
				to.add(at, "", "%q is in the groups %s and %s; it can be in one", t, other, name)
			}
			owner[t] = name
		}
	}
}
