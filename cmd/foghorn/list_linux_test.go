package main

import (
	"strings"
	"testing"
	"time"

	"foghorn/journal/event"
	"foghorn/journal/export"
)

// Rows on a terminal have the times of its zone in every format.
func TestRowsOnATerminalHaveItsZone(t *testing.T) {
	defer func(zone *time.Location) { time.Local = zone }(time.Local)
	time.Local = time.FixedZone("here", 5*3600)
	at := time.Date(2026, 3, 1, 20, 30, 0, 0, time.UTC)
	for _, format := range []export.Format{export.Markdown, export.Table} {
		master, slave := openPty(t)
		e := &env{stdout: slave}
		p := newRowPrinter[event.Event](e, listing{format: format, options: e.exportOptions(at)})
		if err := p.write(&event.Event{ID: 1, Time: at, Topic: "alarms", Text: "link down"}); err != nil {
			t.Fatal(err)
		}
		if err := p.close(); err != nil {
			t.Fatal(err)
		}
		buf := make([]byte, 4096)
		n, err := master.Read(buf)
		if err != nil || !strings.Contains(string(buf[:n]), "2026-03-02 01:30:00") {
			t.Errorf("%s: %q, %v", format, buf[:n], err)
		}
		_, _ = slave.Close(), master.Close()
	}
}
