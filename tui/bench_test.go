package tui

import (
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"foghorn/internal/clock"
)

// BenchmarkFrame is what one frame costs the loop at 200x50: a full answer of
// the journal taken in and drawn, and the renderer's View.
func BenchmarkFrame(b *testing.B) {
	for name, key := range map[string]string{"overview": "0", "alerts": "1", "devices": "4", "sle": "5", "inspector": "6", "log": "9"} {
		b.Run(name, func(b *testing.B) {
			j := newTestJournal(b)
			now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
			w := whole(j, now)
			w.fill(400, now)
			j.open()
			defer j.close()
			status, err := j.Status(b.Context())
			j.must(err)
			m := New(b.Context(), Options{Journal: j, Actions: (&fakeCloud{}).on(j), Clock: clock.NewFake(now), Zone: time.UTC})
			defer m.jobs.close()
			m.Update(tea.WindowSizeMsg{Width: 200, Height: 50})
			m.Update(keyPress(key))
			m.pull.number = 1
			fetches := m.wanted()
			var apply []func()
			for _, f := range fetches {
				a, err := f(b.Context(), j)
				if err != nil {
					b.Fatal(err)
				}
				apply = append(apply, a.Apply)
			}
			b.ReportAllocs()
			for b.Loop() {
				m.pull.flying = true
				m.Update(snapshotMsg{number: m.pull.number, status: status, apply: apply})
				_ = m.View()
			}
			if len(m.window.frame) < 200*50 {
				b.Fatalf("the frame has only %d bytes", len(m.window.frame))
			}
		})
	}
}
