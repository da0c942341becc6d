package condition

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"foghorn/journal/event"
)

// junosOnly are the kinds that only Junos reports.
var junosOnly = []Kind{
	{Name: "link_down", Part: "link", Subject: "%s", Bare: "Interface", State: "down", Severity: event.Warn,
		parts: []part{{names: []string{"interface_name", "ifName"}, inText: after(`\bifName[ :=]+([^\s,;]+)`), clean: cleanName, identifies: true}}},
	{Name: "ospf_neighbor_lost", Part: "ospf_2way", Subject: "OSPF neighbor %s, without an adjacency,", Bare: "OSPF neighbor without an adjacency", State: "lost", Severity: event.Warn},
	{Name: "ldp_session_down", Part: "ldp_session", Subject: "LDP session with %s", Bare: "LDP session", State: "down", Severity: event.Warn, parts: []part{neighbor, instance}},
	{Name: "pim_down", Part: "pim", Subject: "PIM neighbor %s", Bare: "PIM neighbor", State: "down", Severity: event.Warn, parts: []part{neighbor, onPort, instance}},
	{Name: "vc_link_down", Part: "vc-link", Subject: "Virtual-chassis link to %s", Bare: "Virtual-chassis link", State: "down", Severity: event.Warn,
		parts: []part{verbatim("", cleanHost, `(?i)\badjacency to (\S+)`), verbatim("port", cleanLow, `(?i)\badjacency to \S+ on ([^\s,]+)`)}},
	{Name: "cpu_high", Part: "cpu", Subject: "CPU of %s", Bare: "CPU", State: "above its threshold", Severity: event.Warn,
		parts: []part{{inText: junosUnit, clean: oneLine, identifies: true}}},
	{Name: "lsp_down", Part: "lsp", Subject: "MPLS path %s", Bare: "MPLS path", State: "down", Severity: event.Warn, parts: []part{verbatim("", cleanName, `\bLSP (\S+)`)}},
	{Name: "lsp_path_down", Part: "lsp_path", Subject: "MPLS path %s", Bare: "MPLS path", State: "down", Severity: event.Warn,
		parts: []part{verbatim("", cleanName, `\bMPLS path (\S+)`), verbatim("LSP", cleanName, `\bLSP (\S+)`)}},
	{Name: "vpn_down", Part: "vpn", Subject: "VPN %s", Bare: "VPN", State: "down", Severity: event.Critical,
		parts: []part{verbatim("", vpnFrom, `\bVPN (\S+ from [0-9a-fA-F:.]*[0-9a-fA-F])`)}},
}

