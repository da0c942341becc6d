package condition

import (
	"regexp"
	"slices"
	"strings"

	"foghorn/internal/safetext"
	"foghorn/journal/event"
	"foghorn/junos"
)

// Post is what a post from the Junos agent says about a condition.
type Post struct {
	Kind       *Kind // nil when there is none
	Direction  Direction
	Object     string // empty when the post names none
	Deliberate bool   // a person disabled it
}

// Junos reads a post: the id, then the text of the message, then the attributes, which
// are there even when a message was truncated or left out. An id that is in no table
// is judged by its words.
func Junos(id, message string, attributes map[string]string) Post {
	text := junos.Plain(id, message)
	text = strings.ToValidUTF8(safetext.Clip(text, maxText), "")
	if phrase, is := trap(id, text); is {
		return trapPost(phrase, text)
	}
	stem, d := junosStem(id)
	if k, direction := alarm(id, text); k != nil {
		return Post{Kind: k, Direction: direction, Object: k.Object(noFields, text)}
	}
	k, template := junosKind(id, stem)
	said := text
	if filled := fill(template, attributes); filled != "" {
		said += "\n" + filled
	}
	d = k.resolveDirection(d, said)
	if d == NoDirection {
		return Post{}
	}
	if k.Name == "ospf_down" {
		k, d = ospf(k, d, said)
	}
	p := Post{Kind: k, Direction: d, Object: k.Object(noFields, said)}
	if p.Object == "" {
		p.Object = k.Object(fieldsOf(attributes), "")
	}
	if template == "" && k.State == "" && k.Subject == "" {
		p.Kind = k.ofUnit(id, p.Object)
	}
	p.Deliberate = k.Name == "link_down" && adminDown.MatchString(said)
	return p
}

var adminDown = regexp.MustCompile(`\bifAdminStatus (?:down|2|\w+\(2\))`)

// resolveDirection lets the states that a message names override the direction of the
// id: an id may report both directions, and an up may come with every step in between.
func (k *Kind) resolveDirection(d Direction, text string) Direction {
	stated := k.DirectionOf(text)
	switch {
	case d == NoDirection:
		return stated
	case d == Ends && stated != Ends && stated != NoDirection:
		return Transient
	}
	return d
}

// A neighbor at 2Way hears us, and needs no adjacency with us while neither of the two
// is the designated router. Losing such a neighbor is a condition of its own, which
// ends as soon as it hears us again. The loss of an adjacency ends with Full, or when
// the message says that none is needed.
func ospf(k *Kind, d Direction, text string) (*Kind, Direction) {
	m := changes[0].FindStringSubmatch(text)
	if m == nil {
		return k, d
	}
	from, to := strings.ToLower(m[1]), strings.ToLower(m[2])
	switch {
	case to == "2way" && drOther.MatchString(text):
		return k, Ends
	case from == "2way" && (to == "down" || to == "init"):
		d = Begins
	case d == Transient && heard[to]:
		d = Ends
	default:
		return k, d
	}
	lost := *Named("ospf_neighbor_lost")
	lost.parts = k.parts
	return &lost, d
}

var (
	drOther = regexp.MustCompile(`(?i)\bDR[ -]?others?\b`)
	heard   = words("2way exstart exchange loading")
)

// alarm reads the messages of craftd and alarmd about one chassis alarm. Each has its
// own wording, mostly without an id: "Major alarm set, X" and "Alarm set:
// FPC color=RED, class=CHASSIS, reason=X".
func alarm(id, text string) (*Kind, Direction) {
	if id != "SYSTEM" && !strings.HasPrefix(id, "ALARMD_") && !strings.HasPrefix(id, "CRAFTD_") && id != "KERNEL" {
		return nil, NoDirection
	}
	if !alarmWords.MatchString(text) {
		return nil, NoDirection
	}
	k := *Named("chassis_alarm")
	k.parts = junosAlarm
	return &k, k.DirectionOf(text)
}

var alarmWords = regexp.MustCompile(`(?i)\balarm (?:set|cleared)\b`)

// trap takes the phrase out of "SNMP trap generated: FRU power off (...)". The
// ids of these messages only count the arguments of the trap.
func trap(id, text string) (phrase string, is bool) {
	if !strings.HasPrefix(id, "CHASSISD_SNMP_TRAP") {
		return "", false
	}
	m := trapWords.FindStringSubmatch(text)
	if m == nil {
		return "", true
	}
	return strings.TrimSpace(m[1]), true
}

var trapWords = regexp.MustCompile(`(?i)SNMP trap(?: generated)?: ([A-Za-z/ -]+)`)

func trapPost(phrase, text string) Post {
	stem, d := junosStem("chassisd " + strings.ReplaceAll(strings.ToLower(phrase), "blower", ""))
	if d == NoDirection {
		return Post{}
	}
	k := &Kind{Name: stem, Part: stem, Subject: "%s: " + phrase, Bare: phrase, Severity: event.Warn, parts: junosThing}
	return Post{Kind: k, Direction: d, Object: k.Object(noFields, text)}
}

// junosKind finds the kind of an id. Ids that are not listed get a kind of their
// own by their stem, so that the end of one never ends another.
func junosKind(id, stem string) (k *Kind, template string) {
	for i := range junosKinds {
		if x := &junosKinds[i]; strings.HasPrefix(id, x.prefix) {
			own := *Named(x.kind)
			if x.parts != nil {
				own.parts = x.parts
			}
			return &own, x.words
		}
	}
	k = &Kind{Name: stem, Part: stem, Severity: event.Warn, parts: junosThing}
	for _, whole := range []string{"evpn_isolated", "vc_in_transition", "redundancy_lost"} { // a device is, or is not
		shared := Named(whole)
		if slices.ContainsFunc(shared.match, func(entry string) bool { return has(tokensOf(stem), strings.Fields(entry)) }) {
			k.Bare, k.State, k.parts = shared.Bare, shared.State, nil
		}
	}
	return k, ""
}

// noFields has no fields: a Junos message has only text.
func noFields(...string) string { return "" }

// fieldsOf are attributes as fields: neighbor_address is neighbor-address there.
func fieldsOf(attributes map[string]string) Fields {
	return func(names ...string) string {
		for _, n := range names {
			for _, spelling := range []string{n, strings.ReplaceAll(n, "_", "-")} {
				if v := attributes[spelling]; v != "" {
					return strings.ToValidUTF8(safetext.Clip(v, maxAttribute), "")
				}
			}
		}
		return ""
	}
}

// maxAttribute is how much of an attribute is read, in bytes.
const maxAttribute = 256

var placeholder = regexp.MustCompile(`\{[^}]+\}`)

// fill puts attributes into a template; {a|b} stands for the first of these attributes
// that is present. The result is empty when none is.
func fill(sentence string, attributes map[string]string) string {
	if sentence == "" || len(attributes) == 0 {
		return ""
	}
	get, found := fieldsOf(attributes), false
	out := placeholder.ReplaceAllStringFunc(sentence, func(names string) string {
		v := get(strings.Split(names[1:len(names)-1], "|")...)
		found = found || v != ""
		return v
	})
	if !found {
		return ""
	}
	return out[:min(len(out), maxText)]
}
