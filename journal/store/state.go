package store

import (
	"context"
	"encoding/json"
	"fmt"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"foghorn/journal/event"
)

// stateLayout makes the tables of what can be read from the cloud again. They are
// not derived from the log, so they stay when the view is derived again, and the
// screen keeps its devices. A view of another layout, or a damaged one, starts
// without them until the cloud was polled.
//
// scores is both: site-sle webhooks write it through the projector, and polls write
// it as state. The newer of two values wins, so that a repeated projection changes
// nothing.
const stateLayout = `
CREATE TABLE IF NOT EXISTS devices(
	source TEXT NOT NULL, mac TEXT NOT NULL, mac_number INTEGER NOT NULL,
	org_id TEXT NOT NULL, site_id TEXT NOT NULL, site TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL,
	type TEXT NOT NULL, model TEXT NOT NULL, serial TEXT NOT NULL, version TEXT NOT NULL, ip TEXT NOT NULL, status TEXT NOT NULL,
	since INTEGER NOT NULL, last_seen INTEGER NOT NULL, uptime_s INTEGER NOT NULL, clients INTEGER NOT NULL,
	cpu REAL NOT NULL, memory REAL NOT NULL, uplink TEXT NOT NULL, radios BLOB NOT NULL, updated INTEGER NOT NULL,
	PRIMARY KEY(source, mac)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS devices_mac ON devices(mac);
CREATE INDEX IF NOT EXISTS devices_site ON devices(site_id, type, status, updated);
CREATE TABLE IF NOT EXISTS clients(
	source TEXT NOT NULL, mac TEXT NOT NULL, mac_number INTEGER NOT NULL,
	org_id TEXT NOT NULL, site_id TEXT NOT NULL, site TEXT NOT NULL, hostname TEXT NOT NULL, username TEXT NOT NULL,
	ip TEXT NOT NULL, ssid TEXT NOT NULL, ap TEXT NOT NULL, ap_name TEXT NOT NULL, band TEXT NOT NULL,
	channel INTEGER NOT NULL, rssi INTEGER NOT NULL, snr INTEGER NOT NULL,
	since INTEGER NOT NULL, last_seen INTEGER NOT NULL, roams INTEGER NOT NULL, updated INTEGER NOT NULL,
	PRIMARY KEY(source, mac)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS clients_mac ON clients(mac);
CREATE INDEX IF NOT EXISTS clients_site ON clients(site_id);
CREATE INDEX IF NOT EXISTS clients_ap ON clients(ap);
CREATE TABLE IF NOT EXISTS webhooks(
	source TEXT NOT NULL, id TEXT NOT NULL, org_id TEXT NOT NULL, site_id TEXT NOT NULL, site TEXT NOT NULL,
	name TEXT NOT NULL, type TEXT NOT NULL, url TEXT NOT NULL,
	enabled INTEGER NOT NULL, has_secret INTEGER NOT NULL, verify_cert INTEGER NOT NULL, single INTEGER NOT NULL,
	topics BLOB NOT NULL, updated INTEGER NOT NULL,
	PRIMARY KEY(source, id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS frames(
	id INTEGER PRIMARY KEY, time INTEGER NOT NULL, source TEXT NOT NULL, channel TEXT NOT NULL,
	event TEXT NOT NULL, size INTEGER NOT NULL, text TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS scores(
	site_id TEXT NOT NULL, metric TEXT NOT NULL, source TEXT NOT NULL, family TEXT NOT NULL, site TEXT NOT NULL,
	value REAL NOT NULL, time INTEGER NOT NULL, hours BLOB NOT NULL,
	PRIMARY KEY(site_id, metric)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS change_counts(what TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID;
`

// stateTables are the tables of stateLayout.
var stateTables = map[string]bool{"devices": true, "clients": true, "webhooks": true, "frames": true, "scores": true, "change_counts": true}

// The ring of frames, and what one of them may hold.
const (
	maxFrames     = 1000
	maxFrameBytes = 16 << 10
)

// PutDevices replaces the rows of a source's devices that changed, and deletes
// those of devices that are gone. Like all writes of state it belongs to the collector,
// is one transaction, and is paced by the caller, at most once a second.
func (v *View) PutDevices(ctx context.Context, source string, changed []event.Device, gone []event.MAC) error {
	if len(changed)+len(gone) == 0 {
		return nil
	}
	return v.putState(ctx, len(changed)+len(gone), func(c *sqlite.Conn) error {
		if err := dropMACs(c, "DELETE FROM devices WHERE source = ? AND mac = ?", source, gone); err != nil {
			return err
		}
		st, err := c.Prepare("INSERT OR REPLACE INTO devices(" + deviceColumns + ", mac_number) VALUES(" + placeholders(23) + ")")
		if err != nil {
			return err
		}
		for i := range changed {
			if err := bindDevice(st, source, &changed[i]); err != nil {
				return err
			}
			if err := run(st); err != nil {
				return err
			}
		}
		return nil
	})
}

