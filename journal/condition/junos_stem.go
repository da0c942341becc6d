package condition

import (
	"regexp"
	"slices"
	"strings"
)

// The words of Junos, besides those of Mist. Its ids run words together (NBRDOWN), and
// have others after the one that matters (KMD_VPN_DOWN_ALARM_USER).
var (
	junosBad  = words("bad fault faulted above removal failing")
	junosGood = words("completed complete insertion inserted passed below unset")
	// momentary are words for things that are over when they are reported: no end comes.
	momentary  = words("timeout crashed mismatch")
	junosAfter = words("notice alarm user trap event condition if bd ifbd info warning warn msg message log ind notification threshold thresh")
	junosQuiet = words("back returns return trap shop mhop notice")
	// attempts fail once and are tried again; nothing reports when they succeed.
	attempts = words("login logon auth authentication authorization commit exec fork send sendmsg recv recvmsg read write open close bind malloc alloc " +
		"lookup parse probe request query download copy create delete ioctl socket select kill wait resolve load validate rpc transfer backup restart start stop check")
	runTogether = regexp.MustCompile(`^(nbr|adj|session|intf|ifd|ifl|link|peer|neighbor|lsp|path|adjacency|tunnel|port)(down|up)$`)
)

// junosTokens splits the id of a Junos event into its words: NBRDOWN is two.
func junosTokens(id string) []string {
	var out []string
	for _, t := range tokensOf(id) {
		if m := runTogether.FindStringSubmatch(t); m != nil {
			out = append(out, m[1], m[2])
			continue
		}
		out = append(out, t)
	}
	return out
}

// junosStem is Stem for the ids of Junos. Ids that begin with UI_ report what people
// do, and SET in them is a command.
func junosStem(id string) (stem string, d Direction) {
	tokens := junosTokens(id)
	if x, ok := junosExceptions[id]; ok {
		return x.stem, x.d
	}
	whole := strings.Join(tokens, "_")
	if len(tokens) < 2 || tokens[0] == "ui" {
		return whole, NoDirection
	}
	if tokens[1] == "set" || tokens[1] == "unset" { // JSRPD_UNSET_HW_MON_FAILURE
		d = Begins
		if tokens[1] == "unset" {
			d = Ends
		}
		rest := slices.Delete(slices.Clone(tokens), 1, 2)
		for len(rest) > 1 && bad[rest[len(rest)-1]] {
			rest = rest[:len(rest)-1]
		}
		return strings.Join(rest, "_"), d
	}
	i := len(tokens) - 1
	for i > 0 && junosAfter[tokens[i]] {
		i--
	}
	if i == 0 {
		return whole, NoDirection
	}
	d = way(tokens[i])
	if d == NoDirection {
		return whole, NoDirection
	}
	rest := cutStates(tokens[:i:i], tokens[i], d)
	if tokens[i-1] == "not" {
		d = Begins + Ends - d
	}
	if last := rest[len(rest)-1]; d == Begins && failing[tokens[i]] && attempts[last] {
		return whole, NoDirection
	}
	if presence[tokens[i]] {
		rest = append(rest, "presence")
	}
	return strings.Join(rest, "_"), d
}

var (
	failing  = words("failed failure fail")
	presence = words("removal removed insertion inserted")
)

// way is the direction of a word.
func way(word string) Direction {
	switch {
	case momentary[word]:
		return NoDirection
	case good[word] || junosGood[word]:
		return Ends
	case bad[word] || junosBad[word]:
		return Begins
	}
	return NoDirection
}

// cutStates removes from the end of a name what only one of two opposites has:
// STATE_UP_TO of STATE_UP_TO_DOWN, ISOLATION of ISOLATION_CLEARED.
func cutStates(rest []string, word string, d Direction) []string {
	begins := d == Begins && !stateMarks[word] // the bad word is cut already
	for len(rest) > 1 {
		last := rest[len(rest)-1]
		switch {
		case ignorable[last] || junosQuiet[last] || last == "not":
		case len(rest) > 2 && way(last) == Ends && opposite(rest, word, d):
			return cutStates(rest[:len(rest)-1], word, d)
		case way(last) == Begins && !begins:
			begins = true
		default:
			return rest
		}
		rest = rest[:len(rest)-1]
	}
	return rest
}

// opposite reports whether a name ends with the state that was before, as in UP_TO_DOWN.
func opposite(rest []string, word string, d Direction) bool {
	return d == Begins && rest[len(rest)-1] == "up" && word == "down"
}

// junosExceptions are ids with other words, or without an end.
var junosExceptions = map[string]struct {
	stem string
	d    Direction
}{
	"RTPERF_CPU_UTIL_MAX":              {"rtperf_cpu", Begins},
	"LACPD_TIMEOUT":                    {"lacp_intf", Begins},
	"L2CPD_RECEIVE_BPDU_BLOCK_ENABLED": {"bpdu_block", Begins},
	"L2CPD_RECEIVE_BPDU_BLOCK_CLEARED": {"bpdu_block", Ends},
	"ESWD_BPDU_BLOCK_ERROR_DISABLED":   {"bpdu_block", Begins},
	"ESWD_BPDU_BLOCK_ERROR_CLEARED":    {"bpdu_block", Ends},
	"EVENTD_POLICY_LIMIT_EXCEEDED":     {"eventd_policy_limit", NoDirection},
	"DOT1XD_USR_AUTHENTICATED":         {"dot1xd_usr", NoDirection}, // each is another user
}
