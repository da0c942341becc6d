package decode

import (
	"foghorn/internal/safetext"
	"foghorn/journal/condition"
	"foghorn/journal/event"
)

// readSLE: SLE ap-availability 60 %, successful-connect 70 %, time-to-connect 90 %.
func readSLE(el *element, e *event.Event) {
	scores := el.object("sle")
	for _, f := range scores.fields {
		name := safetext.Clip(validText(f.Name), maxID)
		v, ok := scores.number(string(f.Name))
		if !ok || v < 0 || v > 1 || len(e.SLE) >= maxListed {
			continue // null says "no data" (see docs/mist-api.md), and is no score
		}
		if e.SLE == nil {
			e.SLE = make(map[string]float64, len(scores.fields))
		}
		if _, twice := e.SLE[name]; !twice {
			e.Text = joinNonEmpty(", ", e.Text, name+" "+number(v*100)+" %")
		}
		e.SLE[name] = v
	}
	if e.Text == "" {
		e.Text = "no values"
	}
	e.Text = "SLE " + e.Text
}

// readPing: Test ping of webhook "my webhook".
func readPing(el *element, e *event.Event) {
	e.Text = "Test ping of webhook " + quote(el.text("name"))
}

// readProbe: Probe "google ping" to google.com: 0 % lost, 12.5 ms.
func readProbe(el *element, e *event.Event) {
	to := el.text("probe_target", "ip")
	what := "Probe " + quote(el.text("probe_name")) + prefixed(" to ", to) + prefixed(" on VLAN ", el.text("vlan"))
	result := ""
	if ok, there := el.flag("success"); there && !ok {
		e.Severity, result = event.Warn, "failed"
	} else if there {
		result = "succeeded"
	}
	lost := ""
	if f, ok := el.number("loss_percentage"); ok {
		lost = number(f) + " % lost"
		if f >= 50 {
			e.Severity = event.Warn
		}
	}
	took := ""
	if f, ok := el.number("avg_latency", "latency"); ok {
		took = number(f) + " ms"
	}
	from := ""
	if e.Device != "" || e.DeviceMAC != "" {
		from = "from " + deviceInSentence(e)
	}
	e.Text = joinNonEmpty(": ", what, joinNonEmpty(", ", result, lost, took, from))
}

// readOccupancy: Zone "Marketing" holds 9 people; the limit is 4.
func readOccupancy(el *element, e *event.Event) {
	zone := el.text("zone_name", "zone_id")
	now, limit := el.text("current_occupancy"), el.text("occupancy_limit")
	e.Text = "Zone " + quote(zone) + occupied(now, limit)
	act := event.Raise
	switch e.Type {
	case "COMPLIANCE-VIOLATION":
		e.Severity = event.Warn
	case "COMPLIANCE-OK":
		act = event.Resolve
		e.Text += ": within its limit again"
	default:
		return
	}
	if id := el.text("zone_id"); id != "" {
		e.Signal = &event.Signal{
			Key: "mist:zone:" + e.SiteID + ":" + safetext.Clip(id, maxID) + ":occupancy", Kind: "occupancy", Type: act,
			Title: "Zone " + quote(zone) + " " + condition.Crowded, Severity: event.Warn, Began: e.Time, LastSeen: e.Time,
		}
	}
}

// occupied says how many people a zone holds, and how many may be in it.
func occupied(now, limit string) string {
	if now == "" {
		return ""
	}
	people := " people"
	if now == "1" {
		people = " person"
	}
	return " holds " + now + people + prefixed("; the limit is ", limit)
}
