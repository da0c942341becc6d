package chatops

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"foghorn/internal/human"
	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/journal/query"
)

const (
	// maxAlerts is how many alerts an answer lists.
	maxAlerts = 500
	// shift is what handover looks back on.
	shift    = 12 * time.Hour
	maxShift = 7 * 24 * time.Hour
)

var straight = strings.NewReplacer("“", `"`, "”", `"`, "„", `"`)

// listAlerts lists the alerts that a query matches, unresolved ones by default.
func listAlerts(ctx context.Context, r *request) (*Message, error) {
	text := ""
	if len(r.rests) > 0 {
		text = straight.Replace(r.rests[0])
	}
	typed, err := query.ParseFor(query.Alerts, text)
	if err != nil {
		return nil, err
	}
	state := journal.Unresolved
	if typed.AsksForResolved() {
		state = nil
	}
	rows, err := r.alerts(ctx, maxAlerts, typed, state)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return &Message{Sections: []Section{{Text: "No alert" + matching(text) + "."}}}, nil
	}
	m := &Message{Title: human.CountOf(len(rows), "alert") + matching(text), Severity: rows[0].Severity.String()}
	if len(rows) == maxAlerts {
		m.Title = fmt.Sprintf("The first %d alerts%s", maxAlerts, matching(text))
	}
	m.Sections = append(m.Sections, r.alertRows("", rows))
	return m, nil
}

func matching(text string) string {
	if text == "" {
		return ""
	}
	return " for " + text
}

// alertRows are alerts as a table.
func (r *request) alertRows(title string, alerts []event.Alert) Section {
	s := Section{Title: title, Head: []string{"id", "severity", "state", "age", "site", "what", "owner"}}
	for i := range alerts {
		a := &alerts[i]
		s.Rows = append(s.Rows, []string{event.ShortID(a.ID), a.Severity.String(), string(a.State), r.ago(a.Opened), a.Site, event.Marked(a.Title, a.Test), a.Owner})
	}
	return s
}

// why explains an alert: what happened, what was changed before, who did what.
func why(ctx context.Context, r *request) (*Message, error) {
	a, err := r.alert(ctx, r.args[0])
	if err != nil {
		return nil, err
	}
	m := &Message{Title: event.ShortID(a.ID) + " " + event.Marked(a.Title, a.Test), Severity: a.Severity.String()}
	if a.State == event.Resolved {
		m.Severity = event.Info.String() // a red badge would say that it goes on
	}
	resolved := ""
	if a.Resolved != nil {
		resolved = r.clock(*a.Resolved)
	}
	parent := ""
	if a.ParentID != 0 {
		parent = event.ShortID(a.ParentID)
	}
	m.Sections = append(m.Sections, Section{Fields: fields("State", string(a.State), "Severity", a.Severity.String(), "Opened", r.clock(a.Opened), "Resolved", resolved,
		"Site", a.Site, "Device", nameOf(a.Device, a.DeviceMAC), "About", a.Object, "Reports", fmt.Sprint(a.Events), "Came back", fmt.Sprint(a.Flaps),
		"Part of", parent, "Owner", a.Owner, "Note", a.Note, "Closed", a.Closing())})
	if m.Sections, err = r.changes(ctx, &a, m.Sections); err != nil {
		return nil, err
	}
	if m.Sections, err = r.history(ctx, &a, m.Sections); err != nil {
		return nil, err
	}
	if r.Link != nil {
		if url := r.Link(&a); url != "" {
			m.Buttons = append(m.Buttons, Button{Label: "Open in Mist", URL: url})
		}
	}
	if a.State == event.Open {
		m.Buttons = append(m.Buttons, Button{Label: "Acknowledge", Action: actionRun, Value: "ack " + event.ShortID(a.ID)})
	}
	return m, nil
}

