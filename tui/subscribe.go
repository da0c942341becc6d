package tui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"foghorn/actions"
	"foghorn/journal/event"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
)

// placesKnown collects the organizations and sites whose ids the panes' rows name.
func (m *Model) placesKnown() []pane.Scope {
	var out []pane.Scope
	for _, p := range m.panes.byID {
		of, ok := p.(pane.ScopesOf)
		if !ok {
			continue
		}
		for _, s := range of.Scopes() {
			if s.ID != "" && !slices.ContainsFunc(out, func(o pane.Scope) bool { return o.ID == s.ID }) {
				out = append(out, s)
			}
		}
	}
	slices.SortFunc(out, func(a, b pane.Scope) int { return strings.Compare(a.Name+a.ID, b.Name+b.ID) })
	return out
}

// word is how a place is typed: its name where that is one word, else its id.
func scopeWord(p pane.Scope) string {
	if p.Name == "" || strings.ContainsAny(p.Name, " /<>\t") {
		return p.ID
	}
	return p.Name
}

// channels completes the argument of :subscribe.
func (m *Model) channels() []string {
	var out []string
	for _, p := range m.placesKnown() {
		prefix, list := "/orgs/", event.OrgChannels
		if p.Site {
			prefix, list = "/sites/", event.SiteChannels
		}
		for _, c := range list {
			out = append(out, prefix+scopeWord(p)+"/"+c)
		}
	}
	if len(out) == 0 {
		for _, c := range event.OrgChannels {
			out = append(out, "/orgs/<org-id>/"+c)
		}
		for _, c := range event.SiteChannels {
			out = append(out, "/sites/<site-id>/"+c)
		}
	}
	return append(out, "/test")
}

// channelOf puts the ids in place of names, and finds out whose channel it is.
func (m *Model) channelOf(text string) (channel, source, problem string) {
	parts := strings.SplitN(text, "/", 4)
	if len(parts) == 4 && (parts[1] == "orgs" || parts[1] == "sites") {
		for _, p := range m.placesKnown() {
			if p.Site == (parts[1] == "sites") && (strings.EqualFold(scopeWord(p), parts[2]) || strings.EqualFold(p.ID, parts[2])) {
				parts[2], source = p.ID, p.Source
				break
			}
		}
		text = strings.Join(parts, "/")
	}
	if strings.Contains(text, "<") {
		return "", "", "Put the id in place of the <angle brackets>."
	}
	if err := actions.CheckChannel(text); err != nil {
		return "", "", draw.Capital(err.Error()) + "; tab completes."
	}
	return text, source, ""
}

// findChannel reads a channel and its source from what was typed.
func (m *Model) findChannel(a *act, k actions.Key, typed string) tea.Cmd {
	text, source, _ := strings.Cut(typed, " ")
	if source = strings.TrimSpace(source); text == "" {
		m.say(draw.Warn, ":"+a.d.Name+" takes a channel and, with several organizations, a source; tab completes")
		return nil
	}
	channel, of, problem := m.channelOf(text)
	if problem != "" {
		m.say(draw.Warn, problem)
		return nil
	}
	if source == "" {
		source = of
	}
	known := m.streamSources()
	if source == "" && len(known) == 1 {
		source = known[0]
	}
	switch {
	case source == "" && len(known) == 0:
		m.say(draw.Warn, "No stream here: no organization has an API token.")
		return nil
	case source == "":
		return m.askSource(a, channel, known)
	case len(known) > 0 && !slices.Contains(known, source):
		m.say(draw.Warn, "No stream of "+source+"; there are "+strings.Join(known, ", ")+".")
		return nil
	}
	return m.actOnChannel(a, channel, source)
}

func (m *Model) actOnChannel(a *act, channel, source string) tea.Cmd {
	a.targets = []actions.Target{{Kind: actions.OnChannel, ID: channel, Source: source}}
	return m.checkAction(a)
}

// askSource lets one of several organizations be chosen.
func (m *Model) askSource(a *act, channel string, known []string) tea.Cmd {
	var items []menuItem
	for i, s := range known[:min(9, len(known))] {
		items = append(items, menuItem{key: string(rune('1' + i)), label: s, run: func(m *Model) tea.Cmd { return m.actOnChannel(a, channel, s) }})
	}
	return m.openMenu(a.d.Name+" "+channel+" at", items...)
}

// streamSources are the organizations with a stream, as far as this screen
// knows: those of its own tokens, and those the collector tells of.
func (m *Model) streamSources() []string {
	var out []string
	if m.opt.Actions != nil {
		out = slices.Clone(m.opt.Actions.Sources())
	}
	if m.journal.status != nil {
		for _, b := range m.journal.status.Budgets {
			for _, s := range b.Sources {
				if !slices.Contains(out, s) {
					out = append(out, s)
				}
			}
		}
	}
	return out
}
