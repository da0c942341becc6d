package tui

import (
	"bytes"
	"encoding/json"
	"strings"

	tea "charm.land/bubbletea/v2"

	"foghorn/internal/safetext"
)

// jsonTab shows a body.
type jsonTab struct {
	lines  []string
	scroll int
}

func (t *jsonTab) set(body []byte) {
	var b bytes.Buffer
	if json.Indent(&b, body, "", "  ") != nil {
		b.Reset()
		b.Write(body)
	}
	t.lines = strings.Split(safetext.Block(b.String()), "\n")
}

func (t *jsonTab) draw(e env, w, h int) []string {
	var out []string
	for _, l := range t.lines[:min(h, len(t.lines))] {
		out = append(out, e.th.fit(l, w, false))
	}
	return out
}

func (d *detail) jsonKey(tea.KeyPressMsg) tea.Cmd { return nil }

func (m *Model) searchJSON(string) tea.Cmd { return nil }
