// Package pane is the list pane of the screen, for rows of any type: it fetches,
// filters, follows, marks and draws them, and says which keys it brings along.
//
// What differs between panes is a Spec. A pane knows nothing of the screen it is
// in. It draws with a Context, answers keys with Requests, and asks the journal
// only in a Fetch, outside of the program's loop.
package pane

import (
	"cmp"
	"context"
	"slices"
	"time"

	"foghorn/journal/event"
	"foghorn/journal/query"
	"foghorn/tui/draw"
	"foghorn/tui/list"
	"foghorn/tui/port"
)

// ID is the digit that shows a pane.
type ID uint8

const OverviewID ID = 0

// About is what the screen has to know of a pane besides its rows.
type About struct {
	ID    ID
	Digit string // the key that shows it
	Name  string // in its title
	// Command and Help are those of the digit, in the palette and in help.
	Command, Help string
	// Place is the name of the pane in help, where that is not Name.
	Place string
	// Under is the pane whose second list this is: the same digit, pressed again.
	Under ID
	// PreviewRows is the least height at which the preview is below the list; 0 is
	// the usual one.
	PreviewRows int
	// Sheets are the places of the sheets that the pane's keys open.
	Sheets []Place
}

// Spec says what a pane's rows are: the pure part that differs between panes.
type Spec[T any] struct {
	About About
	Table query.Table
	Base  *query.Query // all its rows match it; nil is every row
	// BaseFor replaces base where it depends on what is to be shown.
	BaseFor func(s ViewState, filter *query.Query) *query.Query
	// HasSeverity says that rows have a severity: the floor applies to them.
	HasSeverity bool
	Tail        bool // newest at the bottom
	Complete    bool // read returns all there is, whatever the limit
	Beside      bool // rows change without a counter of the status: they are read at each look
	RowID       func(T) int64
	// Arrived is when a row came in, for lists in that order; nil for others.
	Arrived func(T) time.Time

	Columns        func(e Context, width int) []draw.Column
	Cells          func(e Context, row T) []draw.Cell
	Read           func(ctx context.Context, j port.Journal, p query.Page) ([]T, error)
	Record         func(row T) (RecordRef, bool)
	Alert          func(row T) int64
	NeedsAttention func(row T) bool
	Export         func(rows []T) ExportSet
	JSON           func(row *T) ([]byte, error)
	// Sorts are the orders of the sort menu, the journal's own first.
	Sorts []Order
	// Arrange orders what was read, or leaves rows out; nil takes it as it is.
	Arrange func(rows []T, s ViewState) []T
	Empty   func(e Context) []string
	// Tabs follows the pane's name in the title; Note precedes the rest of it.
	Tabs func(e Context) string
	Note func(e Context, rows []T) string

	// The device, client, organization or alert of a row; nil where rows have none.
	Device func(row T) (event.Device, bool)
	Client func(row T) (event.MAC, string)
	Scopes func(row T) []Scope
	// Name is what people call a row that has no id they know.
	Name     func(row T) string
	Portal   func(row T) port.PortalPage
	AlertRow func(row *T) *event.Alert
	// Preview replaces the record in the preview of the selected row.
	Preview func(e Context, row T, width int) []string
	// Open replaces opening the selected row as a record.
	Open func(s Screen, row T) Request
	// Ask asks the cloud anew when the pane is shown, or refreshed.
	Ask  func(s Screen) Request
	Keys []Binding
}

// Order is an order of a pane's rows: its name, and its key and words in
// the sort menu.
type Order struct{ Key, Name, Label string }

// ViewState is how a list is to be shown beyond its filter.
type ViewState struct {
	Order    string
	Resolved bool   // alerts: keep the resolved ones
	Family   string // SLE: only the metrics of this one
}

// List is a pane described by a Spec.
type List[T any] struct {
	Spec          Spec[T]
	List          list.Model[T]
	filter        string
	parsed        *query.Query // the filter, parsed
	floor         event.Severity
	state         ViewState
	query         *query.Query // the filter with the pane's own terms
	gen           int          // raised whenever rows asked for before are no longer wanted
	fresh         bool         // the next fetch starts over, around the cursor
	reachedOldest bool         // the oldest row there is is loaded
	hasMore       bool         // a list from the top has more rows than were asked for
	loaded        bool         // something was read at least once
	newest        int64        // largest id that was ever in the window
	missing       missing
	goal          int64 // the row that the next fetch goes to; 0 for none
	measured      measured
}