// PutClients replaces the rows of a source's connected clients that changed, and
// deletes those of clients that are gone.
func (v *View) PutClients(ctx context.Context, source string, changed []event.LiveClient, gone []event.MAC) error {
	if len(changed)+len(gone) == 0 {
		return nil
	}
	return v.putState(ctx, len(changed)+len(gone), func(c *sqlite.Conn) error {
		if err := dropMACs(c, "DELETE FROM clients WHERE source = ? AND mac = ?", source, gone); err != nil {
			return err
		}
		st, err := c.Prepare("INSERT OR REPLACE INTO clients(" + clientColumns + ", mac_number) VALUES(" + placeholders(20) + ")")
		if err != nil {
			return err
		}
		for i := range changed {
			bindClient(st, source, &changed[i])
			if err := run(st); err != nil {
				return err
			}
		}
		return nil
	})
}

// PutWebhooks writes all webhooks that a source has configured, in place of what
// was known of it.
func (v *View) PutWebhooks(ctx context.Context, source string, all []event.Webhook) error {
	return v.putState(ctx, len(all), func(c *sqlite.Conn) error {
		drop := &sqlitex.ExecOptions{Args: []any{source}}
		if err := sqlitex.Execute(c, "DELETE FROM webhooks WHERE source = ?", drop); err != nil {
			return err
		}
		st, err := c.Prepare("INSERT OR REPLACE INTO webhooks(" + webhookColumns + ") VALUES(" + placeholders(14) + ")")
		if err != nil {
			return err
		}
		for i := range all {
			if err := bindWebhook(st, source, &all[i]); err != nil {
				return err
			}
			if err := run(st); err != nil {
				return err
			}
		}
		return nil
	})
}

// PutFrames adds raw frames of streams to the ring of the last thousand. It
// gives them their ids.
func (v *View) PutFrames(ctx context.Context, frames []event.Frame) error {
	if len(frames) == 0 {
		return nil
	}
	frames = frames[max(0, len(frames)-maxFrames):]
	return v.putState(ctx, len(frames), func(c *sqlite.Conn) error {
		st, err := c.Prepare("INSERT INTO frames(time, source, channel, event, size, text) VALUES(" + placeholders(6) + ")")
		if err != nil {
			return err
		}
		for i := range frames {
			f := &frames[i]
			r := columns{st: st}
			r.bindInt(millis(f.Time))
			r.bind(f.Source, f.Channel, f.Event)
			r.bindInt(int64(f.Size))
			r.bind(f.Text[:min(len(f.Text), maxFrameBytes)])
			if err := run(st); err != nil {
				return err
			}
		}
		last := &sqlitex.ExecOptions{Args: []any{c.LastInsertRowID() - maxFrames}}
		return sqlitex.Execute(c, "DELETE FROM frames WHERE id <= ?", last)
	})
}

// putState runs a write of state of so many rows, and counts it for Status.State.
// It takes the writing lock as the projector does, and is short against a slice
// of it.
func (v *View) putState(ctx context.Context, rows int, fn func(*sqlite.Conn) error) error {
	return v.write(ctx, func(w *viewWriter) error {
		if err := fn(w.conn); err != nil {
			return err
		}
		w.rows += rows/4 + 1 // they are small, and lie together
		return sqlitex.Execute(w.conn, "INSERT INTO change_counts(what, n) VALUES('state', 1) ON CONFLICT DO UPDATE SET n = n + 1", nil)
	})
}

// dropMACs runs a deletion for each MAC.
func dropMACs(c *sqlite.Conn, sql, source string, gone []event.MAC) error {
	if len(gone) == 0 {
		return nil
	}
	st, err := c.Prepare(sql)
	if err != nil {
		return err
	}
	for _, mac := range gone {
		st.BindText(1, source)
		st.BindText(2, string(mac))
		if err := run(st); err != nil {
			return err
		}
	}
	return nil
}

// placeholders are n parameters.
func placeholders(n int) string {
	b := make([]byte, 0, 2*n)
	for i := range n {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, '?')
	}
	return string(b)
}

const (
	deviceColumns = "source, org_id, site_id, site, mac, id, name, type, model, serial, version, ip, status, since, last_seen, uptime_s, clients, " +
		"cpu, memory, uplink, radios, updated"
	clientColumns = "source, org_id, site_id, site, mac, hostname, username, ip, ssid, ap, ap_name, band, channel, rssi, snr, " +
		"since, last_seen, roams, updated"
	webhookColumns = "source, org_id, site_id, site, id, name, type, url, enabled, has_secret, verify_cert, single, topics, updated"
)

