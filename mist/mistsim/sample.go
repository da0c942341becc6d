package mistsim

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"foghorn/mist"
)

// SampleBody returns a delivery of a topic: Mist's own sample with times moved
// to now and fresh ids of its own, ready to be signed and posted. topic may be
// "<topic>.variants" where mist has such a sample.
//
// n is the number of the copy, from 0, not how many events there are. Copies of
// one moment are different events: their ids differ, and from the second on
// their timestamps have fractions of a second, which Mist's may have too
// (docs/mist-api.md, Times and identifiers). The same arguments give the same
// body.
//
// set overrides fields of every event, by path: "ap_name", "details.status",
// "alert_events.0.type". A name that the event does not have but the objects of
// one of its lists do (zone_name in occupancy-alerts) is set in those; any
// other is added. A value that is JSON is taken as that (15, true, null,
// ["a"], "15" with its quotes for the text), everything else as text.
//
// An unknown topic is an error that lists the known ones.
func SampleBody(topic string, now time.Time, set map[string]string, n int) ([]byte, error) {
	raw, ok := mist.Sample(topic)
	if !ok {
		return nil, fmt.Errorf("no sample of topic %q; there are %s", topic, strings.Join(mist.SampleNames(), ", "))
	}
	var envelope struct {
		Topic  string           `json:"topic"`
		Events []map[string]any `json:"events"`
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if err := d.Decode(&envelope); err != nil {
		return nil, fmt.Errorf("read sample of %s: %w", topic, err)
	}
	for i, e := range envelope.Events {
		f := freshener{now: now, copy: n, salt: fmt.Sprintf("%s %d %d %d", topic, now.UnixNano(), n, i)}
		f.anchor, f.anchored = anchorOf(e)
		f.object(e)
		f.otherClient(e)
		for _, path := range slices.Sorted(maps.Keys(set)) {
			if err := override(e, path, set[path]); err != nil {
				return nil, fmt.Errorf("set %s in %s: %w", path, topic, err)
			}
		}
	}
	body, err := encode(envelope)
	if err != nil {
		return nil, fmt.Errorf("encode sample of %s: %w", topic, err)
	}
	return body, nil
}

// timeKeys are the fields that hold times, in seconds.
var timeKeys = []string{
	"last_seen", "disconnect_float", "disconnect", "timestamp", "connect_float", "connect",
	"authorized_time", "authorized_expiring_time", "service_data_last_rx_time",
}

// ownIDs are the fields that name the happening itself; other ids name things
// (sites, maps, WLANs) and stay.
var ownIDs = []string{"id", "alert_id", "action_id", "audit_id"}

// anchorOf finds the time in an event that shall become now: the latest one
// that is not a promise. The others keep their distance from it.
func anchorOf(e map[string]any) (latest float64, ok bool) {
	for _, k := range timeKeys {
		if v, is := secondsOf(e[k]); is && k != "authorized_expiring_time" {
			latest, ok = max(latest, v), true
		}
	}
	for _, v := range e {
		list, _ := v.([]any)
		for _, x := range list {
			if o, is := x.(map[string]any); is {
				if v, is := anchorOf(o); is {
					latest, ok = max(latest, v), true
				}
			}
		}
	}
	return latest, ok
}

// secondsOf reads a time that is a number or, as in mxedge-events, a text.
func secondsOf(v any) (float64, bool) {
	var text string
	switch v := v.(type) {
	case json.Number:
		text = v.String()
	case string:
		text = v
	}
	f, err := strconv.ParseFloat(text, 64)
	return f, err == nil
}

// freshener renews one event.
type freshener struct {
	now      time.Time
	anchor   float64
	anchored bool
	copy     int
	salt     string
}

func (f freshener) object(o map[string]any) {
	times := map[string]float64{}
	for _, k := range timeKeys {
		if old, ok := secondsOf(o[k]); ok && f.anchored {
			times[k] = old
		}
	}
	for k, v := range o {
		switch v := v.(type) {
		case map[string]any:
			f.object(v)
		case []any:
			for _, x := range v {
				if nested, ok := x.(map[string]any); ok {
					f.object(nested)
				}
			}
		case string:
			if slices.Contains(ownIDs, k) {
				o[k] = f.id(v)
			}
		}
		if _, ok := times[k]; ok {
			o[k] = f.time(k, v, times)
		}
	}
}

// time moves a time along and writes it in its own form. A whole number that
// was a float of the same object cut off (connect and connect_float) is so
// again.
func (f freshener) time(key string, v any, times map[string]float64) any {
	old := times[key]
	number, _ := v.(json.Number)
	whole := number != "" && !strings.ContainsAny(number.String(), ".eE")
	for _, k := range timeKeys {
		if t, ok := times[k]; ok && whole && t != old && math.Floor(t) == old {
			old = t
			break
		}
	}
	offset := time.Duration(math.Round((old-f.anchor)*1e6)) * time.Microsecond
	t := f.now.Add(offset + time.Duration(f.copy)*time.Microsecond)
	text := fmt.Sprintf("%d.%06d", t.Unix(), t.Nanosecond()/1000)
	switch {
	case number == "":
		return text
	case whole && (f.copy == 0 || key != "timestamp" && key != "authorized_time"):
		text = strconv.FormatInt(t.Unix(), 10)
	}
	return json.Number(text)
}

// otherClient counts the client of the raw Wi-Fi topics up by the copy's number:
// those have neither a time nor an id to tell copies apart.
func (f freshener) otherClient(e map[string]any) {
	id, _ := e["client_id"].(string)
	n, err := strconv.ParseUint(strings.ReplaceAll(id, "-", ""), 16, 48)
	if f.anchored || err != nil {
		return
	}
	hex := fmt.Sprintf("%012x", (n+uint64(f.copy))&(1<<48-1))
	e["client_id"] = strings.Join([]string{hex[:2], hex[2:4], hex[4:6], hex[6:8], hex[8:10], hex[10:]}, "-")
}

// id makes a new id that is the same for the same old one, so that an alarm's
// id and alert_id stay equal.
func (f freshener) id(old string) string {
	h := sha256.Sum256([]byte(f.salt + " " + old))
	h[6], h[8] = h[6]&0x0f|0x40, h[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", h[:4], h[4:6], h[6:8], h[8:10], h[10:16])
}

// override sets one field of an event.
func override(e map[string]any, path, value string) error {
	steps := strings.Split(path, ".")
	if slices.Contains(steps, "") {
		return fmt.Errorf("%q is not a field path such as ap_name or details.status", path)
	}
	if _, there := e[steps[0]]; !there {
		if list := listWith(e, steps[0]); list != nil {
			return setIn(list, steps, parseValue(value))
		}
	}
	return setIn(e, steps, parseValue(value))
}

// listWith returns the list of an event whose objects have the field, or nil.
func listWith(e map[string]any, field string) []any {
	for _, k := range slices.Sorted(maps.Keys(e)) {
		list, _ := e[k].([]any)
		for _, x := range list {
			if o, ok := x.(map[string]any); ok {
				if _, there := o[field]; there {
					return list
				}
			}
		}
	}
	return nil
}

// setIn follows the steps into objects and lists; a list without an index means
// all of its elements.
func setIn(at any, steps []string, value any) error {
	switch at := at.(type) {
	case map[string]any:
		if len(steps) == 1 {
			at[steps[0]] = value
			return nil
		}
		if at[steps[0]] == nil {
			at[steps[0]] = map[string]any{}
		}
		return setIn(at[steps[0]], steps[1:], value)
	case []any:
		i, err := strconv.Atoi(steps[0])
		if err != nil {
			for _, x := range at {
				if err := setIn(x, steps, value); err != nil {
					return err
				}
			}
			return nil
		}
		if i < 0 || i >= len(at) {
			return fmt.Errorf("the list has %d elements, no index %d", len(at), i)
		}
		if len(steps) == 1 {
			at[i] = value
			return nil
		}
		return setIn(at[i], steps[1:], value)
	}
	return fmt.Errorf("%q is inside a plain value", steps[0])
}

// parseValue reads a value as JSON if it is that, else as text.
func parseValue(s string) any {
	d := json.NewDecoder(strings.NewReader(s))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil || !json.Valid([]byte(s)) {
		return s
	}
	return v
}
