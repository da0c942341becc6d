package config

import (
	"net"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// The chats.

func checkSlack(c *relayCheck) {
	c.chatValues()
	switch {
	case c.has("token"):
		c.needs("the token posts to any channel; give the channel's id, such as C0123456789", "channel")
	case c.has("url"):
		c.excludes("needs token: an incoming webhook has a channel and a sender of its own", "channel", "username", "icon_url", "icon_emoji")
	default:
		c.needs("give token and channel of a bot, or url of an incoming webhook", "token")
	}
}

var mattermostID = regexp.MustCompile(`^[a-z0-9]{26}$`)

func checkMattermost(c *relayCheck) {
	c.chatValues()
	if problem, advice := checkServiceURL(c.relay.Server); c.relay.Server != "" {
		if problem != "" {
			c.add("server", "%s", problem)
		}
		if advice != "" {
			c.warn(c.at("server"), "%s", advice)
		}
	}
	switch {
	case c.has("url"):
		c.excludes("excludes url: keep url for an incoming webhook, or server, token and channel for a bot", "server", "token")
	case c.has("server") || c.has("token"):
		c.needs("a bot needs server, token and channel", "server", "token", "channel")
		c.excludes("is for an incoming webhook: a bot has a name and a picture of its own", "username", "icon_url", "icon_emoji")
		if c.has("channel") && !mattermostID.MatchString(c.relay.Channel) {
			c.add("channel", "%q is not an id of 26 letters and digits, which a bot needs; the menu of the channel shows it under View Info", c.relay.Channel)
		}
	default:
		c.needs("give url of an incoming webhook, or server, token and channel of a bot", "url")
	}
}

func checkTeams(c *relayCheck) {
	c.chatValues()
	c.needs("Teams shows it when a Workflow for webhooks is made", "url")
}

// chatValues checks the values of keys that several chats have.
func (c *relayCheck) chatValues() {
	c.oneOf("detail", c.relay.Detail, "full", "summary", "level")
	if c.has("icon_url") && c.relay.IconURL != "" {
		if problem, _ := checkServiceURL(c.relay.IconURL); problem != "" {
			c.add("icon_url", "%s", problem)
		}
	}
}

// The log stores.

// datadogSites are the sites of Datadog. A newer one can be given by url.
var datadogSites = []string{
	"datadoghq.com", "us3.datadoghq.com", "us5.datadoghq.com", "datadoghq.eu", "ap1.datadoghq.com", "ap2.datadoghq.com", "uk1.datadoghq.com",
	"ddog-gov.com", "us2.ddog-gov.com",
}

func checkDatadog(c *relayCheck) {
	c.needs("Datadog shows it under Organization Settings, API Keys", "api_key")
	switch {
	case c.has("site") && c.has("url"):
		c.add("site", "excludes url; keep one of the two")
	case !c.has("site") && !c.has("url"):
		c.add("site", `is missing; it is what the address of your Datadog ends in, such as "datadoghq.eu"`)
	}
	c.oneOf("site", c.relay.Site, datadogSites...)
	c.oneOf("format", c.relay.Format, "relay", "readme", "json")
	if c.relay.Escape && (c.relay.Format == "" || c.relay.Format == "json") {
		c.add("escape", `is for format = "relay" and "readme"; JSON escapes by itself`)
	}
	for i, tag := range c.relay.Tags {
		if tag == "" || strings.ContainsAny(tag, ", ") {
			c.r.add(element(c.path+".tags", i), "", `%q is not a tag such as "env:prod"`, tag)
		}
	}
	if c.has("drop_after") && c.relay.DropAfter > datadogAge && !c.relay.Restamp {
		c.warn(c.at("drop_after"), "Datadog takes nothing that is older than 18h; set restamp = true to send it with the present time")
	}
}

func checkSplunk(c *relayCheck) {
	c.needs("it is the address of the HTTP Event Collector, such as https://splunk.example.net:8088", "url")
	c.needs("it is that of the HTTP Event Collector", "token")
}

var (
	tablePattern = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?$`)
	facilities   = strings.Fields("kern user mail daemon auth syslog lpr news uucp cron authpriv ftp local0 local1 local2 local3 local4 local5 local6 local7")
	appName      = regexp.MustCompile(`^[!-~]{1,48}$`) // of RFC 5424
)

// maxTableName is how long a name may be in PostgreSQL (63 bytes) and MariaDB (64).
const maxTableName = 63

func checkSQL(c *relayCheck) {
	c.needs(`it names the database: "postgres://user@host/database" or "mysql://user@host/database"`, "dsn")
	c.secret("dsn", checkDSN)
	c.oneOf("columns", c.relay.Columns, "foghorn", "network-assistant")
	if c.relay.Columns == "network-assistant" && c.relay.Send == SendAlerts {
		c.add("columns", `"network-assistant" needs send = "events": it has no table of alerts`)
	}
	if name := c.relay.Table; c.has("table") && (!tablePattern.MatchString(name) || len(name) > maxTableName) {
		c.add("table", "%q cannot name a table; use letters, digits and _, at most %d, with a schema and a dot in front if need be", name, maxTableName)
	}
}

func checkSyslog(c *relayCheck) {
	c.needs(`write "tls://logs.example.net:6514", "tcp://..." or "udp://..."`, "address")
	u, ok := syslogAddress(c.relay.Address)
	switch {
	case c.has("address") && !ok:
		c.add("address", `%q is not an address such as "tls://logs.example.net:6514", "tcp://192.0.2.1:514" or "udp://192.0.2.1:514"`, c.relay.Address)
	case c.has("ca_file") && ok && u.Scheme != "tls":
		c.add("ca_file", "needs an address that begins with tls://")
	}
	c.oneOf("facility", c.relay.Facility, facilities...)
	if c.has("app_name") && !appName.MatchString(c.relay.AppName) {
		c.add("app_name", "%q is not a name of 1 to 48 ASCII characters without spaces", c.relay.AppName)
	}
}

// syslogAddress splits the address of a syslog server.
func syslogAddress(text string) (*url.URL, bool) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "udp" && u.Scheme != "tcp" && u.Scheme != "tls" {
		return nil, false
	}
	port, err := strconv.ParseUint(u.Port(), 10, 16)
	return u, err == nil && port > 0 && u.Hostname() != "" && text == u.Scheme+"://"+net.JoinHostPort(u.Hostname(), u.Port())
}

// Limits of files.
const (
	minFile     = 64 << 10
	maxKeep     = 1000
	minInterval = Duration(100 * time.Millisecond)
	maxInterval = Duration(time.Hour)
)

func checkFile(c *relayCheck) {
	c.needs("it is the file that events are written to", "path")
	if c.has("path") && c.relay.Path == "" {
		c.add("path", "is empty")
	}
	if c.has("max_size") && c.relay.MaxSize < minFile {
		c.add("max_size", "%q is out of range: from 64KiB, because a file is rotated at it", c.relay.MaxSize)
	}
	c.number("keep", c.relay.Keep, 1, maxKeep)
	c.oneOf("fsync", c.relay.Fsync, "always", "interval", "never")
	c.between("fsync_interval", c.relay.Interval, minInterval, maxInterval)
	if c.relay.Fsync == "always" || c.relay.Fsync == "never" {
		c.excludes(`needs fsync = "interval"`, "fsync_interval")
	}
}

// Tickets, webhooks and commands.

func checkServiceNow(c *relayCheck) {
	c.needs("it is that of the instance, such as https://example.service-now.com", "url")
	c.oneOf("ci", c.relay.CI, "device", "mac", "site", "none")
	var ways []string
	for _, key := range []string{"token", "api_key", "user"} {
		if c.has(key) {
			ways = append(ways, key)
		}
	}
	switch {
	case len(ways) > 1:
		c.add(ways[1], "excludes %s; keep one of the two", ways[0])
	case c.has("user"):
		c.needs("user needs it", "password")
	case c.has("password"):
		c.needs("password needs it", "user")
	case len(ways) == 0:
		c.add("user", "is missing; give user and password, or token (OAuth), or api_key")
	}
}

// methods are those with a body.
var methods = []string{"POST", "PUT", "PATCH"}

var (
	headerName  = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")
	contentType = regexp.MustCompile(`^[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+(\s*;.*)?$`)
)

func checkWebhook(c *relayCheck) {
	c.needs("it is the address to post to", "url")
	c.oneOf("method", c.relay.Method, methods...)
	c.oneOf("signing", c.relay.Signing, "mist", "standard", "both")
	if c.has("signing") {
		c.needs("signing needs it", "secret")
	}
	if c.has("content_type") && !contentType.MatchString(c.relay.ContentType) {
		c.add("content_type", `%q is not a type such as "application/json"`, c.relay.ContentType)
	}
	for i, header := range c.relay.Headers {
		name, _, ok := strings.Cut(header, ":")
		if at := element(c.path+".headers", i); !ok || !headerName.MatchString(name) {
			c.r.add(at, "", `must be a name and a value, such as "X-Team: noc"`)
		}
	}
}

func checkCommand(c *relayCheck) {
	c.needs(`write the program and its arguments: ["/usr/local/bin/notify", "--loud"]`, "command")
	if c.has("command") && (len(c.relay.Command) == 0 || c.relay.Command[0] == "") {
		c.add("command", "must name a program")
	}
}
