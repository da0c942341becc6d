package condition

import (
	"fmt"
	"strings"
	"testing"
)

// fields are the fields of an event, as name and value in turn.
func fields(kv ...string) Fields {
	return func(names ...string) string {
		for _, n := range names {
			for i := 0; i+1 < len(kv); i += 2 {
				if kv[i] == n && kv[i+1] != "" {
					return kv[i+1]
				}
			}
		}
		return ""
	}
}

// All the tellings of one line are of one object, however they say it.
var tellings = []struct {
	eventType string
	object    string
	texts     []string
	fields    [][]string
}{
	{"SW_BGP_NEIGHBOR_DOWN", "192.0.2.7", []string{
		"BGP neighbor 192.0.2.7 is down",
		"Neighbor 192.0.2.7 (External AS 65001): connection lost",
		"local 10.0.0.9 peer 192.0.2.7: Hold Timer Expired Error",
		"bgp_listen_accept: 192.0.2.7+179 down",
		"BGP peer: 192.0.2.7, local address 10.0.0.9, went down at 11:50:00",
	}, [][]string{{"neighbor", "192.0.2.7"}, {"peer_ip", " 192.0.2.7 "}, {"neighbor_ip", "192.0.2.7:179"}, {"peer", "::ffff:192.0.2.7"}}},
	{"GW_BGP_NEIGHBOR_UP", "192.0.2.7 (instance blue)", []string{
		"BGP peer 192.0.2.7 (Internal AS 64530) changed state from OpenConfirm to Established (event RecvKeepAlive) (instance blue)",
		"RPD_BGP_NEIGHBOR_STATE_CHANGED: BGP peer 192.0.2.7 (Internal AS 64530) changed state from OpenConfirm to Established (event RecvKeepAlive) (instance blue)",
		"neighbor 192.0.2.7 vrf blue up",
		"neighbor 192.0.2.7 routing-instance: blue, up",
	}, [][]string{{"neighbor", "192.0.2.7", "instance", "blue"}, {"neighbor", "192.0.2.7", "vrf_name", "blue"}}},
	{"SW_BGP_NEIGHBOR_DOWN", "2001:db8::1", []string{
		"BGP peer 2001:db8::1 down", "BGP peer 2001:0db8:0:0::1 down", "BGP peer 2001:DB8:0:0:0:0:0:1 (External AS 1) down", "peer [2001:db8::1]:179 down", "BGP peer 2001:db8::1+179 down",
	}, [][]string{{"neighbor", "2001:0DB8::0001"}, {"peer", "[2001:db8::1]:179"}}},
	{"SW_OSPF_NEIGHBOR_DOWN", "10.0.0.2 (interface xe-1/2/2)", []string{
		"OSPF neighbor 10.0.0.2 (realm ospf-v2 xe-1/2/2.0 area 0.0.0.0) state changed from Full to Init",
		"OSPF neighbor 10.0.0.2 on interface xe-1/2/2 lost",
	}, [][]string{{"neighbor", "10.0.0.2", "port_id", "XE-1/2/2"}, {"neighbor", "10.0.0.2", "interface", "xe-1/2/2.0"}}},
	{"SW_ISIS_ADJACENCY_LOST", "core-2 (interface ge-0/0/1, level L2)", []string{
		"IS-IS lost L2 adjacency to core-2 on ge-0/0/1.0, reason: Aged Out",
	}, [][]string{{"neighbor", "CORE-2", "interface", "ge-0/0/1", "level", "L2"}}},
	{"SW_LDP_SESSION_DOWN", "10.0.0.4", []string{"LDP session 10.0.0.4 is down, reason: hold time expired", "ldp neighbor 10.0.0.4 down"}, [][]string{{"peer_address", "10.0.0.4"}}},
	{"SW_RSVP_NEIGHBOR_DOWN", "10.0.0.4 (interface ge-0/0/1)", []string{"RSVP neighbor 10.0.0.4 down on interface ge-0/0/1.0, neighbor seq number change"}, nil},
	{"SW_BFD_SESSION_DISCONNECTED", "10.0.0.5 (interface irb.10)", []string{
		"bfdd_trap_mhop: local discriminator: 16, new state: down, interface: irb.10, peer addr: 10.0.0.5",
		"BFD Session 10.0.0.5 (IFL 72) state Up -> Down interface irb.10",
	}, nil},
	{"SW_LLDP_NEIGHBOR_DOWN", "02:00:00:00:0a:01 (interface ge-0/0/9)", []string{"LLDP neighbor 02:00:00:00:0a:01 lost on port ge-0/0/9"},
		[][]string{{"neighbor_mac", "020000000a01", "port_id", "ge-0/0/9"}, {"chassis_id", "0200.0000.0A01", "port_id", "GE-0/0/9.0"}}},
	{"SW_PORT_DOWN", "ge-0/0/31", []string{
		"ifIndex 546, ifAdminStatus up(1), ifOperStatus down(2), ifName ge-0/0/31 Port Description: Management to ge-0/0/1",
		"SNMP_TRAP_LINK_DOWN: ifIndex 546, ifAdminStatus up(1), ifOperStatus down(2), ifName ge-0/0/31",
		"Port ge-0/0/31 went down", "interface GE-0/0/31.0 down",
	}, [][]string{{"port_id", "ge-0/0/31"}, {"port_id", "GE-0/0/31"}, {"port", "ge-0/0/31.0"}, {"port_ids", "ge-0/0/31"}}},
	{"AP_PORT_DOWN", "eth0", []string{"eth0 link down"}, [][]string{{"port_id", "ETH0"}, {"port", "eth0"}}},
	{"SW_PORT_DOWN", "ge-0/0/3.100", []string{"ifName ge-0/0/3.100"}, [][]string{{"port_id", "ge-0/0/3.100"}}},
	{"SW_LACPD_TIMEOUT", "ge-0/0/3 (lag ae1)", []string{"LACP timeout on member ge-0/0/3 of ae1", "lacpd: ae1: Interface ge-0/0/3 lacp current while timer expired"}, [][]string{{"port_id", "ge-0/0/3", "lag", "ae1"}}},
	{"GW_VPN_PEER_DOWN", "hub-1", []string{"VPN peer hub-1 is down"}, nil},
	{"GW_VPN_PATH_DOWN", "vpn-a (peer 10.0.0.1)", []string{"VPN vpn-a from 10.0.0.1 is down. Local-ip: 10.0.0.9, gateway name: gw"}, [][]string{{"vpn_name", "vpn-a", "peer_ip", "10.0.0.1"}}},
	{"GW_TUNNEL_DOWN", "zscaler-1", []string{"tunnel zscaler-1 is down"}, [][]string{{"tunnel_name", "zscaler-1"}}},
	{"SW_FPC_POWER_OFF", "FPC 1", []string{"FPC 1 power off", "fpc slot 1 powered off"}, [][]string{{"fru_slot", "1"}, {"slot", "01"}, {"component", "FPC 1"}}},
	{"SW_FPC_POWER_ON", "FPC 0", []string{"FPC 0 power on"}, [][]string{{"fru_slot", "0"}}},
	{"SW_PIC_OFFLINE", "PIC 2 (FPC 1)", []string{"FPC 1 PIC 2 offline"}, [][]string{{"pic_slot", "2", "fpc_slot", "1"}}},
	{"ME_PSU_UNPLUGGED", "PSU 1", []string{"PSU 1 unplugged", "Power Supply 1 removed", "PEM 1 not present"}, [][]string{{"component", "PS1"}, {"component", "PSU 1"}}},
	{"ME_FAN_UNPLUGGED", "fan 2", []string{"fan 2 unplugged"}, [][]string{{"component", "Fan2"}}},
	{"SW_DDOS_PROTOCOL_VIOLATION_SET", "ARP (at FPC 0, type aggregate)", []string{
		"Warning: Host-bound traffic for protocol/exception ARP:aggregate exceeded its allowed bandwidth at fpc 0 for 3 times, started at 2026-11-26 11:50:10 UTC",
	}, [][]string{{"protocol_name", "ARP:aggregate", "packet_type", "aggregate", "fpc", "0"}}},
	{"GW_ARP_UNRESOLVED", "server 10.0.0.1 (interface ge-0/0/0)", []string{"ARP unresolved for gateway 10.0.0.1 on interface ge-0/0/0"}, [][]string{{"ip", "10.0.0.1", "port_id", "ge-0/0/0"}}},
	{"GW_DHCP_UNRESOLVED", "interface ge-0/0/0", []string{"DHCP address unresolved on ge-0/0/0"}, [][]string{{"port_id", "ge-0/0/0"}}},
	{"SW_DHCP_FAILURE", "VLAN 30 (server 10.0.0.1)", []string{"no offer on VLAN 30 by server 10.0.0.1"}, [][]string{{"vlan_id", "30", "server_ip", "10.0.0.1"}}},
	{"ME_SERVICE_FAILED", "tunterm", []string{"service tunterm failed"}, [][]string{{"service", "tunterm"}}},
	{"SW_MAC_LIMIT_EXCEEDED", "ge-0/0/3 (VLAN 10)", []string{"MAC limit exceeded on ge-0/0/3.0 in VLAN 10"}, [][]string{{"port_id", "ge-0/0/3", "vlan", "10"}}},
	{"SW_ALARM", "fan-tray 1 (of fan tray 1)", []string{"Major alarm set, color=RED, class=CHASSIS, reason=Fan Tray 1 Failure", "Minor alarm cleared, color=YELLOW, class=CHASSIS, reason=FAN TRAY 1 failure"}, nil},
	{"SW_ALARM_CHASSIS_PSU", "FPC 1 (of fpc 1 psu sensor)", []string{"FPC 1 PSU Sensor too Warm", "FPC 1 PSU Sensor normal"}, nil},
	{"SW_ALARM_CHASSIS_PARTITION", "partition /var (RE 0, of re 0 /var partition usage)", []string{"RE 0 /var partition usage is high", "RE 0 /var partition usage is normal"}, nil},
	{"SW_ALARM_CHASSIS_MGMT_LINK_DOWN", "host 1 (of host 1 me0 ethernet link)", []string{"Host 1 me0 : Ethernet Link Down", "Host 1 me0: Ethernet link up"}, nil},
	{"AP_RADSEC_FAILURE", "WLAN b19ce109-1f86", nil, [][]string{{"wlan_id", "b19ce109-1f86"}}},
	{"GW_HA_HEALTH_WEIGHT_LOW", "RG 1 (node 0)", []string{"JSRPD_HA_HEALTH_WEIGHT_LOW: Detected cluster1-Node0-RG1's health weight(0) low, send out SNMP trap",
		"JSRPD_HA_HEALTH_WEIGHT_RECOVERY: Detected cluster1-Node0-RG1's health weight(255) fully recovery, send out SNMP trap"}, nil},
	{"TT_PORT_DROPPED_FROM_LACP", "port0 (lag lacp0)", nil, [][]string{{"port", "port0", "lag", "lacp0"}}},
	{"SW_PORT_BPDU_BLOCKED", "ge-0/0/6", []string{"L2CPD_RECEIVE_BPDU_BLOCK_ENABLED: BPDU_PROTECT: Interface ge-0/0/6 is DOWN: BPDU error detected"}, nil},
	{"SW_ALARM_CHASSIS_POE", "ge-0/0/22 (of poe voltage injection in interface ge-0/0/22)", []string{"PoE voltage injection in Interface ge-0/0/22"}, nil},
	{"SW_STRANGE_DOWN", "ge-0/0/3", []string{"strange thing at ge-0/0/3.0"}, [][]string{{"port_id", "GE-0/0/3"}}},
	{"SW_STRANGE_DOWN", "10.0.0.1", []string{"strange thing with peer 10.0.0.1"}, [][]string{{"neighbor", "10.0.0.1"}}},
}

