package condition

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"foghorn/journal/event"
)

var (
	addressLike = regexp.MustCompile(`(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:.]*[0-9A-Fa-f:])(?:%[\w./:-]*\w)?`)
	peerBefore  = regexp.MustCompile(`(?i)(?:peer|neighbou?r|nbr|remote|session|server|gateway|adjacency)(?: ?(?:with|to|from))?(?:[ -]?(?:address|addr|ip|id))?[ :=("\[]*$`)
	ownBefore   = regexp.MustCompile(`(?i)(?:local|source|src|own|router.id)(?:[ -]?(?:address|addr|ip))?[ :=("\[]*$`)
	portLike    = regexp.MustCompile(`(?i)\b((?:[a-z]{1,6}-\d+/\d+(?:/\d+)?(?::\d+)?|(?:ae|eth|ge|xe|et|mge|irb|lo|st|me|em|fxp|vme|reth|fab|swfab|vtep|wan|lan|bond|gr|lt|dl|pp|vlan|port)-?\.?\d+(?:/\d+)*)(?:\.\d+)?)\b`)
	portAfter   = regexp.MustCompile(`(?i)\b(?:ifname|interface|intf|port|link|member)(?: name| id)?[ :="]+([a-z][\w./:-]*\d)`)
)

// address returns the address of the other side that a text names: the one after a
// word such as peer, or else the first that is not marked as the own one.
func address(text string) string {
	if strings.Count(text, ".") < 3 && strings.Count(text, ":") < 2 {
		return ""
	}
	other := ""
	for _, at := range addressLike.FindAllStringIndex(text, 32) {
		a := cleanAddress(text[at[0]:at[1]])
		if a == "" {
			continue
		}
		before := text[max(0, at[0]-40):at[0]]
		switch {
		case peerBefore.MatchString(before) && !ownBefore.MatchString(before):
			return a
		case other == "" && !ownBefore.MatchString(before):
			other = a
		}
	}
	return other
}

// cleanAddress normalizes an address; it is empty for anything else. In
// "10.0.0.1+179" and "[2001:db8::1]:179" the port is left out.
func cleanAddress(s string) string {
	s = strings.Trim(strings.TrimSpace(s), `"',;()`)
	if inside, _, ok := strings.Cut(strings.TrimPrefix(s, "["), "]"); ok {
		s = inside
	}
	s, zone, _ := strings.Cut(s, "%") // the zone is an interface: ge-0/0/1
	s, _, _ = strings.Cut(s, "+")
	s, _, _ = strings.Cut(s, "/")
	s = strings.TrimRight(s, ":.")
	if s == "" || strings.HasSuffix(s, ":") {
		return ""
	}
	a, err := netip.ParseAddr(s)
	if err != nil && strings.Count(s, ":") == 1 {
		p, perr := netip.ParseAddrPort(s)
		a, err = p.Addr(), perr
	}
	if err != nil || a.IsUnspecified() {
		return ""
	}
	if a = a.Unmap(); zone != "" {
		return a.String() + "%" + cleanPort(zone)
	}
	return a.String()
}

// cleanHost normalizes the other side: an address, a MAC or a name in lower case.
func cleanHost(s string) string {
	s = strings.TrimRight(strings.Trim(strings.TrimSpace(s), `"'()[],;`), ".:")
	if a := cleanAddress(s); a != "" {
		return a
	}
	if m, ok := event.ParseMAC(s); ok {
		return m.String()
	}
	return strings.ToLower(s)
}

// cleanMAC normalizes a MAC; it is empty for anything else.
func cleanMAC(s string) string {
	m, ok := event.ParseMAC(strings.TrimSpace(s))
	if !ok {
		return ""
	}
	return m.String()
}

// cleanPort normalizes a port: in lower case, and without the unit that stands for the
// whole port.
func cleanPort(s string) string {
	s = strings.ToLower(strings.Trim(strings.TrimSpace(s), `"'(),;:`))
	return strings.TrimSuffix(s, ".0")
}

func cleanName(s string) string { return strings.Trim(strings.TrimSpace(s), `"'(),;:`) }

func cleanLow(s string) string { return strings.ToLower(cleanName(s)) }

// port returns the port that a text is about.
func port(text string) string {
	if containsFold(text, "ifname") {
		if m := ifName.FindStringSubmatch(text); m != nil {
			return m[1]
		}
	}
	if !strings.ContainsAny(text, "0123456789") {
		return ""
	}
	for _, re := range []*regexp.Regexp{portLike, portAfter} {
		if m := re.FindStringSubmatch(text); m != nil {
			return m[1]
		}
	}
	return ""
}

var ifName = regexp.MustCompile(`(?i)\bifname[ :=]+([^\s,;]+)`)

