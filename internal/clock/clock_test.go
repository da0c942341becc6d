package clock

import (
	"testing"
	"time"
)

func TestLater(t *testing.T) {
	a := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	b := a.Add(time.Nanosecond)
	for _, c := range []struct{ a, b, want time.Time }{{a, b, b}, {b, a, b}, {a, a, a}, {time.Time{}, a, a}} {
		if got := Later(c.a, c.b); !got.Equal(c.want) {
			t.Errorf("Later(%v, %v) = %v, want %v", c.a, c.b, got, c.want)
		}
	}
}
