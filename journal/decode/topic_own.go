package decode

import (
	"net/netip"
	"strings"

	"foghorn/internal/safetext"
	"foghorn/journal/event"
)

// The topics of this file are those of foghorn's own observations. In a webhook they are
// unknown topics.

// readStatus reads what polls and streams found about a device. It is about the same
// condition as the device's own up/down events:
//
//	AP lobby-ap3 down, seen by poll
func readStatus(el *element, e *event.Event) {
	switch t := strings.ToLower(el.text("type")); t {
	case "ap", "switch", "gateway", "mxedge":
		e.DeviceType = t
	}
	by := prefixed(", seen by ", safetext.Clip(el.text("seen_by"), maxID))
	switch status := strings.ToLower(el.text("status")); status {
	case event.DeviceConnected:
		e.Type, e.Text = "DEVICE_CONNECTED", deviceLabel(e)+isUp+by
		pairSignal(el, e, "connection", kindDown, downTitle(e, ""), false)
		setUp(e)
	case event.DeviceDisconnected:
		e.Type, e.Text = "DEVICE_DISCONNECTED", downTitle(e, "")+by
		e.Severity = event.Critical
		if e.DeviceType == "ap" {
			e.Severity = event.Warn
		}
		pairSignal(el, e, "connection", kindDown, downTitle(e, ""), true)
	default:
		e.Type, e.Text = "DEVICE_STATUS", deviceLabel(e)+" is "+spaced(status)+by
	}
}

// readGap: No stream for 4m12s, 6 missed events fetched (connection reset).
func readGap(el *element, e *event.Event) {
	seconds, _ := el.number("seconds")
	filled := ""
	if n, ok := el.number("filled"); ok && n >= 0 && n < 1e9 {
		filled = plural(int(n), "missed event") + " fetched"
	}
	long := "a while"
	if seconds > 0 && durationText(seconds) != "" {
		long = durationText(seconds)
	}
	e.Text = joinNonEmpty(", ", "No stream for "+long, filled) + parens(safetext.Clip(el.text("reason"), maxName))
}

// heartbeatKey identifies the condition that a Junos device sends no heartbeats. An
// observation of silence raises it, and one with over resolves it. Heartbeats have no
// signal, or each of them would become an event of the alert.
func heartbeatKey(source, host string) string {
	return "junos:" + source + ":" + safetext.Clip(host, maxName) + ":heartbeat"
}

// readSilence reads that nothing was received where something was expected: from a
// Junos device that sent heartbeats before, or from a whole source. An observation with
// over ends it.
//
//	core-sw1 sent no heartbeat for 15m00s
func readSilence(el *element, e *event.Event) {
	seconds, _ := el.number("seconds")
	since, ok := el.time("since")
	if !ok || since.After(e.Time) {
		since = e.Time
	}
	s := &event.Signal{Type: event.Raise, Kind: "source_silent", Severity: event.Warn, Began: since, LastSeen: e.Time,
		Key: "source:" + e.Source + ":silence", Title: "Nothing is heard from " + e.Source}
	e.Text = "Nothing was heard from " + e.Source + prefixed(" for ", durationText(seconds))
	if el.text("source_kind") == JunosTopic {
		host := safetext.Clip(el.text("host"), maxName)
		if host == "" {
			host = "unknown"
		}
		e.Device, e.DeviceType = host, JunosTopic
		e.Text = host + " sent no heartbeat" + prefixed(" for ", durationText(seconds))
		s.Key, s.Kind, s.Severity, s.Title = heartbeatKey(e.Source, host), "device_silent", event.Critical, host+" silent: no heartbeats"
	}
	e.Severity = s.Severity
	if over, _ := el.flag("over"); over {
		e.Severity, s.Type, s.Began = event.Info, event.Resolve, e.Time
		e.Text = e.Source + " is heard from again"
		if e.DeviceType == JunosTopic {
			e.Text = e.Device + " sends heartbeats again"
		}
	}
	e.Signal = s
}

// readInventory reads names and places, which make no events: the names of sites and
// devices, the site of a device, and its address.
func (dec *decoder) readInventory(el *element) {
	name, site := safetext.Clip(el.text("name"), maxName), safetext.Clip(el.text("site_id"), maxID)
	switch el.text("kind") {
	case "site":
		if id := safetext.Clip(el.text("id", "site_id"), maxID); id != "" && name != "" {
			dec.addName(Name{NameSite, id, name})
		}
	case "device":
		mac := el.mac("id", "mac")
		if mac == "" {
			return
		}
		dec.addNameOfMAC(NameDevice, mac, name)
		if site != "" && site != noSiteID {
			dec.addName(Name{NameDeviceSite, string(mac), site})
		}
		if ip, ok := Address(el.text("ip")); ok {
			dec.addName(Name{NameDeviceIP, ip, string(mac)})
		}
	}
}

// Address normalizes an IP address, with or without a port. It is not ok for anything
// else, nor for an address that belongs to no single host.
func Address(s string) (ip string, ok bool) {
	a, err := netip.ParseAddr(s)
	if err != nil {
		ap, err := netip.ParseAddrPort(s)
		if err != nil {
			return "", false
		}
		a = ap.Addr()
	}
	a = a.Unmap().WithZone("")
	return a.String(), !a.IsLoopback() && !a.IsUnspecified() && !a.IsMulticast()
}
