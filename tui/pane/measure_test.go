package pane_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"foghorn/journal/query"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
	"foghorn/tui/port"
)

// named is a pane of rows with names and sites, which a test changes.
type named struct {
	*pane.List[int64]
	names, sites map[int64]string
	rows         []int64
}

func newNamed(n int) *named {
	p := &named{names: map[int64]string{}, sites: map[int64]string{}}
	for i := range n {
		p.rows = append(p.rows, int64(i+1))
		p.names[int64(i+1)], p.sites[int64(i+1)] = fmt.Sprintf("ap-%02d", i+1), "berlin"
	}
	p.List = numbers(func(s *pane.Spec[int64]) {
		s.Read = func(context.Context, port.Journal, query.Page) ([]int64, error) { return p.rows, nil }
		s.Columns = func(pane.Context, int) []draw.Column {
			return []draw.Column{{Title: "NAME", Max: 30, Whole: true}, {Title: "SITE", Width: 4, Max: 20, Same: true}, {Title: "WHAT", Width: 10, Grow: 1}}
		}
		s.Cells = func(_ pane.Context, n int64) []draw.Cell {
			return []draw.Cell{{Text: p.names[n]}, {Text: p.sites[n]}, {Text: "is down"}}
		}
	})
	return p
}

func (p *named) at(t *testing.T, now time.Time, w int) string {
	t.Helper()
	fetched(t, p.List)
	return p.drawn(now, w)
}

// drawn is the pane with what it has loaded so far.
func (p *named) drawn(now time.Time, w int) string {
	c := pane.Context{Context: draw.Context{Theme: draw.NewTheme(draw.BackgroundUnknown, true), Zone: time.UTC, Now: now}}
	return ansi.Strip(strings.Join(p.Draw(c, w, 10, true), "\n"))
}

func TestWhatAllLoadedRowsHaveInCommonIsInTheTitle(t *testing.T) {
	p, now := newNamed(40), time.Unix(600, 0)
	if got := p.at(t, now, 60); !strings.Contains(got, "─ 8 Numbers · site berlin ─") || strings.Contains(got, "SITE") {
		t.Errorf("all of berlin:\n%s", got)
	}
	p.rows = append(p.rows, 41) // below the window
	p.names[41], p.sites[41] = "ap-41", "graz"
	if got := p.at(t, now, 60); strings.Contains(got, "· site") || !strings.Contains(got, "SITE") {
		t.Errorf("one of graz below the window:\n%s", got)
	}
}

// Within a minute columns only become wider and only appear: rows that come and go
// must not make a table jump.
func TestATableDoesNotJumpWithinAMinute(t *testing.T) {
	p, now := newNamed(40), time.Unix(600, 0)
	p.names[40], p.sites[40] = "an-ap-with-a-long-name", "graz" // below the window
	wide := p.at(t, now, 60)
	p.rows = p.rows[:39]
	if got := p.at(t, now.Add(59*time.Second), 60); strings.Index(got, "SITE") != strings.Index(wide, "SITE") {
		t.Errorf("within the minute:\n%s\nbefore:\n%s", got, wide)
	}
	if got := p.at(t, now.Add(time.Minute), 60); strings.Contains(got, "SITE") || !strings.Contains(got, "ap-01 is down") {
		t.Errorf("in the next minute:\n%s", got)
	}
	p.names[1] = "renamed-while-in-sight"
	if got := p.at(t, now.Add(61*time.Second), 60); !strings.Contains(got, "renamed-while-in-sight is down") {
		t.Errorf("a row that changed:\n%s", got)
	}
}

// A filter makes another table: its columns are by its own rows, also when a frame was
// drawn before they came.
func TestAFilteredTableIsMeasuredByItsOwnRows(t *testing.T) {
	p, now := newNamed(40), time.Unix(600, 0)
	p.names[40], p.sites[40] = "an-ap-with-a-long-name", "graz"
	p.at(t, now, 60)
	if err := p.SetFilter("site:berlin"); err != nil {
		t.Fatal(err)
	}
	p.drawn(now, 60) // still all rows
	p.rows = p.rows[:39]
	if got := p.at(t, now, 60); !strings.Contains(got, "· site berlin ") || !strings.Contains(got, "ap-01 is down") {
		t.Errorf("only berlin:\n%s", got)
	}
}

func TestTheTitleKeepsThePositionBeforeWhatRowsHaveInCommon(t *testing.T) {
	p := newNamed(40)
	for i := range p.sites {
		p.sites[i] = strings.Repeat("long-", 30)
	}
	for w := 30; w < 200; w++ {
		first, _, _ := strings.Cut(p.at(t, time.Unix(600, 0), w), "\n")
		if !strings.HasSuffix(first, " 1/40 ─") || ansi.StringWidth(first) != w {
			t.Fatalf("in %d: %q", w, first)
		}
	}
}

func TestThePositionOfAPaneWithoutFocusIsDim(t *testing.T) {
	p := newNamed(40)
	theme := draw.NewTheme(draw.BackgroundDark, false)
	fetched(t, p.List)
	for focused, role := range map[bool]draw.Role{true: draw.Accent, false: draw.Dim} {
		title := p.Draw(pane.Context{Context: draw.Context{Theme: theme, Zone: time.UTC}}, 60, 10, focused)[0]
		if !strings.Contains(title, theme.On(role, "1/40")) {
			t.Errorf("focused %v: %q", focused, title)
		}
	}
}

func TestACommandInAnEmptyPaneIsWrappedAndNotCut(t *testing.T) {
	command := "foghorn send alarms --to http://127.0.0.1:48591/mist/acme-corporation-of-somewhere"
	p := numbers(func(s *pane.Spec[int64]) {
		s.Read = func(context.Context, port.Journal, query.Page) ([]int64, error) { return nil, nil }
		s.Empty = func(pane.Context) []string { return []string{"Nothing came in yet.", command} }
	})
	fetched(t, p)
	for _, w := range []int{30, 40, 60, 80} {
		got := strings.Join(strings.Fields(ansi.Strip(drawn(p, w, 10))), "")
		if !strings.Contains(got, strings.ReplaceAll(command, " ", "")) {
			t.Errorf("in %d: %s", w, got)
		}
	}
}
