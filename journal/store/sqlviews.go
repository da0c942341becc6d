package store

import (
	"fmt"
	"strings"

	"foghorn/journal/event"
)

// sqlViews makes the SQL views for people and programs that open view.db or use foghorn
// sql: v_events, v_alerts, v_deliveries, v_devices and v_clients. They have the names and values of the command line's
// JSON: times as text, severities by name, NULL where JSON has no id or time. Their
// columns are documented in docs/JOURNAL.md and stay when tables change, so a
// change of a table has to keep them.
var sqlViews = sqlView("v_events", "events", "id", isoTime("time"), isoTime("received"), "source", "via", "topic", "type", severityName(),
	"org_id", "site_id", "site", "device_mac", "device", "device_type", "client_mac", "client", "ssid", "text",
	nullID("delivery_id"), nullID("alert_id"), "duplicates", "test") +
	sqlView("v_alerts", "alerts", "id", "key", "source", "kind", "object", severityName(), stateNow, "title",
		"org_id", "site_id", "site", "device_mac", "device", isoTime("opened"), isoTime("last_seen"), isoTime("resolved"),
		"count", "flaps", "owner", isoTime("acked_at"), isoTime("snoozed_until"), "note", "mist_alarm_id", nullID("parent_id"), "events",
		isoTimeAs("expires", "leaves"), isoTime("unclear_end"), "unclear_among", "sync_state", "sync_reason",
		"closed_by", isoTime("closed_at"), "close_reason", "test") +
	sqlView("v_deliveries", "deliveries", "id", isoTime("received"), "source", "via", "remote", "method", "path", "truncated", "size",
		"verdict", "cause", "warning", "status", "duration_ms", "topic", "events", "duplicates", nullID("replay_of"), "ignored", "ignored_by") +
	sqlView("v_devices", "devices", "source", "mac", "name", "type", "status", isoTime("since"), "site", "site_id", "org_id", "id", "model", "serial",
		"version", "ip", isoTime("last_seen"), "uptime_s", "clients", "cpu", "memory", "uplink", "CAST(radios AS TEXT) AS radios", isoTime("updated")) +
	sqlView("v_clients", "clients", "source", "mac", "hostname", "username", "ip", "ssid", "ap", "ap_name", "band", "channel", "rssi", "snr",
		isoTime("since"), isoTime("last_seen"), "roams", "site", "site_id", "org_id", isoTime("updated"))

// SQLViews are the names of the views.
func SQLViews() []string {
	return []string{"v_alerts", "v_clients", "v_deliveries", "v_devices", "v_events"}
}

func sqlView(name, table string, columns ...string) string {
	return fmt.Sprintf("DROP VIEW IF EXISTS %s;\nCREATE VIEW %[1]s AS SELECT %s FROM %s;\n", name, strings.Join(columns, ", "), table)
}

// isoTime is a column of milliseconds as RFC 3339 in UTC. Dividing by a float keeps
// the milliseconds.
func isoTime(column string) string { return isoTimeAs(column, column) }

func isoTimeAs(column, name string) string {
	return fmt.Sprintf("CASE WHEN %s <> 0 THEN strftime('%%Y-%%m-%%dT%%H:%%M:%%fZ', %[1]s / 1000.0, 'unixepoch') END AS %s", column, name)
}

func nullID(column string) string { return fmt.Sprintf("nullif(%s, 0) AS %[1]s", column) }

func severityName() string {
	var cases strings.Builder
	for _, s := range event.Severities() {
		fmt.Fprintf(&cases, " WHEN %d THEN '%s'", s, s)
	}
	return "CASE severity" + cases.String() + " END AS severity"
}

// stateNow is event.Alert.Derive in SQL: a snooze ends without anybody writing the
// row. Old versions of sqlite3 know the time with milliseconds as Julian days only.
const stateNow = "CASE WHEN resolved <> 0 THEN 'resolved' WHEN snoozed_until > (julianday('now') - 2440587.5) * 86400000 THEN 'snoozed' " +
	"WHEN acked_at <> 0 THEN 'acked' ELSE 'open' END AS state"
