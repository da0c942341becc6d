package junos

import (
	"slices"
	"strings"
)

// Example is one event as in a device's log, for trying an installation and for
// tests.
type Example struct {
	ID         string
	Process    string // that logs it
	Severity   string
	Message    string // without the id in front
	Attributes [][2]string
}

// examples has one for each entry of the catalogue, and for a prefix such as
// JSRPD_* an event that matches it.
var examples = []Example{
	{"SNMP_TRAP_LINK_DOWN", "mib2d", "warning", "ifIndex 515, ifAdminStatus up(1), ifOperStatus down(2), ifName ge-0/0/1", linkAttributes("down(2)")},
	{"SNMP_TRAP_LINK_UP", "mib2d", "info", "ifIndex 515, ifAdminStatus up(1), ifOperStatus up(1), ifName ge-0/0/1", linkAttributes("up(1)")},
	{"RPD_BGP_NEIGHBOR_STATE_CHANGED", "rpd", "warning", "BGP peer 192.0.2.9 (External AS 64530) changed state from Established to Idle (event HoldTime) (instance master)",
		[][2]string{{"peer-name", "192.0.2.9 (External AS 64530)"}, {"old-state", "Established"}, {"new-state", "Idle"}, {"event-name", "HoldTime"}}},
	{"RPD_OSPF_NBRDOWN", "rpd", "notice", "OSPF neighbor 198.51.100.2 (realm ospf-v2 xe-0/1/0.0 area 0.0.0.0) state changed from Full to Down due to InActiveTimer (event reason: neighbor was inactive and declared dead)", nil},
	{"RPD_OSPF_NBRUP", "rpd", "notice", "OSPF neighbor 198.51.100.2 (realm ospf-v2 xe-0/1/0.0 area 0.0.0.0) state changed from Loading to Full due to LoadDone (event reason: OSPF loading completed)", nil},
	{"RPD_ISIS_ADJDOWN", "rpd", "notice", "IS-IS lost L2 adjacency to core2 on xe-0/0/1.0, reason: Aged Out", nil},
	{"RPD_ISIS_ADJUP", "rpd", "notice", "IS-IS new L2 adjacency to core2 on xe-0/0/1.0", nil},
	{"BFDD_STATE_UP_TO_DOWN", "bfdd", "warning", "BFD Session 198.51.100.2 (IFL 335) state Up -> Down LD/RD(16/17) Up time:2w3d 04:05 Local diag: CtlExpire Remote diag: None Reason: Detect Timer Expiry.", nil},
	{"BFDD_STATE_DOWN_TO_UP", "bfdd", "info", "BFD Session 198.51.100.2 (IFL 335) state Down -> Up LD/RD(16/17)", nil},
	{"BFDD_TRAP_SHOP_STATE_DOWN", "bfdd", "warning", "local discriminator: 16, new state: down, interface: ge-0/0/2.0, peer addr: 198.51.100.6", nil},
	{"BFDD_TRAP_SHOP_STATE_UP", "bfdd", "info", "local discriminator: 16, new state: up, interface: ge-0/0/2.0, peer addr: 198.51.100.6", nil},
	{"BFDD_TRAP_MHOP_STATE_DOWN", "bfdd", "warning", "local discriminator: 18, new state: down, peer addr: 203.0.113.7", nil},
	{"BFDD_TRAP_MHOP_STATE_UP", "bfdd", "info", "local discriminator: 18, new state: up, peer addr: 203.0.113.7", nil},
	{"RPD_LDP_NBRDOWN", "rpd", "notice", "LDP neighbor 198.51.100.2 (xe-0/1/0.0) is down", nil},
	{"RPD_LDP_NBRUP", "rpd", "notice", "LDP neighbor 198.51.100.2 (xe-0/1/0.0) is up", nil},
	{"RPD_RSVP_NBRDOWN", "rpd", "notice", "RSVP neighbor 198.51.100.2 down on interface xe-0/1/0.0, neighbor lost: hello timeout", nil},
	{"RPD_RSVP_NBRUP", "rpd", "notice", "RSVP neighbor 198.51.100.2 up on interface xe-0/1/0.0", nil},
	{"RPD_PIM_NBRDOWN", "rpd", "notice", "PIM neighbor 198.51.100.2 (xe-0/1/0.0) removed due to: hold-time expired", nil},
	{"RPD_PIM_NBRUP", "rpd", "notice", "PIM new neighbor 198.51.100.2 interface xe-0/1/0.0", nil},
	{"LLDP_NEIGHBOR_DOWN", "l2cpd", "notice", "A neighbor has gone down on interface ge-0/0/3.0: neighbor sw-access-2", nil},
	{"LLDP_NEIGHBOR_UP", "l2cpd", "notice", "A neighbor has come up on interface ge-0/0/3.0: neighbor sw-access-2", nil},
	{"LACP_INTF_DOWN", "lacpd", "info", "ae0: Interface marked down due to lacp timeout on member ge-0/0/3", nil},
	{"LACP_INTF_MUX_STATE_CHANGED", "lacpd", "info", "ae0: ge-0/0/3: Lacp state changed from COLLECTING_DISTRIBUTING to ATTACHED, actor port state : |EXP|DEF|-|-|IN_SYNC|AGG|SHORT|ACT|", nil},
	{"LACPD_TIMEOUT", "lacpd", "info", "ge-0/0/3: lacp current while timer expired current Receive State: CURRENT", nil},
	{"LICENSE_EXPIRED_KEY_DELETED", "license-check", "warning", `License key "JUNOS000001" has expired`, nil},
	{"LICENSE_EXPIRED", "license-check", "warning", "License for feature idp-sig(12) expired", nil},
	{"UI_COMMIT", "mgd", "notice", "User 'jörg' requested 'commit' operation (comment: uplink moved)", [][2]string{{"username", "jörg"}, {"command", "commit"}, {"message", "uplink moved"}}},
	{"UI_COMMIT_COMPLETED", "mgd", "warning", " : commit complete", nil},
	{"UI_COMMIT_NOT_CONFIRMED", "mgd", "notice", "Commit was not confirmed; automatic rollback complete.", nil},
	{"UI_COMMIT_PROGRESS", "mgd", "info", "Commit operation in progress: start loading commit script changes", nil},
	{"UI_REBOOT_EVENT", "mgd", "warning", "System rebooted by 'jd'", nil},
	{"SYSTEM_ABNORMAL_SHUTDOWN", "eventd", "error", "System abnormally shut down", nil},
	{"SYSTEM_SHUTDOWN", "eventd", "warning", "System is going down", nil},
	{"UI_LOGIN_EVENT", "mgd", "info", "User 'jd' login, class 'j-super-user' [5301], ssh-connection '203.0.113.5 51514 192.0.2.1 22', client-mode 'cli'", nil},
	{"LOGIN_FAILED", "login", "notice", "Login failed for user admin from host 203.0.113.5", nil},
	{"SSHD_LOGIN_FAILED", "sshd", "info", "Login failed for user 'admin' from host '203.0.113.5'", [][2]string{{"username", "admin"}, {"source-address", "203.0.113.5"}}},
	{"CHASSISD_FRU_OFFLINE_NOTICE", "chassisd", "notice", "Taking FPC 1 offline: Offlined by cli command", nil},
	{"CHASSISD_FRU_ONLINE_NOTICE", "chassisd", "notice", "FPC 1 is online", nil},
	{"CHASSISD_FAN_FAILURE", "chassisd", "critical", "Fan 2 in tray 0 has failed", nil},
	{"CHASSISD_PEM_INPUT_BAD", "chassisd", "error", "PEM 1 input voltage is out of range", nil},
	{"CHASSISD_OVER_TEMP_CONDITION", "chassisd", "alert", "Chassis temperature over 75 degrees C", nil},
	{"CHASSISD_SNMP_TRAP6", "chassisd", "notice", "SNMP trap generated: Power Supply failed (jnxContentsContainerIndex 2, jnxContentsL1Index 1, jnxContentsL2Index 0, jnxContentsL3Index 0, jnxContentsDescr PEM 0)", nil},
	{"CHASSISD_SNMP_TRAP7", "chassisd", "notice", "SNMP trap generated: FRU power off (jnxFruContentsIndex 7, jnxFruL1Index 2, jnxFruName FPC 1)", nil},
	{"CHASSISD_SNMP_TRAP10", "chassisd", "notice", "SNMP trap generated: FRU power on (jnxFruContentsIndex 7, jnxFruL1Index 2, jnxFruL2Index 0, jnxFruL3Index 0, jnxFruName FPC 1, jnxFruType 3, jnxFruSlot 1)", nil},
	{"CHASSISD_VCHASSIS_MEMBER_OP_NOTICE", "chassisd", "notice", "Member change: vccpd membership change: member 2 removed", nil},
	{"VCCPD_PROTOCOL_ADJDOWN", "vccpd", "notice", "Lost adjacency to 88e0.f3aa.b100 on vcp-1.32768,", nil},
	{"VCCPD_PROTOCOL_ADJUP", "vccpd", "notice", "New adjacency to 88e0.f3aa.b100 on vcp-1.32768", nil},
	{"RTPERF_CPU_THRESHOLD_EXCEEDED", "PERF_MON", "warning", "FPC 0 PIC 0 CPU utilization exceeds threshold, current value=95", nil},
	{"RTPERF_CPU_UTIL_MAX", "PERF_MON", "error", "FPC 0 PIC 0 CPU utilization is at its maximum, current value=100", nil},
	{"RTPERF_CPU_USAGE_OK", "PERF_MON", "info", "FPC 0 PIC 0 CPU utilization returns to normal, current value=35", nil},
	{"RPD_MPLS_LSP_DOWN", "rpd", "warning", "MPLS LSP to-vienna down on primary(any)", nil},
	{"RPD_MPLS_LSP_UP", "rpd", "info", "MPLS LSP to-vienna up on primary(any) Route 10.0.0.1", nil},
	{"KMD_VPN_DOWN_ALARM_USER", "kmd", "info", "VPN HQ-Vienna from 203.0.113.9 is down. Local-ip: 192.0.2.1, gateway name: vienna, vpn name: HQ-Vienna, tunnel-id: 131073", nil},
	{"KMD_VPN_UP_ALARM_USER", "kmd", "info", "VPN HQ-Vienna from 203.0.113.9 is up. Local-ip: 192.0.2.1, gateway name: vienna, vpn name: HQ-Vienna, tunnel-id: 131073", nil},
	{"IKE_VPN_DOWN_ALARM_USER", "iked", "info", "VPN HQ-Graz from 203.0.113.10 is down. Local-ip: 192.0.2.1, gateway name: graz, vpn name: HQ-Graz, tunnel-id: 500052, local tunnel-if: st0.0", nil},
	{"IKE_VPN_UP_ALARM_USER", "iked", "info", "VPN HQ-Graz from 203.0.113.10 is up. Local-ip: 192.0.2.1, gateway name: graz, vpn name: HQ-Graz, tunnel-id: 500052, local tunnel-if: st0.0", nil},
	{"DDOS_PROTOCOL_VIOLATION_SET", "jddosd", "warning", "Warning: Host-bound traffic for protocol/exception  ARP:aggregate exceeded its allowed bandwidth at fpc 0 for 3 times, started at 2026-01-02 10:00:00 UTC", nil},
	{"DDOS_PROTOCOL_VIOLATION_CLEAR", "jddosd", "info", "INFO: Host-bound traffic for protocol/exception  ARP:aggregate has returned to normal. Its allowed bandwidth was exceeded at fpc 0 for 3 times, from 2026-01-02 10:00:00 UTC to 2026-01-02 10:05:00 UTC", nil},
	{"L2ALD_MAC_LIMIT_REACHED_IF", "l2ald", "warning", "Limit on learned MAC addresses reached for ge-0/0/7.0; current count is 5", nil},
	{"L2ALD_MAC_LIMIT_RESET_IF", "l2ald", "info", "Resumed adding MAC addresses learned by ge-0/0/7.0; current count is 4", nil},
	{"L2CPD_RECEIVE_BPDU_BLOCK_ENABLED", "l2cpd", "info", "Interface ge-0/0/8.0: BPDU Block enabled, BPDU received", nil},
	{"ESWD_BPDU_BLOCK_ERROR_DISABLED", "eswd", "info", "ge-0/0/9.0: BPDU-block error, disabled", nil},
	{"EVENTD_POLICY_LIMIT_EXCEEDED", "eventd", "error", "Unable to execute policy 'FOGHORN' because current number of policies (15) exceeds system limit (15)", nil},
	{"FPC 0 PIC 0", "tnetd", "warning", "FPC 0 PIC 0: link error count is above its limit", nil},
	{"ROOT_PORT", "eswd", "notice", "STP root port of instance 0 changed from ge-0/0/23 to ge-0/0/22", nil},
	{"TOPO_CH", "eswd", "notice", "STP topology changed in instance 0, port ge-0/0/22", nil},
	{"DH_SVC_SENDMSG_FAILURE", "jdhcpd", "error", "sendmsg() from 192.0.2.1 to port 67 at 198.51.100.53 via interface 73 failed: Network is down", nil},
	{"DOT1XD_USR_AUTHENTICATED", "dot1xd", "info", "Dot1x User anna logged in MacAddress 02:00:00:00:0c:07 interface ge-0/0/12.0 vlan 20", nil},
	{"DOT1XD_USR_ACCESS_DENIED", "dot1xd", "notice", "Dot1x User bert access denied MacAddress 02:00:00:00:0c:09 interface ge-0/0/13.0", nil},
	{"UTMD_CF_CONFIG_DEPRECATED", "utmd", "warning", "content-filtering: the configuration uses a deprecated form", nil},
	{"UTMD_EWF_CAT_OBSOLETE", "utmd", "info", "web-filtering: category Enhanced_Old is obsolete", nil},
	{"RPD_RT_HWM_NOTICE", "rpd", "notice", "New RIB highwatermark for unicast v4: 812", nil},
	{"KERNEL", "kernel", "warning", "ge-0/0/5: link state machine error", [][2]string{{"message", "ge-0/0/5: link state machine error"}}},
	{"PIC", "fpc0", "error", "PIC 0: parity error in table memory", [][2]string{{"message", "PIC 0: parity error in table memory"}}},
	{"PFE", "fpc0", "error", "PFE 0: fabric link error", [][2]string{{"message", "PFE 0: fabric link error"}}},
	{"LCC", "chassisd", "error", "LCC 0: control link error", [][2]string{{"message", "LCC 0: control link error"}}},
	{"SCC", "chassisd", "error", "SCC 0: control link error", [][2]string{{"message", "SCC 0: control link error"}}},
	{Heartbeat, "eventd", "info", "", nil},
	{"ALARMD_CHASSIS_ALARM", "alarmd", "error", "Alarm set: FPC color=RED, class=CHASSIS, reason=FPC 0 Hard errors", nil},
	{"JSRPD_RG_STATE_CHANGE", "jsrpd", "notice", "Redundancy-group 1 transitioned from 'secondary' to 'primary' state due to Remote node is in secondary hold", nil},
	{"DOT1XD_USR_UNATHENTICATED", "dot1xd", "notice", "User anna logged out of interface ge-0/0/12.0, vlan 20", nil},
	{"SYSTEM", "alarmd", "error", "Alarm set: Pwr Supply color=YELLOW, class=CHASSIS, reason=PEM 0 Not Powered", [][2]string{{"message", "Alarm set: Pwr Supply color=YELLOW, class=CHASSIS, reason=PEM 0 Not Powered"}}},
}

