package journal

import (
	"strings"

	"foghorn/journal/event"
)

// Success rates below which a service level counts as bad. The Mist dashboard
// turns yellow and red at about these.
const (
	SLEWarn     = 0.90
	SLECritical = 0.80
)

// SLESeverity grades a success rate: Debug when it is good, or when nothing was
// counted (a negative rate or NaN).
func SLESeverity(rate float64) event.Severity {
	switch {
	case !(rate >= 0):
		return event.Debug
	case rate < SLECritical:
		return event.Critical
	case rate < SLEWarn:
		return event.Warn
	default:
		return event.Debug
	}
}

// SLEFamily returns the family of a score. Webhooks do not name it, but the name
// of the metric does.
func SLEFamily(s event.SLEScore) string {
	switch m := s.Metric; {
	case s.Family != "":
		return s.Family
	case strings.HasPrefix(m, "switch"):
		return event.FamilyWired
	case strings.HasPrefix(m, "gateway"), strings.HasPrefix(m, "wan"), strings.HasPrefix(m, "application"):
		return event.FamilyWAN
	default:
		return event.FamilyWiFi
	}
}

// Signal strengths in dBm: at RSSIGood and above a client is well served, below
// RSSIPoor it is not. Most vendors design for about these.
const (
	RSSIGood = -67
	RSSIPoor = -75
)

// RSSISeverity grades a signal strength: Debug when it is good, or unknown (0).
func RSSISeverity(rssi int) event.Severity {
	switch {
	case rssi == 0 || rssi >= RSSIGood:
		return event.Debug
	case rssi < RSSIPoor:
		return event.Critical
	default:
		return event.Warn
	}
}
