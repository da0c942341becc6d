package export

import (
	"strconv"
	"time"

	"foghorn/internal/human"
	"foghorn/journal/event"
)

// column is one column of a table for people.
type column[T Row] struct {
	name  string
	min   int  // cells it is of use at; the header fits in them
	usual int  // cells it is given when the rows are not known beforehand
	drop  int  // columns with the highest go first when a line is too narrow; 0 stays
	whole bool // an id, a MAC, a name: never cut, others give way
	same  bool // leaves before anything is cut when all rows say the same, which a line above then names
	text  bool // sentences, which are cut before anything else
	right bool // numbers
	get   func(row *T, o Options) string
}

// columnsOf returns the columns of T, the one with the longest text last.
func columnsOf[T Row]() []column[T] {
	var zero T
	var columns any
	switch any(zero).(type) {
	case event.Event:
		columns = eventColumns
	case event.Alert:
		columns = alertColumns
	case event.AlertStep:
		columns = stepColumns
	case event.Delivery:
		columns = deliveryColumns
	case event.Activity:
		columns = activityColumns
	case event.Device:
		columns = deviceColumns
	case event.LiveClient:
		columns = liveClientColumns
	case event.Webhook:
		columns = webhookColumns
	case event.SLEScore:
		columns = scoreColumns
	case event.BudgetUse:
		columns = budgetColumns
	case event.Job:
		columns = jobColumns
	case event.SiteState:
		columns = siteColumns
	case event.RelayRow:
		columns = relayColumns
	case event.DeadLetter:
		columns = letterColumns
	case event.RelaySent:
		columns = sentColumns
	case event.RelayDrop:
		columns = dropColumns
	}
	return columns.([]column[T])
}

// clock words a time in the zone asked for.
func clock(t time.Time, o Options) string {
	switch {
	case t.IsZero():
		return ""
	case o.Zone == nil:
		return t.UTC().Format("2006-01-02 15:04:05Z")
	}
	return t.In(o.Zone).Format("2006-01-02 15:04:05")
}

