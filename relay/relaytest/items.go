package relaytest

import (
	"encoding/json"
	"strings"
	"time"

	"foghorn/internal/safetext/hostile"
	"foghorn/journal/event"
	"foghorn/relay"
)

// Began is when the outage of APDown begins.
var Began = time.Date(2026, 11, 27, 3, 2, 11, 0, time.UTC)

// APDisconnected is an event: an AP goes down.
func APDisconnected() relay.Item {
	return relay.Item{Event: &event.Event{ID: event.ID(345, 12), Time: Began, Received: Began.Add(2 * time.Second), Source: "acme", Via: event.ViaWebhook,
		Topic: "device-updowns", Type: "AP_DISCONNECTED", Severity: event.Critical, OrgID: "9777c1a0-6ef6-11e6-8bbf-02e208b2d34f",
		SiteID: "4ac1dcf4-9d8b-7211-65c4-057819f0862b", Site: "berlin", DeviceMAC: "5c5b35000001", Device: "lobby-ap3", DeviceType: "ap",
		Text: "AP lobby-ap3 went down", Duplicates: 1, Raw: json.RawMessage(`{"ap":"5c5b35000001","type":"AP_DISCONNECTED","timestamp":1795748531}`)}}
}

// APDown is the notice that an alert about it opened.
func APDown() relay.Item {
	return relay.Item{Notice: &relay.Notice{Why: relay.First, N: 1, Steps: 1, Step: "opened", Time: Began, Now: Began.Add(2 * time.Second),
		Link: "https://manage.mist.com/admin/?org_id=9777c1a0", Event: APDisconnected().Event, Alerts: []event.Alert{{
			ID: event.ID(345, 0), Key: "mist:device:9777c1a0:5c5b35000001:connection", Source: "acme", Kind: "device_down", Severity: event.Critical,
			State: event.Open, Title: "AP lobby-ap3 is down", OrgID: "9777c1a0-6ef6-11e6-8bbf-02e208b2d34f", Site: "berlin", Device: "lobby-ap3",
			DeviceMAC: "5c5b35000001", Opened: Began, LastSeen: Began, Count: 1, Events: 1}}}}
}

// APAcked is a notice that somebody has taken the alert of APDown.
func APAcked() relay.Item {
	item, at := APDown(), Began.Add(time.Minute)
	n := item.Notice
	n.Why, n.N, n.Step, n.Time, n.Now, n.Actor, n.Reason = relay.Update, 2, "acked", at, at, "ada", "on my way"
	n.Alerts[0].State, n.Alerts[0].Owner, n.Alerts[0].AckedAt = event.Acked, "ada", &at
	return item
}

// APUp is the notice that the alert of APDown is over.
func APUp() relay.Item {
	item, at := APDown(), Began.Add(249*time.Second)
	n := item.Notice
	n.Why, n.N, n.Step, n.Time, n.Now = relay.Resolved, 3, "resolved", at, at
	n.Alerts[0].State, n.Alerts[0].Resolved, n.Alerts[0].Title = event.Resolved, &at, "AP lobby-ap3 was down for 4m"
	return item
}

// Hostile are events and notices whose texts are made to do harm: one for each sample
// of the corpus, for what services act on, and for texts of 100 kB.
func Hostile() []relay.Item {
	texts := []string{`"]\`, `] [foghorn@32473 id="forged"`, "<!channel> @all @here", "$(reboot) `reboot` ; reboot", "() { :;}; reboot",
		strings.Repeat("x", 100_000), strings.Repeat("ü", 50_000), strings.Repeat("\x1b", 100_000), strings.Repeat(`"`, 100_000)}
	for _, s := range hostile.Samples() {
		texts = append(texts, s.Text)
	}
	items := make([]relay.Item, 0, 2*len(texts))
	for _, text := range texts {
		short := text[:min(len(text), 4000)] // one long text an item will do, and saves time
		happened, opened := APDisconnected(), APUp()
		e, a := happened.Event, &opened.Notice.Alerts[0]
		e.Text, e.Device, e.Site, e.Type, e.Topic, e.DeviceMAC, e.Source = text, short, short, short, short, event.MAC(short), short
		quoted, _ := json.Marshal(short) // a string is always written
		e.Raw = quoted
		a.Title, a.Device, a.Site, a.Kind, a.Owner, a.DeviceMAC, a.Source = text, short, short, short, short, event.MAC(short), short
		opened.Notice.Event, opened.Notice.Actor, opened.Notice.Reason, opened.Notice.Link = e, short, short, short
		items = append(items, happened, opened)
	}
	return items
}
