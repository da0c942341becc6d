package decode

import (
	"runtime"
	"strings"
	"testing"
	"time"

	"foghorn/journal/event"
	"foghorn/mist"
)

func TestNothingUnknownIsDropped(t *testing.T) {
	d := Delivery(webhook(`{"topic":"quantum-links","events":[
		{"type":"QL_UP","message":"entangled","ap":"5c5b35000001","mac":"70ef0071535f","severity":"critical","qubits":7,"timestamp":1700000000000},
		{}]}`))
	if d.Unknown != 2 || len(d.Events) != 2 {
		t.Fatalf("%d unknown of %d", d.Unknown, len(d.Events))
	}
	e := d.Events[0]
	if e.Topic != "quantum-links" || e.Type != "QL_UP" || e.Severity != event.Critical || e.DeviceMAC != "5c5b35000001" || e.ClientMAC != "70ef0071535f" {
		t.Errorf("%+v", e)
	}
	if !strings.Contains(e.Text, "entangled") || !strings.Contains(e.Text, "qubits 7") || !e.Time.Equal(time.Unix(1700000000, 0)) {
		t.Errorf("text %q, time %s", e.Text, e.Time)
	}
	if e := d.Events[1]; e.Text == "" || !e.Time.Equal(received) {
		t.Errorf("the empty one: %q at %s", e.Text, e.Time)
	}
}

func TestElementsThatAreNoObjectsBecomeEvents(t *testing.T) {
	d := Delivery(webhook(`{"topic":"client-join","events":[null,42,"hello",["a"],{"mac":"70ef0071535f"}]}`))
	if len(d.Events) != 5 || d.Unknown != 0 {
		t.Fatalf("%d events, %d unknown", len(d.Events), d.Unknown)
	}
	for i, want := range []string{"null", "42", `"hello"`, `["a"]`} {
		e := d.Events[i]
		if e.Type != Malformed || !strings.HasSuffix(e.Text, want) || e.Severity != event.Warn || e.Fingerprint == 0 || e.ID != event.ID(7, i) {
			t.Errorf("place %d: %+v", i, e)
		}
		if raw, err := rawAt(webhook(`{"topic":"client-join","events":[null,42,"hello",["a"],{"mac":"70ef0071535f"}]}`), i); err != nil || string(raw) != want {
			t.Errorf("Raw place %d = %s, %v", i, raw, err)
		}
	}
	if d.Events[4].Type != "client-join" {
		t.Errorf("the good one beside them: %+v", d.Events[4])
	}
}

func TestNestedOccupancyAlerts(t *testing.T) {
	body := `{"topic":"occupancy-alerts","events":[
		{"site_id":"s1","site_name":"Berlin","alert_events":[{"type":"COMPLIANCE-VIOLATION","zone_id":"z1","zone_name":"Hall","current_occupancy":9,"occupancy_limit":4,"timestamp":1700000000},
			{"type":"COMPLIANCE-OK","zone_id":"z2","zone_name":"Bar","current_occupancy":1,"occupancy_limit":4,"timestamp":1700000000}]},
		{"site_id":"s2","alert_events":[]},
		{"site_id":"s3","alert_events":"soon"}]}`
	d := Delivery(webhook(body))
	if len(d.Events) != 4 {
		t.Fatalf("%d events, want 4", len(d.Events))
	}
	bad, ok := d.Events[0], d.Events[1]
	if bad.SiteID != "s1" || bad.Site != "Berlin" || bad.Severity != event.Warn || bad.Text != `Zone "Hall" holds 9 people; the limit is 4` {
		t.Errorf("%+v", bad)
	}
	if bad.Signal.Type != event.Raise || ok.Signal.Type != event.Resolve || ok.Severity != event.Info {
		t.Errorf("signals %+v, %+v", bad.Signal, ok.Signal)
	}
	for place, want := range []string{`"zone_id":"z1"`, `"zone_id":"z2"`, `"s2"`, `"s3"`} {
		raw, err := rawAt(webhook(body), place)
		if err != nil || !strings.Contains(string(raw), want) {
			t.Errorf("Raw place %d = %s, %v; want one with %s", place, raw, err, want)
		}
	}
	if _, err := rawAt(webhook(body), 4); err == nil {
		t.Error("Raw found a fifth event")
	}
}

// Any field may come with any type: the event is made all the same.
func TestWrongTypesNeverFailAnEvent(t *testing.T) {
	for _, wrong := range []string{`null`, `true`, `-1.5e9`, `""`, `"x"`, `[]`, `[[1]]`, `{}`, `{"a":{"b":null}}`} {
		for _, n := range mist.Topics() {
			body, _ := mist.Sample(n)
			_, elements, _ := mist.Split(body)
			fields, _ := mist.Fields(elements[0], nil)
			var b strings.Builder
			for i, f := range fields {
				if i > 0 {
					b.WriteByte(',')
				}
				b.WriteString(`"` + string(f.Name) + `":` + wrong)
			}
			e := one(t, webhook(deviceBody(n, "{"+b.String()+"}")))
			if e.Text == "" || e.Type == "" || e.Time.IsZero() {
				t.Errorf("%s with %s: %+v", n, wrong, e)
			}
		}
	}
}

func TestTimes(t *testing.T) {
	for in, want := range map[string]time.Time{
		`1700000000`:          time.Unix(1700000000, 0),
		`1700000000.25`:       time.Unix(1700000000, 250_000_000),
		`"1700000000.25"`:     time.Unix(1700000000, 250_000_000),
		`1700000000250`:       time.Unix(1700000000, 250_000_000),
		`0`:                   received,
		`"yesterday"`:         received,
		`{"$date":170000000}`: received,
	} {
		if e := one(t, webhook(deviceBody("client-info", `{"mac":"70ef0071535f","timestamp":`+in+`}`))); !e.Time.Equal(want) {
			t.Errorf("timestamp %s gives %s, want %s", in, e.Time, want)
		}
	}
}

