package tui

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"foghorn/internal/human"
	"foghorn/journal/event"
)

// budgetSheet tells who spends what of each token's hourly limit.
type budgetSheet struct {
	budgets []event.Budget
	read    bool
	text    textWindow
}

func (m *Model) openBudget(string) tea.Cmd { return m.openSheet(&budgetSheet{}) }

func (s *budgetSheet) where() where          { return inText }
func (s *budgetSheet) nav() navigator        { return nil }
func (s *budgetSheet) close()                {}
func (s *budgetSheet) scroll(lines, pgs int) { s.text.scroll(lines, pgs) }

func (s *budgetSheet) fetch(time.Time) fetch {
	return func(ctx context.Context, j Journal) (answer, error) {
		status, err := j.Status(ctx)
		return answer{apply: func() { s.budgets, s.read = status.Budgets, true }}, err
	}
}

func (s *budgetSheet) draw(e env, w, h int) []string {
	return s.text.draw(sheetHead(e.drawContext, "API budget", "", w), s.lines(e, w-2), w, h)
}

func (s *budgetSheet) lines(e env, w int) []string {
	switch {
	case !s.read:
		return []string{"", "Reading the journal."}
	case len(s.budgets) == 0:
		return []string{"", "No calls are made: the collector has no API token.", "", e.th.on(roleDim, "A token and an org_id under [[mist]] in the configuration change that.")}
	}
	var out []string
	for _, b := range worstFirst(s.budgets, e.now) {
		out = append(out, s.one(e, b, w)...)
	}
	out = append(out, "")
	for _, l := range wrap("At 60, 80 and 95 % what is less urgent slows down and then stops. What you ask for goes first.", w) {
		out = append(out, e.th.on(roleDim, l))
	}
	return out
}

// one is a token: how it stands, and who spends it.
func (s *budgetSheet) one(e env, b event.Budget, w int) []string {
	level := budgetLevel(b, e.now)
	r := roleOK
	if level > event.Debug {
		r = severityRole(level)
	}
	text := fmt.Sprintf("%d of %d calls this hour, %s; the hour ends in %s", b.Used, b.Limit, human.Percent(budgetPart(b)), e.until(b.Resets))
	if b.Limit <= 0 {
		text = fmt.Sprintf("%d calls this hour; the limit is not known yet", b.Used)
	}
	out := append([]string{""}, headline(e.drawContext, e.ext(b.Source), r, text, w)...)
	if b.Blocked.After(e.now) {
		out = append(out, e.th.on(roleCritical, e.th.fit("Mist said 429, too many calls: nobody asks before "+e.exact(b.Blocked)+", in "+e.until(b.Blocked), w, false)), "")
	}
	cols := []column{{title: "WHO", width: 16, grow: 2, max: 28}, {title: "URGENCY", width: 10}, {title: "CALLS", width: 7, right: true},
		{title: "PER HOUR", width: 8, right: true}, {title: "", width: 8, grow: 1}}
	widths := layout(cols, w)
	out = append(out, e.th.heading(cols, widths, w))
	spenders := slices.Clone(b.Callers)
	slices.SortStableFunc(spenders, func(a, b event.CallerUsage) int { return b.PerHour - a.PerHour })
	told, sum := 0, 0
	for _, p := range spenders {
		role := rolePlain
		if p.State != "" {
			role = roleWarn
		}
		out = append(out, e.th.row([]cell{{e.cell(p.Name), rolePlain}, {e.cell(p.Urgency), roleDim}, {human.Count(int64(p.Calls)), rolePlain},
			{human.Count(int64(p.PerHour)), rolePlain}, {strings.ToUpper(e.cell(p.State)), role}}, cols, widths, w, false, false))
		told, sum = told+p.Calls, sum+p.PerHour
	}
	if others := b.Used - told; others > 0 && b.Limit > 0 {
		out = append(out, e.th.row([]cell{{"others", roleDim}, {"", roleDim}, {human.Count(int64(others)), roleDim}, {"", roleDim},
			{"of the same token: portal, scripts", roleDim}}, cols, widths, w, false, false))
	}
	if len(spenders) > 1 {
		out = append(out, e.th.row([]cell{{"together", roleStrong}, {"", roleDim}, {human.Count(int64(told)), roleStrong},
			{human.Count(int64(sum)), roleStrong}, {"", roleDim}}, cols, widths, w, false, false))
	}
	return out
}
