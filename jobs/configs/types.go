package configs

import (
	"slices"
	"strings"
)

// Type is one kind of configuration object of the Mist API.
type Type struct {
	Name string // as the API and the files name it: "wlans"
	// Site says that the object belongs to a site, otherwise to the organization.
	Site bool
	// Path is where the API lists the objects, or has the only one: the part after
	// /api/v1, with {org_id} or {site_id}.
	Path string
	// Query is what the list also needs, such as "type=gateway".
	Query string
	// Single says that there is one such object for each organization or site. Its id is
	// then the id of its owner.
	Single bool
	// Search says that the list is an object with "results".
	Search bool
	// Device says that there is one such object for each switch and gateway, at Path with
	// {device_id}, and each costs a call.
	Device bool
	// ReadOnly says that the API cannot write it: it follows from other objects.
	ReadOnly bool
	// Names are the fields that name an object, the first that is set counts.
	Names []string
	// Volatile are fields that change by themselves, in addition to those of every type. A path
	// within the object is joined by dots.
	Volatile []string
	// Secrets are the names of secret fields, in addition to those of every type.
	Secrets []string
	// Needs are secrets without which the API makes no such object.
	Needs []string
	// Also are other words that an audit entry uses for it.
	Also []string
	// IDField is the field of an audit entry that names the changed object.
	IDField string
}

// everyVolatile are fields that Mist sets by itself, at any depth.
var everyVolatile = []string{"created_time", "modified_time", "last_seen"}

