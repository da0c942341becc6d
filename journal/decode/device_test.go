package decode

import (
	"testing"

	"foghorn/journal/event"
)

func deviceBody(topic, element string) string {
	return `{"topic":"` + topic + `","events":[` + element + `]}`
}

const ofDevice = "mist:device:o:5c5b35000001:"

var deviceStories = []struct {
	name, topic, element string
	text                 string
	severity             event.Severity
	kind                 string // device type
	act                  event.SignalType
	key                  string
}{
	{"AP lost", "device-updowns", `{"type":"AP_DISCONNECTED","org_id":"o","ap":"5c5b35000001","ap_name":"lobby-ap3"}`,
		"AP lobby-ap3 down, no reason given", event.Warn, "ap", event.Raise, ofDevice + "connection"},
	{"AP back, by the other topic and field", "device-events", `{"type":"AP_CONNECTED","org_id":"o","mac":"5c:5b:35:00:00:01","device_name":"lobby-ap3"}`,
		"AP lobby-ap3 up", event.Info, "ap", event.Resolve, ofDevice + "connection"},
	{"switch lost", "device-updowns", `{"type":"SW_DISCONNECTED","org_id":"o","mac":"5c5b35000001"}`,
		"Switch 5c:5b:35:00:00:01 down, no reason given", event.Critical, "switch", event.Raise, ofDevice + "connection"},
	{"gateway with its MAC in ap, called a switch", "device-updowns", `{"type":"GW_DISCONNECTED","org_id":"o","ap":"5c5b35000001","ap_name":"edge","device_type":"switch"}`,
		"Gateway edge down, no reason given", event.Critical, "gateway", event.Raise, ofDevice + "connection"},
	{"Mist Edge lost", "mxedge-events", `{"type":"ME_DISCONNECTED","org_id":"o","mxedge_id":"00000000-0000-0000-1000-5c5b35000001","mxedge_name":"ME1"}`,
		"Mist Edge ME1 down, no reason given", event.Critical, "mxedge", event.Raise, ofDevice + "connection"},
	{"Mist Edge without a MAC", "mxedge-events", `{"type":"ME_DISCONNECTED","org_id":"o","mxedge_id":"387804a7-3474-85ce-15a2-f9a9684c9c90"}`,
		"an unnamed Mist Edge down, no reason given", event.Critical, "mxedge", event.Raise, "mist:device:o:387804a7-3474-85ce-15a2-f9a9684c9c90:connection"},
	{"no org: the source stands for it", "device-updowns", `{"type":"AP_DISCONNECTED","ap":"5c5b35000001"}`,
		"AP 5c:5b:35:00:00:01 down, no reason given", event.Warn, "ap", event.Raise, "mist:device:acme:5c5b35000001:connection"},
	{"no device at all: nothing to pair by", "device-updowns", `{"type":"AP_DISCONNECTED","org_id":"o"}`,
		"an unnamed AP down, no reason given", event.Warn, "ap", 0, ""},
	{"crash", "device-events", `{"type":"SW_RESTARTED","org_id":"o","mac":"5c5b35000001","device_name":"core-1","reason":"power_cycle"}`,
		"Switch core-1 restarted: power cycle", event.Warn, "switch", event.Restart, ofDevice + "connection"},
	{"upgrade", "device-events", `{"type":"AP_RESTARTED","org_id":"o","ap":"5c5b35000001","ap_name":"ap1","reason":"upgrade"}`,
		"ap1 restarted: upgrade", event.Info, "ap", 0, ""},
	{"restart from the portal", "device-events", `{"type":"SW_RESTART_BY_USER","org_id":"o","mac":"5c5b35000001"}`,
		"Switch 5c:5b:35:00:00:01 was restarted by a user", event.Info, "switch", 0, ""},
	{"port down", "device-events", `{"type":"SW_PORT_DOWN","org_id":"o","mac":"5c5b35000001","device_name":"core-1","port_id":"ge-0/0/2","text":"SNMP_TRAP_LINK_DOWN: ifIndex 515, ifName ge-0/0/2"}`,
		"Switch core-1: ge-0/0/2 down", event.Info, "switch", event.Raise, ofDevice + "port:ge-0/0/2"},
	{"a gateway's port is an uplink more often than not", "device-events", `{"type":"GW_PORT_DOWN","org_id":"o","mac":"5c5b35000001","device_name":"edge-1","port_id":"ge-0/0/2"}`,
		"Gateway edge-1: ge-0/0/2 down", event.Warn, "gateway", event.Raise, ofDevice + "port:ge-0/0/2"},
	{"port up", "device-events", `{"type":"SW_PORT_UP","org_id":"o","mac":"5c5b35000001","device_name":"core-1","port_id":"ge-0/0/2"}`,
		"Switch core-1: ge-0/0/2 up", event.Info, "switch", event.Resolve, ofDevice + "port:ge-0/0/2"},
	{"OSPF neighbour lost", "device-events", `{"type":"SW_OSPF_NEIGHBOR_DOWN","org_id":"o","mac":"5c5b35000001","device_name":"core-1","text":"RPD_OSPF_NBRDOWN: OSPF neighbor 10.0.0.2 (realm ospf-v2 xe-1/2/2.0 area 0.0.0.0) state changed from Full to Init"}`,
		"Switch core-1: OSPF neighbor 10.0.0.2 (interface xe-1/2/2) down; OSPF neighbor 10.0.0.2 (realm ospf-v2 xe-1/2/2.0 area 0.0.0.0) state changed from Full to Init", event.Warn, "switch", event.Raise, ofDevice + "ospf:10.0.0.2 (interface xe-1/2/2)"},
	{"OSPF neighbour on its way back", "device-events", `{"type":"SW_OSPF_NEIGHBOR_UP","org_id":"o","mac":"5c5b35000001","device_name":"core-1","text":"RPD_OSPF_NBRUP: OSPF neighbor 10.0.0.2 (realm ospf-v2 xe-1/2/2.0 area 0.0.0.0) state changed from Init to ExStart"}`,
		"Switch core-1: OSPF Neighbor Up: OSPF neighbor 10.0.0.2 (realm ospf-v2 xe-1/2/2.0 area 0.0.0.0) state changed from Init to ExStart", event.Info, "switch", 0, ""},
	{"BGP change, direction judged", "device-events", `{"type":"SW_BGP_NEIGHBOR_STATE_CHANGED","org_id":"o","mac":"5c5b35000001","device_name":"core-1","text":"RPD_BGP_NEIGHBOR_STATE_CHANGED: BGP peer 10.0.0.3 (External AS 65503) changed state from OpenConfirm to Established (event RecvKeepAlive) (instance master)"}`,
		"Switch core-1: BGP neighbor 10.0.0.3 up; BGP peer 10.0.0.3 (External AS 65503) changed state from OpenConfirm to Established (event RecvKeepAlive) (instance master)", event.Info, "switch", event.Resolve, ofDevice + "bgp:10.0.0.3 (instance master)"},
	{"BGP on its way up", "device-events", `{"type":"SW_BGP_NEIGHBOR_STATE_CHANGED","org_id":"o","mac":"5c5b35000001","device_name":"core-1","text":"RPD_BGP_NEIGHBOR_STATE_CHANGED: BGP peer 10.0.0.3 (External AS 65503) changed state from Idle to Connect (event Start) (instance master)"}`,
		"Switch core-1: BGP neighbour change: BGP peer 10.0.0.3 (External AS 65503) changed state from Idle to Connect (event Start) (instance master)", event.Info, "switch", 0, ""},
	{"major alarm", "device-events", `{"type":"SW_ALARM_CHASSIS_PSU","org_id":"o","mac":"5c5b35000001","device_name":"core-1","alarm_class":"Major","text":"FPC 1 PSU Sensor too Warm"}`,
		"Switch core-1: Chassis PSU Alarm: FPC 1 PSU Sensor too Warm", event.Critical, "switch", event.Raise, ofDevice + "alarm_psu:FPC 1 (of fpc 1 psu sensor)"},
	{"fan gone from a Mist Edge", "mxedge-events", `{"type":"ME_FAN_UNPLUGGED","org_id":"o","mac":"5c5b35000001","mxedge_name":"ME1","component":"Fan1","severity":"critical"}`,
		"Mist Edge ME1: fan 1 unplugged", event.Critical, "mxedge", event.Raise, ofDevice + "fan:fan 1"},
	{"memory short on a Mist Edge", "mxedge-events", `{"type":"ME_RESOURCE_USAGE","org_id":"o","mac":"5c5b35000001","mxedge_name":"ME1","sys_info.usage":{"severity":"high","resource":"memory"}}`,
		"Mist Edge ME1: memory usage high", event.Critical, "mxedge", event.Raise, ofDevice + "usage:memory"},
	{"memory fine again", "mxedge-events", `{"type":"ME_RESOURCE_USAGE","org_id":"o","mac":"5c5b35000001","mxedge_name":"ME1","sys_info.usage":{"severity":"normal","resource":"memory"}}`,
		"Mist Edge ME1: memory usage normal", event.Info, "mxedge", event.Resolve, ofDevice + "usage:memory"},
	{"channel change", "device-events", `{"type":"AP_RRM_ACTION","org_id":"o","ap":"5c5b35000001","ap_name":"lobby","band":"5","channel":36,"pre_channel":40,"reason":"radar-detected"}`,
		"AP lobby: RRM Action: radar detected: channel 40 to 36, 5 GHz", event.Info, "ap", 0, ""},
	{"type of 2030", "device-events", `{"type":"AP_TELEPORT_FAILED","org_id":"o","ap":"5c5b35000001","ap_name":"lobby"}`,
		"AP lobby: Teleport failed", event.Warn, "ap", event.Raise, ofDevice + "ap_teleport:?"},
	{"type with no device in it", "device-events", `{"type":"CLIENT_DNS_OK","org_id":"o","mac":"5c5b35000001","device_name":"lobby","device_type":"ap"}`,
		"AP lobby: Client DNS ok", event.Info, "ap", 0, ""},
}

