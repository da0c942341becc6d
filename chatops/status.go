package chatops

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"foghorn/internal/human"
	"foghorn/journal/event"
)

// maxEventsShown bounds the events of an answer about one thing.
const maxEventsShown = 10

// status shows a device, or asks for none: how many there are.
func status(ctx context.Context, r *request) (*Message, error) {
	d, err := r.device(ctx, r.rest(0))
	if err != nil {
		return nil, err
	}
	detail, err := r.Journal.DeviceDetail(ctx, d.MAC, r.Clock.Now())
	if err != nil {
		return nil, err
	}
	m := &Message{Title: nameOf(d.Name, d.MAC) + ": " + cmp.Or(d.Status, "its state is unknown"), Severity: "info"}
	if d.Status != "" && d.Status != "connected" {
		m.Severity = "critical"
	}
	m.Sections = append(m.Sections, Section{Fields: r.deviceFields(&d)})
	alerts := slices.DeleteFunc(detail.Alerts, func(a event.Alert) bool { return !r.person.sees(a.Source, a.SiteID, a.Site) })
	if len(alerts) > 0 {
		m.Sections = append(m.Sections, r.alertRows("Alerts", alerts))
	}
	var rows [][]string
	for _, e := range detail.Events {
		if len(rows) < maxEventsShown && r.person.sees(e.Source, e.SiteID, e.Site) {
			rows = append(rows, []string{r.clock(e.Time), e.Severity.String(), e.Text})
		}
	}
	if len(rows) > 0 {
		m.Sections = append(m.Sections, Section{Title: "Last events", Head: []string{"time", "severity", "what"}, Rows: rows})
	}
	return m, nil
}

func (r *request) deviceFields(d *event.Device) []Field {
	since := ""
	if !d.Since.IsZero() {
		since = r.ago(d.Since)
	}
	uptime := ""
	if d.UptimeS > 0 {
		uptime = human.Duration(time.Duration(d.UptimeS) * time.Second)
	}
	var radios []string
	for _, radio := range d.Radios {
		radios = append(radios, fmt.Sprintf("%s GHz channel %d: %d%% busy, %s", radio.Band, radio.Channel, radio.Utilization, human.CountOf(radio.Clients, "client")))
	}
	return fields("Status", d.Status, "For", since, "Site", d.Site, "Organization", d.Source, "Type", strings.TrimSpace(d.Type+" "+d.Model),
		"MAC", d.MAC.String(), "Address", d.IP, "Version", d.Version, "Up", uptime, "Clients", strconv.Itoa(d.Clients), "Uplink", d.Uplink,
		"CPU", percent(d.CPU), "Memory", percent(d.Memory), "Radios", strings.Join(radios, "; "), "Last seen", r.ago(d.LastSeen))
}

func percent(v float64) string {
	if v == 0 {
		return ""
	}
	return strconv.Itoa(int(v+.5)) + "%"
}

// sle lists service levels, the worst first.
func sle(ctx context.Context, r *request) (*Message, error) {
	scores, err := r.Journal.Scores(ctx)
	if err != nil {
		return nil, err
	}
	title := "Service levels, worst first"
	site := event.Site{}
	if len(r.args) > 0 {
		if site, err = r.site(ctx, r.rest(0)); err != nil {
			return nil, err
		}
		title = "Service levels of " + site.Name
	}
	scores = slices.DeleteFunc(scores, func(s event.SLEScore) bool {
		return s.Value < 0 || !r.person.sees(s.Source, s.SiteID, s.Site) || site.ID != "" && s.SiteID != site.ID
	})
	slices.SortStableFunc(scores, func(a, b event.SLEScore) int { return cmp.Compare(a.Value, b.Value) })
	if len(scores) == 0 {
		return nil, fmt.Errorf("foghorn knows no service levels of %s", cmp.Or(site.Name, "your sites"))
	}
	var rows [][]string
	for _, s := range scores {
		rows = append(rows, []string{human.Percent(s.Value), s.Metric, s.Family, s.Site, r.ago(s.Time)})
	}
	return &Message{Title: title, Sections: []Section{{Head: []string{"success", "metric", "family", "site", "age"}, Rows: rows}}}, nil
}
