package junos

import "strings"

// Level is the importance of an event: 1 (alert with detail), 2 (alert with
// summary), 3 (journal only) or 4 (noise), as in the reference plugin
// (docs/integrations.md, Junos levels).
type Level int

// Heartbeat is the id of the event that a timer on the device (generate-event)
// sends at intervals, so that foghorn notices a silent device.
const Heartbeat = "FOGHORN_HEARTBEAT"

// DefaultLevel is the level of events outside of the catalogue. It is high,
// because somebody hooked them on the device on purpose.
const DefaultLevel Level = 1

// Entry is one event that is worth hooking, or that is known not to be
// (docs/integrations.md, Junos events worth hooking). The id is matched exactly
// and may contain spaces.
type Entry struct {
	ID      string // an id that ends in "*" matches by prefix
	Meaning string
	Level   Level
	Hard    bool // at level 1: service is certainly affected
	Chatter bool // at level 3: so frequent that lists hide it by default
}

// catalogue lists ids and, at its end, prefixes.
var catalogue = []Entry{
	{ID: "SNMP_TRAP_LINK_DOWN", Meaning: "interface went down", Level: 2},
	{ID: "SNMP_TRAP_LINK_UP", Meaning: "interface came up", Level: 3},
	{ID: "RPD_BGP_NEIGHBOR_STATE_CHANGED", Meaning: "BGP session moved between states", Level: 1, Hard: true},
	{ID: "RPD_OSPF_NBRDOWN", Meaning: "OSPF neighbor lost", Level: 1, Hard: true},
	{ID: "RPD_OSPF_NBRUP", Meaning: "OSPF neighbor found", Level: 3},
	{ID: "RPD_ISIS_ADJDOWN", Meaning: "IS-IS adjacency lost", Level: 1, Hard: true},
	{ID: "RPD_ISIS_ADJUP", Meaning: "IS-IS adjacency formed", Level: 3},
	{ID: "BFDD_STATE_UP_TO_DOWN", Meaning: "BFD session down", Level: 1, Hard: true},
	{ID: "BFDD_STATE_DOWN_TO_UP", Meaning: "BFD session up", Level: 3},
	{ID: "BFDD_TRAP_SHOP_STATE_DOWN", Meaning: "BFD session down", Level: 1, Hard: true},
	{ID: "BFDD_TRAP_SHOP_STATE_UP", Meaning: "BFD session up", Level: 3},
	{ID: "BFDD_TRAP_MHOP_STATE_DOWN", Meaning: "BFD session down", Level: 1, Hard: true},
	{ID: "BFDD_TRAP_MHOP_STATE_UP", Meaning: "BFD session up", Level: 3},
	{ID: "RPD_LDP_NBRDOWN", Meaning: "LDP neighbor lost", Level: 1, Hard: true},
	{ID: "RPD_LDP_NBRUP", Meaning: "LDP neighbor found", Level: 3},
	{ID: "RPD_RSVP_NBRDOWN", Meaning: "RSVP neighbor lost", Level: 1, Hard: true},
	{ID: "RPD_RSVP_NBRUP", Meaning: "RSVP neighbor found", Level: 3},
	{ID: "RPD_PIM_NBRDOWN", Meaning: "PIM neighbor lost", Level: 1},
	{ID: "RPD_PIM_NBRUP", Meaning: "PIM neighbor found", Level: 3},
	{ID: "LLDP_NEIGHBOR_DOWN", Meaning: "LLDP neighbor lost", Level: 2},
	{ID: "LLDP_NEIGHBOR_UP", Meaning: "LLDP neighbor found", Level: 3},
	{ID: "LACP_INTF_DOWN", Meaning: "LAG member down", Level: 1},
	{ID: "LACP_INTF_MUX_STATE_CHANGED", Meaning: "LAG member changed state", Level: 1},
	{ID: "LACPD_TIMEOUT", Meaning: "LAG partner silent", Level: 1},
	{ID: "LICENSE_EXPIRED_KEY_DELETED", Meaning: "license key expired and was deleted", Level: 2},
	{ID: "LICENSE_EXPIRED", Meaning: "license expired", Level: 2},
	{ID: "UI_COMMIT", Meaning: "commit asked for, which is no proof of success", Level: 3},
	{ID: "UI_COMMIT_COMPLETED", Meaning: "commit finished", Level: 3},
	{ID: "UI_COMMIT_NOT_CONFIRMED", Meaning: "commit confirmed ran out and was rolled back", Level: 1},
	{ID: "UI_COMMIT_PROGRESS", Meaning: "commit in progress: about 25 lines each, never hook it", Level: 4},
	{ID: "UI_REBOOT_EVENT", Meaning: "reboot asked for", Level: 1},
	{ID: "SYSTEM_ABNORMAL_SHUTDOWN", Meaning: "the system stopped unclean", Level: 1, Hard: true},
	{ID: "SYSTEM_SHUTDOWN", Meaning: "the system shuts down", Level: 1},
	{ID: "UI_LOGIN_EVENT", Meaning: "login", Level: 3},
	{ID: "LOGIN_FAILED", Meaning: "login failed", Level: 2},
	{ID: "SSHD_LOGIN_FAILED", Meaning: "SSH login failed", Level: 2},
	{ID: "CHASSISD_FRU_OFFLINE_NOTICE", Meaning: "a part was taken offline", Level: 1, Hard: true},
	{ID: "CHASSISD_FRU_ONLINE_NOTICE", Meaning: "a part is online again", Level: 3},
	{ID: "CHASSISD_FAN_FAILURE", Meaning: "fan failed", Level: 1, Hard: true},
	{ID: "CHASSISD_PEM_INPUT_BAD", Meaning: "power input bad", Level: 1, Hard: true},
	{ID: "CHASSISD_OVER_TEMP_CONDITION", Meaning: "too hot", Level: 1, Hard: true},
	{ID: "CHASSISD_SNMP_TRAP6", Meaning: "trap about a part of the chassis", Level: 1},
	{ID: "CHASSISD_SNMP_TRAP7", Meaning: "trap about a part of the chassis", Level: 1},
	{ID: "CHASSISD_SNMP_TRAP10", Meaning: "trap about a part of the chassis", Level: 1},
	{ID: "CHASSISD_VCHASSIS_MEMBER_OP_NOTICE", Meaning: "virtual-chassis member changed", Level: 1},
	{ID: "VCCPD_PROTOCOL_ADJDOWN", Meaning: "virtual-chassis link lost", Level: 1, Hard: true},
	{ID: "VCCPD_PROTOCOL_ADJUP", Meaning: "virtual-chassis link formed", Level: 3},
	{ID: "RTPERF_CPU_THRESHOLD_EXCEEDED", Meaning: "CPU above its threshold", Level: 2},
	{ID: "RTPERF_CPU_UTIL_MAX", Meaning: "CPU at its limit", Level: 1},
	{ID: "RTPERF_CPU_USAGE_OK", Meaning: "CPU back to normal", Level: 3},
	{ID: "RPD_MPLS_LSP_DOWN", Meaning: "MPLS path down", Level: 1, Hard: true},
	{ID: "RPD_MPLS_LSP_UP", Meaning: "MPLS path up", Level: 3},
	{ID: "KMD_VPN_DOWN_ALARM_USER", Meaning: "IPsec VPN down", Level: 1, Hard: true},
	{ID: "KMD_VPN_UP_ALARM_USER", Meaning: "IPsec VPN up", Level: 3},
	{ID: "IKE_VPN_DOWN_ALARM_USER", Meaning: "IPsec VPN down", Level: 1, Hard: true},
	{ID: "IKE_VPN_UP_ALARM_USER", Meaning: "IPsec VPN up", Level: 3},
	{ID: "DDOS_PROTOCOL_VIOLATION_SET", Meaning: "control-plane protection limits a protocol", Level: 2},
	{ID: "DDOS_PROTOCOL_VIOLATION_CLEAR", Meaning: "control-plane protection over", Level: 3},
	{ID: "L2ALD_MAC_LIMIT_REACHED_IF", Meaning: "MAC limit of an interface reached", Level: 2},
	{ID: "L2ALD_MAC_LIMIT_RESET_IF", Meaning: "below the MAC limit of an interface again", Level: 3},
	{ID: "L2CPD_RECEIVE_BPDU_BLOCK_ENABLED", Meaning: "port blocked by a BPDU", Level: 2},
	{ID: "ESWD_BPDU_BLOCK_ERROR_DISABLED", Meaning: "port blocked by a BPDU", Level: 2},
	{ID: "EVENTD_POLICY_LIMIT_EXCEEDED", Meaning: "the device is losing events: too many event policies at once", Level: 1},
	{ID: "FPC 0 PIC 0", Meaning: "message of a line card", Level: 1},
	{ID: "ROOT_PORT", Meaning: "spanning tree: another root port", Level: 1},
	{ID: "TOPO_CH", Meaning: "spanning tree: topology changed", Level: 2},
	{ID: "DH_SVC_SENDMSG_FAILURE", Meaning: "a DHCP message could not be sent", Level: 2},
	{ID: "DOT1XD_USR_AUTHENTICATED", Meaning: "port authentication succeeded", Level: 3},
	{ID: "DOT1XD_USR_ACCESS_DENIED", Meaning: "port authentication refused", Level: 2},
	{ID: "UTMD_CF_CONFIG_DEPRECATED", Meaning: "content filter configured in an old way", Level: 2},
	{ID: "UTMD_EWF_CAT_OBSOLETE", Meaning: "noise: better not hooked", Level: 4},
	{ID: "RPD_RT_HWM_NOTICE", Meaning: "noise: better not hooked", Level: 4},
	{ID: "KERNEL", Meaning: "message of the kernel without an id of its own", Level: 2},
	{ID: "PIC", Meaning: "message of a PIC without an id of its own", Level: 2},
	{ID: "PFE", Meaning: "message of the forwarding engine without an id of its own", Level: 2},
	{ID: "LCC", Meaning: "message of a line-card chassis without an id of its own", Level: 2},
	{ID: "SCC", Meaning: "message of a switch-card chassis without an id of its own", Level: 2},
	{ID: Heartbeat, Meaning: "sign of life, made by a timer on the device", Level: 3, Chatter: true},
	{ID: "ALARMD_*", Meaning: "chassis alarm set or cleared", Level: 1},
	{ID: "JSRPD_*", Meaning: "SRX cluster changed", Level: 1},
	{ID: "DOT1XD_*", Meaning: "port authentication", Level: 2},
}

