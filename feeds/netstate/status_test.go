package netstate

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"foghorn/journal/event"
)

func TestAChangeIsToldOnceAndTheFirstSightOfALivingDeviceIsNone(t *testing.T) {
	s := newStage(t)
	s.round(s.ap(lobby, "connected", 10*time.Second))
	s.wantTold()
	s.clock.Advance(5 * time.Minute)
	down := s.ap(lobby, "disconnected", 4*time.Minute)
	s.round(down)
	s.round(down)
	s.wantTold(string(lobby) + " disconnected poll")
	e := s.book.told[0]
	if want := s.clock.Now().Add(-4 * time.Minute); !e.At.Equal(want) || e.SiteName != "Berlin" || e.Name != "ap-01" || e.Type != "ap" || e.OrgID != "org-1" || e.Via != event.ViaPoll {
		t.Errorf("told %+v, want it at %v", e, want)
	}
	if d := s.book.devices[lobby]; !d.Since.Equal(e.At) || d.Status != "disconnected" {
		t.Errorf("row: %+v", d)
	}
	s.clock.Advance(time.Minute)
	s.round(s.ap(lobby, "upgrading", 0))
	s.wantTold(string(lobby) + " disconnected poll")
	s.round(s.ap(lobby, "connected", 0))
	s.wantTold(string(lobby)+" disconnected poll", string(lobby)+" connected poll")
	if back := s.book.told[1].At; !back.After(e.At) {
		t.Errorf("it was back at %v, before it was gone at %v", back, e.At)
	}
}

func TestADeviceFirstSeenDownIsToldWithWhenItWasLastHeard(t *testing.T) {
	s := newStage(t)
	s.round(s.ap(lobby, "disconnected", 26*time.Hour), strings.Replace(s.ap(yard, "disconnected", 0), `"last_seen":`+s.ago(0), `"last_seen":null`, 1))
	s.wantTold(string(lobby) + " disconnected poll") // and not the spare that never was heard of
	want := noon.Add(-26 * time.Hour)
	if d := s.book.devices[lobby]; !s.book.told[0].At.Equal(want) || !d.Since.Equal(want) {
		t.Errorf("told %+v, row %+v", s.book.told[0], d)
	}
}

func TestADeviceThatSendsFramesIsConnected(t *testing.T) {
	s := newStage(t)
	s.round(s.ap(lobby, "disconnected", time.Hour), s.ap(yard, "connected", 0))
	s.DeviceFrame(berlin, fmt.Appendf(nil, `{"mac":%q,"last_seen":%s}`, lobby, s.ago(59*time.Minute))) // told late
	s.flush()
	s.wantTold(string(lobby) + " disconnected poll")
	s.clock.Advance(10 * time.Second)
	s.DeviceFrame(berlin, fmt.Appendf(nil, `{"mac":%q,"last_seen":%s}`, lobby, s.ago(time.Second)))
	s.flush()
	s.wantTold(string(lobby)+" disconnected poll", string(lobby)+" connected stream")
	if s.book.told[1].Via != event.ViaStream {
		t.Errorf("told by %s", s.book.told[1].Via)
	}
	// REST answers from before that.
	s.round(s.ap(lobby, "disconnected", time.Hour), s.ap(yard, "connected", 0))
	s.wantTold(string(lobby)+" disconnected poll", string(lobby)+" connected stream")
	// It falls silent: frames no longer come, and REST decides.
	s.clock.Advance(10 * time.Minute)
	s.round(s.ap(lobby, "disconnected", 10*time.Minute), s.ap(yard, "connected", 0))
	s.wantTold(string(lobby)+" disconnected poll", string(lobby)+" connected stream", string(lobby)+" disconnected poll")
}

func TestADeviceThatWentDownWhileNobodyLookedIsAChange(t *testing.T) {
	s := newStage(t)
	s.Restore([]event.Device{
		{Source: "acme", MAC: lobby, Status: "connected", SiteID: berlin, LastSeen: noon.Add(-2 * time.Hour), Type: "ap"},
		{Source: "acme", MAC: yard, Status: "disconnected", SiteID: berlin, LastSeen: noon.Add(-3 * time.Hour), Since: noon.Add(-3 * time.Hour), Type: "ap"},
	}, []event.LiveClient{{Source: "acme", MAC: phone, SiteID: berlin}})
	s.round(s.ap(lobby, "disconnected", time.Hour), s.ap(yard, "disconnected", 3*time.Hour))
	s.wantTold(string(lobby) + " disconnected poll")
	if d := s.book.devices[yard]; !d.Since.Equal(noon.Add(-3 * time.Hour)) {
		t.Errorf("since is lost: %+v", d)
	}
}

func TestACloudWhoseClockIsAnHourOffIsNoticedAndHarmless(t *testing.T) {
	for name, off := range map[string]time.Duration{"ahead": time.Hour, "behind": -time.Hour} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			s.round(s.ap(lobby, "connected", -off), s.ap(yard, "disconnected", 2*time.Hour-off))
			if w := s.Warning(); !strings.Contains(w, "clock is 1h0m0s "+name) {
				t.Errorf("warning %q", w)
			}
			d := s.book.devices[lobby]
			if !d.LastSeen.Equal(noon) || !d.Updated.Equal(noon) {
				t.Errorf("last seen %v, updated %v at %v", d.LastSeen, d.Updated, noon)
			}
			if d := s.book.devices[yard]; !d.Since.Equal(noon.Add(-2 * time.Hour)) {
				t.Errorf("down since %v", d.Since)
			}
			// In the log the cloud's times stay as they are: they are compared with those of its webhooks.
			if at := s.book.told[0].At; !at.Equal(noon.Add(off - 2*time.Hour)) {
				t.Errorf("told at %v", at)
			}
			s.clock.Advance(time.Minute)
			s.DeviceFrame(berlin, fmt.Appendf(nil, `{"mac":%q,"last_seen":%s}`, yard, s.ago(-off)))
			s.flush()
			s.wantTold(string(yard)+" disconnected poll", string(yard)+" connected stream")

			// It is set right: nothing stays in the future, and the warning ends.
			s.clock.Advance(11 * time.Minute)
			s.round(s.ap(lobby, "connected", 0), s.ap(yard, "connected", 0))
			s.clock.Advance(6 * time.Minute)
			s.round(s.ap(lobby, "connected", 0), s.ap(yard, "connected", 0))
			s.clock.Advance(6 * time.Minute)
			s.round(s.ap(lobby, "connected", 0), s.ap(yard, "connected", 0))
			if w, d := s.Warning(), s.book.devices[lobby]; w != "" || !d.LastSeen.Equal(s.clock.Now()) {
				t.Errorf("warning %q, last seen %v at %v", w, d.LastSeen, s.clock.Now())
			}
			s.wantTold(string(yard)+" disconnected poll", string(yard)+" connected stream")
		})
	}
}
