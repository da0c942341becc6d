package collector

import (
	"path/filepath"
	"testing"

	"foghorn/config"
	"foghorn/jobs/configs"
)

// A chat finds what the person may see, in the organizations that are configured.
func TestAChatSearchesWhatThePersonMaySee(t *testing.T) {
	c := &Collector{Settings: &Settings{Dir: t.TempDir()}, organizations: []Organization{{Mist: config.Mist{Name: "acme", OrgID: "o1"}}}}
	all := func(string, string) bool { return true }
	if _, err := (chatConfigs{c}).Search(t.Context(), "guest", all, 10); err == nil {
		t.Error("nothing is backed up, and nobody says so")
	}
	if made, _ := filepath.Glob(filepath.Join(c.Dir, "*")); len(made) != 0 {
		t.Errorf("a search made %q", made)
	}
	s, err := c.OpenConfigs()
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	add := func(org, site, kind, id, json string) {
		o := configs.Object{Source: "elsewhere", OrgID: org, SiteID: site, Type: kind, ID: id, JSON: []byte(json)}
		if n, err := s.Write(t.Context(), []configs.Change{{Object: o}}, configs.Commit{}); n != 1 {
			t.Fatal(n, err)
		}
	}
	add("o1", "s1", "info", "s1", `{"name":"Vienna"}`)
	add("o1", "s1", "wlans", "w1", `{"ssid":"Guest"}`)
	add("o1", "s2", "wlans", "w2", `{"ssid":"Guest 2"}`)
	add("o2", "s3", "wlans", "w3", `{"ssid":"Guest of others"}`)
	found, err := chatConfigs{c}.Search(t.Context(), "guest", func(source, site string) bool { return source == "acme" && site == "s1" }, 10)
	if err != nil || len(found) != 1 || found[0].Name != "Guest" || found[0].Site != "Vienna" || found[0].Source != "acme" || found[0].Text != `"ssid": "Guest"` {
		t.Errorf("found %+v, %v", found, err)
	}
	if found, _ := (chatConfigs{c}).Search(t.Context(), "guest", all, 10); len(found) != 2 {
		t.Errorf("whoever sees all of acme finds %+v", found)
	}
}
