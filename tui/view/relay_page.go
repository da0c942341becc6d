package view

import (
	"context"
	"strconv"
	"strings"
	"time"

	"foghorn/internal/human"
	"foghorn/journal/event"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
	"foghorn/tui/port"
)

// relayPlace is the page of one relay.
var relayPlace = pane.Place{Name: "relay", Traits: pane.IsSheet | pane.HasText}

// How many rows a relay's page has of each kind.
const (
	relaySentRows   = 20
	relayLetterRows = 20
	relayDropRows   = 10
)

// relayPage is everything that is known of a relay.
type relayPage struct {
	row      event.RelayRow
	sent     []event.RelaySent
	letters  []event.DeadLetter
	drops    []event.RelayDrop
	position int64 // the last record of the view; 0 while it is not known
}

// relaySheet is the page of one relay.
type relaySheet struct {
	page relayPage
	text draw.TextWindow
}

func newRelaySheet(r event.RelayRow) *relaySheet { return &relaySheet{page: relayPage{row: r}} }

func (s *relaySheet) Place() pane.Place       { return relayPlace }
func (s *relaySheet) Nav() pane.Navigator     { return nil }
func (s *relaySheet) Close()                  {}
func (s *relaySheet) Beside() bool            { return true }
func (s *relaySheet) Scroll(lines, pages int) { s.text.Scroll(lines, pages) }

// Fetch keeps the page up to date.
func (s *relaySheet) Fetch(now time.Time) pane.Fetch {
	name := s.page.row.Name
	return func(ctx context.Context, j port.Journal) (pane.Answer, error) {
		p, err := readRelayPage(ctx, j, name, now)
		return pane.Answer{Apply: func() {
			if p.row.Name != "" {
				s.page = p
			}
		}}, err
	}
}

// readRelayPage reads all that is known of a relay; its row has no name when the relay
// is not known.
func readRelayPage(ctx context.Context, j port.Journal, name string, now time.Time) (p relayPage, err error) {
	rows, err := readRelays(ctx, j, pane.NewestPage(now))
	if err != nil {
		return p, err
	}
	for _, r := range rows {
		if r.Name == name {
			p.row = r
		}
	}
	box := j.Outbox()
	if p.sent, err = box.SentRows(ctx, name, relaySentRows); err != nil {
		return p, err
	}
	if p.letters, err = box.Letters(ctx, name, relayLetterRows); err != nil {
		return p, err
	}
	if p.drops, err = box.Drops(ctx, name, relayDropRows); err != nil {
		return p, err
	}
	status, err := j.Status(ctx)
	p.position = status.Position
	return p, err
}

func (s *relaySheet) Draw(e pane.Context, w, h int) []string {
	head := draw.SheetHead(e.Context, "Relay "+e.Cell(s.page.row.Name), "", w)
	own, others := relayLines(e, &s.page, partWidth(w-2))
	return s.text.Draw(head, draw.Indent(joinParts(own, others, w-2)), w, h)
}

// relayLines are the fields of a relay, and what it sent, dropped and could not send.
func relayLines(e pane.Context, p *relayPage, w int) (own, others []string) {
	r := &p.row.RelayState
	sign, role := relayLook(e, r.State)
	badge := sign + " " + strings.ToUpper(stateWord(r))
	own = append([]string{""}, draw.Headline(e.Context, badge, role, relaySentence(e, r), w)...)
	own = append(own, draw.Fields(e.Context, w, []draw.Field{
		{Name: "last error", Value: errorText(e, r), Role: errorRole(r)},
		{Name: "next try", Value: nextTryText(e, r), Role: draw.Plain},
		{Name: "advice", Value: e.Text(r.Advice), Role: draw.Warn},
		{Name: "kind", Value: strings.TrimSpace(e.Text(r.Kind) + ", " + e.Text(r.Send)), Role: draw.Plain},
		{Name: "comes from", Value: fromText(e, &p.row), Role: draw.Plain},
		{Name: "query", Value: queryText(e, &p.row), Role: draw.Plain},
		{Name: "state since", Value: e.ExactAgo(r.Since), Role: draw.Plain},
		{Name: "circuit", Value: e.Text(r.Circuit), Role: draw.Plain},
		{Name: "queued", Value: queuedText(e, r), Role: draw.Plain},
		{Name: "letters", Value: lettersText(r), Role: draw.Warn},
		{Name: "sent", Value: human.Count(r.Sent) + lastSentText(e, r), Role: draw.Plain},
		{Name: "failed", Value: countOrNone(r.Failed, "request"), Role: draw.Plain},
		{Name: "repeated", Value: repeatedText(r), Role: draw.Plain},
		{Name: "dropped", Value: droppedText(r), Role: draw.Warn},
		{Name: "p95", Value: p95Text(r), Role: draw.Plain},
		{Name: "position", Value: positionText(p), Role: draw.Plain},
		{Name: "began", Value: e.ExactAgo(r.Started), Role: draw.Dim},
	})...)
	others = append(others, relaySentLines(e, p.sent, w)...)
	others = append(others, relayLetterLines(e, p, w)...)
	return own, append(others, relayDropLines(e, p.drops, w)...)
}

