package netstate

import (
	"context"
	"encoding/json"
	"time"

	"foghorn/feeds/observation"
	"foghorn/journal/event"
)

// lively is how recent a last_seen must be for a device to count as connected
// by its frames alone, and for how long a frame outweighs an older row of REST.
const lively = 3 * time.Minute

// standing takes the status of a REST row. A row may be older than what the
// stream told meanwhile: a device that was just heard is not put down by it.
func (m *State) standing(d *device, p patch, now time.Time) {
	stale := p.status == event.DeviceDisconnected && !d.framed.IsZero() && now.Sub(d.framed) < lively &&
		p.heard.Before(d.heard) && now.Sub(m.own(d.heard)) < lively
	m.hear(d, p.heard, now)
	if p.status == "" || stale {
		return
	}
	m.becomes(d, p.status, event.ViaPoll, now)
}

// alive takes that a device sent a frame. Frames tell nothing of devices that
// are down, and may be repeated long after: only a recent last_seen counts.
func (m *State) alive(d *device, p patch, now time.Time) {
	if p.heard.IsZero() {
		return
	}
	fresh := p.heard.After(d.heard)
	m.hear(d, p.heard, now)
	if fresh && now.Sub(m.own(p.heard)) < lively && d.told != "" {
		m.becomes(d, event.DeviceConnected, event.ViaStream, now)
	}
}

// hear moves last_seen on, never back; but one from the future, told while the
// cloud's clock was off, gives way.
func (m *State) hear(d *device, heard, now time.Time) {
	if heard.IsZero() || heard.Before(d.heard) && m.own(d.heard).Before(now.Add(lively)) {
		return
	}
	d.heard = heard
	d.LastSeen = m.own(heard)
}

// becomes sets a status. Only the change between connected and disconnected is
// for the log: what lies between ("upgrading") is the row's alone.
func (m *State) becomes(d *device, status string, via event.Via, now time.Time) {
	first := d.told == ""
	if d.Status != status {
		switch {
		case first && status == event.DeviceDisconnected:
			d.Since = d.LastSeen
		case first:
			d.Since = time.Time{} // how long it had been so nobody knows
		default:
			d.Since = now
			if status == event.DeviceDisconnected && !d.LastSeen.IsZero() {
				d.Since = d.LastSeen
			}
		}
		d.Status = status
	}
	if status != event.DeviceConnected && status != event.DeviceDisconnected || d.told == status {
		return
	}
	d.told = status
	// A device that never was heard of, such as a spare in its box, did not go down.
	if first && (status == event.DeviceConnected || d.heard.IsZero()) {
		return
	}
	m.tell(d, via, now)
}

// tell queues a device-status element.
func (m *State) tell(d *device, via event.Via, now time.Time) {
	at := d.heard
	if at.IsZero() {
		at = now.Add(m.skew.worth())
	}
	element, err := json.Marshal(struct {
		OrgID     string    `json:"org_id"`
		SiteID    string    `json:"site_id,omitempty"`
		SiteName  string    `json:"site_name,omitempty"`
		MAC       event.MAC `json:"mac"`
		Name      string    `json:"name,omitempty"`
		Type      string    `json:"type"`
		Status    string    `json:"status"`
		Timestamp float64   `json:"timestamp"`
		SeenBy    event.Via `json:"seen_by"`
	}{m.o.OrgID, d.SiteID, d.Site, d.MAC, d.Name, d.Type, d.Status, float64(at.UnixMilli()) / 1000, via})
	if err != nil || len(m.told) >= mostTold {
		m.stats.Unreadable++
		return
	}
	m.told = append(m.told, element)
	m.toldVia = append(m.toldVia, via)
}

// flushTold appends what changed, in the order it did; runs of one way in are
// one record.
func (m *State) flushTold(ctx context.Context) error {
	for {
		m.mu.Lock()
		n := 0
		for n < len(m.told) && n < observation.MaxElements && m.toldVia[n] == m.toldVia[0] {
			n++
		}
		if n == 0 {
			m.mu.Unlock()
			return nil
		}
		elements, via := m.told[:n:n], m.toldVia[0]
		m.mu.Unlock()
		records, err := observation.Records(m.o.Source, via, event.TopicDeviceStatus, m.o.Clock.Now(), elements...)
		if err != nil {
			return err
		}
		if _, err := m.o.Log.Append(ctx, records...); err != nil {
			return err
		}
		m.mu.Lock()
		m.told, m.toldVia = m.told[n:], m.toldVia[n:]
		m.mu.Unlock()
	}
}

// skew estimates how far the cloud's clock is ahead of this machine's: no
// device was heard later than now, and some connected one was heard just now.
type skew struct {
	current, previous time.Duration // the largest lead within a window, each
	begun             time.Time
	known, older      bool
	minutes           time.Duration // what worth says, so that it does not flicker
}

const (
	skewWindow = 5 * time.Minute
	// Below these the difference may as well be the way of the data.
	worthAhead  = 3 * time.Minute
	worthBehind = 15 * time.Minute
)

// noteSkew takes the newest last_seen that was told at now. A list that names
// connected devices shows a clock behind as well as one ahead; a frame, which
// may be a late one, only one ahead.
func (m *State) noteSkew(newest, now time.Time, both bool) {
	if newest.IsZero() {
		return
	}
	lead := newest.Sub(now)
	s := &m.skew
	if !both && lead < worthAhead && !s.known {
		return
	}
	if now.Sub(s.begun) >= skewWindow || now.Before(s.begun) {
		s.previous, s.older = s.current, s.known
		s.current, s.known, s.begun = lead, true, now
	}
	s.current, s.known = max(s.current, lead), true
	best := s.current
	if s.older {
		best = max(best, s.previous)
	}
	switch {
	case best > worthAhead || best < -worthBehind:
		if off := best - s.minutes; s.minutes == 0 || off > time.Minute || off < -time.Minute {
			s.minutes = best.Round(time.Minute)
		}
		m.warnOnce("skew", "the cloud's clock and this machine's differ; check the time here", "source", m.o.Source, "cloud_ahead", s.minutes)
	default:
		s.minutes = 0
		delete(m.warned, "skew")
	}
}

func (s *skew) worth() time.Duration { return s.minutes }

// own turns a time of the cloud into one of this machine's clock.
func (m *State) own(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.Add(-m.skew.worth())
}
