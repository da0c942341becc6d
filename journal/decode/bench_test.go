package decode

import (
	"bytes"
	"strings"
	"testing"

	"foghorn/mist"
)

// BenchmarkDelivery decodes batches of ten, fingerprints included, and reports
// the cost of one event.
func BenchmarkDelivery(b *testing.B) {
	for _, name := range []string{"client-join", "device-updowns", "device-events", "alarms", "location"} {
		b.Run(name, func(b *testing.B) {
			sample, ok := mist.Sample(name)
			if !ok {
				b.Fatal("no sample")
			}
			_, elements, err := mist.Split(sample)
			if err != nil {
				b.Fatal(err)
			}
			ten := bytes.Repeat(append(elements[0], ','), 10)
			d := webhook(`{"topic":"` + name + `","events":[` + strings.TrimSuffix(string(ten), ",") + `]}`)
			d.Events = 10
			b.SetBytes(int64(len(d.Body)))
			b.ReportAllocs()
			for b.Loop() {
				if got := Delivery(d); len(got.Events) != 10 {
					b.Fatal(got.Problem)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/10, "ns/event")
		})
	}
}