func linkAttributes(oper string) [][2]string {
	return [][2]string{{"snmp-interface-index", "515"}, {"admin-status", "up(1)"}, {"operational-status", oper}, {"interface-name", "ge-0/0/1"}}
}

// ends has the recoveries for examples whose id or catalogue entry covers both the
// problem and its end.
var ends = []Example{
	{"RPD_BGP_NEIGHBOR_STATE_CHANGED", "rpd", "warning", "BGP peer 192.0.2.9 (External AS 64530) changed state from OpenConfirm to Established (event RecvKeepAlive) (instance master)",
		[][2]string{{"peer-name", "192.0.2.9 (External AS 64530)"}, {"old-state", "OpenConfirm"}, {"new-state", "Established"}, {"event-name", "RecvKeepAlive"}}},
	{"LACP_INTF_MUX_STATE_CHANGED", "lacpd", "info", "ae0: ge-0/0/3: Lacp state changed from ATTACHED to COLLECTING_DISTRIBUTING, actor port state : |-|-|DIS|COL|IN_SYNC|AGG|SHORT|ACT|", nil},
	{"ALARMD_CHASSIS_ALARM", "alarmd", "notice", "Alarm cleared: FPC color=RED, class=CHASSIS, reason=FPC 0 Hard errors", nil},
	{"SYSTEM", "alarmd", "notice", "Alarm cleared: Pwr Supply color=YELLOW, class=CHASSIS, reason=PEM 0 Not Powered", [][2]string{{"message", "Alarm cleared: Pwr Supply color=YELLOW, class=CHASSIS, reason=PEM 0 Not Powered"}}},
}

// Examples returns one event for each entry of the catalogue, in its order: a
// problem before its recovery.
func Examples() []Example { return slices.Clone(examples) }

// ExampleEnds returns the recoveries for ids that report both a problem and its
// end.
func ExampleEnds() []Example { return slices.Clone(ends) }

// ExampleOf returns the example for an event id or a catalogue entry's name.
func ExampleOf(id string) (Example, bool) {
	start, many := strings.CutSuffix(id, "*")
	for _, e := range examples {
		if e.ID == id || many && strings.HasPrefix(e.ID, start) {
			return e, true
		}
	}
	return Example{}, false
}

// Line returns the message as in the log, with the id in front.
func (e Example) Line() string {
	if e.Message == "" {
		return ""
	}
	return e.ID + ": " + e.Message
}