// types is the table. Its order is the order in which a restore creates: what others
// refer to comes first.
var types = []Type{
	// The organization itself, and what its templates and rules refer to.
	{Name: "info", Path: "/orgs/{org_id}", Single: true, Volatile: []string{"logo_url", "msp_logo_url"}, Also: []string{"org"}},
	{Name: "setting", Path: "/orgs/{org_id}/setting", Single: true, Also: []string{"org settings", "org setting"}},
	{Name: "sitegroups", Path: "/orgs/{org_id}/sitegroups", Also: []string{"site group"}},
	{Name: "alarmtemplates", Path: "/orgs/{org_id}/alarmtemplates", Also: []string{"alarm template"}},
	{Name: "networks", Path: "/orgs/{org_id}/networks"},
	{Name: "avprofiles", Path: "/orgs/{org_id}/avprofiles", Also: []string{"antivirus profile"}},
	{Name: "idpprofiles", Path: "/orgs/{org_id}/idpprofiles", Also: []string{"idp profile"}},
	{Name: "secintelprofiles", Path: "/orgs/{org_id}/secintelprofiles", Also: []string{"secintel profile"}},
	{Name: "services", Path: "/orgs/{org_id}/services", Also: []string{"application"}},
	{Name: "servicepolicies", Path: "/orgs/{org_id}/servicepolicies", Also: []string{"service policy"}},
	{Name: "secpolicies", Path: "/orgs/{org_id}/secpolicies", Also: []string{"security policy", "sec policy"}},
	{Name: "vpns", Path: "/orgs/{org_id}/vpns"},
	{Name: "networktemplates", Path: "/orgs/{org_id}/networktemplates", Also: []string{"network template", "switch template"}},
	{Name: "rftemplates", Path: "/orgs/{org_id}/rftemplates", Also: []string{"rf template"}},
	{Name: "aptemplates", Path: "/orgs/{org_id}/aptemplates", Also: []string{"ap template"}},
	{Name: "gatewaytemplates", Path: "/orgs/{org_id}/gatewaytemplates", Also: []string{"gateway template", "wan edge template"}},
	{Name: "sitetemplates", Path: "/orgs/{org_id}/sitetemplates", Also: []string{"site template"}},
	{Name: "deviceprofiles", Path: "/orgs/{org_id}/deviceprofiles", Query: "type=ap", Also: []string{"device profile", "ap profile"}},
	{Name: "switchprofiles", Path: "/orgs/{org_id}/deviceprofiles", Query: "type=switch", Also: []string{"switch profile"}, IDField: "deviceprofile_id"},
	{Name: "hubprofiles", Path: "/orgs/{org_id}/deviceprofiles", Query: "type=gateway", Also: []string{"hub profile"}, IDField: "deviceprofile_id"},
	{Name: "mxclusters", Path: "/orgs/{org_id}/mxclusters", Also: []string{"mist cluster", "mist edge cluster"}},
	{Name: "mxtunnels", Path: "/orgs/{org_id}/mxtunnels", Also: []string{"mist tunnel"}},
	{Name: "mxedges", Path: "/orgs/{org_id}/mxedges", Query: "for_site=any", Also: []string{"mist edge"},
		Volatile: []string{"status"}, Secrets: []string{"magic"}},
	{Name: "templates", Path: "/orgs/{org_id}/templates", Also: []string{"wlan template", "config template"}},
	{Name: "wlans", Path: "/orgs/{org_id}/wlans", Names: []string{"ssid"}, Also: []string{"ssid"}, Volatile: wlanLinks},
	{Name: "wxtags", Path: "/orgs/{org_id}/wxtags", Also: []string{"wxlan tag", "label"}},
	{Name: "wxrules", Path: "/orgs/{org_id}/wxrules", Also: []string{"wxlan rule", "wxlan policy"}},
	{Name: "psks", Path: "/orgs/{org_id}/psks", Also: []string{"pre-shared key"}, Needs: []string{"passphrase"}, Volatile: []string{"usage_count", "macs_count"}},
	{Name: "pskportals", Path: "/orgs/{org_id}/pskportals", Also: []string{"psk portal"},
		Volatile: []string{"ui_url", "portal_template_url", "portal_sso_url", "template_url", "thumbnail_url"}},
	{Name: "nactags", Path: "/orgs/{org_id}/nactags", Also: []string{"nac tag", "auth policy label"}},
	{Name: "nacrules", Path: "/orgs/{org_id}/nacrules", Also: []string{"nac rule", "auth policy"}},
	{Name: "nacportals", Path: "/orgs/{org_id}/nacportals", Also: []string{"nac portal"},
		Volatile: []string{"ui_url", "portal_sso_url", "template_url", "thumbnail_url"}},
	{Name: "usermacs", Path: "/orgs/{org_id}/usermacs/search", Search: true, Names: []string{"name", "mac"}, Also: []string{"user mac", "endpoint"}},
	{Name: "ssoroles", Path: "/orgs/{org_id}/ssoroles", Also: []string{"sso role"}},
	{Name: "ssos", Path: "/orgs/{org_id}/ssos", Also: []string{"sso"}},
	{Name: "assetfilters", Path: "/orgs/{org_id}/assetfilters", Also: []string{"asset filter"}},
	{Name: "assets", Path: "/orgs/{org_id}/assets", Names: []string{"name", "mac"}},
	{Name: "webhooks", Path: "/orgs/{org_id}/webhooks", Names: []string{"name", "url"}},
	{Name: "evpn_topologies", Path: "/orgs/{org_id}/evpn_topologies", Also: []string{"evpn topology"}},

	// The sites.
	{Name: "info", Site: true, Path: "/sites/{site_id}", Single: true, Also: []string{"site"}},
	{Name: "setting", Site: true, Path: "/sites/{site_id}/setting", Single: true, Also: []string{"site settings", "site setting"},
		Volatile: []string{"watched_station_url", "whitelist_url", "blacklist_url"}},
	{Name: "maps", Site: true, Path: "/sites/{site_id}/maps", Also: []string{"floorplan"}, Volatile: []string{"url", "thumbnail_url"}},
	{Name: "zones", Site: true, Path: "/sites/{site_id}/zones"},
	{Name: "rssizones", Site: true, Path: "/sites/{site_id}/rssizones", Also: []string{"rssi zone"}},
	{Name: "beacons", Site: true, Path: "/sites/{site_id}/beacons"},
	{Name: "vbeacons", Site: true, Path: "/sites/{site_id}/vbeacons", Also: []string{"virtual beacon"}},
	{Name: "assets", Site: true, Path: "/sites/{site_id}/assets", Names: []string{"name", "mac"}},
	{Name: "wlans", Site: true, Path: "/sites/{site_id}/wlans", Names: []string{"ssid"}, Also: []string{"ssid"}, Volatile: wlanLinks},
	{Name: "wxtags", Site: true, Path: "/sites/{site_id}/wxtags", Also: []string{"wxlan tag", "label"}},
	{Name: "wxrules", Site: true, Path: "/sites/{site_id}/wxrules", Also: []string{"wxlan rule", "wxlan policy"}},
	{Name: "psks", Site: true, Path: "/sites/{site_id}/psks", Also: []string{"pre-shared key"}, Needs: []string{"passphrase"}, Volatile: []string{"usage_count", "macs_count"}},
	{Name: "webhooks", Site: true, Path: "/sites/{site_id}/webhooks", Names: []string{"name", "url"}},
	{Name: "evpn_topologies", Site: true, Path: "/sites/{site_id}/evpn_topologies", Also: []string{"evpn topology"}},
	{Name: "devices", Site: true, Path: "/sites/{site_id}/devices", Query: "type=all", Names: []string{"name", "mac"},
		Also: []string{"ap", "switch", "gateway", "wan edge"}, Volatile: []string{"image1_url", "image2_url", "image3_url"}},
	{Name: "config_cmd", Site: true, Path: "/sites/{site_id}/devices/{device_id}/config_cmd", Query: "sort=true", Device: true, ReadOnly: true},
}

// wlanLinks are links in a WLAN that carry a token of the moment.
var wlanLinks = []string{"portal_template_url", "portal_sso_url", "thumbnail", "portal_image"}

// Types returns the table of object types, in the order in which a restore creates.
func Types() []Type { return slices.Clone(types) }

// FindType returns the type of a name at the level of sites or of the organization.
func FindType(name string, site bool) (Type, bool) {
	i := slices.IndexFunc(types, func(t Type) bool { return t.Name == name && t.Site == site })
	if i < 0 {
		return Type{}, false
	}
	return types[i], true
}

// ListPath is the API path of the list, or of the only object.
func (t Type) ListPath(org, site, device string) string {
	return strings.NewReplacer("{org_id}", org, "{site_id}", site, "{device_id}", device).Replace(t.Path)
}

// ItemPath is the API path of one object.
func (t Type) ItemPath(p Path) string {
	switch {
	case t.Device:
		return t.ListPath(p.OrgID, p.SiteID, p.ID)
	case t.Single:
		return t.ListPath(p.OrgID, p.SiteID, "")
	}
	return strings.TrimSuffix(t.ListPath(p.OrgID, p.SiteID, ""), "/search") + "/" + p.ID
}

// nameFields are the fields that may name an object.
func (t Type) nameFields() []string {
	if len(t.Names) > 0 {
		return t.Names
	}
	return []string{"name"}
}
