package stream

import (
	"fmt"
	"slices"
	"strings"

	"foghorn/journal/event"
	"foghorn/mist"
)

// The placeholders of a channel, each a whole part of its path.
const (
	orgPlaceholder  = ":org"
	sitePlaceholder = ":site"
)

// The channels foghorn needs itself.
var (
	siteChannels = []string{event.SiteChannel(sitePlaceholder, event.ChannelDeviceStats), event.SiteChannel(sitePlaceholder, event.ChannelClientStats)}
	edgeChannels = []string{event.OrgChannel(orgPlaceholder, event.ChannelEdgeStats)}
)

// Check reports why a channel cannot be subscribed, placeholders allowed.
func Check(channel string) error {
	if err := mist.CheckChannel(channel); err != nil {
		return err
	}
	for part := range strings.SplitSeq(channel, "/") {
		if strings.HasPrefix(part, ":") && part != orgPlaceholder && part != sitePlaceholder {
			return fmt.Errorf("%s in %s must be an id; only %s and %s are filled in", part, channel, orgPlaceholder, sitePlaceholder)
		}
	}
	return nil
}

// Expand fills in the placeholders: one channel, or one for every site.
func Expand(channel, orgID string, sites []string) []string {
	parts := strings.Split(channel, "/")
	each := false
	for i, part := range parts {
		if part == orgPlaceholder {
			parts[i] = orgID
		}
		each = each || part == sitePlaceholder
	}
	if !each {
		return []string{strings.Join(parts, "/")}
	}
	all := make([]string, 0, len(sites))
	for _, site := range sites {
		filled := slices.Clone(parts)
		for i, part := range filled {
			if part == sitePlaceholder {
				filled[i] = site
			}
		}
		all = append(all, strings.Join(filled, "/"))
	}
	return all
}

// channels lists what is to be subscribed, what foghorn itself needs first,
// each once. The second result is what is wrong with the first that is left out.
func (o Options) channels(sites []string, asked []event.Subscription) ([]string, error) {
	templates := slices.Clone(siteChannels)
	if o.MistEdges {
		templates = append(templates, edgeChannels...)
	}
	templates = append(templates, o.Extra...)
	for _, s := range asked {
		if s.Source == o.Source {
			templates = append(templates, s.Channel)
		}
	}
	var (
		all  []string
		bad  error
		seen = map[string]bool{}
	)
	for _, t := range templates {
		err := Check(t)
		if err == nil {
			for _, c := range Expand(t, o.OrgID, sites) {
				if !seen[c] {
					seen[c] = true
					all = append(all, c)
				}
			}
		}
		if bad == nil {
			bad = err
		}
	}
	return all, bad
}

// plan makes the stream follow what is wanted now.
func (f *Feed) plan() {
	f.mu.Lock()
	wanted, problem := f.o.channels(f.sites, f.asked)
	before := f.wanted
	f.mu.Unlock()

	now := make(map[string]bool, len(wanted))
	for _, c := range wanted {
		now[c] = true
	}
	var leave []string
	for c := range before {
		if !now[c] {
			leave = append(leave, c)
		}
	}
	// First those that end, so that there is room for others.
	f.stream.Unsubscribe(leave...)
	// What comes on a channel is taken from the moment it is asked for.
	f.mu.Lock()
	f.wanted = now
	f.mu.Unlock()
	for _, c := range wanted {
		if err := f.stream.Subscribe(c); err != nil && problem == nil {
			problem = err
		}
	}
	f.set(&f.problem, problem)
}
