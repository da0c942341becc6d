package mist

import (
	"embed"
	"encoding/json"
	"strings"
)

//go:embed definitions/*.json
var definitionFiles embed.FS

// Definition describes a type of event or alarm. The embedded definitions date
// from 2022 and the pairs from 2026; look-ups do not find newer types.
type Definition struct {
	Key         string `json:"key"`
	Display     string `json:"display"`
	Description string `json:"description"`
	Group       string `json:"group"`    // of alarms: infrastructure, security, marvis
	Severity    string `json:"severity"` // of alarms: critical, warn, info
}

// opening and closing map an event type that begins or ends a condition to the
// name of its pair.
var (
	eventDefs        = definitions("device_events", "mxedge_events")
	alarmDefs        = definitions("alarm_defs")
	opening, closing = pairs()
)

// definitions reads dumps. The first definition of a key wins: the dumps have
// SW_RECONFIGURED twice and ME_RESOURCE_USAGE nine times.
func definitions(files ...string) map[string]Definition {
	defs := make(map[string]Definition)
	for _, f := range files {
		var rows []Definition
		load(f, &rows)
		for _, d := range rows {
			if _, known := defs[d.Key]; !known {
				defs[d.Key] = d
			}
		}
	}
	return defs
}

func pairs() (opening, closing map[string]string) {
	var rows []struct {
		Name        string
		Open, Close []string
	}
	load("event_pairs", &rows)
	opening, closing = make(map[string]string), make(map[string]string)
	for _, p := range rows {
		for _, t := range p.Open {
			opening[t] = p.Name
		}
		for _, t := range p.Close {
			closing[t] = p.Name
		}
	}
	return opening, closing
}

// load reads an embedded file. It panics on an error, which the tests would
// find: the files are part of the program.
func load(file string, into any) {
	b, err := definitionFiles.ReadFile("definitions/" + file + ".json")
	if err == nil {
		err = json.Unmarshal(b, into)
	}
	if err != nil {
		panic("embedded definitions: " + err.Error())
	}
}

// AlarmDefs lists the alarm definitions in the order of the dump, duplicate keys
// included.
func AlarmDefs() []Definition { return rows("alarm_defs") }

// DeviceEventDefs lists the device event definitions, like AlarmDefs.
func DeviceEventDefs() []Definition { return rows("device_events") }

// MxEdgeEventDefs lists the Mist Edge event definitions, like AlarmDefs.
func MxEdgeEventDefs() []Definition { return rows("mxedge_events") }

func rows(file string) []Definition {
	var all []Definition
	load(file, &all)
	return all
}

// EventDef returns the definition of a device or Mist Edge event type, such as
// AP_DISCONNECTED.
func EventDef(eventType string) (Definition, bool) {
	d, ok := eventDefs[eventType]
	return d, ok
}

// AlarmDef returns the definition of an alarm type, such as rogue_ap. It
// understands older spellings ("rogue-ap-detected", "AP_OFFLINE").
func AlarmDef(alarmType string) (Definition, bool) {
	d, ok := alarmDefs[AlarmKey(alarmType)]
	return d, ok
}

// AlarmKey normalizes an alarm type to the spelling of the definitions
// (docs/mist-api.md, Alarms): "rogue-ap-detected" becomes rogue_ap,
// "device-down" device_down, "AP_OFFLINE" ap_offline. It also normalizes types
// without a definition.
func AlarmKey(alarmType string) string {
	if _, ok := alarmDefs[alarmType]; ok {
		return alarmType
	}
	key := strings.ReplaceAll(strings.ToLower(alarmType), "-", "_")
	if base, cut := strings.CutSuffix(key, "_detected"); cut {
		if _, ok := alarmDefs[base]; ok {
			return base
		}
	}
	return key
}

// Display returns the name Mist shows for a type of event or alarm, such as
// "AP Disconnected" or "Rogue AP detected".
func Display(eventType string) (string, bool) {
	if d, ok := eventDefs[eventType]; ok {
		return strings.TrimSpace(d.Display), true
	}
	d, ok := AlarmDef(eventType)
	return strings.TrimSpace(d.Display), ok
}

// Pair returns the condition that an event type belongs to, and whether the
// event opens or closes it: AP_CONNECTED closes AP_DISCONNECTED.
func Pair(eventType string) (name string, opens, closes bool) {
	if name, ok := opening[eventType]; ok {
		return name, true, false
	}
	if name, ok := closing[eventType]; ok {
		return name, false, true
	}
	return "", false, false
}
