package mist

import (
	"strings"
	"unicode"
)

// topicsBySound maps the result of sound to the topic.
var topicsBySound = func() map[string]string {
	m := make(map[string]string, len(topicNames)+len(otherTopics))
	for name := range topicNames {
		m[normalizeTopic(name)] = name
	}
	for other, name := range otherTopics {
		m[normalizeTopic(other)] = name
	}
	return m
}()

// otherTopics maps other names in vendor pages and scripts to the topic.
var otherTopics = map[string]string{
	"audit-logs": "audits", "mist-edge-events": "mxedge-events", "updowns": "device-updowns", "device-up-down-events": "device-updowns",
	"virtual-beacon": "vbeacon", "proximity-zone": "rssizone", "sle": "site-sle", "occupancy": "occupancy-alerts",
	"guest-auth": "guest-authorizations", "asset-location": "location-asset", "location-assets-raw": "asset-raw",
}

// TopicKey normalizes a topic to Mist's spelling on the wire: vendor pages write
// device_events for device-events, rssi-zone for rssizone and device-updown for
// device-updowns. It returns unknown topics unchanged.
func TopicKey(name string) string {
	if _, known := topicNames[name]; known {
		return name
	}
	if len(name) > MaxTopic {
		return name
	}
	if topic, ok := topicsBySound[normalizeTopic(name)]; ok {
		return topic
	}
	return name
}

// normalizeTopic removes the differences between spellings: case, separators and the s of
// a plural.
func normalizeTopic(name string) string {
	var w strings.Builder
	word := make([]rune, 0, len(name))
	end := func() {
		if n := len(word); n > 3 && word[n-1] == 's' && word[n-2] != 's' {
			word = word[:n-1]
		}
		w.WriteString(string(word))
		word = word[:0]
	}
	small := false // the previous rune was lower case: deviceEvents
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
