package netstate

import (
	"fmt"
	"testing"
	"time"

	"foghorn/journal/event"
)

// A webhook tells of a lost device before the next list does. It is in the log
// already, so nothing is told again, neither now nor by that list.
func TestAWebhookPutsADeviceDownAtOnce(t *testing.T) {
	s := newStage(t)
	s.round(s.ap(lobby, "connected", 0))
	s.clock.Advance(5 * time.Minute)
	lost := s.clock.Now().Add(-2 * time.Second)
	s.SetConnection(lobby, event.DeviceDisconnected, lost)
	s.flush()
	if d := s.book.devices[lobby]; d.Status != event.DeviceDisconnected || !d.Since.Equal(lost) {
		t.Errorf("row: %+v", d)
	}
	s.clock.Advance(time.Minute)
	s.round(s.ap(lobby, "disconnected", 6*time.Minute))
	if d := s.book.devices[lobby]; d.Status != event.DeviceDisconnected || !d.Since.Equal(lost) {
		t.Errorf("row after the list: %+v", d)
	}
	s.SetConnection(lobby, event.DeviceConnected, s.clock.Now())
	s.flush()
	if d := s.book.devices[lobby]; d.Status != event.DeviceConnected || !d.Since.Equal(s.clock.Now()) {
		t.Errorf("row after it came back: %+v", d)
	}
	s.wantTold()
}

func TestALateWebhookChangesNothing(t *testing.T) {
	s := newStage(t)
	s.round(s.ap(lobby, "connected", 0))
	s.clock.Advance(time.Minute)
	lost := s.clock.Now()
	s.clock.Advance(time.Minute)
	s.DeviceFrame(berlin, fmt.Appendf(nil, `{"mac":%q,"last_seen":%s}`, lobby, s.ago(0)))
	s.SetConnection(lobby, event.DeviceDisconnected, lost)
	s.flush()
	if d := s.book.devices[lobby]; d.Status != event.DeviceConnected {
		t.Errorf("a device that was heard since is %s", d.Status)
	}
	s.SetConnection(yard, event.DeviceDisconnected, lost) // nobody knows it
	s.wantTold()
}

func TestARenameShowsBeforeTheNextList(t *testing.T) {
	s := newStage(t)
	s.round(s.ap(lobby, "connected", 0))
	s.SetName(lobby, "reception")
	s.SetName(lobby, "")
	s.flush()
	if d := s.book.devices[lobby]; d.Name != "reception" {
		t.Errorf("it is called %s", d.Name)
	}
}
