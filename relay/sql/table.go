package sql

import (
	"time"

	"foghorn/journal/event"
	"foghorn/relay"
)

// column is one column of a table. An optional one is NULL where there is nothing.
type column struct {
	name     string
	kind     kind
	optional bool
	// get returns the value of a row, for cell to make fit. A column without it is filled
	// by the database, or by others.
	get func(r *row) any
}

// row is what a row of a table is made of: an event, or an alert with the notice about it.
type row struct {
	journal int64
	event   *event.Event
	alert   *event.Alert
	notice  *relay.Notice // nil for alerts that are told together with the one it is about
	why     relay.Why
	updated time.Time
}

// table is one table.
type table struct {
	name    string
	about   string // what its rows are
	columns []column
	primary []string
	key     []string // by which a repeat is recognized
	indexes [][]string
}

// written are the columns that an insert gives.
func (t *table) written() []column {
	var out []column
	for _, c := range t.columns {
		if c.get != nil {
			out = append(out, c)
		}
	}
	return out
}

// changing are the names of the written columns without those of the key.
func (t *table) changing() []string {
	var out []string
columns:
	for _, c := range t.written() {
		for _, k := range t.key {
			if c.name == k {
				continue columns
			}
		}
		out = append(out, c.name)
	}
	return out
}

// ofEvent, ofAlert and ofNotice make columns that are NULL where there is nothing.
func ofEvent(name string, k kind, get func(e *event.Event) any) column {
	return column{name, k, true, func(r *row) any { return get(r.event) }}
}

func ofAlert(name string, k kind, get func(a *event.Alert) any) column {
	return column{name, k, true, func(r *row) any { return get(r.alert) }}
}

func ofNotice(name string, k kind, get func(n *relay.Notice) any) column {
	return column{name, k, true, func(r *row) any {
		if r.notice == nil {
			return nil
		}
		return get(r.notice)
	}}
}

// needed is the column with something in every row.
func needed(c column) column {
	c.optional = false
	return c
}

func journalColumn() column {
	return column{"journal", bigNumber, false, func(r *row) any { return r.journal }}
}

// eventTable has what `foghorn events -o json` prints. The key has the journal's
// identity in it, because ids begin anew in another journal.
func eventTable(of string) *table {
	return &table{
		name: of, about: "One row for each event.", primary: []string{"journal", "id"}, key: []string{"journal", "id"},
		indexes: [][]string{{"time"}, {"device", "time"}, {"site", "time"}},
		columns: []column{
			journalColumn(),
			needed(ofEvent("id", bigNumber, func(e *event.Event) any { return e.ID })),
			needed(ofEvent("time", moment, func(e *event.Event) any { return e.Time })),
			needed(ofEvent("received", moment, func(e *event.Event) any { return e.Received })),
			needed(ofEvent("source", nameText, func(e *event.Event) any { return e.Source })),
			needed(ofEvent("via", nameText, func(e *event.Event) any { return string(e.Via) })),
			needed(ofEvent("topic", nameText, func(e *event.Event) any { return e.Topic })),
			needed(ofEvent("type", nameText, func(e *event.Event) any { return e.Type })),
			needed(ofEvent("severity", nameText, func(e *event.Event) any { return e.Severity.String() })),
			ofEvent("org_id", nameText, func(e *event.Event) any { return e.OrgID }),
			ofEvent("site_id", nameText, func(e *event.Event) any { return e.SiteID }),
			ofEvent("site", nameText, func(e *event.Event) any { return e.Site }),
			ofEvent("device_mac", nameText, func(e *event.Event) any { return e.DeviceMAC.String() }),
			ofEvent("device", nameText, func(e *event.Event) any { return e.Device }),
			ofEvent("device_type", nameText, func(e *event.Event) any { return e.DeviceType }),
			ofEvent("client_mac", nameText, func(e *event.Event) any { return e.ClientMAC.String() }),
			ofEvent("client", nameText, func(e *event.Event) any { return e.Client }),
			ofEvent("ssid", nameText, func(e *event.Event) any { return e.SSID }),
			needed(ofEvent("text", proseText, func(e *event.Event) any { return e.Text })),
			ofEvent("delivery_id", bigNumber, func(e *event.Event) any { return e.DeliveryID }),
			ofEvent("alert_id", bigNumber, func(e *event.Event) any { return e.AlertID }),
			needed(ofEvent("duplicates", smallNumber, func(e *event.Event) any { return e.Duplicates })),
			needed(ofEvent("test", yesNo, func(e *event.Event) any { return e.Test })),
			ofEvent("raw", document, func(e *event.Event) any { return e.Raw }),
		},
	}
}

