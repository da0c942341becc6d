package netstate

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"foghorn/internal/safetext"
	"foghorn/journal/event"
	"foghorn/mist"
)

// client is one row, and what is remembered of it beyond the row.
type client struct {
	event.LiveClient
	cloudSeen time.Time // by the cloud's clock
	written   time.Time
}

const (
	// silentAfter is how long the stream may not mention a client before it is gone.
	silentAfter = 10 * time.Minute
	// forgottenAfter is the same while there is no stream.
	forgottenAfter = 24 * time.Hour
	sweepEvery     = 30 * time.Second
)

// ClientFrame applies a frame of the stream about clients of a site.
func (m *State) ClientFrame(siteID string, data []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.stats.ClientFrames++
	now := m.o.Clock.Now()
	for _, part := range parts(data) {
		m.addClient(siteID, part, now)
	}
}

// Clients applies a complete list of a site's clients, which was requested at
// asked. A client that is not on it, and that nothing mentioned since then, is
// gone. Clients keeps no reference to the rows.
func (m *State) Clients(siteID string, asked time.Time, rows ...mist.Object) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.o.Clock.Now()
	there := make(map[event.MAC]bool, len(rows))
	for _, row := range rows {
		if mac := m.addClient(siteID, row, now); mac != "" {
			there[mac] = true
		}
	}
	for mac, c := range m.clients {
		if c.SiteID == siteID && !there[mac] && c.Updated.Before(asked) {
			m.dropClient(mac)
		}
	}
}

// clientReport is what a row or frame says about where a client is.
type clientReport struct {
	identity
	ap           event.MAC
	heard, since time.Time
	uptime       int64
}

// addClient merges one row or frame and returns the client's MAC.
func (m *State) addClient(siteID string, row mist.Object, now time.Time) event.MAC {
	s := readClientReport(row)
	if s.mac == "" {
		m.stats.Unreadable++
		return ""
	}
	site := cmp.Or(siteID, s.site)
	if !m.keeps(site) {
		return ""
	}
	c := m.clients[s.mac]
	if c == nil {
		if len(m.clients) >= m.o.MaxClients {
			m.stats.LeftClients++
			return ""
		}
		c = &client{LiveClient: event.LiveClient{Source: m.o.Source, OrgID: m.o.OrgID, MAC: s.mac}}
		m.clients[s.mac] = c
		delete(m.goneClients, s.mac)
	} else if !s.heard.IsZero() && s.heard.Before(c.cloudSeen) && m.toLocal(c.cloudSeen).Before(now.Add(lively)) {
		return s.mac // the row is older than a frame that was applied
	}
	before := c.LiveClient
	readClient(&c.LiveClient, row)
	c.SiteID, c.Site = site, m.sites[site]
	m.associate(c, s, now)
	c.Updated = now
	if !sameClientButTimes(c.LiveClient, before) || now.Sub(c.written) >= rewriteEvery || now.Before(c.written) {
		m.changedClients[s.mac] = true
	}
	return s.mac
}

// associate sets a client's access point. A change of it is a roam.
func (m *State) associate(c *client, s clientReport, now time.Time) {
	if !s.heard.IsZero() {
		c.cloudSeen, c.LastSeen = s.heard, m.toLocal(s.heard)
	}
	roamed := s.ap != "" && c.AP != "" && s.ap != c.AP
	if s.ap != "" {
		c.AP = s.ap
	}
	switch {
	case !s.since.IsZero():
		c.Since = m.toLocal(s.since)
	case roamed, c.Since.IsZero() && s.uptime <= 0:
		c.Since = now
	case c.Since.IsZero():
		c.Since = now.Add(-time.Duration(s.uptime) * time.Second)
	}
	if roamed {
		c.Roams++
	}
}

func readClientReport(row mist.Object) clientReport {
	s := clientReport{identity: identity{site: safetext.Clip(row.ID("site_id"), maxText)}}
	s.mac, _ = parseMAC(row.Value("mac"))
	for _, name := range []string{"ap_mac", "ap", "ap_id"} {
		v, _ := row.Lookup(name)
		if mac, ok := parseMAC(v); ok {
			s.ap = mac
			break
		}
	}
	s.heard, _ = row.Time("last_seen")
	s.since, _ = row.Time("assoc_time")
	const year = 366 * 24 * 3600
	s.uptime = min(int64(row.Int("uptime")), year)
	return s
}

func readClient(c *event.LiveClient, row mist.Object) {
	setText(&c.Hostname, row.Value("hostname"))
	setText(&c.Username, row.Value("username"))
	setText(&c.IP, row.Value("ip"))
	setText(&c.SSID, row.Value("ssid"))
	setText(&c.Band, row.Value("band"))
	if c.Band = strings.TrimSuffix(c.Band, "GHz"); c.Band == "24" {
		c.Band = "2.4"
	}
	setInt(&c.Channel, row.Value("channel"))
	setInt(&c.RSSI, row.Value("rssi"))
	setInt(&c.SNR, row.Value("snr"))
}

func sameClientButTimes(a, b event.LiveClient) bool {
	since := a.Since.Equal(b.Since)
	for _, c := range []*event.LiveClient{&a, &b} {
		c.Since, c.LastSeen, c.Updated = time.Time{}, time.Time{}, time.Time{}
	}
	return since && a == b
}

// flushClients writes rows, as many as one transaction may have.
func (m *State) flushClients(ctx context.Context) error {
	m.mu.Lock()
	m.dropSilentClients()
	var changed []event.LiveClient
	var gone []event.MAC
	for mac := range m.changedClients {
		if len(changed) == maxRows {
			break
		}
		c := m.clients[mac]
		if ap := m.devices[c.AP]; ap != nil {
			c.APName = ap.Name
		} else {
			c.APName = ""
		}
		c.written = c.Updated
		changed = append(changed, c.LiveClient)
		delete(m.changedClients, mac)
	}
	for mac := range m.goneClients {
		gone = append(gone, mac)
	}
	clear(m.goneClients)
	m.mu.Unlock()
	if len(changed) == 0 && len(gone) == 0 {
		return nil
	}
	slices.SortFunc(changed, func(a, b event.LiveClient) int { return cmp.Compare(a.MAC, b.MAC) })
	slices.Sort(gone)
	err := m.o.View.PutClients(ctx, m.o.Source, changed, gone)
	if err != nil {
		m.mu.Lock()
		defer m.mu.Unlock()
		for _, c := range changed {
			if m.clients[c.MAC] != nil {
				m.changedClients[c.MAC] = true
			}
		}
		for _, mac := range gone {
			if m.clients[mac] == nil {
				m.goneClients[mac] = true
			}
		}
	}
	return err
}

// dropSilentClients drops clients that nothing has mentioned for long; m.mu is
// held.
func (m *State) dropSilentClients() {
	now := m.o.Clock.Now()
	if now.Sub(m.swept) < sweepEvery && !now.Before(m.swept) {
		return
	}
	m.swept = now
	for mac, c := range m.clients {
		quiet := now.Sub(c.Updated)
		if heardFor := now.Sub(m.streaming); !m.streaming.IsZero() && min(quiet, heardFor) >= silentAfter || quiet >= forgottenAfter {
			m.dropClient(mac)
		}
	}
}
