package journal

import (
	"fmt"
	"time"

	"foghorn/journal/query"
)

// Queries that several readers narrow their lists by.
var (
	Unresolved   = query.MustParse("!state:resolved")
	AccessPoints = query.MustParse("type:ap")

	// OpenConfigs are the alerts about backed-up configuration that are not resolved.
	OpenConfigs = query.MustParse("kind:config_violation,template_drift,backup_stale !state:resolved")
	// OpenHealth are the alerts of foghorn's own health that are not resolved.
	OpenHealth = query.MustParse("kind:deliveries_refused,webhook_disabled,certificate_expires,relay_failing !state:resolved")

	// UpDown are the events that say a device or a link came or went: the topic
	// made for it, the same under device-events (where it is one event with the
	// other and has the topic it came by first), what a poll found, and what Junos
	// and Mist Edge report in their own ways.
	UpDown = query.MustParse("topic:device-updowns,device-status or type:AP_CONNECTED,AP_DISCONNECTED,AP_RESTARTED,SW_CONNECTED,SW_DISCONNECTED,SW_RESTARTED," +
		"GW_CONNECTED,GW_DISCONNECTED,GW_RESTARTED,ME_CONNECTED,ME_DISCONNECTED,ME_RESTARTED,SNMP_TRAP_LINK_DOWN,SNMP_TRAP_LINK_UP")

	// ClientEvents are the events of topics that report one client each.
	ClientEvents = query.MustParse("topic:client-join,client-sessions,client-info,nac-events,guest-authorizations")
)

// AlertsBase returns what a list of alerts shows besides what was typed: alerts
// that are not resolved, and those resolved within the last recent. It is nil,
// which is everything, when the typed query itself asks for resolved alerts.
func AlertsBase(typed *query.Query, recent time.Duration) *query.Query {
	switch {
	case typed.AsksForResolved():
		return nil
	case recent <= 0:
		return Unresolved
	default:
		return query.Or(Unresolved, query.MustParse(fmt.Sprintf("resolved>=-%ds", int(recent.Seconds()))))
	}
}