func NewList[T any](k Spec[T]) *List[T] {
	p := &List[T]{Spec: k, List: list.New(k.RowID, k.Tail)}
	p.restart()
	return p
}

func (p *List[T]) About() *About             { return &p.Spec.About }
func (p *List[T]) Keys() []Binding           { return p.Spec.Keys }
func (p *List[T]) Table() query.Table        { return p.Spec.Table }
func (p *List[T]) Nav() Navigator            { return &p.List }
func (p *List[T]) FilterText() string        { return p.filter }
func (p *List[T]) SetFloor(s event.Severity) { p.floor = s; p.restart() }
func (p *List[T]) SetViewState(s ViewState)  { p.state = s; p.restart() }
func (p *List[T]) ViewState() ViewState      { return p.state }
func (p *List[T]) Orders() []Order           { return p.Spec.Sorts }

// SetFilter changes what the pane shows; on an error everything stays as it was.
func (p *List[T]) SetFilter(text string) error {
	q, err := query.Parse(text)
	if err != nil {
		return err
	}
	p.filter, p.parsed = text, q
	p.restart()
	return nil
}

// ToggleTerm narrows the filter by a term, or takes the term away that is in it, and
// reports which. The filter is edited as a tree: it may have an "or" in it.
func (p *List[T]) ToggleTerm(term *query.Query) (narrowed bool, err error) {
	if p.parsed.Requires(term) {
		return false, p.SetFilter(p.parsed.Without(term).String())
	}
	return true, p.SetFilter(query.And(p.parsed, term).String())
}

// restart drops answers that are under way and reads anew.
func (p *List[T]) restart() {
	p.query = p.wanted()
	p.gen++
	p.fresh, p.reachedOldest, p.goal = true, false, 0
}

// wanted is what the pane asks for: its own terms, the filter and the floor.
func (p *List[T]) wanted() *query.Query {
	q := query.And(p.Spec.Base, p.parsed)
	if p.Spec.BaseFor != nil {
		q = query.And(p.Spec.BaseFor(p.state, p.parsed), p.parsed)
	}
	if p.floor > event.Debug && p.Spec.HasSeverity {
		q = query.And(q, query.MustParse("sev>="+p.floor.String()))
	}
	return q
}

// Beside reports whether the rows change without a counter of the status.
func (p *List[T]) Beside() bool { return p.Spec.Beside }

// Place says which of the screen's keys work in the pane, by what its rows are.
func (p *List[T]) Place() Place {
	t := IsPane | HasRows
	for trait, has := range map[Traits]bool{
		HasAlerts: p.Spec.Alert != nil, HasClients: p.Spec.Client != nil, IsTail: p.Spec.Tail, HasOrders: len(p.Spec.Sorts) > 0,
		HasSites: p.Spec.Scopes != nil, HasStates: p.Spec.Table == query.Alerts,
		HasRelays: p.Spec.Alert != nil && (p.Spec.Table == query.Alerts || p.Spec.Table == query.Events),
	} {
		if has {
			t |= trait
		}
	}
	return Place{Name: cmp.Or(p.Spec.About.Place, p.Spec.About.Name), Traits: t}
}

// Rows are the rows that are loaded.
func (p *List[T]) Rows() []T { return p.List.Rows() }

// Selected is the row under the cursor; false without one.
func (p *List[T]) Selected() (T, bool) { return p.List.Selected() }

// Refresh asks the cloud anew, where the rows are what the cloud was asked.
func (p *List[T]) Refresh(s Screen) Request {
	if p.Spec.Ask == nil {
		return nil
	}
	return p.Spec.Ask(s)
}

func (p *List[T]) Open(s Screen) (Request, bool) {
	if p.Spec.Open == nil {
		return nil, false
	}
	row, ok := p.List.Selected()
	if !ok {
		return nil, true
	}
	return p.Spec.Open(s, row), true
}

