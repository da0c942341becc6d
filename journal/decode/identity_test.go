package decode

import (
	"testing"

	"foghorn/journal/event"
)

// pairs are two tellings, by webhook and by another way, that are one happening
// to the journal or are not. Same fingerprints are what one needs; loose ones are
// enough when one of the two says less.
var pairs = []struct {
	name                 string
	topicA, a, topicB, b string
	same                 bool
}{
	{"an alarm by webhook and by search", "alarms",
		`{"id":"a1","type":"device_down","timestamp":1700000000,"last_seen":1700000000,"count":1,"severity":"warn","group":"infrastructure","aps":["5c5b35000001"],"hostnames":["ap-1"],"org_id":"o","site_id":"s","site_name":"Berlin"}`, "alarms",
		`{"id":"a1","type":"device_down","timestamp":1700000000.0,"last_seen":1700000000.4,"count":1,"severity":"warn","aps":["5c5b35000001"],"org_id":"o","site_id":"s","status":"open","acked":true,"acked_time":1700000900,"ack_admin_name":"Kim","note":"mine"}`, true},
	{"an alarm without what it does not say at first", "alarms",
		`{"id":"a1","type":"rogue_ap","timestamp":1700000000}`, "alarms",
		`{"id":"a1","type":"rogue_ap","timestamp":1700000000,"last_seen":1700000000,"count":1,"status":"open"}`, true},
	{"an alarm that was counted up", "alarms",
		`{"id":"a1","type":"rogue_ap","timestamp":1700000000,"count":1}`, "alarms", `{"id":"a1","type":"rogue_ap","timestamp":1700000000,"count":2}`, false},
	{"an alarm seen again", "alarms",
		`{"id":"a1","type":"rogue_ap","timestamp":1700000000,"last_seen":1700000000}`, "alarms", `{"id":"a1","type":"rogue_ap","timestamp":1700000000,"last_seen":1700000060}`, false},
	{"an alarm that was resolved", "alarms",
		`{"id":"a1","type":"bad_cable","timestamp":1700000000,"details":{"status":"open"}}`, "alarms", `{"id":"a1","type":"bad_cable","timestamp":1700000000,"status":"resolved"}`, false},
	{"an alarm of Marvis that is validated, which a search calls resolved", "alarms",
		`{"id":"a1","type":"bad_cable","timestamp":1700000000,"status":"validated","details":{"status":"validated"}}`, "alarms",
		`{"id":"a1","type":"bad_cable","timestamp":1700000000,"status":"resolved","resolved_time":1700000000,"details":{"status":"validated"}}`, true},
	{"an alarm whose webhook says in timestamp when it was sent", "alarms",
		`{"id":"a1","type":"sw_bad_optics","timestamp":1700000017.54,"last_seen":"2023-11-14T22:13:20","count":1,"switches":["5c5b35000002"],"peer":{}}`, "alarms",
		`{"id":"a1","type":"sw_bad_optics","timestamp":1700000000,"last_seen":1700000000,"count":1,"switches":["5c5b35000002"]}`, true},
	{"... in milliseconds, and with an offset", "alarms",
		`{"id":"a1","type":"sw_bad_optics","timestamp":1700000017540,"last_seen":"2023-11-15T00:13:20.250+02:00","count":"1"}`, "alarms",
		`{"id":"a1","type":"sw_bad_optics","timestamp":1700000000,"last_seen":1700000000.0}`, true},
	{"a resolved alarm, sent and asked for", "alarms",
		`{"id":"a1","type":"bad_cable","timestamp":1700003600.97,"last_seen":"2023-11-14T22:13:20","status":"resolved","resolved_time":"2023-11-14T23:03:20"}`, "alarms",
		`{"id":"a1","type":"bad_cable","timestamp":1700000000,"last_seen":1700000000,"status":"resolved","resolved_time":1700003000000}`, true},
	{"resolved twice", "alarms",
		`{"id":"a1","type":"bad_cable","timestamp":1700000000,"last_seen":1700000000,"status":"resolved","resolved_time":1700003000}`, "alarms",
		`{"id":"a1","type":"bad_cable","timestamp":1700000000,"last_seen":1700000000,"status":"resolved","resolved_time":1700009000}`, false},
	{"two alarms", "alarms",
		`{"id":"a1","type":"rogue_ap","timestamp":1700000000}`, "alarms", `{"id":"a2","type":"rogue_ap","timestamp":1700000000}`, false},
	{"alarms without an id that differ", "alarms",
		`{"type":"rogue_ap","timestamp":1700000000,"x":1}`, "alarms", `{"type":"rogue_ap","timestamp":1700000000,"x":2}`, false},

	{"a device event by webhook and by search", "device-events",
		`{"type":"SW_PORT_DOWN","mac":"5c5b35000002","device_name":"sw-1","site_name":"Berlin","port_id":"ge-0/0/2","ev_type":"NOTICE","text":"down","timestamp":1700000000,"org_id":"o","site_id":"s"}`, "device-events",
		`{"type":"SW_PORT_DOWN","ap":"5c-5b-35-00-00-02","device_type":"switch","port_id":"ge-0/0/2","text":"down","timestamp":1700000000.25,"org_id":"o","site_id":"s"}`, true},
	{"two ports in one second", "device-events",
		`{"type":"SW_PORT_DOWN","mac":"5c5b35000002","port_id":"ge-0/0/2","timestamp":1700000000}`, "device-events",
		`{"type":"SW_PORT_DOWN","mac":"5c5b35000002","port_id":"ge-0/0/3","timestamp":1700000000}`, false},
	{"two neighbors in one second", "device-events",
		`{"type":"SW_BGP_NEIGHBOR_DOWN","mac":"5c5b35000002","text":"RPD_BGP_NEIGHBOR_STATE_CHANGED: BGP peer 10.0.0.1","timestamp":1700000000}`, "device-events",
		`{"type":"SW_BGP_NEIGHBOR_DOWN","mac":"5c5b35000002","text":"RPD_BGP_NEIGHBOR_STATE_CHANGED: BGP peer 10.0.0.2","timestamp":1700000000}`, false},
	{"a search that leaves the words out", "device-events",
		`{"type":"AP_CONFIGURED","ap":"5c5b35000001","text":"by kim","timestamp":1700000000}`, "device-events", `{"type":"AP_CONFIGURED","ap":"5c5b35000001","timestamp":1700000000}`, true},
	{"the same port in other words", "device-events",
		`{"type":"SW_PORT_UP","mac":"5c5b35000002","port_id":"ge-0/0/2","text":"a","timestamp":1700000000}`, "device-events",
		`{"type":"SW_PORT_UP","mac":"5c5b35000002","port_id":"ge-0/0/2","timestamp":1700000000}`, true},
	{"up/down told by both topics", "device-events",
		`{"type":"AP_DISCONNECTED","mac":"5c5b35000001","ap":"5c5b35000001","device_name":"ap-1","reason":"power","ev_type":"WARN","timestamp":1700000000}`, "device-updowns",
		`{"type":"AP_DISCONNECTED","ap":"5c5b35000001","ap_name":"ap-1","for_site":true,"timestamp":1700000000}`, true},
	{"down and up", "device-updowns",
		`{"type":"AP_DISCONNECTED","ap":"5c5b35000001","timestamp":1700000000}`, "device-updowns", `{"type":"AP_CONNECTED","ap":"5c5b35000001","timestamp":1700000000}`, false},
	{"a second later", "device-updowns",
		`{"type":"AP_DISCONNECTED","ap":"5c5b35000001","timestamp":1700000000}`, "device-updowns", `{"type":"AP_DISCONNECTED","ap":"5c5b35000001","timestamp":1700000001}`, false},
	{"two devices", "device-updowns",
		`{"type":"AP_DISCONNECTED","ap":"5c5b35000001","timestamp":1700000000}`, "device-updowns", `{"type":"AP_DISCONNECTED","ap":"5c5b35000002","timestamp":1700000000}`, false},
	{"no device: the whole element counts", "device-events",
		`{"type":"AP_X","timestamp":1700000000,"y":1}`, "device-events", `{"type":"AP_X","timestamp":1700000000,"y":2}`, false},

	{"an audit by webhook and by search", "audits",
		`{"id":"l1","message":"Update Device \"Lobby\"","admin_name":"Kim kim@example.com","device_id":"00000000-0000-0000-1000-5c5b35000001","timestamp":1700000000.201053,"before":"{\"name\":\"a\"}","src_ip":"10.0.0.1"}`, "audits",
		`{"id":"l1","message":"Update Device \"Lobby\"","admin_name":"Kim","admin_id":"x","timestamp":1700000000.2,"before":{"name":"a"},"for_site":true}`, true},
	{"two audits", "audits",
		`{"id":"l1","message":"Login","timestamp":1700000000}`, "audits", `{"id":"l2","message":"Login","timestamp":1700000000}`, false},
	{"one id in two topics", "audits",
		`{"id":"a1","message":"x","timestamp":1700000000}`, "alarms", `{"id":"a1","type":"audits","timestamp":1700000000}`, false},
}

func TestOneHappeningToldInTwoWays(t *testing.T) {
	for _, c := range pairs {
		by := func(topic, element string, via event.Via) event.Event {
			d := webhook(deviceBody(topic, element))
			d.Via = via
			return one(t, d)
		}
		a, b := by(c.topicA, c.a, event.ViaWebhook), by(c.topicB, c.b, event.ViaPoll)
		less := a.GroupFingerprint != 0 && a.GroupFingerprint == b.GroupFingerprint && (a.GroupFingerprint == a.Fingerprint || b.GroupFingerprint == b.Fingerprint)
		if same := a.Fingerprint == b.Fingerprint || less; same != c.same {
			t.Errorf("%s: same %v, want %v (%x/%x and %x/%x)", c.name, same, c.same, a.Fingerprint, a.GroupFingerprint, b.Fingerprint, b.GroupFingerprint)
		}
		if same := a.Type == b.Type && a.Time.Unix() == b.Time.Unix(); c.same && !same {
			t.Errorf("%s: %s at %v and %s at %v", c.name, a.Type, a.Time, b.Type, b.Time)
		}
	}
}
