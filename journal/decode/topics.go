package decode

import (
	"foghorn/internal/human"
	"foghorn/journal/event"
	"foghorn/mist"
)

// topic says how to read the elements of one topic. Fields are tried in the order
// given; an empty list means that the topic does not have such a field.
type topic struct {
	name        string
	time        []string // when it happened
	device      []string // MAC or device id of the device it is about, or was seen by
	deviceName  []string
	deviceType  string // when read does not find a better one
	client      []string
	clientName  []string
	ssid        string
	severity    event.Severity                  // when read does not set one
	nested      string                          // a list inside the element whose elements are the events
	countEvents func(el *element, t *topic) int // how many events an element becomes; nil: one
	known       bool                            // it is in the table
	identity    *identity                       // when two events are duplicates; nil: when the whole element is equal
	internal    bool                            // only foghorn's own observations use it
	namesOnly   bool                            // its elements give names and become no events
	defaultType string                          // the type of elements without one; empty: the topic
	suggestion  string                          // for an unknown topic: the known topic that may be meant

	// read writes the text and sets what only this topic has: severity, signal,
	// scores. The common fields are already set.
	read func(*element, *event.Event)
}

var (
	stamped  = []string{"timestamp"}
	apNamed  = []string{"ap_name", "device_name"}
	byDevice = []string{"mac", "ap", "device_mac", "device_id"}
	named    = []string{"device_name", "ap_name"}

	// NAC of a wired client names the switch in device_mac, and an AP of all zeros at best.
	nacDevice = []string{"ap", "device_mac", "switch_mac"}
	nacNamed  = []string{"ap_name", "device_name", "switch_name", "switch"}
	nacClient = []string{"username", "client_username", "client_hostname", "hostname"}
)