// alertTable has how each alert is now, and what the last notice about it said.
func alertTable(of string) *table {
	return &table{
		name: of, about: "One row for each alert, as it is now.", primary: []string{"journal", "id"}, key: []string{"journal", "id"},
		indexes: [][]string{{"opened"}, {"state", "severity"}, {"device", "opened"}},
		columns: []column{
			journalColumn(),
			needed(ofAlert("id", bigNumber, func(a *event.Alert) any { return a.ID })),
			{"updated", moment, false, func(r *row) any { return r.updated }},
			needed(ofAlert("state", nameText, func(a *event.Alert) any { return string(a.State) })),
			needed(ofAlert("severity", nameText, func(a *event.Alert) any { return a.Severity.String() })),
			needed(ofAlert("title", proseText, func(a *event.Alert) any { return a.Title })),
			needed(ofAlert("source", nameText, func(a *event.Alert) any { return a.Source })),
			needed(ofAlert("kind", nameText, func(a *event.Alert) any { return a.Kind })),
			ofAlert("object", nameText, func(a *event.Alert) any { return a.Object }),
			ofAlert("org_id", nameText, func(a *event.Alert) any { return a.OrgID }),
			ofAlert("site_id", nameText, func(a *event.Alert) any { return a.SiteID }),
			ofAlert("site", nameText, func(a *event.Alert) any { return a.Site }),
			ofAlert("device_mac", nameText, func(a *event.Alert) any { return a.DeviceMAC.String() }),
			ofAlert("device", nameText, func(a *event.Alert) any { return a.Device }),
			needed(ofAlert("opened", moment, func(a *event.Alert) any { return a.Opened })),
			needed(ofAlert("last_seen", moment, func(a *event.Alert) any { return a.LastSeen })),
			ofAlert("resolved", moment, func(a *event.Alert) any { return a.Resolved }),
			needed(ofAlert("count", smallNumber, func(a *event.Alert) any { return a.Count })),
			needed(ofAlert("flaps", smallNumber, func(a *event.Alert) any { return a.Flaps })),
			ofAlert("owner", nameText, func(a *event.Alert) any { return a.Owner }),
			ofAlert("acked_at", moment, func(a *event.Alert) any { return a.AckedAt }),
			ofAlert("snoozed_until", moment, func(a *event.Alert) any { return a.SnoozedUntil }),
			ofAlert("note", proseText, func(a *event.Alert) any { return a.Note }),
			ofAlert("closed_by", nameText, func(a *event.Alert) any { return a.ClosedBy }),
			ofAlert("closed_at", moment, func(a *event.Alert) any { return a.ClosedAt }),
			ofAlert("close_reason", proseText, func(a *event.Alert) any { return a.CloseReason }),
			ofAlert("mist_alarm_id", nameText, func(a *event.Alert) any { return a.MistAlarmID }),
			{"why", nameText, false, func(r *row) any { return string(r.why) }},
			ofNotice("step", nameText, func(n *relay.Notice) any { return n.Step }),
			ofNotice("n", smallNumber, func(n *relay.Notice) any { return n.N }),
			ofNotice("actor", nameText, func(n *relay.Notice) any { return n.Actor }),
			ofNotice("reason", proseText, func(n *relay.Notice) any { return n.Reason }),
			ofNotice("link", proseText, func(n *relay.Notice) any { return n.Link }),
			{"test", yesNo, false, func(r *row) any { return r.alert.Test || r.notice != nil && r.notice.Test }},
		},
	}
}
