package mistsim

import (
	"math/rand/v2"
	"regexp"
	"testing"
)

func TestTheOrganizationIsBelievable(t *testing.T) {
	t.Parallel()
	o := mustNew(t, Options{MistURL: "http://listener/mist"}).Org()
	if len(o.Sites) < 6 || len(o.MxEdges) == 0 || len(o.WLANs) < 2 {
		t.Fatalf("%d sites, %d edges, %d WLANs", len(o.Sites), len(o.MxEdges), len(o.WLANs))
	}
	isUUID := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	isMAC := regexp.MustCompile(`^[0-9a-f]{12}$`)
	seen := map[string]string{}
	once := func(id, what string) {
		if other, there := seen[id]; there {
			t.Errorf("%s and %s share %s", other, what, id)
		}
		seen[id] = what
	}
	for _, s := range o.Sites {
		if !isUUID.MatchString(s.ID) || !isUUID.MatchString(s.MapID) || o.Site(s.ID) != s {
			t.Errorf("site %s: id %s, map %s", s.Name, s.ID, s.MapID)
		}
		once(s.ID, s.Name)
		if len(s.OfType(Gateway)) != 1 || len(s.OfType(Switch)) == 0 || len(s.OfType(AP)) < 2 || len(s.Clients) == 0 || len(s.Zones) == 0 {
			t.Errorf("site %s is too small", s.Name)
		}
		for _, d := range s.Devices {
			once(d.MAC, d.Name)
			once(d.Name, d.MAC)
			if !isMAC.MatchString(d.MAC) || d.ID != "00000000-0000-0000-1000-"+d.MAC || d.SiteID != s.ID || o.Device(d.MAC) != d || !d.Connected {
				t.Errorf("device %+v", d)
			}
			if up := o.Device(d.Uplink); d.Type != Gateway && (up == nil || up.SiteID != s.ID) {
				t.Errorf("%s hangs on nothing of its site", d.Name)
			}
		}
		for _, c := range s.Clients {
			once(c.MAC, c.Hostname)
			if !isMAC.MatchString(c.MAC) || c.Hostname == "" || c.IP == "" || c.Family == "" || (c.Username != "") != (c.WLAN == wlanCorp) {
				t.Errorf("client %+v", c)
			}
		}
	}
	if o.Device("000000000000") != nil || o.Site("none") != nil {
		t.Error("found what is not there")
	}
}

func TestACopyOfTheOrganizationDoesNotChange(t *testing.T) {
	t.Parallel()
	c := mustNew(t, Options{MistURL: "http://listener/mist"})
	o := c.Org()
	ap := c.world.org.Sites[0].OfType(AP)[0]
	c.world.later = nil
	c.world.down(ap)
	c.world.org.Sites[0].Clients[0].Hostname = "changed"
	if d := o.Device(ap.MAC); !d.Connected || o.Sites[0].Clients[0].Hostname == "changed" {
		t.Error("the copy changed with the world")
	}
	if d := c.Org().Device(ap.MAC); d.Connected {
		t.Error("a new copy does not show the change")
	}
}

func TestSeedsMakeOtherIDsAndTheSameNames(t *testing.T) {
	t.Parallel()
	a, b := buildOrg(rand.New(rand.NewPCG(1, 1)), plans), buildOrg(rand.New(rand.NewPCG(2, 1)), plans)
	if a.ID == b.ID || a.Sites[0].Devices[0].MAC == b.Sites[0].Devices[0].MAC || a.Sites[0].Devices[0].Name != b.Sites[0].Devices[0].Name {
		t.Errorf("%s and %s", a.ID, b.ID)
	}
}
