package event

import (
	"strconv"
	"strings"
)

// A target names what an activity is about: its type, a colon and an id.
const (
	alertPrefix    = "alert:"
	activityPrefix = "activity:"
	devicePrefix   = "device:"
	webhookPrefix  = "webhook:"
	channelPrefix  = "channel:"
	relayPrefix    = "relay:"
	jobPrefix      = "job:"
)

// AlertTarget names an alert as the target of an activity.
func AlertTarget(id int64) string { return alertPrefix + strconv.FormatInt(id, 10) }

// AlertIDOf takes the alert id out of a target, and reports whether it was one.
func AlertIDOf(target string) (int64, bool) { return numberOf(target, alertPrefix) }

// firstEventsPerRecord is MaxEventsPerRecord of the versions that did not write it
// into activities.
const firstEventsPerRecord = 1_000_000

// CurrentID returns the id that an event now has which had the id old when a
// record held up to eventsPerRecord events (0: before that was noted). It reports
// false when the event has none, because it lies beyond the place MaxEventsPerRecord.
func CurrentID(old, eventsPerRecord int64) (int64, bool) {
	if eventsPerRecord <= 0 {
		eventsPerRecord = firstEventsPerRecord
	}
	seq, place := old/eventsPerRecord, old%eventsPerRecord
	return ID(seq, int(place)), old >= 0 && place < MaxEventsPerRecord
}

// targetFrom names the alert of an activity that was written with so many events
// per record. An alert that is no longer there gets a target that no alert has:
// its old id could be another's now.
func targetFrom(eventsPerRecord, old int64) string {
	id, ok := CurrentID(old, eventsPerRecord)
	if !ok {
		return AlertTarget(old) + " (an id of an older version)"
	}
	return AlertTarget(id)
}

// ActivityTarget names an earlier activity, for a result.
func ActivityTarget(id int64) string { return activityPrefix + strconv.FormatInt(id, 10) }

// ActivityIDOf takes the activity id out of a target, and reports whether it was one.
func ActivityIDOf(target string) (int64, bool) { return numberOf(target, activityPrefix) }

// DeviceTarget names a device.
func DeviceTarget(m MAC) string { return devicePrefix + string(m) }

// DeviceMACOf takes the MAC out of a target, and reports whether it was one.
func DeviceMACOf(target string) (MAC, bool) {
	s, ok := strings.CutPrefix(target, devicePrefix)
	if !ok {
		return "", false
	}
	return ParseMAC(s)
}

// WebhookTarget names a webhook by Mist's id.
func WebhookTarget(id string) string { return webhookPrefix + id }

// ChatTarget names a setting of chat.
func ChatTarget(table, key string) string { return "chat:" + table + " " + key }

// ChannelTarget names a channel of the stream.
func ChannelTarget(channel string) string { return channelPrefix + channel }

// ObjectTarget is the target of activities on an object of the configuration, by its
// path in the backup.
func ObjectTarget(path string) string { return "object:" + path }

// ChannelOf takes the channel out of a target, and reports whether it was one.
func ChannelOf(target string) (string, bool) { return strings.CutPrefix(target, channelPrefix) }

// RelayTarget names a relay.
func RelayTarget(name string) string { return relayPrefix + name }

// RelayOf takes the relay's name out of a target, and reports whether it was one.
func RelayOf(target string) (string, bool) { return strings.CutPrefix(target, relayPrefix) }

// JobTarget names a job.
func JobTarget(id int64) string { return jobPrefix + strconv.FormatInt(id, 10) }

func numberOf(target, prefix string) (int64, bool) {
	s, ok := strings.CutPrefix(target, prefix)
	if !ok {
		return 0, false
	}
	id, err := strconv.ParseInt(s, 10, 64)
	return id, err == nil
}
