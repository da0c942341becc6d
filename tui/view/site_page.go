package view

import (
	"cmp"
	"context"
	"time"

	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/tui/draw"
	"foghorn/tui/list"
	"foghorn/tui/pane"
	"foghorn/tui/port"
)

// SitePage is the sheet of a site: its devices that are down, its alerts, its
// service levels and what was changed there.
type SitePage struct {
	id, name string
	data     journal.SiteDetail
	read     bool
	missing  bool
	focus    int // the part whose rows the keys move

	down    list.Model[event.Device]
	alerts  list.Model[event.Alert]
	scores  list.Model[event.SLEScore]
	changes list.Model[journal.Change]
}

// SitePagePlace is the sheet of a site.
var SitePagePlace = pane.Place{Name: "site", Traits: pane.IsSheet | pane.HasRows}

// NewSitePage shows the site of an id; the name is shown until it was read.
func NewSitePage(id, name string) *SitePage {
	return &SitePage{
		id: id, name: name,
		down:    list.New(func(d event.Device) int64 { return d.MAC.Int64() }, false),
		alerts:  list.New(func(a event.Alert) int64 { return a.ID }, false),
		scores:  list.New(func(s event.SLEScore) int64 { return pane.TextID(s.Metric) }, false),
		changes: list.New(func(c journal.Change) int64 { return c.ID }, false),
	}
}

// openSitePage opens the page of a site that a row names.
func openSitePage(site event.Site) pane.Request {
	if site.ID == "" {
		return pane.Say{Role: draw.Warn, Text: "No site is known here."}
	}
	return pane.OpenSheet{Sheet: NewSitePage(site.ID, site.Name)}
}

// SiteOf is the site that the page is about.
func (s *SitePage) SiteOf() event.Site {
	return event.Site{Source: s.data.Source, ID: s.id, Name: s.siteName()}
}

func (s *SitePage) siteName() string { return cmp.Or(s.data.Name, s.name, s.id) }

func (s *SitePage) Place() pane.Place { return SitePagePlace }
func (s *SitePage) Close()            {}

func (s *SitePage) Nav() pane.Navigator { return s.parts()[s.focus].nav }

// NextPart moves the keys to the next part that has rows.
func (s *SitePage) NextPart(by int) {
	parts := s.parts()
	for range parts {
		s.focus = (s.focus + by + len(parts)) % len(parts)
		if parts[s.focus].nav.Len() > 0 {
			return
		}
	}
}

// Open opens the row under the cursor.
func (s *SitePage) Open(scr pane.Screen) pane.Request { return s.parts()[s.focus].open(scr) }

func (s *SitePage) Fetch(now time.Time) pane.Fetch {
	id := s.id
	return func(ctx context.Context, j port.Journal) (pane.Answer, error) {
		d, ok, err := j.SiteDetail(ctx, id, now)
		return pane.Answer{Apply: func() { s.take(d, ok) }}, err
	}
}

// take keeps what was read. The first time the keys go to the first part with rows.
func (s *SitePage) take(d journal.SiteDetail, ok bool) {
	first := !s.read
	s.read, s.missing = true, !ok
	if !ok {
		return
	}
	s.data = d
	s.down.Set(d.DownDevices)
	s.alerts.Set(d.Problems)
	s.scores.Set(d.Scores)
	s.changes.Set(d.Changes.Rows)
	if first && s.Nav().Len() == 0 {
		s.NextPart(1)
	}
}

// sitePart is a list on the page.
type sitePart struct {
	title string
	nav   pane.Navigator
	empty func(e pane.Context) []string // in place of rows
	rows  func(e pane.Context, w, h int, focused bool) []string
	open  func(scr pane.Screen) pane.Request
}

// parts are the lists in the order in which tab walks through them.
func (s *SitePage) parts() []sitePart {
	return []sitePart{
		partOf(&s.down, s.downTitle(), s.noDown, siteDownColumns, siteDownCells, openDevice),
		partOf(&s.alerts, s.alertsTitle(), sentence("no open alerts"), siteAlertColumns, siteAlertCells, openAlert),
		partOf(&s.scores, "SLE, the worst first", sentence("no success rate of this site is known"), siteScoreColumns, siteScoreCells, openScore),
		partOf(&s.changes, s.changesTitle(), s.noChanges, siteChangeColumns, siteChangeCells, openChange),
	}
}

func partOf[T any](l *list.Model[T], title string, empty func(e pane.Context) []string, columns func(e pane.Context) []draw.Column,
	cells func(e pane.Context, row T) []draw.Cell, open func(scr pane.Screen, row T) pane.Request) sitePart {
	return sitePart{
		title: title, nav: l, empty: empty,
		rows: func(e pane.Context, w, h int, focused bool) []string {
			return pane.Rows[T]{List: l, Columns: columns(e), Cells: cells, Focused: focused}.Draw(e, w, h, false)
		},
		open: func(scr pane.Screen) pane.Request {
			row, ok := l.Selected()
			if !ok {
				return nil
			}
			return open(scr, row)
		},
	}
}

func openDevice(_ pane.Screen, d event.Device) pane.Request {
	return pane.OpenRecord{Ref: pane.RecordRef{Kind: pane.DeviceRecord, ID: d.MAC.Int64()}}
}

func openAlert(_ pane.Screen, a event.Alert) pane.Request {
	return pane.OpenRecord{Ref: pane.RecordRef{Kind: pane.AlertRecord, ID: a.ID}}
}

func openScore(scr pane.Screen, score event.SLEScore) pane.Request {
	m := newMetricSheet(score)
	return pane.All{pane.OpenSheet{Sheet: m}, m.Refresh(scr)}
}

func openChange(_ pane.Screen, c journal.Change) pane.Request {
	return pane.OpenRecord{Ref: pane.RecordRef{Kind: pane.EventRecord, ID: c.ID}}
}
