package condition

import (
	"strings"
	"testing"

	"foghorn/junos"
)

var directions = map[string]Direction{"began": Begins, "over": Ends, "passing": Transient, "-": NoDirection}

// What a device logs, and what it says: began, over, a step in between, or none of
// these; about which kind and which object.
func TestWhatJunosSays(t *testing.T) {
	for _, c := range []struct{ id, message, says, kind, object string }{
		{"SNMP_TRAP_LINK_DOWN", "SNMP_TRAP_LINK_DOWN: ifIndex 515, ifAdminStatus up(1), ifOperStatus down(2), ifName ge-0/0/1", "began", "link_down", "ge-0/0/1"},
		{"SNMP_TRAP_LINK_DOWN", "ifIndex 515, ifAdminStatus up(1), ifOperStatus down(2), ifName ge-0/0/1.0", "began", "link_down", "ge-0/0/1.0"},
		{"SNMP_TRAP_LINK_UP", "SNMP_TRAP_LINK_UP: ifIndex 515, ifAdminStatus up(1), ifOperStatus up(1), ifName ge-0/0/1", "over", "link_down", "ge-0/0/1"},
		{"SNMP_TRAP_LINK_DOWN", "ifIndex 515", "began", "link_down", ""},
		{"RPD_BGP_NEIGHBOR_STATE_CHANGED", "BGP peer 192.0.2.9 (External AS 64530) changed state from Established to Idle (event HoldTime) (instance master)", "began", "bgp_down", "192.0.2.9 (instance master)"},
		{"RPD_BGP_NEIGHBOR_STATE_CHANGED", "BGP peer 192.0.2.9 (External AS 64530) changed state from OpenConfirm to Established (event RecvKeepAlive) (instance test1)", "over", "bgp_down", "192.0.2.9 (instance test1)"},
		{"RPD_BGP_NEIGHBOR_STATE_CHANGED", "BGP peer 192.0.2.9 (External AS 64530) changed state from Idle to Connect (event Start) (instance master)", "passing", "bgp_down", "192.0.2.9 (instance master)"},
		{"RPD_BGP_NEIGHBOR_STATE_CHANGED", "BGP peer 192.0.2.9 (External AS 64530) changed state from Idle to Active (event Start) (instance master)", "passing", "bgp_down", "192.0.2.9 (instance master)"},
		{"RPD_BGP_NEIGHBOR_STATE_CHANGED", "BGP peer 2001:db8::1+179 (Internal AS 1) changed state from Established to Active (event Stop)", "began", "bgp_down", "2001:db8::1"},
		{"RPD_OSPF_NBRDOWN", "OSPF neighbor 172.2.1.2 (realm ospf-v2 st0.0 area 0.0.0.0) state changed from Full to Down due to InActiveTimer", "began", "ospf_down", "172.2.1.2 (interface st0)"},
		{"RPD_OSPF_NBRUP", "OSPF neighbor 172.2.1.2 (realm ospf-v2 st0.0 area 0.0.0.0) state changed from Init to ExStart due to 2WayRcvd", "over", "ospf_neighbor_lost", "172.2.1.2 (interface st0)"},
		{"RPD_OSPF_NBRUP", "OSPF neighbor 172.2.1.2 (realm ospf-v2 st0.0 area 0.0.0.0) state changed from Init to 2Way due to 2WayRcvd (event reason: neighbor detected this router)", "over", "ospf_neighbor_lost", "172.2.1.2 (interface st0)"},
		{"RPD_OSPF_NBRUP", "OSPF neighbor 172.2.1.2 (realm ospf-v2 st0.0 area 0.0.0.0) state changed from Init to 2Way due to 2WayRcvd (event reason: both are DROther)", "over", "ospf_down", "172.2.1.2 (interface st0)"},
		{"RPD_OSPF_NBRUP", "OSPF neighbor 172.2.1.2 (realm ospf-v2 st0.0 area 0.0.0.0) state changed from Down to Init due to HelloReceived", "passing", "ospf_down", "172.2.1.2 (interface st0)"},
		{"RPD_OSPF_NBRUP", "OSPF neighbor 172.2.1.2 (realm ospf-v2 st0.0 area 0.0.0.0) state changed from Loading to Full due to LoadDone", "over", "ospf_down", "172.2.1.2 (interface st0)"},
		{"RPD_OSPF_NBRDOWN", "OSPF neighbor 172.2.1.2 (realm ospf-v2 st0.0 area 0.0.0.0) state changed from 2Way to Down due to InActiveTimer", "began", "ospf_neighbor_lost", "172.2.1.2 (interface st0)"},
		{"RPD_OSPF_NBRDOWN", "OSPF neighbor fe80::2 (realm ipv6-unicast ge-0/0/0.5 area 0.0.0.7) state changed from Full to Down due to InActiveTimer", "began", "ospf_down", "fe80::2 (area 0.0.0.7, interface ge-0/0/0.5, realm ipv6-unicast)"},
		{"RPD_ISIS_ADJDOWN", "IS-IS lost L2 adjacency to second.example.com on xe-0/0/1.0, reason: Aged Out: 1521033590.3", "began", "isis_down", "second.example.com (interface xe-0/0/1, level L2)"},
		{"RPD_ISIS_ADJUP", "IS-IS new L1 adjacency to core2 on xe-0/0/1.0", "over", "isis_down", "core2 (interface xe-0/0/1, level L1)"},
		{"RPD_LDP_NBRDOWN", "LDP neighbor 192.0.2.2 (ae0.0) is down", "began", "ldp_down", "192.0.2.2 (interface ae0)"},
		{"RPD_LDP_NBRUP", "LDP neighbor 192.0.2.2 (ae0.0) is up", "over", "ldp_down", "192.0.2.2 (interface ae0)"},
		{"RPD_LDP_SESSIONUP", "LDP session with 192.0.2.2 is up", "over", "ldp_session_down", "192.0.2.2"},
		{"RPD_RSVP_NBRUP", "RSVP neighbor 192.0.2.2 up on interface ge-0/0/1.0", "over", "rsvp_down", "192.0.2.2 (interface ge-0/0/1)"},
		{"BFDD_STATE_UP_TO_DOWN", "BFD Session 10.1.1.2 (IFL 335) state Up -> Down LD/RD(16/17) Up time:2w3d 04:05 Local diag: CtlExpire", "began", "bfd_down", "10.1.1.2"},
		{"BFDD_TRAP_SHOP_STATE_UP", "local discriminator: 16, new state: up, interface: ge-0/0/0.0, peer addr: 10.1.1.2", "over", "bfd_down", "10.1.1.2"},
		{"BFDD_TRAP_SHOP_STATE_DOWN", "local discriminator: 16, new state: down, interface: ge-0/0/0.0, peer addr: 2001:DB8::2", "began", "bfd_down", "2001:db8::2"},
		{"BFDD_TRAP_SHOP_STATE_DOWN", "local discriminator: 16, new state: down, interface: ge-0/0/0.0, peer addr: fe80::2", "began", "bfd_down", "fe80::2%ge-0/0/0"},
		{"BFDD_STATE_UP_TO_DOWN", "BFD Session fe80::2%ge-0/0/1.0 (IFL 335) state Up -> Down", "began", "bfd_down", "fe80::2%ge-0/0/1"},
		{"LACP_INTF_MUX_STATE_CHANGED", "ae0: ge-0/0/3: Lacp state changed from COLLECTING_DISTRIBUTING to ATTACHED, actor port state : |EXP|", "began", "lag_member_down", "ge-0/0/3"},
		{"LACP_INTF_MUX_STATE_CHANGED", "ae105: et-0/0/25:3: Lacp state changed from ATTACHED to COLLECTING_DISTRIBUTING, actor port state : |-|", "over", "lag_member_down", "et-0/0/25:3"},
		{"LACP_INTF_MUX_STATE_CHANGED", "ae0: ge-0/0/3: Lacp state changed from DETACHED to WAITING", "passing", "lag_member_down", "ge-0/0/3"},
		{"LACP_INTF_DOWN", "ae105: Interface marked down due to lacp timeout on member et-0/0/25:3", "began", "lag_member_down", "et-0/0/25:3"},
		{"LACPD_TIMEOUT", "ge-0/0/3: lacp current while timer expired current Receive State: CURRENT", "began", "lag_member_down", "ge-0/0/3"},
		{"RTPERF_CPU_THRESHOLD_EXCEEDED", "FPC 0 PIC 0 CPU utilization exceeds threshold, current value=95", "began", "cpu_high", "FPC 0 PIC 0"},
		{"RTPERF_CPU_USAGE_OK", "FPC 0 PIC 0 CPU utilization returns to normal, current value=35", "over", "cpu_high", "FPC 0 PIC 0"},
		{"RTPERF_CPU_UTIL_MAX", "FPC 0 PIC 0 CPU utilization is at its maximum", "began", "cpu_high", "FPC 0 PIC 0"},
		{"KMD_VPN_DOWN_ALARM_USER", "VPN InternalVPN from 192.168.4.1 is down. Local-ip: 192.168.4.10", "began", "vpn_down", "InternalVPN 192.168.4.1"},
		{"IKE_VPN_UP_ALARM_USER", "VPN waw-1 from 203.0.113.129 is up. Local-ip: 198.51.100.174, gateway name: waw-1", "over", "vpn_down", "waw-1 203.0.113.129"},
		{"IKE_VPN_UP_ALARM_USER", "VPN six from 2001:db8::9 is up.", "over", "vpn_down", "six 2001:db8::9"},
		{"DDOS_PROTOCOL_VIOLATION_SET", "Warning: Host-bound traffic for protocol/exception  ARP:aggregate exceeded its allowed bandwidth at fpc 0 for 3 times, started at 2026-01-02 10:00:00 UTC", "began", "ddos_violation", "ARP (at FPC 0, type aggregate)"},
		{"DDOS_PROTOCOL_VIOLATION_CLEAR", "INFO: Host-bound traffic for protocol/exception  ARP:aggregate has returned to normal. Its allowed bandwidth was exceeded at routing-engine for 3 times", "over", "ddos_violation", "ARP (at routing engine, type aggregate)"},
		{"SYSTEM", "Alarm set: Ethernet color=RED, class=ETHERNET, reason=Host 0 fxp0 : Ethernet Link Down", "began", "chassis_alarm", "Host 0 fxp0 : Ethernet Link Down"},
		{"ALARMD_ANY", "Alarm cleared: Ethernet color=RED, class=ETHERNET, reason=Host 0 fxp0 : Ethernet Link Down", "over", "chassis_alarm", "Host 0 fxp0 : Ethernet Link Down"},
		{"SYSTEM", " Major alarm set, FPC 1 Major Errors", "began", "chassis_alarm", "FPC 1 Major Errors"},
		{"SYSTEM", " Major alarm cleared, FPC 1 Major Errors", "over", "chassis_alarm", "FPC 1 Major Errors"},
		{"SYSTEM", "something else happened", "-", "", ""},
		{"L2ALD_MAC_LIMIT_REACHED_IF", "Limit on learned MAC addresses reached for ge-0/0/7.0; current count is 5", "began", "mac_limit", "ge-0/0/7"},
		{"L2ALD_MAC_LIMIT_RESET_IF", "Resumed adding MAC addresses learned by ge-0/0/7.0; current count is 4", "over", "mac_limit", "ge-0/0/7"},
		{"CHASSISD_FRU_OFFLINE_NOTICE", "Taking FPC 1 offline: Offlined by cli command", "began", "chassisd_fru", "FPC 1"},
		{"CHASSISD_FRU_ONLINE_NOTICE", "FPC 1 is online", "over", "chassisd_fru", "FPC 1"},
		{"CHASSISD_SNMP_TRAP10", "SNMP trap generated: FRU power on (jnxFruContentsIndex 7, jnxFruL1Index 2, jnxFruName FPC 1, jnxFruType 3, jnxFruSlot 1)", "over", "chassisd_fru_power", "FPC 1"},
		{"CHASSISD_SNMP_TRAP7", "SNMP trap generated: FRU power off (jnxFruContentsIndex 7, jnxFruL1Index 2, jnxFruName FPC 1)", "began", "chassisd_fru_power", "FPC 1"},
		{"CHASSISD_SNMP_TRAP7", "SNMP trap generated: FRU insertion (jnxFruContentsIndex 2, jnxFruName PEM 1)", "over", "chassisd_fru_presence", "PEM 1"},
		{"CHASSISD_SNMP_TRAP6", "SNMP trap generated: Power Supply failed (jnxContentsContainerIndex 2, jnxContentsDescr PEM 0)", "began", "chassisd_power_supply", "PEM 0"},
		{"CHASSISD_SNMP_TRAP6", "SNMP trap generated: Power Supply OK (jnxContentsContainerIndex 2, jnxContentsDescr PEM 0)", "over", "chassisd_power_supply", "PEM 0"},
		{"CHASSISD_SNMP_TRAP7", "SNMP trap generated: Redundancy switchover (jnxRedundancyContentsIndex 9)", "-", "", ""},
		{"CHASSISD_PSU_FAULT_NOTICE", "PSU 1 has a fault", "began", "chassisd_psu", "PSU 1"},
		{"RPD_MPLS_LSP_UP", "MPLS LSP to-vienna up on primary(any) Route 10.0.0.1", "over", "lsp_down", "to-vienna"},
		{"VCCPD_PROTOCOL_ADJDOWN", "Lost adjacency to 88e0.f3aa.b100 on vcp-1.32768,", "began", "vc_link_down", "88:e0:f3:aa:b1:00 (port vcp-1.32768)"},
		{"JSRPD_HA_CONTROL_LINK_DOWN", "HA control link monitor status is marked down", "began", "jsrpd_ha_control_link", ""},
		{"JSRPD_SET_OTHER_INTF_MON_FAIL", "Interface monitoring failed on node1 for redundancy-group 1", "began", "jsrpd_other_intf_mon", "node 1 redundancy group 1"},
		{"JSRPD_UNSET_OTHER_INTF_MON_FAIL", "Interface monitoring recovered on node1 for redundancy-group 1", "over", "jsrpd_other_intf_mon", "node 1 redundancy group 1"},
		{"PING_TEST_FAILED", "pingCtlOwnerIndex = isp, pingCtlTestName = gateway-1", "began", "ping_test", "test gateway-1 (owner isp)"},
		{"PING_TEST_COMPLETED", "pingCtlOwnerIndex = isp, pingCtlTestName = gateway-1", "over", "ping_test", "test gateway-1 (owner isp)"},
		{"PING_PROBE_FAILED", "pingCtlOwnerIndex = isp, pingCtlTestName = gateway-1", "-", "", ""},
		{"EVENTD_SCRIPT_CHECKSUM_MISMATCH", "junos-agent.py", "-", "", ""},
		{"SNMPD_AUTH_FAILURE", "unauthorized SNMP community from 203.0.113.5", "-", "", ""},
		{"UI_COMMIT", "User 'j' requested 'commit' operation", "-", "", ""},
		{"UI_CFG_AUDIT_SET", "User 'j' set: [interfaces ge-0/0/1]", "-", "", ""},
		{"LOGIN_FAILED", "Login failed for user admin from host 203.0.113.5", "-", "", ""},
		{"DH_SVC_SENDMSG_FAILURE", "sendmsg() from 192.0.2.1 failed: Network is down", "-", "", ""},
		{"NEVER_HEARD_OF", "ifName ge-0/0/1", "-", "", ""},
	} {
		got := Junos(c.id, c.message, nil)
		kind := ""
		if got.Kind != nil {
			kind = got.Kind.Name
		}
		if got.Direction != directions[c.says] || kind != c.kind || got.Object != c.object {
			t.Errorf("%s %q:\ndirection %d, kind %q, object %q\nwant %s, %q, %q", c.id, c.message, got.Direction, kind, got.Object, c.says, c.kind, c.object)
		}
	}
	off := Junos("SNMP_TRAP_LINK_DOWN", "ifIndex 515, ifAdminStatus down(2), ifOperStatus down(2), ifName ge-0/0/1", nil)
	if !off.Deliberate || Junos("SNMP_TRAP_LINK_DOWN", "ifAdminStatus up(1), ifName ge-0/0/1", nil).Deliberate {
		t.Errorf("a port that somebody switched off: %+v", off)
	}
}

