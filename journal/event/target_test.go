package event

import (
	"math"
	"strconv"
	"testing"
)

// Readers that keep numbers as 64-bit floats, jq among them, get ids exactly.
func TestIDsAreExactAsFloats(t *testing.T) {
	id := ID(900_000_000_000, MaxEventsPerRecord-1)
	f, err := strconv.ParseFloat(strconv.FormatInt(id, 10), 64)
	if err != nil || int64(f) != id || id >= 1<<53 {
		t.Errorf("id %d is read as %.0f, %v", id, f, err)
	}
	if seq, place := SplitID(id); seq != 900_000_000_000 || place != MaxEventsPerRecord-1 {
		t.Errorf("id %d is event %d of record %d", id, place, seq)
	}
}

func TestCurrentID(t *testing.T) {
	for _, c := range []struct {
		old, perRecord int64
		id             int64
		ok             bool
	}{
		{345_000_012, 0, 3_450_012, true},
		{345_009_999, 0, 3_459_999, true},
		{345_010_000, 0, 0, false}, // would be the first event of record 346
		{3_450_012, MaxEventsPerRecord, 3_450_012, true},
		{0, 0, 0, true},
		{-1, 0, 0, false},
		{math.MaxInt64, MaxEventsPerRecord, math.MaxInt64, true},
	} {
		if id, ok := CurrentID(c.old, c.perRecord); ok != c.ok || ok && id != c.id {
			t.Errorf("CurrentID(%d, %d) = %d, %v; want %d, %v", c.old, c.perRecord, id, ok, c.id, c.ok)
		}
	}
}
