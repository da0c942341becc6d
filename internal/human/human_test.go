package human

import (
	"math"
	"testing"
	"time"
)

const (
	s = time.Second
	m = time.Minute
	h = time.Hour
)

func TestAgeStepsCoarsely(t *testing.T) {
	for _, c := range []struct {
		d    time.Duration
		want string
	}{
		{0, "now"},
		{-9 * s, "now"},
		{9*s + 999*time.Millisecond, "now"},
		{10 * s, "10s"},
		{19 * s, "10s"},
		{59 * s, "50s"},
		{m, "1m"},
		{m + 59*s, "1m"},
		{59*m + 59*s, "59m"},
		{h, "1h"},
		{23*h + 59*m, "23h"},
		{24 * h, "1d"},
		{49 * h, "2d"},
		{-10 * s, "in 10s"},
		{-75 * s, "in 1m"},
		{-2 * h, "in 2h"},
		{math.MinInt64, "in 106751d"},
		{math.MaxInt64, "106751d"},
	} {
		if got := Age(c.d); got != c.want {
			t.Errorf("Age(%v) = %q, want %q", c.d, got, c.want)
		}
	}
}

func TestDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0:                           "0s",
		400 * time.Microsecond:      "<1ms",
		38 * time.Millisecond:       "38ms",
		999*time.Millisecond + 999:  "999ms",
		42*s + 900*time.Millisecond: "42s",
		6*m + 12*s:                  "6m12s",
		6 * m:                       "6m00s",
		2*h + 5*m + 59*s:            "2h05m",
		3*24*h + 4*h + 59*m:         "3d4h",
		-90 * s:                     "-1m30s",
		math.MinInt64:               "-106751d23h",
	} {
		if got := Duration(d); got != want {
			t.Errorf("Duration(%d) = %q, want %q", d, got, want)
		}
	}
}

func TestNumbers(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{Bytes(0), "0 B"},
		{Bytes(412), "412 B"},
		{Bytes(1234), "1.2 KiB"},
		{Bytes(8 << 20), "8.0 MiB"},
		{Bytes(-1234), "-1.2 KiB"},
		{Bytes(math.MinInt64), "-8.0 EiB"},
		{Count(12345), "12,345"},
		{Count(-1), "-1"},
		{Short(0), "0"},
		{Short(999), "999"},
		{Short(1000), "1.0k"},
		{Short(1299), "1.2k"},
		{Short(12_999), "12k"},
		{Short(999_999), "999k"},
		{Short(1_250_000), "1.2M"},
		{Short(-12_345), "-12k"},
		{Short(math.MaxInt64), "9.2E"},
		{Short(math.MinInt64), "-9.2E"},
		{Rate(0), "0/s"},
		{Rate(-1), "0/s"},
		{Rate(math.NaN()), "0/s"},
		{Rate(math.Inf(1)), ">999T/s"},
		{Rate(0.02), "<0.1/s"},
		{Rate(3.24), "3.2/s"},
		{Rate(9.96), "10/s"},
		{Rate(120.4), "120/s"},
		{Rate(2100), "2.1k/s"},
		{Percent(0), "0%"},
		{Percent(math.NaN()), "0%"},
		{Percent(0.974), "97%"},
		{Percent(0.999), "<100%"},
		{Percent(1), "100%"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestCountOf(t *testing.T) {
	for n, want := range map[int]string{0: "0 alerts", 1: "1 alert", 2: "2 alerts", 12345: "12,345 alerts"} {
		if got := CountOf(n, "alert"); got != want {
			t.Errorf("CountOf(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestWhen(t *testing.T) {
	berlin := time.FixedZone("CET", 3600)
	now := time.Date(2026, 3, 1, 0, 30, 0, 0, berlin) // still February in UTC
	event := now.Add(-40 * m)
	for _, c := range []struct {
		t    time.Time
		f    Format
		want string
	}{
		{event, Relative, "40m"},
		{event, Local, "28 Feb 23:50"},
		{event, UTC, "22:50:00Z"},
		{now.Add(-time.Minute).UTC(), Local, "00:29:00"},
		{now.AddDate(-1, 0, 0), Local, "2025-03-01"},
		{now.Add(m), Relative, "in 1m"},
		{time.Time{}, Relative, "-"},
		{time.Time{}, UTC, "-"},
	} {
		got := When(c.t, now, c.f)
		if got != c.want {
			t.Errorf("When(%v, %v) = %q, want %q", c.t, c.f, got, c.want)
		}
		if len(got) > c.f.Width() {
			t.Errorf("%q is wider than %d", got, c.f.Width())
		}
	}
	if got := Stamp(event.Add(250 * time.Millisecond)); got != "2026-02-28 23:50:00.250 CET" {
		t.Errorf("Stamp = %q", got)
	}
	if Stamp(time.Time{}) != "-" {
		t.Error("a zero time has a stamp")
	}
}

func TestFormatsGoRound(t *testing.T) {
	f, names := Relative, ""
	for range 4 {
		names += f.String() + " "
		f = f.Next()
	}
	if names != "relative local UTC relative " {
		t.Errorf("t walks through %q", names)
	}
}

func TestSuccessNeverClaimsAllWhenSomethingWasDegraded(t *testing.T) {
	for _, c := range []struct {
		rate     float64
		degraded bool
		want     string
	}{
		{1, false, "100.0%"},
		{1, true, "99.9%"},
		{0.99999, true, "99.9%"},
		{0.99999, false, "99.9%"},
		{0.9995, true, "99.9%"},
		{0.9565, true, "95.7%"},
		{0.1667, true, "16.7%"},
		{0, true, "0.0%"},
		{-0.2, true, "0.0%"},
		{1.2, true, "99.9%"},
		{math.NaN(), false, "no data"},
	} {
		if got := Success(c.rate, c.degraded); got != c.want {
			t.Errorf("Success(%v, %v) = %q, want %q", c.rate, c.degraded, got, c.want)
		}
	}
}

func TestATimeOfDayHasItsDateOnAnotherDay(t *testing.T) {
	cet := time.FixedZone("CET", 3600)
	now := time.Date(2026, 11, 28, 0, 30, 0, 0, cet)
	for _, c := range []struct {
		t           time.Time
		clock, hour string
	}{
		{now, "00:30:00", "00:30"},
		{now.Add(90 * s), "00:31:30", "00:31"},
		{now.Add(-h), "27 Nov 23:30:00", "27 Nov 23:30"},
		{now.AddDate(-1, 0, 0), "28 Nov 00:30:00", "28 Nov 00:30"},
		{now.UTC(), "00:30:00", "00:30"},
	} {
		if clock, hour := Clock(c.t, now.UTC(), cet), Hour(c.t, now.UTC(), cet); clock != c.clock || hour != c.hour {
			t.Errorf("%v: %q and %q, want %q and %q", c.t, clock, hour, c.clock, c.hour)
		}
	}
}
