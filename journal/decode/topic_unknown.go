package decode

import (
	"strings"

	"foghorn/internal/safetext"
	"foghorn/journal/event"
)

// informative are fields that say most about an event of any kind.
var informative = []string{"message", "text", "title", "description", "summary", "reason", "name", "status", "state", "trigger", "value"}

// uninformative are fields that mean nothing to a person, or that the event has already.
var uninformative = map[string]bool{
	"type": true, "timestamp": true, "org_id": true, "site_id": true, "site_name": true, "org_name": true, "id": true,
	"map_id": true, "wlan_id": true, "severity": true, "version": true,
}

// readUnknown reads an unknown topic: the type, then the most informative fields, then
// the first few others as they come.
func readUnknown(el *element, e *event.Event) {
	if sev, err := event.ParseSeverity(el.text("severity", "ev_type")); err == nil {
		e.Severity = sev
	}
	if mac := el.mac("mac"); mac != "" {
		switch {
		case e.DeviceMAC == "" && e.ClientMAC == "" && e.Device != "":
			e.DeviceMAC = mac
		case e.ClientMAC == "" && mac != e.DeviceMAC:
			e.ClientMAC = mac // an AP beside it: most likely a client of it
		}
	}
	switch t := strings.ToLower(el.text("device_type")); t {
	case "ap", "switch", "gateway", "mxedge":
		e.DeviceType = t
	}
	const enough = 6
	var parts []string
	used := make(map[string]bool)
	for _, n := range informative {
		if s := el.text(n); s != "" && len(parts) < enough {
			parts = append(parts, safetext.Clip(s, maxName))
			used[n] = true
		}
	}
	for _, f := range el.fields {
		n := string(f.Name)
		if len(parts) >= enough || used[n] || uninformative[n] {
			continue
		}
		if s, _ := f.Value.Text(); s != "" {
			parts = append(parts, safetext.Clip(validText(f.Name), maxID)+" "+safetext.Clip(s, maxName))
			used[n] = true
		}
	}
	head := humanize(e.Type)
	if e.Type == e.Topic {
		head = e.Topic
	}
	e.Text = joinNonEmpty(": ", head, strings.Join(parts, ", "))
	if e.Text == "" {
		e.Text = "An event without fields"
	}
}