// number leaves out 0 where it only means that there is none.
func number(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

// named prefers a name over the address behind it.
func named(name string, mac event.MAC) string {
	if name != "" {
		return name
	}
	return mac.String()
}

var eventColumns = []column[event.Event]{
	{name: "ID", min: 4, usual: 10, whole: true, get: func(e *event.Event, _ Options) string { return event.ShortID(e.ID) }},
	{name: "TIME", min: 19, usual: 20, drop: 2, get: func(e *event.Event, o Options) string { return clock(e.Time, o) }},
	{name: "SEV", min: 8, usual: 8, same: true, get: func(e *event.Event, _ Options) string { return e.Severity.String() }},
	{name: "TOPIC", min: 8, usual: 14, drop: 7, same: true, get: func(e *event.Event, _ Options) string { return e.Topic }},
	{name: "TYPE", min: 10, usual: 24, drop: 6, same: true, get: func(e *event.Event, _ Options) string { return e.Type }},
	{name: "SITE", min: 12, usual: 12, drop: 4, same: true, get: func(e *event.Event, _ Options) string { return e.Site }},
	{name: "DEVICE", min: 6, usual: 17, drop: 1, whole: true, get: func(e *event.Event, _ Options) string { return named(e.Device, e.DeviceMAC) }},
	{name: "CLIENT", min: 6, usual: 17, drop: 3, whole: true, get: func(e *event.Event, _ Options) string { return named(e.Client, e.ClientMAC) }},
	{name: "SSID", min: 4, usual: 10, drop: 5, same: true, get: func(e *event.Event, _ Options) string { return e.SSID }},
	{name: "TEXT", min: 24, usual: 60, text: true, get: func(e *event.Event, _ Options) string { return event.Marked(e.Text, e.Test) }},
}

var alertColumns = []column[event.Alert]{
	{name: "ID", min: 4, usual: 10, whole: true, get: func(a *event.Alert, _ Options) string { return event.ShortID(a.ID) }},
	{name: "SEV", min: 8, usual: 8, same: true, get: func(a *event.Alert, _ Options) string { return a.Severity.String() }},
	{name: "STATE", min: 8, usual: 8, same: true, get: func(a *event.Alert, _ Options) string { return string(a.State) }},
	{name: "OPENED", min: 19, usual: 20, drop: 5, get: func(a *event.Alert, o Options) string { return clock(a.Opened, o) }},
	{name: "LASTED", min: 6, usual: 7, drop: 2, right: true, get: lasted},
	{name: "COUNT", min: 5, usual: 5, drop: 6, right: true, get: func(a *event.Alert, _ Options) string { return number(int64(a.Count)) }},
	{name: "SITE", min: 12, usual: 12, drop: 3, same: true, get: func(a *event.Alert, _ Options) string { return a.Site }},
	{name: "DEVICE", min: 6, usual: 17, drop: 1, whole: true, get: func(a *event.Alert, _ Options) string { return named(a.Device, a.DeviceMAC) }},
	{name: "OWNER", min: 5, usual: 8, drop: 4, same: true, get: func(a *event.Alert, _ Options) string { return a.Owner }},
	{name: "NOTE", min: 6, usual: 12, drop: 7, text: true, get: func(a *event.Alert, _ Options) string { return a.Note }},
	{name: "TITLE", min: 24, usual: 60, text: true, get: alertTitle},
}

// alertTitle is the title, and when time ends the alert where nothing else does.
func alertTitle(a *event.Alert, o Options) string {
	title := event.Marked(a.Title, a.Test)
	leaving := a.Leaving(func(t time.Time) string {
		if o.Zone == nil {
			return human.Hour(t, o.Now, time.UTC) + "Z"
		}
		return human.Hour(t, o.Now, o.Zone)
	})
	for _, more := range []string{leaving, a.Closing()} {
		if more != "" {
			title += "; " + more
		}
	}
	return title
}

func lasted(a *event.Alert, o Options) string {
	if a.Resolved == nil && o.Now.IsZero() {
		return ""
	}
	return human.Duration(a.Duration(o.Now))
}

var stepColumns = []column[event.AlertStep]{
	{name: "TIME", min: 19, usual: 20, get: func(s *event.AlertStep, o Options) string { return clock(s.Time, o) }},
	{name: "SEV", min: 8, usual: 8, same: true, get: func(s *event.AlertStep, _ Options) string { return s.Severity.String() }},
	{name: "STEP", min: 8, usual: 8, get: func(s *event.AlertStep, _ Options) string { return s.Step }},
	{name: "ALERT", min: 5, usual: 8, whole: true, get: func(s *event.AlertStep, _ Options) string { return event.ShortID(s.AlertID) }},
	{name: "SITE", min: 12, usual: 12, drop: 2, same: true, get: func(s *event.AlertStep, _ Options) string { return s.Site }},
	{name: "DEVICE", min: 6, usual: 17, drop: 2, whole: true, get: func(s *event.AlertStep, _ Options) string { return named(s.Device, s.DeviceMAC) }},
	{name: "ACTOR", min: 5, usual: 8, drop: 3, get: func(s *event.AlertStep, _ Options) string { return s.Actor }},
	{name: "REASON", min: 6, usual: 12, drop: 4, text: true, get: func(s *event.AlertStep, _ Options) string { return s.Reason }},
	{name: "TITLE", min: 24, usual: 60, text: true, get: func(s *event.AlertStep, _ Options) string { return s.Title }},
}

var deliveryColumns = []column[event.Delivery]{
	{name: "ID", min: 4, usual: 8, whole: true, right: true, get: func(d *event.Delivery, _ Options) string { return strconv.FormatInt(d.ID, 10) }},
	{name: "RECEIVED", min: 19, usual: 20, drop: 2, get: func(d *event.Delivery, o Options) string { return clock(d.Received, o) }},
	{name: "SOURCE", min: 6, usual: 10, drop: 3, same: true, get: func(d *event.Delivery, _ Options) string { return d.Source }},
	{name: "REMOTE", min: 8, usual: 15, drop: 4, get: func(d *event.Delivery, _ Options) string { return d.Remote }},
	{name: "VERDICT", min: 11, usual: 11, same: true, get: func(d *event.Delivery, _ Options) string { return string(d.Verdict) }},
	{name: "STATUS", min: 6, usual: 6, same: true, right: true, get: func(d *event.Delivery, _ Options) string { return strconv.Itoa(d.Status) }},
	{name: "SIZE", min: 7, usual: 9, drop: 2, right: true, get: func(d *event.Delivery, _ Options) string { return human.Bytes(d.Size) }},
	{name: "MS", min: 4, usual: 6, drop: 3, right: true, get: func(d *event.Delivery, _ Options) string {
		return strconv.FormatFloat(d.DurationMS, 'f', 1, 64)
	}},
	{name: "EVENTS", min: 6, usual: 6, drop: 1, right: true, get: func(d *event.Delivery, _ Options) string { return strconv.Itoa(d.Events) }},
	{name: "DUP", min: 3, usual: 3, drop: 5, right: true, get: func(d *event.Delivery, _ Options) string { return number(int64(d.Duplicates)) }},
	{name: "TOPIC", min: 8, usual: 18, same: true, get: func(d *event.Delivery, _ Options) string { return d.Topic }},
	{name: "CAUSE", min: 16, usual: 60, text: true, get: remark},
}

// remark is why a delivery was not accepted, or what is off about it.
func remark(d *event.Delivery, _ Options) string {
	if d.Cause != "" {
		return d.Cause
	}
	if d.Warning == "" && d.Ignored > 0 {
		return strconv.Itoa(d.Ignored) + " ignored by " + d.IgnoredBy
	}
	return d.Warning
}

// target is what an activity is about, an alert by its short id.
func target(a *event.Activity, _ Options) string {
	if id, ok := event.AlertIDOf(a.Target); ok {
		return "alert:" + event.ShortID(id)
	}
	return a.Target
}

var activityColumns = []column[event.Activity]{
	{name: "TIME", min: 19, usual: 20, get: func(a *event.Activity, o Options) string { return clock(a.Time, o) }},
	{name: "ACTOR", min: 5, usual: 10, get: func(a *event.Activity, _ Options) string { return a.Actor }},
	{name: "ACTION", min: 6, usual: 7, get: func(a *event.Activity, _ Options) string { return a.Action }},
	{name: "TARGET", min: 8, usual: 20, get: target},
	{name: "RESULT", min: 6, usual: 8, drop: 1, get: func(a *event.Activity, _ Options) string { return a.Result }},
	{name: "BEFORE", min: 6, usual: 12, drop: 3, text: true, get: func(a *event.Activity, _ Options) string { return a.Before }},
	{name: "AFTER", min: 6, usual: 20, drop: 2, text: true, get: func(a *event.Activity, _ Options) string { return a.After }},
	{name: "REASON", min: 6, usual: 40, text: true, get: func(a *event.Activity, _ Options) string { return a.Reason }},
}
