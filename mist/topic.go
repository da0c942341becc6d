package mist

import (
	"strings"
	"unicode"
)

// topicsBySound are the topics by the words they are made of, whatever is between them.
var topicsBySound = func() map[string]string {
	m := make(map[string]string, len(topicNames)+len(otherTopics))
	for name := range topicNames {
		m[sound(name)] = name
	}
	for other, name := range otherTopics {
		m[sound(other)] = name
	}
	return m
}()

// otherTopics are names that vendor pages and scripts use for a topic.
var otherTopics = map[string]string{
	"audit-logs": "audits", "mist-edge-events": "mxedge-events", "updowns": "device-updowns", "device-up-down-events": "device-updowns",
	"virtual-beacon": "vbeacon", "proximity-zone": "rssizone", "sle": "site-sle", "occupancy": "occupancy-alerts",
	"guest-auth": "guest-authorizations", "asset-location": "location-asset", "location-assets-raw": "asset-raw",
}

// TopicKey folds the spellings of a topic into the one Mist sends: what vendor
// pages call device_events is device-events, rssi-zone rssizone, device-updown
// device-updowns. A topic that is none of Mist's is returned as it is.
func TopicKey(name string) string {
	if _, known := topicNames[name]; known {
		return name
	}
	if len(name) > MaxTopic {
		return name
	}
	if topic, ok := topicsBySound[sound(name)]; ok {
		return topic
	}
	return name
}

// sound is a name without what spellings differ in: case, what is between the
// words, and the s of a plural.
func sound(name string) string {
	var w strings.Builder
	word := make([]rune, 0, len(name))
	end := func() {
		if n := len(word); n > 3 && word[n-1] == 's' && word[n-2] != 's' {
			word = word[:n-1]
		}
		w.WriteString(string(word))
		word = word[:0]
	}
	small := false // the rune before was a small letter: deviceEvents
	for _, r := range name {
		upper := unicode.IsUpper(r)
		if upper && small || r == '_' || r == '-' || r == '.' || r == '/' || unicode.IsSpace(r) {
			end()
		}
		small = unicode.IsLower(r)
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			word = append(word, unicode.ToLower(r))
		}
	}
	end()
	return w.String()
}
