package view

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/journal/export"
	"foghorn/journal/query"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
	"foghorn/tui/port"
)

// letterPlace is the sheet of one dead letter.
var letterPlace = pane.Place{Name: "dead letter", Traits: pane.IsSheet | pane.HasText}

// maxLetters bounds how many dead letters are listed.
const maxLetters = 1000

// lettersPane shows what destinations refused.
func lettersPane() *pane.List[event.DeadLetter] {
	p := pane.NewList(pane.Spec[event.DeadLetter]{
		About: pane.About{ID: LettersID, Digit: "8", Name: "Relays", Place: "Relays: dead letters", Under: RelaysID, PreviewRows: relayPreview,
			Sheets: []pane.Place{letterPlace}},
		Preview: func(e pane.Context, l event.DeadLetter, w int) []string { return letterLines(e, &l, w) },
		Open: func(_ pane.Screen, l event.DeadLetter) pane.Request {
			return pane.OpenSheet{Sheet: &letterSheet{row: l}}
		},
		Table: query.Events, Complete: true, Beside: true,
		RowID:          func(l event.DeadLetter) int64 { return l.ID },
		Columns:        letterColumns,
		Cells:          letterCells,
		Read:           readLetters,
		NeedsAttention: func(l event.DeadLetter) bool { return l.State == event.LetterDead },
		JSON:           export.Object[event.DeadLetter],
		Export:         func(rows []event.DeadLetter) pane.ExportSet { return pane.NewExportSet("letters", rows) },
		Tabs:           func(pane.Context) string { return draw.Tabs(relayTabs, 1) },
		Empty: func(pane.Context) []string {
			return []string{"No dead letters: no destination refuses anything."}
		},
	})
	p.Spec.Keys = append(otherRelayListKeys(RelaysID), letterKeys(p)...)
	return p
}

// letterKeys are the keys of the sheet of a dead letter.
func letterKeys(p *pane.List[event.DeadLetter]) []pane.Binding {
	in, both := []pane.Place{letterPlace}, []pane.Place{p.Place(), letterPlace}
	return []pane.Binding{
		{Name: "retry", Keys: []string{"R"}, In: both, Foot: "retry", Help: "send the marked letters, or the selected one, again",
			Off: func(s pane.Screen) string { return noSubjects(len(lettersAt(s, p))) },
			Run: func(s pane.Screen) pane.Request {
				letters := lettersAt(s, p)
				p.List.ClearMarks()
				return retryLetters(letters)
			}},
		{Name: "about", Keys: []string{"enter"}, In: in, Foot: "what it is about", Help: "go to the alert or event that the letter is about",
			Off: onLetter(func(l *event.DeadLetter) string {
				return noSubject(l.AlertID == 0 && l.EventID == 0, "alert and no event")
			}),
			Run: pane.OnSheet(func(s *letterSheet, _ pane.Screen) pane.Request { return pane.OpenRecord{Ref: letterRef(&s.row)} })},
		{Name: "alert", Keys: []string{"L"}, In: in, Help: "go to the alert of the letter",
			Off: onLetter(func(l *event.DeadLetter) string { return noSubject(l.AlertID == 0, "alert") }),
			Run: pane.OnSheet(func(s *letterSheet, _ pane.Screen) pane.Request {
				return pane.OpenRecord{Ref: pane.RecordRef{Kind: pane.AlertRecord, ID: s.row.AlertID}}
			})},
	}
}

// lettersAt are the letters at hand: that of the sheet, else the marked or the selected
// ones.
func lettersAt(s pane.Screen, p *pane.List[event.DeadLetter]) []event.DeadLetter {
	if sheet, ok := s.Sheet.(*letterSheet); ok {
		return []event.DeadLetter{sheet.row}
	}
	return p.List.Chosen()
}

func noSubjects(n int) string {
	if n == 0 {
		return "No dead letter here."
	}
	return ""
}

func onLetter(off func(l *event.DeadLetter) string) func(s pane.Screen) string {
	return func(s pane.Screen) string {
		if sheet, ok := s.Sheet.(*letterSheet); ok {
			return off(&sheet.row)
		}
		return ""
	}
}

func noSubject(none bool, what string) string {
	if none {
		return "This letter is about no " + what + "."
	}
	return ""
}

// letterRef is the record that a letter is about: the event that was to be sent, else
// the alert.
func letterRef(l *event.DeadLetter) pane.RecordRef {
	if l.EventID != 0 {
		return pane.RecordRef{Kind: pane.EventRecord, ID: l.EventID}
	}
	return pane.RecordRef{Kind: pane.AlertRecord, ID: l.AlertID}
}

// readLetters reads the dead letters of all relays: the dead before those that are
// still tried, the oldest first.
func readLetters(ctx context.Context, j port.Journal, p query.Page) ([]event.DeadLetter, error) {
	rows, err := j.Outbox().Letters(ctx, "", maxLetters)
	rows = slices.DeleteFunc(rows, func(l event.DeadLetter) bool { return !journal.MatchesLetter(p.Where, l, p.Now) })
	slices.SortStableFunc(rows, func(a, b event.DeadLetter) int {
		return cmp.Or(letterRank(a.State)-letterRank(b.State), a.First.Compare(b.First))
	})
	return rows, err
}

func letterRank(state string) int {
	return -slices.Index([]string{event.LetterRetry, event.LetterParked, event.LetterDead}, state)
}

