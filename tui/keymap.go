package tui

import (
	"slices"
	"strings"

	"foghorn/tui/pane"
	"foghorn/tui/view"

	tea "charm.land/bubbletea/v2"
)

// placeSet is a set of places in which a key has a meaning.
type placeSet uint64

// The places that are the screen's own. Those of the panes and their sheets follow
// in the order of the panes.
var (
	overviewPlace = pane.Place{Name: "overview", Traits: pane.HasRows | pane.HasAlerts | pane.HasOrders | pane.HasSites | pane.HasStates | pane.HasRelays}
	fieldsPlace   = pane.Place{Name: "detail: fields", Traits: pane.HasText | pane.HasAlerts | pane.HasRelays}
	eventsPlace   = pane.Place{Name: "detail: rows", Traits: pane.HasRows | pane.HasAlerts | pane.HasRelays}
	jsonPlace     = pane.Place{Name: "detail: JSON", Traits: pane.HasJSON | pane.HasAlerts | pane.HasRelays}
	helpPlace     = pane.Place{Name: "help", Traits: pane.HasText}
)

// places are all of them, for help and for the test on conflicts.
var places = allPlaces()

func allPlaces() []pane.Place {
	out := []pane.Place{overviewPlace}
	for _, p := range view.Panes() {
		out = append(out, p.Place())
		out = append(out, p.About().Sheets...)
	}
	return append(out, fieldsPlace, eventsPlace, jsonPlace, view.SitePagePlace, view.BudgetPlace, view.PreviewPlace, view.JobsPlace, view.JobPlace, helpPlace)
}

// setOf is the set of one place.
func setOf(p pane.Place) placeSet {
	i := slices.IndexFunc(places, func(o pane.Place) bool { return o.Name == p.Name })
	if i < 0 {
		panic("place " + p.Name + " is not registered: a pane names those of its sheets in About.Sheets")
	}
	return 1 << i
}

// with are the places that have all of some traits.
func with(t pane.Traits) placeSet {
	var out placeSet
	for i, p := range places {
		if p.Traits&t == t {
			out |= 1 << i
		}
	}
	return out
}

var (
	inOverview   = setOf(overviewPlace)
	inFields     = setOf(fieldsPlace)
	inEvents     = setOf(eventsPlace)
	inJSON       = setOf(jsonPlace)
	inHelp       = setOf(helpPlace)
	inLists      = inOverview | with(pane.IsPane)
	inFollowing  = with(pane.IsPane|pane.IsTail) &^ with(pane.HasClients)
	inTime       = with(pane.IsPane | pane.IsTail)
	inSheets     = with(pane.IsSheet)
	inDetail     = inFields | inEvents | inJSON
	inActing     = with(pane.HasAlerts)
	inMoving     = with(pane.HasRows)
	inScrolling  = with(pane.HasText)
	inEverywhere = placeSet(1)<<len(places) - 1
)

// binding is one thing a person can do: its command in the palette, its keys,
// where they work, what help says, and what happens. Footer, help, palette and
// the key reference are all made from these, so that they cannot disagree.
type binding struct {
	name  string // command in the palette
	keys  []string
	where placeSet
	help  string
	foot  string // word in the footer; empty keeps it out
	arg   string // what the command takes, for the palette
	run   func(m *Model, arg string) tea.Cmd
	// off says why it cannot be done now; empty or nil means that it can.
	off func(m *Model) string
	// values completes the argument.
	values  func(m *Model) []string
	chapter string // its title, set by newKeymap
}

// needsValue reports whether the command can do nothing without an argument. One
// that has a key can: the key gives none.
func (b *binding) needsValue() bool {
	return b.arg != "" && len(b.keys) == 0 && !strings.HasPrefix(b.arg, "[")
}

// chapter is a part of the keymap, in the order of the reference.
type chapter struct {
	title    string
	bindings []binding
}

// The chapters that help puts in an order of their own.
const (
	moveChapter   = "Moving"
	listChapter   = "Lists"
	actChapter    = "Acting on alerts and rows"
	viewChapter   = "Panes and views"
	cloudChapter  = "The cloud"
	globalChapter = "Everything else"
)

// chaptersOf are the screen's own keys and those of the panes. What a pane binds
// replaces the screen's binding of that name or key there.
func chaptersOf(panes []pane.Pane) []chapter {
	out := []chapter{{moveChapter, moveBindings()}, {listChapter, listBindings()}}
	first := len(out)
	for _, p := range panes {
		if own := paneBindings(p); len(own) > 0 {
			out = append(out, chapter{p.Place().Name, own})
		}
	}
	last := len(out)
	out = append(out, []chapter{
		{actChapter, actBindings()}, {"Detail view", detailBindings()}, {"From page to page", pageBindings()}, {"What relays would send", previewBindings()}, {cloudChapter, slices.Concat(cloudBindings(), jobBindings())},
		{"JSON of a record, body of a delivery", jsonBindings()}, {viewChapter, viewBindings(panes)}, {globalChapter, globalBindings()},
	}...)
	for i, c := range out {
		if first <= i && i < last {
			continue
		}
		for j := range c.bindings {
			b := &c.bindings[j]
			for _, own := range out[first:last] {
				for _, o := range own.bindings {
					if o.name == b.name || slices.ContainsFunc(o.keys, func(k string) bool { return slices.Contains(b.keys, k) }) {
						b.where &^= o.where
					}
				}
			}
		}
	}
	return out
}

// paneBindings are the keys that a pane and its sheets bring along.
func paneBindings(p pane.Pane) []binding {
	var out []binding
	for _, b := range p.Keys() {
		own := binding{name: b.Name, keys: b.Keys, where: setOf(p.Place()), help: b.Help, foot: b.Foot}
		if b.In != nil {
			own.where = 0
			for _, in := range b.In {
				own.where |= setOf(in)
			}
		}
		own.run = func(m *Model, _ string) tea.Cmd { return m.serve(b.Run(m.screen())) }
		if b.Off != nil {
			own.off = func(m *Model) string { return b.Off(m.screen()) }
		}
		out = append(out, own)
	}
	return out
}

// keymap is the table and an index by key.
type keymap struct {
	all   []binding
	byKey map[string][]int
}

func newKeymap(panes []pane.Pane) *keymap {
	k := &keymap{byKey: map[string][]int{}}
	for _, c := range chaptersOf(panes) {
		for _, b := range c.bindings {
			b.chapter = c.title
			k.all = append(k.all, b)
		}
	}
	for i, b := range k.all {
		for _, key := range b.keys {
			k.byKey[key] = append(k.byKey[key], i)
		}
	}
	return k
}

// find returns what a key means in a place.
func (k *keymap) find(at placeSet, key string) (*binding, bool) {
	for _, i := range k.byKey[key] {
		if k.all[i].where&at != 0 {
			return &k.all[i], true
		}
	}
	return nil, false
}

// command returns what a command of the palette means in a place. A command
// of another place is found too, so that it can say where it works.
func (k *keymap) command(at placeSet, name string) (*binding, bool) {
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

// wherever is all places in which a command works. Several bindings can have one
// name, each in its own places.
func (k *keymap) wherever(name string) placeSet {
	var out placeSet
	for _, b := range k.all {
		if b.name == name {
			out |= b.where
		}
	}
	return out
}

// in lists what can be done in a place, in the order of the table.
func (k *keymap) in(at placeSet) []binding {
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
