package condition

import (
	"regexp"

	"foghorn/journal/event"
)

// The states of sessions, the good ones apart.
var (
	bgpStates  = words("idle connect active opensent openconfirm established")
	ospfStates = words("down attempt init 2way exstart exchange loading full")
	upDown     = words("down init initializing initialized admindown failing up operational nonexistent openrec opensent closing")
	lacpStates = words("detached attached waiting collecting distributing collecting_distributing expired defaulted fast_periodic")
)

// amongOthers is an adjacency of two routers, neither of them designated: it stays at
// 2Way.
var amongOthers = regexp.MustCompile(`(?i)\bto 2-?way\b.*\bDR-?other`)

// kinds is the table. A stem is of the first kind that matches it, so the more specific
// kinds come first. A kind without parts is about the device as a whole.
var kinds = []Kind{
	{Name: "bgp_down", Part: "bgp", Title: "BGP session with %s is down", Bare: "a BGP session is down", Severity: event.Warn,
		match: []string{"bgp"}, parts: []part{neighbor, instance, node}, states: bgpStates, good: words("established")},
	{Name: "ospf_down", Part: "ospf", Title: "OSPF neighbor %s is lost", Bare: "an OSPF neighbor is lost", Severity: event.Warn,
		match: []string{"ospf", "ospf3", "ospfv3"}, parts: []part{neighbor, onPort, instance, node}, states: ospfStates, good: words("full"), over: amongOthers},
	{Name: "isis_down", Part: "isis", Title: "IS-IS adjacency with %s is lost", Bare: "an IS-IS adjacency is lost", Severity: event.Warn,
		match: []string{"isis", "is is"}, parts: []part{neighbor, onPort, naming("level", []string{"level", "isis_level"}, `\b(L[12])\b`), instance}, states: upDown, good: words("up")},
	{Name: "ldp_down", Part: "ldp", Title: "LDP session with %s is down", Bare: "an LDP session is down", Severity: event.Warn,
		match: []string{"ldp"}, parts: []part{neighbor, onPort, instance}, states: upDown, good: words("operational up")},
	{Name: "rsvp_down", Part: "rsvp", Title: "RSVP neighbor %s is lost", Bare: "an RSVP neighbor is lost", Severity: event.Warn,
		match: []string{"rsvp"}, parts: []part{neighbor, onPort, instance}, states: upDown, good: words("up")},
	{Name: "bfd_down", Part: "bfd", Title: "BFD session with %s is down", Bare: "a BFD session is down", Severity: event.Warn,
		match: []string{"bfd"}, parts: []part{neighbor, onPort, instance, node}, states: upDown, good: words("up")},
	{Name: "lldp_neighbor_lost", Part: "lldp", Title: "LLDP neighbor %s is lost", Bare: "an LLDP neighbor is lost", Severity: event.Warn,
		match: []string{"lldp"}, parts: []part{{names: []string{"neighbor", "neighbor_name", "neighbor_system_name", "system_name", "neighbor_mac", "chassis_id", "peer", "peer_name"},
			inText: host, clean: cleanHost, identifies: true}, as("interface", thePort)}},
	{Name: "vpn_path_down", Part: "vpn_path", Title: "VPN path %s is down", Bare: "a VPN path is down", Severity: event.Warn,
		match: []string{"vpn path"}, parts: vpnPath},
	{Name: "vpn_peer_down", Part: "vpn_peer", Title: "VPN peer %s is down", Bare: "a VPN peer is down", Severity: event.Warn,
		match: []string{"vpn peer", "vpn"}, parts: []part{neighborName, vpnMAC, naming("VPN", []string{"vpn_name", "vpn"}, `\bVPN ([A-Z][\w-]*|[a-z]\w*-[\w-]*)`), onPort, node}},
	{Name: "tunnel_down", Part: "tunnel", Title: "Tunnel %s is down", Bare: "a tunnel is down", Severity: event.Warn,
		match: []string{"tunnel", "ipsec", "ike", "gre"}, parts: []part{naming("", []string{"tunnel_name", "tunnel", "tunnel_id", "mxtunnel_id"}, `(?i)\btunnels?[ :="]+([A-Za-z][\w.:-]*)`),
			as("peer", neighborName), aside(onPort), node}},
	{Name: "lag_member_down", Part: "lag", Title: "LAG member %s does not carry traffic", Bare: "a LAG member does not carry traffic", Severity: event.Warn,
		match: []string{"lacp", "lag", "lacp timeout", "port lacp", "lag member"}, parts: []part{{names: []string{"port_id", "port", "member", "member_port", "interface", "interface_name", "port_ids", "ports"}, inText: memberPort, clean: cleanPort, identifies: true},
			low(naming("lag", []string{"lag", "lag_name", "ae", "aggregate"}, `(?i)\b(ae\d+)\b`))}, states: lacpStates, good: words("distributing collecting_distributing")},
	{Name: "vc_port_down", Part: "vc_port", Title: "Virtual-chassis port %s is down", Bare: "a virtual-chassis port is down", Severity: event.Warn,
		match: []string{"vc port"}, parts: []part{thePort, in("FPC", "fpc", "member", "member_id"), in("member")}},
	{Name: "poe_trouble", Part: "poe", Title: "PoE trouble on %s", Bare: "PoE trouble", Severity: event.Warn,
		match: []string{"poe"}, parts: []part{thePort, slot("FPC", "fpc", "member"), chassis}},
	{Name: "bpdu_blocked", Part: "bpdu", Title: "Port %s is blocked by BPDU protection", Bare: "a port is blocked by BPDU protection", Severity: event.Warn,
		match: []string{"bpdu", "port bpdu"}, parts: []part{thePort}},
	{Name: "loop", Part: "loop", Title: "Loop at %s", Bare: "there is a loop", Severity: event.Warn,
		match: []string{"loop"}, parts: []part{thePort, aside(vlan)}},
	{Name: "mac_limit", Part: "mac_limit", Title: "More MACs than allowed on %s", Bare: "more MACs than allowed on a port", Severity: event.Warn,
		match: []string{"mac limit"}, parts: []part{thePort, vlan}},
	{Name: "mac_learning_stopped", Part: "mac_learning", Title: "MAC learning stopped on %s", Bare: "MAC learning stopped", Severity: event.Warn,
		match: []string{"mac learning"}, parts: []part{thePort, vlan}},
	{Name: "port_link_down", Part: "tt_port_link", Title: "Port %s has no link", Bare: "a port has no link", Severity: event.Warn,
		match: []string{"tt port link"}, parts: []part{thePort}},
	{Name: "port_blocked", Part: "port_blocked", Title: "Port %s is blocked", Bare: "a port is blocked", Severity: event.Warn,
		match: []string{"tt port blocked", "port blocked"}, parts: []part{thePort}},
	{Name: "ddos_violation", Part: "ddos", Title: "Control-plane protection limits %s", Bare: "control-plane protection limits a protocol", Severity: event.Warn,
		match: []string{"ddos", "ddos protocol", "ddos protocol violation", "ddos violation"}, parts: []part{{names: []string{"protocol_name", "protocol", "ddos_protocol", "proto"}, inText: ddosProtocol, clean: cleanProtocol, identifies: true},
			{name: "type", names: []string{"packet_type", "protocol_type"}, inText: ddosType, clean: cleanLow},
			{name: "at", names: []string{"fpc", "fpc_slot", "fru_slot", "location"}, inText: ddosPlace, clean: cleanPlace}}},
	{Name: "arp_unresolved", Part: "arp", Title: "No ARP reply from %s", Bare: "an ARP request is not answered", Severity: event.Warn,
		match: []string{"arp"}, parts: []part{server, as("interface", thePort), vlan}},
	{Name: "dhcp_unresolved", Part: "dhcp", Title: "No DHCP address: %s", Bare: "no DHCP address", Severity: event.Warn,
		match: []string{"dhcp"}, parts: []part{as("interface", thePort), vlan, server}},
	{Name: "dns_unresolved", Part: "dns", Title: "No DNS answer: %s", Bare: "no DNS answer", Severity: event.Warn,
		match: []string{"dns"}, parts: []part{server, vlan, aside(onPort)}},
	{Name: "radsec_down", Part: "radsec", Title: "RadSec fails: %s", Bare: "RadSec fails", Severity: event.Warn, match: []string{"radsec"},
		parts: []part{naming("WLAN", []string{"ssid", "wlan_id"}), naming("server", []string{"server", "radsec_server"}, `(?i)\bserver "?([\w.-]+)`)}},
	{Name: "radius_down", Part: "radius", Title: "RADIUS server %s does not answer", Bare: "a RADIUS server does not answer", Severity: event.Warn,
		match: []string{"radius", "radius server"}, parts: []part{server}},
	{Name: "resource_usage", Part: "usage", Title: "%s usage is high", Bare: "a resource is nearly used up", Severity: event.Warn,
		match: []string{"resource usage"}, parts: []part{low(naming("", []string{"resource", "resource_name"}, `(?i)\b(cpu|memory|disk|swap)\b`)), in("FPC", "fpc"), in("PIC")}},
	{Name: "monitored_resource_failed", Part: "monitored_resource", Title: "Monitored resource %s does not answer", Bare: "a monitored resource does not answer", Severity: event.Warn,
		match: []string{"monitored resource"}, parts: []part{{names: []string{"resource", "resource_name", "monitored_resource", "target", "host"}, fallback: []string{"ip", "name", "component"}, inText: host, clean: cleanHost, identifies: true}}},
	{Name: "service_failed", Part: "service", Title: "Service %s failed", Bare: "a service failed", Severity: event.Warn,
		match: []string{"service"}, parts: []part{low(naming("", []string{"service", "service_name", "component", "process", "daemon"}, `(?i)\bservice[ :="]+([a-z][\w.-]*)`, `(?i)\b([a-z][\w.-]*) service\b`))}},
	{Name: "package_failed", Part: "package", Title: "Package %s cannot be changed", Bare: "a package cannot be changed", Severity: event.Warn,
		match: []string{"package"}, parts: []part{low(naming("", []string{"package", "package_name", "component"}, `(?i)\bpackage[ :="]+([a-z][\w.-]*)`))}},
	{Name: "fpc_off", Part: "fpc_power", Title: "%s has no power", Bare: "an FPC has no power", Severity: event.Warn,
		match: []string{"fpc power"}, parts: []part{slot("FPC", "fpc_slot", "fpc"), chassis}},
	{Name: "fpc_offline", Part: "fpc", Title: "%s is offline", Bare: "an FPC is offline", Severity: event.Warn,
		match: []string{"fpc"}, parts: []part{slot("FPC", "fpc_slot", "fpc"), chassis}},
	{Name: "pic_down", Part: "pic", Title: "%s is offline", Bare: "a PIC is offline", Severity: event.Warn,
		match: []string{"pic"}, parts: []part{slot("PIC", "pic_slot", "pic"), in("FPC", "fpc_slot", "fpc"), chassis}},
	{Name: "psu_failed", Part: "psu", Title: "%s failed", Bare: "a power supply failed", Severity: event.Warn,
		match: []string{"psu", "power supply", "power supply unit"}, parts: supply},
	{Name: "pem_failed", Part: "pem", Title: "%s failed", Bare: "a power supply failed", Severity: event.Warn, match: []string{"pem"}, parts: supply},
	{Name: "power_input_lost", Part: "powerinput", Title: "%s has no power", Bare: "a power supply has no power", Severity: event.Warn,
		match: []string{"powerinput", "power input", "power"}, parts: supply},
	{Name: "fan_failed", Part: "fan", Title: "%s failed", Bare: "a fan failed", Severity: event.Warn,
		match: []string{"fan", "fan tray"}, parts: []part{slot("fan", "fan", "fan_id"), as("fan-tray", part{inText: unit("fan-tray"), clean: number, identifies: true}), inFPC, chassis}},
	{Name: "optic_trouble", Part: "optic", Title: "Optic of %s is in trouble", Bare: "an optic is in trouble", Severity: event.Warn,
		match: []string{"sfp", "optic", "xcvr", "transceiver"}, parts: []part{thePort}},
	{Name: "fru_trouble", Part: "fru", Title: "%s is in trouble", Bare: "a part of the chassis is in trouble", Severity: event.Warn,
		match: []string{"fru", "slot"}, parts: anyPart},
	{Name: "redundancy_lost", Part: "ha", Bare: "redundancy of the cluster is lost", Severity: event.Warn, match: []string{"ha control link"}},
	{Name: "health_weight_low", Part: "ha_weight", Title: "Health weight of %s is low", Bare: "health weight of a redundancy group is low", Severity: event.Warn,
		match: []string{"ha health weight"}, parts: []part{naming("RG", []string{"rg", "rg_id", "redundancy_group", "group"}, `(?i)\b(?:RG|redundancy[- ]group)[ :#=-]*(\d+)`), node}},
	{Name: "chassis_hot", Part: "chassis_hot", Title: "%s is too hot", Bare: "it is too hot", Severity: event.Warn, match: []string{"chassis hot"}, parts: anyPart},
	{Name: "chassis_warm", Part: "chassis_warm", Title: "%s is warm", Bare: "it is warm", Severity: event.Warn, match: []string{"chassis warm"}, parts: anyPart},
	{Name: "chassis_humid", Part: "chassis_humidity", Title: "Humidity at %s is too high", Bare: "humidity is too high", Severity: event.Warn, match: []string{"chassis humidity"}, parts: anyPart},
	{Name: "partition_full", Part: "partition", Title: "A partition of %s is nearly full", Bare: "a partition is nearly full", Severity: event.Warn, match: []string{"chassis partition"},
		parts: append([]part{low(naming("partition", []string{"partition"}, `(/[\w/-]+) partition`, `(?i)partition (/[\w/-]+)`))}, anyPart...)},
	{Name: "mgmt_link_down", Part: "mgmt_link", Title: "Management link of %s is down", Bare: "a management link is down", Severity: event.Warn, match: []string{"mgmt link", "management link"}, parts: anyPart},
	{Name: "version_mismatch", Part: "version_mismatch", Title: "Version of %s differs from the virtual chassis", Bare: "versions differ in the virtual chassis", Severity: event.Warn,
		match: []string{"vc version mismatch", "version mismatch"}, parts: anyPart},
	{Name: "vc_in_transition", Part: "vc_transition", Bare: "the virtual chassis is in transition", Severity: event.Warn, match: []string{"vc transition"}},
	{Name: "evpn_isolated", Part: "evpn_core", Bare: "it is isolated from the EVPN core", Severity: event.Warn, match: []string{"evpn core isolation", "evpn core"}},
	{Name: "config_failed", Part: "config", Bare: "its configuration failed", Severity: event.Warn, match: []string{"config"}},
	{Name: "upgrade_failed", Part: "upgrade", Bare: "its upgrade failed", Severity: event.Warn, match: []string{"upgrade"}},
	{Name: "ztp_failed", Part: "ztp", Bare: "its first set-up (ZTP) failed", Severity: event.Warn, match: []string{"ztp"}},
	{Name: "snapshot_failed", Part: "recovery_snapshot", Bare: "its recovery snapshot failed", Severity: event.Warn, match: []string{"recovery snapshot"}},
	{Name: "appid_failed", Part: "appid_install", Bare: "application signatures cannot be installed", Severity: event.Warn, match: []string{"appid install", "appid"}},
	{Name: "idp_failed", Part: "idp_install", Bare: "intrusion signatures cannot be installed", Severity: event.Warn, match: []string{"idp install", "idp"}},
	{Name: "fib_full", Part: "fib_count", Bare: "it has nearly as many routes as it can hold", Severity: event.Warn, match: []string{"fib count"}},
	{Name: "flows_full", Part: "flow_count", Bare: "it has nearly as many flows as it can hold", Severity: event.Warn, match: []string{"flow count"}},
	{Name: "iot_alarm", Part: "iot", Title: "IoT alarm: %s", Bare: "an IoT alarm is on", Severity: event.Warn, match: []string{"iot"}, parts: anything},
	{Name: "esl_hung", Part: "esl_hung", Bare: "its electronic shelf labels hang", Severity: event.Warn, match: []string{"esl hung"}},
	{Name: "conductor_lost", Part: "conductor", Title: "Conductor %s is unreachable", Bare: "a conductor is unreachable", Severity: event.Warn,
		match: []string{"conductor"}, parts: []part{{names: []string{"conductor", "conductor_name", "conductor_ip", "peer", "peer_name"}, inText: host, clean: cleanHost, identifies: true}, node}},
	{Name: "chassis_alarm", Part: "chassis", Title: "Alarm: %s", Bare: "a chassis alarm is on", Severity: event.Warn, match: []string{"alarm"}, parts: anyPart,
		states: words("set cleared raised"), good: words("cleared")},
	{Name: "port_down", Part: "port", Title: "Port %s is down", Bare: "a port is down", Severity: event.Warn,
		match: []string{"port", "port link", "link", "interface", "interface link", "intf"}, parts: []part{thePort, node}},
}

