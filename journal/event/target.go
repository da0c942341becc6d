package event

import (
	"strconv"
	"strings"
)

// Targets name what an activity is about: a word, a colon and an id.
const (
	alertPrefix    = "alert:"
	activityPrefix = "activity:"
	devicePrefix   = "device:"
	webhookPrefix  = "webhook:"
	channelPrefix  = "channel:"
)

// AlertTarget names an alert as the target of an activity.
func AlertTarget(id int64) string { return alertPrefix + strconv.FormatInt(id, 10) }

// AlertIDOf takes the alert id out of a target, and reports whether it was one.
func AlertIDOf(target string) (int64, bool) { return numberOf(target, alertPrefix) }

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

// ChannelTarget names a channel of the stream.
func ChannelTarget(channel string) string { return channelPrefix + channel }

// ChannelOf takes the channel out of a target, and reports whether it was one.
func ChannelOf(target string) (string, bool) { return strings.CutPrefix(target, channelPrefix) }

func numberOf(target, prefix string) (int64, bool) {
	s, ok := strings.CutPrefix(target, prefix)
	if !ok {
		return 0, false
	}
	id, err := strconv.ParseInt(s, 10, 64)
	return id, err == nil
}
