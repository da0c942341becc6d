package mistsim

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// What happened: the events of devices, and what administrators did.

var eventRoutes = []route{
	{method: "GET", path: "/orgs/{org_id}/devices/events/search", do: (*call).orgEvents},
	{method: "GET", path: "/sites/{site_id}/devices/events/search", do: (*call).siteEvents},
	{method: "GET", path: "/orgs/{org_id}/logs/search", do: (*call).logSearch},
	{method: "GET", path: "/orgs/{org_id}/logs", do: (*call).logSearch},
}

// orgEvents has the events of access points unless other types are asked for.
func (q *call) orgEvents() (any, error) {
	return q.eventSearch(func(e deviceEvent) bool { return q.ofType("device_type", e.DeviceType) })
}

func (q *call) siteEvents() (any, error) {
	site := q.r.PathValue("site_id")
	return q.eventSearch(func(e deviceEvent) bool { return e.SiteID == site })
}

func (q *call) eventSearch(fits func(deviceEvent) bool) (any, error) {
	from, to, err := q.window()
	if err != nil {
		return nil, err
	}
	text := q.query.Get("text")
	var rows []kept[deviceEvent]
	for _, k := range q.world.memory.events {
		e, at := k.of, time.Unix(k.of.Timestamp, 0)
		gone := q.world.sites[e.SiteID] == nil || q.world.sites[e.SiteID].removed
		if gone || at.Before(from.Truncate(time.Second)) || at.After(to) || !fits(e) ||
			!q.asked("mac", e.MAC) || !q.asked("type", e.Type) || !q.asked("model", e.Model) || !strings.Contains(e.Text, text) {
			continue
		}
		// The same element in other clothes: here the level is in small letters.
		k.of.EvType = strings.ToLower(e.EvType)
		rows = append(rows, k)
	}
	out, err := searched(q, rows, from, to, func(k kept[deviceEvent]) place {
		return place{k.of.Timestamp * 1000, fmt.Sprintf("%012d", k.told)}
	})
	return unwrapped(out, err, func(k kept[deviceEvent]) deviceEvent { return k.of })
}

// unwrapped makes the rows of a search what the reply shows of them.
func unwrapped[T, U any](out any, err error, show func(T) U) (any, error) {
	if err != nil {
		return nil, err
	}
	in := out.(found[T])
	to := found[U]{End: in.End, Limit: in.Limit, Next: in.Next, Results: []U{}, Start: in.Start, Total: in.Total}
	for _, r := range in.Results {
		to.Results = append(to.Results, show(r))
	}
	return to, nil
}

// auditRow is an element of the audits topic as the API shows it: before and
// after are objects here, and text there.
type auditRow struct {
	AdminID   string          `json:"admin_id"`
	AdminName string          `json:"admin_name"`
	After     json.RawMessage `json:"after,omitempty"`
	Before    json.RawMessage `json:"before,omitempty"`
	ForSite   bool            `json:"for_site"`
	ID        string          `json:"id"`
	Message   string          `json:"message"`
	OrgID     string          `json:"org_id"`
	SiteID    *string         `json:"site_id"`
	SrcIP     string          `json:"src_ip"`
	Timestamp float64         `json:"timestamp"`
}

func auditRowOf(a audit) auditRow {
	row := auditRow{
		AdminID: a.AdminID, AdminName: a.AdminName, ForSite: a.SiteID != nil, ID: a.ID, Message: a.Message,
		OrgID: a.OrgID, SiteID: a.SiteID, SrcIP: a.SrcIP, Timestamp: a.Timestamp,
	}
	if json.Valid([]byte(a.Before)) {
		row.Before = json.RawMessage(a.Before)
	}
	if json.Valid([]byte(a.After)) {
		row.After = json.RawMessage(a.After)
	}
	return row
}

// logPage pages by number, unlike the other searches.
type logPage struct {
	End     int64      `json:"end"`
	Limit   int        `json:"limit"`
	Next    string     `json:"next,omitempty"`
	Results []auditRow `json:"results"`
	Start   int64      `json:"start"`
	Total   int        `json:"total"`
}

func (q *call) logSearch() (any, error) {
	from, to, err := q.window()
	if err != nil {
		return nil, err
	}
	query := q.query
	var rows []auditRow
	for _, v := range slices.Backward(q.world.memory.audits) { // newest first
		a := v.of
		at, site := time.UnixMicro(int64(a.Timestamp*1e6)), ""
		if a.SiteID != nil {
			site = *a.SiteID
		}
		if at.Before(from) || at.After(to) || !q.asked("site_id", site) ||
			!strings.Contains(a.AdminName, query.Get("admin_name")) || !strings.Contains(a.Message, query.Get("message")) {
			continue
		}
		rows = append(rows, auditRowOf(a))
	}
	total := len(rows)
	if query.Get("sort") == "timestamp" {
		for i, j := 0, total-1; i < j; i, j = i+1, j-1 {
			rows[i], rows[j] = rows[j], rows[i]
		}
	}
	page, err := q.number("page", 1, 1, 1<<20)
	if err != nil {
		return nil, err
	}
	cut, err := paged(q, rows, false)
	if err != nil {
		return nil, err
	}
	limit, _ := strconv.Atoi(q.header.Get("X-Page-Limit")) // paged has just set it
	out := logPage{Start: from.Unix(), End: to.Unix(), Limit: limit, Results: cut.([]auditRow), Total: total}
	if page*limit < total || q.fault.Kind == EndlessPages {
		query.Set("page", strconv.Itoa(page+1))
		out.Next = q.r.URL.Path + "?" + query.Encode()
	}
	return out, nil
}
