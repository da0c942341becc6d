package condition

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"foghorn/internal/human"
)

// Sentence says that the condition holds: "BGP neighbor 192.0.2.9 down". It is empty for
// a kind that is in no table: then the type of the event has to do.
func (k *Kind) Sentence(object string) string {
	return strings.TrimSpace(k.subject(object) + " " + k.State)
}

// Over says that the condition no longer holds: "BGP neighbor 192.0.2.9 up". It is empty
// for a kind without a state.
func (k *Kind) Over(object string) string {
	if k.State == "" {
		return ""
	}
	opposite, ok := opposites[k.State]
	if !ok {
		opposite = "no longer " + k.State
	}
	return k.subject(object) + " " + opposite
}

func (k *Kind) subject(object string) string {
	before, after, named := strings.Cut(k.Subject, "%s")
	if object == "" || !named {
		return k.Bare
	}
	object = strings.Replace(object, " (instance master)", "", 1)
	word, _, _ := strings.Cut(object, " ")
	if strings.HasSuffix(before, word+" ") {
		object = strings.TrimPrefix(object, word+" ") // VPN peer peer hub01
	}
	return before + object + after
}

// WordedBy is the kind with the state that a type of event names, where that says more
// than the kind's own: a fan that is unplugged has not failed.
func (k *Kind) WordedBy(eventType string) *Kind {
	tokens := tokensOf(eventType)
	if k.State != failed || len(tokens) == 0 {
		return k
	}
	last := tokens[len(tokens)-1]
	for state, end := range gone {
		if last == state || last == end {
			own := *k
			own.State = state
			return &own
		}
	}
	return k
}

// gone are the states of a part that is not there, with the words for its return.
var gone = map[string]string{"unplugged": "plugged", "removed": "inserted", "absent": "present", "missing": "found", "ejected": "loaded"}

// ofUnit is the kind of an id that is in no table with a sentence for a part of a chassis
// that has a plain state: FPC 0 offline, of CHASSISD_FRU_OFFLINE_NOTICE.
func (k *Kind) ofUnit(id, object string) *Kind {
	if !unitOnly.MatchString(object) {
		return k
	}
	for _, word := range junosTokens(id) {
		state := plainStates[word]
		if state == "" {
			continue
		}
		own := *k
		own.Subject, own.State = "%s", state
		return &own
	}
	return k
}

// plainStates are the states of a part that a word of an id says, or its opposite.
var plainStates = map[string]string{"offline": "offline", "online": "offline", "down": Down, "up": Down, "failed": failed, "failure": failed, "fail": failed}

// unitOnly is an object that is a part of a chassis: "FPC 1 PIC 0".
var unitOnly = regexp.MustCompile(`^(?:[A-Z]{2,5}|fan tray|fan|power supply|routing engine)(?: \d+(?:/\d+)*)(?: [A-Z]{2,5} \d+(?:/\d+)*)*$`)

// opposites are what an object is again when a state ends.
var opposites = map[string]string{
	"down": "up", "lost": "back", "offline": "online", "unreachable": "reachable", "blocked": "unblocked", "failed": "working again", "failing": "working again",
	"without power": "powered again", "without link": "linked again", "not answering": "answering again", "not answered": "answered again",
	"not responding": "responding again", "not carrying traffic": "carrying traffic again", "not learning MACs": "learning MACs again",
	"high": "back to normal", "low": "back to normal", "above its threshold": "back to normal", "too hot": "back to normal", "warm": "back to normal",
	"too humid": "back to normal", "unplugged": "plugged in again", "removed": "inserted again", "absent": "present again", "missing": "back", "ejected": "inserted again",
}

// The states of conditions that are in no table: a device's connection to the cloud, a
// device without heartbeats, a zone with too many people.
const (
	Down    = "down"
	Silent  = "silent"
	Crowded = "overcrowded"
)

// statesOf are the states that a title of a kind may end with. A title of a kind that is
// in no table is in the sender's own words.
func statesOf(kind string) []string {
	switch kind {
	case "device_down":
		return []string{Down}
	case "device_silent":
		return []string{Silent}
	case "occupancy":
		return []string{Crowded}
	}
	k := Named(kind)
	switch {
	case k == nil || k.State == "":
		return nil
	case k.State == failed:
		return append(slices.Sorted(maps.Keys(gone)), failed)
	}
	return []string{k.State}
}

// failed is the one state whose verb is in the past already.
const failed = "failed"

