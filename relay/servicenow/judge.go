package servicenow

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"foghorn/relay"
)

// Judge says what an answer means.
func (d *destination) Judge(work *relay.Work, request *relay.Request, answer *relay.Answer) relay.Verdict {
	h := handleOf(work)
	t := ticketOf(&work.Items[0], h)
	delete(d.seen, t.correlation) // what was read holds until something is written
	said := read(answer.Body)
	good := answer.Err == nil && answer.Status >= 200 && answer.Status <= 299 && said != nil && said.fail == ""
	switch {
	case !good && answer.Err == nil && answer.Status == http.StatusNotFound && (h.SysID != "" || noRecord(said)):
		return d.gone(work, t, h, answer.At)
	case !good:
		return refusal(request, answer, said)
	case request.Step == stepLookUp:
		return d.found(work, t, h, said, answer.At)
	}
	return d.written(work, request, t, h, said)
}

// noRecord reports whether a 404 is about the row and not about the address.
func noRecord(r *reply) bool { return r != nil && strings.Contains(r.fail, "No Record found") }

// gone is what follows when the incident is not there any more: it is looked for by its
// correlation id, or is none.
func (d *destination) gone(work *relay.Work, t *ticket, h *handle, at time.Time) relay.Verdict {
	if h.SysID == "" {
		return d.decide(work, t, h, nil, at)
	}
	*h = handle{Correlation: t.correlation, Gone: true}
	keep(work, h)
	return relay.Verdict{Outcome: relay.More, Reason: "the incident is closed or deleted"}
}

// found is what follows from a look-up.
func (d *destination) found(work *relay.Work, t *ticket, h *handle, said *reply, at time.Time) relay.Verdict {
	byID := h.SysID != ""
	if len(said.rows) == 0 {
		if byID {
			return d.gone(work, t, h, at)
		}
		return d.decide(work, t, h, nil, at)
	}
	row := &said.rows[0]
	switch {
	case byID && (row.SysID != h.SysID || !row.open()):
		return d.gone(work, t, h, at)
	case !byID && (row.Correlation != t.correlation || !row.open()):
		// An instance that cannot apply a query ignores it, and answers with any row.
		return d.decide(work, t, h, nil, at)
	}
	h.SysID, h.Number, h.Correlation = row.SysID, row.Number, t.correlation
	keep(work, h)
	return d.decide(work, t, h, row, at)
}

// decide says whether anything is left to write, and remembers the incident for it.
func (d *destination) decide(work *relay.Work, t *ticket, h *handle, row *incident, at time.Time) relay.Verdict {
	step, reason := t.next(h, row)
	if step == "" {
		if row != nil {
			h.Resolved = t.over
			if row.State != stateResolved {
				h.remember(t)
			}
			keep(work, h)
		}
		return relay.Verdict{Outcome: relay.Sent, Reason: reason}
	}
	if len(d.seen) >= maxSeen {
		clear(d.seen)
	}
	d.seen[t.correlation] = sight{row, at}
	return relay.Verdict{Outcome: relay.More}
}

// remember keeps what the incident now says.
func (h *handle) remember(t *ticket) {
	level := levels[t.severity]
	h.Short, h.Impact, h.Urgency = t.title, level[0], level[1]
}

// written is what follows when ServiceNow took what was written.
func (d *destination) written(work *relay.Work, request *relay.Request, t *ticket, h *handle, said *reply) relay.Verdict {
	if len(said.rows) != 1 {
		return relay.Verdict{Outcome: relay.Retry, Reason: "the answer names no incident: it is looked up"}
	}
	row := said.rows[0]
	h.SysID, h.Number, h.Correlation, h.Gone = row.SysID, row.Number, t.correlation, false
	if s := request.Step; s == stepCreate || s == stepUpdate || s == stepReopen {
		h.remember(t)
	}
	switch {
	case request.Step == stepCreate && t.over:
		keep(work, h)
		return relay.Verdict{Outcome: relay.More, Reason: "opened " + line(row.Number, maxName) + ", to be resolved"}
	case request.Step == stepResolve && row.State != "" && row.State != stateResolved && row.State != stateClosed:
		keep(work, h)
		return relay.Verdict{Outcome: relay.Refused, Reason: line(row.Number, maxName) +
			" is not resolved, although ServiceNow took the request: give the user the right to write state, close_code and close_notes"}
	case request.Step == stepReopen && row.State == stateResolved:
		keep(work, h)
		return relay.Verdict{Outcome: relay.Refused, Reason: line(row.Number, maxName) +
			" is still resolved, although ServiceNow took the request: give the user the right to write state"}
	}
	h.Resolved = t.over
	keep(work, h)
	return relay.Verdict{Outcome: relay.Sent}
}

// refusal is what follows from anything but a success.
func refusal(request *relay.Request, answer *relay.Answer, said *reply) relay.Verdict {
	v := relay.JudgeHTTP(answer)
	if v.Outcome == relay.Refused {
		v.Items = 0 // there is only one
	}
	if answer.Err != nil {
		return v
	}
	if said != nil && said.fail != "" {
		v.Reason = strconv.Itoa(answer.Status) + ": " + said.fail
	}
	policy := said != nil && strings.Contains(strings.ToLower(said.fail), "data policy")
	switch s := answer.Status; {
	case s >= 200 && s <= 299 && said != nil:
		v.Outcome = relay.Refused // an error with the code of a success
	case s >= 200 && s <= 299:
		return noAnswer(answer)
	case s == http.StatusUnauthorized:
		v.Reason += ". Check user and password, token or api_key, and whether the user may use the web services"
	case s == http.StatusForbidden && request.Step == stepResolve:
		// Another alert may well be opened or noted: only this one waits.
		v.Outcome = relay.Refused
		v.Reason += ". Set close_code to a value that this instance takes (open an incident's Resolution code to see them)"
	case s == http.StatusForbidden && policy && request.Step == stepCreate:
		v.Reason += ". The instance wants more fields: set caller, category and assignment_group"
	case s == http.StatusForbidden && request.Method == http.MethodPatch:
		v.Outcome = relay.Refused
		v.Reason += ". Give the user the right to change this incident"
	case s == http.StatusForbidden:
		v.Reason += ". Give the user the role itil, or the rights to read and create incidents"
	case s == http.StatusBadRequest && request.Method == http.MethodGet:
		v.Outcome = relay.Misconfigured // the items are not in it
	case s == http.StatusNotFound:
		v.Reason += ". Is url the address of the instance?"
	}
	return v
}

// noAnswer judges a success without a row: a page, or an answer that was cut off.
func noAnswer(answer *relay.Answer) relay.Verdict {
	body := bytes.TrimSpace(answer.Body)
	if bytes.HasPrefix(body, []byte("{")) && !json.Valid(body) {
		return relay.Verdict{Outcome: relay.Retry, Reason: "the answer ends in the middle: the incident is looked up"}
	}
	return relay.Verdict{Outcome: relay.Misconfigured,
		Reason: "not an answer of the Table API: " + relay.Explain(answer) + ". Check url; a developer's instance may be asleep"}
}