// Ids that no table has are pairs by the words they are made of.
func TestPairsOfJunosThatNoTableHas(t *testing.T) {
	for _, c := range []struct{ began, over string }{
		{"FOO_DOWN", "FOO_UP"}, {"FOO_NBRDOWN", "FOO_NBRUP"}, {"FOO_SESSION_DOWN_NOTICE", "FOO_SESSION_UP_NOTICE"}, {"FOO_STATE_UP_TO_DOWN", "FOO_STATE_DOWN_TO_UP"},
		{"FOO_ALARM_SET", "FOO_ALARM_CLEARED"}, {"FOO_VIOLATION_SET", "FOO_VIOLATION_CLEAR"}, {"EVPN_CORE_ISOLATED", "EVPN_CORE_ISOLATION_CLEARED"},
		{"FOO_LIMIT_REACHED", "FOO_LIMIT_RESET"}, {"FOO_LIMIT_REACHED_BD", "FOO_LIMIT_RESET_BD"}, {"FOO_FAILED", "FOO_RECOVERED"}, {"FOO_FAILURE", "FOO_OK"}, {"FOO_FAIL", "FOO_NORMAL"},
		{"FOO_THRESHOLD_EXCEEDED", "FOO_THRESHOLD_NORMAL"}, {"FOO_ABOVE_THRESHOLD", "FOO_BELOW_THRESHOLD"}, {"FOO_USAGE_HIGH", "FOO_USAGE_BACK_TO_NORMAL"}, {"FOO_OFFLINE", "FOO_ONLINE"},
		{"FOO_REMOVAL", "FOO_INSERTION"}, {"FOO_INPUT_BAD", "FOO_INPUT_OK"}, {"FOO_TEST_FAILED", "FOO_TEST_COMPLETED"}, {"FOO_BLOCKED", "FOO_UNBLOCKED"}, {"FOO_EXCEEDED", "FOO_EXCEEDED_CLEARED"},
		{"JSRPD_SET_HW_MON_FAILURE", "JSRPD_UNSET_HW_MON_FAILURE"}, {"FOO_LOST", "FOO_RESTORED"}, {"FOO_DEGRADED", "FOO_RESTORED"}, {"FOO_DETECTED", "FOO_CLEARED"}, {"FOO_NOT_OK", "FOO_OK"},
	} {
		b, o := Junos(c.began, "on ge-0/0/1.7 of FPC 3", nil), Junos(c.over, "ge-0/0/1.7 of FPC 3", nil)
		if b.Direction != Begins || o.Direction != Ends || b.Kind.Part != o.Kind.Part || b.Object != o.Object || b.Object == "" && !b.Kind.HasNoObjects() {
			t.Errorf("%s and %s: %+v (%+v) and %+v (%+v)", c.began, c.over, b, b.Kind, o, o.Kind)
		}
	}
	for _, c := range [][2]string{{"FOO_LINK_DOWN", "BAR_LINK_UP"}, {"FOO_REMOVAL", "FOO_ONLINE"}, {"RPD_LDP_SESSIONDOWN", "RPD_LDP_NBRUP"}, {"FOO_LINK_DOWN", "SNMP_TRAP_LINK_UP"}} {
		b, o := Junos(c[0], "ge-0/0/1", nil), Junos(c[1], "ifName ge-0/0/1", nil)
		if b.Direction != Begins || o.Direction != Ends || b.Kind.Part == o.Kind.Part {
			t.Errorf("%s is ended by %s", c[0], c[1])
		}
	}
	for id := range strings.FieldsSeq("FOO_CHANGED FOO_LOGIN_FAILED FOO_SENDMSG_FAILED FOO_TIMEOUT FOO_CRASHED UI_FOO_SET FOO FOO_ALARM FOO_NOTICE FOO_NOT_CONFIRMED DOWN UP EVENTD_POLICY_LIMIT_EXCEEDED") {
		if p := Junos(id, "ge-0/0/1", nil); p.Direction != NoDirection {
			t.Errorf("%s begins or ends something: %+v", id, p)
		}
	}
}

