package decode

import (
	"fmt"
	"strings"

	"foghorn/internal/human"
	"foghorn/internal/safetext"
	"foghorn/journal/event"
)

// readConfigs reads what foghorn found out about the backed-up configuration.
func readConfigs(el *element, e *event.Event) {
	if el.text("check") == event.CheckDrift {
		readDrift(el, e)
		return
	}
	readHealth(el, e)
	if rest, ok := strings.CutPrefix(e.Type, event.CheckTemplate); ok {
		e.Type = event.CheckDrift + rest
	}
}

// readDrift reads that an object of the configuration has changed, and what explains it.
// Without an explanation it is a condition, until the object is as it was.
//
//	Ada Admin changed wlans Corp (store-vienna): vlan_id 10 → 20 (audit: Update WLAN "Corp")
//	wlans Corp (store-vienna) changed outside of the audit log: vlan_id 10 → 20
func readDrift(el *element, e *event.Event) {
	name := safetext.Clip(el.text("name"), maxName)
	brief := prefixed(": ", safetext.Clip(el.text("brief"), maxText))
	verb, why := driftVerb(el.text("verb")), safetext.Clip(el.text("why"), maxText)
	e.Type, e.Severity = event.CheckDrift, event.Info
	s := &event.Signal{Kind: "config_drift", Key: event.HealthKey(event.CheckDrift, e.Source, safetext.Clip(el.text("about"), maxID)), LastSeen: e.Time, Began: e.Time}
	switch event.DriftVerdict(el.text("verdict")) {
	case event.DriftExplained:
		e.Text = explained(el, name, verb, brief)
	case event.DriftKnown:
		e.Text = name + " is backed up for the first time; it is older than the previous backup"
	case event.DriftUnchecked:
		e.Severity = event.Warn
		e.Text = fmt.Sprintf("%s %s%s; foghorn could not check whether the audit log explains it, and tries again%s", name, verb, brief, prefixed(": ", why))
	case event.DriftOver:
		e.Type, s.Type, e.Signal = event.CheckDrift+"_over", event.Resolve, s
		e.Text = name + " is back to its previous state"
		if many, _ := el.flag("many"); many {
			e.Text = name + " are back to their previous state"
		}
		if el.text("message") != "" {
			e.Text = "An audit entry explains the change of " + name + ": " + admin(el) + prefixed(": ", safetext.Clip(el.text("message"), maxText))
		}
	default:
		e.Severity = event.Warn
		e.Text = name + " " + verb + " outside of the audit log" + brief
		if found, ok := el.time("found"); ok && found.Before(e.Time) {
			s.Began = found // since then foghorn has looked for what explains it
		}
		s.Type, s.Severity, s.Title, e.Signal = event.Raise, event.Warn, safetext.Clip(e.Text, 2*maxName), s
	}
}

// explained is the sentence of a change that an audit entry explains.
func explained(el *element, name, verb, brief string) string {
	message := safetext.Clip(el.text("message"), maxText)
	if also, ok := el.number("more_audits"); ok && also >= 1 {
		message = human.CountOf(int(min(also, 1e6))+1, "audit") + ", the last: " + message
	} else if el.text("audit_id") != "" {
		message = "audit: " + message
	}
	if perhaps, _ := el.flag("perhaps"); perhaps {
		return fmt.Sprintf("%s %s%s (perhaps by %s, %s)", name, verb, brief, admin(el), message)
	}
	if who := el.text("admin"); who == "" {
		return fmt.Sprintf("%s %s%s (%s)", name, verb, brief, message)
	}
	return fmt.Sprintf("%s %s %s%s (%s)", admin(el), active[verb], name, brief, message)
}

func admin(el *element) string {
	if name := safetext.Clip(el.text("admin"), maxName); name != "" {
		return name
	}
	return "somebody"
}

// active is what somebody did, by what became of the object.
var active = map[string]string{"was created": "created", "was deleted": "deleted", "changed": "changed"}

func driftVerb(verb string) string {
	switch verb {
	case "new":
		return "was created"
	case "deleted":
		return "was deleted"
	}
	return "changed"
}
