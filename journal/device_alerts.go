package journal

import "foghorn/journal/event"

// DeviceAlerts is what alerts say about one device.
type DeviceAlerts struct {
	Count int
	Worst *event.Alert // nil without one
}

// AlertsByDevice counts alerts by device and picks the worst of each. The alerts
// come worst first, as the journal lists them; one that is open is worse than
// any that somebody has acknowledged or snoozed.
func AlertsByDevice(alerts []event.Alert) map[event.MAC]DeviceAlerts {
	out := map[event.MAC]DeviceAlerts{}
	for i := range alerts {
		a := &alerts[i]
		if a.DeviceMAC == "" {
			continue
		}
		d := out[a.DeviceMAC]
		d.Count++
		if d.Worst == nil || d.Worst.State != event.Open && a.State == event.Open {
			d.Worst = a
		}
		out[a.DeviceMAC] = d
	}
	return out
}
