package main

import (
	"encoding/json"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"foghorn/journal/event"
	"foghorn/journal/export"
)

// lnavFormat is what lnav's format file may say of a JSON log
// (https://lnav.org/schemas/format-v1.schema.json).
type lnavFormat struct {
	Title       string            `json:"title"`
	Description string            `json:"description"`
	JSON        bool              `json:"json"`
	HideExtra   bool              `json:"hide-extra"`
	Timestamp   string            `json:"timestamp-field"`
	Level       string            `json:"level-field"`
	Levels      map[string]string `json:"level"`
	Body        string            `json:"body-field"`
	Line        []any             `json:"line-format"`
	Values      map[string]struct {
		Kind       string `json:"kind"`
		Identifier bool   `json:"identifier"`
		ForeignKey bool   `json:"foreign-key"`
		Hidden     bool   `json:"hidden"`
	} `json:"value"`
}

// The format file for lnav names exactly the members of an event's line, each with the
// type it has there, and knows every severity and the time.
func TestTheLnavFormatFitsTheRows(t *testing.T) {
	text, err := os.ReadFile("../../docs/foghorn.lnav.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Schema string     `json:"$schema"`
		Format lnavFormat `json:"foghorn_log"`
	}
	dec := json.NewDecoder(strings.NewReader(string(text)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&file); err != nil {
		t.Fatal(err)
	}
	f := file.Format
	var members []string
	for field := range reflect.TypeFor[event.Event]().Fields() {
		if name, _, _ := strings.Cut(field.Tag.Get("json"), ","); name != "-" {
			members = append(members, name)
			if _, there := f.Values[name]; !there {
				t.Errorf("the format does not have the member %s", name)
			}
		}
	}
	kinds := map[string]func(any) bool{
		"string":  func(v any) bool { _, is := v.(string); return is },
		"integer": func(v any) bool { n, is := v.(float64); return is && n == float64(int64(n)) },
		"boolean": func(v any) bool { _, is := v.(bool); return is },
		"json":    func(v any) bool { _, is := v.(map[string]any); return is },
	}
	for _, sample := range lnavSamples(t) {
		for name, v := range sample {
			if is := kinds[f.Values[name].Kind]; is == nil || !is(v) {
				t.Errorf("%s is %v, the format calls it %q", name, v, f.Values[name].Kind)
			}
		}
		if at, _ := sample[f.Timestamp].(string); !regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$`).MatchString(at) {
			t.Errorf("the time is %q", at)
		}
		matches := 0
		for _, pattern := range f.Levels {
			if level, _ := sample[f.Level].(string); regexp.MustCompile(pattern).MatchString(level) {
				matches++
			}
		}
		if matches != 1 {
			t.Errorf("%v is %d levels", sample[f.Level], matches)
		}
	}
	named := []string{f.Timestamp, f.Level, f.Body}
	for _, part := range f.Line {
		if field, is := part.(map[string]any); is && field["field"] != "__timestamp__" {
			named = append(named, field["field"].(string))
		}
	}
	for name := range f.Values {
		named = append(named, name)
	}
	for _, name := range named {
		if !slices.Contains(members, name) {
			t.Errorf("an event has no member %q", name)
		}
	}
	if !f.JSON || file.Schema != "https://lnav.org/schemas/format-v1.schema.json" || len(f.Levels) != len(event.Severities()) {
		t.Errorf("%+v", file)
	}
}

// lnavSamples are lines as the commands print them, one for each severity, read back.
func lnavSamples(t *testing.T) (out []map[string]any) {
	t.Helper()
	for _, severity := range event.Severities() {
		ev := event.Event{ID: 3450012, Time: time.Unix(1795774414, 0), Received: time.Unix(1795774415, 5e6), Source: "acme", Via: event.ViaWebhook, Topic: "alarms",
			Type: "t", Severity: severity, OrgID: "o", SiteID: "s", Site: "berlin", DeviceMAC: "5c5b35000001", Device: "ap", DeviceType: "ap", ClientMAC: "5c5b35000002",
			Client: "c", SSID: "Corp", Text: "text", DeliveryID: 345, AlertID: 3450000, Duplicates: 1, Test: true, Raw: json.RawMessage(`{"a":1}`)}
		var line strings.Builder
		if err := export.Write(&line, export.NDJSON, []event.Event{ev}, export.Options{}); err != nil {
			t.Fatal(err)
		}
		var members map[string]any
		if err := json.Unmarshal([]byte(line.String()), &members); err != nil {
			t.Fatal(err)
		}
		out = append(out, members)
	}
	return out
}