func TestOneObjectHowEverItIsTold(t *testing.T) {
	for _, c := range tellings {
		stem, _ := Device(c.eventType)
		k := Of(stem)
		for _, text := range c.texts {
			if got := k.Object(fields(), text); got != c.object {
				t.Errorf("%s %q: object %q, want %q", c.eventType, text, got, c.object)
			}
		}
		for _, f := range c.fields {
			if got := k.Object(fields(f...), ""); got != c.object {
				t.Errorf("%s %q: object %q, want %q", c.eventType, f, got, c.object)
			}
		}
	}
}

// What does not say which object it is stays unknown: a place, a state or an
// address of the device's own is none.
func TestWhatDoesNotNameAnObjectIsUnknown(t *testing.T) {
	for _, c := range []struct {
		eventType, text string
		fields          []string
	}{
		{"SW_BGP_NEIGHBOR_DOWN", "a BGP neighbor is down", nil},
		{"SW_BGP_NEIGHBOR_DOWN", "BGP session down in instance blue", []string{"instance", "blue"}},
		{"SW_BGP_NEIGHBOR_DOWN", "local address 10.0.0.9: session down", nil},
		{"SW_BGP_NEIGHBOR_DOWN", "started at 2026-11-26 11:50:00 UTC on 02:00:00:00:0a:01", nil},
		{"SW_DDOS_PROTOCOL_VIOLATION_SET", "violated at fpc 0", nil},
		{"GW_PORT_DOWN", "a port went down", []string{"node", "node0"}},
		{"GW_VPN_PATH_DOWN", "", []string{"peer_mac", "020000000a01"}},
		{"SW_FPC_POWER_OFF", "power off", []string{"chassis_mac", "020000000a01"}},
		{"SW_OSPF_NEIGHBOR_DOWN", "lost on ge-0/0/1", []string{"port_id", "ge-0/0/1"}},
	} {
		stem, _ := Device(c.eventType)
		if got := Of(stem).Object(fields(c.fields...), c.text); got != "" {
			t.Errorf("%s %q %q names %q", c.eventType, c.text, c.fields, got)
		}
	}
}

