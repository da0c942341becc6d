package export

import (
	"strconv"
	"strings"
	"time"

	"foghorn/internal/human"
	"foghorn/journal/event"
)

var deviceColumns = []column[event.Device]{
	{name: "STATUS", min: 12, usual: 12, same: true, get: func(d *event.Device, _ Options) string { return d.Status }},
	{name: "SINCE", min: 19, usual: 20, drop: 3, get: func(d *event.Device, o Options) string { return clock(d.Since, o) }},
	{name: "SOURCE", min: 6, usual: 10, drop: 8, same: true, get: func(d *event.Device, _ Options) string { return d.Source }},
	{name: "SITE", min: 12, usual: 14, drop: 1, same: true, get: func(d *event.Device, _ Options) string { return orID(d.Site, d.SiteID) }},
	{name: "NAME", min: 8, usual: 17, whole: true, get: func(d *event.Device, _ Options) string { return named(d.Name, d.MAC) }},
	{name: "MAC", min: 17, usual: 17, drop: 2, whole: true, get: func(d *event.Device, _ Options) string { return d.MAC.String() }},
	{name: "TYPE", min: 6, usual: 7, same: true, get: func(d *event.Device, _ Options) string { return d.Type }},
	{name: "MODEL", min: 6, usual: 10, drop: 4, same: true, get: func(d *event.Device, _ Options) string { return d.Model }},
	{name: "VERSION", min: 8, usual: 12, drop: 7, same: true, get: func(d *event.Device, _ Options) string { return d.Version }},
	{name: "IP", min: 8, usual: 15, drop: 5, get: func(d *event.Device, _ Options) string { return d.IP }},
	{name: "CLIENTS", min: 7, usual: 7, drop: 5, right: true, get: func(d *event.Device, _ Options) string { return number(int64(d.Clients)) }},
	{name: "UPTIME", min: 6, usual: 7, drop: 6, right: true, get: func(d *event.Device, _ Options) string { return lasting(d.UptimeS) }},
	{name: "CHANNELS", min: 8, usual: 16, drop: 6, get: channels},
	{name: "SEEN", min: 19, usual: 20, drop: 4, get: func(d *event.Device, o Options) string { return clock(d.LastSeen, o) }},
}

// channels lists the radios that are on: "5:36 41%" is channel 36 in the 5 GHz
// band, busy for 41 % of the time.
func channels(d *event.Device, _ Options) string {
	var out []string
	for _, r := range d.Radios {
		if r.Channel == 0 {
			continue
		}
		s := r.Band + ":" + strconv.Itoa(r.Channel)
		if r.Utilization > 0 {
			s += " " + strconv.Itoa(r.Utilization) + "%"
		}
		out = append(out, s)
	}
	return strings.Join(out, "  ")
}

// lasting words seconds; 0 means that they are not known.
func lasting(seconds int64) string {
	if seconds <= 0 {
		return ""
	}
	return human.Duration(time.Duration(seconds) * time.Second)
}

var liveClientColumns = []column[event.LiveClient]{
	{name: "CLIENT", min: 8, usual: 20, whole: true, get: func(c *event.LiveClient, _ Options) string { return named(orID(c.Hostname, c.Username), c.MAC) }},
	{name: "MAC", min: 17, usual: 17, drop: 2, whole: true, get: func(c *event.LiveClient, _ Options) string { return c.MAC.String() }},
	{name: "SSID", min: 8, usual: 12, drop: 3, same: true, get: func(c *event.LiveClient, _ Options) string { return c.SSID }},
	{name: "SITE", min: 12, usual: 14, drop: 4, same: true, get: func(c *event.LiveClient, _ Options) string { return orID(c.Site, c.SiteID) }},
	{name: "AP", min: 8, usual: 17, whole: true, get: func(c *event.LiveClient, _ Options) string { return named(c.APName, c.AP) }},
	{name: "BAND", min: 4, usual: 4, drop: 3, get: func(c *event.LiveClient, _ Options) string { return c.Band }},
	{name: "CH", min: 3, usual: 3, drop: 5, right: true, get: func(c *event.LiveClient, _ Options) string { return number(int64(c.Channel)) }},
	{name: "RSSI", min: 4, usual: 4, right: true, get: func(c *event.LiveClient, _ Options) string { return number(int64(c.RSSI)) }},
	{name: "SNR", min: 3, usual: 3, drop: 1, right: true, get: func(c *event.LiveClient, _ Options) string { return number(int64(c.SNR)) }},
	{name: "ROAMS", min: 5, usual: 5, drop: 4, right: true, get: func(c *event.LiveClient, _ Options) string { return number(int64(c.Roams)) }},
	{name: "IP", min: 8, usual: 15, drop: 5, get: func(c *event.LiveClient, _ Options) string { return c.IP }},
	{name: "SEEN", min: 19, usual: 20, drop: 6, get: func(c *event.LiveClient, o Options) string { return clock(c.LastSeen, o) }},
}

