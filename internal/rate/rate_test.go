package rate

import (
	"testing"
	"time"
)

var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func at(s int) time.Time { return start.Add(time.Duration(s) * time.Second) }

func TestRateIsOverTheLastTenWholeSeconds(t *testing.T) {
	var m Meter
	for s := range 20 {
		m.Count(at(s), 30)
	}
	for s, want := range map[int]float64{20: 30, 19: 30, 25: 15, 40: 0, -50: 0} {
		if got := m.Read(at(s)).PerSecond; got != want {
			t.Errorf("at second %d: %v a second, want %v", s, got, want)
		}
	}
	if r := m.Read(at(20)); r.Total != 20 || !r.Last.Equal(at(19)) {
		t.Errorf("reading %+v", r)
	}
}

func TestMeterTakesAClockThatWasNeverSet(t *testing.T) {
	var m Meter
	m.Count(time.Unix(-5, 0), 20)
	if r := m.Read(time.Unix(-4, 0)); r.PerSecond != 2 || r.Total != 1 {
		t.Errorf("reading %+v", r)
	}
}

func TestRestoreKeepsTheLaterTime(t *testing.T) {
	var m Meter
	m.Restore(at(5))
	if r := m.Read(at(6)); !r.Last.Equal(at(5)) || r.Total != 0 || r.PerSecond != 0 {
		t.Errorf("restored %+v", r)
	}
	m.Count(at(7), 1)
	m.Restore(at(6))
	if r := m.Read(at(8)); !r.Last.Equal(at(7)) {
		t.Errorf("an earlier run's time replaced that of this one: %+v", r)
	}
}
