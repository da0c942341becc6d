package mistsim

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// objectType is a type of configuration object: what its lists and single
// objects are called, and who feels a change of one.
type objectType struct {
	name string // in paths: "wlans"; "info" is the organization or site itself
	word string // in audits: "WLAN"; a single object of both levels has %s for Org or Site
	// org and site are the levels that have such objects.
	org, site bool
	single    bool // one for its owner, which is always there
	search    bool // listed at /search only
	title     string
	required  []string // what a new one needs
	// kinds are the types of device that get a new configuration with it.
	kinds []string
	// chosen says that only sites use it which name it in their own object, as
	// they do with templates.
	chosen bool
	// profile tells device profiles apart, which share a path.
	profile bool
}

// objectTypes are those that the API serves beside devices and webhooks.
var objectTypes = []*objectType{
	{name: "info", word: "%s", org: true, site: true, single: true, kinds: []string{AP, Switch, Gateway}},
	{name: "setting", word: "%s Settings", org: true, site: true, single: true, kinds: []string{AP, Switch, Gateway}},
	{name: "sitegroups", word: "Site Group", org: true},
	{name: "alarmtemplates", word: "Alarm Template", org: true, required: []string{"name", "delivery", "rules"}},
	{name: "networks", word: "Network", org: true, kinds: []string{Gateway}},
	{name: "avprofiles", word: "Antivirus Profile", org: true, kinds: []string{Gateway}},
	{name: "idpprofiles", word: "IDP Profile", org: true, kinds: []string{Gateway}},
	{name: "secintelprofiles", word: "SecIntel Profile", org: true, kinds: []string{Gateway}},
	{name: "services", word: "Service", org: true, kinds: []string{Gateway}},
	{name: "servicepolicies", word: "Service Policy", org: true, kinds: []string{Gateway}},
	{name: "secpolicies", word: "Security Policy", org: true, kinds: []string{AP}},
	{name: "vpns", word: "VPN", org: true, kinds: []string{Gateway}},
	{name: "networktemplates", word: "Network Template", org: true, kinds: []string{Switch}, chosen: true},
	{name: "rftemplates", word: "RF Template", org: true, kinds: []string{AP}, chosen: true},
	{name: "aptemplates", word: "AP Template", org: true, kinds: []string{AP}, chosen: true},
	{name: "gatewaytemplates", word: "Gateway Template", org: true, kinds: []string{Gateway}, chosen: true},
	{name: "sitetemplates", word: "Site Template", org: true, kinds: []string{AP, Switch, Gateway}, chosen: true},
	{name: "deviceprofiles", word: "Device Profile", org: true, required: []string{"name", "type"}, profile: true},
	{name: "mxclusters", word: "Mist Edge Cluster", org: true},
	{name: "mxtunnels", word: "Mist Tunnel", org: true},
	{name: "mxedges", word: "Mist Edge", org: true, required: []string{"name", "model"}},
	{name: "templates", word: "WLAN Template", org: true, kinds: []string{AP}},
	{name: "wlans", word: "WLAN", org: true, site: true, title: "ssid", kinds: []string{AP}},
	{name: "wxtags", word: "WxLAN Tag", org: true, site: true, kinds: []string{AP}},
	{name: "wxrules", word: "WxLAN Rule", org: true, site: true, required: []string{"order"}, kinds: []string{AP}},
	{name: "psks", word: "PSK", org: true, site: true, required: []string{"name", "passphrase", "ssid"}, kinds: []string{AP}},
	{name: "pskportals", word: "PSK Portal", org: true, required: []string{"name", "ssid"}},
	{name: "nactags", word: "NAC Tag", org: true},
	{name: "nacrules", word: "NAC Rule", org: true},
	{name: "nacportals", word: "NAC Portal", org: true},
	{name: "usermacs", word: "User MAC", org: true, search: true, title: "mac"},
	{name: "ssoroles", word: "SSO Role", org: true},
	{name: "ssos", word: "SSO", org: true},
	{name: "assetfilters", word: "Asset Filter", org: true},
	{name: "assets", word: "Asset", org: true, site: true, required: []string{"name", "mac"}},
	{name: "evpn_topologies", word: "EVPN Topology", org: true, site: true, required: []string{}, kinds: []string{Switch}},
	{name: "maps", word: "Map", site: true},
	{name: "zones", word: "Zone", site: true},
	{name: "rssizones", word: "RSSI Zone", site: true},
	{name: "beacons", word: "Beacon", site: true},
	{name: "vbeacons", word: "Virtual Beacon", site: true},
}

// typeNamed is the type of that name in paths; only names of the table are asked for.
func typeNamed(name string) *objectType {
	return objectTypes[slices.IndexFunc(objectTypes, func(t *objectType) bool { return t.name == name })]
}

// idField is what others call the id of such an object: "wlan_id".
func (t *objectType) idField() string {
	if s, ok := strings.CutSuffix(t.name, "ies"); ok {
		return s + "y_id"
	}
	return strings.TrimSuffix(t.name, "s") + "_id"
}

