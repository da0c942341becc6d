package condition

import (
	"strings"
	"time"

	"foghorn/mist"
)

// Lifecycle says how an alarm of a type begins and ends.
type Lifecycle uint8

// Most alarms report a state, again and again under one id. They differ in what shows
// that the state is over.
const (
	Stateful  Lifecycle = iota // each report has the alarm's state: open, resolved
	Offline                    // a device lost the cloud, or has it again
	Restarted                  // a device restarted
	Paired                     // one type begins, and another ends, the condition
	Expires                    // nothing reports its end: it expires
	Harmless                   // nothing is wrong
)

// Alarm is what the type of a Mist alarm says.
type Alarm struct {
	Lifecycle
	Stem         string    // of Offline and Paired: the condition, see Of
	Direction    Direction // of Offline and Paired
	Site         bool      // of Paired: a condition of the site, not of one device
	ExpiresAfter time.Duration
}

// How long an alarm stays open when nothing ends it. Mist reports a rogue AP again
// every ten hours while it is there, and each report puts off the end.
const (
	oneOffExpiresAfter  = time.Hour      // what happened once
	lastingExpiresAfter = 12 * time.Hour // what may still last
)

// alarms are the types whose names say too little, or something wrong.
var alarms = map[string]Alarm{
	"vc_master_changed":             {Lifecycle: Expires, ExpiresAfter: oneOffExpiresAfter},
	"vc_backup_failed":              {Lifecycle: Expires, ExpiresAfter: oneOffExpiresAfter}, // Mist shows it as "Backup Member Elected"
	"vc_member_added":               {Lifecycle: Harmless},
	"vc_member_deleted":             {Lifecycle: Expires, ExpiresAfter: lastingExpiresAfter},
	"sw_bgp_neighbor_state_changed": {Lifecycle: Paired, Stem: "sw_bgp_neighbor"}, // the states in its reason give the direction
	"gw_bgp_neighbor_state_changed": {Lifecycle: Paired, Stem: "gw_bgp_neighbor"},
	"sw_dhcp_pool_exhausted":        {Lifecycle: Expires, ExpiresAfter: lastingExpiresAfter},
	"gw_dhcp_pool_exhausted":        {Lifecycle: Expires, ExpiresAfter: lastingExpiresAfter},
	"loop_detected_by_ap":           {Lifecycle: Expires, ExpiresAfter: lastingExpiresAfter},
	"health_check_failed":           {Lifecycle: Stateful},
}

// The groups of alarms that the rules below know.
const (
	groupMarvis   = "marvis"
	groupSecurity = "security"
)

// AlarmOf says how a type of alarm begins and ends, by its group. Only Marvis reports
// the state of its alarms. For the others the type decides, even if it is in no list:
// FOO_UP ends what FOO_DOWN begins. A type that does neither expires, because no known
// type ends it.
func AlarmOf(alarmType, group string) Alarm {
	key := mist.AlarmKey(alarmType)
	if a, ok := alarms[key]; ok {
		return a
	}
	switch strings.ToLower(group) {
	case groupMarvis:
		return Alarm{Lifecycle: Stateful}
	case groupSecurity:
		return Alarm{Lifecycle: Expires, ExpiresAfter: lastingExpiresAfter}
	}
	tokens := tokensOf(key)
	if len(tokens) == 0 {
		return Alarm{Lifecycle: Expires, ExpiresAfter: oneOffExpiresAfter}
	}
	last := tokens[len(tokens)-1]
	if last == "restarted" || last == "rebooted" || last == "restart" || last == "reboot" {
		return Alarm{Lifecycle: Restarted}
	}
	stem, d := Device(strings.Replace(key, "_critical_", "_", 1)) // of a port that somebody marked as critical
	if d == Ends && !good[last] && !isPaired(key) {
		d = NoDirection // POOL_EXHAUSTED is not an end: Mist raises an alarm for it
	}
	if d == NoDirection {
		return Alarm{Lifecycle: Expires, ExpiresAfter: lastingExpiresAfter}
	}
	if cloudDevices[stem] {
		return Alarm{Lifecycle: Offline, Stem: stem, Direction: d}
	}
	return Alarm{Lifecycle: Paired, Stem: stem, Direction: d, Site: tokens[0] == "infra"}
}

// isPaired reports whether Mist's own list has the type as one of a pair.
func isPaired(key string) bool {
	_, opens, closes := mist.Pair(strings.ToUpper(key))
	return opens || closes
}

// cloudDevices are the stems of alarms about a device's connection to the cloud.
var cloudDevices = words("device devices ap aps sw switch switches gw gateway gateways me mxedge mxedges mist_edge edge wan_edge router ssr srx")
