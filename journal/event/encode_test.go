package event

import (
	"bytes"
	"encoding/json"
	"math"
	"testing"
	"time"
)

func sampleDelivery() Delivery {
	return Delivery{
		ID: 7, Received: time.Date(2026, 3, 1, 9, 0, 0, 123456789, time.UTC), Source: "acme", Via: ViaWebhook, Remote: "192.0.2.7",
		Method: "POST", Path: "/mist/acme", Size: 900, Verdict: Verified, Status: 200, DurationMS: 0.123, Topic: "device-events", Events: 1,
		Headers: map[string][]string{"User-Agent": {"Mist-webhook"}, "Content-Type": {"application/json"}, "Accept": {"*/*"},
			"X-Mist-Signature-V2": {"9f2d8c5d1f6cf29f5ef2256aa7e5494287d9e30eb7c77ab80f9e60b76ac6833f"}},
	}
}

func TestHeadsAreWhatEncodingJSONWrites(t *testing.T) {
	change := func(f func(*Delivery)) Delivery { d := sampleDelivery(); f(&d); return d }
	many := map[string][]string{}
	for i := range 40 {
		many[string(rune('A'+i))] = []string{"x"}
	}
	for name, d := range map[string]Delivery{
		"nothing":      {},
		"usual":        sampleDelivery(),
		"everything":   change(func(d *Delivery) { d.Truncated, d.Cause, d.Warning, d.Duplicates, d.ReplayOf = true, "c", "w", 3, 9 }),
		"ignored":      change(func(d *Delivery) { d.Ignored, d.IgnoredBy = 2, "[priority.junos] x" }),
		"odd texts":    change(func(d *Delivery) { d.Path, d.Cause, d.Remote = "/<\"\\\u2028>&\x00\xff", "naïve\t\x7f", "\u202e" }),
		"odd headers":  change(func(d *Delivery) { d.Headers = map[string][]string{"a\"": nil, "b": {}, "c": {"", "é", "\xc3"}} }),
		"many headers": change(func(d *Delivery) { d.Headers = many }),
		"no headers":   change(func(d *Delivery) { d.Headers = map[string][]string{} }),
		"tiny":         change(func(d *Delivery) { d.DurationMS = 1e-9 }),
		"huge":         change(func(d *Delivery) { d.DurationMS = -1e300 }),
		"whole":        change(func(d *Delivery) { d.DurationMS = 1e20 }),
		"zone":         change(func(d *Delivery) { d.Received = d.Received.In(time.FixedZone("x", 5*3600+1800)) }),
		"long ago":     change(func(d *Delivery) { d.Received = time.Time{} }),
	} {
		want, err := json.Marshal(&d)
		if err != nil {
			t.Fatal(err)
		}
		r, err := DeliveryRecordTo(make([]byte, 3, 10), &d)
		if err != nil || !bytes.Equal(r.Head, want) {
			t.Errorf("%s: %v\n got %s\nwant %s", name, err, r.Head, want)
		}
	}
}

func TestHeadsThatCannotBeWritten(t *testing.T) {
	for name, f := range map[string]func(*Delivery){
		"not a number":      func(d *Delivery) { d.DurationMS = math.NaN() },
		"infinite":          func(d *Delivery) { d.DurationMS = math.Inf(1) },
		"year 10000":        func(d *Delivery) { d.Received = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) },
		"zone beyond a day": func(d *Delivery) { d.Received = d.Received.In(time.FixedZone("x", 25*3600)) },
	} {
		d := sampleDelivery()
		f(&d)
		_, want := json.Marshal(&d)
		if _, err := DeliveryRecordTo(nil, &d); (err == nil) != (want == nil) || err == nil {
			t.Errorf("%s: error %v, encoding/json says %v", name, err, want)
		}
	}
}

func FuzzHead(f *testing.F) {
	f.Add("acme", "/mist/acme", "User-Agent", "Mist\xffwebhook", 0.25, int64(1700000000), int64(5))
	f.Fuzz(func(t *testing.T, source, path, key, value string, ms float64, sec, nsec int64) {
		d := Delivery{Source: source, Path: path, Headers: map[string][]string{key: {value}, "z": nil}, DurationMS: ms, Received: time.Unix(sec, nsec).UTC()}
		want, wantErr := json.Marshal(&d)
		r, err := DeliveryRecordTo(nil, &d)
		if (err == nil) != (wantErr == nil) || err == nil && !bytes.Equal(r.Head, want) {
			t.Fatalf("%v %v\n got %s\nwant %s", err, wantErr, r.Head, want)
		}
	})
}

func BenchmarkDeliveryRecord(b *testing.B) {
	d := sampleDelivery()
	b.Run("encoding_json", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := DeliveryRecord(d); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("to_buffer", func(b *testing.B) {
		buf := make([]byte, 0, 1024)
		b.ReportAllocs()
		for b.Loop() {
			if _, err := DeliveryRecordTo(buf, &d); err != nil {
				b.Fatal(err)
			}
		}
	})
}
