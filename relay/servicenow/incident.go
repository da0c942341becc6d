package servicenow

import (
	"bytes"
	"encoding/json"
	"regexp"

	"foghorn/relay"
)

// fields are those of an incident that are written. All values are strings; priority is
// not among them, because ServiceNow computes it.
type fields struct {
	ShortDescription   string `json:"short_description,omitempty"`
	Description        string `json:"description,omitempty"`
	Caller             string `json:"caller_id,omitempty"`
	ContactType        string `json:"contact_type,omitempty"`
	Category           string `json:"category,omitempty"`
	State              string `json:"state,omitempty"`
	Impact             string `json:"impact,omitempty"`
	Urgency            string `json:"urgency,omitempty"`
	Group              string `json:"assignment_group,omitempty"`
	CI                 string `json:"cmdb_ci,omitempty"`
	CorrelationID      string `json:"correlation_id,omitempty"`
	CorrelationDisplay string `json:"correlation_display,omitempty"`
	CloseCode          string `json:"close_code,omitempty"`
	CloseNotes         string `json:"close_notes,omitempty"`
	WorkNotes          string `json:"work_notes,omitempty"`
}

// fieldsOf are the fields that a step writes. Each step leaves the item's mark in the
// incident, so that a repeat is known.
func (d *destination) fieldsOf(step string, t *ticket, h *handle, row *incident) fields {
	f := fields{CorrelationDisplay: t.mark, WorkNotes: t.note}
	if row != nil && row.Display == t.mark {
		f.WorkNotes = "" // it is in, and the rest is not
	}
	level := levels[t.severity]
	switch step {
	case stepCreate:
		f.ShortDescription, f.Description, f.CorrelationID = t.title, t.description, t.correlation
		f.Caller, f.ContactType, f.Category, f.Group, f.CI = d.caller, "monitoring", d.category, d.group, d.item(t)
		f.Impact, f.Urgency = level[0], level[1]
		f.WorkNotes = "Opened by foghorn on " + line(d.host, maxName)
		if t.over {
			f.CorrelationDisplay = "foghorn" // it is not as it should be before it is resolved
		}
	case stepResolve:
		f.State, f.CloseCode, f.CloseNotes = stateResolved, d.closeCode, t.closeNotes
	case stepReopen:
		f.State = stateInProgress
		fallthrough
	case stepUpdate:
		f.ShortDescription = changed(t.title, h.Short)
		f.Impact, f.Urgency = changed(level[0], h.Impact), changed(level[1], h.Urgency)
	}
	return f
}

// changed is a value that was not written before. What people changed in ServiceNow stays.
func changed(now, before string) string {
	if now == before {
		return ""
	}
	return now
}

// item is the text that names the configuration item.
func (d *destination) item(t *ticket) string {
	return map[string]string{"device": t.device, "mac": t.mac, "site": t.site}[d.ci]
}

// incident is a row of an answer.
type incident struct {
	SysID, Number, State, Active, Correlation, Display string
}

var sysID = regexp.MustCompile(`^[0-9a-f]{32}$`)

// open reports whether the incident can still be changed.
func (i *incident) open() bool {
	return i.Active != "false" && i.State != stateClosed && i.State != stateCanceled
}

// reply is an answer of the Table API.
type reply struct {
	rows []incident // with a usable sys_id
	list bool
	fail string // what it says against the request
}

// read reads an answer. It returns nil for one that is none of the Table API's.
func read(body []byte) *reply {
	var a struct {
		Result json.RawMessage `json:"result"`
		Error  json.RawMessage `json:"error"`
	}
	if err := json.Unmarshal(body, &a); err != nil || a.Result == nil && a.Error == nil {
		return nil
	}
	r := &reply{}
	if a.Error != nil {
		r.fail = failure(a.Error)
		return r
	}
	var rows []map[string]json.RawMessage
	if r.list = bytes.HasPrefix(a.Result, []byte("[")); r.list {
		if json.Unmarshal(a.Result, &rows) != nil {
			return nil
		}
	} else {
		var row map[string]json.RawMessage
		if json.Unmarshal(a.Result, &row) != nil {
			return nil
		}
		rows = append(rows, row)
	}
	for _, row := range rows {
		i := incident{value(row["sys_id"]), value(row["number"]), value(row["state"]), value(row["active"]), value(row["correlation_id"]),
			value(row["correlation_display"])}
		if sysID.MatchString(i.SysID) {
			r.rows = append(r.rows, i)
		}
	}
	return r
}

// value is a field of a row: a string, or an object around it when the instance adds what
// people see.
func value(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	var o struct {
		Value string `json:"value"`
	}
	_ = json.Unmarshal(raw, &o) // anything else has no value
	return o.Value
}

// failure is what an answer says in error: an object with message and detail, or a text.
func failure(raw json.RawMessage) string {
	var e struct{ Message, Detail string }
	if json.Unmarshal(raw, &e) != nil {
		var s string
		_ = json.Unmarshal(raw, &s) // what is neither says nothing
		return line(s+" ", maxShort)
	}
	if e.Detail != "" {
		e.Message += ": " + e.Detail
	}
	return line(e.Message, 2*maxShort)
}

// handle is what the destination remembers of an alert's incident.
type handle struct {
	SysID       string `json:"sys_id,omitempty"`
	Number      string `json:"number,omitempty"`
	Correlation string `json:"correlation_id"`
	Short       string `json:"short_description,omitempty"` // as last written
	Impact      string `json:"impact,omitempty"`
	Urgency     string `json:"urgency,omitempty"`
	Resolved    bool   `json:"resolved,omitempty"` // by us
	Gone        bool   `json:"gone,omitempty"`     // there was one that is closed or deleted
}

func handleOf(work *relay.Work) *handle {
	var h handle
	if json.Unmarshal(work.Handle, &h) != nil || h.SysID != "" && !sysID.MatchString(h.SysID) || !correlation.MatchString(h.Correlation) {
		return &handle{}
	}
	return &h
}

// correlation are the correlation ids that this package makes.
var correlation = regexp.MustCompile(`^[A-Za-z0-9_.:-]{1,100}$`)

func keep(work *relay.Work, h *handle) {
	work.Handle, _ = json.Marshal(h) // texts and booleans
}
