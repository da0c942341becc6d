package tui

import (
	"context"
	"slices"
	"time"

	"foghorn/journal/event"
	"foghorn/journal/query"
	"foghorn/tui/draw"
	"foghorn/tui/list"
	"foghorn/tui/port"
)

// paneID is the digit that shows a pane.
type paneID uint8

const (
	paneOverview  paneID = 0
	paneAlerts    paneID = 1
	paneUpDown    paneID = 2
	paneClients   paneID = 3
	paneDevices   paneID = 4
	paneSLE       paneID = 5
	paneInspector paneID = 6
	paneWebhooks  paneID = 7
	paneLog       paneID = 9

	paneLive paneID = 13 // the other list of pane 3
)

// navigator is the part of a list that does not depend on what its rows are.
type navigator interface {
	Move(n int)
	Page(n int)
	Half(n int)
	Home()
	End()
	SetFollow(on bool)
	Following() bool
	Attached() bool
	Select(id int64) bool
	Reset()
	Mark(n int)
	MarkRange()
	MarkAll()
	ClearMarks()
	Marks() int
	Len() int
	Cursor() int
	Top() int
	Height() int
	SetHeight(h int)
}

// pane is one list of the screen, whatever its rows are.
type pane interface {
	ID() paneID
	Name() string
	Table() query.Table
	nav() navigator

	filterText() string
	setFilter(text string) error
	setFloor(s event.Severity)
	setShow(s show)
	shown() show
	orders() []sortOrder

	fetch(now time.Time) fetch
	Draw(e env, width, height int, focused bool) []string
	status(e env) string
	seen()
	wantsMore() bool

	subject() (subject, bool)
	alertIDs() []int64
	seek(dir int) bool
	hits(limit int, now time.Time) func(ctx context.Context, j port.Journal) (pick, error)
	Copies(e env) copies
}

// fetch asks the journal for what a pane can show. It runs outside of the
// program's loop; what it returns is put in place inside of it.
type fetch func(ctx context.Context, j port.Journal) (answer, error)

// answer is what came back.
type answer struct {
	apply func()
	// newest is what a list that follows will have under its cursor.
	newest subject
}

// kind says what a pane's rows are: the pure part that differs between panes.
type kind[T any] struct {
	id    paneID
	name  string
	table query.Table
	base  *query.Query // all its rows match it; nil is every row
	// baseFor replaces base where it depends on what is to be shown.
	baseFor func(s show, filter *query.Query) *query.Query
	tail    bool // newest at the bottom
	whole   bool // read returns all there is, whatever the limit
	rowID   func(T) int64

	columns func(e env, width int) []draw.Column
	cells   func(e env, row T) []draw.Cell
	read    func(ctx context.Context, j port.Journal, p query.Page) ([]T, error)
	subject func(row T) (subject, bool)
	alert   func(row T) int64
	hot     func(row T) bool
	values  func(rows []T) pick
	object  func(row *T) ([]byte, error)
	// sorts are the orders of the sort menu, the journal's own first.
	sorts []sortOrder
	// arrange orders what was read, or leaves rows out; nil takes it as it is.
	arrange func(rows []T, s show) []T
	empty   func(e env) []string
	// key is the digit that shows the pane, where that is not its id; tabs
	// stands behind its name and note before what else the title tells.
	key  string
	tabs func(e env) string
	note func(e env, rows []T) string
}

// sortOrder is an order of a pane's rows: its name, and its key and words in
// the sort menu.
type sortOrder struct{ key, name, label string }

// show is how a list is to be shown beyond its filter.
type show struct {
	order    string
	resolved bool   // alerts: keep the resolved ones
	family   string // SLE: only the metrics of this one
}

// listPane is a pane made of a kind.
type listPane[T any] struct {
	kind[T]
	list   list.Model[T]
	filter string
	typed  *query.Query // the filter, parsed
	floor  event.Severity
	show   show
	where  *query.Query // the filter with the pane's own terms
	gen    int          // raised whenever rows asked for before are no longer wanted
	fresh  bool         // the next fetch starts over, around the cursor
	begin  bool         // the oldest row there is is loaded
	more   bool         // a list from the top has more rows than were asked for
	read1  bool         // something was read at least once
	newest int64        // largest id that was ever in the window
}

