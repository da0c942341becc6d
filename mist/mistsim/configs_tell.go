package mistsim

import "fmt"

// Who hears of a change: the audit log and its webhook, and with an identity in
// common the events of the devices that get a new configuration.

// tellChange tells that the caller changed an object. Values that did not change
// are not in it, and secrets are masked.
func (q *call) tellChange(t *objectType, verb string, o *object, before, after map[string]any) {
	site := q.site()
	q.beside(func(w *world) {
		a := q.auditOf(verb+" "+t.called(site, w.name(t, site, o)), site)
		a.Before, a.After = auditText(before), auditText(after)
		if !t.single {
			a.object, a.objectID = t.idField(), o.id
		}
		w.emit("audits", a)
		if len(before)+len(after) == 0 {
			return
		}
		for _, d := range w.concerned(t, site, o) {
			w.reconfigured(d, a.ID)
		}
	})
}

// tellHook tells that the caller made, changed or removed a webhook; nil is what
// is not there. Neither the cloud's lock nor that of the webhooks is held.
func (q *call) tellHook(verb string, before, after *hookRow) {
	q.mu.Lock()
	q.settle()
	q.beside(func(w *world) {
		row, old, members := after, before.members(), after.members()
		switch {
		case after == nil:
			row = before
		case before != nil:
			o := object{members: old}
			old, members = o.change(q.now, members)
		}
		a := q.auditOf(fmt.Sprintf("%s Webhook %q", verb, row.Name), q.site())
		a.object, a.objectID = "webhook_id", row.ID
		a.Before, a.After = auditText(old), auditText(members)
		w.emit("audits", a)
	})
	q.mu.Unlock()
	q.dispatch(q.r.Context(), q.posts, true)
}

// members are those of a webhook as JSON has them; nil has none.
func (r *hookRow) members() map[string]any {
	if r == nil {
		return nil
	}
	raw, err := encode(r)
	if err != nil {
		return nil // cannot be: it came from JSON
	}
	members, err := membersOf(raw)
	if err != nil {
		return nil
	}
	delete(members, "modified_time")
	return members
}

// auditOf is the audit of what the caller does now.
func (q *call) auditOf(message string, s *Site) audit {
	w := q.world
	a := audit{
		AdminID: q.who.id, AdminName: q.who.called(), ID: uuid(w.side), Message: message, OrgID: w.org.ID,
		SrcIP: "192.0.2.77", Timestamp: floatSeconds(w.now), UserAgent: q.r.UserAgent(),
	}
	if s != nil {
		a.SiteID = &s.ID
	}
	return a
}

// auditText is the state of an object as the before and after of an audit have
// it; "" for nothing.
func auditText(members map[string]any) string {
	if len(members) == 0 {
		return ""
	}
	raw, err := encode(masked(members))
	if err != nil {
		return "" // cannot be: it came from JSON
	}
	return string(raw)
}

// reconfigured tells that a change reached a device, and that the device runs it.
func (w *world) reconfigured(d *Device, auditID string) {
	w.configured(d, auditID)
	w.event(d, "CONFIGURED", func(e *deviceEvent) { e.AuditID = auditID })
}
