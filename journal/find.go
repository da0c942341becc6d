package journal

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"foghorn/journal/event"
	"foghorn/journal/query"
)

// Devices reads the current state of devices.
type Devices interface {
	Devices(ctx context.Context, p query.Page) ([]event.Device, error)
}

// Webhooks reads the webhooks that are configured in Mist.
type Webhooks interface {
	Webhooks(ctx context.Context) ([]event.Webhook, error)
}

// Sites reads what is known of sites: those that devices are at, and those that
// have service levels.
type Sites interface {
	Sites(ctx context.Context) ([]event.Site, error)
	Scores(ctx context.Context) ([]event.SLEScore, error)
}

// maxDevices bounds how many devices a look-up reads.
const maxDevices = 100_000

// FindDevice finds a device by its name, its MAC in any notation, or the last digits of
// its MAC, among those of a source; with an empty source, among those of all.
func FindDevice(ctx context.Context, r Devices, source, typed string, now time.Time) (event.Device, error) {
	devices, err := devicesOf(ctx, r, source, nil, now)
	if err != nil {
		return event.Device{}, err
	}
	return DeviceNamed(devices, source, typed)
}

// DeviceNamed is FindDevice among devices that were read already, such as the
// inventory of an organization. The source is for the error.
func DeviceNamed(devices []event.Device, source, typed string) (event.Device, error) {
	mac, isMAC := event.ParseMAC(typed)
	name := func(d *event.Device) string { return d.Name }
	found := choose(devices, typed, func(d *event.Device) bool { return isMAC && d.MAC == mac }, name)
	if end, is := endOfMAC(typed); is && len(found) == 0 {
		for _, d := range devices {
			if strings.HasSuffix(string(d.MAC), end) {
				found = append(found, d)
			}
		}
	}
	if len(found) == 1 {
		return found[0], nil
	}
	e := &LookupError{Kind: "device", Typed: typed, Advice: "foghorn devices lists them"}
	if source != "" {
		e.Where = " in " + source
	}
	if len(found) == 0 {
		e.Nearest = nearest(typed, namesOf(devices, name))
		return event.Device{}, e
	}
	e.Advice = "give the MAC"
	for _, d := range found {
		e.Matches = append(e.Matches, d.MAC.String()+at(d.Site))
	}
	return event.Device{}, e
}

// endOfMAC reads the last digits of a MAC: four or more, with separators or without.
func endOfMAC(typed string) (string, bool) {
	digits := strings.ToLower(strings.NewReplacer(":", "", "-", "", ".", "").Replace(typed))
	if len(digits) < 4 || len(digits) >= 12 || strings.Trim(digits, "0123456789abcdef") != "" {
		return "", false
	}
	return digits, true
}

// DeviceByMAC reads a device of a source by its MAC; ok is false when the state
// does not have it.
func DeviceByMAC(ctx context.Context, r Devices, source string, mac event.MAC, now time.Time) (d event.Device, ok bool, err error) {
	if mac == "" {
		return d, false, nil
	}
	devices, err := devicesOf(ctx, r, source, query.Is("mac", string(mac)), now)
	i := slices.IndexFunc(devices, func(d event.Device) bool { return d.MAC == mac })
	if i < 0 {
		return d, false, err
	}
	return devices[i], true, nil
}

func devicesOf(ctx context.Context, r Devices, source string, where *query.Query, now time.Time) ([]event.Device, error) {
	if source != "" {
		where = query.And(where, query.Is("source", source))
	}
	devices, err := r.Devices(ctx, query.Page{Where: where, Now: now, Limit: maxDevices})
	if source == "" {
		return devices, err
	}
	// A query does not tell case apart, the names of sources do.
	return slices.DeleteFunc(devices, func(d event.Device) bool { return d.Source != source }), err
}

// FindWebhook finds a webhook by its id or its name, in any case.
func FindWebhook(ctx context.Context, r Webhooks, typed string) (event.Webhook, error) {
	hooks, err := r.Webhooks(ctx)
	if err != nil {
		return event.Webhook{}, err
	}
	name := func(h *event.Webhook) string { return h.Name }
	found := choose(hooks, typed, func(h *event.Webhook) bool { return strings.EqualFold(h.ID, typed) }, name)
	e := &LookupError{Kind: "webhook", Typed: typed}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		e.Advice = "give the id (foghorn webhooks)"
		for _, h := range found {
			e.Matches = append(e.Matches, h.ID+at(WebhookPlace(h)))
		}
	case len(hooks) == 0:
		e.Advice = "no webhooks are known: a collector with an API token has to run for a minute"
	default:
		e.Nearest, e.Advice = nearest(typed, namesOf(hooks, name)), "foghorn webhooks lists them"
	}
	return event.Webhook{}, e
}