func newListPane[T any](k kind[T]) *listPane[T] {
	p := &listPane[T]{kind: k, list: list.New(k.rowID, k.tail)}
	p.restart()
	return p
}

func (p *listPane[T]) ID() paneID                { return p.id }
func (p *listPane[T]) Name() string              { return p.name }
func (p *listPane[T]) Table() query.Table        { return p.table }
func (p *listPane[T]) nav() navigator            { return &p.list }
func (p *listPane[T]) filterText() string        { return p.filter }
func (p *listPane[T]) setFloor(s event.Severity) { p.floor = s; p.restart() }
func (p *listPane[T]) setShow(s show)            { p.show = s; p.restart() }
func (p *listPane[T]) shown() show               { return p.show }
func (p *listPane[T]) orders() []sortOrder       { return p.sorts }

// setFilter changes what the pane shows; on an error everything stays as it was.
func (p *listPane[T]) setFilter(text string) error {
	q, err := query.Parse(text)
	if err != nil {
		return err
	}
	p.filter, p.typed = text, q
	p.restart()
	return nil
}

// restart drops answers that are under way and reads anew.
func (p *listPane[T]) restart() {
	p.where = p.wanted()
	p.gen++
	p.fresh, p.begin = true, false
}

// wanted is what the pane asks for: its own terms, the filter and the floor.
func (p *listPane[T]) wanted() *query.Query {
	q := query.And(p.base, p.typed)
	if p.baseFor != nil {
		q = query.And(p.baseFor(p.show, p.typed), p.typed)
	}
	if p.floor > event.Debug && p.hasSeverity() {
		q = query.And(q, query.MustParse("sev>="+p.floor.String()))
	}
	return q
}

// hasSeverity reports whether the severity floor has a meaning for the rows.
func (p *listPane[T]) hasSeverity() bool { return p.table == query.Events || p.table == query.Alerts }

func (p *listPane[T]) subject() (subject, bool) {
	row, ok := p.list.Selected()
	if !ok || p.kind.subject == nil {
		return subject{}, false
	}
	return p.kind.subject(row)
}

// alertIDs names the alerts behind the chosen rows, each once.
func (p *listPane[T]) alertIDs() []int64 {
	var ids []int64
	if p.alert == nil {
		return nil
	}
	for _, row := range p.list.Chosen() {
		if id := p.alert(row); id != 0 && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

func (p *listPane[T]) seek(dir int) bool {
	return p.hot != nil && p.list.Seek(dir, p.hot)
}

// hits are the rows an export takes: the marked ones, else the first of all
// that match, which have to be read. It is nil where rows cannot be exported.
func (p *listPane[T]) hits(limit int, now time.Time) func(ctx context.Context, j port.Journal) (pick, error) {
	if p.values == nil {
		return nil
	}
	if p.list.Marks() > 0 {
		rows := p.list.Chosen()
		return func(context.Context, port.Journal) (pick, error) { return p.values(rows), nil }
	}
	page, show := query.Page{Where: p.where, Now: now, Limit: limit}, p.show
	return func(ctx context.Context, j port.Journal) (pick, error) {
		rows, err := p.read(ctx, j, page)
		if p.arrange != nil {
			rows = p.arrange(rows, show)
		}
		return p.values(rows), err
	}
}

// seen remembers the newest row that was in the window.
func (p *listPane[T]) seen() {
	if rows := p.list.Visible(); p.tail && len(rows) > 0 {
		p.newest = max(p.newest, p.rowID(rows[len(rows)-1]))
	}
}

// unseen counts the rows below the window that were never in it.
func (p *listPane[T]) unseen() int {
	rows := p.list.Rows()
	n := 0
	for i := len(rows) - 1; i >= p.list.Top()+p.list.Height() && p.rowID(rows[i]) > p.newest; i-- {
		n++
	}
	return n
}