func TestDeviceEvents(t *testing.T) {
	for _, c := range deviceStories {
		t.Run(c.name, func(t *testing.T) {
			e := one(t, webhook(deviceBody(c.topic, c.element)))
			if e.Text != c.text {
				t.Errorf("text %q\nwant %q", e.Text, c.text)
			}
			if e.Severity != c.severity || e.DeviceType != c.kind {
				t.Errorf("severity %s, device type %q; want %s, %q", e.Severity, e.DeviceType, c.severity, c.kind)
			}
			var act event.SignalType
			key := ""
			if e.Signal != nil {
				act, key = e.Signal.Type, e.Signal.Key
			}
			if act != c.act || key != c.key {
				t.Errorf("signal %v %q, want %v %q", act, key, c.act, c.key)
			}
		})
	}
}

func TestDownAndUpTellOneConditionByEitherTopic(t *testing.T) {
	down := one(t, webhook(deviceBody("device-updowns", `{"type":"AP_DISCONNECTED","org_id":"o","ap":"5c5b35000001","timestamp":1700000000}`)))
	up := one(t, webhook(deviceBody("device-events", `{"type":"AP_CONNECTED","org_id":"o","mac":"5c5b35000001","ap":"5c5b35000001","timestamp":1700000060}`)))
	if down.Signal.Key != up.Signal.Key || down.Signal.Kind != "device_down" || up.Signal.Kind != "device_down" {
		t.Errorf("down %+v, up %+v", down.Signal, up.Signal)
	}
	if down.Signal.Title != "AP 5c:5b:35:00:00:01 down" || !down.Signal.Began.Equal(down.Time) {
		t.Errorf("down %+v", down.Signal)
	}
}