// Words of prose are no names: two outages told in prose would become one object,
// and the end of one would end both.
func TestProseNamesNoObject(t *testing.T) {
	prose := []string{
		"%s went down", "the %s went down", "a %s came back up", "%s flapped", "%s was lost and restored", "its %s has failed again",
		"%s neighbor went away", "%s neighbor dropped", "%s peer became unreachable", "lost the %s session with a neighbor", "%s session closed by peer",
		"%s path went down", "%s tunnel is gone", "the %s service stopped", "%s protocol violation set", "%s protocol violation cleared", "%s protocol returned to normal",
		"%s neighbor re-established", "%s: hold timer expired", "%s limit exceeded on a port", "%s disconnected now",
	}
	for i := range kinds {
		k := &kinds[i]
		for _, m := range k.match {
			for _, p := range prose {
				if text := fmt.Sprintf(p, strings.ToUpper(m)); k.Object(fields(), text) != "" {
					t.Errorf("%s: %q names %q", k.Name, text, k.Object(fields(), text))
				}
			}
		}
	}
	for text, want := range map[string]string{
		"adjacency to core-1 went down": "core-1", "peer sw_b is gone": "sw_b", "neighbor: Core is lost": "core", "neighbor (core) lost": "core", "session with r1.example.com closed": "r1.example.com",
	} {
		if got := cleanHost(host(text)); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func ExampleKind_Sentence() {
	stem, _ := Device("SW_BGP_NEIGHBOR_DOWN")
	fmt.Println(Of(stem).Sentence("10.0.0.1 (instance blue)"))
	fmt.Println(Of(stem).Sentence(""))
	// Output:
	// BGP neighbor 10.0.0.1 (instance blue) down
	// BGP neighbor down
}
