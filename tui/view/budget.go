package view

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"foghorn/internal/human"
	"foghorn/journal/event"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
	"foghorn/tui/port"
)

// budgetSheet shows who spends what of each token's hourly limit.
type budgetSheet struct {
	budgets []event.Budget
	read    bool
	text    draw.TextWindow
}

// BudgetPlace is the sheet of the API budget.
var BudgetPlace = pane.Place{Name: "text", Traits: pane.IsSheet | pane.HasText}

// NewBudgetSheet shows the API budget of each token.
func NewBudgetSheet() pane.Sheet { return &budgetSheet{} }

func (s *budgetSheet) Place() pane.Place       { return BudgetPlace }
func (s *budgetSheet) Nav() pane.Navigator     { return nil }
func (s *budgetSheet) Close()                  {}
func (s *budgetSheet) Scroll(lines, pages int) { s.text.Scroll(lines, pages) }

func (s *budgetSheet) Fetch(time.Time) pane.Fetch {
	return func(ctx context.Context, j port.Journal) (pane.Answer, error) {
		status, err := j.Status(ctx)
		return pane.Answer{Apply: func() { s.budgets, s.read = status.Budgets, true }}, err
	}
}

func (s *budgetSheet) Draw(e pane.Context, w, h int) []string {
	return s.text.Draw(draw.SheetHead(e.Context, "API budget", "", w), draw.Indent(s.lines(e, w-2)), w, h)
}

func (s *budgetSheet) lines(e pane.Context, w int) []string {
	switch {
	case !s.read:
		return []string{"", "Reading the journal."}
	case len(s.budgets) == 0:
		return []string{"", "No calls are made: the collector has no API token.", "", e.Theme.On(draw.Dim, "A token and an org_id under [[mist]] in the configuration change that.")}
	}
	var out []string
	for _, b := range WorstFirst(s.budgets, e.Now) {
		out = append(out, s.one(e, b, w)...)
	}
	out = append(out, "")
	for _, l := range draw.Wrap("At 60, 80 and 95 % what is less urgent slows down and then stops. What you ask for goes first.", w) {
		out = append(out, e.Theme.On(draw.Dim, l))
	}
	return out
}

// one shows a token: what is left of its limit, and who spends it.
func (s *budgetSheet) one(e pane.Context, b event.Budget, w int) []string {
	level := BudgetLevel(b, e.Now)
	r := draw.OK
	if level > event.Debug {
		r = draw.SeverityRole(level)
	}
	text := fmt.Sprintf("%d of %d calls this hour, %s; the hour ends in %s", b.Used, b.Limit, human.Percent(BudgetUsed(b)), e.Until(b.Resets))
	if b.Limit <= 0 {
		text = fmt.Sprintf("%d calls this hour; the limit is not known yet", b.Used)
	}
	out := append([]string{""}, draw.Headline(e.Context, e.Text(strings.Join(b.Sources, ",")), r, text, w)...)
	if b.Blocked.After(e.Now) {
		out = append(out, e.Theme.On(draw.Critical, e.Theme.Fit("Mist said 429, too many calls: nobody asks before "+e.Exact(b.Blocked)+", in "+e.Until(b.Blocked), w, false)), "")
	}
	cols := []draw.Column{{Title: "WHO", Width: 16, Grow: 2, Max: 28}, {Title: "URGENCY", Width: 10}, {Title: "CALLS", Width: 7, Right: true},
		{Title: "PER HOUR", Width: 8, Right: true}, {Title: "", Width: 8, Grow: 1}}
	widths := draw.Layout(cols, w)
	out = append(out, e.Theme.Heading(cols, widths, w))
	spenders := slices.Clone(b.Callers)
	slices.SortStableFunc(spenders, func(a, b event.CallerUsage) int { return b.PerHour - a.PerHour })
	listed, sum := 0, 0
	for _, p := range spenders {
		role := draw.Plain
		if p.State != "" {
			role = draw.Warn
		}
		out = append(out, e.Theme.Row([]draw.Cell{{Text: e.Cell(p.Name), Role: draw.Plain}, {Text: e.Cell(p.Urgency), Role: draw.Dim}, {Text: human.Count(int64(p.Calls)), Role: draw.Plain},
			{Text: human.Count(int64(p.PerHour)), Role: draw.Plain}, {Text: strings.ToUpper(e.Cell(p.State)), Role: role}}, cols, widths, w, false, false))
		listed, sum = listed+p.Calls, sum+p.PerHour
	}
	if others := b.Others(); others > 0 && b.Limit > 0 {
		out = append(out, e.Theme.Row([]draw.Cell{{Text: event.Others, Role: draw.Dim}, {Text: "", Role: draw.Dim}, {Text: human.Count(int64(others)), Role: draw.Dim}, {Text: "", Role: draw.Dim},
			{Text: "of the same token: portal, scripts", Role: draw.Dim}}, cols, widths, w, false, false))
	}
	if len(spenders) > 1 {
		out = append(out, e.Theme.Row([]draw.Cell{{Text: "together", Role: draw.Strong}, {Text: "", Role: draw.Dim}, {Text: human.Count(int64(listed)), Role: draw.Strong},
			{Text: human.Count(int64(sum)), Role: draw.Strong}, {Text: "", Role: draw.Dim}}, cols, widths, w, false, false))
	}
	return out
}

// Parts of a token's hourly limit at which its gauge changes color and letter;
// at the same ones the pollers slow down.
const (
	budgetInfo     = 0.60
	budgetWarn     = 0.80
	budgetCritical = 0.95
)

// BudgetLevel rates what is left of a budget, as a severity.
func BudgetLevel(b event.Budget, now time.Time) event.Severity {
	used := BudgetUsed(b)
	switch {
	case b.Blocked.After(now) || used >= budgetCritical:
		return event.Critical
	case used >= budgetWarn:
		return event.Warn
	case used >= budgetInfo:
		return event.Info
	default:
		return event.Debug
	}
}

func BudgetUsed(b event.Budget) float64 {
	if b.Limit <= 0 {
		return 0
	}
	return float64(b.Used) / float64(b.Limit)
}

// WorstFirst orders budgets by how little is left of them.
func WorstFirst(budgets []event.Budget, now time.Time) []event.Budget {
	out := slices.Clone(budgets)
	slices.SortStableFunc(out, func(a, b event.Budget) int {
		return cmp.Or(cmp.Compare(BudgetLevel(b, now), BudgetLevel(a, now)), cmp.Compare(BudgetUsed(b), BudgetUsed(a)))
	})
	return out
}
