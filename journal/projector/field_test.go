package projector

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"foghorn/internal/clock"
	"foghorn/journal/event"
	"foghorn/journal/query"
	"foghorn/journal/store"
	"foghorn/mist"
)

var update = flag.Bool("update", false, "write want.txt of the field cases anew")

// fieldNow is the moment that the times in the field cases count from.
var fieldNow = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

// TestFieldCases projects inputs as people have met them. A folder of
// testdata/field is a case: its posts come in the order of their names,
//
//	*.mist.json   a webhook of Mist
//	*.poll.json   what a poll of Mist found, in the shape of a webhook
//	*.junos.json  a post of the Junos agent
//
// expect.txt says in words what is right, and want.txt which alerts are in the
// view at the end, and, where it lists any, which events:
//
//	ALERT open warn bgp_down 11:50:00 x1 | Switch sw-a1: BGP neighbor 192.0.2.8 down
//	EVENT info SW_PORT_DOWN x1 | Switch sw-a1: Port Down ge-0/0/31
//
// The case has to end alike whether the projector runs through it or is started
// anew, on the view that the one before left, at each post.
func TestFieldCases(t *testing.T) {
	t.Parallel()
	dirs, err := filepath.Glob("testdata/field/*")
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no field cases: %v", err)
	}
	for _, dir := range dirs {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			t.Parallel()
			posts := fieldPosts(t, dir)
			want, _ := os.ReadFile(filepath.Join(dir, "want.txt"))
			for name, slice := range map[string]int{"in one run": 1000, "started anew at each post": 1} {
				got := fieldEnding(t, posts, slice, bytes.Contains(want, []byte("EVENT ")))
				if *update {
					if err := os.WriteFile(filepath.Join(dir, "want.txt"), []byte(got), 0o644); err != nil {
						t.Fatal(err)
					}
				} else if got != string(want) {
					t.Errorf("%s:\n%swant\n%s", name, got, want)
				}
			}
		})
	}
}

// fieldPosts reads the posts of a case as records of the log.
func fieldPosts(t *testing.T, dir string) []event.Record {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(files)
	var out []event.Record
	for i, f := range files {
		body, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		body = bytes.TrimSpace(body)
		d := event.Delivery{Received: fieldNow.Add(time.Duration(i) * 200 * time.Millisecond), Source: "acme", Via: event.ViaWebhook,
			Method: "POST", Path: "/mist/acme", Body: body, Size: int64(len(body)), Verdict: event.Verified, Status: 200}
		if strings.HasSuffix(f, ".junos.json") {
			d.Source, d.Path, d.Via, d.Topic, d.Events = "core", "/junos/core", event.ViaJunos, "junos", 1
		} else {
			topic, elements, err := mist.Split(body)
			if err != nil {
				t.Fatalf("%s: %v", f, err)
			}
			d.Topic, d.Events = topic, len(elements)
		}
		r, err := event.DeliveryRecord(d)
		if strings.HasSuffix(f, ".poll.json") {
			r, err = event.ObservationRecord(event.Observation{Received: d.Received, Source: d.Source, Via: event.ViaPoll, Topic: d.Topic, Events: d.Events, Body: body})
		}
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, r)
	}
	return out
}

// fieldEnding projects the posts into a view on disk, slice by slice, each by a
// projector that knows no more than the view, and renders what is there then.
func fieldEnding(t *testing.T, posts []event.Record, slice int, events bool) string {
	t.Helper()
	v := resetView(t, t.TempDir())
	defer func() {
		if err := v.Close(); err != nil {
			t.Error(err)
		}
	}()
	l := newLog()
	for part := range slices.Chunk(posts, slice) {
		l.append(part...)
		p, err := New(Options{Log: l, View: v, Clock: clock.NewFake(fieldNow.Add(4 * time.Second))})
		if err != nil {
			t.Fatal(err)
		}
		if err := p.CatchUp(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
	}
	return fieldRows(t, v, events)
}

func fieldRows(t *testing.T, v *store.View, withEvents bool) string {
	t.Helper()
	all, err := query.Parse("")
	if err != nil {
		t.Fatal(err)
	}
	page := query.Page{Where: all, Now: fieldNow.Add(4 * time.Second), Limit: 1000}
	alerts, err := v.Alerts(t.Context(), page)
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(alerts, func(a, b event.Alert) int { return int(a.ID - b.ID) })
	var b strings.Builder
	for _, a := range alerts {
		life := fieldTime(a.Opened)
		if a.Resolved != nil {
			life += "-" + fieldTime(*a.Resolved)
		}
		fmt.Fprintf(&b, "ALERT %s %s %s %s x%d | %s\n", a.State, a.Severity, a.Kind, life, a.Count, a.Title)
	}
	if !withEvents {
		return b.String()
	}
	events, err := v.Events(t.Context(), page)
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(events, func(a, b event.Event) int { return int(a.ID - b.ID) })
	for _, e := range events {
		fmt.Fprintf(&b, "EVENT %s %s x%d | %s\n", e.Severity, e.Type, e.Duplicates, e.Text)
	}
	return b.String()
}

// fieldTime is a time of day, with the date where it is another day.
func fieldTime(t time.Time) string {
	if t.Truncate(24*time.Hour) != fieldNow.Truncate(24*time.Hour) {
		return t.Format("2006-01-02T15:04:05")
	}
	return strings.TrimSuffix(t.Format("15:04:05.000"), ".000")
}
