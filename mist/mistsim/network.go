package mistsim

import "fmt"

// The verbs of devices: each changes the state and tells it in every topic a
// real organization would hear it in. Connections are told both as
// device-updowns and as device-events, since the first is a part of the second
// (docs/mist-api.md, Webhook topics).

// down takes devices off the cloud, all at once. The clients of APs move on to
// those that are left.
func (w *world) down(devices ...*Device) {
	var lost []*Device
	for _, d := range devices {
		if d.Connected {
			d.Connected, d.Since = false, w.now
			w.missed(d)
			w.breaks(w.siteOf(d), w.causeOf(d), d.MAC)
			lost = append(lost, d)
		}
	}
	for _, d := range lost {
		w.emitConnection(d, "DISCONNECTED", "")
	}
	for _, d := range lost {
		if d.Type == AP {
			w.scatter(d)
		}
	}
}

// up brings it back. A reason means that it had restarted.
func (w *world) up(d *Device, restarted string) {
	if d.Connected {
		return
	}
	d.Connected, d.Since = true, w.now
	w.found(d)
	w.mends(w.siteOf(d), "", d.MAC)
	w.emitConnection(d, "CONNECTED", "")
	if restarted != "" {
		d.booted = w.now
		w.emitConnection(d, "RESTARTED", restarted)
		if d.Type != MxEdge {
			w.later(w.between(800e6, 1800e6), func() { w.settled(d) })
		}
	}
}

// settled tells that a device runs its configuration, if it is there at all.
func (w *world) settled(d *Device) {
	if d.Connected {
		w.event(d, "CONFIGURED", nil)
	}
}

func (w *world) emitConnection(d *Device, what, reason string) {
	if d.Type == MxEdge {
		w.emit("mxedge-events", mxedgeEventOf(w.org, d, typePrefix[MxEdge]+what, w.now))
		return
	}
	w.emit("device-updowns", updownOf(w.org, w.siteOf(d), d, what, reason, w.now))
	w.event(d, what, func(e *deviceEvent) {
		e.Reason = reason
		if what == "DISCONNECTED" {
			e.EvType = "WARN"
		}
	})
}

// event tells a device event; more fills in what its type has beyond the rest.
func (w *world) event(d *Device, what string, more func(*deviceEvent)) {
	e := deviceEventOf(w.org, w.siteOf(d), d, what, w.now)
	if more != nil {
		more(&e)
	}
	w.emit("device-events", e)
}

// port tells that a port of a switch went up or down.
func (w *world) port(sw *Device, port string, up bool) {
	what, trap, state := "PORT_DOWN", "SNMP_TRAP_LINK_DOWN", "down(2)"
	if up {
		what, trap, state = "PORT_UP", "SNMP_TRAP_LINK_UP", "up(1)"
	}
	w.event(sw, what, func(e *deviceEvent) {
		e.PortID = port
		e.Text = fmt.Sprintf("%s: ifIndex 515, ifAdminStatus up(1), ifOperStatus %s, ifName %s", trap, state, port)
		if !up {
			e.EvType = "WARN"
		}
	})
}

// retune gives an AP another 5 GHz channel.
func (w *world) retune(ap *Device, reason string) {
	old := ap.Channel
	for ap.Channel == old {
		ap.Channel = pick(w.rng, channels)
	}
	w.event(ap, "RRM_ACTION", func(e *deviceEvent) {
		e.Band, e.Channel, e.PreChannel, e.Bandwidth, e.PreBandwidth = "5", ap.Channel, old, 40, 40
		e.Reason = reason
	})
}

// audit tells that a person changed something. A nil site means the whole
// organization. It returns the id, which device events that follow refer to.
func (w *world) audit(by Admin, s *Site, message string) string {
	return w.emitAudit(by, s, audit{Message: message})
}

// configure lets a person change an object in the portal, and tells that.
func (w *world) configure(by Admin, t *objectType, s *Site, o *object, with map[string]any) string {
	before, after := o.change(w.now, with)
	a := audit{Message: "Update " + t.called(s, w.name(t, s, o)), Before: auditText(before), After: auditText(after)}
	if !t.single {
		a.object, a.objectID = t.idField(), o.id
	}
	return w.emitAudit(by, s, a)
}

// emitAudit tells an audit, once it says who did it, where and when.
func (w *world) emitAudit(by Admin, s *Site, a audit) string {
	a.AdminID, a.AdminName, a.SrcIP = by.ID, by.Name+" "+by.Email, by.IP
	a.ID, a.OrgID, a.Timestamp = uuid(w.rng), w.org.ID, floatSeconds(w.now)
	a.UserAgent = "Mozilla/5.0 (X11; Linux x86_64) Firefox/132.0"
	if s != nil {
		a.SiteID = &s.ID
	}
	w.emit("audits", a)
	return a.ID
}

// configured tells that a change reached an AP.
func (w *world) configured(ap *Device, auditID string) {
	w.event(ap, "CONFIG_CHANGED_BY_USER", func(e *deviceEvent) { e.AuditID = auditID })
}

// raise tells an alarm and keeps it under what it is about, to be told again.
func (w *world) raise(about string, a alarm) {
	w.known[about] = &a
	w.emit("alarms", a)
}

// scores publishes the service levels of a site as they stand.
func (w *world) scores(s *Site) {
	sle := make(map[string]float64, len(metrics))
	for _, m := range metrics {
		v := s.score + (w.rng.Float64()-0.5)*0.03
		switch m {
		case "ap-availability":
			v = 1 - 1.5*downShare(s, AP)
		case "switch-health":
			v = 1 - downShare(s, Switch)
		case "gateway-health":
			v = 1 - downShare(s, Gateway)
		case "successful-connect":
			if s.dhcpBroken || s.authBroken {
				v -= 0.45
			}
		case "time-to-connect":
			if s.dhcpBroken {
				v -= 0.3
			}
		}
		sle[m] = float64(int(min(max(v, 0), 1)*10000)) / 10000
	}
	// Scores are of whole minutes: the cloud works in fixed slots.
	w.emit("site-sle", siteSLE{OrgID: w.org.ID, SiteID: s.ID, SLE: sle, Timestamp: w.now.Unix() / 60 * 60})
}

// downShare is the part of a site's devices of one type that are off, 0 to 1.
func downShare(s *Site, kind string) float64 {
	all, off := 0, 0
	for _, d := range s.Devices {
		if d.Type == kind {
			all++
			if !d.Connected {
				off++
			}
		}
	}
	return float64(off) / float64(max(all, 1))
}