// nameField is the member that names such an object.
func (t *objectType) nameField() string {
	if t.title != "" {
		return t.title
	}
	return "name"
}

// needs are the members that a new one must have.
func (t *objectType) needs() []string {
	if t.required != nil {
		return t.required
	}
	return []string{t.nameField()}
}

// called is an object in the words of an audit: `WLAN "Corp"`.
func (t *objectType) called(s *Site, name string) string {
	word := t.word
	if strings.Contains(word, "%s") {
		level := "Org"
		if s != nil {
			level = "Site"
		}
		word = fmt.Sprintf(word, level)
	}
	return fmt.Sprintf("%s %q", word, name)
}

// object is a configuration object as it was put. Its members are replaced,
// never changed.
type object struct {
	id                string
	members           map[string]any
	created, modified time.Time
}

// name is what an object is called; the setting has no name but its owner's.
func (w *world) name(t *objectType, s *Site, o *object) string {
	switch name, _ := o.members[t.nameField()].(string); {
	case name != "":
		return name
	case t.single && s != nil:
		return s.Name
	case t.single:
		return w.org.Name
	}
	return o.id
}

// shelf says whose objects of which type are meant; site is "" for those of the
// organization.
type shelf struct{ site, name string }

// objects are those of a type, of a site or with nil of the organization. What
// is there from the start is made when it is first asked for: an organization
// may have thousands of sites.
func (w *world) objects(t *objectType, s *Site) []*object {
	at := shelf{name: t.name}
	if s != nil {
		at.site = s.ID
	}
	all, made := w.shelves[at]
	if !made {
		if s != nil {
			all = w.siteSeeds(t, s)
		} else {
			all = w.orgSeeds(t)
		}
		w.shelves[at] = all
	}
	return all
}

// put makes a list of objects the one of its place.
func (w *world) put(t *objectType, s *Site, all []*object) {
	at := shelf{name: t.name}
	if s != nil {
		at.site = s.ID
	}
	w.shelves[at] = all
}

// single is the object of which there is one.
func (w *world) single(name string, s *Site) *object { return w.objects(typeNamed(name), s)[0] }

// find is an object by its id, or nil.
func (w *world) find(t *objectType, s *Site, id string) *object {
	all := w.objects(t, s)
	if i := slices.IndexFunc(all, func(o *object) bool { return o.id == id }); i >= 0 {
		return all[i]
	}
	return nil
}

// change sets members of an object and returns what differs, before and after.
func (o *object) change(now time.Time, with map[string]any) (before, after map[string]any) {
	members := maps.Clone(o.members)
	before, after = put(members, with)
	if len(before)+len(after) > 0 {
		o.members, o.modified = members, now
	}
	return before, after
}

// unsetPrefix before the name of a member of a PUT removes the member.
const unsetPrefix = "-"

// put sets members, and returns what differs, before and after.
func put(members, with map[string]any) (before, after map[string]any) {
	before, after = map[string]any{}, map[string]any{}
	for k, v := range with {
		name, unset := strings.CutPrefix(k, unsetPrefix)
		old, there := members[name]
		if there && !unset && same(old, v) {
			continue
		}
		if there {
			before[name] = old
		}
		if unset {
			delete(members, name)
			continue
		}
		after[name], members[name] = v, v
	}
	return before, after
}

// same reports whether two values are the same JSON.
func same(a, b any) bool {
	x, err := encode(a)
	y, err2 := encode(b)
	return err == nil && err2 == nil && string(x) == string(y)
}

// shown is an object as the API gives it: its members, and what the cloud knows.
func (w *world) shown(t *objectType, s *Site, o *object) map[string]any {
	out := maps.Clone(o.members)
	out["id"], out["created_time"], out["modified_time"] = o.id, o.created.Unix(), o.modified.Unix()
	if t.name != "info" || s != nil {
		out["org_id"] = w.org.ID
	}
	if s != nil && t.name != "info" {
		out["site_id"] = s.ID
		if !t.single {
			out["for_site"] = true
		}
	}
	return out
}

// concerned are the devices that get a new configuration when an object changes.
func (w *world) concerned(t *objectType, s *Site, o *object) []*Device {
	kinds := t.kinds
	if t.profile {
		kind, _ := o.members["type"].(string)
		kinds = []string{kind}
	}
	sites := []*Site{s}
	if s == nil {
		if t.single {
			return nil // who may log in, and the like
		}
		sites = w.org.Sites
	}
	var out []*Device
	for _, site := range sites {
		if site.removed || t.chosen && w.single("info", site).members[t.idField()] != o.id {
			continue
		}
		for _, d := range site.Devices {
			if t.profile && !same(d.config["deviceprofile_id"], o.id) {
				continue
			}
			if d.Connected && slices.Contains(kinds, d.Type) {
				out = append(out, d)
			}
		}
	}
	return out
}