func letterColumns(e pane.Context, _ int) []draw.Column {
	return []draw.Column{
		{Title: "STATE", Width: 8, Max: 12},
		{Title: "NEXT", Width: 5, Max: 12, Right: true, Drop: 4},
		{Title: "RELAY", Max: maxName, Whole: true, Same: true},
		{Title: "FOR", Width: 4, Right: true},
		{Title: "TRIES", Width: 5, Right: true, Drop: 2},
		{Title: "CODE", Width: 4, Right: true, Drop: 3},
		{Title: "WHAT", Width: 18, Max: 48, Grow: 4},
		{Title: "ANSWER", Width: 16, Grow: 6, Drop: 1},
		{Title: "ID", Whole: true, Max: maxID, Extra: 1},
	}
}

func letterCells(e pane.Context, l event.DeadLetter) []draw.Cell {
	word, r := letterWord(e, &l)
	next := ""
	if l.State == event.LetterParked {
		next = nextTry(e, l.Due)
	}
	return []draw.Cell{
		{Text: word, Role: r},
		{Text: next, Role: r},
		{Text: e.Cell(l.Relay), Role: draw.Plain},
		{Text: e.Age(l.First), Role: draw.Dim},
		{Text: draw.Number(l.Attempts), Role: draw.Dim},
		{Text: draw.Number(l.Status), Role: r},
		{Text: e.Cell(l.Title), Role: draw.Plain},
		{Text: e.Cell(answerText(&l)), Role: draw.Dim},
		{Text: shortID(cmp.Or(l.EventID, l.AlertID)), Role: draw.Dim},
	}
}

// answerText is what the destination answered, without the code that is said before it.
func answerText(l *event.DeadLetter) string {
	rest, ok := strings.CutPrefix(l.Answer, strconv.Itoa(l.Status))
	if !ok || l.Status == 0 || strings.Trim(rest, ": ") == "" {
		return l.Answer
	}
	return strings.TrimLeft(rest, ": ")
}

// letterSheet is one dead letter in full.
type letterSheet struct {
	row  event.DeadLetter
	gone bool // it was sent after all, or dropped
	text draw.TextWindow
}

func (s *letterSheet) Place() pane.Place       { return letterPlace }
func (s *letterSheet) Nav() pane.Navigator     { return nil }
func (s *letterSheet) Close()                  {}
func (s *letterSheet) Beside() bool            { return true }
func (s *letterSheet) Scroll(lines, pages int) { s.text.Scroll(lines, pages) }

// Fetch keeps the letter up to date.
func (s *letterSheet) Fetch(time.Time) pane.Fetch {
	id, relay := s.row.ID, s.row.Relay
	return func(ctx context.Context, j port.Journal) (pane.Answer, error) {
		rows, err := j.Outbox().Letters(ctx, relay, maxLetters)
		return pane.Answer{Apply: func() {
			i := slices.IndexFunc(rows, func(l event.DeadLetter) bool { return l.ID == id })
			if s.gone = i < 0; !s.gone {
				s.row = rows[i]
			}
		}}, err
	}
}

func (s *letterSheet) Draw(e pane.Context, w, h int) []string {
	head := draw.SheetHead(e.Context, "Dead letter of relay "+e.Cell(s.row.Relay), "", w)
	var lines []string
	if s.gone {
		lines = []string{"", e.Theme.On(draw.OK, e.Theme.Fit("It is no longer among the dead letters: it was sent, or is too old by now.", w-2, false))}
	}
	return s.text.Draw(head, draw.Indent(append(lines, letterLines(e, &s.row, w-2)...)), w, h)
}

// letterLines show a dead letter with the whole answer.
func letterLines(e pane.Context, l *event.DeadLetter, w int) []string {
	word, r := letterWord(e, l)
	out := append([]string{""}, draw.Headline(e.Context, strings.ToUpper(word), r, e.Text(l.Title), w)...)
	next, died := "", ""
	switch {
	case l.State == event.LetterParked:
		next = e.Exact(l.Due) + ", by itself"
	case l.State == event.LetterRetry:
		next = "as soon as it is its turn: somebody asked for it"
	case l.Died != nil:
		died = e.ExactAgo(*l.Died)
		next = "none, until somebody asks for it"
	}
	about := ""
	if l.EventID != 0 {
		about = "event " + shortID(l.EventID) + "  (enter opens it)"
	}
	alert := ""
	if l.AlertID != 0 {
		alert = shortID(l.AlertID) + keyHint(l.AlertID, "L")
	}
	return append(out, draw.Fields(e.Context, w, []draw.Field{
		{Name: "answer", Value: e.Text(l.Answer), Role: draw.Strong},
		{Name: "status", Value: draw.Number(l.Status), Role: draw.Plain},
		{Name: "relay", Value: e.Text(l.Relay), Role: draw.Plain},
		{Name: "about", Value: about, Role: draw.Plain},
		{Name: "alert", Value: alert, Role: draw.Plain},
		{Name: "refused", Value: e.ExactAgo(l.First), Role: draw.Plain},
		{Name: "attempts", Value: draw.Number(l.Attempts), Role: draw.Plain},
		{Name: "given up", Value: died, Role: draw.Plain},
		{Name: "next try", Value: next, Role: draw.Plain},
	})...)
}
