package decode

import (
	"encoding/json"
	"reflect"
	"testing"
	"unicode/utf8"

	"foghorn/journal/event"
	"foghorn/junos"
	"foghorn/mist"
)

// FuzzDelivery feeds one element to every topic's reader, seeded by all samples.
func FuzzDelivery(f *testing.F) {
	for _, n := range mist.SampleNames() {
		body, _ := mist.Sample(n)
		topic, elements, err := mist.Split(body)
		if err != nil {
			f.Fatal(err)
		}
		for _, el := range elements {
			f.Add(topic, el)
		}
	}
	f.Add("new-topic", []byte(`{"a":"\ud800","b":1e400,"c":[{"d":null}],"timestamp":"9999999999999999999"}`))
	f.Add(event.TopicDeviceStatus, []byte(`{"mac":"5c5b35000001","type":"ap","status":"disconnected","seen_by":"poll","timestamp":1700000000}`))
	f.Add(event.TopicStreamGap, []byte(`{"seconds":252,"filled":6,"reason":"reset","timestamp":1700000000}`))
	f.Add(event.TopicSilence, []byte(`{"source_kind":"junos","host":"h","since":1,"seconds":9,"timestamp":1700000000}`))
	f.Add(event.TopicHealth, []byte(`{"check":"refused","brief":"b","cause":"c","since":1,"count":6,"timestamp":1700000000}`))
	f.Add(event.TopicUncollected, []byte(`{"start":1,"timestamp":1700000000}`))
	f.Add(event.TopicInventory, []byte(`{"kind":"device","id":"5c5b35000001","name":"ap","site_id":"s","ip":"10.0.0.1"}`))
	f.Fuzz(func(t *testing.T, topic string, element []byte) {
		if !json.Valid(element) {
			return // no body could hold it
		}
		name, err := json.Marshal(topic)
		if err != nil {
			t.Fatal(err)
		}
		body := `{"topic":` + string(name) + `,"events":[` + string(element) + `,1]}`
		check(t, webhook(body))
		seen := webhook(body)
		seen.Via = event.ViaPoll
		check(t, seen)
	})
}

// FuzzJunosDelivery does the same to posts of the Junos agent.
func FuzzJunosDelivery(f *testing.F) {
	for _, n := range junos.Samples() {
		body, _ := junos.Sample(n)
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body []byte) { check(t, fromJunos(string(body))) })
}

// check holds what is promised of any delivery.
func check(t *testing.T, d *event.Delivery) {
	t.Helper()
	got := Delivery(d)
	if !reflect.DeepEqual(got, Delivery(d)) {
		t.Fatal("the same delivery gave two results")
	}
	if len(got.Events)+len(got.Names) == 0 && got.Problem == "" {
		t.Fatal("no event and no reason")
	}
	raw, err := Raw(d)
	if len(got.Events) > 0 && err != nil {
		t.Fatalf("Raw: %v", err)
	}
	for place, e := range got.Events {
		if e.ID != event.ID(d.ID, place) || e.Fingerprint == 0 || e.Text == "" || e.Type == "" || e.Time.IsZero() {
			t.Fatalf("place %d: %+v", place, e)
		}
		for _, s := range []string{e.Text, e.Type, e.Site, e.Device, e.Client, e.SSID, e.OrgID, e.SiteID} {
			if len(s) > maxText || !utf8.ValidString(s) {
				t.Fatalf("place %d: text of %d bytes, valid %v", place, len(s), utf8.ValidString(s))
			}
		}
		if s := e.Signal; s != nil && (s.Key == "" || s.Kind == "" || s.Title == "" || s.Type == 0 || !utf8.ValidString(s.Key+s.Title)) {
			t.Fatalf("place %d: signal %+v", place, *s)
		}
		if place >= len(raw) || !json.Valid(raw[place]) {
			t.Fatalf("place %d: Raw = %q", place, raw)
		}
	}
	for place := len(got.Events); place < len(raw); place++ {
		if raw[place] != nil {
			t.Fatalf("Raw found an event at place %d that Delivery did not", place)
		}
	}
}
