package netstate

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"foghorn/journal/event"
	"foghorn/mist"
)

func TestAFrameAddsToARowAndTakesNothingAway(t *testing.T) {
	s := newStage(t)
	s.round(s.ap(lobby, "connected", 20*time.Second))
	s.clock.Advance(30 * time.Second)
	s.DeviceFrame(berlin, fmt.Appendf(nil, `{"mac":%q,"last_seen":%s,"uptime":3630,"_offset_apbasic":{"x":1},"name":null,"status":null,"radio_stat":{"band_5":{"channel":44}},"cpu_util":"17","mem_used_kb":256,"mem_total_kb":1024}`, lobby, s.ago(0)))
	s.flush()
	d := s.book.devices[lobby]
	if d.Name != "ap-01" || d.Status != "connected" || d.Model != "AP45" || d.Site != "Berlin" || d.Clients != 7 || d.IP != "10.0.0.5" {
		t.Errorf("the frame took something away: %+v", d)
	}
	if len(d.Radios) != 2 || d.Radios[1] != (event.Radio{Band: "5", Channel: 44, Bandwidth: 40, Utilization: 12, Clients: 6}) {
		t.Errorf("radios are %+v", d.Radios)
	}
	if d.CPU != 17 || d.Memory != 25 || d.UptimeS != 3630 || !d.LastSeen.Equal(s.clock.Now()) || !d.Updated.Equal(s.clock.Now()) {
		t.Errorf("the frame did not add what it had: %+v", d)
	}
	s.wantTold()
}

func TestFramesOfDevicesThatRESTHasNotToldOfAreLeft(t *testing.T) {
	s := newStage(t)
	s.DeviceFrame(berlin, fmt.Appendf(nil, `[{"mac":%q,"last_seen":%s}, 7, {"name":"x"}]`, lobby, s.ago(0)))
	s.flush()
	if len(s.book.devices) != 0 || s.Stats().Unreadable != 2 {
		t.Errorf("%v, %+v", s.book.devices, s.Stats())
	}
}

func TestEachSortOfDeviceIsRead(t *testing.T) {
	s := newStage(t)
	s.round(
		`{"mac":"aa0000000001","type":"switch","name":"sw","site_id":"`+berlin+`","status":"connected","last_seen":`+s.ago(0)+`,"ip_stat":{"ip":"10.1.1.1"},"cpu_stat":{"idle":70,"user":20},"memory_stat":{"usage":41},"clients_stats":{"total":{"num_wired_clients":12,"num_aps":[3]}}}`,
		`{"mac":"AA:00:00:00:00:02","type":"gateway","hostname":"gw","site_id":"`+berlin+`","status":"Connected","last_seen":"`+s.ago(0)+`","uptime":12.7,"version":null,"ip":null}`,
	)
	r := s.BeginSweep(MxEdges)
	r.Add(object(`{"mac":"aa0000000003","id":"387804a7-3474-85ce-15a2-f9a9684c9c9","name":"edge","status":"connected","model":"ME-X1","last_seen":` + s.ago(0) + `,"lldp_stat":{"system_name":"sw","port_id":"ge-0/0/1"}}`))
	r.End()
	s.flush()
	sw, gw, me := s.book.devices["aa0000000001"], s.book.devices["aa0000000002"], s.book.devices["aa0000000003"]
	if sw.IP != "10.1.1.1" || sw.CPU != 30 || sw.Memory != 41 || sw.Clients != 12 {
		t.Errorf("switch: %+v", sw)
	}
	if gw.Name != "gw" || gw.Status != "connected" || gw.UptimeS != 13 || gw.Type != "gateway" {
		t.Errorf("gateway: %+v", gw)
	}
	if me.Type != "mxedge" || me.Uplink != "sw ge-0/0/1" || me.SiteID != "" {
		t.Errorf("Mist Edge: %+v", me)
	}
}

func TestWhatIsGoneFromTwoCompleteListsLeaves(t *testing.T) {
	s := newStage(t)
	s.round(s.ap(lobby, "connected", 0), s.ap(yard, "connected", 0))
	s.round(s.ap(lobby, "connected", 0))
	if len(s.book.devices) != 2 {
		t.Fatal("one missing page took a device away")
	}
	half := s.BeginSweep(OrgDevices) // cut off: no End
	half.Add(object(s.ap(lobby, "connected", 0)))
	s.flush()
	edges := s.BeginSweep(MxEdges)
	edges.End()
	s.flush()
	if len(s.book.devices) != 2 {
		t.Fatal("a list that was not read to its end, or is of others, took a device away")
	}
	s.round(s.ap(lobby, "connected", 0))
	if _, there := s.book.devices[yard]; there || len(s.book.devices) != 1 {
		t.Errorf("still there: %v", s.book.devices)
	}
}