func TestJunosAttributesSpeakWhereTheMessageIsSilent(t *testing.T) {
	for _, c := range []struct {
		id         string
		attributes map[string]string
		says       string
		object     string
	}{
		{"SNMP_TRAP_LINK_DOWN", map[string]string{"interface-name": "ge-0/0/1", "admin-status": "up(1)"}, "began", "ge-0/0/1"},
		{"SNMP_TRAP_LINK_UP", map[string]string{"interface-name": "ge-0/0/1"}, "over", "ge-0/0/1"},
		{"RPD_BGP_NEIGHBOR_STATE_CHANGED", map[string]string{"peer-name": "192.0.2.9 (External AS 64530)", "old-state": "Established", "new-state": "Idle"}, "began", "192.0.2.9"},
		{"RPD_BGP_NEIGHBOR_STATE_CHANGED", map[string]string{"peer-name": "192.0.2.9 (External AS 64530)", "old-state": "OpenConfirm", "new-state": "Established", "instance": "blue"}, "over", "192.0.2.9 (instance blue)"},
		{"RPD_BGP_NEIGHBOR_STATE_CHANGED", map[string]string{"peer-name": "192.0.2.9 (External AS 64530)", "old-state": "Idle", "new-state": "Connect"}, "passing", "192.0.2.9"},
		{"RPD_OSPF_NBRDOWN", map[string]string{"neighbor-address": "172.2.1.2", "realm": "ospf-v2", "interface-name": "st0.0"}, "began", "172.2.1.2 (interface st0)"},
		{"RPD_MPLS_LSP_UP", map[string]string{"lsp-name": "to-vienna"}, "over", "to-vienna"},
		{"DDOS_PROTOCOL_VIOLATION_SET", map[string]string{"protocol-name": "ARP:aggregate", "location": "fpc 0"}, "began", "ARP (at FPC 0, type aggregate)"},
		{"MY_OWN_DOWN", map[string]string{"interface-name": "ge-0/0/1"}, "began", "ge-0/0/1"},
		{"SNMP_TRAP_LINK_DOWN", map[string]string{"something": "else"}, "began", ""},
	} {
		for _, message := range []string{"", "a message that was cut sh"} {
			got := Junos(c.id, message, c.attributes)
			if got.Direction != directions[c.says] || got.Object != c.object {
				t.Errorf("Junos(%s, %q, %v) = %+v", c.id, message, c.attributes, got)
			}
		}
	}
	got := Junos("SNMP_TRAP_LINK_DOWN", "ifAdminStatus down(2), ifName ge-0/0/2", map[string]string{"interface-name": "ge-0/0/1", "admin-status": "up(1)"})
	if got.Object != "ge-0/0/2" || !got.Deliberate {
		t.Errorf("the message should come first: %+v", got)
	}
}

