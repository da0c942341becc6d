package draw

import "charm.land/bubbles/v2/viewport"

// TextWindow scrolls through lines that are made anew at each draw: a detail view,
// the help, a sheet of text. The zero value is ready to use.
type TextWindow struct{ port viewport.Model }

// Scroll moves by lines and by windows, which overlap by one line.
func (t *TextWindow) Scroll(lines, pages int) {
	t.port.SetYOffset(t.port.YOffset() + lines + pages*max(1, t.port.Height()-1))
}

// Top goes back to the first line.
func (t *TextWindow) Top() { t.port.GotoTop() }

// Draw shows what of the lines is in the window, below a head. The viewport says
// which lines those are. It gets blank ones: it would measure each of them, and its
// View would lay them out again with lipgloss, at twenty times the cost.
func (t *TextWindow) Draw(head string, lines []string, w, h int) []string {
	t.port.SetWidth(w)
	t.port.SetHeight(max(0, h-1))
	t.port.SetContentLines(make([]string, len(lines)))
	top := t.port.YOffset()
	return Pad(append([]string{head}, lines[top:min(len(lines), top+t.port.Height())]...), w, h)
}

// Shown says which lines were in the window when it was drawn last, from 1, and how
// many there are.
func (t *TextWindow) Shown() (from, to, all int) {
	all, from = t.port.TotalLineCount(), t.port.YOffset()+1
	return from, min(all, from+t.port.Height()-1), all
}

// Indent puts a blank before each line.
func Indent(lines []string) []string {
	for i, l := range lines {
		lines[i] = " " + l
	}
	return lines
}
