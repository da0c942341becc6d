package chatops

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"foghorn/internal/human"
	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/journal/query"
)

// maxDevices bounds how many devices a look-up reads.
const maxDevices = 100_000

var siteID = regexp.MustCompile(`^[0-9a-fA-F-]{36}$`)

// scope is the query of what the person may see, to be combined with what they ask. What
// it returns is filtered by sees besides: a query tells case apart in no name.
func (r *request) scope(ctx context.Context) (*query.Query, error) {
	if len(r.person.Sites) == 0 {
		return r.person.scope(), nil
	}
	sites, err := r.sites(ctx)
	if err != nil {
		return nil, err
	}
	var ids []string
	var either []*query.Query
	for _, s := range sites {
		if siteID.MatchString(s.ID) {
			ids = append(ids, s.ID)
		} else if s.Name != "" {
			either = append(either, query.Is("site", s.Name))
		}
	}
	if len(ids) > 0 {
		q, err := query.Parse("site_id:" + strings.Join(ids, ","))
		if err != nil {
			return nil, err
		}
		either = append(either, q)
	}
	return query.And(r.person.scope(), query.Or(either...)), nil
}

// page is what a query asks for within the scope.
func (r *request) page(ctx context.Context, limit int, where ...*query.Query) (query.Page, error) {
	scope, err := r.scope(ctx)
	return query.Page{Where: query.And(append(where, scope)...), Now: r.Clock.Now(), Limit: limit}, err
}

// sites are those that the person may see.
func (r *request) sites(ctx context.Context) ([]event.Site, error) {
	sites, err := r.Journal.Sites(ctx)
	return slices.DeleteFunc(sites, func(s event.Site) bool { return !r.person.sees(s.Source, s.ID, s.Name) }), err
}

// device finds a device that the person may see.
func (r *request) device(ctx context.Context, typed string) (event.Device, error) {
	p, err := r.page(ctx, maxDevices)
	if err != nil {
		return event.Device{}, err
	}
	devices, err := r.Journal.Devices(ctx, p)
	if err != nil {
		return event.Device{}, err
	}
	devices = slices.DeleteFunc(devices, func(d event.Device) bool { return !r.person.sees(d.Source, d.SiteID, d.Site) })
	for i := range devices {
		if devices[i].IP == typed {
			return devices[i], nil
		}
	}
	d, err := journal.DeviceNamed(devices, "", typed)
	return d, forChat(err)
}

// site finds a site that the person may see.
func (r *request) site(ctx context.Context, typed string) (event.Site, error) {
	sites, err := r.sites(ctx)
	if err != nil {
		return event.Site{}, err
	}
	states := make([]event.SiteState, len(sites))
	for i, s := range sites {
		states[i] = event.SiteState{Source: s.Source, ID: s.ID, Name: s.Name}
	}
	s, err := journal.SiteNamed(states, "", typed)
	return event.Site{Source: s.Source, ID: s.ID, Name: s.Name}, forChat(err)
}

// forChat takes the advice for the command line off the error of a look-up.
func forChat(err error) error {
	if e, ok := errors.AsType[*journal.LookupError](err); ok {
		chat := *e
		if strings.Contains(chat.Advice, "foghorn") {
			chat.Advice = ""
		}
		return &chat
	}
	return err
}

// alert reads an alert that the person may see. One that they may not is like none.
func (r *request) alert(ctx context.Context, typed string) (event.Alert, error) {
	id, err := event.ParseID(typed)
	if err != nil {
		return event.Alert{}, fmt.Errorf("%q is not the id of an alert, such as a345", typed)
	}
	a, err := r.Journal.Alert(ctx, id)
	if errors.Is(err, event.ErrNotFound) || err == nil && !r.person.sees(a.Source, a.SiteID, a.Site) {
		return event.Alert{}, fmt.Errorf("there is no alert %s", event.ShortID(id))
	}
	return a, err
}

// alerts reads alerts that the person may see.
func (r *request) alerts(ctx context.Context, limit int, where ...*query.Query) ([]event.Alert, error) {
	p, err := r.page(ctx, limit, where...)
	if err != nil {
		return nil, err
	}
	rows, err := r.Journal.Alerts(ctx, p)
	return slices.DeleteFunc(rows, func(a event.Alert) bool { return !r.person.sees(a.Source, a.SiteID, a.Site) }), err
}

// ago says when something was, as people in several zones read it.
func (r *request) ago(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return human.Age(r.Clock.Now().Sub(t))
}

// clock writes a time of day in UTC, with the day when that is another.
func (r *request) clock(t time.Time) string { return human.When(t, r.Clock.Now(), human.UTC) }

// nameOf prefers a name over the address behind it.
func nameOf(name string, mac event.MAC) string {
	if name != "" {
		return name
	}
	return mac.String()
}

// fields are labeled values, without those that are empty.
func fields(pairs ...string) (out []Field) {
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" && pairs[i+1] != "0" {
			out = append(out, Field{pairs[i], pairs[i+1]})
		}
	}
	return out
}
