package tui

import (
	"strings"
	"time"

	"foghorn/journal/query"
)

// textWindow scrolls through lines that are made anew at each draw.
type textWindow struct{ top, height, length int }

func (t *textWindow) scroll(lines, pages int) {
	t.top += lines + pages*max(1, t.height-1)
	t.top = max(0, min(t.top, t.length-t.height))
}

// draw shows what of the lines is in the window, below a head.
func (t *textWindow) draw(head string, lines []string, w, h int) []string {
	t.height, t.length = h-1, len(lines)
	t.top = max(0, min(t.top, t.length-t.height))
	out := []string{head}
	for _, l := range lines[t.top:min(len(lines), t.top+t.height)] {
		out = append(out, " "+l)
	}
	return padLines(out, w, h)
}

// sheetHead is the line above a sheet: its name, and a word at the right.
func sheetHead(e drawContext, name, right string, w int) string {
	rule := e.th.glyph.rule
	left := e.th.on(roleTitle, rule+" "+name+" ")
	if right != "" {
		right = " " + right + " "
	}
	fill := w - textWidth(left) - textWidth(right) - 1
	if fill < 0 {
		return e.th.fit(left, w, false)
	}
	return left + e.th.on(roleDim, strings.Repeat(rule, fill)+right+rule)
}

// everything is a page without a filter.
func everything(now time.Time) query.Page {
	q, _ := query.Parse("") // the empty query parses
	return query.Page{Where: q, Now: now}
}
