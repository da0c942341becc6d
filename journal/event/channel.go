package event

import "strings"

// Channels of the Mist stream, below their organization or site.
const (
	ChannelInsights    = "insights/summary" // of an organization
	ChannelDeviceStats = "stats/devices"    // of a site
	ChannelClientStats = "stats/clients"    // of a site
	ChannelEdgeStats   = "stats/mxedges"    // of both
)

// OrgChannels and SiteChannels list the channels that Mist documents, for people
// to choose from. Replace what is in angle brackets.
var (
	OrgChannels  = []string{ChannelInsights, ChannelEdgeStats, "mxedges", "pcaps"}
	SiteChannels = []string{
		ChannelDeviceStats, ChannelClientStats, "devices", ChannelEdgeStats, "mxedges", "pcaps", "devices/<device-id>/cmd",
		"stats/maps/<map-id>/clients", "stats/maps/<map-id>/assets", "stats/maps/<map-id>/discovered_assets",
		"stats/maps/<map-id>/sdkclients", "stats/maps/<map-id>/unconnected_clients",
		"clients/<mac>/diag", "assets/<asset-id>/diag", "sdkclients/<sdkclient-id>/diag",
	}
)

// OrgChannel returns the path of an organization's channel.
func OrgChannel(org, name string) string { return "/orgs/" + org + "/" + name }

// SiteChannel returns the path of a site's channel.
func SiteChannel(site, name string) string { return "/sites/" + site + "/" + name }

// SplitChannel takes the path of a channel apart: whether it is of a site, the
// id of its organization or site, and its name.
func SplitChannel(path string) (site bool, id, name string, ok bool) {
	parts := strings.SplitN(path, "/", 4)
	if len(parts) != 4 || parts[0] != "" || parts[1] != "orgs" && parts[1] != "sites" {
		return false, "", "", false
	}
	return parts[1] == "sites", parts[2], parts[3], true
}