// relaySentence says in a sentence how a relay does.
func relaySentence(e pane.Context, r *event.RelayState) string {
	switch r.State {
	case event.RelayIdle:
		if refused := r.Dead + r.Parked; refused > 0 {
			return "everything is sent, except " + human.CountOf(refused, "refused item")
		}
		return "everything is sent"
	case event.RelaySending:
		return human.CountOf(r.Queued, "item") + " on the way"
	case event.RelayWaiting:
		return "the last attempt failed; it tries again by itself"
	case event.RelayFailing:
		return "nothing gets through; foghorn relay test " + e.Text(r.Name) + " tries it step by step"
	case event.RelayPaused:
		text := "paused"
		if r.PausedBy != "" {
			text += " by " + e.Text(r.PausedBy)
		}
		if r.PausedAt != nil {
			text += " since " + e.Hour(*r.PausedAt)
		}
		return text + "; what comes waits until it is resumed"
	case event.RelayRemoved:
		return "no longer in the configuration; under the same name it begins anew"
	}
	if r.State == event.RelayNew {
		return "it is configured, and no collector has begun it yet"
	}
	return "a newer version of foghorn wrote how it is"
}

func errorText(e pane.Context, r *event.RelayState) string {
	if r.LastError == "" || r.ErrorAt == nil {
		return e.Text(r.LastError)
	}
	return e.Text(r.LastError) + "  (" + e.Exact(*r.ErrorAt) + ", " + e.Ago(*r.ErrorAt) + ")"
}

// errorRole is loud only while the error holds.
func errorRole(r *event.RelayState) draw.Role {
	if tries(r) {
		return draw.Critical
	}
	return draw.Plain
}

// fromText says where a relay is configured that has no [[relay]].
func fromText(e pane.Context, r *event.RelayRow) string {
	if r.From == "" {
		return ""
	}
	return e.Text(r.From) + ": the flags of the channel choose what it sends"
}

// queryText says what of it the relay sends.
func queryText(e pane.Context, r *event.RelayRow) string {
	if r.Configured && r.Query == "" {
		return "none: all " + e.Text(r.Send)
	}
	return e.Text(r.Query)
}

func nextTryText(e pane.Context, r *event.RelayState) string {
	if r.Retry == nil || !tries(r) {
		return ""
	}
	return e.Exact(*r.Retry)
}

func queuedText(e pane.Context, r *event.RelayState) string {
	text := human.CountOf(r.Queued, "item")
	if r.Oldest != nil {
		text += ", the oldest from " + e.Exact(*r.Oldest) + "  (" + e.Ago(*r.Oldest) + ")"
	}
	return text
}

func lettersText(r *event.RelayState) string {
	var parts []string
	if r.Dead > 0 {
		parts = append(parts, strconv.Itoa(r.Dead)+" dead: given up until somebody asks for another try")
	}
	if r.Parked > 0 {
		parts = append(parts, strconv.Itoa(r.Parked)+" parked: refused, and tried again")
	}
	return strings.Join(parts, "; ")
}