func bindDevice(st *sqlite.Stmt, source string, d *event.Device) error {
	r := columns{st: st}
	r.bind(source, d.OrgID, d.SiteID, d.Site, string(d.MAC), d.ID, d.Name, d.Type, d.Model, d.Serial, d.Version, d.IP, d.Status)
	r.bindInt(millis(d.Since), millis(d.LastSeen), d.UptimeS, int64(d.Clients))
	r.bindFloat(d.CPU)
	r.bindFloat(d.Memory)
	r.bind(d.Uplink)
	if err := r.bindJSON(d.Radios, len(d.Radios)); err != nil {
		return fmt.Errorf("encode the radios of %s: %w", d.MAC, err)
	}
	r.bindInt(millis(d.Updated), d.MAC.Int64())
	return nil
}

func scanDevice(st *sqlite.Stmt) event.Device {
	r := columns{st: st}
	d := event.Device{
		Source: r.text(), OrgID: r.text(), SiteID: r.text(), Site: r.text(), MAC: event.MAC(r.text()), ID: r.text(), Name: r.text(),
		Type: r.text(), Model: r.text(), Serial: r.text(), Version: r.text(), IP: r.text(), Status: r.text(),
		Since: r.time(), LastSeen: r.time(), UptimeS: r.int(), Clients: int(r.int()), CPU: r.float(), Memory: r.float(), Uplink: r.text(),
	}
	r.json(&d.Radios)
	d.Updated = r.time()
	return d
}

func bindClient(st *sqlite.Stmt, source string, c *event.LiveClient) {
	r := columns{st: st}
	r.bind(source, c.OrgID, c.SiteID, c.Site, string(c.MAC), c.Hostname, c.Username, c.IP, c.SSID, string(c.AP), c.APName, c.Band)
	r.bindInt(int64(c.Channel), int64(c.RSSI), int64(c.SNR), millis(c.Since), millis(c.LastSeen), int64(c.Roams), millis(c.Updated), c.MAC.Int64())
}

func scanClient(st *sqlite.Stmt) event.LiveClient {
	r := columns{st: st}
	return event.LiveClient{
		Source: r.text(), OrgID: r.text(), SiteID: r.text(), Site: r.text(), MAC: event.MAC(r.text()), Hostname: r.text(), Username: r.text(),
		IP: r.text(), SSID: r.text(), AP: event.MAC(r.text()), APName: r.text(), Band: r.text(), Channel: int(r.int()), RSSI: int(r.int()),
		SNR: int(r.int()), Since: r.time(), LastSeen: r.time(), Roams: int(r.int()), Updated: r.time(),
	}
}

func bindWebhook(st *sqlite.Stmt, source string, h *event.Webhook) error {
	r := columns{st: st}
	r.bind(source, h.OrgID, h.SiteID, h.Site, h.ID, h.Name, h.Type, h.URL)
	r.bindBool(h.Enabled, h.HasSecret, h.VerifyCert, h.Single)
	if err := r.bindJSON(h.Topics, len(h.Topics)); err != nil {
		return fmt.Errorf("encode the topics of webhook %s: %w", h.ID, err)
	}
	r.bindInt(millis(h.Updated))
	return nil
}

func scanWebhook(st *sqlite.Stmt) event.Webhook {
	r := columns{st: st}
	h := event.Webhook{
		Source: r.text(), OrgID: r.text(), SiteID: r.text(), Site: r.text(), ID: r.text(), Name: r.text(), Type: r.text(), URL: r.text(),
		Enabled: r.int() != 0, HasSecret: r.int() != 0, VerifyCert: r.int() != 0, Single: r.int() != 0,
	}
	r.json(&h.Topics)
	h.Updated = r.time()
	return h
}

func scanFrame(st *sqlite.Stmt) event.Frame {
	r := columns{st: st}
	return event.Frame{ID: r.int(), Time: r.time(), Source: r.text(), Channel: r.text(), Event: r.text(), Size: int(r.int()), Text: r.text()}
}

func (r *columns) bindBool(values ...bool) {
	for _, v := range values {
		n := int64(0)
		if v {
			n = 1
		}
		r.bindInt(n)
	}
}

// bindJSON binds a list of n as JSON; an empty one takes no bytes.
func (r *columns) bindJSON(list any, n int) error {
	r.i++
	if n == 0 {
		bindBlob(r.st, r.i, nil)
		return nil
	}
	blob, err := json.Marshal(list)
	if err != nil {
		return err
	}
	bindBlob(r.st, r.i, blob)
	return nil
}

// json reads what bindJSON bound. What cannot be read is empty: the next write
// of the row mends it.
func (r *columns) json(into any) {
	r.i++
	if blob := columnBytes(r.st, r.i-1); blob != nil {
		_ = json.Unmarshal(blob, into)
	}
}
