package event

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestShortIDsAreReadAndWritten(t *testing.T) {
	for _, c := range []struct {
		id    int64
		short string
	}{
		{10_000, "a1"},
		{3_450_000, "a345"},
		{3_450_012, "a345.12"},
		{3_459_999, "a345.9999"},
		{12, "a0.12"},
		{0, "a0"},
		{407_690_000, "a40769"},
	} {
		if got := ShortID(c.id); got != c.short {
			t.Errorf("ShortID(%d) = %q, want %q", c.id, got, c.short)
		}
	}
	for text, want := range map[string]int64{
		"a345": 3_450_000, "A345": 3_450_000, "a345.0": 3_450_000, "a0345.012": 3_450_012, "3450012": 3_450_012,
		"345": 345, "a345.12": 3_450_012, "9223372036854775807": math.MaxInt64,
	} {
		if got, err := ParseID(text); err != nil || got != want {
			t.Errorf("ParseID(%q) = %d, %v, want %d", text, got, err, want)
		}
	}
}

func TestWhatIsNoIDIsRefused(t *testing.T) {
	for text, reason := range map[string]string{
		"": "not an id", "a": "not an id", "a.": "not an id", "a345.": "not an id", "a.12": "not an id", "345.12": "not an id",
		"-5": "not an id", "+5": "not an id", " 5": "not an id", "a-5": "not an id", "a345.-1": "not an id", "b345": "not an id",
		"lobby": "not an id", "aa345": "not an id", "a345.12.1": "not an id", "0x10": "not an id", "1_000": "not an id",
		"a345.10000": "10000 is too large", "9223372036854775808": "too large", "a922337203685477580": "too large",
	} {
		if id, err := ParseID(text); err == nil || !strings.Contains(err.Error(), reason) {
			t.Errorf("ParseID(%q) = %d, %v, want an error with %q", text, id, err, reason)
		}
	}
}

func TestAnyIDSurvivesBothForms(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 10_000 {
		id := r.Int64N(math.MaxInt64/MaxEventsPerRecord-1) >> r.IntN(60)
		if got, err := ParseID(ShortID(id)); err != nil || got != id {
			t.Fatalf("ParseID(%q) = %d, %v, want %d", ShortID(id), got, err, id)
		}
		seq, place := SplitID(id)
		if other := ShortID(ID(seq, place) + 1); other == ShortID(id) {
			t.Fatalf("%d and %d are both %q", id, id+1, other)
		}
	}
}

func TestAnIDOfAnOlderVersionGetsAHint(t *testing.T) {
	for id, want := range map[int64]string{
		345_000_012: "it is a345.12 now",
		345_000_000: "it is a345 now",
		3_450_000:   "", // would be place 450,000 of record 3
		12:          "", // no record 0
	} {
		if got := OlderIDHint(id); (want == "") != (got == "") || !strings.Contains(got, want) {
			t.Errorf("OlderIDHint(%d) = %q, want %q", id, got, want)
		}
	}
}
