// Package servicenow keeps an incident in ServiceNow for each alert, by its Table API: it
// opens it, notes what changes, and resolves it.
//
// Callers may rely on this: before anything is written the incident is looked up, so a
// repeat changes nothing that its first attempt has changed, as long as ServiceNow
// shows what it took. Closed incidents are left alone.
package servicenow

import (
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"foghorn/config"
	"foghorn/relay"
)

const (
	table  = "/api/now/table/"
	closed = "Solution provided" // of the list of close codes in new instances

	// parallel is how many alerts are told at once. Each takes two requests, which an
	// instance answers in about a second.
	parallel = 4
)

// destination is the instance of one relay.
type destination struct {
	base   string // the address before /api
	header http.Header
	host   string // of this machine

	closeCode, caller, group, category, ci string

	// seen are the incidents as the exchanges under way have read them, by correlation id.
	// They are kept here and not in the handle: what a process read before it died may
	// have changed since.
	seen map[string]sight
}

// sight is what a look-up found, and when.
type sight struct {
	row *incident // nil when there is none
	at  time.Time
}

// fresh is how long a look-up is believed.
const fresh = time.Minute

// maxSeen bounds the look-ups of exchanges that were given up.
const maxSeen = 1000

// New makes the destination of a relay.
func New(c config.Relay, e relay.Env) (relay.Destination, error) {
	base, err := baseOf(c.URL.Reveal())
	if err != nil {
		return nil, err
	}
	header, err := credentials(c)
	if err != nil {
		return nil, err
	}
	d := &destination{base: base, header: header, host: e.Host, closeCode: c.CloseCode, caller: c.Caller, group: c.AssignmentGroup,
		category: c.Category, ci: c.CI, seen: map[string]sight{}}
	if d.closeCode == "" {
		d.closeCode = closed
	}
	switch d.ci {
	case "":
		d.ci = "device"
	case "device", "mac", "site", "none":
	default:
		return nil, errors.New("ci must be device, mac, site or none")
	}
	return d, nil
}

// baseOf is the part of an address that all paths of the instance begin with.
func baseOf(text string) (string, error) {
	const example = "such as https://example.service-now.com"
	u, err := url.Parse(text)
	switch {
	case text == "":
		return "", errors.New("url is missing; it is the address of the instance, " + example)
	case err != nil || u.Host == "":
		return "", errors.New("url is no address; it looks " + example) // the error's text may hold a secret
	case u.RawQuery != "" || u.Fragment != "":
		return "", errors.New("url must not have anything after the path")
	}
	before, _, _ := strings.Cut(u.Path, "/api/now")
	return u.Scheme + "://" + u.Host + strings.TrimSuffix(before, "/"), nil
}

// credentials are the headers of each request. Without Accept, XML may come
// (docs/integrations.md, ServiceNow).
func credentials(c config.Relay) (http.Header, error) {
	h := http.Header{"Accept": {"application/json"}}
	ways := 0
	if c.User != "" || !c.Password.IsZero() {
		ways++
		if c.User == "" || c.Password.IsZero() {
			return nil, errors.New("user and password need each other")
		}
		h.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(c.User+":"+c.Password.Reveal())))
	}
	if !c.Token.IsZero() {
		ways++
		h.Set("Authorization", "Bearer "+c.Token.Reveal())
	}
	if !c.APIKey.IsZero() {
		ways++
		h.Set("x-sn-apikey", c.APIKey.Reveal())
	}
	if ways != 1 {
		return nil, errors.New("give either user and password, or token (OAuth), or api_key")
	}
	return h, nil
}

func (d *destination) Limits() relay.Limits {
	return relay.Limits{Items: 1, Parallel: parallel, Keeps: true}
}

// The steps of an exchange.
const (
	stepLookUp  = "look up"
	stepCreate  = "create"
	stepUpdate  = "update"
	stepReopen  = "reopen"
	stepNote    = "note"
	stepResolve = "resolve"
)

// answerFields are what answers shall hold.
const answerFields = "sys_id,number,state,active,correlation_id,correlation_display"

// request is one to a table, or to a row of it.
func (d *destination) request(step, method, path string, query url.Values, body []byte) *relay.Request {
	h := d.header.Clone()
	if body != nil {
		h.Set("Content-Type", "application/json")
	}
	return &relay.Request{Step: step, Method: method, URL: d.base + table + path + "?" + query.Encode(), Header: h, Body: body,
		Items: 1, Unpaced: method == http.MethodGet}
}

// Encode returns the look-up of the alert's incident, or what follows from it.
func (d *destination) Encode(work *relay.Work) (*relay.Request, error) {
	if len(work.Items) == 0 {
		return nil, errors.New("there is nothing to send")
	}
	h := handleOf(work)
	t := ticketOf(&work.Items[0], h)
	if s, ok := d.seen[t.correlation]; ok && work.Now.Sub(s.at) < fresh {
		if step, _ := t.next(h, s.row); step != "" {
			return d.write(step, t, h, s.row)
		}
	}
	return d.lookUp(t, h), nil
}

// lookUp asks for the incident by its sys_id where that is known, and else by the
// correlation id.
func (d *destination) lookUp(t *ticket, h *handle) *relay.Request {
	q := url.Values{"sysparm_fields": {answerFields}}
	if h.SysID != "" {
		return d.request(stepLookUp, http.MethodGet, "incident/"+h.SysID, q, nil)
	}
	q.Set("sysparm_query", "correlation_id="+t.correlation+"^active=true^ORDERBYDESCsys_created_on")
	q.Set("sysparm_limit", "1")
	return d.request(stepLookUp, http.MethodGet, "incident", q, nil)
}

// write makes the request that changes something.
func (d *destination) write(step string, t *ticket, h *handle, row *incident) (*relay.Request, error) {
	q := url.Values{"sysparm_fields": {answerFields}}
	fields := d.fieldsOf(step, t, h, row)
	body, err := relay.Compact(fields)
	if err != nil {
		return nil, err
	}
	if step == stepCreate {
		// Names of people, groups and devices count, and not only their sys_id.
		q.Set("sysparm_input_display_value", "true")
		return d.request(step, http.MethodPost, "incident", q, body), nil
	}
	return d.request(step, http.MethodPatch, "incident/"+row.SysID, q, body), nil
}

// Preview returns the exchange as it would be for an instance that has no incident yet.
func (d *destination) Preview(work *relay.Work) ([]*relay.Request, error) {
	if len(work.Items) == 0 {
		return nil, errors.New("there is nothing to send")
	}
	t := ticketOf(&work.Items[0], &handle{})
	create, err := d.write(stepCreate, t, &handle{}, nil)
	if err != nil {
		return nil, err
	}
	return []*relay.Request{d.lookUp(t, &handle{}), create}, nil
}
