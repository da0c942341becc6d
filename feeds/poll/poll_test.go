package poll_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"foghorn/feeds/netstate"
	"foghorn/feeds/poll"
	"foghorn/journal/event"
	"foghorn/mist/mistsim"
)

func TestAnOrganizationIsRead(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.run(time.Hour)
	org := s.cloud.Org()
	devices, named := len(org.MxEdges), 0
	for _, site := range org.Sites {
		devices += len(site.Devices)
	}
	for _, d := range s.devices {
		if d.Name != "" && d.Status != "" && d.Updated.After(noon) {
			named++
		}
	}
	if named != devices && named != devices-len(org.MxEdges) { // not every cloud lists Mist Edges
		t.Errorf("%d of %d devices are known with name and status", named, devices)
	}
	if len(s.clients) == 0 || len(s.webhooks) != 0 || len(s.scores) == 0 {
		t.Errorf("%d clients, %d webhooks, %d scores", len(s.clients), len(s.webhooks), len(s.scores))
	}
	if state, line := s.line(); state != event.FeedUp || !strings.HasPrefix(line, fmt.Sprintf("%d sites, ", len(org.Sites))) {
		t.Errorf("%s %q", state, line)
	}
	if got := len(s.sites[0]); got != len(org.Sites) {
		t.Errorf("told of %d sites", got)
	}
	names := len(s.of(event.TopicInventory))
	if names < devices-len(org.MxEdges)+len(org.Sites) {
		t.Errorf("%d names told of %d devices and %d sites", names, devices, len(org.Sites))
	}
	s.run(time.Hour)
	if more := len(s.of(event.TopicInventory)) - names; more != 0 {
		t.Errorf("%d names were told again", more)
	}
	hours := map[time.Time]bool{}
	for _, score := range s.scores {
		hours[score.Time.Truncate(time.Hour)] = true
	}
	if len(hours) < 24 {
		t.Errorf("scores of %d hours: the trend has gaps", len(hours))
	}
}

func TestNamesThatTheViewHasAreNotTold(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for _, site := range s.cloud.Org().Sites {
		s.names[[2]string{"site", site.ID}] = site.Name
		for _, d := range site.Devices {
			s.names[[2]string{"device", d.MAC}] = d.Name
			s.names[[2]string{"device-site", d.MAC}] = site.ID
			s.names[[2]string{"device-ip", d.IP}] = d.MAC
		}
	}
	first := s.cloud.Org().Sites[0]
	s.names[[2]string{"device", first.Devices[3].MAC}] = "its old name"
	s.names[[2]string{"site", first.ID}] = "its old name too"
	foreign := [2]string{"client", "a0b1c2d3e4f5"}
	s.names[foreign] = "somebody's phone"
	s.run(30 * time.Minute)
	for key, n := range s.asked {
		if n > 1 || key == foreign {
			t.Errorf("the view was asked for %v %d times", key, n)
		}
	}
	var said []string
	for _, e := range s.of(event.TopicInventory) {
		if !strings.HasPrefix(fmt.Sprint(e["name"]), "edge-") {
			said = append(said, fmt.Sprint(e["kind"], " ", e["name"]))
		}
	}
	if fmt.Sprint(said) != fmt.Sprintf("[site %s device %s]", first.Name, first.Devices[3].Name) {
		t.Errorf("told %q", said)
	}
}

func TestARemovedSiteLeavesAndANewOneComes(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.run(20 * time.Minute)
	all := len(s.cloud.Org().Sites)
	gone := s.cloud.Org().Sites[2]
	if !s.cloud.Faults().RemoveSite(gone.ID) {
		t.Fatal("no such site")
	}
	s.run(30 * time.Minute)
	for _, d := range s.devices {
		if d.SiteID == gone.ID {
			t.Fatalf("%s of the removed site is left", d.Name)
		}
	}
	for _, c := range s.clients {
		if c.SiteID == gone.ID {
			t.Fatalf("client %s of the removed site is left", c.MAC)
		}
	}
	if state, line := s.line(); state != event.FeedUp || !strings.HasPrefix(line, fmt.Sprintf("%d sites, ", all-1)) {
		t.Errorf("%s %q", state, line)
	}
	if last := s.sites[len(s.sites)-1]; len(last) != all-1 {
		t.Errorf("%d sites are followed", len(last))
	}
}

// The published document lists Mist Edges by site alone; a cloud that follows it
// to the letter shows them too.
func TestMistEdgesAreFoundBySiteWhereThereIsNoListOfAll(t *testing.T) {
	t.Parallel()
	s := newStageBehind(t, func(api http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch {
			case !strings.HasSuffix(r.URL.Path, "/stats/mxedges"):
				api.ServeHTTP(w, r)
			case strings.Contains(r.URL.Path, "/orgs/"):
				http.Error(w, `{"detail":"Not found."}`, http.StatusNotFound)
			default:
				w.Header().Set("Content-Type", "application/json")
				id := strings.Split(r.URL.Path, "/")[4]
				fmt.Fprintf(w, `[{"mac":"5c5b35%s","name":"edge","site_id":%q,"status":"connected","last_seen":%d}]`, id[:6], id, noon.Unix())
			}
		})
	})
	s.run(30 * time.Minute)
	edges := 0
	for _, d := range s.devices {
		if d.Type == mistsim.MxEdge && d.Name == "edge" && d.Status == event.DeviceConnected {
			edges++
		}
	}
	if sites := len(s.cloud.Org().Sites); edges != sites {
		t.Errorf("%d Mist Edges of %d sites", edges, sites)
	}
	if state, line := s.line(); state != event.FeedUp || strings.Contains(line, "mist edges") {
		t.Errorf("%s %q", state, line)
	}
}

func TestOnlyTheSitesOfTheConfigurationAreFollowed(t *testing.T) {
	t.Parallel()
	s := newStage(t, func(sim *mistsim.Options, o *poll.Options) {
		sim.Sites, sim.Devices, sim.Clients = 0, 0, 0 // those of the stories, which have names of their own
		b := o.View.(*book)
		o.State = netstate.New(netstate.Options{Source: "acme", Sites: []string{"store-*"}, View: b, Log: b, Clock: o.Clock})
	})
	s.run(time.Hour)
	if n := len(s.sites[0]); n != 3 {
		t.Fatalf("%d sites are followed", n)
	}
	if n := s.cloud.Calls()["GET /api/v1/sites/{site_id}/stats/clients"]; n == 0 {
		t.Error("their clients are not asked for")
	}
	for _, score := range s.scores {
		if !strings.HasPrefix(score.Site, "store-") {
			t.Fatalf("a score of %s", score.Site)
		}
	}
}
