package sql

import (
	"encoding/json"
	"time"

	"foghorn/journal/event"
	"foghorn/relay"
)

var noon = time.Date(2026, 11, 27, 12, 0, 0, 123_456_789, time.UTC)

// outage is an event of Mist; commit is one of the Junos agent.
func outage(id int64) *event.Event {
	return &event.Event{ID: id, Time: noon, Received: noon.Add(1500 * time.Millisecond), Source: "acme", Via: event.ViaWebhook, Topic: "alarms",
		Type: "device_down", Severity: event.Critical, OrgID: "o-1", SiteID: "s-1", Site: "berlin", DeviceMAC: "5c5b35000001", Device: "lobby-ap3",
		DeviceType: "ap", Text: "AP lobby-ap3 is down", DeliveryID: id / event.MaxEventsPerRecord, AlertID: 3450000, Duplicates: 1,
		Raw: json.RawMessage(`{"id": "x", "type": "device_down", "count": 2}`)}
}

func commit(id int64) *event.Event {
	return &event.Event{ID: id, Time: noon, Received: noon, Source: "lab", Via: event.ViaJunos, Topic: "junos", Type: "UI_COMMIT", Severity: event.Info,
		Device: "edge-1", Text: "ada committed", Duplicates: 1,
		Raw: json.RawMessage(`{"event": "UI_COMMIT", "message": "UI_COMMIT: User 'ada' requested 'commit' operation", "hostname": "edge-1"}`)}
}

func items(events ...*event.Event) []relay.Item {
	out := make([]relay.Item, len(events))
	for i, e := range events {
		out[i].Event = e
	}
	return out
}

// notice is one about the alert of the outage; after it took effect the alert is resolved
// or not.
func notice(n int, why relay.Why, step string, resolved *time.Time) relay.Item {
	a := event.Alert{ID: 3450000, Key: "k", Source: "acme", Kind: "device_down", Severity: event.Critical, State: event.Open, Title: "AP lobby-ap3 is down",
		SiteID: "s-1", Site: "berlin", DeviceMAC: "5c5b35000001", Device: "lobby-ap3", Opened: noon, LastSeen: noon, Count: 1}
	at := noon
	if resolved != nil {
		a.State, a.Title, a.Resolved, at = event.Resolved, "AP lobby-ap3 was down for 4m", resolved, *resolved
	}
	return relay.Item{Notice: &relay.Notice{Why: why, Alerts: []event.Alert{a}, Joined: []int64{a.ID}, Steps: 1, N: n, Step: step, Time: at, Now: at,
		Link: "https://manage.mist.com/"}}
}

func after(d time.Duration) *time.Time {
	t := noon.Add(d)
	return &t
}
