package store

import (
	"context"

	"zombiezen.com/go/sqlite"

	"foghorn/journal/event"
	"foghorn/journal/query"
)

// Devices returns the devices of a page: those that are not connected before
// those nothing is known of and those that are, then by site, and in a site gateways,
// then switches, then the others, by name. The ids of the page are the numbers of MACs (event.MAC.Int64).
func (v *View) Devices(ctx context.Context, p query.Page) (devices []event.Device, err error) {
	err = v.read(ctx, "search devices", func(c *sqlite.Conn) error {
		sql := p.Where.SQL(query.Devices, v.now(p.Now))
		devices, err = page(c, "SELECT "+deviceColumns+" FROM devices WHERE ("+sql.Where+") AND mac_number BETWEEN ? AND ? "+
			"ORDER BY CASE status WHEN 'connected' THEN 2 WHEN '' THEN 1 ELSE 0 END, site COLLATE NOCASE, "+upstreamFirst+", source"+limited,
			sql.Args, p, scanDevice)
		return err
	})
	return devices, err
}

// LiveClients returns the connected clients of a page, those with the weakest
// signal first and those of which no signal is known last. The ids of the page are the numbers of MACs.
func (v *View) LiveClients(ctx context.Context, p query.Page) (clients []event.LiveClient, err error) {
	err = v.read(ctx, "search clients", func(c *sqlite.Conn) error {
		sql := p.Where.SQL(query.Clients, v.now(p.Now))
		clients, err = page(c, "SELECT "+clientColumns+" FROM clients WHERE ("+sql.Where+") AND mac_number BETWEEN ? AND ? "+
			"ORDER BY rssi = 0, rssi, site COLLATE NOCASE, hostname = '', hostname COLLATE NOCASE, mac, source"+limited, sql.Args, p, scanClient)
		return err
	})
	return clients, err
}

// Webhooks returns the webhooks that are configured in the cloud, those of
// organizations before those of sites.
func (v *View) Webhooks(ctx context.Context) ([]event.Webhook, error) {
	return many(ctx, v, "read webhooks", scanWebhook,
		"SELECT "+webhookColumns+" FROM webhooks ORDER BY source, site_id <> '', site COLLATE NOCASE, name COLLATE NOCASE, id")
}

// Sites returns the sites that devices are at, in no order.
func (v *View) Sites(ctx context.Context) ([]event.Site, error) {
	return many(ctx, v, "read sites", func(st *sqlite.Stmt) event.Site {
		r := columns{st: st}
		return event.Site{Source: r.text(), ID: r.text(), Name: r.text()}
	}, "SELECT source, site_id, max(site) FROM devices WHERE site_id <> '' GROUP BY source, site_id")
}

// Frames returns the last raw frames of the streams of a source (of all when it
// is empty), newest first.
func (v *View) Frames(ctx context.Context, source string, limit int) ([]event.Frame, error) {
	return many(ctx, v, "read frames", scanFrame,
		"SELECT id, time, source, channel, event, size, text FROM frames WHERE ?1 IN ('', source) ORDER BY id DESC"+limited, source, limit)
}

// Subscriptions returns the channels that operators subscribed to and have not
// unsubscribed from.
func (v *View) Subscriptions(ctx context.Context) ([]event.Subscription, error) {
	return many(ctx, v, "read subscriptions", func(st *sqlite.Stmt) event.Subscription {
		r := columns{st: st}
		return event.Subscription{Source: r.text(), Channel: r.text(), Actor: r.text(), Time: r.time()}
	}, "SELECT source, channel, actor, time FROM subscriptions ORDER BY source, channel")
}

// ActivitiesByID returns those of the activities that the view has, in the order
// of ids.
func (v *View) ActivitiesByID(ctx context.Context, ids ...int64) (found []event.Activity, err error) {
	err = v.read(ctx, "read activities", func(c *sqlite.Conn) error {
		return forEach(c, "SELECT "+activityColumns+" FROM activities WHERE id = ?", ids, func(_ int64, st *sqlite.Stmt) {
			found = append(found, scanActivity(st))
		})
	})
	return found, err
}

// NewActivities returns what was done after the activity after, oldest first.
func (v *View) NewActivities(ctx context.Context, after int64, limit int) ([]event.Activity, error) {
	return many(ctx, v, "read new activities", scanActivity,
		"SELECT "+activityColumns+" FROM activities WHERE id > ? ORDER BY id"+limited, after, limit)
}

// maxPending bounds what PendingActivities returns; the oldest come first.
const maxPending = 10_000

// PendingActivities returns the activities that the cloud has not answered yet,
// oldest first: those being sent, or that could not be.
func (v *View) PendingActivities(ctx context.Context) ([]event.Activity, error) {
	return many(ctx, v, "read pending activities", scanActivity,
		"SELECT "+activityColumns+" FROM activities WHERE "+isPending+" ORDER BY id"+limited, maxPending)
}

// isPending is the condition of the index activities_pending. That a result says
// pending is about another activity.
const isPending = "sync_state IN ('sending', 'pending') AND action <> 'result'"

// AlertsByMistAlarm finds the newest alert of each of Mist's alarms that has one.
func (v *View) AlertsByMistAlarm(ctx context.Context, ids []string) (map[string]event.Alert, error) {
	now, found := v.clock.Now(), make(map[string]event.Alert, len(ids))
	err := v.read(ctx, "find alerts of alarms", func(c *sqlite.Conn) error {
		return forEach(c, "SELECT "+alertColumns+" FROM alerts WHERE mist_alarm_id = ? AND mist_alarm_id <> '' ORDER BY id DESC LIMIT 1", ids,
			func(id string, st *sqlite.Stmt) { found[id] = scanAlert(st, now) })
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}