// topics is the table of all known topics. Field names are those of Mist's own
// samples (mist/samples).
var topics = table(
	// Problems and changes.
	topic{name: "alarms", countEvents: countAlarm, identity: alarmIdentity, time: []string{"timestamp", "last_seen"}, severity: event.Warn, read: readAlarm},
	topic{name: "audits", identity: auditIdentity, time: stamped, device: []string{"device_id"}, deviceName: []string{"device_name"}, severity: event.Info, read: readAudit},
	topic{name: "device-events", identity: deviceEventIdentity, time: stamped, device: byDevice, deviceName: named, ssid: "ssid", severity: event.Info, read: readDevice},
	topic{name: "device-updowns", identity: deviceEventIdentity, time: stamped, device: byDevice, deviceName: named, severity: event.Info, read: readDevice},
	topic{name: "mxedge-events", time: stamped, device: []string{"mac", "mxedge_id"}, deviceName: []string{"mxedge_name", "device_name"}, deviceType: "mxedge", severity: event.Info, read: readDevice},
	topic{name: "site-sle", time: stamped, severity: event.Info, read: readSLE},
	topic{name: "occupancy-alerts", time: stamped, severity: event.Info, nested: "alert_events", read: readOccupancy},
	topic{name: "minis-application", time: stamped, device: []string{"device_mac"}, deviceName: named, severity: event.Debug, read: readProbe},
	topic{name: "minis-reachability", time: stamped, device: []string{"device_mac"}, deviceName: named, severity: event.Debug, read: readProbe},
	topic{name: "ping", time: stamped, severity: event.Info, read: readPing},

	// What foghorn found by polling and from streams.
	topic{name: event.TopicDeviceStatus, internal: true, identity: statusIdentity, time: stamped, device: byDevice, deviceName: []string{"name"}, severity: event.Info, read: readStatus},
	topic{name: event.TopicStreamGap, internal: true, time: stamped, severity: event.Info, read: readGap},
	topic{name: event.TopicSilence, internal: true, time: stamped, severity: event.Warn, read: readSilence},
	topic{name: event.TopicHealth, internal: true, time: stamped, severity: event.Warn, read: readHealth},
	topic{name: event.TopicConfigs, internal: true, identity: configsIdentity, time: stamped, device: []string{"device_mac"}, severity: event.Warn, read: readConfigs},
	topic{name: event.TopicJobs, internal: true, identity: jobIdentity, time: stamped, device: []string{"mac"}, deviceName: []string{"device_name"}, severity: event.Info, read: readJob},
	topic{name: event.TopicUncollected, internal: true, time: stamped, severity: event.Info, read: readUncollected},
	topic{name: event.TopicInventory, internal: true, namesOnly: true},

	// Clients.
	topic{name: "client-join", time: []string{"timestamp", "connect_float", "connect"}, device: []string{"ap"}, deviceName: apNamed, deviceType: "ap", client: []string{"mac"}, clientName: clientNames, ssid: "ssid", severity: event.Info, read: readJoin},
	topic{name: "client-sessions", time: []string{"timestamp", "disconnect_float", "disconnect"}, device: []string{"ap"}, deviceName: apNamed, deviceType: "ap", client: []string{"mac"}, clientName: clientNames, ssid: "ssid", severity: event.Info, read: readSession},
	topic{name: "client-info", time: stamped, client: []string{"mac"}, clientName: []string{"hostname"}, severity: event.Info, read: readClientInfo},
	topic{name: "client-latency", time: stamped, severity: event.Info, read: readLatency},
	topic{name: "guest-authorizations", time: []string{"timestamp", "authorized_time"}, device: []string{"ap"}, deviceName: apNamed, deviceType: "ap", client: []string{"client"}, clientName: []string{"name", "email"}, ssid: "ssid", severity: event.Info, read: readGuest},
	topic{name: "nac-accounting", time: stamped, device: nacDevice, deviceName: nacNamed, client: []string{"mac"}, clientName: nacClient, ssid: "ssid", severity: event.Info, read: readAccounting},
	topic{name: "nac-events", time: stamped, device: nacDevice, deviceName: nacNamed, client: []string{"mac"}, clientName: nacClient, ssid: "ssid", severity: event.Info, read: readNAC},

	// Locations: chatter.
	topic{name: "location", time: stamped, client: []string{"mac"}, clientName: []string{"name"}, read: readLocation},
	topic{name: "location-asset", time: stamped, client: []string{"mac"}, clientName: []string{"name"}, read: readLocation},
	topic{name: "location-centrak", time: stamped, client: []string{"mac"}, clientName: []string{"name"}, read: readLocation},
	topic{name: "location-client", time: stamped, client: []string{"mac"}, clientName: []string{"name"}, read: readLocation},
	topic{name: "location-sdk", time: stamped, client: []string{"mac"}, clientName: []string{"name"}, read: readLocation},
	topic{name: "location-unclient", time: stamped, client: []string{"mac"}, clientName: []string{"name"}, read: readLocation},
	topic{name: "zone", time: stamped, client: []string{"mac"}, clientName: []string{"name"}, read: readZone},
	topic{name: "rssizone", time: stamped, client: []string{"mac"}, clientName: []string{"name"}, read: readZone},
	topic{name: "vbeacon", time: stamped, client: []string{"mac"}, clientName: []string{"name"}, read: readZone},
	topic{name: "asset-raw", time: stamped, device: []string{"device_id"}, deviceType: "ap", client: []string{"mac"}, read: readHeard},
	topic{name: "asset-raw-rssi", time: stamped, device: []string{"device_id"}, deviceType: "ap", client: []string{"mac"}, read: readHeard},
	topic{name: "discovered-raw-rssi", time: stamped, device: []string{"device_id"}, deviceType: "ap", client: []string{"mac"}, read: readHeard},
	topic{name: "wifi-conn-raw", time: stamped, device: []string{"ap_id"}, deviceType: "ap", client: []string{"client_id"}, read: readHeard},
	topic{name: "wifi-unconn-raw", time: stamped, device: []string{"ap_id"}, deviceType: "ap", client: []string{"client_id"}, read: readHeard},
	topic{name: "sdkclient-scan-data", time: []string{"timestamp", "last_seen"}, device: []string{"connection_ap"}, deviceType: "ap", client: []string{"mac"}, clientName: []string{"name"}, read: readScan},
)

func table(ts ...topic) map[string]*topic {
	m := make(map[string]*topic, len(ts))
	for i := range ts {
		ts[i].known = true
		m[ts[i].name] = &ts[i]
	}
	return m
}

// lookup finds the entry of a topic, however it is spelled. Some senders post an alarm
// under its type (rogue-ap-detected) in place of the topic; it is read as an alarm. An
// unknown topic is read by guessing its fields.
func lookup(name string, via event.Via) *topic {
	if t := topics[name]; t != nil && (!t.internal || via != event.ViaWebhook) {
		return t
	}
	if t := topics[mist.TopicKey(name)]; t != nil && !t.internal {
		return t
	}
	if _, ok := mist.AlarmDef(name); ok {
		t := *topics["alarms"]
		t.defaultType = mist.AlarmKey(name)
		return &t
	}
	return &topic{name: name, time: stamped, device: []string{"device_mac", "ap", "mxedge_id", "device_id"}, deviceName: named,
		client: []string{"client_mac", "client", "wcid"}, clientName: clientNames, ssid: "ssid", severity: event.Info, read: readUnknown,
		suggestion: human.Nearest(name, mist.Topics())}
}
