package junos

import (
	"fmt"
	"regexp"
	"strings"
)

// Condition is what a message says about something that can be down and come
// up again. Down and up of one thing have the same Pair and Object.
type Condition struct {
	Pair       string // "link", "bgp", "ospf" ...
	Kind       string // stable name for queries: "link_down"
	Object     string // what it is about: "ge-0/0/1"
	Title      string // "Interface ge-0/0/1 is down"
	Change     Change // what the message says happened to it
	Deliberate bool   // somebody switched it off
}

// Change is what a message says happened to a condition.
type Change uint8

// The changes. Passing is a step in between that neither begins nor ends it,
// such as a BGP session on its way up.
const (
	Began Change = iota + 1
	Over
	Passing
)

// pair says how the messages of a pair are read. Where one event id tells both
// directions, began and over tell them apart, and a message that matches
// neither is passing.
type pair struct {
	name, kind, title string
	object            *regexp.Regexp // its groups, joined by a blank, name the object
	began, over       *regexp.Regexp
	deliberate        *regexp.Regexp
	// fromAttributes says the same in the words of the message, for a post whose
	// message was cut or left out; {a|b} stands for the first of these
	// attributes that is there.
	fromAttributes string
}

const (
	anyAddress = `([0-9a-fA-F:.]*[0-9a-fA-F])`
	anyPort    = `\b([a-z]{2,4}-\d+/\d+/\d+(?::\d+)?)`
)

var (
	link = pair{
		name: "link", kind: "link_down", title: "Interface %s is down",
		object:         regexp.MustCompile(`\bifName (\S+?),?(?:\s|$)`),
		deliberate:     regexp.MustCompile(`\bifAdminStatus (?:down|2|\w+\(2\))`),
		fromAttributes: "ifAdminStatus {admin-status|ifAdminStatus}, ifOperStatus {operational-status|ifOperStatus}, ifName {interface-name|ifName}",
	}
	bgp = pair{
		name: "bgp", kind: "bgp_down", title: "BGP session with %s is down",
		object:         regexp.MustCompile(`\bBGP peer ` + anyAddress + `(?:\+\d+)? .*?(?:\(instance ([^)\s]+)\)|$)`),
		began:          regexp.MustCompile(`from Established to `),
		over:           regexp.MustCompile(` to Established\b`),
		fromAttributes: "BGP peer {peer-name|peer-address} changed state from {old-state} to {new-state} (instance {instance-name|routing-instance|instance})",
	}
	ospf = pair{
		name: "ospf", kind: "ospf_down", title: "OSPF neighbour %s is lost",
		object:         regexp.MustCompile(`\bOSPF neighbor ` + anyAddress + ` \(realm (\S+ \S+)`),
		fromAttributes: "OSPF neighbor {neighbor-address|neighbor} (realm {realm|instance} {interface-name} ",
	}
	isis = pair{
		name: "isis", kind: "isis_down", title: "IS-IS adjacency %s is lost",
		object:         regexp.MustCompile(`\bIS-IS (?:lost|new) (L\d) adjacency to (\S+) on ([^\s,]+)`),
		fromAttributes: "IS-IS lost {level|isis-level} adjacency to {neighbor-name|neighbor} on {interface-name}",
	}
	bfd = pair{
		name: "bfd", kind: "bfd_down", title: "BFD session with %s is down",
		object:         regexp.MustCompile(`\b(?:BFD Session|peer addr:) ` + anyAddress + `(?:%\S+)?`),
		fromAttributes: "BFD Session {peer-address|session-address|address}",
	}
	lacp = pair{
		name: "lacp", kind: "lacp_down", title: "LAG member %s does not carry traffic",
		object:         regexp.MustCompile(anyPort),
		began:          regexp.MustCompile(`(?i)from (?:COLLECTING_)?DISTRIBUTING to |timer expired|\btimeout\b`),
		over:           regexp.MustCompile(`(?i) to (?:COLLECTING_)?DISTRIBUTING\b`),
		fromAttributes: "{interface-name|ifd-name}: Lacp state changed from {old-state} to {new-state}",
	}
	vcLink = pair{
		name: "vc-link", kind: "vc_link_down", title: "Virtual-chassis link %s is lost",
		object:         regexp.MustCompile(`(?i)adjacency to (\S+) on ([^\s,]+)`),
		fromAttributes: "adjacency to {neighbor-name|neighbor} on {interface-name}",
	}
	cpu = pair{
		name: "cpu", kind: "cpu_high", title: "CPU of %s is above its threshold",
		object: regexp.MustCompile(`\b(FPC \d+ PIC \d+)\b`),
	}
	lsp = pair{
		name: "lsp", kind: "lsp_down", title: "MPLS path %s is down",
		object:         regexp.MustCompile(`\bMPLS LSP (\S+)`),
		fromAttributes: "MPLS LSP {lsp-name|pathname}",
	}
	vpn = pair{
		name: "vpn", kind: "vpn_down", title: "VPN %s is down",
		object:         regexp.MustCompile(`\bVPN (\S+) from ` + anyAddress),
		fromAttributes: "VPN {vpn-name|tunnel-name} from {peer-address|remote-address}",
	}
	ddos = pair{
		name: "ddos", kind: "ddos_violation", title: "Control-plane protection limits %s",
		object:         regexp.MustCompile(`protocol/exception\s+(\S+) .*?\bat (fpc \d+|routing-engine)`),
		fromAttributes: "protocol/exception {protocol-name|protocol} at {location|fpc-slot}",
	}
	alarm = pair{
		name: "alarm", kind: "chassis_alarm", title: "Chassis alarm: %s",
		object: regexp.MustCompile(`(?i)\balarm (?:set|cleared): .*?\breason=(.+)$`),
		began:  regexp.MustCompile(`(?i)\balarm set: `),
		over:   regexp.MustCompile(`(?i)\balarm cleared: `),
	}
)

