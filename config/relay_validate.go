package config

import (
	"errors"
	"slices"
	"strings"
	"time"

	"foghorn/journal/query"
)

// relayCheck checks one relay.
type relayCheck struct {
	*Config
	r     *report
	path  string
	relay *Relay
}

var aRelay = named{"relay", "commands and the screen call the relay by it"}

// validateRelays checks every relay, and that no two have the same name: it
// identifies what a relay has sent.
func (c *Config) validateRelays(r *report) {
	names := map[string]bool{}
	for i := range c.Relays {
		at := relayCheck{Config: c, r: r, path: element("relay", i), relay: &c.Relays[i]}
		checkName(r, at.path, at.relay.Name, aRelay, names)
		at.validate()
	}
}

func (c *relayCheck) validate() {
	kind := kindNamed(c.relay.Kind)
	switch {
	case kind == nil && !c.has("kind"):
		c.add("kind", "is missing; it is one of %s", strings.Join(RelayKinds(), ", "))
		return
	case kind == nil:
		oneOf(c.r, c.at("kind"), c.relay.Kind, RelayKinds()...)
		return
	}
	c.keys(kind)
	c.oneOf("send", c.relay.Send, SendAlerts, SendEvents)
	c.query()
	c.times()
	if kind.chat {
		c.groups()
	}
	if kind.http {
		c.secret("url", checkServiceURL)
	}
	kind.check(c)
}

// at returns the position path of a key: of a secret, that of the key that gives it.
func (c *relayCheck) at(key string) string {
	if src, ok := c.sources[c.path+"."+key]; ok {
		return src.path
	}
	return c.path + "." + key
}

// has reports whether the file gives the key, valid or not.
func (c *relayCheck) has(key string) bool {
	if relayKeys[key] {
		return c.misgiven(c.r, c.path, key)
	}
	return c.r.where.has(c.path + "." + key)
}

func (c *relayCheck) add(key, format string, args ...any) {
	c.r.add(c.at(key), "", format, args...)
}

// needs reports keys that are missing, and why they should be there.
func (c *relayCheck) needs(why string, keys ...string) {
	for _, key := range keys {
		if !c.has(key) {
			c.add(key, "is missing; %s", why)
		}
	}
}

// excludes reports keys that must not be there, and why.
func (c *relayCheck) excludes(why string, keys ...string) {
	for _, key := range keys {
		if c.has(key) {
			c.add(key, "%s", why)
		}
	}
}

// oneOf checks a value that the file or a default gives.
func (c *relayCheck) oneOf(key, value string, list ...string) {
	if c.has(key) {
		oneOf(c.r, c.at(key), value, list...)
	}
}

// between checks the range of a duration that the file gives.
func (c *relayCheck) between(key string, d, least, most Duration) {
	if c.has(key) && (d < least || d > most) {
		c.add(key, "%q is out of range: from %s to %s", d, least, most)
	}
}

// number checks the range of a number that the file gives.
func (c *relayCheck) number(key string, n, least, most int) {
	if c.has(key) && (n < least || n > most) {
		c.add(key, "%d is out of range: from %d to %d", n, least, most)
	}
}

// keys reports keys of other kinds.
func (c *relayCheck) keys(kind *relayKind) {
	mine := kind.all()
	for _, key := range sorted(relayKeys) {
		if slices.Contains(mine, key) {
			continue
		}
		suffixes := []string{""}
		if relayKeys[key] {
			suffixes = []string{"", "_file", "_env", "_command"}
		}
		for _, suffix := range suffixes {
			if c.r.where.has(c.path + "." + key + suffix) {
				c.r.add(c.path+"."+key+suffix, "", "is not a key of a %s relay, but of %s", kind.name, kindsWith(key))
			}
		}
	}
}

// query checks the query, and reports a mistake at its place in the value.
func (c *relayCheck) query() {
	table := query.Alerts
	if c.relay.Send == SendEvents {
		table = query.Events
	}
	_, err := query.ParseFor(table, c.relay.Query)
	if bad, ok := errors.AsType[*query.Error](err); ok {
		path := c.at("query")
		c.r.addAt(c.r.where.inside(path, bad.Column), path, bad.Suggestion, "%s", bad.Msg)
	}
}

// Limits of relays.
const (
	minHold      = Duration(time.Second)
	maxHold      = Duration(24 * time.Hour)
	minRemind    = Duration(time.Minute)
	maxRemind    = Duration(30 * 24 * time.Hour)
	minDropAfter = Duration(time.Hour)
	minTimeout   = Duration(time.Second)
	maxRelayTime = Duration(5 * time.Minute) // of one request
	maxWindow    = Duration(time.Hour)
	maxMessages  = 600 // a minute
	maxParallel  = 64
)

func (c *relayCheck) times() {
	if c.relay.Send == SendEvents {
		c.excludes(`is for alerts, and this relay sends events; leave it out, or set send = "alerts"`, "hold", "remind")
	}
	c.between("hold", c.relay.Hold, minHold, maxHold)
	c.between("remind", c.relay.Remind, minRemind, maxRemind)
	c.between("timeout", c.relay.Timeout, minTimeout, maxRelayTime)
	c.number("parallel", c.relay.Parallel, 1, maxParallel)
	if c.has("drop_after") && c.relay.DropAfter < minDropAfter {
		c.add("drop_after", "%q is out of range: from 1h, because a service can be down for long", c.relay.DropAfter)
	}
}

// groups checks what chats take.
func (c *relayCheck) groups() {
	if c.relay.Send == SendEvents {
		c.excludes(`is for alerts, and this relay sends events; leave it out, or set send = "alerts"`, chatKeys...)
	}
	c.oneOf("group", c.relay.Group, GroupSite, GroupNone)
	if c.relay.Group == GroupNone {
		c.excludes(`needs group = "site"`, "group_window")
	}
	c.between("group_window", c.relay.GroupWindow, minHold, maxWindow)
	c.number("max_per_minute", c.relay.MaxPerMinute, 1, maxMessages)
}
