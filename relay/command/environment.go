package command

import (
	"os"
	"strconv"
	"time"

	"foghorn/internal/safetext"
	"foghorn/journal/event"
	"foghorn/relay"
)

// maxValue is how many characters of a text a variable holds. The whole text is on the
// standard input.
const maxValue = 1000

// kept are the variables of this process that a program needs to work at all. The others
// stay here: secrets of relays and of the Mist API may be among them, and proxies
// with passwords.
var kept = []string{"PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR"}

// inherited are the kept variables that are set.
func inherited() []string {
	var out []string
	for _, name := range kept {
		if value, set := os.LookupEnv(name); set {
			out = append(out, name+"="+value)
		}
	}
	return out
}

// environment is the item as variables. Each is always set, so that a script may be
// strict about unset ones.
func environment(item *relay.Item, name string) []string {
	var out []string
	add := func(key, value string) {
		// Cut before it is cleaned, so that a text of megabytes costs nothing.
		value = relay.Cut(safetext.Line(safetext.Clip(value, 4*maxValue)), maxValue)
		out = append(out, "FOGHORN_"+key+"="+value)
	}
	add("RELAY", name)
	add("ID", item.ID())
	if item.Event != nil {
		eventVariables(item.Event, add)
	} else {
		noticeVariables(item.Notice, add)
	}
	return out
}

func eventVariables(e *event.Event, add func(key, value string)) {
	add("KIND", "event")
	for _, key := range []string{"WHY", "STEP", "STATE", "STATUS", "ALERT_ID", "ALERT_KIND", "OPENED", "RESOLVED", "OWNER", "ACTOR", "REASON", "LINK"} {
		add(key, "")
	}
	add("TITLE", event.Marked(e.Text, e.Test))
	add("TIME", stamp(e.Time))
	add("TOPIC", e.Topic)
	add("TYPE", e.Type)
	add("DEVICE_TYPE", e.DeviceType)
	add("CLIENT", e.Client)
	add("CLIENT_MAC", e.ClientMAC.String())
	add("SSID", e.SSID)
	add("COUNT", strconv.Itoa(e.Duplicates))
	add("TEST", flag(e.Test))
	place(e.Severity, e.Source, e.OrgID, e.SiteID, e.Site, e.Device, e.DeviceMAC, add)
}

func noticeVariables(n *relay.Notice, add func(key, value string)) {
	a := &n.Alerts[0]
	add("KIND", "alert")
	add("WHY", string(n.Why))
	add("STEP", n.Step)
	add("STATE", string(a.State))
	add("STATUS", n.Status())
	add("ALERT_ID", event.ShortID(a.ID))
	add("ALERT_KIND", a.Kind)
	add("OPENED", stamp(a.Opened))
	resolved := ""
	if a.Resolved != nil {
		resolved = stamp(*a.Resolved)
	}
	add("RESOLVED", resolved)
	add("OWNER", a.Owner)
	add("ACTOR", n.Actor)
	add("REASON", n.Reason)
	add("LINK", n.Link)
	add("TITLE", n.Title())
	add("TIME", stamp(n.Time))
	topic, kind := "", ""
	if n.Event != nil {
		topic, kind = n.Event.Topic, n.Event.Type
	}
	add("TOPIC", topic)
	add("TYPE", kind)
	for _, key := range []string{"DEVICE_TYPE", "CLIENT", "CLIENT_MAC", "SSID"} {
		add(key, "")
	}
	add("COUNT", strconv.Itoa(a.Count))
	add("TEST", flag(n.Test || a.Test))
	place(n.Severity(), a.Source, a.OrgID, a.SiteID, a.Site, a.Device, a.DeviceMAC, add)
}

func place(severity event.Severity, source, orgID, siteID, site, device string, mac event.MAC, add func(key, value string)) {
	add("SEVERITY", severity.String())
	add("SOURCE", source)
	add("ORG_ID", orgID)
	add("SITE_ID", siteID)
	add("SITE", site)
	add("DEVICE", device)
	add("MAC", mac.String())
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// flag is 1 or empty, which is what scripts test for.
func flag(set bool) string {
	if set {
		return "1"
	}
	return ""
}
