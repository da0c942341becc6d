package mask

import (
	"strings"
	"testing"
)

// What each delivery costs that holds no secret.
func BenchmarkLocate(b *testing.B) {
	body := []byte(`{"topic":"alarms","events":[` + strings.Repeat(`{"id":"a1","type":"rogue_ap","ap_name":"lobby-ap3","text":"all is well here"},`, 60) + `{}]}`)
	s := New(plain, long, strings.Repeat("k", 40), "another-secret-of-a-source")
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if s.Locate(body) != nil {
			b.Fatal("found")
		}
	}
}
