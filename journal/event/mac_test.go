package event

import (
	"strconv"
	"testing"
)

func FuzzMACInt64(f *testing.F) {
	for _, s := range []string{"5c5b35000001", "ffffffffffff", "000000000001", "5C:5B:35:00:00:01", "", "5c5b3500000g", "5C5B35000001"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m, ok := ParseMAC(s)
		if got := MAC(s).Int64(); !ok && got != 0 {
			t.Fatalf("%q is no MAC and has the number %d", s, got)
		}
		if !ok {
			return
		}
		want, err := strconv.ParseInt(string(m), 16, 64)
		if got := m.Int64(); err != nil || got != want {
			t.Fatalf("%s: %d, want %d (%v)", m, got, want, err)
		}
	})
}
