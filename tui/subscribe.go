package tui

import (
	"context"
	"regexp"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"foghorn/journal/event"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
)

// channelPattern is what a channel looks like once its names are ids.
var channelPattern = regexp.MustCompile(`^/(test|(orgs|sites)/[0-9a-fA-F-]{36}/[A-Za-z0-9_./-]+)$`)

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
	switch {
	case strings.Contains(text, "<"):
		return "", "", "Put the id in place of the <angle brackets>."
	case !channelPattern.MatchString(text):
		return "", "", "No channel: " + text + ". They look like /sites/NAME/stats/devices or /orgs/ID/insights/summary; tab completes."
	}
	return text, source, ""
}

func (m *Model) subscribe(arg string) tea.Cmd   { return m.channel(arg, event.ActionSubscribe) }
func (m *Model) unsubscribe(arg string) tea.Cmd { return m.channel(arg, event.ActionUnsubscribe) }

// channel asks the collector's stream for a channel, or gives it up.
func (m *Model) channel(arg, action string) tea.Cmd {
	text, source, _ := strings.Cut(arg, " ")
	if source = strings.TrimSpace(source); text == "" {
		m.say(draw.Warn, ":"+action+" takes a channel and, with several organisations, a source; tab completes")
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
		m.say(draw.Warn, "No stream here: no organisation has an API token.")
		return nil
	case source == "":
		return m.askSource(channel, action, known)
	case len(known) > 0 && !slices.Contains(known, source):
		m.say(draw.Warn, "No stream of "+source+"; there are "+strings.Join(known, ", ")+".")
		return nil
	}
	return m.channelAt(channel, source, action)
}

// streamSources are the organisations with a stream, as far as this screen
// knows: those of its own tokens, and those the collector tells of.
func (m *Model) streamSources() []string {
	var out []string
	if m.opt.Cloud != nil {
		out = slices.Clone(m.opt.Cloud.Sources())
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

// askSource lets one of several organisations be chosen.
func (m *Model) askSource(channel, action string, known []string) tea.Cmd {
	var items []menuItem
	for i, s := range known[:min(9, len(known))] {
		items = append(items, menuItem{key: string(rune('1' + i)), label: s, run: func(m *Model) tea.Cmd { return m.channelAt(channel, s, action) }})
	}
	return m.openMenu(action+" "+channel+" at", items...)
}

func (m *Model) channelAt(channel, source, action string) tea.Cmd {
	operator := m.opt.Operator
	if operator == nil {
		m.say(draw.Warn, "This screen only reads.")
		return nil
	}
	act := func(action string) event.Activity {
		return event.Activity{Time: m.opt.Clock.Now(), Actor: m.opt.Actor, Action: action, Target: event.ChannelTarget(channel), Source: source}
	}
	text, other := "subscribed to ", event.ActionUnsubscribe
	if action == event.ActionUnsubscribe {
		text, other = "unsubscribed from ", event.ActionSubscribe
	}
	does, back := act(action), func(m *Model) tea.Cmd { return m.channelAt(channel, source, other) }
	return m.jobs.do(actLimit, func(ctx context.Context) tea.Msg {
		msg := doneMsg{text: text + channel + " at " + source + "; F in the Log shows what comes", back: back}
		ids, err := operator.Do(ctx, does)
		if err != nil {
			return doneMsg{err: err}
		}
		carried, shown := operator.Await(ctx, ids...)
		if msg.pending = !shown; shown && carried[0].Result != "ok" {
			return noticeMsg{role: draw.Warn, text: "Nothing was done: " + carried[0].Result + "."} // and nothing is to be undone
		}
		return msg
	})
}
