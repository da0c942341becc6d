package main

import (
	"testing"

	"foghorn/config"
	"foghorn/tui/port"
)

func TestPortalsOfTheConfiguredOrganizations(t *testing.T) {
	c := &config.Config{Mist: []config.Mist{{Name: "acme", Region: "EMEA 01", OrgID: "aa-1"}, {Name: "by-url", APIURL: "https://api.gc1.mist.com/", OrgID: "bb-2"},
		{Name: "simulated", APIURL: "http://127.0.0.1:8080", OrgID: "cc-3"}}, Junos: []config.Junos{{Name: "core"}}}
	for _, test := range []struct {
		page port.PortalPage
		want string
	}{
		{port.PortalPage{Kind: port.PortalSite, Source: "acme", SiteID: "5"}, "https://manage.eu.mist.com/admin/?org_id=aa-1#!dashboard/insights/site/5/today/5"},
		{port.PortalPage{Kind: "ap", Source: "by-url", OrgID: "dd-4", SiteID: "5", MAC: "5c5b35000001"}, "https://manage.gc1.mist.com/admin/?org_id=dd-4#!ap/detail/00000000-0000-0000-1000-5c5b35000001/5"},
		{port.PortalPage{Kind: port.PortalSite, Source: "simulated", SiteID: "5"}, ""},
		{port.PortalPage{Kind: port.PortalSite, Source: "core", SiteID: "5"}, ""},
	} {
		if got, _ := portalOf(c)(test.page); got != test.want {
			t.Errorf("%+v: %q, want %q", test.page, got, test.want)
		}
	}
}