// How an event leaves its device's connection to the cloud goes by what it means,
// whichever topic and kind of device it comes of.
func TestWhatAnEventMeansToAConnection(t *testing.T) {
	updown := func(topic, kind string) string {
		return deviceBody(topic, `{"type":"`+kind+`","mac":"5c5b35000002","org_id":"o","timestamp":1700000000}`)
	}
	for body, want := range map[string]string{
		updown("device-updowns", "AP_DISCONNECTED"): event.DeviceDisconnected,
		updown("device-events", "SW_CONNECTED"):     event.DeviceConnected,
		updown("device-updowns", "GW_DISCONNECTED"): event.DeviceDisconnected,
		updown("device-events", "SW_PORT_DOWN"):     "",
		updown("device-events", "AP_RESTARTED"):     "",
		deviceBody("mxedge-events", `{"type":"ME_DISCONNECTED","mxedge_id":"00000000-0000-0000-1000-020000230522","org_id":"o","timestamp":"1692974834.3"}`):  event.DeviceDisconnected,
		deviceBody("mxedge-events", `{"type":"ME_CONNECTED","mxedge_id":"00000000-0000-0000-1000-020000230522","org_id":"o","timestamp":1692974834}`):         event.DeviceConnected,
		deviceBody("mxedge-events", `{"type":"ME_CONNECTED","org_id":"o","timestamp":1692974834}`):                                                            "",
		deviceBody("mxedge-events", `{"type":"ME_CONFIGURED","mxedge_id":"00000000-0000-0000-1000-020000230522","org_id":"o","timestamp":"1692974834.3"}`):    "",
		deviceBody("audits", `{"message":"AP_DISCONNECTED","org_id":"o","timestamp":1700000000}`):                                                             "",
		deviceBody("alarms", `{"type":"switch_down","id":"a","switches":["5c5b35000002"],"count":1,"org_id":"o","timestamp":1700000000,"status":"open"}`):     event.DeviceDisconnected,
		deviceBody("alarms", `{"type":"switch_down","id":"a","switches":["5c5b35000002"],"count":1,"org_id":"o","timestamp":1700000000,"status":"resolved"}`): event.DeviceConnected,
	} {
		if e := one(t, webhook(body)); e.Connection != want {
			t.Errorf("%s leaves its device %q, want %q", body, e.Connection, want)
		}
	}
}