// SYSTEM carries messages without an id of their own, such as chassis alarms.
var system = Entry{ID: "SYSTEM", Meaning: "message without an id of its own", Level: 1}

var byID, prefixes = func() (map[string]Entry, []Entry) {
	ids := map[string]Entry{system.ID: system}
	var ps []Entry
	for _, e := range catalogue {
		if strings.HasSuffix(e.ID, "*") {
			ps = append(ps, e)
			continue
		}
		ids[e.ID] = e
	}
	return ids, ps
}()

// Catalogue lists all entries.
func Catalogue() []Entry { return append(append([]Entry(nil), catalogue...), system) }

// goodWords are the words in ids that report a recovery. badWords override them:
// LOGIN_FAILED_UP.
var (
	goodWords = wordSet("UP OK CLEAR CLEARED NORMAL RECOVERED RECOVERY RESTORED SUCCESS SUCCESSFUL SUCCEEDED INSERTION INSERTED " +
		"AUTHENTICATED COMPLETED COMPLETE RESET ONLINE ESTABLISHED RESUMED UNSET NBRUP ADJUP SESSIONUP LINKUP")
	badWords = wordSet("NOT NO DOWN FAIL FAILED FAILURE ERROR BAD LOST OFFLINE TIMEOUT DENIED EXCEEDED REACHED DEGRADED REMOVAL REMOVED ABNORMAL " +
		"UNEXPECTED CRASHED INVALID MISMATCH ABORTED REJECTED EXPIRED")
)

