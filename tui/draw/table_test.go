package draw

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// Whatever the columns, their contents and the window: a row is exactly as wide as
// asked, and a column that is never cut shows its values whole wherever those that
// never leave fit.
func TestATableKeepsNamesWholeAndFillsTheLine(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	theme := NewTheme(BackgroundUnknown, false)
	for round := range 3000 {
		cols, rows := randomTable(r)
		width := 60 + r.IntN(161)
		table := NewTable(cols)
		for _, row := range rows {
			table.Add(row)
		}
		widths := table.Widths(width)
		wholes := 0
		for i, c := range cols {
			if c.Whole && c.Drop == 0 && c.Extra == 0 && !table.hidden(i) {
				wholes += table.column(i).Width + 1
			}
		}
		for _, row := range rows {
			line := theme.Row(row, cols, widths, width, round%2 == 0, false)
			if n := ansi.StringWidth(line); n != width {
				t.Fatalf("a row of %d is %d cells wide: %v of %+v", width, n, widths, cols)
			}
			text := ansi.Strip(line)
			for i, c := range cols {
				if widths[i] == 0 || !c.Whole || TextWidth(row[i].Text) > c.Max || wholes > width-gutter+1 {
					continue
				}
				if !strings.Contains(text, row[i].Text) {
					t.Fatalf("%q is cut in %d: %q\n%v of %+v", row[i].Text, width, text, widths, cols)
				}
			}
		}
		for i, c := range cols {
			if c.Whole && c.Drop == 0 && c.Extra == 0 && !table.hidden(i) && widths[i] == 0 && wholes <= width-gutter+1 {
				t.Fatalf("%s is left out of %d: %v of %+v", c.Title, width, widths, cols)
			}
		}
	}
}

// randomTable is a table of columns as panes have them, with rows.
func randomTable(r *rand.Rand) (cols []Column, rows [][]Cell) {
	for i := range 1 + r.IntN(10) {
		c := Column{Title: fmt.Sprintf("C%d", i), Width: 1 + r.IntN(16), Drop: max(0, r.IntN(6)-2), Right: r.IntN(4) == 0}
		switch r.IntN(5) {
		case 0:
			c.Grow = 1 + r.IntN(8)
		case 1:
			c.Whole, c.Max = true, 17+r.IntN(24)
		case 2:
			c.Max, c.Same = c.Width+r.IntN(20), true
		case 3:
			c.Extra = 1 + r.IntN(3)
		}
		cols = append(cols, c)
	}
	for n := range r.IntN(6) {
		var row []Cell
		for i, c := range cols {
			text := ""
			if longest := 20 + 80*min(1, c.Grow); r.IntN(5) > 0 {
				text = strings.Repeat(string(rune('a'+i)), 1+r.IntN(longest)) + fmt.Sprint(n)
			}
			row = append(row, Cell{Text: text})
		}
		rows = append(rows, row)
	}
	return cols, rows
}

func TestColumnsThatTellNothingApartAreLeftOut(t *testing.T) {
	cols := []Column{{Title: "ID", Width: 4}, {Title: "SITE", Width: 4, Max: 9, Same: true}, {Title: "OWNER", Width: 5}, {Title: "ORG", Width: 4, Max: 9, Same: true, Unnamed: true}}
	for _, c := range []struct {
		name  string
		rows  [][4]string
		want  []int
		named string
	}{
		{"one row shows all it has", [][4]string{{"a1", "berlin", "", "acme"}}, []int{2, 6, 0, 0}, ""},
		{"what all have is named", [][4]string{{"a1", "berlin", "", "acme"}, {"a1", "berlin", "", "acme"}}, []int{2, 0, 0, 0}, "site berlin"},
		{"what differs stays", [][4]string{{"a1", "berlin", "", "acme"}, {"a2", "graz", "jd", "globex"}}, []int{2, 6, 5, 6}, ""},
		{"a value that some lack stays", [][4]string{{"a1", "berlin", "", "acme"}, {"a2", "", "", "acme"}}, []int{2, 6, 0, 0}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			table := NewTable(cols)
			for _, row := range c.rows {
				cells := make([]Cell, len(row))
				for i, text := range row {
					cells[i].Text = text
				}
				table.Add(cells)
			}
			if got := fmt.Sprint(table.Widths(80)); got != fmt.Sprint(c.want) {
				t.Errorf("widths %s, want %v", got, c.want)
			}
			if got := strings.Join(table.Same(), ", "); got != c.named {
				t.Errorf("named %q, want %q", got, c.named)
			}
		})
	}
}

func TestANameThatDoesNotFitKeepsItsEnd(t *testing.T) {
	theme := NewTheme(BackgroundUnknown, false)
	cols := []Column{{Title: "DEVICE", Whole: true, Max: 40}}
	for name, want := range map[string]string{
		"ap-berlin-first-floor-lobby-03": "ap-berl…bby-03",
		"ap-03":                          "ap-03         ",
		"無線無線無線無線無線無線03":                 "無線無…無線03 ",
	} {
		row := ansi.Strip(theme.Row([]Cell{{Text: name}}, cols, []int{14}, 16, false, false))
		if got := row[gutter:]; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestACellIsWordedForItsWidth(t *testing.T) {
	theme := NewTheme(BackgroundUnknown, false)
	cols := []Column{{Title: "24 HOURS", Width: 4, Max: 12, Grow: 1}, {Title: "X", Width: 1}}
	row := []Cell{{Text: "123456789012", Fit: func(w int) string { return strings.Repeat("#", w) }}, {Text: "x"}}
	table := NewTable(cols)
	table.Add(row)
	for width, want := range map[int]string{40: strings.Repeat("#", 12) + " x", 13: "######### x", 12: "######## x"} {
		got := strings.TrimSpace(ansi.Strip(theme.Row(row, cols, table.Widths(width), width, false, false)))
		if got != want {
			t.Errorf("in %d: %q, want %q", width, got, want)
		}
	}
}

func TestTheBarOfTheSelectedRowCoversAllOfIt(t *testing.T) {
	theme := NewTheme(BackgroundDark, false)
	cols := []Column{{Title: "A", Width: 4}, {Title: "WHAT", Width: 10, Grow: 1}, {Title: "N", Width: 3, Right: true}, {Title: "OWNER", Width: 7}}
	row := theme.Row([]Cell{{Text: "x"}, {Text: "is down", Role: Strong}, {}, {}}, cols, []int{4, 20, 3, 7}, 60, true, false)
	bare := regexp.MustCompile("\x1b\\[[0-9;]*48;5;237m[^\x1b]*\x1b\\[m").ReplaceAllString(row, "")
	if bare != "" || ansi.StringWidth(row) != 60 {
		t.Errorf("%q is not in the color of the selection, in %q", bare, row)
	}
}
