package store

import (
	"context"
	"slices"
	"strings"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"foghorn/journal/event"
)

// upstreamFirst orders devices of a site by what may take the others down.
const upstreamFirst = "type <> 'gateway', type <> 'switch', name COLLATE NOCASE, mac"

// The statements that ask about one site, or about one and its organization. Each
// has an index whose first column is the site; a test holds them to it.
const (
	changesSQL = "SELECT " + eventColumns + " FROM events WHERE change <> '' AND site_id IN (?1, '') AND time BETWEEN ?2 AND ?3 " +
		"AND (site_id <> '' OR source = ?4 OR org_id <> '' AND org_id = ?5) ORDER BY time DESC, id DESC" + limited
	lastChangeSQL  = "SELECT time, source, org_id, site FROM events WHERE change <> '' AND site_id = ?1 ORDER BY time DESC LIMIT 1"
	siteNamesSQL   = "SELECT id, name FROM names WHERE kind = 'site' AND (?1 = '' OR id = ?1)"
	siteDevicesSQL = "SELECT " + deviceColumns + " FROM devices WHERE site_id = ?1 AND status NOT IN ('connected', '') " +
		"ORDER BY " + upstreamFirst + limited
	deviceClientsSQL = "SELECT " + clientColumns + " FROM clients WHERE ap = ?1 ORDER BY rssi = 0, rssi, hostname COLLATE NOCASE, mac" + limited
	behindSQL        = "SELECT " + deviceColumns + " FROM devices WHERE site_id = ?1 AND substr(uplink || ' ', 1, length(?2) + 1) = ?2 || ' ' " +
		"ORDER BY name COLLATE NOCASE, mac" + limited
	siteAlertsSQL = "SELECT " + alertColumns + " FROM alerts WHERE (resolved <> 0) = 0 AND site_id = ?1 ORDER BY " + alertOrder + limited
	siteScoresSQL = "SELECT " + scoreColumns + " FROM scores WHERE site_id = ?1 AND value >= 0 ORDER BY value, metric"

	countDevicesSQL = "SELECT site_id, source, max(org_id), max(site), type, count(*), sum(status NOT IN ('connected', '')), sum(status = ''), max(updated) FROM devices "
	countClientsSQL = "SELECT site_id, source, max(org_id), max(site), count(*) FROM clients "
	countAlertsSQL  = "SELECT site_id, source, max(org_id), max(site), severity, count(*), sum(acked_at = 0 AND snoozed_until <= ?2) FROM alerts WHERE (resolved <> 0) = 0 "
	worstScoreSQL   = "SELECT site_id, source, family, site, metric, min(value), time FROM scores WHERE value >= 0 "
)

// Changes returns what was changed at a site and in its whole organization, newest
// first.
func (v *View) Changes(ctx context.Context, q event.ChangeQuery) ([]event.Event, error) {
	return many(ctx, v, "read changes", scanEvent, changesSQL, q.SiteID, millis(q.From), millis(q.To), q.Source, q.OrgID, q.Limit)
}

// SiteDown returns the devices of a site that are not connected: gateways, then
// switches, then the others, by name.
func (v *View) SiteDown(ctx context.Context, siteID string, limit int) ([]event.Device, error) {
	return many(ctx, v, "read devices of a site", scanDevice, siteDevicesSQL, siteID, limit)
}

// DeviceClients returns the clients that are connected to an access point, the
// weakest signal first.
func (v *View) DeviceClients(ctx context.Context, device event.MAC, limit int) ([]event.LiveClient, error) {
	return many(ctx, v, "read clients of a device", scanClient, deviceClientsSQL, string(device), limit)
}

// DevicesBehind returns the devices of a site whose uplink is a device of that name,
// as LLDP reports it.
func (v *View) DevicesBehind(ctx context.Context, siteID, name string, limit int) ([]event.Device, error) {
	if siteID == "" || name == "" {
		return nil, nil
	}
	return many(ctx, v, "read neighbors of a device", scanDevice, behindSQL, siteID, name, limit)
}

