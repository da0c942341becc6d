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
	{Name: "bgp_down", Part: "bgp", Subject: "BGP neighbor %s", Bare: "BGP neighbor", State: "down", Severity: event.Warn,
		match: []string{"bgp"}, parts: []part{neighbor, instance, node}, states: bgpStates, good: words("established")},
	{Name: "ospf_down", Part: "ospf", Subject: "OSPF neighbor %s", Bare: "OSPF neighbor", State: "down", Severity: event.Warn,
		match: []string{"ospf", "ospf3", "ospfv3"}, parts: []part{neighbor, onPort, instance, node}, states: ospfStates, good: words("full"), over: amongOthers},
	{Name: "isis_down", Part: "isis", Subject: "IS-IS adjacency with %s", Bare: "IS-IS adjacency", State: "down", Severity: event.Warn,
		match: []string{"isis", "is is"}, parts: []part{neighbor, onPort, naming("level", []string{"level", "isis_level"}, `\b(L[12])\b`), instance}, states: upDown, good: words("up")},
	{Name: "ldp_down", Part: "ldp", Subject: "LDP neighbor %s", Bare: "LDP neighbor", State: "down", Severity: event.Warn,
		match: []string{"ldp"}, parts: []part{neighbor, onPort, instance}, states: upDown, good: words("operational up")},
	{Name: "rsvp_down", Part: "rsvp", Subject: "RSVP neighbor %s", Bare: "RSVP neighbor", State: "down", Severity: event.Warn,
		match: []string{"rsvp"}, parts: []part{neighbor, onPort, instance}, states: upDown, good: words("up")},
	{Name: "bfd_down", Part: "bfd", Subject: "BFD session with %s", Bare: "BFD session", State: "down", Severity: event.Warn,
		match: []string{"bfd"}, parts: []part{neighbor, onPort, instance, node}, states: upDown, good: words("up")},
	{Name: "lldp_neighbor_lost", Part: "lldp", Subject: "LLDP neighbor %s", Bare: "LLDP neighbor", State: "lost", Severity: event.Warn,
		match: []string{"lldp"}, parts: []part{{names: []string{"neighbor", "neighbor_name", "neighbor_system_name", "system_name", "neighbor_mac", "chassis_id", "peer", "peer_name"},
			inText: host, clean: cleanHost, identifies: true}, as("interface", thePort)}},
	{Name: "vpn_path_down", Part: "vpn_path", Subject: "VPN path %s", Bare: "VPN path", State: "down", Severity: event.Warn,
		match: []string{"vpn path"}, parts: vpnPath},
	{Name: "vpn_peer_down", Part: "vpn_peer", Subject: "VPN peer %s", Bare: "VPN peer", State: "down", Severity: event.Warn,
		match: []string{"vpn peer", "vpn"}, parts: []part{neighborName, vpnMAC, naming("VPN", []string{"vpn_name", "vpn"}, `\bVPN ([A-Z][\w-]*|[a-z]\w*-[\w-]*)`), onPort, node}},
	{Name: "tunnel_down", Part: "tunnel", Subject: "Tunnel %s", Bare: "Tunnel", State: "down", Severity: event.Warn,
		match: []string{"tunnel", "ipsec", "ike", "gre"}, parts: []part{naming("", []string{"tunnel_name", "tunnel", "tunnel_id", "mxtunnel_id"}, `(?i)\btunnels?[ :="]+([A-Za-z][\w.:-]*)`),
			as("peer", neighborName), aside(onPort), node}},
	{Name: "lag_member_down", Part: "lag", Subject: "LAG member %s", Bare: "LAG member", State: "not carrying traffic", Severity: event.Warn,
		match: []string{"lacp", "lag", "lacp timeout", "port lacp", "lag member"}, parts: []part{{names: []string{"port_id", "port", "member", "member_port", "interface", "interface_name", "port_ids", "ports"}, inText: memberPort, clean: cleanPort, identifies: true},
			low(naming("lag", []string{"lag", "lag_name", "ae", "aggregate"}, `(?i)\b(ae\d+)\b`))}, states: lacpStates, good: words("distributing collecting_distributing")},
	{Name: "vc_port_down", Part: "vc_port", Subject: "Virtual-chassis port %s", Bare: "Virtual-chassis port", State: "down", Severity: event.Warn,
		match: []string{"vc port"}, parts: []part{thePort, in("FPC", "fpc", "member", "member_id"), in("member")}},
	{Name: "poe_trouble", Part: "poe", Subject: "PoE on %s", Bare: "PoE", State: "failing", Severity: event.Warn,
		match: []string{"poe"}, parts: []part{thePort, slot("FPC", "fpc", "member"), chassis}},
	{Name: "bpdu_blocked", Part: "bpdu", Subject: "%s", Bare: "Port", State: "blocked by BPDU protection", Severity: event.Warn,
		match: []string{"bpdu", "port bpdu"}, parts: []part{thePort}},
	{Name: "loop", Part: "loop", Subject: "%s", Bare: "Port", State: "in a loop", Severity: event.Warn,
		match: []string{"loop"}, parts: []part{thePort, aside(vlan)}},
	{Name: "mac_limit", Part: "mac_limit", Subject: "%s", Bare: "Port", State: "over its MAC limit", Severity: event.Warn,
		match: []string{"mac limit"}, parts: []part{thePort, vlan}},
	{Name: "mac_learning_stopped", Part: "mac_learning", Subject: "%s", Bare: "Port", State: "not learning MACs", Severity: event.Warn,
		match: []string{"mac learning"}, parts: []part{thePort, vlan}},
	{Name: "port_link_down", Part: "tt_port_link", Subject: "%s", Bare: "Port", State: "without link", Severity: event.Warn,
		match: []string{"tt port link"}, parts: []part{thePort}},
	{Name: "port_blocked", Part: "port_blocked", Subject: "%s", Bare: "Port", State: "blocked", Severity: event.Warn,
		match: []string{"tt port blocked", "port blocked"}, parts: []part{thePort}},
	{Name: "ddos_violation", Part: "ddos", Subject: "%s", Bare: "A protocol", State: "limited by control-plane protection", Severity: event.Warn,
		match: []string{"ddos", "ddos protocol", "ddos protocol violation", "ddos violation"}, parts: []part{{names: []string{"protocol_name", "protocol", "ddos_protocol", "proto"}, inText: ddosProtocol, clean: cleanProtocol, identifies: true},
			{name: "type", names: []string{"packet_type", "protocol_type"}, inText: ddosType, clean: cleanLow},
			{name: "at", names: []string{"fpc", "fpc_slot", "fru_slot", "location"}, inText: ddosPlace, clean: cleanPlace}}},
	{Name: "arp_unresolved", Part: "arp", Subject: "ARP for %s", Bare: "ARP", State: "not answered", Severity: event.Warn,
		match: []string{"arp"}, parts: []part{server, as("interface", thePort), vlan}},
	{Name: "dhcp_unresolved", Part: "dhcp", Subject: "DHCP (%s)", Bare: "DHCP", State: "not answered", Severity: event.Warn,
		match: []string{"dhcp"}, parts: []part{as("interface", thePort), vlan, server}},
	{Name: "dns_unresolved", Part: "dns", Subject: "DNS (%s)", Bare: "DNS", State: "not answered", Severity: event.Warn,
		match: []string{"dns"}, parts: []part{server, vlan, aside(onPort)}},
	{Name: "radsec_down", Part: "radsec", Subject: "RadSec (%s)", Bare: "RadSec", State: "failing", Severity: event.Warn, match: []string{"radsec"},
		parts: []part{naming("WLAN", []string{"ssid", "wlan_id"}), naming("server", []string{"server", "radsec_server"}, `(?i)\bserver "?([\w.-]+)`)}},
	{Name: "radius_down", Part: "radius", Subject: "RADIUS server %s", Bare: "RADIUS server", State: "not answering", Severity: event.Warn,
		match: []string{"radius", "radius server"}, parts: []part{server}},
	{Name: "resource_usage", Part: "usage", Subject: "%s usage", Bare: "Usage of a resource", State: "high", Severity: event.Warn,
		match: []string{"resource usage"}, parts: []part{low(naming("", []string{"resource", "resource_name"}, `(?i)\b(cpu|memory|disk|swap)\b`)), in("FPC", "fpc"), in("PIC")}},
	{Name: "monitored_resource_failed", Part: "monitored_resource", Subject: "Monitored resource %s", Bare: "Monitored resource", State: "not answering", Severity: event.Warn,
		match: []string{"monitored resource"}, parts: []part{{names: []string{"resource", "resource_name", "monitored_resource", "target", "host"}, fallback: []string{"ip", "name", "component"}, inText: host, clean: cleanHost, identifies: true}}},
	{Name: "service_failed", Part: "service", Subject: "Service %s", Bare: "Service", State: "failed", Severity: event.Warn,
		match: []string{"service"}, parts: []part{low(naming("", []string{"service", "service_name", "component", "process", "daemon"}, `(?i)\bservice[ :="]+([a-z][\w.-]*)`, `(?i)\b([a-z][\w.-]*) service\b`))}},
	{Name: "package_failed", Part: "package", Subject: "Package %s", Bare: "Package", State: "not installable", Severity: event.Warn,
		match: []string{"package"}, parts: []part{low(naming("", []string{"package", "package_name", "component"}, `(?i)\bpackage[ :="]+([a-z][\w.-]*)`))}},
	{Name: "fpc_off", Part: "fpc_power", Subject: "%s", Bare: "FPC", State: "without power", Severity: event.Warn,
		match: []string{"fpc power"}, parts: []part{slot("FPC", "fpc_slot", "fpc"), chassis}},
	{Name: "fpc_offline", Part: "fpc", Subject: "%s", Bare: "FPC", State: "offline", Severity: event.Warn,
		match: []string{"fpc"}, parts: []part{slot("FPC", "fpc_slot", "fpc"), chassis}},
	{Name: "pic_down", Part: "pic", Subject: "%s", Bare: "PIC", State: "offline", Severity: event.Warn,
		match: []string{"pic"}, parts: []part{slot("PIC", "pic_slot", "pic"), in("FPC", "fpc_slot", "fpc"), chassis}},
	{Name: "psu_failed", Part: "psu", Subject: "%s", Bare: "Power supply", State: "failed", Severity: event.Warn,
		match: []string{"psu", "power supply", "power supply unit"}, parts: supply},
	{Name: "pem_failed", Part: "pem", Subject: "%s", Bare: "Power supply", State: "failed", Severity: event.Warn, match: []string{"pem"}, parts: supply},
	{Name: "power_input_lost", Part: "powerinput", Subject: "%s", Bare: "Power supply", State: "without power", Severity: event.Warn,
		match: []string{"powerinput", "power input", "power"}, parts: supply},
	{Name: "fan_failed", Part: "fan", Subject: "%s", Bare: "Fan", State: "failed", Severity: event.Warn,
		match: []string{"fan", "fan tray"}, parts: []part{slot("fan", "fan", "fan_id"), as("fan-tray", part{inText: unit("fan-tray"), clean: number, identifies: true}), inFPC, chassis}},
	{Name: "optic_trouble", Part: "optic", Subject: "Optic of %s", Bare: "Optic", State: "failing", Severity: event.Warn,
		match: []string{"sfp", "optic", "xcvr", "transceiver"}, parts: []part{thePort}},
	{Name: "fru_trouble", Part: "fru", Subject: "%s", Bare: "Part of the chassis", State: "failing", Severity: event.Warn,
		match: []string{"fru", "slot"}, parts: anyPart},
	{Name: "redundancy_lost", Part: "ha", Bare: "Redundancy of the cluster", State: "lost", Severity: event.Warn, match: []string{"ha control link"}},
	{Name: "health_weight_low", Part: "ha_weight", Subject: "Health weight of %s", Bare: "Health weight of a redundancy group", State: "low", Severity: event.Warn,
		match: []string{"ha health weight"}, parts: []part{naming("RG", []string{"rg", "rg_id", "redundancy_group", "group"}, `(?i)\b(?:RG|redundancy[- ]group)[ :#=-]*(\d+)`), node}},
	{Name: "chassis_hot", Part: "chassis_hot", Subject: "%s", Bare: "Chassis", State: "too hot", Severity: event.Warn, match: []string{"chassis hot"}, parts: anyPart},
	{Name: "chassis_warm", Part: "chassis_warm", Subject: "%s", Bare: "Chassis", State: "warm", Severity: event.Warn, match: []string{"chassis warm"}, parts: anyPart},
	{Name: "chassis_humid", Part: "chassis_humidity", Subject: "%s", Bare: "Chassis", State: "too humid", Severity: event.Warn, match: []string{"chassis humidity"}, parts: anyPart},
	{Name: "partition_full", Part: "partition", Subject: "Disk of %s", Bare: "Disk", State: "nearly full", Severity: event.Warn, match: []string{"chassis partition"},
		parts: append([]part{low(naming("partition", []string{"partition"}, `(/[\w/-]+) partition`, `(?i)partition (/[\w/-]+)`))}, anyPart...)},
	{Name: "mgmt_link_down", Part: "mgmt_link", Subject: "Management link of %s", Bare: "Management link", State: "down", Severity: event.Warn, match: []string{"mgmt link", "management link"}, parts: anyPart},
	{Name: "version_mismatch", Part: "version_mismatch", Subject: "%s", Bare: "Member", State: "not on the version of its virtual chassis", Severity: event.Warn,
		match: []string{"vc version mismatch", "version mismatch"}, parts: anyPart},
	{Name: "vc_in_transition", Part: "vc_transition", Bare: "Virtual chassis", State: "in transition", Severity: event.Warn, match: []string{"vc transition"}},
	{Name: "evpn_isolated", Part: "evpn_core", Bare: "EVPN", State: "isolated from its core", Severity: event.Warn, match: []string{"evpn core isolation", "evpn core"}},
	{Name: "config_failed", Part: "config", Bare: "Configuration", State: "failed", Severity: event.Warn, match: []string{"config"}},
	{Name: "upgrade_failed", Part: "upgrade", Bare: "Upgrade", State: "failed", Severity: event.Warn, match: []string{"upgrade"}},
	{Name: "ztp_failed", Part: "ztp", Bare: "First set-up (ZTP)", State: "failed", Severity: event.Warn, match: []string{"ztp"}},
	{Name: "snapshot_failed", Part: "recovery_snapshot", Bare: "Recovery snapshot", State: "failed", Severity: event.Warn, match: []string{"recovery snapshot"}},
	{Name: "appid_failed", Part: "appid_install", Bare: "Application signatures", State: "not installable", Severity: event.Warn, match: []string{"appid install", "appid"}},
	{Name: "idp_failed", Part: "idp_install", Bare: "Intrusion signatures", State: "not installable", Severity: event.Warn, match: []string{"idp install", "idp"}},
	{Name: "fib_full", Part: "fib_count", Bare: "Routing table", State: "nearly full", Severity: event.Warn, match: []string{"fib count"}},
	{Name: "flows_full", Part: "flow_count", Bare: "Flow table", State: "nearly full", Severity: event.Warn, match: []string{"flow count"}},
	{Name: "iot_alarm", Part: "iot", Subject: "IoT alarm: %s", Bare: "IoT alarm", Severity: event.Warn, match: []string{"iot"}, parts: anything},
	{Name: "esl_hung", Part: "esl_hung", Bare: "Electronic shelf labels", State: "not responding", Severity: event.Warn, match: []string{"esl hung"}},
	{Name: "conductor_lost", Part: "conductor", Subject: "Conductor %s", Bare: "Conductor", State: "unreachable", Severity: event.Warn,
		match: []string{"conductor"}, parts: []part{{names: []string{"conductor", "conductor_name", "conductor_ip", "peer", "peer_name"}, inText: host, clean: cleanHost, identifies: true}, node}},
	{Name: "chassis_alarm", Part: "chassis", Subject: "Alarm: %s", Bare: "Chassis alarm", Severity: event.Warn, match: []string{"alarm"}, parts: anyPart,
		states: words("set cleared raised"), good: words("cleared")},
	{Name: "port_down", Part: "port", Subject: "%s", Bare: "Port", State: "down", Severity: event.Warn,
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
