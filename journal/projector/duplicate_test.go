package projector

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"foghorn/journal/event"
)

// changes are the events of a view about connections.
func (s *memState) changes() string { return s.list(isConnection) }

// list are the events of a view that are kept, with how often each was told.
func (s *memState) list(keep func(*event.Event) bool) string {
	var out []string
	for _, id := range slices.Sorted(func(yield func(int64) bool) {
		for id := range s.Events {
			if !yield(id) {
				return
			}
		}
	}) {
		if e := s.Events[id]; keep(&e) {
			out = append(out, fmt.Sprintf("%s x%d", e.Type, e.Duplicates))
		}
	}
	return strings.Join(out, ", ")
}

// What a poll finds of a device's connection is one event with what a webhook
// told of it, and never hides a change.
func TestWhatAPollFindsIsTheWebhooksOwnEvent(t *testing.T) {
	at := func(sec int) int64 { return start.Unix() + int64(sec) }
	down := func(topic string, sec int) string {
		return fmt.Sprintf(`{"type":"AP_DISCONNECTED","org_id":"o","site_id":"s","ap":"5c5b35000001","ap_name":"hall","timestamp":%d}`, at(sec))
	}
	up := func(sec int) string { return strings.Replace(down("", sec), "DISCONNECTED", "CONNECTED", 1) }
	seen := func(status string, sec int) string {
		return fmt.Sprintf(`{"org_id":"o","mac":"5c5b35000001","name":"hall","type":"ap","status":%q,"timestamp":%d.5}`, status, at(sec))
	}
	const updown, status = "device-updowns", event.TopicDeviceStatus
	for _, c := range []struct {
		name    string
		records []event.Record
		want    string
		open    int
	}{
		{"found after it was told", []event.Record{
			webhook(300, updown, down(updown, 280)), polled(330, status, seen("disconnected", 230)),
			webhook(600, updown, up(590)), polled(630, status, seen("connected", 625))},
			"AP_DISCONNECTED x2, AP_CONNECTED x2", 0},
		{"found before it was told", []event.Record{
			polled(300, status, seen("disconnected", 230)), webhook(310, updown, down(updown, 290)), webhook(310, "device-events", down("", 290)),
			polled(600, status, seen("connected", 590)), webhook(605, updown, up(590))},
			"DEVICE_DISCONNECTED x3, DEVICE_CONNECTED x2", 0},
		{"up was told by nobody but the poll", []event.Record{
			webhook(300, updown, down(updown, 280)), polled(900, status, seen("connected", 890))},
			"AP_DISCONNECTED x1, DEVICE_CONNECTED x1", 0},
		{"down again, which only the poll found", []event.Record{
			webhook(300, updown, down(updown, 280)), webhook(600, updown, up(590)), polled(900, status, seen("disconnected", 870))},
			"AP_DISCONNECTED x1, AP_CONNECTED x1, DEVICE_DISCONNECTED x1", 1},
		{"found when it was back already", []event.Record{
			webhook(300, updown, down(updown, 280)), webhook(340, updown, up(330)), polled(345, status, seen("disconnected", 230))},
			"AP_DISCONNECTED x2, AP_CONNECTED x1", 0},
		{"told when it was found back already", []event.Record{
			polled(300, status, seen("disconnected", 270)), polled(340, status, seen("connected", 330)), webhook(345, updown, down(updown, 280))},
			"DEVICE_DISCONNECTED x2, DEVICE_CONNECTED x1", 0},
		{"heard since, so it is another outage", []event.Record{
			webhook(300, updown, down(updown, 280)), polled(2000, status, seen("disconnected", 1900))},
			"AP_DISCONNECTED x1, DEVICE_DISCONNECTED x1", 1},
		{"told long after it was found", []event.Record{
			polled(300, status, seen("disconnected", 230)), webhook(2000, updown, down(updown, 1990))},
			"DEVICE_DISCONNECTED x1, AP_DISCONNECTED x1", 1},
		{"ended by an alarm, and down all the same", []event.Record{
			webhook(300, updown, down(updown, 280)),
			webhook(600, "alarms", fmt.Sprintf(`{"id":"a","type":"device_reconnected","org_id":"o","site_id":"s","aps":["5c5b35000001"],"timestamp":%d}`, at(590))),
			polled(900, status, seen("disconnected", 880))},
			"AP_DISCONNECTED x1, DEVICE_DISCONNECTED x1", 1},
	} {
		for _, slice := range []int{1, 2, 100} {
			v := project(t, newLog(c.records...), func(o *Options) { o.Records, o.Decode = slice, nil })
			v.read(func(s *memState) {
				open := 0
				for _, a := range s.Alerts {
					if a.Resolved == nil {
						open++
					}
				}
				if got := s.changes(); got != c.want || open != c.open {
					t.Errorf("%s, slices of %d: %s, %d open; want %s, %d", c.name, slice, got, open, c.want, c.open)
				}
			})
		}
	}
}

// A webhook gives an alarm's time with its fraction, a search in whole seconds,
// which may be the next one.
func TestOneStateOfAnAlarmIsOneEventThoughItsTimesDiffer(t *testing.T) {
	alarm := func(status string, last float64, count int) string {
		return fmt.Sprintf(`{"id":"a-1","type":"bad_cable","group":"marvis","org_id":"o","site_id":"s","switches":["5c5b35000001"],"hostnames":["sw"],`+
			`"status":%q,"count":%d,"timestamp":%d,"last_seen":%f}`, status, count, start.Unix(), float64(start.Unix())+last)
	}
	for _, c := range []struct {
		name    string
		records []event.Record
		want    string
	}{
		{"the next second", []event.Record{webhook(60, "alarms", alarm("open", 50.9, 1)), polled(90, "alarms", alarm("open", 51, 1))}, "bad_cable x2"},
		{"asked for first", []event.Record{polled(60, "alarms", alarm("open", 51, 1)), webhook(90, "alarms", alarm("open", 50.1, 1))}, "bad_cable x2"},
		{"seen again", []event.Record{webhook(60, "alarms", alarm("open", 50, 1)), polled(90, "alarms", alarm("open", 51, 2))}, "bad_cable x1, bad_cable x1"},
		{"over", []event.Record{webhook(60, "alarms", alarm("open", 50, 1)), polled(90, "alarms", alarm("resolved", 51, 1))}, "bad_cable x1, bad_cable x1"},
		{"open once more", []event.Record{
			webhook(60, "alarms", alarm("open", 50, 1)), webhook(70, "alarms", alarm("resolved", 65, 1)), polled(90, "alarms", alarm("open", 80, 1))},
			"bad_cable x1, bad_cable x1, bad_cable x1"},
		{"two webhooks", []event.Record{webhook(60, "alarms", alarm("open", 50, 1)), webhook(90, "alarms", alarm("open", 52, 1))}, "bad_cable x1, bad_cable x1"},
	} {
		v := project(t, newLog(c.records...), func(o *Options) { o.Decode = nil })
		v.read(func(s *memState) {
			if got := s.list(func(e *event.Event) bool { return e.Topic == "alarms" }); got != c.want {
				t.Errorf("%s: %s, want %s", c.name, got, c.want)
			}
		})
	}
}