// maxMessage is how much of a message is searched for an object, in bytes.
const maxMessage = 2048

// maxAttribute is how much of an attribute is looked at, in bytes.
const maxAttribute = 256

// Judge reads what an event of this id, message and attributes says about a
// condition. It returns false when the id belongs to no pair, and when neither
// the message nor the attributes name an object to tell it from others of its sort.
func Judge(id, message string, attributes map[string]string) (Condition, bool) {
	entry, _ := Lookup(id)
	p := entry.pair
	if p == nil {
		return Condition{}, false
	}
	message = message[:min(len(message), maxMessage)]
	m := p.object.FindStringSubmatch(message)
	if m == nil && len(attributes) > 0 && p.fromAttributes != "" {
		message = fill(p.fromAttributes, attributes)
		m = p.object.FindStringSubmatch(message)
	}
	if m == nil {
		return Condition{}, false
	}
	change := Began
	switch {
	case entry.ends, p.over != nil && p.over.MatchString(message):
		change = Over
	case p.over != nil && !p.began.MatchString(message):
		change = Passing
	}
	object := strings.TrimSpace(strings.Join(m[1:], " "))
	return Condition{
		Pair:       p.name,
		Kind:       p.kind,
		Object:     object,
		Title:      fmt.Sprintf(p.title, object),
		Change:     change,
		Deliberate: p.deliberate != nil && p.deliberate.MatchString(message),
	}, true
}

var placeholder = regexp.MustCompile(`\{[^}]+\}`)

// fill puts attributes into a sentence.
func fill(sentence string, attributes map[string]string) string {
	out := placeholder.ReplaceAllStringFunc(sentence, func(names string) string {
		for name := range strings.SplitSeq(names[1:len(names)-1], "|") {
			if v := attributes[name]; v != "" {
				return strings.ToValidUTF8(v[:min(len(v), maxAttribute)], "")
			}
		}
		return ""
	})
	return out[:min(len(out), maxMessage)]
}

// Plain returns a message without the event id it usually begins with, and
// without the colon some begin with in its place: "UI_COMMIT_COMPLETED:  : commit
// complete".
func Plain(id, message string) string {
	if rest, ok := strings.CutPrefix(message, id+":"); ok {
		message = rest
	}
	return strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(message), ": "))
}
