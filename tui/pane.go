package tui

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

// paneID is the digit that shows a pane.
type paneID uint8

const paneOverview paneID = 0

// About is what the screen has to know of a pane besides its rows.
type About struct {
	ID    paneID
	Digit string // the key that shows it
	Name  string // in its title
	// Command and Help are those of the digit, in the palette and in help.
	Command, Help string
	// Place is the name of the pane in help, where that is not Name.
	Place string
	// Under is the pane whose second list this is: the same digit, pressed again.
	Under paneID
	// NoPreview is set where a row has no record to preview. PreviewRows is the
	// least height at which the preview stands below the list; 0 is the usual one.
	NoPreview   bool
	PreviewRows int
	// Sheets are the places of the sheets that the pane's keys open.
	Sheets []Place
}

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
	About() *About
	Place() Place
	Keys() []Binding
	nav() navigator
	filtered

	fetch(now time.Time) fetch
	Draw(e env, width, height int, focused bool) []string
	seen()
	wantsMore() bool
}

// filtered is a pane whose rows are a query's.
type filtered interface {
	Table() query.Table
	filterText() string
	setFilter(text string) error
	setFloor(s event.Severity)
	setShow(s show)
	shown() show
	orders() []sortOrder
}

// What a pane may offer of its rows.
type (
	// Recorder names the record of the selected row.
	Recorder interface{ subject() (subject, bool) }
	// Alerter names the alerts behind the chosen rows, each once.
	Alerter interface{ alertIDs() []int64 }
	// AlertFinder returns an alert that is among the rows; nil when it is not.
	AlertFinder interface{ alertRow(id int64) *event.Alert }
	// DeviceOf is the device of the selected row, as far as the row knows it.
	DeviceOf interface{ deviceOf() (event.Device, bool) }
	// ClientOf is the client of the selected row.
	ClientOf interface{ clientOf() (event.MAC, string) }
	// ScopesOf are the organizations and sites that the rows name.
	ScopesOf interface{ scopes() []Scope }
	// Seeker moves to the next row that needs attention.
	Seeker interface{ seek(dir int) bool }
	// Opener opens the selected row in a way of its own; false where the row is
	// opened as a record.
	Opener interface {
		open(s Screen) (Request, bool)
	}
	// Exporter reads the rows an export writes; nil where they cannot be exported.
	Exporter interface {
		hits(limit int, now time.Time) func(ctx context.Context, j port.Journal) (pick, error)
	}
	// Copier gives the chosen rows in the forms in which they can be copied.
	Copier interface{ Copies(e env) copies }
)

// Scope is an organization, or a site of it, whose id a row names.
type Scope struct {
	Source, ID, Name string
	Site             bool
}

// ScopesIn are the organization and the site of a record.
func ScopesIn(source, org, siteID, site string) []Scope {
	return []Scope{{source, org, source, false}, {source, siteID, site, true}}
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
	about About
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
	// tabs stands behind the pane's name, and note before what else its title says.
	tabs func(e env) string
	note func(e env, rows []T) string

	// What a row is about; nil where it is about nothing of the kind.
	device   func(row T) (event.Device, bool)
	client   func(row T) (event.MAC, string)
	scoped   func(row T) []Scope
	alertPtr func(row *T) *event.Alert
	// opens replaces opening the selected row as a record.
	opens func(s Screen, row T) Request
	// ask asks the cloud anew when the pane is shown, or refreshed.
	ask  func(s Screen) Request
	keys []Binding
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
	spec   kind[T]
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
	p := &listPane[T]{spec: k, list: list.New(k.rowID, k.tail)}
	p.restart()
	return p
}

func (p *listPane[T]) About() *About             { return &p.spec.about }
func (p *listPane[T]) Keys() []Binding           { return p.spec.keys }
func (p *listPane[T]) Table() query.Table        { return p.spec.table }
func (p *listPane[T]) nav() navigator            { return &p.list }
func (p *listPane[T]) filterText() string        { return p.filter }
func (p *listPane[T]) setFloor(s event.Severity) { p.floor = s; p.restart() }
func (p *listPane[T]) setShow(s show)            { p.show = s; p.restart() }
func (p *listPane[T]) shown() show               { return p.show }
func (p *listPane[T]) orders() []sortOrder       { return p.spec.sorts }

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
	q := query.And(p.spec.base, p.typed)
	if p.spec.baseFor != nil {
		q = query.And(p.spec.baseFor(p.show, p.typed), p.typed)
	}
	if p.floor > event.Debug && p.hasSeverity() {
		q = query.And(q, query.MustParse("sev>="+p.floor.String()))
	}
	return q
}

