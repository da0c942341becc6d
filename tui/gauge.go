package tui

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"foghorn/internal/human"
	"foghorn/journal/event"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
	"foghorn/tui/view"
)

// gauge shows what is left of the worst token's hourly limit, in the longest
// wording of at most w cells; empty without tokens, or without the room. It is words
// and not a bar: when the hour ends and who else spends is worth more than a picture of
// the part, and the progress bar of bubbles, which builds its styles at each draw, takes
// three hundred times as long.
func (h header) gauge(e pane.Context, w int) string {
	if h.status == nil || len(h.status.Budgets) == 0 {
		return ""
	}
	if _, gone := h.gone(); gone {
		return "" // what was left an hour ago says nothing
	}
	budgets := view.WorstFirst(h.status.Budgets, e.Now)
	b := budgets[0]
	level := view.BudgetLevel(b, e.Now)
	letter, r := "", draw.Dim
	if level > event.Debug {
		letter, r = draw.SeverityLetter(level)+" ", draw.SeverityRole(level)
	}
	others := ""
	if n := len(budgets) - 1; n > 0 {
		others = ", " + human.CountOf(n, "more token")
	}
	for _, text := range gaugeWordings(e, b, others) {
		if text = "API " + letter + text; draw.TextWidth(text) <= w {
			return e.Theme.On(r, text)
		}
	}
	return ""
}

// budgetTight reports whether some token has little left.
func (h header) budgetTight(e pane.Context) bool {
	return h.status != nil && slices.ContainsFunc(h.status.Budgets, func(b event.Budget) bool { return view.BudgetLevel(b, e.Now) >= event.Warn })
}

// gaugeWordings are ways to say what is left of a budget, the longest first.
func gaugeWordings(e pane.Context, b event.Budget, others string) []string {
	if b.Blocked.After(e.Now) {
		wait := e.Until(b.Blocked)
		return []string{"BLOCKED by Mist for " + wait + others, "BLOCKED by Mist for " + wait, "BLOCKED " + wait, "BLOCKED"}
	}
	if b.Limit <= 0 {
		return []string{human.Count(int64(b.Used)) + " calls" + others, human.Count(int64(b.Used)) + " calls", strconv.Itoa(b.Used)}
	}
	count := fmt.Sprintf("%d/%d", b.Used, b.Limit)
	part := fmt.Sprintf("%d%%", int(view.BudgetUsed(b)*100))
	wait := e.Until(b.Resets)
	resets := count + " resets " + wait
	out := []string{resets + others, resets, count + " " + wait, part + " " + wait, part}
	if others != "" {
		out = slices.Insert(out, 0, e.Cell(strings.Join(b.Sources, ","))+" "+out[0])
	}
	return out
}
