package sql

import (
	"testing"

	"foghorn/config"
	"foghorn/relay"
)

// How many events a database takes: full batches, one after another.
func BenchmarkUpsert(b *testing.B) {
	for _, s := range servers {
		b.Run(s.scheme, func(b *testing.B) {
			db, err := s.get()
			if err != nil {
				b.Skip(err)
			}
			keep(db)
			r := &installed{Database: db, scheme: s.scheme}
			r.DB = r.client(b)
			d := r.relayOf(b, config.Relay{})
			n := int64(0)
			for b.Loop() {
				var batch []relay.Item
				for range maxItems {
					n++
					batch = append(batch, relay.Item{Event: outage(n)})
				}
				sent(b, d, batch...)
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "events/s")
		})
	}
}
