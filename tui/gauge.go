package tui

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"foghorn/internal/human"
	"foghorn/journal/event"
	"foghorn/tui/draw"
)

// Parts of a token's hourly limit at which its gauge changes colour and letter;
// at the same ones the pollers slow down.
const (
	budgetInfo     = 0.60
	budgetWarn     = 0.80
	budgetCritical = 0.95
)

// budgetLevel says how a budget stands, as a severity.
func budgetLevel(b event.Budget, now time.Time) event.Severity {
	used := budgetPart(b)
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

func budgetPart(b event.Budget) float64 {
	if b.Limit <= 0 {
		return 0
	}
	return float64(b.Used) / float64(b.Limit)
}

// worstFirst orders budgets by how little is left of them.
func worstFirst(budgets []event.Budget, now time.Time) []event.Budget {
	out := slices.Clone(budgets)
	slices.SortStableFunc(out, func(a, b event.Budget) int {
		return cmp.Or(cmp.Compare(budgetLevel(b, now), budgetLevel(a, now)), cmp.Compare(budgetPart(b), budgetPart(a)))
	})
	return out
}

// gauge tells how the worst token stands with its hourly limit, in the longest
// wording of at most w cells; empty without tokens, or without the room.
func (m *Model) gauge(e env, w int) string {
	if m.status == nil || len(m.status.Budgets) == 0 {
		return ""
	}
	if _, gone := m.gone(); gone {
		return "" // what was left an hour ago says nothing
	}
	budgets := worstFirst(m.status.Budgets, e.Now)
	b := budgets[0]
	level := budgetLevel(b, e.Now)
	letter, r := "", draw.Dim
	if level > event.Debug {
		letter, r = draw.SeverityLetter(level)+" ", draw.SeverityRole(level)
	}
	others := ""
	if n := len(budgets) - 1; n > 0 {
		others = fmt.Sprintf(" +%d", n)
	}
	for _, text := range gaugeWordings(e, b, others) {
		if text = "API " + letter + text; draw.TextWidth(text) <= w {
			return e.Theme.On(r, text)
		}
	}
	return ""
}

// budgetTight reports whether some token has little left.
func (m *Model) budgetTight(e env) bool {
	return m.status != nil && slices.ContainsFunc(m.status.Budgets, func(b event.Budget) bool { return budgetLevel(b, e.Now) >= event.Warn })
}

// gaugeWordings are ways to say how a budget stands, the longest first.
func gaugeWordings(e env, b event.Budget, others string) []string {
	if b.Blocked.After(e.Now) {
		wait := e.Until(b.Blocked)
		return []string{"BLOCKED by Mist for " + wait + others, "BLOCKED " + wait + others, "BLOCKED"}
	}
	if b.Limit <= 0 {
		return []string{human.Count(int64(b.Used)) + " calls" + others, strconv.Itoa(b.Used)}
	}
	count := fmt.Sprintf("%d/%d", b.Used, b.Limit)
	part := fmt.Sprintf("%d%%", int(budgetPart(b)*100))
	wait := e.Until(b.Resets)
	out := []string{count + " resets " + wait + others, count + " " + wait + others, part + " " + wait + others, part + others, part}
	if others != "" {
		out = slices.Insert(out, 0, e.Cell(strings.Join(b.Sources, ","))+" "+out[0])
	}
	return out
}