// Past changes the title of an alert of a kind into that of the same alert when it is
// over, after it lasted so long (0: not known):
//
//	AP lobby down: power loss; restarted: power cycle
//	AP lobby was down 6m12s: power loss; restarted: power cycle
//	sw-1: ge-0/0/3 down
//	sw-1: ge-0/0/3 was down 6m12s
//	Deliveries of acme are refused
//	Deliveries of acme were refused for 6m12s
//	Rogue AP: 2 SSIDs
//	Rogue AP: 2 SSIDs; over after 6m12s
//
// Names and words from outside stay as they are: device is the name that the title may
// begin with.
func Past(kind, title, device string, lasted time.Duration) string {
	long := ""
	if lasted >= time.Second {
		long = human.Duration(lasted)
	}
	from := 0
	if i := strings.Index(title, device+": "); device != "" && i >= 0 && i <= len("Mist Edge ") {
		from = i + len(device+": ")
	}
	states := statesOf(kind)
	if clause := clauses(title[from:])[0]; states == nil && unitOnly.MatchString(clause[:max(0, strings.LastIndexByte(clause, ' '))]) {
		states = []string{Down, "offline", failed}
	}
	for _, part := range clauses(title[from:]) {
		if past, ok := pastState(part, long, states); ok {
			return title[:from] + strings.Replace(title[from:], part, past, 1)
		}
	}
	own, rest := title, ""
	if i := verbEnd.FindStringIndex(title[from:]); i != nil {
		own, rest = title[:from+i[0]], title[from+i[0]:]
	}
	if past, ok := pastVerb(own, prefixed(" for ", long)); ok {
		return past + rest
	}
	if long == "" {
		return title + "; over"
	}
	return title + "; over after " + long
}

// verbEnd is where a title quotes or adds what is not its own.
var verbEnd = regexp.MustCompile(`"|: |; `)

// clauses are the parts of a title between its separators, those in quotes and parentheses apart.
func clauses(title string) []string {
	var out []string
	start, quoted, depth := 0, false, 0
	for i := 0; i < len(title); i++ {
		switch c := title[i]; {
		case c == '"':
			quoted = !quoted
		case c == '(':
			depth++
		case c == ')':
			depth--
		case !quoted && depth <= 0 && (c == ':' || c == ';') && strings.HasPrefix(title[i+1:], " "):
			out = append(out, title[start:i])
			start = i + 2
		}
	}
	return append(out, title[min(start, len(title)):])
}

// pastState changes a clause that ends with a state, and perhaps a reason in
// parentheses: "BGP neighbor 192.0.2.9 down (hold time expired)".
func pastState(clause, long string, states []string) (past string, ok bool) {
	said, why := clause, ""
	if strings.HasSuffix(said, ")") {
		for _, s := range states {
			if i := strings.Index(said, " "+s+" ("); i >= 0 {
				said, why = said[:i+len(s)+1], said[i+len(s)+1:]
				break
			}
		}
	}
	for _, s := range states {
		subject, ends := strings.CutSuffix(said, " "+s)
		switch {
		case !ends:
		case s == failed:
			return said + prefixed(" for ", long) + why, true
		default:
			subject = strings.TrimSuffix(strings.TrimSuffix(subject, " is"), " are")
			return subject + " was " + s + prefixed(" ", long) + why, true
		}
	}
	return clause, false
}

// pastVerb changes the last "is" or "are" of a sentence.
func pastVerb(said, long string) (past string, ok bool) {
	is, are := strings.LastIndex(said, " is "), strings.LastIndex(said, " are ")
	switch {
	case is > are:
		return said[:is] + " was " + said[is+len(" is "):] + long, true
	case are >= 0:
		return said[:are] + " were " + said[are+len(" are "):] + long, true
	}
	return said, false
}

func prefixed(before, s string) string {
	if s == "" {
		return ""
	}
	return before + s
}

// reasons are why a session ended, by the event that Junos names in a message.
var reasons = map[string]string{
	"recvnotify": "peer closed the session", "holdtime": "hold time expired", "transporterror": "connection lost", "closed": "connection lost",
	"stop": "closed on this side", "openfail": "connection refused",
}

var (
	eventWord   = regexp.MustCompile(`\(event (\w+)\)`)
	reasonWords = regexp.MustCompile(`(?i)\breason: ?([^;:()\n]{3,80})`)
)

// Reason is why a condition began, as far as a message says it; empty when it does not.
func (k *Kind) Reason(text string) string {
	text = searched(text)
	if m := eventWord.FindStringSubmatch(text); m != nil {
		return reasons[strings.ToLower(m[1])]
	}
	if m := reasonWords.FindStringSubmatch(text); m != nil {
		return strings.TrimRight(strings.TrimSpace(m[1]), ".,")
	}
	if k.Part == "link" || k.Part == "port" {
		if adminDown.MatchString(text) {
			return "disabled by an admin"
		}
	}
	return ""
}