func wordSet(list string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		m[w] = true
	}
	return m
}

// GoodNews reports whether the words of an id report a recovery, such as
// STATE_DOWN_TO_UP.
func GoodNews(id string) bool {
	ws := strings.FieldsFunc(strings.ToUpper(id), func(r rune) bool { return r == '_' || r == '-' || r == ' ' })
	if n := len(ws); n > 3 && ws[n-2] == "TO" {
		return goodWords[ws[n-1]]
	}
	found := false
	for _, w := range ws {
		if badWords[w] {
			return strings.HasSuffix(id, "_CLEARED") || strings.HasSuffix(id, "_CLEAR") || len(ws) > 1 && ws[1] == "UNSET"
		}
		found = found || goodWords[w]
	}
	return found && len(ws) > 1
}

// Lookup finds the entry of an event id by exact, case-sensitive match, or else
// by prefix. For an unknown id it returns false and an entry at DefaultLevel
// without a meaning. An id without an exact entry that reports a recovery, such
// as FOO_CLEARED, is at level 3, like the recoveries in the catalogue.
func Lookup(id string) (Entry, bool) {
	if e, ok := byID[id]; ok {
		return e, true
	}
	entry, listed := Entry{ID: id, Level: DefaultLevel}, false
	for _, e := range prefixes {
		if strings.HasPrefix(id, strings.TrimSuffix(e.ID, "*")) {
			entry, listed = e, true
			break
		}
	}
	if GoodNews(id) {
		entry.Level = 3
	}
	return entry, listed
}
