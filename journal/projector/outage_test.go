package projector

import (
	"fmt"
	"testing"

	"foghorn/journal/event"
)

// TestOneOutageInMistsWords projects one outage of a switch as Mist tells it, by
// two webhook topics and by alarms, in every order: one alert, always the same.
func TestOneOutageInMistsWords(t *testing.T) {
	at := func(sec int) int64 { return start.Unix() + int64(sec) }
	bodies := []string{
		fmt.Sprintf(`{"topic":"device-updowns","events":[{"type":"SW_DISCONNECTED","org_id":"o","site_id":"s","mac":"5c5b35000001","device_name":"core","timestamp":%d}]}`, at(0)),
		fmt.Sprintf(`{"topic":"alarms","events":[{"type":"switch_down","id":"a1","org_id":"o","site_id":"s","severity":"warn","count":1,"switches":["5c5b35000001"],"hostnames":["core"],"timestamp":%d,"last_seen":%[1]d}]}`, at(40)),
		fmt.Sprintf(`{"topic":"alarms","events":[{"type":"switch_down","id":"a1","org_id":"o","site_id":"s","severity":"warn","count":2,"update":true,"switches":["5c5b35000001"],"timestamp":%d,"last_seen":%d}]}`, at(40), at(200)),
		fmt.Sprintf(`{"topic":"device-events","events":[{"type":"SW_CONNECTED","org_id":"o","site_id":"s","mac":"5c5b35000001","device_name":"core","timestamp":%d.5}]}`, at(240)),
		fmt.Sprintf(`{"topic":"device-events","events":[{"type":"SW_RESTARTED","org_id":"o","site_id":"s","mac":"5c5b35000001","device_name":"core","reason":"power_cycle","timestamp":%d}]}`, at(241)),
	}
	everyOrder(len(bodies), func(order []int) {
		var records []event.Record
		for i, n := range order {
			r := delivery(300+i, "acme")
			r.Body = []byte(bodies[n])
			records = append(records, r)
		}
		v := project(t, newLog(records...), func(o *Options) { o.Records, o.Decode = 2, nil })
		v.read(func(s *memState) {
			for _, a := range s.Alerts {
				// The update does not name the switch; before any other event did, its MAC has to do.
				said := fmt.Sprintf("%s %s %s %s x%d ~%d %s: %s", a.State, a.Severity, a.Kind, a.Duration(start), a.Count, a.Flaps, a.MistAlarmID, a.Device)
				if want := "resolved critical device_down 4m0.5s x2 ~0 a1: core"; said != want || len(s.Alerts) != 1 {
					t.Errorf("order %v: %d alerts; %s, want %s", order, len(s.Alerts), said, want)
				}
			}
		})
	})
}

// everyOrder calls each with every order of the numbers below n.
func everyOrder(n int, each func([]int)) {
	order := make([]int, 0, n)
	used := make([]bool, n)
	var next func()
	next = func() {
		if len(order) == n {
			each(order)
			return
		}
		for i := range n {
			if used[i] {
				continue
			}
			used[i], order = true, append(order, i)
			next()
			used[i], order = false, order[:len(order)-1]
		}
	}
	next()
}
