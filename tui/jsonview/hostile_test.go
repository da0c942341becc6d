package jsonview

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"foghorn/internal/safetext/hostile"
)

// checkView holds what any view must hold: its size, and nothing of a
// stranger's in it.
func checkView(t *testing.T, m *Model, width, height int) {
	t.Helper()
	view := m.View()
	if err := hostile.Check(view, true); err != nil {
		t.Errorf("%s: %v", m.Mode(), err)
	}
	if err := hostile.Check(m.Reason()+m.Path(), false); err != nil {
		t.Errorf("reason or path: %v", err)
	}
	lines := strings.Split(view, "\n")
	if len(lines) != max(1, height) {
		t.Errorf("%s: %d lines, want %d", m.Mode(), len(lines), height)
	}
	for _, l := range lines {
		if w := ansi.StringWidth(l); w > width || w != ansi.StringWidthWc(l) {
			t.Errorf("%s: %d of %d cells: %q", m.Mode(), w, width, l)
		}
	}
}

// exercise walks through everything a person can do with a document.
func exercise(t *testing.T, src []byte, query string, width, height int) {
	t.Helper()
	before := bytes.Clone(src)
	m := New(Styles{})
	m.SetSize(width, height)
	m.SetJSON(src)
	for _, mode := range []Mode{Pretty, Raw, Hex} {
		m.SetMode(mode)
		checkView(t, m, width, height)
		m.Search(query)
		press(m, "j", "enter", "j", "l", "G", "enter", "k", "h", "E", "ctrl+u", "g", "C", "space", "j", "l")
		checkView(t, m, width, height)
		if n := m.Next(); n > 0 {
			checkView(t, m, width, height)
			press(m, "l")
		}
		m.Prev()
		m.SetSize(width+3, height+1)
		checkView(t, m, width+3, height+1)
		m.SetSize(width, height)
		m.Path()
		m.Value()
		m.Position()
	}
	if !bytes.Equal(before, src) {
		t.Error("the source was changed")
	}
}

func TestHostileDocuments(t *testing.T) {
	for _, s := range hostile.Samples() {
		t.Run(s.Name, func(t *testing.T) {
			quoted, err := json.Marshal(map[string]any{s.Text: s.Text, "in": []string{s.Text}})
			if err != nil {
				t.Fatal(err)
			}
			// JSON in which what may stand unescaped does so.
			bare := `{"k":"` + strings.NewReplacer(`"`, `\"`, `\`, `\\`).Replace(s.Text) + `"}`
			for _, src := range []string{string(quoted), bare, s.Text} {
				exercise(t, []byte(src), "a", 40, 8)
				exercise(t, []byte(src), s.Text, 7, 3)
			}
		})
	}
}

func TestNoSizeAtAll(t *testing.T) {
	for _, size := range [][2]int{{0, 0}, {0, 5}, {5, 0}, {1, 1}, {-3, -3}} {
		m := New(Styles{})
		m.SetSize(size[0], size[1])
		m.SetJSON([]byte(sample))
		press(m, "j", "enter", "G", "E", "C", "h", "l")
		checkView(t, m, max(0, size[0]), max(0, size[1]))
	}
}

func FuzzView(f *testing.F) {
	f.Add([]byte(sample), "line", uint8(40), uint8(10))
	f.Add([]byte(`[[[{"a":{"b":[1,2,{}]}}]],"\ud800",1e999]`), "1", uint8(9), uint8(2))
	for _, s := range hostile.Hostile() {
		if len(s) < 1024 {
			f.Add([]byte(`["`+s+`"]`), "a", uint8(20), uint8(5))
			f.Add([]byte(s), s, uint8(3), uint8(1))
		}
	}
	f.Fuzz(func(t *testing.T, src []byte, query string, width, height uint8) {
		exercise(t, src, query, int(width), int(height))
	})
}

func BenchmarkLoad(b *testing.B) {
	src := manyEvents(50_000)
	m := New(Styles{})
	m.SetSize(120, 40)
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		m.SetJSON(src)
	}
}

func BenchmarkView(b *testing.B) {
	long := []byte(`{"a":"` + strings.Repeat("無線 Größe", 500_000) + `"}`)
	for _, c := range []struct {
		name string
		src  []byte
	}{{"50000 events", manyEvents(50_000)}, {"8 MiB text", long}} {
		b.Run(c.name, func(b *testing.B) {
			m := New(Styles{})
			m.SetSize(120, 40)
			m.SetJSON(c.src)
			m.Search("ap")
			press(m, "G", "ctrl+u", "ctrl+u")
			for b.Loop() {
				m.View()
			}
		})
	}
}

func BenchmarkFoldAndSearch(b *testing.B) {
	m := New(Styles{})
	m.SetSize(120, 40)
	m.SetJSON(manyEvents(50_000))
	b.Run("unfold all", func(b *testing.B) {
		for b.Loop() {
			m.FoldAll(false)
		}
	})
	b.Run("search", func(b *testing.B) {
		for b.Loop() {
			m.Search("needle")
		}
	})
	b.Run("raw", func(b *testing.B) {
		for b.Loop() {
			m.SetMode(Pretty)
			m.text = nil
			m.SetMode(Raw)
		}
	})
}
