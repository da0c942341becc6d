package netstate

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"foghorn/internal/clock"
	"foghorn/journal/event"
	"foghorn/mist"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// book is a view and a log in one, which says what was written and in which order.
type book struct {
	devices map[event.MAC]event.Device
	clients map[event.MAC]event.LiveClient
	told    []element
	writes  int // rows of devices and clients
	refuse  error
	order   []string
}

// element is a device-status element as it reached the log.
type element struct {
	OrgID, SiteID, SiteName, MAC, Name, Type, Status, SeenBy string
	At                                                       time.Time
	Via                                                      event.Via
}

func (b *book) PutDevices(_ context.Context, _ string, changed []event.Device, gone []event.MAC) error {
	if b.refuse != nil {
		return b.refuse
	}
	for _, d := range changed {
		b.devices[d.MAC] = d
	}
	for _, m := range gone {
		delete(b.devices, m)
	}
	b.writes += len(changed)
	b.order = append(b.order, "devices")
	return nil
}

func (b *book) PutClients(_ context.Context, _ string, changed []event.LiveClient, gone []event.MAC) error {
	if b.refuse != nil {
		return b.refuse
	}
	for _, c := range changed {
		b.clients[c.MAC] = c
	}
	for _, m := range gone {
		delete(b.clients, m)
	}
	b.writes += len(changed)
	b.order = append(b.order, "clients")
	return nil
}

func (b *book) Append(_ context.Context, records ...event.Record) ([]int64, error) {
	if b.refuse != nil {
		return nil, b.refuse
	}
	for _, r := range records {
		d, err := r.Observation()
		if err != nil || d.Topic != event.TopicDeviceStatus {
			return nil, errors.Join(err, fmt.Errorf("topic %s", d.Topic))
		}
		var body struct {
			Events []struct {
				OrgID     string  `json:"org_id"`
				SiteID    string  `json:"site_id"`
				SiteName  string  `json:"site_name"`
				MAC       string  `json:"mac"`
				Name      string  `json:"name"`
				Type      string  `json:"type"`
				Status    string  `json:"status"`
				Timestamp float64 `json:"timestamp"`
				SeenBy    string  `json:"seen_by"`
			} `json:"events"`
		}
		if err := json.Unmarshal(d.Body, &body); err != nil {
			return nil, err
		}
		for _, e := range body.Events {
			b.told = append(b.told, element{e.OrgID, e.SiteID, e.SiteName, e.MAC, e.Name, e.Type, e.Status, e.SeenBy,
				time.UnixMilli(int64(e.Timestamp * 1000)).UTC(), d.Via})
		}
	}
	b.order = append(b.order, "log")
	return []int64{1}, nil
}

// stage is a mirror with its book and its clock.
type stage struct {
	*State
	*book
	t     *testing.T
	clock *clock.Fake
}

const (
	berlin = "site-berlin"
	hall   = "site-hall"
	lobby  = event.MAC("5c5b35000001")
	yard   = event.MAC("5c5b35000002")
	phone  = event.MAC("a0b1c2d3e4f5")
)

func newStage(t *testing.T, change ...func(*Options)) *stage {
	s := &stage{book: &book{devices: map[event.MAC]event.Device{}, clients: map[event.MAC]event.LiveClient{}}, t: t, clock: clock.NewFake(noon)}
	o := Options{Source: "acme", OrgID: "org-1", View: s.book, Log: s.book, Clock: s.clock}
	for _, c := range change {
		c(&o)
	}
	s.State = New(o)
	s.SetSites([]Site{{berlin, "Berlin"}, {hall, "Hall 7"}})
	return s
}

// object is a row of a list.
func object(row string) mist.Object { return mist.Value(row).Object() }

// round reads the whole list of devices.
func (s *stage) round(rows ...string) {
	s.t.Helper()
	r := s.BeginSweep(OrgDevices)
	for _, row := range rows {
		r.Add(object(row))
	}
	r.End()
	s.flush()
}

func (s *stage) flush() {
	s.t.Helper()
	if err := s.Flush(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
}

// ago is a last_seen so long before now, by this machine's clock.
func (s *stage) ago(d time.Duration) string {
	return fmt.Sprintf("%d", s.clock.Now().Add(-d).Unix())
}

// ap is a row of an access point in Berlin.
func (s *stage) ap(mac event.MAC, status string, heard time.Duration) string {
	return fmt.Sprintf(`{"mac":%q,"id":"00000000-0000-0000-1000-%s","name":"ap-%s","type":"ap","model":"AP45","site_id":%q,"status":%q,"last_seen":%s,"uptime":3600,"version":"0.14.1","ip":"10.0.0.5","num_clients":7,"radio_stat":{"band_5":{"channel":36,"bandwidth":40,"util_all":12,"num_clients":6},"band_24":{"channel":1}}}`,
		mac, mac, mac[10:], berlin, status, s.ago(heard))
}

func (s *stage) wantTold(want ...string) {
	s.t.Helper()
	var got []string
	for _, e := range s.book.told {
		got = append(got, e.MAC+" "+e.Status+" "+e.SeenBy)
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		s.t.Fatalf("told %q, want %q", got, want)
	}
}
