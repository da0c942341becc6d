package tui

import (
	"regexp"
	"strconv"
	"strings"

	"foghorn/journal/event"
)

// idTerm finds the terms of a query that name events and alerts by number.
var idTerm = regexp.MustCompile(`\b(id|alert|alert_id|parent|parent_id)(:|!?=|[<>]=?)[0-9,]+`)

// useCurrentIDs gives the events and alerts that filters name the ids they have
// now, when an older version wrote the file. A number that was no such id, such as
// that of a delivery, stays as it is.
func (r *remembered) useCurrentIDs() {
	if r.EventsPerRecord == event.MaxEventsPerRecord {
		return
	}
	convert := func(filter string) string {
		return idTerm.ReplaceAllStringFunc(filter, func(term string) string {
			at := strings.LastIndexAny(term, ":=<>") + 1
			ids := strings.Split(term[at:], ",")
			for i, text := range ids {
				old, err := strconv.ParseInt(text, 10, 64)
				if err != nil {
					continue
				}
				if id, ok := event.CurrentID(old, r.EventsPerRecord); ok && id >= event.MaxEventsPerRecord {
					ids[i] = strconv.FormatInt(id, 10)
				}
			}
			return term[:at] + strings.Join(ids, ",")
		})
	}
	filters := r.Typed[promptFilter.String()]
	for i, f := range filters {
		filters[i] = convert(f)
	}
	for name, v := range r.Views {
		v.Filter = convert(v.Filter)
		r.Views[name] = v
	}
	r.EventsPerRecord = event.MaxEventsPerRecord
}