// FindSite finds a site by its name, a glob of its name in any case, or its id,
// among those of a source; with an empty source, among those of all.
func FindSite(ctx context.Context, r Sites, source, typed string) (event.Site, error) {
	sites, err := knownSites(ctx, r, source)
	if err != nil {
		return event.Site{}, err
	}
	return siteNamed(sites, typed, "foghorn sle lists them")
}

func siteNamed(sites []event.Site, typed, advice string) (event.Site, error) {
	name := func(s *event.Site) string { return s.Name }
	found := choose(sites, typed, func(s *event.Site) bool { return strings.EqualFold(s.ID, typed) }, name)
	if len(found) == 0 && typed != "" {
		found = slices.DeleteFunc(slices.Clone(sites), func(s event.Site) bool { return !MatchesSite(typed, s.Name, s.ID) })
	}
	if len(found) == 1 {
		return found[0], nil
	}
	e := &LookupError{Kind: "site", Typed: typed, Advice: advice}
	if len(found) == 0 {
		names := namesOf(sites, name)
		if e.Nearest = nearest(typed, names); len(names) > 0 {
			slices.Sort(names)
			e.Advice = "there are " + listed(names) + " (" + advice + ")"
		}
		return event.Site{}, e
	}
	e.Advice = "give the whole name, or the id"
	for _, s := range found {
		e.Matches = append(e.Matches, cmp.Or(s.Name, s.ID))
	}
	return event.Site{}, e
}

// knownSites are the sites of a source, each once. The name that devices have
// wins: the names of scores may be missing.
func knownSites(ctx context.Context, r Sites, source string) ([]event.Site, error) {
	sites, err := r.Sites(ctx)
	if err != nil {
		return nil, err
	}
	scores, err := r.Scores(ctx)
	if err != nil {
		return nil, err
	}
	for _, s := range scores {
		sites = append(sites, event.Site{Source: s.Source, ID: s.SiteID, Name: s.Site})
	}
	var out []event.Site
	seen := map[string]bool{"": true}
	for _, s := range sites {
		if !seen[s.ID] && (source == "" || s.Source == source) {
			seen[s.ID] = true
			out = append(out, s)
		}
	}
	return out, nil
}

// MatchesSite reports whether a person means a site: by its name, by a glob of
// its name in any case, or by its id. Nothing typed means every site.
func MatchesSite(typed, name, id string) bool {
	if typed == "" || strings.EqualFold(typed, id) {
		return true
	}
	q, err := query.Parse("site:" + quoted(typed))
	return err == nil && q.Event(&event.Event{Site: name}, time.Time{})
}

// quoted keeps a value with blanks in it one value of a query.
func quoted(s string) string {
	if strings.ContainsAny(s, " ()\"") {
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
	}
	return s
}

// FindSource finds an organization by the name of its source, among those that
// have an API token. With nothing typed it is the only one there is.
func FindSource(sources []string, typed string) (string, error) {
	return findName(LookupError{Kind: "organization", Where: " with an API token", Typed: typed}, sources)
}

// FindJunosSource finds a configured source of Junos devices by its name. With
// nothing typed it is the only one there is.
func FindJunosSource(sources []string, typed string) (string, error) {
	return findName(LookupError{Kind: "Junos source", Typed: typed}, sources)
}

// findName finds the name that was typed, or the only one; e is the error to fill in.
func findName(e LookupError, names []string) (string, error) {
	if e.Typed == "" {
		if len(names) == 1 {
			return names[0], nil
		}
		e.Matches, e.Advice = names, "choose one with --source"
		return "", &e
	}
	itself := func(s *string) string { return *s }
	if found := choose(names, e.Typed, func(*string) bool { return false }, itself); len(found) == 1 {
		return found[0], nil
	}
	e.Nearest = nearest(e.Typed, names)
	switch len(names) {
	case 0:
	case 1:
		e.Advice = "there is " + names[0]
	default:
		e.Advice = "there are " + listed(names)
	}
	return "", &e
}

// at is a place in brackets, to tell things of one name apart.
func at(place string) string {
	if place == "" {
		return ""
	}
	return " (" + place + ")"
}