// junosKinds maps ids to a kind of the table by their beginnings. Parts, where
// given, replace those of the kind: Junos messages identify some objects more
// reliably, and its different ids for one object have to agree. words is the
// message with attributes in the place of its values.
var junosKinds = []struct {
	prefix, kind string
	parts        []part
	words        string
}{
	{prefix: "SNMP_TRAP_LINK_", kind: "link_down", words: "ifAdminStatus {admin_status|ifAdminStatus}, ifName {interface_name|ifName}"},
	{prefix: "RPD_BGP_NEIGHBOR_STATE", kind: "bgp_down",
		words: "BGP peer {peer_name|peer_address} changed state from {old_state} to {new_state} (instance {instance_name|routing_instance|instance})"},
	{prefix: "RPD_OSPF", kind: "ospf_down", parts: junosOSPF,
		words: "OSPF neighbor {neighbor_address|neighbor} (realm {realm|instance} {interface_name} area {area_id|area}) state changed from {old_state} to {new_state}"},
	{prefix: "RPD_ISIS_ADJ", kind: "isis_down", parts: junosISIS, words: "IS-IS {level|isis_level} adjacency to {neighbor_name|neighbor} on {interface_name}"},
	{prefix: "RPD_LDP_NBR", kind: "ldp_down", words: "LDP neighbor {neighbor_address|neighbor} ({interface_name})"},
	{prefix: "RPD_LDP_SESSION", kind: "ldp_session_down", words: "LDP session with {neighbor_address|neighbor|peer_address}"},
	{prefix: "RPD_RSVP_NBR", kind: "rsvp_down", words: "RSVP neighbor {neighbor_address|neighbor} on interface {interface_name}"},
	{prefix: "RPD_PIM_NBR", kind: "pim_down", words: "PIM neighbor {neighbor_address|neighbor} ({interface_name})"},
	{prefix: "BFDD_STATE_", kind: "bfd_down", parts: junosBFD, words: "BFD Session {peer_address|session_address|address}"},
	{prefix: "BFDD_TRAP_", kind: "bfd_down", parts: junosBFD, words: "interface: {interface_name}, peer addr: {peer_address|session_address|address}"},
	{prefix: "LACP", kind: "lag_member_down", parts: junosLAG, words: "{interface_name|ifd_name}: Lacp state changed from {old_state} to {new_state}"},
	{prefix: "LLDP", kind: "lldp_neighbor_lost"},
	{prefix: "VCCPD_PROTOCOL_ADJ", kind: "vc_link_down", words: "adjacency to {neighbor_name|neighbor} on {interface_name}"},
	{prefix: "RTPERF_CPU_", kind: "cpu_high"},
	{prefix: "RPD_MPLS_LSP_", kind: "lsp_down", words: "MPLS LSP {lsp_name|pathname}"},
	{prefix: "RPD_MPLS_PATH_", kind: "lsp_path_down"},
	{prefix: "KMD_VPN_", kind: "vpn_down", words: "VPN {vpn_name|tunnel_name} from {peer_address|remote_address}"},
	{prefix: "IKE_VPN_", kind: "vpn_down", words: "VPN {vpn_name|tunnel_name} from {peer_address|remote_address}"},
	{prefix: "DDOS_PROTOCOL_VIOLATION_", kind: "ddos_violation", words: "protocol/exception {protocol_name|protocol} at {location|fpc_slot}"},
	{prefix: "L2ALD_MAC_LIMIT_", kind: "mac_limit"},
	{prefix: "L2CPD_RECEIVE_BPDU_BLOCK_", kind: "bpdu_blocked"},
	{prefix: "ESWD_BPDU_BLOCK_ERROR_", kind: "bpdu_blocked"},
}

// verbatim is a part whose value is a word of the message.
func verbatim(name string, clean func(string) string, patterns ...string) part {
	return part{name: name, inText: after(patterns...), clean: clean, identifies: true}
}

var (
	junosOSPF = []part{neighbor, aside(verbatim("interface", cleanPort, `\(realm \S+ (\S+)`)),
		aside(verbatim("realm", notDefault("ospf-v2", "ospf-v3"), `\(realm (\S+)`)), aside(verbatim("area", notDefault("0.0.0.0"), `\barea ([\d.]+\d)`)), instance}
	junosISIS = []part{verbatim("", cleanHost, `\badjacency to (\S+)`), aside(verbatim("interface", cleanPort, `\badjacency to \S+ on ([^\s,]+)`)),
		aside(verbatim("level", cleanName, `\b(L[12])\b`))}
	junosBFD = []part{{inText: bfdPeer, clean: cleanHost, identifies: true}, instance}
	// A port is a member of one LAG, and not every message names it.
	junosLAG   = []part{{inText: memberPort, clean: cleanPort, identifies: true}}
	junosAlarm = []part{{inText: after(`(?i)\breason ?= ?"?([^"]+?)"?\s*$`, `(?i)\balarm (?:set|cleared)[,:] *([^=]+?)\s*$`), clean: oneLine, identifies: true}}
	// junosThing is the object of an id that is in no table.
	junosThing = []part{
		{inText: junosUnit, clean: oneLine, identifies: true},
		{names: append([]string{"neighbor", "neighbor_address", "neighbor_ip", "peer", "peer_address", "peer_name", "vpn_name", "tunnel_name"}, portFields...),
			inText: junosPlace, clean: cleanAny, identifies: true},
		vlan, verbatim("test", cleanName, `\bpingCtlTestName ?= ?([^\s,]+)`), aside(verbatim("owner", cleanName, `\bpingCtlOwnerIndex ?= ?([^\s,]+)`)),
		{name: "of", names: []string{"protocol_name", "protocol", "resource", "resource_name", "service", "process", "name", "object", "slot", "fru_name", "fru"}, clean: cleanLow, identifies: true},
		instance,
	}
)

