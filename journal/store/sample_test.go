package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"foghorn/journal/event"
)

// began is when the tests' history begins.
var began = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

// sampler makes believable events, the same ones for the same seed: 100 sites,
// 2,000 access points, 20,000 clients.
type sampler struct {
	r     *rand.Rand
	n     int64 // events made
	seq   int64 // of the last record
	place int   // of the last event in it
}

func newSampler() *sampler { return &sampler{r: rand.New(rand.NewPCG(1, 2))} }

var sampleTypes = []string{
	"CLIENT_JOIN", "CLIENT_AUTH_SUCCESS", "CLIENT_DHCP_SUCCESS", "CLIENT_DHCP_FAILURE", "CLIENT_ROAM",
	"AP_CONNECTED", "AP_DISCONNECTED", "AP_RESTARTED", "SW_PORT_UP", "SW_PORT_DOWN",
}

// event makes the next event, a few milliseconds after the last: one to three
// in a record.
func (s *sampler) event() event.Event {
	s.n++
	if s.place++; s.place == 3 || s.seq == 0 || s.r.IntN(2) == 0 {
		s.seq, s.place = s.seq+1, 0
	}
	site, ap, client := s.r.IntN(100), s.r.IntN(2000), s.r.IntN(20000)
	at := began.Add(time.Duration(s.n) * 5 * time.Millisecond)
	e := event.Event{
		ID: event.ID(s.seq, s.place), Time: at, Received: at.Add(300 * time.Millisecond), Source: "acme", Via: event.ViaWebhook,
		Topic: "device-events", Type: sampleTypes[s.r.IntN(len(sampleTypes))], Severity: event.Info,
		OrgID: "9777c1a0-6ef6-11e6-8bbf-02e208b2d34f", SiteID: fmt.Sprintf("978c48e6-6ef6-11e6-8bbf-02e208b2%04d", site),
		Site: fmt.Sprintf("Berlin %02d", site), DeviceMAC: event.MAC(fmt.Sprintf("5c5b35%06x", ap)), Device: fmt.Sprintf("ap-%04d", ap), DeviceType: "ap",
		DeliveryID: s.seq, Duplicates: 1, Fingerprint: s.r.Uint64(),
	}
	if s.r.IntN(3) > 0 {
		e.Topic, e.ClientMAC, e.Client, e.SSID = "client-events", event.MAC(fmt.Sprintf("a0b1%08x", client*7919)), fmt.Sprintf("laptop-%05d", client), "corp"
	}
	if s.r.IntN(50) == 0 {
		e.Severity = event.Warn
	}
	if s.r.IntN(20000) == 0 {
		e.Severity = event.Critical
	}
	e.Text = fmt.Sprintf("%s on %s: %s channel %d, reason %d", e.Type, e.Device, e.Client, s.r.IntN(160), s.r.IntN(60))
	if s.r.IntN(300000) == 0 {
		e.Text += ", radar detected"
	}
	if s.r.IntN(200) == 0 {
		e.AlertID, e.SSID = e.ID, hostile[s.r.IntN(len(hostile))]
	}
	return e
}

// hostile are names that strangers chose.
var hostile = []string{"corp\x00evil", "\xff\xfe corp", "caf\u00e9 \ufffd CORP", "İstanbul%_\\*", "a\nb", "5C5B35000002AFFF"}

// openTestView opens a view for writing that is closed when the test ends.
func openTestView(t testing.TB, dir string, o Options) *View {
	t.Helper()
	v, err := OpenViewWriter(context.Background(), dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := v.Close(); err != nil {
			t.Error(err)
		}
	})
	return v
}

// update runs fn on the view and fails the test on any error.
func update(t testing.TB, v *View, fn func(Tx) error) {
	t.Helper()
	if err := v.Update(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

// fill claims and puts n events of s in slices of the given size.
func fill(t testing.TB, v *View, s *sampler, n, slice int) {
	t.Helper()
	for n > 0 {
		update(t, v, func(tx Tx) error {
			for range min(n, slice) {
				e := s.event()
				known, err := tx.Claim(&e)
				if err != nil {
					return err
				}
				if known != 0 {
					return fmt.Errorf("event %d is new and was taken for %d", e.ID, known)
				}
				if err := tx.PutEvent(&e); err != nil {
					return err
				}
			}
			return tx.SetPosition(s.seq)
		})
		n -= slice
	}
}
