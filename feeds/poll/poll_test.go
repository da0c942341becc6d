package poll_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"foghorn/feeds/netstate"
	"foghorn/feeds/poll"
	"foghorn/journal/event"
	"foghorn/mist"
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
	if state, line := s.line(); state != event.FeedUp || !strings.HasPrefix(line, "8 sites, ") {
		t.Errorf("%s %q", state, line)
	}
	if got := len(s.sites[0]); got != 8 {
		t.Errorf("told of %d sites", got)
	}
	names := len(s.of(event.TopicInventory))
	if names < devices-len(org.MxEdges)+8 {
		t.Errorf("%d names told of %d devices and 8 sites", names, devices)
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

func TestWhatNoWebhookToldIsFoundOnce(t *testing.T) {
	t.Parallel()
	s := newStage(t, small)
	s.run(10 * time.Minute)
	if n := len(s.of("alarms")) + len(s.of("device-events")) + len(s.of("audits")); n != 0 {
		t.Fatalf("%d things told of a cloud where nothing happened", n)
	}
	ids := s.cloud.RaiseAlarms(3)
	s.run(3 * time.Minute)
	if n := len(s.of("alarms")); n != 3 {
		t.Fatalf("%d of 3 alarms told", n)
	}
	s.run(3 * time.Hour)
	if n := len(s.of("alarms")); n != 3 {
		t.Errorf("3 alarms were told %d times", n)
	}
	if s.of("alarms")[0]["id"] != ids[0] {
		t.Errorf("told %v", s.of("alarms")[0])
	}
}

func TestAnAlarmThatTheViewHasIsNotTold(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.run(time.Minute)
	ids := s.cloud.RaiseAlarms(2)
	s.alerts[ids[0]] = event.Alert{ID: 17, MistAlarmID: ids[0], Opened: s.clock.Now(), LastSeen: s.clock.Now(), Count: 1}
	s.run(5 * time.Minute)
	if got := s.of("alarms"); len(got) != 1 || got[0]["id"] != ids[1] {
		t.Errorf("told %v", got)
	}
}

func TestAnAckInThePortalIsOneHere(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.run(time.Minute)
	id := s.cloud.RaiseAlarms(1)[0]
	alert := event.Alert{ID: 17, MistAlarmID: id, Opened: s.clock.Now().Add(-time.Minute), LastSeen: s.clock.Now(), Count: 1}
	s.alerts[id] = alert
	s.run(5 * time.Minute)
	admin := s.cloud.Org().Admins[0]
	s.cloud.PortalAck(admin.Name, "on my way", id)
	acked := s.clock.Now()
	s.run(5 * time.Minute)
	if len(s.acts) != 1 {
		t.Fatalf("%d activities: %+v", len(s.acts), s.acts)
	}
	a := s.acts[0]
	if a.Action != event.ActionAck || !strings.HasPrefix(a.Actor, admin.Name) || a.Reason != "on my way" || a.Target != event.AlertTarget(17) ||
		a.Source != "acme" || a.Sync.State != event.SyncDone || a.Time.Sub(acked).Abs() > time.Second {
		t.Errorf("activity %+v, acked %v", a, acked)
	}
	// The projector has applied it; then a person here takes it back, which the
	// cloud has not heard of yet.
	alert.AckedAt, alert.Sync.State = &acked, event.SyncDone
	s.alerts[id] = alert
	s.run(10 * time.Minute)
	alert.AckedAt, alert.Sync.State = nil, event.SyncSending
	s.alerts[id] = alert
	s.run(10 * time.Minute)
	if len(s.acts) != 1 {
		t.Errorf("ours on its way was overruled: %+v", s.acts[1:])
	}
}

func TestAnAckTakenBackInThePortalIsTakenBackHere(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.run(time.Minute)
	ids := s.cloud.RaiseAlarms(3)
	acked := s.clock.Now()
	for i, state := range []event.SyncState{event.SyncDone, event.SyncNone, event.SyncPending} {
		s.alerts[ids[i]] = event.Alert{ID: int64(17 + i), MistAlarmID: ids[i], Opened: acked, LastSeen: acked, Count: 1, AckedAt: &acked, Sync: event.Sync{State: state}}
	}
	s.run(90 * time.Second)
	if len(s.acts) != 0 {
		t.Errorf("an ack of a moment ago was taken back: the cloud's search lags: %+v", s.acts)
	}
	s.run(5 * time.Minute)
	if len(s.acts) != 1 || s.acts[0].Action != event.ActionUnack || s.acts[0].Target != event.AlertTarget(17) {
		t.Errorf("activities %+v", s.acts)
	}
}

// An ack that was given back is old, and the cloud heard of it only now: that its
// search does not know it yet is no un-ack in the portal.
func TestAnAckGivenBackIsNotTakenForAnUnackInThePortal(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.run(time.Minute)
	id := s.cloud.RaiseAlarms(1)[0]
	acked := s.clock.Now().Add(-time.Hour)
	s.done = map[int64]event.Activity{9: {ID: 9, Time: s.clock.Now(), Actor: "bob", Action: event.ActionUndo}}
	s.alerts[id] = event.Alert{ID: 17, MistAlarmID: id, Opened: acked, LastSeen: acked, Count: 1, Owner: "ann", AckedAt: &acked, Sync: event.Sync{State: event.SyncDone}, SyncActivity: 9}
	s.run(90 * time.Second)
	if len(s.acts) != 0 {
		t.Errorf("the undo was undone: %+v", s.acts)
	}
	s.run(5 * time.Minute)
	if len(s.acts) != 1 || s.acts[0].Action != event.ActionUnack {
		t.Errorf("a real un-ack is not seen: %+v", s.acts)
	}
}

func TestTopicsAreNotPolledWhileWebhooksDeliverThem(t *testing.T) {
	t.Parallel()
	s := newStage(t, small)
	path := "GET /api/v1/orgs/{org_id}/devices/events/search"
	s.run(time.Minute)
	first := s.cloud.Calls()[path]
	if first != 1 {
		t.Fatalf("%d calls at the start", first)
	}
	s.last[event.ViaWebhook] = event.Event{Topic: "device-events", Received: s.clock.Now()}
	s.run(50 * time.Minute)
	if n := s.cloud.Calls()[path]; n != first {
		t.Errorf("polled %d times while webhooks deliver", n-first)
	}
	s.run(time.Hour) // and they are silent now
	if n := s.cloud.Calls()[path] - first; n < 20 {
		t.Errorf("polled %d times when they no longer do", n)
	}
}

func TestARemovedSiteLeavesAndANewOneComes(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.run(20 * time.Minute)
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
	if state, line := s.line(); state != event.FeedUp || !strings.HasPrefix(line, "7 sites, ") {
		t.Errorf("%s %q", state, line)
	}
	if last := s.sites[len(s.sites)-1]; len(last) != 7 {
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
	s := newStage(t, func(_ *mistsim.Options, o *poll.Options) {
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

// trouble orders a fault for everything from now on.
func (s *stage) trouble(kind mistsim.Fault, path string, more ...func(*mistsim.Order)) {
	o := mistsim.Order{Kind: kind, Path: path, Times: 1 << 30}
	for _, m := range more {
		m(&o)
	}
	s.cloud.Faults().Order(o)
}

func TestEachTroubleIsOneLineAndFewCalls(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		make  func(*stage)
		want  string // in the line
		calls int    // most in the hour after
		state event.FeedState
	}{
		"the cloud has a problem": {func(s *stage) { s.trouble(mistsim.ServerError, "") }, "failed (503", 100, event.FeedDown},
		"a page for people":       {func(s *stage) { s.trouble(mistsim.HTML, "") }, "a web page instead of JSON", 100, event.FeedDown},
		"JSON that is cut off":    {func(s *stage) { s.trouble(mistsim.HalfBody, "") }, "cut off", 100, event.FeedDown},
		"429 for an hour": {func(s *stage) {
			s.trouble(mistsim.Storm, "", func(o *mistsim.Order) { o.Delay = time.Hour })
		}, "accepts no calls of this token until", 8, event.FeedDown},
		"429 without an end": {func(s *stage) {
			s.trouble(mistsim.Storm, "", func(o *mistsim.Order) { o.Delay = 5 * time.Minute })
		}, "accepts no calls of this token until", 130, event.FeedDown},
		"a revoked token": {func(s *stage) { s.cloud.Revoke(mistsim.AdminToken) }, "does not accept the token (401)", 10, event.FeedError},
		"no right on audits": {func(s *stage) {
			s.trouble(mistsim.ServerError, "/logs/search", func(o *mistsim.Order) { o.Status = 403 })
		}, "audits: no rights on", 700, event.FeedUp},
		"pages that do not end": {func(s *stage) { s.cloud.RaiseAlarms(3); s.trouble(mistsim.EndlessPages, "/alarms/search") }, "does not end", 900, event.FeedUp},
		"pages without rows":    {func(s *stage) { s.trouble(mistsim.EmptyPages, "/stats/devices") }, "devices: ", 800, event.FeedUp},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			s.run(10 * time.Minute)
			there := len(s.devices)
			c.make(s)
			before := s.cloud.TotalCalls()
			s.run(30 * time.Minute)
			state, line := s.line()
			if state != c.state || !strings.Contains(line, c.want) || strings.Contains(line, "\n") {
				t.Errorf("%s %q, want %s with %q", state, line, c.state, c.want)
			}
			s.run(30 * time.Minute)
			if n := s.cloud.TotalCalls() - before; n > c.calls {
				t.Errorf("%d calls in the hour, no more than %d are needed", n, c.calls)
			}
			if len(s.devices) != there || there == 0 {
				t.Errorf("%d of %d devices are left: what was known must stay", len(s.devices), there)
			}
			s.cloud.Faults().Clear()
			s.cloud.AddToken(mistsim.Token{Key: mistsim.AdminToken, Role: "admin"})
			s.run(75 * time.Minute)
			if state, line := s.line(); state != event.FeedUp || !strings.HasPrefix(line, "8 sites") {
				t.Errorf("when it is over: %s %q", state, line)
			}
		})
	}
}

func TestANewTokenIsTakenUpWithoutARestart(t *testing.T) {
	t.Parallel()
	s := newStage(t, func(_ *mistsim.Options, o *poll.Options) {
		o.Renew = func(context.Context) (*mist.Client, error) { return nil, errors.New("replaced by the stage") }
	})
	s.run(10 * time.Minute)
	s.cloud.Revoke(mistsim.AdminToken)
	s.run(20 * time.Minute)
	if state, line := s.line(); state != event.FeedError || !strings.Contains(line, "looked at again every 10 minutes") {
		t.Fatalf("%s %q", state, line)
	}
	s.cloud.AddToken(mistsim.Token{Key: "fresh", Role: "admin"})
	s.run(12 * time.Minute)
	if state, line := s.line(); state != event.FeedUp {
		t.Errorf("%s %q", state, line)
	}
}

func TestAWrongOrganizationIsSaid(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	o := poll.Options{Source: "acme", OrgID: "11111111-2222-3333-4444-555555555555", Client: s.poll.Client(), State: s.state, View: s.book, Log: s.book, Clock: s.clock}
	var err error
	if s.poll, err = poll.New(o); err != nil {
		t.Fatal(err)
	}
	s.run(2 * time.Hour)
	if _, line := s.line(); !strings.Contains(line, "another organization or region?") {
		t.Errorf("line %q", line)
	}
	if n := s.cloud.TotalCalls(); n > 100 {
		t.Errorf("%d calls for an organization that is not there", n)
	}
}

func TestAJournalThatRefusesIsSaidAndNothingIsLost(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.run(5 * time.Minute)
	s.refuse = errors.New("disk full")
	s.cloud.RaiseAlarms(2)
	for range 3 {
		s.poll.RunSoon("alarms")
		s.clock.Set(s.poll.Step(t.Context()))
	}
	if _, line := s.line(); !strings.Contains(line, "disk full") {
		t.Errorf("line %q", line)
	}
	s.refuse = nil
	s.run(20 * time.Minute)
	if n := len(s.of("alarms")); n != 2 {
		t.Errorf("%d of 2 alarms told", n)
	}
}

func TestAGapIsFilledAtOnce(t *testing.T) {
	t.Parallel()
	s := newStage(t, small)
	s.run(30 * time.Minute)
	began := s.clock.Now()
	s.cloud.RaiseAlarms(2)
	n, err := s.poll.Fill(t.Context(), began)
	if err != nil || n == 0 || len(s.of("alarms")) != 2 {
		t.Errorf("filled %d, %v; told %d alarms", n, err, len(s.of("alarms")))
	}
	s.run(10 * time.Minute)
	if got := len(s.of("alarms")); got != 2 {
		t.Errorf("told %d times", got)
	}
	s.cloud.Revoke(mistsim.AdminToken)
	if _, err := s.poll.Fill(t.Context(), began); !mist.IsKind(err, mist.KindAuth) {
		t.Errorf("got %v", err)
	}
}