// SiteAlerts returns the unresolved alerts of a site, the worst first, in their
// states as of now.
func (v *View) SiteAlerts(ctx context.Context, siteID string, limit int) ([]event.Alert, error) {
	now := v.clock.Now()
	return many(ctx, v, "read alerts of a site", func(st *sqlite.Stmt) event.Alert { return scanAlert(st, now) }, siteAlertsSQL, siteID, limit)
}

// SiteScores returns the last values of a site's SLE metrics, the worst first,
// with their trends.
func (v *View) SiteScores(ctx context.Context, siteID string) ([]event.SLEScore, error) {
	now := v.clock.Now()
	return many(ctx, v, "read scores of a site", func(st *sqlite.Stmt) event.SLEScore {
		s, hours := scanScore(st)
		s.Trend = hours.trend(now)
		return s
	}, siteScoresSQL, siteID)
}

// HealthAlerts returns the alerts about a source's own deliveries and webhooks that
// lasted at any time between two moments.
func (v *View) HealthAlerts(ctx context.Context, source string, from, to time.Time) (found []event.Alert, err error) {
	now := v.clock.Now()
	for _, check := range []string{event.CheckRefused, event.CheckWebhook} {
		key := event.HealthKey(check, source, "")
		rows, err := many(ctx, v, "read health alerts", func(st *sqlite.Stmt) event.Alert { return scanAlert(st, now) },
			"SELECT "+alertColumns+" FROM alerts WHERE key >= ? AND key < ? AND opened <= ? AND (resolved = 0 OR resolved >= ?) ORDER BY opened DESC LIMIT 10",
			key, key+"\U0010FFFF", millis(to), millis(from))
		if err != nil {
			return nil, err
		}
		found = append(found, rows...)
	}
	return found, nil
}

// KeptSince returns the time from which on nothing of record groups was removed by
// retention; zero when nothing ever was.
func (v *View) KeptSince(ctx context.Context, groups ...string) (since time.Time, err error) {
	err = v.read(ctx, "read retention", func(c *sqlite.Conn) error {
		for _, g := range groups {
			removed, err := queryInt(c, "SELECT removed_to FROM retention_usage WHERE record_group = ?", g)
			if err != nil {
				return err
			}
			if removed <= 0 {
				continue
			}
			at, err := queryInt(c, "SELECT received FROM events WHERE id >= ? ORDER BY id LIMIT 1", event.ID(removed+1, 0))
			if err != nil {
				return err
			}
			if t := moment(at); t.After(since) {
				since = t
			}
		}
		return nil
	})
	return since, err
}

// SiteStates returns the state of a site, or of all of them for an empty id, in the
// order of their ids. A site is whatever devices, clients, alerts, scores or events
// name.
func (v *View) SiteStates(ctx context.Context, siteID string) (sites []event.SiteState, err error) {
	g := siteGatherer{now: millis(v.clock.Now()), id: siteID, byID: map[string]*event.SiteState{}}
	err = v.read(ctx, "read sites", func(c *sqlite.Conn) error {
		for _, part := range []func(*sqlite.Conn) error{g.devices, g.clients, g.alerts, g.scores, g.names, g.changes} {
			if err := part(c); err != nil {
				return err
			}
		}
		return nil
	})
	for _, s := range g.byID {
		sites = append(sites, *s)
	}
	slices.SortFunc(sites, func(a, b event.SiteState) int { return strings.Compare(a.ID, b.ID) })
	return sites, err
}

// siteGatherer puts the states of sites together from the tables.
type siteGatherer struct {
	now  int64
	id   string // of the only site to look at; empty for all
	byID map[string]*event.SiteState
}

