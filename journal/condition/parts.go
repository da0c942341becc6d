package condition

import "strings"

// The parts that identify objects of many kinds.
var (
	neighbor = part{names: []string{"neighbor", "neighbor_ip", "neighbor_address", "neighbor_addr", "peer", "peer_ip", "peer_address", "peer_addr",
		"remote_ip", "remote_address", "nbr", "neighbor_name", "peer_name", "neighbor_id", "peer_id", "neighbor_mac", "peer_mac"},
		fallback: []string{"ip", "ip_address", "address"}, inText: host, clean: cleanHost, identifies: true}
	instance = part{name: "instance", names: []string{"instance", "routing_instance", "instance_name", "vrf", "vrf_name", "routing_instance_name"},
		inText: having([]string{"instance", "vrf"}, after(`(?i)\b(?:routing[- ]?)?instance[ :="]+([\w$@./:-]*\w)`, `(?i)\bvrf[ :="]+([\w$@./:-]*\w)`)), clean: cleanName}
	onPort = part{name: "interface", names: portFields, inText: port, clean: cleanPort}
	node   = part{name: "node", names: []string{"node", "node_name"}, inText: having([]string{"node"}, after(`(?i)\bnode[ :=]*(\d+)\b`)), clean: number}
	vlan   = part{name: "VLAN", names: []string{"vlan", "vlan_id", "vlans", "vlan_ids"}, inText: having([]string{"vlan"}, after(`(?i)\bvlan(?:[ -]?id)?[ :=#"(]*(\d{1,4})\b`)), clean: number, identifies: true}
	server = part{name: "server", names: []string{"server", "server_ip", "server_address", "dhcp_server", "dns_server", "servers", "radius_server", "gateway_ip", "target"},
		fallback: []string{"gateway", "ip", "ip_address", "address"}, inText: address, clean: cleanHost, identifies: true}
	chassis = part{name: "chassis", names: []string{"chassis_mac"}, clean: cleanMAC}

	portFields = []string{"port_id", "port", "interface", "interface_name", "ifname", "if_name", "port_name", "local_port_id", "local_interface", "port_ids", "ports", "wan_name"}
)

// thePort is a port that is itself the object.
var thePort = part{names: portFields, inText: port, clean: cleanPort, identifies: true}

// slot is the part of a chassis of a kind's own sort, given by its number alone
// where the type says the sort.
func slot(word string, names ...string) part {
	return part{name: word, names: append(names, "fru_slot", "slot", "slot_id", "component", "fru", "fru_name", "unit", "module"), inText: unit(word), clean: number, identifies: true}
}

// in is a unit that holds the object: the fan tray of FPC 1.
func in(word string, names ...string) part {
	return part{name: word, names: names, inText: unit(word), clean: number}
}

// naming is a part that has a name of its own.
func naming(name string, fields []string, patterns ...string) part {
	p := part{name: name, names: fields, clean: cleanName, identifies: true}
	if len(patterns) > 0 {
		p.inText = after(patterns...)
	}
	return p
}

// aside makes a part one that does not identify the object alone.
func aside(p part) part {
	p.identifies = false
	return p
}

// as gives a part a name.
func as(name string, p part) part {
	p.name = name
	return p
}

// low makes a part's value lower case.
func low(p part) part {
	p.clean = cleanLow
	return p
}

// anything identifies an object whose kind is in no table.
var anything = []part{
	{names: append([]string{"neighbor", "neighbor_ip", "neighbor_address", "peer", "peer_ip", "peer_address", "vpn_name", "tunnel_name"}, portFields...), inText: anyObject, clean: cleanAny, identifies: true},
	as("slot", slot("slot")), vlan,
	{name: "of", names: []string{"protocol_name", "protocol", "resource", "resource_name", "service", "package", "process", "lag", "name", "peer_mac"}, clean: cleanLow, identifies: true},
	instance, node,
}

// anyObject is the address of the other side, the port or the part of the chassis
// that a text names.
func anyObject(text string) string {
	for _, find := range []func(string) string{address, port, anyUnit} {
		if v := find(text); v != "" {
			return v
		}
	}
	return ""
}

func cleanAny(s string) string {
	if h := cleanHost(s); h != "" {
		return cleanPort(h)
	}
	return ""
}

// anyUnit is the first unit of a chassis that a text names: "PSU 1".
func anyUnit(text string) string {
	if m := unitLike.FindStringSubmatch(text); m != nil {
		return units[strings.ToLower(strings.ReplaceAll(m[1], " ", ""))] + " " + number(m[2])
	}
	return ""
}
