package mistsim

import (
	"fmt"
	"time"
)

// tellConfigured tells everyone that the caller changed a device.
func (q *call) tellConfigured(d *Device, oldName string) {
	w := q.world
	was := w.now
	w.now = q.now.Truncate(time.Millisecond)
	s := w.siteOf(d)
	before, after := "", ""
	if oldName != d.Name {
		before, after = fmt.Sprintf(`{"name": %q}`, oldName), fmt.Sprintf(`{"name": %q}`, d.Name)
	}
	a := audit{
		AdminID: q.who.id, AdminName: q.who.called(), Before: before, After: after, ID: uuid(w.side), DeviceID: d.ID,
		Message: fmt.Sprintf("Update Device %q", d.Name), OrgID: w.org.ID, SiteID: &s.ID, SrcIP: "192.0.2.77",
		Timestamp: floatSeconds(w.now), UserAgent: q.r.UserAgent(),
	}
	w.emit("audits", a)
	if d.Connected {
		w.configured(d, a.ID)
		w.event(d, "CONFIGURED", nil)
	}
	w.now = was
}

// called is the caller's name as audits have it: "Name email".
func (p *principal) called() string {
	if p.email == "" {
		return p.name
	}
	return p.name + " " + p.email
}