// Preview describes the selected row where it has no record.
func (p *List[T]) Preview(e Context, width int) (lines []string, ok bool) {
	row, ok := p.List.Selected()
	if !ok || p.Spec.Preview == nil {
		return nil, false
	}
	return p.Spec.Preview(e, row, width), true
}

func (p *List[T]) DeviceOf() (event.Device, bool) {
	row, ok := p.List.Selected()
	if !ok || p.Spec.Device == nil {
		return event.Device{}, false
	}
	return p.Spec.Device(row)
}

func (p *List[T]) ClientOf() (event.MAC, string) {
	row, ok := p.List.Selected()
	if !ok || p.Spec.Client == nil {
		return "", ""
	}
	return p.Spec.Client(row)
}

func (p *List[T]) Scopes() []Scope {
	if p.Spec.Scopes == nil {
		return nil
	}
	var out []Scope
	for _, row := range p.List.Rows() {
		out = append(out, p.Spec.Scopes(row)...)
	}
	return out
}

func (p *List[T]) PortalPage() (port.PortalPage, bool) {
	row, ok := p.List.Selected()
	if !ok || p.Spec.Portal == nil {
		return port.PortalPage{}, false
	}
	return p.Spec.Portal(row), true
}

// SiteOf is the site of the selected row.
func (p *List[T]) SiteOf() event.Site {
	row, ok := p.List.Selected()
	if !ok || p.Spec.Scopes == nil {
		return event.Site{}
	}
	for _, s := range p.Spec.Scopes(row) {
		if s.Site {
			return event.Site{Source: s.Source, ID: s.ID, Name: s.Name}
		}
	}
	return event.Site{}
}

func (p *List[T]) AlertRow(id int64) *event.Alert {
	if p.Spec.AlertRow == nil {
		return nil
	}
	rows := p.List.Rows()
	for i := range rows {
		if a := p.Spec.AlertRow(&rows[i]); a != nil && a.ID == id {
			return a
		}
	}
	return nil
}

func (p *List[T]) Record() (RecordRef, bool) {
	row, ok := p.List.Selected()
	if !ok || p.Spec.Record == nil {
		return RecordRef{}, false
	}
	return p.Spec.Record(row)
}

// AlertIDs names the alerts behind the chosen rows, each once.
func (p *List[T]) AlertIDs() []int64 {
	var ids []int64
	if p.Spec.Alert == nil {
		return nil
	}
	for _, row := range p.List.Chosen() {
		if id := p.Spec.Alert(row); id != 0 && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

func (p *List[T]) Seek(dir int) bool {
	return p.Spec.NeedsAttention != nil && p.List.Seek(dir, p.Spec.NeedsAttention)
}

// ExportRows are the rows an export takes: the marked ones, else the first of all
// that match, which have to be read. It is nil where rows cannot be exported.
func (p *List[T]) ExportRows(limit int, now time.Time) func(ctx context.Context, j port.Journal) (ExportSet, error) {
	if p.Spec.Export == nil {
		return nil
	}
	if p.List.Marks() > 0 {
		rows := p.List.Chosen()
		return func(context.Context, port.Journal) (ExportSet, error) { return p.Spec.Export(rows), nil }
	}
	page, show := query.Page{Where: p.query, Now: now, Limit: limit}, p.state
	return func(ctx context.Context, j port.Journal) (ExportSet, error) {
		rows, err := p.Spec.Read(ctx, j, page)
		if p.Spec.Arrange != nil {
			rows = p.Spec.Arrange(rows, show)
		}
		return p.Spec.Export(rows), err
	}
}

// Seen remembers the newest row that was in the window.
func (p *List[T]) Seen() {
	if rows := p.List.Visible(); p.Spec.Tail && len(rows) > 0 {
		p.newest = max(p.newest, p.Spec.RowID(rows[len(rows)-1]))
	}
}

// unseen counts the rows below the window that were never in it.
func (p *List[T]) unseen() int {
	rows := p.List.Rows()
	n := 0
	for i := len(rows) - 1; i >= p.List.Top()+p.List.Height() && p.Spec.RowID(rows[i]) > p.newest; i-- {
		n++
	}
	return n
}
