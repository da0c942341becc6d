package observation

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"foghorn/journal/event"
)

func TestWhatIsFoundIsPackedInOrderAndInBounds(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	var elements []json.RawMessage
	for i := range 2*MaxElements + 1 {
		e, _ := json.Marshal(map[string]any{"n": i})
		elements = append(elements, e)
	}
	elements = append(elements, json.RawMessage(`"`+strings.Repeat("x", MaxBytes)+`"`), json.RawMessage(`1`))
	records, err := Records("acme", event.ViaPoll, "alarms", at, elements...)
	if err != nil {
		t.Fatal(err)
	}
	var sizes []int
	total := 0
	for _, r := range records {
		d, err := r.Observation()
		if err != nil {
			t.Fatal(err)
		}
		var body struct {
			Topic  string            `json:"topic"`
			Events []json.RawMessage `json:"events"`
		}
		if err := json.Unmarshal(d.Body, &body); err != nil || body.Topic != "alarms" || d.Events != len(body.Events) || d.Via != event.ViaPoll || !d.Received.Equal(at) {
			t.Fatalf("%v: %+v", err, d)
		}
		for _, e := range body.Events {
			if string(e) != string(elements[total]) {
				t.Fatalf("element %d is %.40s", total, e)
			}
			total++
		}
		sizes = append(sizes, len(body.Events))
	}
	if total != len(elements) || len(sizes) != 5 {
		t.Errorf("%d of %d elements in records of %v", total, len(elements), sizes)
	}
	if _, err := Records("acme", event.ViaPoll, "alarms", at, json.RawMessage(`{`)); err == nil {
		t.Error("an element that is no JSON was packed")
	}
}
