package mistsim

import (
	"time"
)

// Alarms, and who took them on.

var alarmRoutes = []route{
	{method: "GET", path: "/orgs/{org_id}/alarms/search", do: (*call).alarmSearch},
	{method: "GET", path: "/sites/{site_id}/alarms/search", do: (*call).alarmSearch},
	{method: "POST", path: "/orgs/{org_id}/alarms/ack", do: (*call).ackMany},
	{method: "POST", path: "/orgs/{org_id}/alarms/unack", do: (*call).unackMany},
	{method: "POST", path: "/orgs/{org_id}/alarms/ack_all", do: (*call).ackAll},
	{method: "POST", path: "/orgs/{org_id}/alarms/unack_all", do: (*call).unackAll},
	{method: "POST", path: "/orgs/{org_id}/alarms/{alarm_id}/ack", do: (*call).ackOne},
	{method: "POST", path: "/sites/{site_id}/alarms/ack", do: (*call).ackMany},
	{method: "POST", path: "/sites/{site_id}/alarms/unack", do: (*call).unackMany},
	{method: "POST", path: "/sites/{site_id}/alarms/ack_all", do: (*call).ackAll},
	{method: "POST", path: "/sites/{site_id}/alarms/unack_all", do: (*call).unackAll},
	{method: "POST", path: "/sites/{site_id}/alarms/{alarm_id}/ack", do: (*call).ackOne},
	{method: "POST", path: "/sites/{site_id}/alarms/{alarm_id}/unack", do: (*call).unackOne},
}

// alarmRow is an alarm as a search gives it: the element of the webhook, and
// who took it on.
type alarmRow struct {
	alarm
	Acked        bool   `json:"acked"`
	AckedTime    int64  `json:"acked_time,omitempty"`
	AckAdminID   string `json:"ack_admin_id,omitempty"`
	AckAdminName string `json:"ack_admin_name,omitempty"`
	Note         string `json:"note,omitempty"`
}

func alarmRowOf(k *kept[alarm]) alarmRow {
	row := alarmRow{alarm: k.of}
	row.Update = false // a search has no follow-ups, only how things stand
	if row.Status == "validated" {
		// Marvis's word for it stays in the details; the status knows two values.
		row.Status, row.Resolved = "resolved", row.LastSeen
	}
	if k.ack != nil {
		row.Acked, row.AckedTime, row.Note = true, k.ack.at.Unix(), k.ack.note
		row.AckAdminID, row.AckAdminName = k.ack.by.id, k.ack.by.name
	}
	return row
}

func (q *call) alarmSearch() (any, error) {
	from, to, err := q.window()
	if err != nil {
		return nil, err
	}
	acked, byAck, err := q.flag("acked")
	if err != nil {
		return nil, err
	}
	var rows []alarmRow
	for _, k := range q.alarms() {
		row := alarmRowOf(k)
		status := row.Status
		if status == "" {
			status = "open" // nobody said that it is over
		}
		switch at := time.Unix(row.Timestamp, 0); {
		case at.Before(from.Truncate(time.Second)) || at.After(to),
			byAck && acked != row.Acked,
			!q.asked("type", row.Type), !q.asked("group", row.Group), !q.asked("severity", row.Severity),
			!q.asked("status", status), !q.asked("site_id", row.SiteID), !q.asked("ack_admin_name", row.AckAdminName):
			continue
		}
		rows = append(rows, row)
	}
	return searched(q, rows, from, to, func(r alarmRow) place { return place{r.Timestamp * 1000, r.ID} })
}

// alarms are those of the site or organization of the path.
func (q *call) alarms() []*kept[alarm] {
	site := q.r.PathValue("site_id")
	var out []*kept[alarm]
	for _, k := range q.world.memory.alarms {
		if s := q.world.sites[k.of.SiteID]; s != nil && !s.removed && (site == "" || s.ID == site) {
			out = append(out, k)
		}
	}
	return out
}

// ackBody is what all of the ack endpoints take.
type ackBody struct {
	IDs  []string `json:"alarm_ids"`
	Note string   `json:"note"`
}

// maxAcks is how many alarms one call may name (docs/mist-api.md, Alarms).
const maxAcks = 1000

func (q *call) ackMany() (any, error)   { return q.someAlarms(true) }
func (q *call) unackMany() (any, error) { return q.someAlarms(false) }
func (q *call) ackAll() (any, error)    { return q.allAlarms(true) }
func (q *call) unackAll() (any, error)  { return q.allAlarms(false) }
func (q *call) ackOne() (any, error)    { return q.oneAlarm(true) }
func (q *call) unackOne() (any, error)  { return q.oneAlarm(false) }

func (q *call) someAlarms(on bool) (any, error) {
	var in ackBody
	if err := q.read(&in); err != nil {
		return nil, err
	}
	switch {
	case len(in.IDs) == 0:
		return nil, badRequest("alarm_ids: this field is required")
	case len(in.IDs) > maxAcks:
		return nil, badRequest("alarm_ids: at most %d", maxAcks)
	}
	ours := map[string]*kept[alarm]{}
	for _, k := range q.alarms() {
		ours[k.of.ID] = k
	}
	var of []*kept[alarm]
	for _, id := range in.IDs {
		k := ours[id]
		if k == nil {
			return nil, badRequest("alarm %q not found", id)
		}
		of = append(of, k)
	}
	q.setAck(of, on, in.Note)
	return nil, nil
}

func (q *call) allAlarms(on bool) (any, error) {
	var in ackBody
	if err := q.read(&in); err != nil {
		return nil, err
	}
	q.setAck(q.alarms(), on, in.Note)
	return nil, nil
}

func (q *call) oneAlarm(on bool) (any, error) {
	var in ackBody
	if err := q.read(&in); err != nil {
		return nil, err
	}
	for _, k := range q.alarms() {
		if k.of.ID == q.r.PathValue("alarm_id") {
			q.setAck([]*kept[alarm]{k}, on, in.Note)
			return nil, nil
		}
	}
	return nil, notFound
}

func (q *call) setAck(of []*kept[alarm], on bool, note string) {
	for _, k := range of {
		k.ack = nil
		if on {
			k.ack = &ack{by: *q.who, at: q.now, note: note}
		}
	}
}

// PortalAck acknowledges alarms as an administrator would in the portal; an
// empty name means the first of them. It returns how many of the ids are known.
func (c *Cloud) PortalAck(admin, note string, ids ...string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.world.portalAck(admin, note, c.clock.Now(), ids...)
}

func (w *world) portalAck(admin, note string, at time.Time, ids ...string) int {
	by := w.org.Admins[0]
	for _, a := range w.org.Admins {
		if a.Name == admin {
			by = a
		}
	}
	n := 0
	for _, id := range ids {
		if k := w.memory.byID[id]; k != nil {
			k.ack = &ack{by: principal{name: by.Name, email: by.Email, id: by.ID}, at: at, note: note}
			n++
		}
	}
	return n
}