// each runs a statement over the sites in question; a row begins with its site's id.
func (g *siteGatherer) each(c *sqlite.Conn, sql, and, groupBy string, row func(r *columns, s *event.SiteState)) error {
	where := and + " site_id <> '' "
	if g.id != "" {
		where = and + " site_id = ?1 "
	}
	return sqlitex.Execute(c, sql+where+"GROUP BY "+groupBy, &sqlitex.ExecOptions{Args: g.args(sql, where), ResultFunc: func(st *sqlite.Stmt) error {
		r := columns{st: st}
		row(&r, g.site(r.text()))
		return nil
	}})
}

// site returns the state of a site to add to.
func (g *siteGatherer) site(id string) *event.SiteState {
	s := g.byID[id]
	if s == nil {
		s = &event.SiteState{ID: id, Alerts: map[event.Severity]int{}}
		g.byID[id] = s
	}
	return s
}

// args are the parameters that a statement has.
func (g *siteGatherer) args(sql, where string) []any {
	switch {
	case strings.Contains(sql, "?2"):
		return []any{g.id, g.now}
	case strings.Contains(where, "?1"):
		return []any{g.id}
	}
	return nil
}

// place takes the source, the organization and the name from a row. What devices
// say comes first and stays.
func place(r *columns, s *event.SiteState) {
	source, org, name := r.text(), r.text(), r.text()
	for _, f := range []struct {
		to *string
		is string
	}{{&s.Source, source}, {&s.OrgID, org}, {&s.Name, name}} {
		if *f.to == "" {
			*f.to = f.is
		}
	}
}

func (g *siteGatherer) devices(c *sqlite.Conn) error {
	return g.each(c, countDevicesSQL, "WHERE", "site_id, source, type", func(r *columns, s *event.SiteState) {
		place(r, s)
		n := event.SiteCount{Type: r.text(), Devices: int(r.int()), Down: int(r.int())}
		s.Devices, s.Down, s.Unknown = s.Devices+n.Devices, s.Down+n.Down, s.Unknown+int(r.int())
		s.Types = append(s.Types, n)
		if t := r.time(); t.After(s.Updated) {
			s.Updated = t
		}
	})
}

func (g *siteGatherer) clients(c *sqlite.Conn) error {
	return g.each(c, countClientsSQL, "WHERE", "site_id, source", func(r *columns, s *event.SiteState) {
		place(r, s)
		s.Clients += int(r.int())
	})
}

func (g *siteGatherer) alerts(c *sqlite.Conn) error {
	return g.each(c, countAlertsSQL, "AND", "site_id, source, severity", func(r *columns, s *event.SiteState) {
		place(r, s)
		s.Alerts[event.Severity(r.int())] += int(r.int())
		s.Open += int(r.int())
	})
}

func (g *siteGatherer) scores(c *sqlite.Conn) error {
	return g.each(c, worstScoreSQL, "AND", "site_id", func(r *columns, s *event.SiteState) {
		w := event.SLEScore{SiteID: s.ID, Source: r.text(), Family: r.text(), Site: r.text(), Metric: r.text(), Value: r.float(), Time: r.time()}
		s.WorstSLE = &w
		if s.Source == "" {
			s.Source = w.Source
		}
		if s.Name == "" {
			s.Name = w.Site
		}
	})
}

// names adds the names that events or the inventory of sites gave, and with them
// the sites of which nothing else is known.
func (g *siteGatherer) names(c *sqlite.Conn) error {
	return sqlitex.Execute(c, siteNamesSQL, &sqlitex.ExecOptions{Args: []any{g.id}, ResultFunc: func(st *sqlite.Stmt) error {
		if s := g.site(st.ColumnText(0)); s.Name == "" {
			s.Name = st.ColumnText(1)
		}
		return nil
	}})
}

func (g *siteGatherer) changes(c *sqlite.Conn) error {
	for _, s := range g.byID {
		err := sqlitex.Execute(c, lastChangeSQL, &sqlitex.ExecOptions{Args: []any{s.ID}, ResultFunc: func(st *sqlite.Stmt) error {
			r := columns{st: st}
			s.LastChange = r.time()
			place(&r, s)
			return nil
		}})
		if err != nil {
			return err
		}
	}
	return nil
}
