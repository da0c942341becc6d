package view

import (
	"context"
	"slices"
	"strconv"

	"foghorn/internal/human"
	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/journal/export"
	"foghorn/journal/query"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
	"foghorn/tui/port"
)

const (
	RelaysID  pane.ID = 8
	LettersID pane.ID = 18
)

// relayTabs are the two lists of pane 8.
var relayTabs = []string{"relays", "dead letters"}

// relayPreview is the height from which relays and letters have a preview below them:
// there are few of them, and their answers are long.
const relayPreview = 18

// relaysPane shows one row for each relay.
func relaysPane() *pane.List[event.RelayRow] {
	p := pane.NewList(pane.Spec[event.RelayRow]{
		About: pane.About{ID: RelaysID, Digit: "8", Name: "Relays", Command: "relays", PreviewRows: relayPreview, Sheets: []pane.Place{relayPlace},
			Help: "relays: what is sent to chats, tickets and logs, and what they refuse; again: dead letters"},
		Preview: func(e pane.Context, r event.RelayRow, w int) []string {
			own, others := relayLines(e, &relayPage{row: r}, w)
			return append(own, others...)
		},
		Open:  func(_ pane.Screen, r event.RelayRow) pane.Request { return pane.OpenSheet{Sheet: newRelaySheet(r)} },
		Table: query.Events, Complete: true, Beside: true,
		RowID:          func(r event.RelayRow) int64 { return pane.TextID(r.Name) },
		Name:           func(r event.RelayRow) string { return r.Name },
		Columns:        relayColumns,
		Cells:          relayCells,
		Read:           readRelays,
		NeedsAttention: func(r event.RelayRow) bool { return journal.RelaySeverity(r.RelayState) >= event.Warn },
		JSON:           export.Object[event.RelayRow],
		Export:         func(rows []event.RelayRow) pane.ExportSet { return pane.NewExportSet("relays", rows) },
		Tabs:           func(pane.Context) string { return draw.Tabs(relayTabs, 0) },
		Note:           relaysNote,
		Empty:          emptyRelays,
	})
	p.Spec.Keys = append(otherRelayListKeys(LettersID), relayKeys(p)...)
	return p
}

// otherRelayListKeys show the other list of pane 8.
func otherRelayListKeys(other pane.ID) []pane.Binding {
	show := func(pane.Screen) pane.Request { return pane.Show{ID: other} }
	return []pane.Binding{
		{Name: "list-next", Keys: []string{"]"}, Help: "the other list: relays, dead letters", Run: show},
		{Name: "list-previous", Keys: []string{"["}, Help: "the other list", Run: show},
	}
}

// readRelays reads all relays, the worst first.
func readRelays(ctx context.Context, j port.Journal, p query.Page) ([]event.RelayRow, error) {
	states, err := j.Outbox().Relays(ctx)
	rows := slices.DeleteFunc(journal.PlannedRelays(states, j.RelayPlans()), func(r event.RelayRow) bool {
		return !journal.MatchesRelay(p.Where, r.RelayState, p.Now)
	})
	slices.SortFunc(rows, compareRelays)
	return rows, err
}

func relayColumns(pane.Context, int) []draw.Column {
	return []draw.Column{
		{Title: "NAME", Max: maxName, Whole: true},
		{Title: "KIND", Max: 10, Whole: true, Drop: 4},
		{Title: "STATE", Width: 13, Max: 30},
		{Title: "NEXT", Width: 5, Max: 12, Right: true},
		{Title: "SENT", Width: 5, Right: true, Drop: 5},
		{Title: "FAILED", Width: 6, Right: true, Drop: 6},
		{Title: "QUEUED", Width: 6, Right: true, Drop: 2},
		{Title: "OLDEST", Width: 6, Right: true, Drop: 3},
		{Title: "P95", Width: 5, Right: true, Drop: 7},
		{Title: "DEAD", Width: 4, Right: true},
		{Title: "PARKED", Width: 6, Right: true, Drop: 1},
		{Title: "LAST ERROR", Width: 20, Grow: 8},
	}
}

func relayCells(e pane.Context, r event.RelayRow) []draw.Cell {
	_, role := relayLook(e, r.State)
	short, long := relayWord(e, &r.RelayState)
	next := ""
	if r.Retry != nil && tries(&r.RelayState) {
		next = nextTry(e, *r.Retry)
	}
	text := draw.Plain
	if r.State == event.RelayRemoved {
		text = draw.Dim
	}
	oldest := ""
	if r.Oldest != nil {
		oldest = e.Age(*r.Oldest)
	}
	errRole := draw.Dim
	if tries(&r.RelayState) {
		errRole = role
	}
	return []draw.Cell{
		{Text: e.Cell(r.Name), Role: text},
		{Text: e.Cell(r.Kind), Role: draw.Dim},
		fitting(short, long, role),
		{Text: next, Role: role},
		{Text: human.Short(r.Sent), Role: text},
		{Text: shortNumber(r.Failed), Role: draw.Dim},
		{Text: shortNumber(r.Queued), Role: text},
		{Text: oldest, Role: draw.Dim},
		{Text: tookWord(r.P95), Role: draw.Dim},
		{Text: draw.Number(r.Dead), Role: draw.Critical},
		{Text: draw.Number(r.Parked), Role: draw.Warn},
		{Text: lastError(e, &r.RelayState), Role: errRole},
	}
}

// shortNumber leaves out 0.
func shortNumber(n int64) string {
	if n == 0 {
		return ""
	}
	return human.Short(n)
}

// relaysNote counts in the pane's title what needs somebody.
func relaysNote(_ pane.Context, rows []event.RelayRow) string {
	failing := 0
	for i := range rows {
		if rows[i].State == event.RelayFailing {
			failing++
		}
	}
	if failing == 0 {
		return ""
	}
	return strconv.Itoa(failing) + " failing"
}

func emptyRelays(pane.Context) []string {
	return []string{
		"No relay is configured. A relay sends alerts or events to a chat, a ticket system or a log service.",
		"",
		"[[relay]]",
		`name = "chat"`,
		`kind = "slack"`,
		`url_env = "SLACK_WEBHOOK"`,
		"",
		"These lines go into config.toml, which is read again as it changes. docs/RELAYS.md has all kinds.",
	}
}