// changes says what was changed before the alert, and why there may have been more.
func (r *request) changes(ctx context.Context, a *event.Alert, out []Section) ([]Section, error) {
	found, err := r.Journal.ChangesBefore(ctx, a)
	if err != nil {
		return nil, err
	}
	s := Section{Title: "Changes in the hour before", Head: []string{"time", "where", "what"}}
	for _, c := range found.Rows {
		if c.Scope == journal.SameOrg && len(r.person.Sites) > 0 {
			continue // it belongs to no site
		}
		s.Rows = append(s.Rows, []string{r.clock(c.Time), string(c.Scope), c.Text})
	}
	if len(s.Rows) == 0 {
		s.Head, s.Text = nil, "None are known."
	}
	for _, gap := range found.Unknown {
		s.Text = strings.TrimSpace(s.Text + " There may be more: " + gap.Why + ".")
	}
	return append(out, s), nil
}

// history says what happened to the alert, and the last reports of it.
func (r *request) history(ctx context.Context, a *event.Alert, out []Section) ([]Section, error) {
	transitions, err := r.Journal.AlertTransitions(ctx, a.ID)
	if err != nil {
		return nil, err
	}
	steps, err := r.Journal.Steps(ctx, transitions, nil, r.Clock.Now())
	if err != nil {
		return nil, err
	}
	s := Section{Title: "What happened to it", Head: []string{"time", "step", "who", "why"}}
	for _, step := range steps[max(0, len(steps)-2*maxEventsShown):] {
		s.Rows = append(s.Rows, []string{r.clock(step.Time), step.Step, step.Actor, step.Reason})
	}
	events, err := r.Journal.AlertEvents(ctx, a.ID, maxEventsShown)
	if err != nil {
		return nil, err
	}
	e := Section{Title: "Reports", Head: []string{"time", "type", "what"}}
	for _, ev := range events {
		e.Rows = append(e.Rows, []string{r.clock(ev.Time), ev.Type, ev.Text})
	}
	return append(out, s, e), nil
}

// handover is what the next shift has to know.
func handover(ctx context.Context, r *request) (*Message, error) {
	back := shift
	if len(r.args) > 0 {
		d, err := time.ParseDuration(r.args[0])
		if err != nil || d < time.Hour || d > maxShift {
			return nil, errors.New("handover looks back from 1h to 168h, such as 8h")
		}
		back = d
	}
	open, err := r.alerts(ctx, maxAlerts, journal.Unresolved)
	if err != nil {
		return nil, err
	}
	ended, err := r.alerts(ctx, maxAlerts, query.MustParse(fmt.Sprintf("resolved>=-%ds", int(back.Seconds()))))
	if err != nil {
		return nil, err
	}
	since := r.Clock.Now().Add(-back)
	of := func(state event.State) (out []event.Alert) {
		for _, a := range open {
			if a.State == state {
				out = append(out, a)
			}
		}
		return out
	}
	fresh := 0
	for _, a := range open {
		if a.Opened.After(since) {
			fresh++
		}
	}
	m := &Message{Title: "Handover of the last " + human.Duration(back), Sections: []Section{{Text: fmt.Sprintf("%s not resolved, %d of them new; %d resolved in this time.",
		human.CountOf(len(open), "alert"), fresh, len(ended))}}}
	for _, part := range []struct {
		title string
		rows  []event.Alert
	}{
		{"Not acknowledged", of(event.Open)}, {"Acknowledged", of(event.Acked)}, {"Snoozed", of(event.Snoozed)}, {"Resolved in this time", ended},
	} {
		if len(part.rows) > 0 {
			m.Sections = append(m.Sections, r.alertRows(part.title, part.rows))
		}
	}
	if notes := r.notes(slices.Concat(open, ended)); len(notes) > 0 {
		m.Sections = append(m.Sections, Section{Title: "Notes", Head: []string{"id", "note"}, Rows: notes})
	}
	return m, nil
}

func (r *request) notes(alerts []event.Alert) (rows [][]string) {
	for _, a := range alerts {
		if a.Note != "" {
			rows = append(rows, []string{event.ShortID(a.ID), a.Note})
		}
	}
	return rows
}
