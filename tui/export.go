package tui

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	tea "charm.land/bubbletea/v2"

	"foghorn/journal/export"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
	"foghorn/tui/port"
)

// noticeMsg is a short answer from a command.
type noticeMsg struct {
	role draw.Role
	text string
}

// exportFormats are the formats x offers, by letter.
var exportFormats = []struct {
	key, label string
	format     export.Format
}{
	{"j", "JSON, one array", export.JSON},
	{"n", "NDJSON, one object per line", export.NDJSON},
	{"c", "CSV, for spreadsheets", export.CSV},
	{"m", "Markdown table, for tickets and chat", export.Markdown},
}

// maxExported bounds an export from the screen; the command line has no bound.
const maxExported = 10_000

// export writes the marked rows, or all that match, to a file.
func (m *Model) export(arg string) tea.Cmd {
	p := m.current()
	var hits func(context.Context, port.Journal) (pane.ExportSet, error)
	if e, ok := p.(pane.ExportOfRows); ok {
		hits = e.ExportRows(maxExported, m.now())
	}
	if hits == nil || p.Nav().Len() == 0 {
		m.say(draw.Warn, "No rows here to export.")
		return nil
	}
	if arg != "" {
		f, err := export.ParseFormat(arg)
		if err != nil {
			m.say(draw.Warn, err.Error())
			return nil
		}
		return m.exportTo(hits, f)
	}
	title := "export all rows that match to a file as"
	if n := p.Nav().Marks(); n > 0 {
		title = fmt.Sprintf("export %d marked to a file as", n)
	}
	var items []menuItem
	for _, e := range exportFormats {
		items = append(items, menuItem{key: e.key, label: e.label, run: func(m *Model) tea.Cmd { return m.exportTo(hits, e.format) }})
	}
	return m.openMenu(title, items...)
}

func (m *Model) exportTo(hits func(context.Context, port.Journal) (pane.ExportSet, error), f export.Format) tea.Cmd {
	dir, now, zone, journal := cmp.Or(m.opt.ExportDir, filepath.Join(m.opt.Dir, "exports")), m.opt.Clock.Now(), m.opt.Zone, m.opt.Journal
	hiding, note := m.hiding()
	return m.jobs.do(actLimit, func(ctx context.Context) tea.Msg {
		rows, err := hits(ctx, journal)
		if err != nil {
			return noticeMsg{draw.Critical, "Not exported: " + err.Error()}
		}
		name := fmt.Sprintf("foghorn-%s-%s.%s", rows.Name, now.In(zone).Format("20060102-150405"), f)
		path, err := writeNew(dir, name, hiding(func(w io.Writer) error {
			return rows.Write(w, f, export.Options{Zone: zone, Now: now})
		}))
		if err != nil {
			return noticeMsg{draw.Critical, "Not exported: " + err.Error()}
		}
		text := fmt.Sprintf("Wrote %d %s to %s", rows.N, rows.Name, path)
		if rows.N == maxExported {
			text += "; there are more, `foghorn " + rows.Name + " -o` has no limit"
		}
		text += note
		return noticeMsg{draw.OK, text}
	})
}

// writeNew writes a file nobody else can read, and never over an older one.
func writeNew(dir, name string, write func(io.Writer) error) (path string, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	path = filepath.Join(dir, name)
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", err
	}
	if err := write(f); err != nil {
		f.Close()
		return "", err
	}
	return path, f.Close()
}
