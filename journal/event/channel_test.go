package event

import "testing"

func TestSplitChannelIsTheInverseOfItsMaking(t *testing.T) {
	for _, c := range []struct {
		path, id, name string
		site           bool
	}{
		{OrgChannel("o", ChannelInsights), "o", "insights/summary", false},
		{SiteChannel("s", ChannelDeviceStats), "s", "stats/devices", true},
		{SiteChannel("s", "stats/maps/m/clients"), "s", "stats/maps/m/clients", true},
	} {
		site, id, name, ok := SplitChannel(c.path)
		if !ok || site != c.site || id != c.id || name != c.name {
			t.Errorf("%s: %v %q %q %v", c.path, site, id, name, ok)
		}
	}
	for _, path := range []string{"", "/test", "/orgs/o", "orgs/o/pcaps", "/users/u/x", "x/sites/s/devices"} {
		if _, _, _, ok := SplitChannel(path); ok {
			t.Errorf("%q is a channel", path)
		}
	}
}