func lastSentText(e pane.Context, r *event.RelayState) string {
	if r.LastSent == nil {
		return ""
	}
	return ", last " + e.Exact(*r.LastSent) + "  (" + e.Ago(*r.LastSent) + ")"
}

// countOrNone counts what is only worth a line where there is some.
func countOrNone(n int64, what string) string {
	if n == 0 {
		return ""
	}
	return human.CountOf(n, what)
}

func repeatedText(r *event.RelayState) string {
	if r.Repeated == 0 {
		return ""
	}
	return human.Count(r.Repeated) + ": the answer to the first attempt was lost"
}

func droppedText(r *event.RelayState) string {
	if r.Dropped == 0 {
		return ""
	}
	return human.Count(r.Dropped) + ": given up because of their age"
}

func p95Text(r *event.RelayState) string {
	if r.P95 == 0 {
		return ""
	}
	return tookWord(r.P95) + " from an item's arrival to the service's yes, for 95 of 100"
}

// positionText says how far the relay has read, and how much it has not.
func positionText(p *relayPage) string {
	if p.row.State == event.RelayNew || p.position == 0 {
		return ""
	}
	text := "record " + human.Count(p.row.Cursor.Record)
	if behind := p.position - p.row.Cursor.Record; behind > 0 && p.row.Send == "events" {
		text += ", " + human.CountOf(behind, "record") + " behind the journal"
	}
	return text
}

// rowLines are rows with their times under a title.
func rowLines[T any](e pane.Context, title string, rows []T, w int, row func(T) (at time.Time, text string, r draw.Role)) []string {
	if len(rows) == 0 {
		return nil
	}
	out := []string{"", e.Theme.On(draw.Title, title)}
	for i := range rows {
		at, text, r := row(rows[i])
		head := e.Theme.Fit(e.When(at), e.TimeColumn().Width, e.TimeColumn().Right) + " "
		out = append(out, e.Theme.On(draw.Dim, head)+e.Theme.On(r, e.Theme.Fit(text, max(1, w-draw.TextWidth(head)), false)))
	}
	return out
}

func relaySentLines(e pane.Context, sent []event.RelaySent, w int) []string {
	return rowLines(e, "Sent, newest first", sent, w, func(s event.RelaySent) (time.Time, string, draw.Role) {
		return s.At, sentText(e, &s), draw.Plain
	})
}

// sentText says what was sent and why.
func sentText(e pane.Context, s *event.RelaySent) string {
	text := e.Text(s.Title)
	if s.Why != "" {
		text = e.Text(s.Why) + ": " + text
	}
	if s.Items > 1 {
		text = human.CountOf(s.Items, "item") + ", the last: " + text
	}
	var more []string
	if s.Steps > 1 {
		more = append(more, strconv.Itoa(s.Steps)+" changes told as one")
	}
	if s.Repeat {
		more = append(more, "a repeat")
	}
	if took := tookWord(s.Took); took != "" {
		more = append(more, took)
	}
	if len(more) > 0 {
		text += "  (" + strings.Join(more, ", ") + ")"
	}
	return text
}

func relayLetterLines(e pane.Context, p *relayPage, w int) []string {
	title := "Dead letters, oldest first"
	if n := p.row.Dead + p.row.Parked; n > len(p.letters) {
		title += ": " + strconv.Itoa(len(p.letters)) + " of " + strconv.Itoa(n)
	}
	return rowLines(e, title, p.letters, w, func(l event.DeadLetter) (time.Time, string, draw.Role) {
		word, r := letterWord(e, &l)
		return l.First, word + " " + e.Text(l.Title) + ": " + e.Text(l.Answer), r
	})
}

func relayDropLines(e pane.Context, drops []event.RelayDrop, w int) []string {
	return rowLines(e, "Dropped, newest first", drops, w, func(d event.RelayDrop) (time.Time, string, draw.Role) {
		text := human.CountOf(d.Count, "item") + ", " + shortID(d.From)
		if d.To != d.From {
			text += " to " + shortID(d.To)
		}
		return d.At, text + ": " + e.Text(d.Why), draw.Plain
	})
}
