package mist

import (
	"strings"
	"testing"
	"time"
)

func TestPortalURLs(t *testing.T) {
	const org, site, mac = "9777c1a0-6ef6-11e6-8bbf-02e208b2d34f", "978c48e6-6ef6-11e6-8bbf-02e208b2d34f", "5c5b35000001"
	const device = "00000000-0000-0000-1000-5c5b35000001"
	at := time.Unix(1_772_359_200, 0)
	const base = "https://manage.eu.mist.com/admin/?org_id=" + org
	for name, test := range map[string]struct {
		page  PortalPage
		want  string
		exact bool
	}{
		"access point":             {PortalPage{Kind: PortalAP, OrgID: org, SiteID: site, ID: device}, base + "#!ap/detail/" + device + "/" + site, true},
		"switch by its MAC":        {PortalPage{Kind: PortalSwitch, OrgID: org, SiteID: site, MAC: mac}, base + "#!switch/detail/" + device + "/" + site, true},
		"gateway":                  {PortalPage{Kind: PortalGateway, OrgID: org, SiteID: site, ID: device}, base + "#!gateway/detail/" + device + "/" + site, true},
		"device without a site":    {PortalPage{Kind: PortalAP, OrgID: org, ID: device}, base, false},
		"Mist Edge":                {PortalPage{Kind: PortalEdge, OrgID: org, MAC: mac}, base + "#!edge/edgedetail/" + device, true},
		"client":                   {PortalPage{Kind: PortalClient, OrgID: org, SiteID: site, MAC: mac}, base + "#!clients/detail/" + mac + "/" + site, true},
		"site":                     {PortalPage{Kind: PortalSite, OrgID: org, SiteID: site}, base + "#!dashboard/insights/site/" + site + "/today/" + site, true},
		"alarm of a site":          {PortalPage{Kind: PortalAlarm, OrgID: org, SiteID: site, At: at}, base + "#!alerts/site/" + site + "/customDate/1772355600/1772362800/true", true},
		"alarm of an organization": {PortalPage{Kind: PortalAlarm, OrgID: org}, base + "#!alerts/org/" + org, true},
		"audit":                    {PortalPage{Kind: PortalAudit, OrgID: org, SiteID: site}, base + "#!auditLogs", true},
		"WLAN of a site":           {PortalPage{Kind: PortalWLAN, OrgID: org, SiteID: site, ID: site}, base + "#!wlan/detail/" + site + "/" + site, true},
		"WLAN of a template":       {PortalPage{Kind: PortalWLAN, OrgID: org, ID: site}, base, false},
		"webhook of a site":        {PortalPage{Kind: PortalWebhook, OrgID: org, SiteID: site}, base + "#!configuration/" + site, true},
		"webhook of the org":       {PortalPage{Kind: PortalWebhook, OrgID: org}, base, false},
		"organization":             {PortalPage{Kind: PortalOrg, OrgID: org}, base, true},
		"unknown kind at a site":   {PortalPage{Kind: "rogue", OrgID: org, SiteID: site}, base + "#!dashboard/insights/site/" + site + "/today/" + site, false},
		"no organization":          {PortalPage{Kind: PortalSite, SiteID: site}, "", false},
		"hostile organization":     {PortalPage{Kind: PortalSite, OrgID: "x\" & calc.exe", SiteID: site}, "", false},
		"hostile site":             {PortalPage{Kind: PortalAP, OrgID: org, SiteID: "a/../b\n", ID: device}, base, false},
		"hostile device":           {PortalPage{Kind: PortalAP, OrgID: org, SiteID: site, ID: "$(reboot)"}, base + "#!dashboard/insights/site/" + site + "/today/" + site, false},
	} {
		region, err := LookupRegion("emea-01")
		if err != nil {
			t.Fatal(err)
		}
		if got, exact := region.PortalURL(test.page); got != test.want || exact != test.exact {
			t.Errorf("%s: %s, %v\nwant %s, %v", name, got, exact, test.want, test.exact)
		}
	}
	for _, r := range Regions() {
		want := strings.Replace(r.API, "://api.", "://manage.", 1) + "/admin/?org_id=" + org
		if got, _ := r.PortalURL(PortalPage{Kind: PortalOrg, OrgID: org}); got != want {
			t.Errorf("%s: %s, want %s", r.Name, got, want)
		}
	}
	if got, _ := (Region{}).PortalURL(PortalPage{Kind: PortalOrg, OrgID: org}); got != "" {
		t.Errorf("a cloud without a portal: %s", got)
	}
}
