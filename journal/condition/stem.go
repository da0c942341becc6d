package condition

import (
	"slices"
	"strings"

	"foghorn/mist"
)

// Direction is what a type of event says about its condition.
type Direction uint8

// The directions. A type with NoDirection neither begins nor ends a condition.
// Transient is a step in between, such as a BGP session on its way up.
const (
	NoDirection Direction = iota
	Begins
	Ends
	Transient
)

// The words that a type ends with, by their meaning. They come in opposites: what a
// word of the first list begins, its opposite ends.
var (
	bad = words("down set failed failure fail offline absent disconnected disconnect lost unplugged detected exceeded unresolved " +
		"unreachable isolated isolation missing dead inactive degraded high low raised asserted blocked off removed mismatch " +
		"suspended reached timeout crashed unavailable unstable unhealthy violation violated ejected unauthenticated unsynced unsynchronized loss")
	good = words("up clear cleared success succeeded successful recovered recovery recover online present connected reconnected reconnect " +
		"established restored restore plugged resolved reachable resumed normal ok on inserted insertion reset joined active stable unblocked " +
		"deasserted authenticated available healthy synced synchronized returned released ended added")
	// ownOpposites are words that only their own opposite ends: a port that comes up
	// may still be blocked.
	ownOpposites = map[string]string{"blocked": "blocked", "unblocked": "blocked", "suspended": "suspended", "resumed": "suspended",
		"unplugged": "absent", "plugged": "absent", "removed": "absent", "inserted": "absent", "insertion": "absent", "ejected": "absent", "absent": "absent",
		"present": "absent", "missing": "absent", "unauthenticated": "unauthenticated", "authenticated": "unauthenticated",
		"unsynced": "unsynced", "synced": "unsynced", "unsynchronized": "unsynced", "synchronized": "unsynced"}
	// stateMarks are words that say that the condition named before them holds.
	stateMarks = words("set raised asserted detected")
	// ignorable are words between the name of a condition and the direction, which
	// only one of a pair may have: COUNT_THRESHOLD_EXCEEDED ends with
	// COUNT_RETURNED_TO_NORMAL.
	ignorable = words("threshold returned to state status alarm is has been error")
)

func words(list string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		m[w] = true
	}
	return m
}

// Stem splits a type into its condition and its direction: SW_FOO_DOWN begins and
// SW_FOO_UP ends sw_foo. It goes by the last words of the type, so that pairs which
// are in no list are pairs too. A failed attempt ends when it succeeds: INSTALL_FAILED
// with INSTALLED.
func Stem(eventType string) (stem string, d Direction) {
	tokens := tokensOf(eventType)
	n := len(tokens)
	if n < 2 {
		return strings.Join(tokens, "_"), NoDirection
	}
	switch last := tokens[n-1]; {
	case good[last]:
		d = Ends
	case bad[last]:
		d = Begins
	case last != "changed" && strings.HasSuffix(last, "ed") && len(last) > 4:
		// It succeeded: it ends an earlier failure, if there was one.
		return strings.Join(append(tokens[:n-1:n-1], verb(last)), "_"), Ends
	default:
		return strings.Join(tokens, "_"), NoDirection
	}
	if tokens[n-2] == "not" {
		d = Begins + Ends - d
	}
	rest, sort := slices.Clone(tokens[:n-1]), ownOpposites[tokens[n-1]]
	for state := bad[tokens[n-1]] && !stateMarks[tokens[n-1]]; len(rest) > 1; rest = rest[:len(rest)-1] {
		// The end can name the state too: DOWN_CLEARED.
		w := rest[len(rest)-1]
		if bad[w] && !state {
			state, sort = true, ownOpposites[w]
		} else if !ignorable[w] && w != "not" {
			break
		}
	}
	if sort != "" {
		rest = append(rest, sort)
	}
	return strings.Join(rest, "_"), d
}

// verb returns the verb of a participle: install of installed.
func verb(done string) string {
	v, _ := strings.CutSuffix(done, "ed")
	switch n := len(v); {
	case mute[v]:
		return v + "e"
	case n > 3 && v[n-1] == v[n-2] && strings.IndexByte("tpnmgr", v[n-1]) >= 0:
		return v[:n-1] // committed
	}
	return v
}

// mute are verbs that lose an e in the participle.
var mute = words("updat upgrad configur restor creat delet remov rotat activat validat negotiat authenticat resolv migrat generat regenerat exchang replac releas")

// tokensOf splits a type into its words, in lower case: SW_PORT-Down is sw, port,
// down.
func tokensOf(eventType string) []string {
	return strings.FieldsFunc(strings.ToLower(eventType), func(r rune) bool { return r == '_' || r == '-' || r == ' ' || r == '/' || r == '.' })
}

// exceptions are device events whose names mislead.
var exceptions = map[string]struct {
	stem string
	d    Direction
}{
	"AP_RADAR_DETECTED":  {"ap_radar", NoDirection},   // the AP has changed the channel, so it is over
	"ME_SERVICE_STOPPED": {"me_service", NoDirection}, // on the way to a start, unless it crashed
	// Requests of a person that failed: nothing reports an end.
	"TT_AP_DISCONNECTED":      {"tt_ap_disconnect", NoDirection},
	"TT_AP_DISCONNECT_FAILED": {"tt_ap_disconnect", NoDirection},
	"TT_PORTS_BOUNCED":        {"tt_ports_bounce", NoDirection},
	"TT_PORTS_BOUNCE_FAILED":  {"tt_ports_bounce", NoDirection},
	// They run on the recovery partition, and have not recovered.
	"SW_MASTER_ON_RECOVERY": {"sw_recovery_partition", NoDirection},
	"SW_MEMBER_ON_RECOVERY": {"sw_recovery_partition", NoDirection},
}

// others are the first words of types that are not about a device: what happens to a
// client is no condition of the device that reports it.
var others = map[string]bool{"CLIENT": true, "NAC": true, "MARVIS": true, "USER": true}

// Device returns the condition and the direction of a type of device event.
func Device(eventType string) (stem string, d Direction) {
	t := types.of(eventType, func(eventType string) stemDirection {
		stem, d := device(eventType)
		return stemDirection{stem, d}
	})
	return t.stem, t.d
}

type stemDirection struct {
	stem string
	d    Direction
}

var types memo[stemDirection]

func device(eventType string) (stem string, d Direction) {
	eventType = strings.ToUpper(strings.ReplaceAll(eventType, "-", "_"))
	if about, _, _ := strings.Cut(eventType, "_"); others[about] {
		return strings.Join(tokensOf(eventType), "_"), NoDirection
	}
	if x, ok := exceptions[eventType]; ok {
		return x.stem, x.d
	}
	switch name, opens, closes := mist.Pair(eventType); {
	case opens:
		return stemOf(name), Begins
	case closes:
		return stemOf(name), Ends
	}
	stem, d = Stem(eventType)
	if tokens := tokensOf(eventType); Connection(stem) && !links[tokens[len(tokens)-1]] {
		return strings.Join(tokens, "_"), NoDirection // AP_RESET, SW_ADDED: not about its connection
	}
	return stem, d
}

// links are the words that are about a device's connection when they follow only its
// type.
var links = words("down up offline online disconnected connected reconnected lost unreachable reachable")

// stemOf is the stem of a pair by its name in Mist's list, where the connection to the
// cloud is AP_DISCONNECTED.
func stemOf(name string) string {
	stem, _ := strings.CutSuffix(strings.ToLower(name), "_disconnected")
	return stem
}
