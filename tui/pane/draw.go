package pane

import (
	"strconv"
	"strings"

	"foghorn/tui/draw"
)

// Draw returns exactly height lines of width cells: title, column heads, rows.
func (p *List[T]) Draw(e Context, width, height int, focused bool) []string {
	out := make([]string, 0, height)
	if height <= 0 {
		return out
	}
	e.Width = width
	body := height - 1
	head := body >= 6
	rows := body
	if head {
		rows--
	}
	p.List.SetHeight(rows)
	if p.List.Len() == 0 {
		out = append(out, p.title(e, width, focused, nil))
		return draw.Pad(append(out, p.emptyLines(e, width, body)...), width, height)
	}
	cols := p.Spec.Columns(e, width)
	visible := p.List.Visible()
	cells := make([][]draw.Cell, len(visible))
	for i, row := range visible {
		cells[i] = p.Spec.Cells(e, row)
	}
	table := p.measure(e, cols, cells)
	widths := table.Widths(width)
	out = append(out, p.title(e, width, focused, table.Same()))
	if head {
		out = append(out, e.Theme.Heading(cols, widths, width))
	}
	for i, row := range visible {
		at := p.List.Top() + i
		out = append(out, e.Theme.Row(cells[i], cols, widths, width,
			focused && at == p.List.Cursor(), p.List.Marked(p.Spec.RowID(row))))
	}
	return draw.Pad(out, width, height)
}

// title is the pane's name, and at the right what holds for its rows.
// same is what all rows have in common.
func (p *List[T]) title(e Context, width int, focused bool, same []string) string {
	name := p.Spec.About.Digit + " " + p.Spec.About.Name
	if p.Spec.Tabs != nil && width >= LeastWidth {
		name += "  " + p.Spec.Tabs(e)
	}
	right := p.status(e)
	room := max(0, width-draw.TextWidth(name)-6)
	if draw.TextWidth(right) > room {
		right = e.Theme.Fit(right, room, false)
	}
	room -= draw.TextWidth(right)
	for _, value := range same {
		value = " " + e.Theme.Glyph.Dot + " " + value
		if room < leastSame {
			break
		}
		value = e.Theme.Fit(value, min(room, draw.TextWidth(value)), false)
		name += value
		room -= draw.TextWidth(value)
	}
	fill := max(0, width-draw.TextWidth(name)-draw.TextWidth(right)-6)
	r, said := draw.Dim, draw.Dim
	if focused {
		r, said = draw.Title, draw.Accent
	}
	rule := e.Theme.Glyph.Rule
	line := e.Theme.On(r, rule+" "+name+" ") + e.Theme.On(draw.Dim, strings.Repeat(rule, fill))
	if right == "" {
		return line + e.Theme.On(draw.Dim, strings.Repeat(rule, max(0, width-draw.TextWidth(name)-3-fill)))
	}
	return line + e.Theme.On(draw.Dim, " ") + e.Theme.On(said, right) + e.Theme.On(draw.Dim, " "+rule)
}

// status says what of the rows is shown: marks, filter, what is below.
func (p *List[T]) status(e Context) string {
	var parts []string
	if p.Spec.Note != nil {
		if note := p.Spec.Note(e, p.List.Rows()); note != "" {
			parts = append(parts, note)
		}
	}
	if n := p.List.Marks(); n > 0 {
		parts = append(parts, strconv.Itoa(n)+" marked")
	}
	if p.filter != "" {
		parts = append(parts, "/"+e.Text(p.filter))
	}
	if p.floor > 0 && p.Spec.HasSeverity {
		parts = append(parts, p.floor.String()+"+")
	}
	if p.state.Order != "" {
		by := "by " + p.state.Order
		if p.hasMore {
			by += ", of the first " + strconv.Itoa(maxSorted)
		}
		parts = append(parts, by)
	}
	if p.state.Resolved {
		parts = append(parts, "with resolved")
	}
	if p.Spec.Tail && !p.List.Following() && p.List.Len() > 0 {
		parts = append(parts, p.below(e))
	}
	if !p.Spec.Tail && p.List.Len() > p.List.Height() && p.List.Height() > 0 {
		more := ""
		if p.hasMore {
			more = "+"
		}
		parts = append(parts, strconv.Itoa(p.List.Cursor()+1)+"/"+strconv.Itoa(p.List.Len())+more)
	}
	return strings.Join(parts, " "+e.Theme.Glyph.Dot+" ")
}

// below counts the new rows below the window, for somebody who reads further up.
func (p *List[T]) below(e Context) string {
	n := p.unseen()
	switch {
	case !p.List.Attached():
		return strconv.Itoa(max(n, PinnedBatch)) + "+ new " + e.Theme.Glyph.Later
	case n > 0:
		return strconv.Itoa(n) + " new " + e.Theme.Glyph.Later
	default:
		return "not following"
	}
}

// emptyLines says why there is nothing to see, and what to do about it.
func (p *List[T]) emptyLines(e Context, width, height int) []string {
	var lines []string
	switch {
	case !p.loaded:
		lines = []string{"Reading the journal."}
	case p.filter != "":
		lines = []string{"Nothing matches /" + e.Text(p.filter), "esc clears the filter"}
		if u, ok := p.Unseen(); ok {
			lines[1] = u.String()
			if u.Nearest != "" {
				lines = append(lines, "/ and tab take it, esc clears the filter")
			} else {
				lines = append(lines, "esc clears the filter")
			}
		}
	case p.floor > 0 && p.Spec.HasSeverity:
		lines = []string{"Nothing at " + p.floor.String() + " or above.", "S changes the severity floor"}
	default:
		lines = p.Spec.Empty(e)
	}
	out := []string{""}
	if height < 4 {
		out = nil
	}
	for i, l := range lines {
		r := draw.Dim
		if i == 0 {
			r = draw.Plain
		}
		for _, part := range draw.Wrap(l, max(1, width-2)) { // a command in it is there to be copied
			out = append(out, "  "+e.Theme.On(r, e.Theme.Fit(part, max(1, width-2), false)))
		}
	}
	return out[:min(len(out), height)]
}

// leastSame is the least of a common value that is worth naming in the title.
const leastSame = 12

// LeastWidth is the width below which a pane leaves out what is not its rows.
const LeastWidth = 60