func TestTheInventoryKeepsWhatTheStatsDoNotTell(t *testing.T) {
	s := newStage(t)
	there := []mist.InventoryItem{
		{MAC: string(lobby), Type: "ap", SiteID: berlin, Serial: "A1", Connected: true}, {MAC: string(yard), Name: "yard", Type: "ap", SiteID: berlin},
		{MAC: "5c5b35000009", Name: "spare", Type: "ap"},
	}
	s.Inventory(there)
	s.round(s.ap(lobby, "connected", 0))
	if d := s.book.devices[yard]; len(s.book.devices) != 2 || d.Name != "yard" || d.Status != "disconnected" || d.Site != "Berlin" {
		t.Fatalf("there are %v", s.book.devices)
	}
	if d := s.book.devices[lobby]; d.Serial != "A1" || d.Status != "connected" {
		t.Errorf("%+v", d)
	}
	for range 3 {
		s.round(s.ap(lobby, "connected", 0))
	}
	s.wantTold() // an inventory knows no times
	if len(s.book.devices) != 2 {
		t.Fatal("what only the inventory has is gone")
	}
	s.Inventory(there[:1])
	s.flush()
	if len(s.book.devices) != 1 {
		t.Errorf("what nothing has any more is left: %v", s.book.devices)
	}
}

func TestOnlyWantedSitesAreKept(t *testing.T) {
	for _, c := range []struct {
		sites []string
		want  string
	}{
		{nil, "[Berlin Hall 7 a/b]"}, {[]string{"*"}, "[Berlin Hall 7 a/b]"}, {[]string{"ber*"}, "[Berlin]"}, {[]string{"hall 7"}, "[Hall 7]"},
		{[]string{"SITE-BERLIN", "a*b"}, "[Berlin a/b]"}, {[]string{"nowhere"}, "[]"}, {[]string{"[", "berlin"}, "[Berlin]"},
	} {
		s := newStage(t, func(o *Options) { o.Sites = c.sites })
		var names []string
		for _, w := range s.SetSites([]Site{{berlin, "Berlin"}, {hall, "Hall 7"}, {"x", "a/b"}}) {
			names = append(names, w.Name)
		}
		if fmt.Sprint(names) != c.want {
			t.Errorf("%v keeps %v, want %s", c.sites, names, c.want)
		}
	}
	s := newStage(t, func(o *Options) { o.Sites = []string{"Hall*"} })
	s.round(s.ap(lobby, "connected", 0))
	s.ClientFrame(berlin, fmt.Appendf(nil, `{"mac":%q}`, phone))
	s.flush()
	if len(s.book.devices)+len(s.book.clients) != 0 {
		t.Error("a site nobody wants is kept")
	}
}

func TestASiteThatIsRemovedTakesWhatWasThere(t *testing.T) {
	s := newStage(t)
	s.round(s.ap(lobby, "connected", 0))
	s.ClientFrame(berlin, fmt.Appendf(nil, `{"mac":%q,"ap_mac":%q}`, phone, lobby))
	s.flush()
	s.SetSites([]Site{{hall, "Hall 8"}})
	s.flush()
	if len(s.book.devices)+len(s.book.clients) != 0 {
		t.Error("something of the removed site is left")
	}
}

func TestClientsRoamAndLeave(t *testing.T) {
	s := newStage(t)
	s.round(s.ap(lobby, "connected", 0), s.ap(yard, "connected", 0))
	s.Streaming(true)
	on := func(ap event.MAC, rssi int) {
		s.ClientFrame(berlin, fmt.Appendf(nil, `{"mac":%q,"ap_mac":%q,"rssi":%d,"snr":30,"band":"24","channel":6,"ssid":"corp","hostname":"anna-phone","last_seen":%s}`, phone, ap, rssi, s.ago(0)))
		s.flush()
	}
	on(lobby, -50)
	s.clock.Advance(10 * time.Second)
	on(yard, -60)
	c := s.book.clients[phone]
	if c.Roams != 1 || c.AP != yard || c.APName != "ap-02" || c.RSSI != -60 || c.Band != "2.4" || !c.Since.Equal(s.clock.Now()) || c.Site != "Berlin" {
		t.Errorf("after a roam: %+v", c)
	}
	// REST, asked just before, still has it where it was.
	s.Clients(berlin, s.clock.Now(), object(fmt.Sprintf(`{"mac":%q,"ap_mac":%q,"last_seen":%s}`, phone, lobby, s.ago(5*time.Second))))
	s.flush()
	if c := s.book.clients[phone]; c.Roams != 1 || c.AP != yard {
		t.Errorf("an older row made a roam: %+v", c)
	}
	s.clock.Advance(9 * time.Minute)
	s.Streaming(false)
	s.clock.Advance(2 * time.Hour)
	s.flush()
	s.Streaming(true)
	s.clock.Advance(9 * time.Minute)
	s.flush()
	if len(s.book.clients) != 1 {
		t.Fatal("a client was given up while nobody could be heard")
	}
	s.clock.Advance(2 * time.Minute)
	s.flush()
	if len(s.book.clients) != 0 {
		t.Error("a silent client stays forever")
	}
}