// having makes a finder search only texts that contain one of the words, in lower
// case. The check is fast, and most texts have none of most words.
func having(words []string, find func(string) string) func(string) string {
	return func(text string) string {
		if slices.ContainsFunc(words, func(w string) bool { return containsFold(text, w) }) {
			return find(text)
		}
		return ""
	}
}

func containsFold(text, low string) bool {
	for i := 0; i+len(low) <= len(text); i++ {
		if text[i]|0x20 == low[0]|0x20 && strings.EqualFold(text[i:i+len(low)], low) {
			return true
		}
	}
	return false
}

// after returns a finder of a pattern's first group that matched.
func after(patterns ...string) func(string) string {
	var res []*regexp.Regexp
	for _, p := range patterns {
		res = append(res, regexp.MustCompile(p))
	}
	return func(text string) string {
		for _, re := range res {
			for _, v := range re.FindAllStringSubmatch(text, 8) {
				for _, g := range v[1:] {
					if g != "" && !filler[strings.ToLower(strings.Trim(g, ".:,;-"))] {
						return g
					}
				}
			}
		}
		return ""
	}
}

// filler are words in the place of a name that are no names. A verb mistaken for a
// neighbor would give two outages one object, and the end of one would end both.
var filler = words("is are was were be been has have had do does did will would can cannot could may not no " +
	"state session sessions down up lost changed change on in of to from with for at and or by as the a an this that these those its their our " +
	"all any some one two both more other another id address ip router neighbor neighbors peer peers interface name adjacency path paths vpn tunnel tunnels " +
	"status failed fails failing failure established due timed new old null (null) none n/a unknown port link vlan server " +
	"went goes gone go going came comes come coming became becomes become got gets get left leaves joined " +
	"dropped drops drop flapped flaps flap flapping broke broken restored restore recovered recovers recovery reestablished re-established reset resets " +
	"terminated terminates closed closes closing opened opens expired expires cleared clears removed removes added adds deleted deletes created creates " +
	"stopped stops started starts restarted restarts disconnected disconnects connected connects connection moved moves transitioned transitions transition " +
	"timeout timeouts hold idle active inactive alive dead reachable unreachable disabled enabled configured event events detected reported " +
	"service services protocol protocols package packages instance violation violations violated exceeded exceeds exceeding limit limits limited limiting set clear normal returned returns returning bandwidth rate " +
	"now again still just back out off over away after before while because since until when then there here so")

// host returns the other side: an address, or the name after a word such as peer. In
// prose a name must have a digit, dot, dash or underscore in it, or be set off by a
// colon (peer: core). Otherwise any word could follow.
func host(text string) string {
	if a := address(text); a != "" {
		return a
	}
	if n := named(text); strings.ContainsAny(n, "0123456789._-") {
		return n
	}
	return setOff(text)
}

const beforeName = `(?i)\b(?:neighbou?r|peer|nbr|adjacency (?:to|with)|session (?:to|with))(?: ?(?:name|id|system))?`

var (
	named  = after(beforeName + `[ :=("]+([A-Za-z0-9][\w.:-]*)`)
	setOff = after(beforeName + ` ?[:=("]+ ?([A-Za-z0-9][\w.:-]*)`)
)

var ddosName = after(`(?i)\bprotocol/exception[ :="]+([\w.-]+)`, `(?i)\bprotocol(?: name)?[ :="]+([\w.-]+)`)

// ddosProtocol is the protocol of a message about control-plane protection,
// L3NHOP of L3NHOP:aggregate, and ddosType the part of it that is limited.
func ddosProtocol(text string) string { return ddosName(text) }

var ddosType = after(`(?i)\bprotocol/exception[ :="]+[\w.-]+:([\w.-]+)`)

func cleanProtocol(s string) string {
	s, _, _ = strings.Cut(cleanName(s), ":")
	return s
}

var reason = after(`(?i)\breason ?= ?"?([^"]+?)"?\s*$`, `(?i)\balarm (?:set|cleared|raised)[,:] *([^=]+?)\s*$`)

// subject is what an alarm is about, without the words for its state: "FPC 1 PSU
// sensor" of "FPC 1 PSU Sensor too Warm".
func subject(text string) string {
	if r := reason(text); r != "" {
		text = r
	}
	var kept []string
	for w := range strings.FieldsFuncSeq(strings.ToLower(text), func(r rune) bool { return strings.ContainsRune(" \t,;:.", r) }) {
		if !bad[w] && !good[w] && !how[w] {
			kept = append(kept, w)
		}
	}
	return strings.Join(kept, " ")
}

// how are words for a state, besides those that types end with.
var how = words("is are was too has have been no not now alarm warm hot cool cold humid full powered back again warning error major minor critical nearly below above under over")