// What the examples of the catalogue begin, others of them end.
func TestWhatTheCatalogueBeginsItEnds(t *testing.T) {
	began, over := map[string]bool{}, map[string]bool{}
	endless := map[string]bool{} // no message of the catalogue tells their end
	for id := range strings.FieldsSeq("CHASSISD_FAN_FAILURE CHASSISD_PEM_INPUT_BAD CHASSISD_SNMP_TRAP6 L2CPD_RECEIVE_BPDU_BLOCK_ENABLED ESWD_BPDU_BLOCK_ERROR_DISABLED") {
		endless[id] = true
	}
	for _, x := range append(junos.Examples(), junos.ExampleEnds()...) {
		c := Junos(x.ID, x.Line(), nil)
		if c.Kind != nil && !c.Kind.HasNoObjects() && c.Object == "" {
			t.Errorf("%s: the message names no object: %q", x.ID, x.Message)
		}
		switch {
		case c.Direction == Begins && !endless[x.ID]:
			began[c.Kind.Part+" "+c.Object] = true
		case c.Direction == Ends:
			over[c.Kind.Part+" "+c.Object] = true
		}
	}
	for key := range began {
		if !over[key] {
			t.Errorf("nothing ends %q", key)
		}
	}
	if len(began) < 18 {
		t.Errorf("%d conditions", len(began))
	}
}

func TestEveryBeginningOfIdsHasItsKind(t *testing.T) {
	for _, x := range junosKinds {
		if Named(x.kind) == nil {
			t.Errorf("%s: there is no kind %s", x.prefix, x.kind)
		}
	}
}

// FuzzJunosPost: no post can make the reader panic, and an object is bounded.
func FuzzJunosPost(f *testing.F) {
	for _, x := range junos.Examples() {
		f.Add(x.ID, x.Line(), "peer-name", "192.0.2.1")
	}
	f.Fuzz(func(t *testing.T, id, message, name, value string) {
		p := Junos(id, message, map[string]string{name: value})
		if (p.Kind == nil) != (p.Direction == NoDirection) || len(p.Object) > 4*maxText {
			t.Fatalf("%+v", p)
		}
		if p.Kind != nil {
			p.Kind.Sentence(p.Object)
		}
	})
}