func TestRESTSaysWhichClientsOfASiteAreLeft(t *testing.T) {
	s := newStage(t)
	for i := range 3 {
		s.ClientFrame([]string{berlin, berlin, hall}[i], fmt.Appendf(nil, `{"mac":"a0000000000%d"}`, i))
	}
	s.flush()
	s.clock.Advance(time.Second)
	asked := s.clock.Now()
	s.clock.Advance(time.Second)
	s.ClientFrame(berlin, []byte(`{"mac":"a00000000009"}`)) // joined while REST was answering
	s.Clients(berlin, asked, object(`{"mac":"a00000000001"}`))
	s.flush()
	_, left := s.book.clients["a00000000000"]
	_, joined := s.book.clients["a00000000009"]
	if left || !joined || len(s.book.clients) != 3 {
		t.Errorf("there are %v", s.book.clients)
	}
}

func TestMemoryIsBoundedAndSaysWhatWasLeftOut(t *testing.T) {
	s := newStage(t, func(o *Options) { o.MaxDevices, o.MaxClients = 1, 1 })
	s.round(s.ap(lobby, "connected", 0), s.ap(yard, "connected", 0))
	if w := s.Warning(); !strings.Contains(w, "more than 1 devices") {
		t.Errorf("warning %q", w)
	}
	for i := range 5 {
		s.ClientFrame(berlin, fmt.Appendf(nil, `{"mac":"a0000000000%d","hostname":%q}`, i, strings.Repeat("ä", 5000)))
	}
	s.flush()
	if st := s.Stats(); st.Devices != 1 || st.Clients != 1 || st.LeftDevices != 1 || st.LeftClients != 4 {
		t.Errorf("%+v", st)
	}
	if n := len(s.book.clients["a00000000000"].Hostname); n == 0 || n > maxText {
		t.Errorf("a name of %d bytes", n)
	}
}

func TestRowsThatSayNothingNewAreNotWrittenEachSecond(t *testing.T) {
	s := newStage(t)
	s.round(s.ap(lobby, "connected", 0))
	s.book.writes = 0
	for range 60 {
		s.clock.Advance(time.Second)
		s.DeviceFrame(berlin, fmt.Appendf(nil, `{"mac":%q,"last_seen":%s,"uptime":%d}`, lobby, s.ago(0), s.clock.Now().Unix()))
		s.flush()
	}
	if s.book.writes != 3 {
		t.Errorf("%d writes in a minute of which nothing but the time is new", s.book.writes)
	}
}

func TestWhatCouldNotBeWrittenIsWrittenLater(t *testing.T) {
	s := newStage(t)
	s.book.refuse = errors.New("disk full")
	r := s.BeginSweep(OrgDevices)
	r.Add(object(s.ap(lobby, "disconnected", time.Hour)))
	r.End()
	s.ClientFrame(berlin, fmt.Appendf(nil, `{"mac":%q}`, phone))
	if err := s.Flush(t.Context()); err == nil {
		t.Fatal("no error")
	}
	s.book.refuse = nil
	s.flush()
	s.wantTold(string(lobby) + " disconnected poll")
	if s.book.order[0] != "log" || len(s.book.devices) != 1 || len(s.book.clients) != 1 {
		t.Errorf("%v, %v", s.book.order, s.book.devices)
	}
	s.flush()
	s.wantTold(string(lobby) + " disconnected poll")
}

func TestRunWritesAtMostOnceASecondAndOnceMoreAtTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, func(o *Options) { o.Clock = nil })
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- s.Run(ctx) }()
		for i := range 30 {
			s.ClientFrame(berlin, fmt.Appendf(nil, `{"mac":%q,"rssi":-%d}`, phone, 40+i))
			time.Sleep(100 * time.Millisecond) // of the bubble's clock
		}
		synctest.Wait()
		if n := len(s.book.order); n < 2 || n > 3 {
			t.Errorf("%d writes in three seconds", n)
		}
		s.ClientFrame(berlin, fmt.Appendf(nil, `{"mac":%q,"rssi":-99}`, phone))
		cancel()
		if err := <-done; err != nil || s.book.clients[phone].RSSI != -99 {
			t.Errorf("at the end: %v, %+v", err, s.book.clients[phone])
		}
	})
}

func FuzzFrames(f *testing.F) {
	f.Add([]byte(`{"mac":"5c5b35000001","last_seen":1772366400.5,"radio_stat":{"band_5":null,"band_6":{"channel":"37"}},"lldp_stat":[]}`))
	f.Add([]byte(`[{"mac":"5c-5b-35-00-00-01","band":24,"rssi":"-50","uptime":9e300}, null, [[`))
	f.Fuzz(func(t *testing.T, data []byte) {
		s := newStage(t)
		s.round(s.ap(lobby, "connected", 0))
		s.DeviceFrame(berlin, data)
		s.ClientFrame(berlin, data)
		s.BeginSweep(OrgDevices).Add(mist.Value(data).Object())
		s.flush()
		for _, d := range s.book.devices {
			if len(d.Name) > maxText || len(d.Radios) > 3 {
				t.Errorf("%+v", d)
			}
		}
	})
}