func TestTextsAreBoundedAndValid(t *testing.T) {
	long := strings.Repeat("ü", 5000)
	e := one(t, webhook(deviceBody("client-join", `{"mac":"70ef0071535f","ssid":"`+long+`","ap_name":"`+long+`","site_name":"`+long+`","hostname":"a`+"\xff"+`b\ud800"}`)))
	for name, s := range map[string]string{"text": e.Text, "ssid": e.SSID, "device": e.Device, "site": e.Site} {
		limit := maxName
		if name == "text" {
			limit = maxText
		}
		if len(s) > limit || strings.ToValidUTF8(s, "") != s || strings.HasSuffix(s, "\xc3") {
			t.Errorf("%s has %d bytes, or is cut inside a character", name, len(s))
		}
	}
	if e.Client != "a\ufffdb\ufffd" {
		t.Errorf("client %q", e.Client)
	}
}

func TestNamesAreLearned(t *testing.T) {
	d := Delivery(webhook(`{"topic":"client-join","events":[
		{"site_id":"s1","site_name":"Berlin","ap":"5c5b35000001","ap_name":"lobby"},
		{"site_id":"s1","site_name":"Berlin","ap":"5c5b35000002","ap_name":"5c5b35000002"}]}`))
	want := []Name{{NameSite, "s1", "Berlin"}, {NameDevice, "5c5b35000001", "lobby"}}
	if len(d.Names) != 2 || d.Names[0] != want[0] || d.Names[1] != want[1] {
		t.Errorf("names %v, want %v", d.Names, want)
	}
	d = Delivery(webhook(`{"topic":"client-info","events":[
		{"mac":"70ef00000001","hostname":"laptop-7"},{"mac":"70ef00000001","hostname":"laptop-7"},
		{"mac":"70ef00000002","hostname":"70:ef:00:00:00:02"},{"hostname":"nobody"}]}`))
	if len(d.Names) != 1 || d.Names[0] != (Name{NameClient, "70ef00000001", "laptop-7"}) {
		t.Errorf("names of clients %v", d.Names)
	}
}

func TestTheSiteOfNobody(t *testing.T) {
	d := Delivery(webhook(`{"topic":"client-join","events":[{"site_id":"00000000-0000-0000-0000-000000000000","site_name":"x"}]}`))
	if d.Events[0].SiteID != "" {
		t.Errorf("the site of nobody is %q", d.Events[0].SiteID)
	}
}

func TestProblems(t *testing.T) {
	for body, want := range map[string]string{
		`{"topic":"ping","events":[]}`: "the list of events is empty",
		`{"topic":"ping","events":[{}`: "cut off",
		``:                             "the body is empty",
	} {
		if d := Delivery(webhook(body)); len(d.Events) != 0 || !strings.Contains(d.Problem, want) {
			t.Errorf("%q: %d events, problem %q, want %q", body, len(d.Events), d.Problem, want)
		}
		if _, err := rawAt(webhook(body), 0); err == nil {
			t.Errorf("%q: Raw found an event", body)
		}
	}
	if d := Delivery(fromJunos(`{"x":1}`)); !strings.Contains(d.Problem, "no event id") {
		t.Errorf("problem %q", d.Problem)
	}
}

// Lists inside the elements cannot get round the bound on a body's events: each
// costs some hundred bytes of memory, however few it takes to write.
func TestPlacesRunOutInsideTheElementsToo(t *testing.T) {
	inner := strings.Repeat("0,", event.MaxEventsPerRecord-1) + "0"
	body := `{"topic":"occupancy-alerts","events":[{"alert_events":[` + inner + `]},{"alert_events":[1]}]}`
	n := 0
	beyond, err := walk(webhook(body), func(piece, *topic) bool { n++; return true })
	if n != event.MaxEventsPerRecord || !beyond || err != nil {
		t.Errorf("%d events, beyond %v, %v", n, beyond, err)
	}
}

// Older versions accepted up to mist.MaxEvents elements. Those past the last place
// would get the ids of the next record, so they make no events, and the delivery says so.
func TestADeliveryOfAnOlderVersionMakesNoEventOfTheNextRecord(t *testing.T) {
	d := webhook(`{"topic":"alarms","events":[{}` + strings.Repeat(",{}", mist.MaxEvents-1) + `]}`)
	got := Delivery(d)
	if len(got.Events) != event.MaxEventsPerRecord {
		t.Fatalf("%d events", len(got.Events))
	}
	if last := got.Events[len(got.Events)-1].ID; last != event.ID(d.ID+1, 0)-1 {
		t.Errorf("the last event has the id %d", last)
	}
	if want := "the delivery holds more than 10000 events; the rest is only in its body"; got.Problem != want {
		t.Errorf("problem %q, want %q", got.Problem, want)
	}
}

// The smallest elements make the most of a body: decoded it has to stay within
// what a small machine has to spare.
func TestABodyOfTheSmallestElementsStaysSmallInMemory(t *testing.T) {
	body := `{"topic":"alarms","events":[{}` + strings.Repeat(",{}", event.MaxEventsPerRecord-1) + `]}`
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	d := Delivery(webhook(body))
	runtime.GC()
	runtime.ReadMemStats(&after)
	if len(d.Events) != event.MaxEventsPerRecord {
		t.Fatalf("%d events", len(d.Events))
	}
	if held := int64(after.HeapAlloc) - int64(before.HeapAlloc); held > 16<<20 {
		t.Errorf("a body of %d bytes takes %d MiB decoded", len(body), held>>20)
	}
	runtime.KeepAlive(d)
}
