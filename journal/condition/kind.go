package condition

import (
	"regexp"
	"slices"
	"strings"

	"foghorn/internal/safetext"
	"foghorn/journal/event"
)

// Kind is a kind of condition.
type Kind struct {
	Name     string         // stable name for queries: "bgp_down"
	Part     string         // follows the device in the keys of its conditions: "bgp"
	Subject  string         // with %s for the object: "BGP neighbor %s"; empty without objects
	Bare     string         // the subject when the object is not known: "BGP neighbor"
	State    string         // of the subject while it holds: "down"; see states of title.go
	Severity event.Severity // of the event that begins it
	// UsesOwnText prefers the device's own text to the sentence: a chassis alarm says what is
	// wrong with which component.
	UsesOwnText bool
	match       []string // a stem is of this kind if it has all words of one entry
	parts       []part   // identify its objects; without any, a device has only one
	good        map[string]bool
	states      map[string]bool
	// over matches messages that are an end although their state is not a good one.
	over *regexp.Regexp
}

// Fields returns the first of the named fields that has a value, as text.
type Fields func(names ...string) string

// part is one of the values that identify an object of a kind.
type part struct {
	name   string   // see event.Part
	names  []string // the fields that hold it
	inText func(text string) string
	// fallback are fields that may hold it, or a value of the device itself, so the
	// text is searched first.
	fallback []string
	clean    func(value string) string
	// identifies says that this part alone identifies the object. A part that only
	// distinguishes two objects of the same name does not.
	identifies bool
}

// maxText is how much of a message is searched, in bytes.
const maxText = 2048

// searched is the part of a message that is searched.
func searched(text string) string { return safetext.Clip(text, maxText) }

// HasNoObjects reports whether the condition is about the device as a whole.
func (k *Kind) HasNoObjects() bool { return len(k.parts) == 0 }

// Object returns the object that a condition of this kind is about, from the fields of
// the event or else from its text; empty when neither names it.
func (k *Kind) Object(get Fields, text string) string {
	text = searched(text)
	var found []event.ObjectPart
	named := false
	for _, p := range k.parts {
		value := p.clean(get(p.names...))
		if value == "" && p.inText != nil {
			value = p.clean(p.inText(text))
		}
		if value == "" {
			value = p.clean(get(p.fallback...))
		}
		if value != "" {
			found = append(found, event.ObjectPart{Name: p.name, Value: value})
			named = named || p.identifies
		}
	}
	if !named {
		return ""
	}
	return event.ObjectName(found...)
}

// Named returns the kind of a name, or nil.
func Named(name string) *Kind {
	for _, table := range [][]Kind{kinds, junosOnly} {
		if i := slices.IndexFunc(table, func(k Kind) bool { return k.Name == name }); i >= 0 {
			return &table[i]
		}
	}
	return nil
}

// Of returns the kind of a stem. A stem that says more than a kind of the table is a
// kind of its own, whose objects are found like those of that kind: the end of a BGP
// session's outage is not the end of its prefix limit. The objects of a stem that is
// like no kind of the table are found in any field or text.
func Of(stem string) *Kind { return kindsByStem.of(stem, of) }

var kindsByStem memo[*Kind]

func of(stem string) *Kind {
	tokens := tokensOf(stem)
	own := slices.Clone(tokens)
	if len(own) > 1 && devices[own[0]] {
		own = own[1:]
	}
	if less := slices.DeleteFunc(slices.Clone(own), func(w string) bool { return filling[w] }); len(less) > 0 {
		own = less
	}
	alarm := slices.Contains(tokens, "alarm")
	like := &Kind{parts: anything}
	for i := range kinds {
		k := &kinds[i]
		for _, entry := range k.match {
			words := strings.Fields(entry)
			switch {
			case !has(tokens, words):
			case has(words, own) && alarm:
				return k.alarm()
			case has(words, own):
				return k
			case like.Name == "":
				like = k
			}
		}
	}
	part := strings.Join(tokens, "_")
	return &Kind{Name: part, Part: part, Severity: event.Warn, parts: like.parts}
}

// alarm is the kind as reported by a chassis alarm: several of them can be about one
// part of the chassis, and their text distinguishes them.
func (k *Kind) alarm() *Kind {
	a := *k
	a.Part, a.UsesOwnText = "alarm_"+k.Part, true
	a.parts = append(slices.Clone(k.parts), part{name: "of", names: []string{"alarm_reason", "alarm_name"}, inText: subject, clean: cleanLow, identifies: true})
	return &a
}

// filling are words of a type that do not change its condition.
var filling = words("neighbor neighbour nbr session peer adjacency adj state status change changed chassis alarm connection level usage")

// Connection reports whether a stem is about a device as a whole: ap of AP_OFFLINE.
func Connection(stem string) bool { return devices[stem] }

// devices are the first words of types that name the type of device.
var devices = words("ap sw gw me tt esl switch gateway mxedge vpn infra")

// has reports whether all words are among the tokens, in the singular or the plural.
func has(tokens, all []string) bool {
	for _, w := range all {
		if !slices.ContainsFunc(tokens, func(t string) bool { return root(t) == root(w) }) {
			return false
		}
	}
	return len(all) > 0
}

func root(w string) string {
	if w == "lacpd" {
		return "lacp"
	}
	return strings.TrimSuffix(w, "s")
}

var changes = []*regexp.Regexp{
	regexp.MustCompile(`(?i)\bfrom ([\w-]+) to ([\w-]+)`),
	regexp.MustCompile(`(?i)\bstate:? ([\w-]+) ?-> ?([\w-]+)`),
	regexp.MustCompile(`(?i)\b([\w-]+) ?-> ?([\w-]+)`),
	regexp.MustCompile(`(?i)\b(alarm) (set|cleared|raised)\b`),
	regexp.MustCompile(`(?i)\b(new|current) state:? "?([\w-]+)`),
	regexp.MustCompile(`(?i)\bstate (is|changed to|now) "?([\w-]+)`),
}

// DirectionOf is the direction by the states that a message names: a session that left
// Established is down, one that reached it is up, and any other change is a step in
// between. It returns NoDirection when the message names no state.
func (k *Kind) DirectionOf(text string) Direction {
	text = searched(text)
	if k.over != nil && k.over.MatchString(text) {
		return Ends
	}
	for _, re := range changes {
		m := re.FindStringSubmatch(text)
		if m == nil {
			continue
		}
		from, to := strings.ToLower(m[1]), strings.ToLower(m[2])
		switch {
		case !k.states[to]:
			continue
		case k.good[to]:
			return Ends
		case k.good[from] || !k.states[from]:
			return Begins
		}
		return Transient
	}
	return NoDirection
}
