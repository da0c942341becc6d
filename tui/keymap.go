package tui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// where is a set of places in which a key has a meaning.
type where uint32

const (
	inOverview where = 1 << iota
	inAlerts
	inUpDown
	inClients
	inSLE
	inInspector
	inLog
	inFields // detail view, the tab with fields
	inEvents // detail view, the tab with events
	inJSON   // detail view, the tab with JSON
	inHelp
	inDevices
	inLive   // clients that are connected
	inFollow // sheet of a followed client
	inSite   // sheet of a site's SLE
	inMetric // sheet of one metric
	inWebhooks
	inHook   // sheet of one webhook and its ping
	inFrames // sheet of raw messages of the streams
	inFrame  // sheet of one of them
	inText   // sheet of text: the budget
)

const (
	inFollowing  = inUpDown | inInspector | inLog
	inTails      = inFollowing | inClients
	inLists      = inOverview | inAlerts | inDevices | inLive | inSLE | inTails | inWebhooks
	inSheets     = inFollow | inSite | inMetric | inHook | inFrames | inFrame | inText
	inDetail     = inFields | inEvents | inJSON
	inActing     = inOverview | inAlerts | inUpDown | inClients | inDevices | inLog | inDetail
	inMoving     = inLists | inEvents | inSite | inMetric | inFrames
	inScrolling  = inFields | inHelp | inHook | inText
	inEverywhere = inLists | inDetail | inSheets | inHelp
)

// places names every single place, for help and for the test on conflicts.
var places = []struct {
	where where
	name  string
}{
	{inOverview, "overview"}, {inAlerts, "Alerts"}, {inUpDown, "Up/Down"}, {inClients, "Clients"},
	{inLive, "Clients: connected now"}, {inDevices, "Devices"},
	{inSLE, "SLE"}, {inInspector, "Inspector"}, {inLog, "Log"}, {inFields, "detail: fields"},
	{inEvents, "detail: events"}, {inJSON, "detail: JSON"},
	{inFollow, "following a client"}, {inSite, "SLE of a site"}, {inMetric, "SLE of a metric"}, {inHelp, "help"},
	{inWebhooks, "Webhooks"}, {inHook, "webhook"}, {inFrames, "frames"}, {inFrame, "frame"}, {inText, "text"},
}

// binding is one thing a person can do: its command in the palette, its keys,
// where they work, what help says, and what happens. Footer, help, palette and
// the key reference are all made from these, so that they cannot disagree.
type binding struct {
	name  string // command in the palette
	keys  []string
	where where
	help  string
	foot  string // word in the footer; empty keeps it out
	arg   string // what the command takes, for the palette
	run   func(m *Model, arg string) tea.Cmd
	// off says why it cannot be done now; empty or nil means that it can.
	off func(m *Model) string
	// values completes the argument.
	values func(m *Model) []string
}

// keymap is the table and an index by key.
type keymap struct {
	all   []binding
	byKey map[string][]int
}

func newKeymap() *keymap {
	k := &keymap{byKey: map[string][]int{}}
	for _, c := range chapters {
		k.all = append(k.all, c.bindings()...)
	}
	for i, b := range k.all {
		for _, key := range b.keys {
			k.byKey[key] = append(k.byKey[key], i)
		}
	}
	return k
}

// find returns what a key means in a place.
func (k *keymap) find(at where, key string) (*binding, bool) {
	for _, i := range k.byKey[key] {
		if k.all[i].where&at != 0 {
			return &k.all[i], true
		}
	}
	return nil, false
}

// command returns what a command of the palette means in a place. A command
// of another place is found too, so that it can say where it works.
func (k *keymap) command(at where, name string) (*binding, bool) {
	var other *binding
	for i := range k.all {
		b := &k.all[i]
		if b.name != name && !(len(name) == 1 && slices.Contains(b.keys, name)) {
			continue
		}
		if b.where&at != 0 {
			return b, true
		}
		other = b
	}
	return other, other != nil
}

// in lists what can be done in a place, in the order of the table.
func (k *keymap) in(at where) []binding {
	var out []binding
	for _, b := range k.all {
		if b.where&at != 0 {
			out = append(out, b)
		}
	}
	return out
}

// isPrefix reports whether a key begins a chord such as "ctrl+x m".
func (k *keymap) isPrefix(key string) bool {
	for full := range k.byKey {
		if strings.HasPrefix(full, key+" ") {
			return true
		}
	}
	return false
}

// keyNames shows keys the way people write them.
func keyNames(keys []string) string {
	return strings.Join(keys, " ")
}

// names lists the placed commands whose name starts with prefix, each once.
func (k *keymap) names(at where, prefix string) []binding {
	var out []binding
	for _, b := range k.all {
		if b.where&at == 0 || !strings.HasPrefix(b.name, prefix) {
			continue
		}
		if !slices.ContainsFunc(out, func(o binding) bool { return o.name == b.name }) {
			out = append(out, b)
		}
	}
	return out
}