// hasSeverity reports whether the severity floor has a meaning for the rows.
func (p *listPane[T]) hasSeverity() bool {
	return p.spec.table == query.Events || p.spec.table == query.Alerts
}

// Place says which of the screen's keys work in the pane, by what its rows are.
func (p *listPane[T]) Place() Place {
	t := IsPane | HasRows
	for trait, has := range map[Traits]bool{
		HasAlerts: p.spec.alert != nil, HasClients: p.spec.client != nil, IsTail: p.spec.tail, HasOrders: len(p.spec.sorts) > 0,
	} {
		if has {
			t |= trait
		}
	}
	return Place{Name: cmp.Or(p.spec.about.Place, p.spec.about.Name), Traits: t}
}

// Rows are the rows that are loaded.
func (p *listPane[T]) Rows() []T { return p.list.Rows() }

// Selected is the row under the cursor; false without one.
func (p *listPane[T]) Selected() (T, bool) { return p.list.Selected() }

// Refresh asks the cloud anew, where the rows are what the cloud was asked.
func (p *listPane[T]) Refresh(s Screen) Request {
	if p.spec.ask == nil {
		return nil
	}
	return p.spec.ask(s)
}

func (p *listPane[T]) open(s Screen) (Request, bool) {
	if p.spec.opens == nil {
		return nil, false
	}
	row, ok := p.list.Selected()
	if !ok {
		return nil, true
	}
	return p.spec.opens(s, row), true
}

func (p *listPane[T]) deviceOf() (event.Device, bool) {
	row, ok := p.list.Selected()
	if !ok || p.spec.device == nil {
		return event.Device{}, false
	}
	return p.spec.device(row)
}

func (p *listPane[T]) clientOf() (event.MAC, string) {
	row, ok := p.list.Selected()
	if !ok || p.spec.client == nil {
		return "", ""
	}
	return p.spec.client(row)
}

func (p *listPane[T]) scopes() []Scope {
	if p.spec.scoped == nil {
		return nil
	}
	var out []Scope
	for _, row := range p.list.Rows() {
		out = append(out, p.spec.scoped(row)...)
	}
	return out
}

func (p *listPane[T]) alertRow(id int64) *event.Alert {
	if p.spec.alertPtr == nil {
		return nil
	}
	rows := p.list.Rows()
	for i := range rows {
		if a := p.spec.alertPtr(&rows[i]); a != nil && a.ID == id {
			return a
		}
	}
	return nil
}

func (p *listPane[T]) subject() (subject, bool) {
	row, ok := p.list.Selected()
	if !ok || p.spec.subject == nil {
		return subject{}, false
	}
	return p.spec.subject(row)
}

// alertIDs names the alerts behind the chosen rows, each once.
func (p *listPane[T]) alertIDs() []int64 {
	var ids []int64
	if p.spec.alert == nil {
		return nil
	}
	for _, row := range p.list.Chosen() {
		if id := p.spec.alert(row); id != 0 && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

func (p *listPane[T]) seek(dir int) bool {
	return p.spec.hot != nil && p.list.Seek(dir, p.spec.hot)
}

// hits are the rows an export takes: the marked ones, else the first of all
// that match, which have to be read. It is nil where rows cannot be exported.
func (p *listPane[T]) hits(limit int, now time.Time) func(ctx context.Context, j port.Journal) (pick, error) {
	if p.spec.values == nil {
		return nil
	}
	if p.list.Marks() > 0 {
		rows := p.list.Chosen()
		return func(context.Context, port.Journal) (pick, error) { return p.spec.values(rows), nil }
	}
	page, show := query.Page{Where: p.where, Now: now, Limit: limit}, p.show
	return func(ctx context.Context, j port.Journal) (pick, error) {
		rows, err := p.spec.read(ctx, j, page)
		if p.spec.arrange != nil {
			rows = p.spec.arrange(rows, show)
		}
		return p.spec.values(rows), err
	}
}

// seen remembers the newest row that was in the window.
func (p *listPane[T]) seen() {
	if rows := p.list.Visible(); p.spec.tail && len(rows) > 0 {
		p.newest = max(p.newest, p.spec.rowID(rows[len(rows)-1]))
	}
}

// unseen counts the rows below the window that were never in it.
func (p *listPane[T]) unseen() int {
	rows := p.list.Rows()
	n := 0
	for i := len(rows) - 1; i >= p.list.Top()+p.list.Height() && p.spec.rowID(rows[i]) > p.newest; i-- {
		n++
	}
	return n
}