func oneLine(s string) string { return strings.Join(strings.Fields(cleanName(s)), " ") }

// notDefault leaves out default values.
func notDefault(values ...string) func(string) string {
	return func(s string) string {
		s = cleanLow(s)
		if slices.Contains(values, s) {
			return ""
		}
		return s
	}
}

// bfdPeer is the other side of a BFD session. Link-local addresses are the same
// on all interfaces, so the interface is part of those, as its name or its index.
// Of other addresses it is not: only some messages about a session name it.
func bfdPeer(text string) string {
	peer := cleanHost(address(text))
	a, err := netip.ParseAddr(peer)
	if err != nil || a.Zone() != "" || !a.IsLinkLocalUnicast() || !a.Is6() {
		return peer
	}
	if p := bfdInterface(text); p != "" {
		return peer + "%" + strings.ReplaceAll(p, " ", "")
	}
	return peer
}

var bfdInterface = after(`\binterface: ([^\s,]+)`, `\((IFL \d+)\)`)

var (
	jnxName  = regexp.MustCompile(`\bjnx(?:FruName|ContentsDescr|OperatingDescr) ([^,)]+)`)
	unitWord = regexp.MustCompile(`(?i)\b(power supply|fan tray|routing engine|redundancy[- ]group|fpc|pic|mic|adpc|dpc|pem|psm|psu|pdm|cb|re|scb|sfb|sfm|sib|spc|spu|spmb|feb|tfeb|pfe|fan|tray|host|member|node|disk|slot|xcvr|sensor|plane)[ _#:@-]{0,2}(\d{1,4}(?:/\d{1,3}){0,3})\b`)
	spelled  = words("power supply fan tray routing engine redundancy group host member node disk slot sensor plane")
)

// junosPlace is the address of the other side or the port that a text names.
func junosPlace(text string) string {
	if a := address(text); a != "" {
		return a
	}
	return port(text)
}

// junosUnit is the part of a chassis that a text names, as "FPC 1 PIC 0": all the
// units in it, in one spelling.
func junosUnit(text string) string {
	name := ""
	if m := jnxName.FindStringSubmatch(text); m != nil {
		name, text = m[1], m[1]
	}
	var out []string
	for _, m := range unitWord.FindAllStringSubmatch(text, 8) {
		word := strings.ToLower(strings.ReplaceAll(m[1], "-", " "))
		if first, _, _ := strings.Cut(word, " "); !spelled[first] {
			word = strings.ToUpper(word)
		}
		out = append(out, word+" "+m[2])
	}
	if len(out) == 0 {
		return name
	}
	return strings.Join(out, " ")
}

var ddosPlace = after(`(?i)\bat ((?:fpc )?\d+|routing[- ]engine)\b`)

// cleanPlace is where a protocol is limited: a line card, FPC 0 of "fpc 0" and of
// 0, or the Routing Engine.
func cleanPlace(s string) string {
	s = cleanLow(s)
	if s == "" || strings.HasPrefix(s, "routing") {
		return strings.ReplaceAll(s, "-", " ")
	}
	return "FPC " + number(s)
}

// vpnFrom is a VPN and its peer: "HQ 203.0.113.9" of "HQ from 203.0.113.9".
func vpnFrom(s string) string {
	name, peer, _ := strings.Cut(s, " from ")
	return strings.TrimSpace(name + " " + cleanHost(peer))
}
