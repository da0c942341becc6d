package mistsim

import "foghorn/mist"

// What Mist says about itself: its definitions of alarms, events and topics.

var constRoutes = []route{
	{method: "GET", path: "/const/alarm_defs", do: (*call).alarmDefs, free: true},
	{method: "GET", path: "/const/device_events", do: (*call).eventDefs, free: true},
	{method: "GET", path: "/const/mxedge_events", do: (*call).edgeEventDefs, free: true},
	{method: "GET", path: "/const/webhook_topics", do: (*call).topicDefs, free: true},
}

// topicRow is a topic of webhooks; an absent flag means no.
type topicRow struct {
	Key      string `json:"key"`
	ForOrg   bool   `json:"for_org,omitempty"`
	Internal bool   `json:"internal,omitempty"`
	Logged   bool   `json:"has_delivery_results,omitempty"`
	Single   bool   `json:"allows_single_event_per_message,omitempty"`
}

var webhookTopics = []topicRow{
	{Key: "alarms", ForOrg: true, Logged: true},
	{Key: "asset-raw-rssi"},
	{Key: "audits", ForOrg: true, Logged: true},
	{Key: "client-info", ForOrg: true},
	{Key: "client-join", ForOrg: true},
	{Key: "client-latency"},
	{Key: "client-sessions", ForOrg: true},
	{Key: "device-events", ForOrg: true, Single: true},
	{Key: "device-updowns", ForOrg: true, Logged: true},
	{Key: "discovered-raw-rssi"},
	{Key: "guest-authorizations"},
	{Key: "location"},
	{Key: "location-asset"},
	{Key: "location-client"},
	{Key: "location-sdk"},
	{Key: "location-unclient"},
	{Key: "mxedge-events", ForOrg: true},
	{Key: "nac-accounting", ForOrg: true},
	{Key: "nac-events", ForOrg: true},
	{Key: "occupancy-alerts", Logged: true},
	{Key: "ping", Internal: true, Logged: true},
	{Key: "rssizone"},
	{Key: "sdkclient-scan-data"},
	{Key: "site-sle"},
	{Key: "vbeacon"},
	{Key: "wifi-conn-raw"},
	{Key: "wifi-unconn-raw"},
	{Key: "zone"},
}

// What the table says, and what our own webhook gets: more than a real one of an
// organization could, so that one listener hears all there is to tell.
var (
	loggedTopics = topicsWith(func(t topicRow) bool { return t.Logged })
	singleTopics = topicsWith(func(t topicRow) bool { return t.Single })
	rawTopics    = map[string]bool{"asset-raw-rssi": true, "discovered-raw-rssi": true, "wifi-conn-raw": true, "wifi-unconn-raw": true}
	ownTopics    = []string{
		"alarms", "audits", "client-info", "client-join", "client-latency", "client-sessions", "device-events", "device-updowns",
		"guest-authorizations", "location", "mxedge-events", "nac-accounting", "nac-events", "occupancy-alerts", "site-sle", "zone",
	}
)

func topicsWith(flag func(topicRow) bool) map[string]bool {
	out := map[string]bool{}
	for _, t := range webhookTopics {
		if flag(t) {
			out[t.Key] = true
		}
	}
	return out
}

func (q *call) topicDefs() (any, error) { return webhookTopics, nil }

type alarmDef struct {
	Key      string   `json:"key"`
	Display  string   `json:"display"`
	Group    string   `json:"group"`
	Severity string   `json:"severity"`
	Fields   []string `json:"fields"`
}

func (q *call) alarmDefs() (any, error) {
	rows := []alarmDef{}
	for _, d := range mist.AlarmDefs() {
		rows = append(rows, alarmDef{d.Key, d.Display, d.Group, d.Severity, []string{}})
	}
	return rows, nil
}

type eventDef struct {
	Key         string `json:"key"`
	Display     string `json:"display"`
	Description string `json:"description,omitempty"`
	Group       string `json:"group,omitempty"`
}

func eventDefsOf(defs []mist.Definition) []eventDef {
	rows := []eventDef{}
	for _, d := range defs {
		rows = append(rows, eventDef{d.Key, d.Display, d.Description, d.Group})
	}
	return rows
}

func (q *call) eventDefs() (any, error)     { return eventDefsOf(mist.DeviceEventDefs()), nil }
func (q *call) edgeEventDefs() (any, error) { return eventDefsOf(mist.MxEdgeEventDefs()), nil }
