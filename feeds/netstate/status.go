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

// applyStatus takes the status of a REST row. A row may be older than what the
// stream sent since: it does not mark a device down that just sent a frame.
func (m *State) applyStatus(d *device, p patch, now time.Time) {
	stale := p.status == event.DeviceDisconnected && !d.lastFrame.IsZero() && now.Sub(d.lastFrame) < lively &&
		p.heard.Before(d.cloudSeen) && now.Sub(m.toLocal(d.cloudSeen)) < lively
	m.updateLastSeen(d, p.heard, now)
	if p.status == "" || stale {
		return
	}
	m.setStatus(d, p.status, event.ViaPoll, now)
}

// applyFrame notes that a device sent a frame. The stream has no frames of devices
// that are down, and may repeat one long after, so that only a recent last_seen
// counts.
func (m *State) applyFrame(d *device, p patch, now time.Time) {
	if p.heard.IsZero() {
		return
	}
	fresh := p.heard.After(d.cloudSeen)
	m.updateLastSeen(d, p.heard, now)
	if fresh && now.Sub(m.toLocal(p.heard)) < lively && d.reported != "" {
		m.setStatus(d, event.DeviceConnected, event.ViaStream, now)
	}
}

// updateLastSeen moves last_seen forward, never back. Only one from the future,
// sent while the cloud's clock was off, gives way.
func (m *State) updateLastSeen(d *device, heard, now time.Time) {
	if heard.IsZero() || heard.Before(d.cloudSeen) && m.toLocal(d.cloudSeen).Before(now.Add(lively)) {
		return
	}
	d.cloudSeen = heard
	d.LastSeen = m.toLocal(heard)
}

// setStatus sets a status. Only changes between connected and disconnected go to
// the log; what lies between ("upgrading") is in the row only.
func (m *State) setStatus(d *device, status string, via event.Via, now time.Time) {
	first := d.reported == ""
	if d.Status != status {
		switch {
		case first && status == event.DeviceDisconnected:
			d.Since = d.LastSeen
		case first:
			d.Since = time.Time{} // nobody knows since when
		default:
			d.Since = now
			if status == event.DeviceDisconnected && !d.LastSeen.IsZero() {
				d.Since = d.LastSeen
			}
		}
		d.Status = status
	}
	if status != event.DeviceConnected && status != event.DeviceDisconnected || d.reported == status {
		return
	}
	d.reported = status
	// A device that was never seen, such as a spare in its box, did not go down.
	if first && (status == event.DeviceConnected || d.cloudSeen.IsZero()) {
		return
	}
	m.emit(d, via, now)
}

// emit queues a device-status element.
func (m *State) emit(d *device, via event.Via, now time.Time) {
	at := d.cloudSeen
	if at.IsZero() {
		at = now.Add(m.skew.correction())
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
	if err != nil || len(m.emitted) >= maxEmitted {
		m.stats.Unreadable++
		return
	}
	m.emitted = append(m.emitted, element)
	m.emittedVia = append(m.emittedVia, via)
}

// flushStatus appends what changed, in the order it did; runs of one way in are
// one record.
func (m *State) flushStatus(ctx context.Context) error {
	for {
		m.mu.Lock()
		n := 0
		for n < len(m.emitted) && n < observation.MaxElements && m.emittedVia[n] == m.emittedVia[0] {
			n++
		}
		if n == 0 {
			m.mu.Unlock()
			return nil
		}
		elements, via := m.emitted[:n:n], m.emittedVia[0]
		m.mu.Unlock()
		records, err := observation.Records(m.o.Source, via, event.TopicDeviceStatus, m.o.Clock.Now(), elements...)
		if err != nil {
			return err
		}
		if _, err := m.o.Log.Append(ctx, records...); err != nil {
			return err
		}
		m.mu.Lock()
		m.emitted, m.emittedVia = m.emitted[n:], m.emittedVia[n:]
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

// noteSkew takes the newest last_seen that was received at now. A list that names
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

func (s *skew) correction() time.Duration { return s.minutes }

// toLocal turns a time of the cloud into one of this machine's clock.
func (m *State) toLocal(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.Add(-m.skew.correction())
}
