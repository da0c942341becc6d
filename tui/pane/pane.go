package pane

import (
	"context"
	"time"

	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/journal/query"
	"foghorn/tui/port"
)

// Navigator is the part of a list that does not depend on what its rows are.
type Navigator interface {
	Move(n int)
	Page(n int)
	Half(n int)
	Home()
	Hold()
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

// Pane is one list of the screen, whatever its rows are.
type Pane interface {
	About() *About
	Place() Place
	Keys() []Binding
	Nav() Navigator
	Filtered

	Fetch(now time.Time) Fetch
	Draw(e Context, width, height int, focused bool) []string
	Seen()
	WantsMore() bool
}

// Filtered is a pane whose rows are a query's.
type Filtered interface {
	Table() query.Table
	FilterText() string
	SetFilter(text string) error
	ToggleTerm(term *query.Query) (narrowed bool, err error)
	SetFloor(s event.Severity)
	SetViewState(s ViewState)
	ViewState() ViewState
	Orders() []Order
}

// What a pane may offer of its rows.
type (
	// Previewer describes the selected row itself; false where its record does.
	Previewer interface {
		Preview(e Context, width int) (lines []string, ok bool)
	}
	// RecordOf names the record of the selected row.
	RecordOf interface{ Record() (RecordRef, bool) }
	// AlertsOf names the alerts behind the chosen rows, each once.
	AlertsOf interface{ AlertIDs() []int64 }
	// AlertRow returns an alert that is among the rows; nil when it is not.
	AlertRow interface{ AlertRow(id int64) *event.Alert }
	// DeviceOf is the device of the selected row, as far as the row knows it.
	DeviceOf interface{ DeviceOf() (event.Device, bool) }
	// ClientOf is the client of the selected row.
	ClientOf interface{ ClientOf() (event.MAC, string) }
	// SiteOf is the site of the selected row, or that a sheet is about.
	SiteOf interface{ SiteOf() event.Site }
	// PortalOf is the page of the Mist portal about the selected row, or a sheet.
	PortalOf interface {
		PortalPage() (port.PortalPage, bool)
	}
	// ScopesOf are the organizations and sites that the rows name.
	ScopesOf interface{ Scopes() []Scope }
	// Explainer says which value of its filter was never seen.
	Explainer interface{ Unseen() (journal.Unseen, bool) }
	// InTime is a list in the order of time; see List.AtTime.
	InTime interface {
		AtTime(t, now time.Time) func(ctx context.Context, j port.Journal) (Moment, error)
		GoTo(id int64)
	}
	// BesideOf says whether rows, or what a sheet shows, change without a counter of the
	// status.
	BesideOf interface{ Beside() bool }
	// Seeker moves to the next row that needs attention.
	Seeker interface{ Seek(dir int) bool }
	// Opener opens the selected row in a way of its own; false where the row is
	// opened as a record.
	Opener interface {
		Open(s Screen) (Request, bool)
	}
	// ExportOfRows reads the rows an export writes; nil where they cannot be exported.
	ExportOfRows interface {
		ExportRows(limit int, now time.Time) func(ctx context.Context, j port.Journal) (ExportSet, error)
	}
	// ClipboardOf gives the chosen rows in the forms in which they can be copied.
	ClipboardOf interface {
		Clipboard(e Context) ClipboardForms
	}
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

// Fetch asks the journal for what a pane can show. It runs outside of the
// program's loop; what it returns is put in place inside of it.
type Fetch func(ctx context.Context, j port.Journal) (Answer, error)

// Answer is what came back.
type Answer struct {
	Apply func()
	// Newest is the row that will be selected if the list is in follow mode.
	Newest RecordRef
	empty  bool // no row was read
}