var webhookColumns = []column[event.Webhook]{
	{name: "ID", min: 8, usual: 36, drop: 3, whole: true, get: func(w *event.Webhook, _ Options) string { return w.ID }},
	{name: "SCOPE", min: 6, usual: 14, same: true, get: scope},
	{name: "NAME", min: 8, usual: 17, whole: true, get: func(w *event.Webhook, _ Options) string { return w.Name }},
	{name: "ENABLED", min: 7, usual: 7, same: true, get: func(w *event.Webhook, _ Options) string { return yesNo(w.Enabled) }},
	{name: "SECRET", min: 6, usual: 6, same: true, get: func(w *event.Webhook, _ Options) string { return yesNo(w.HasSecret) }},
	{name: "VERIFY", min: 6, usual: 6, drop: 4, same: true, get: func(w *event.Webhook, _ Options) string { return yesNo(w.VerifyCert) }},
	{name: "TYPE", min: 6, usual: 9, drop: 5, same: true, get: func(w *event.Webhook, _ Options) string { return w.Type }},
	{name: "URL", min: 16, usual: 40, drop: 1, text: true, get: func(w *event.Webhook, _ Options) string { return w.URL }},
	{name: "TOPICS", min: 16, usual: 60, text: true, get: func(w *event.Webhook, _ Options) string { return strings.Join(w.Topics, " ") }},
}

// scope is the site a webhook is of, or the organization's source.
func scope(w *event.Webhook, _ Options) string {
	if w.SiteID == "" {
		return "org " + w.Source
	}
	return orID(w.Site, w.SiteID)
}

var scoreColumns = []column[event.SLEScore]{
	{name: "SITE", min: 6, usual: 16, whole: true, same: true, get: func(s *event.SLEScore, _ Options) string { return orID(s.Site, s.SiteID) }},
	{name: "FAMILY", min: 6, usual: 6, drop: 3, same: true, get: func(s *event.SLEScore, _ Options) string { return s.Family }},
	{name: "METRIC", min: 8, usual: 22, get: func(s *event.SLEScore, _ Options) string { return s.Metric }},
	{name: "SUCCESS", min: 7, usual: 7, right: true, get: func(s *event.SLEScore, _ Options) string { return human.Success(s.Value, s.Value < 1) }},
	{name: "TIME", min: 19, usual: 20, drop: 1, get: func(s *event.SLEScore, o Options) string { return clock(s.Time, o) }},
	{name: "SOURCE", min: 6, usual: 10, drop: 4, same: true, get: func(s *event.SLEScore, _ Options) string { return s.Source }},
}

var budgetColumns = []column[event.BudgetUse]{
	{name: "CALLER", min: 10, usual: 22, get: func(b *event.BudgetUse, _ Options) string { return b.Caller }},
	{name: "URGENCY", min: 10, usual: 10, drop: 2, get: func(b *event.BudgetUse, _ Options) string { return b.Urgency }},
	{name: "CALLS", min: 5, usual: 6, right: true, get: func(b *event.BudgetUse, _ Options) string { return strconv.Itoa(b.Calls) }},
	{name: "AN HOUR", min: 7, usual: 7, drop: 1, right: true, get: func(b *event.BudgetUse, _ Options) string { return number(int64(b.PerHour)) }},
	{name: "STATE", min: 6, usual: 7, drop: 3, get: func(b *event.BudgetUse, _ Options) string { return b.State }},
	{name: "TOKEN OF", min: 8, usual: 12, drop: 4, get: func(b *event.BudgetUse, _ Options) string { return strings.Join(b.Sources, ",") }},
}

var siteColumns = []column[event.SiteState]{
	{name: "WORST", min: 8, usual: 8, get: func(s *event.SiteState, _ Options) string {
		if worst, ok := s.Worst(); ok {
			return worst.String()
		}
		return ""
	}},
	{name: "SITE", min: 8, usual: 20, get: func(s *event.SiteState, _ Options) string { return orID(s.Name, s.ID) }},
	{name: "DOWN", min: 4, usual: 4, right: true, get: func(s *event.SiteState, _ Options) string { return number(int64(s.Down)) }},
	{name: "DEVICES", min: 7, usual: 7, drop: 2, right: true, get: func(s *event.SiteState, _ Options) string { return number(int64(s.Devices)) }},
	{name: "CLIENTS", min: 7, usual: 7, drop: 3, right: true, get: func(s *event.SiteState, _ Options) string { return number(int64(s.Clients)) }},
	{name: "ALERTS", min: 6, usual: 6, right: true, get: func(s *event.SiteState, _ Options) string { return number(int64(s.Unresolved())) }},
	{name: "OPEN", min: 4, usual: 4, drop: 1, right: true, get: func(s *event.SiteState, _ Options) string { return number(int64(s.Open)) }},
	{name: "WORST SLE", min: 12, usual: 28, drop: 4, get: func(s *event.SiteState, _ Options) string {
		if s.WorstSLE == nil {
			return ""
		}
		return human.Success(s.WorstSLE.Value, s.WorstSLE.Value < 1) + " " + s.WorstSLE.Metric
	}},
	{name: "LAST CHANGE", min: 19, usual: 20, drop: 5, get: func(s *event.SiteState, o Options) string { return clock(s.LastChange, o) }},
	{name: "SOURCE", min: 6, usual: 10, drop: 6, get: func(s *event.SiteState, _ Options) string { return s.Source }},
}

// orID prefers a name over the id behind it.
func orID(name, id string) string {
	if name != "" {
		return name
	}
	return id
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
