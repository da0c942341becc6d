package mist

import (
	"embed"
	"encoding/json"
	"strings"
)

//go:embed definitions/*.json
var definitionFiles embed.FS

// Definition is what Mist says about a type of event or alarm. The dumps are
// of 2022 and the pairs of 2026: newer types exist and are simply not found.
type Definition struct {
	Key         string `json:"key"`
	Display     string `json:"display"`
	Description string `json:"description"`
	Group       string `json:"group"`    // of alarms: infrastructure, security, marvis
	Severity    string `json:"severity"` // of alarms: critical, warn, info
}

// opening and closing say which event types begin and end a condition, by the
// name of the pair.
var (
	eventDefs        = definitions("device_events", "mxedge_events")
	alarmDefs        = definitions("alarm_defs")
	opening, closing = pairs()
)

// definitions reads dumps. Of a key given twice the first counts: the dumps
// have SW_RECONFIGURED twice, and nine sorts of ME_RESOURCE_USAGE.
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

// load reads an embedded file. It panics when it cannot: the files are part of
// the program, so a test would have failed before anyone ran it.
func load(file string, into any) {
	b, err := definitionFiles.ReadFile("definitions/" + file + ".json")
	if err == nil {
		err = json.Unmarshal(b, into)
	}
	if err != nil {
		panic("embedded definitions: " + err.Error())
	}
}

// AlarmDefs lists the definitions of alarms in the order of the dump, a key that
// is given twice included.
func AlarmDefs() []Definition { return rows("alarm_defs") }

// DeviceEventDefs lists those of device events, in the same way.
func DeviceEventDefs() []Definition { return rows("device_events") }

// MxEdgeEventDefs lists those of Mist Edge events, in the same way.
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

// AlarmDef returns the definition of an alarm type, such as rogue_ap. Older
// spellings ("rogue-ap-detected", "AP_OFFLINE") are understood.
func AlarmDef(alarmType string) (Definition, bool) {
	d, ok := alarmDefs[AlarmKey(alarmType)]
	return d, ok
}

// AlarmKey folds the spellings of an alarm type into the one of the definitions
// (docs/mist-api.md, Alarms): "rogue-ap-detected" is rogue_ap, "device-down"
// device_down, "AP_OFFLINE" ap_offline. A type that is not defined is folded
// all the same.
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

// Pair says which condition an event type belongs to, and whether it opens or
// closes it: AP_CONNECTED closes AP_DISCONNECTED.
func Pair(eventType string) (name string, opens, closes bool) {
	if name, ok := opening[eventType]; ok {
		return name, true, false
	}
	if name, ok := closing[eventType]; ok {
		return name, false, true
	}
	return "", false, false
}
