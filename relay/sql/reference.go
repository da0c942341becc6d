package sql

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"foghorn/journal/event"
)

// junosTable and mistTable are the tables of Network Assistant so that queries and
// dashboards made for them go on (docs/relays/sql.md, Columns). id numbers the rows and
// is the database's; foghorn_id is ours, for repeats.
func junosTable(of string) *table {
	return &table{
		name: of, about: "One row for each event, in the columns of Network Assistant.", primary: []string{"id"}, key: []string{"foghorn_id"},
		indexes: [][]string{{"logdate", "logtime"}},
		columns: []column{
			{name: "id", kind: serial},
			ofEvent("device", nameText, device),
			needed(ofEvent("event", nameText, func(e *event.Event) any { return e.Type })),
			ofEvent("description", proseText, func(e *event.Event) any { return description(e) }),
			needed(ofEvent("logdate", day, func(e *event.Event) any { return e.Time })),
			needed(ofEvent("logtime", clock, func(e *event.Event) any { return e.Time })),
			{"source", address, false, func(*row) any { return make([]byte, 4) }}, // an event does not say which address it came from
			{name: "message", kind: proseText, optional: true},                    // the id of a message in Teams, which a relay of its own posts
			{"foghorn_id", keyText, false, func(r *row) any { return foghornID(r.journal, r.event.ID) }},
		},
	}
}

func mistTable(of string) *table {
	t := junosTable(of)
	site := ofEvent("site", nameText, func(e *event.Event) any {
		if e.Site != "" {
			return e.Site
		}
		return e.SiteID
	})
	t.columns = slices.Insert(t.columns, 1, site)
	return t
}

func device(e *event.Event) any {
	if e.Device != "" {
		return e.Device
	}
	return e.DeviceMAC.String()
}

// description is the message of a Junos event without the event's id, as Network
// Assistant writes it; of others it is their sentence. Quotes stay: values are bound.
func description(e *event.Event) string {
	if e.Topic != junosTopic {
		return e.Text
	}
	var post struct {
		Message string `json:"message"`
	}
	if json.Unmarshal(e.Raw, &post) != nil || post.Message == "" {
		return e.Text
	}
	said := post.Message
	if e.Type != "" {
		said = strings.ReplaceAll(said, e.Type, "")
	}
	if said = strings.TrimLeft(said, ": "); said == "" {
		return e.Text
	}
	return said
}

// foghornID names an event across journals: "1y2p0ij32e8e7/a345.12".
func foghornID(journal, id int64) string {
	if journal == 0 {
		return event.ShortID(id)
	}
	return strconv.FormatInt(journal, 36) + "/" + event.ShortID(id)
}