var (
	anyPart      = []part{{inText: anyUnit, clean: cleanName, identifies: true}, as("slot", slot("slot")), chassis}
	vpnMAC       = part{name: "MAC", names: []string{"peer_mac"}, clean: cleanMAC, identifies: true}
	neighborName = part{names: []string{"peer", "peer_ip", "peer_address", "peer_router_name", "peer_host", "peer_name", "neighbor", "remote_ip"}, fallback: []string{"ip"}, inText: host, clean: cleanHost, identifies: true}
	vpnPath      = []part{naming("", []string{"path", "path_name", "vpn_path", "vpn_name", "vpn"}, `\bVPN ([A-Za-z]\S*)`), as("interface", thePort),
		naming("to", []string{"peer_port_id", "peer_port"}), aside(as("peer", neighborName)), aside(vpnMAC), node}
	supply = []part{slot("PSU", "psu", "psu_id", "pem", "power_supply"), inFPC, chassis}
	inFPC  = part{name: "FPC", names: []string{"fpc", "member"}, inText: unit("FPC"), clean: number, identifies: true}
)

// memberPort is the port of a LAG that a text is about, not the LAG.
func memberPort(text string) string {
	for _, m := range portLike.FindAllStringSubmatch(text, 8) {
		if p := cleanPort(m[1]); p[:min(2, len(p))] != "ae" {
			return p
		}
	}
	return ""
}
