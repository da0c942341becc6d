package recall

import (
	"strconv"
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)

func TestAMemoryForgets(t *testing.T) {
	var m Memory[string]
	if !m.Put("a", "first", noon, time.Minute) || m.Put("a", "second", noon.Add(59*time.Second), time.Minute) {
		t.Error("a value that is kept stays")
	}
	if v, ok := m.Get("a", noon.Add(59*time.Second)); v != "first" || !ok {
		t.Errorf("%q %v", v, ok)
	}
	if _, ok := m.Get("a", noon.Add(time.Minute)); ok {
		t.Error("it is kept too long")
	}
	if !m.Put("a", "third", noon.Add(time.Minute), time.Minute) {
		t.Error("its place is not free")
	}
	for i := range maxRemembered {
		m.Set(strconv.Itoa(i), "x", noon, time.Hour)
	}
	if _, ok := m.Get("a", noon.Add(time.Minute)); ok || len(m.kept) != maxRemembered || len(m.order) != maxRemembered {
		t.Errorf("%d kept, %d in order", len(m.kept), len(m.order))
	}
}

func TestAResponseURLIsUsedUp(t *testing.T) {
	var u Uses
	for i := range 6 {
		if got := u.Take("a", noon, noon.Add(time.Minute)); got != (i < 5) {
			t.Errorf("answer %d: %v", i+1, got)
		}
	}
	if u.Take("b", noon, noon.Add(29*time.Minute+time.Second)) || !u.Take("b", noon, noon.Add(29*time.Minute)) {
		t.Error("it lasts 29 minutes")
	}
}
