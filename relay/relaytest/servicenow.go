package relaytest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// ServiceNowOptions say what the stand-in's instance is like.
type ServiceNowOptions struct {
	// Credentials: those that are set are taken.
	User, Password, Token, APIKey string
	CloseCodes                    []string // "Solution provided" and more when empty
	Names                         []string // of people, groups and items that references may name
	Mandatory                     []string // fields without which no incident is created
	PerHour                       int      // requests; 0 for any number
	Now                           func() time.Time
	// Loose makes queries match everything, as those do that an instance cannot apply.
	Loose bool
}

// ServiceNow is a stand-in for the Table API of ServiceNow, with the table incident
// (docs/integrations.md, ServiceNow). It enforces credentials, Accept, strings as values,
// the data policy on resolving, and that closed incidents stay closed. As in the real
// database, correlation ids are not unique, long values are cut, and fields that it
// does not know are dropped in silence.
type ServiceNow struct {
	Faults

	o        ServiceNowOptions
	mu       sync.Mutex
	rows     []map[string]string
	notes    map[string][]string // work notes, by sys_id
	cut      []string            // fields that were longer than they may be
	unknown  []string            // fields that were dropped
	window   time.Time
	requests int
}

// NewServiceNow returns a stand-in without incidents.
func NewServiceNow(o ServiceNowOptions) *ServiceNow {
	if len(o.CloseCodes) == 0 {
		o.CloseCodes = []string{"Duplicate", "Known error", "No resolution provided", "Resolved by caller", "Resolved by change", "Solution provided", "Workaround provided"}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &ServiceNow{o: o, notes: map[string][]string{}}
}

// serviceNowLengths are the fields of incidents, and how many characters they hold.
var serviceNowLengths = map[string]int{
	"short_description": 160, "description": 4000, "caller_id": 100, "contact_type": 40, "category": 40, "state": 40, "impact": 40, "urgency": 40,
	"assignment_group": 100, "cmdb_ci": 100, "correlation_id": 100, "correlation_display": 100, "close_code": 40, "close_notes": 4000,
	"work_notes": 1 << 20, "comments": 1 << 20, "priority": 40,
}

var serviceNowReferences = []string{"caller_id", "assignment_group", "cmdb_ci"}

// Incidents returns copies of the incidents, in the order in which they were created.
func (s *ServiceNow) Incidents() []map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]map[string]string, len(s.rows))
	for i, row := range s.rows {
		out[i] = maps.Clone(row)
	}
	return out
}

// Notes returns the work notes of an incident.
func (s *ServiceNow) Notes(number string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if row := s.find("number", number); row != nil {
		return slices.Clone(s.notes[row["sys_id"]])
	}
	return nil
}

// Lost returns the names of fields whose values were cut, and of those that were dropped.
func (s *ServiceNow) Lost() (cut, unknown []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.cut), slices.Clone(s.unknown)
}

// Set changes a field of an incident as a person does. It reports whether there is one.
func (s *ServiceNow) Set(number, field, value string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	row := s.find("number", number)
	if row != nil {
		row[field] = value
		s.derive(row)
	}
	return row != nil
}

// Delete removes an incident.
func (s *ServiceNow) Delete(number string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rows = slices.DeleteFunc(s.rows, func(row map[string]string) bool { return row["number"] == number })
}

func (s *ServiceNow) find(field, value string) map[string]string {
	for _, row := range s.rows {
		if row[field] == value {
			return row
		}
	}
	return nil
}

func (s *ServiceNow) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.Through(w, r, s.serve) }

func (s *ServiceNow) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case !strings.HasPrefix(r.URL.Path, "/api/now/table/"):
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, "<html><title>Page not found</title></html>")
		return
	case !s.known(r):
		w.Header().Set("WWW-Authenticate", `BASIC realm="Service-now"`)
		serviceNowFailure(w, http.StatusUnauthorized, "User Not Authenticated", "Required to provide Auth information")
		return
	case !s.allow(w):
		return
	case !strings.Contains(r.Header.Get("Accept"), "application/json"):
		w.Header().Set("Content-Type", "application/xml")
		_, _ = io.WriteString(w, `<?xml version="1.0" encoding="UTF-8"?><response><result/></response>`)
		return
	}
	name, id, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/api/now/table/"), "/")
	switch {
	case name == "sys_choice" && r.Method == http.MethodGet:
		s.choices(w)
	case name != "incident":
		serviceNowFailure(w, http.StatusBadRequest, "Invalid table "+name, "")
	case r.Method == http.MethodGet && id == "":
		s.list(w, r)
	case r.Method == http.MethodPost && id == "":
		s.create(w, r)
	case r.Method == http.MethodGet || r.Method == http.MethodPatch || r.Method == http.MethodPut:
		row := s.find("sys_id", id)
		switch {
		case row == nil:
			serviceNowFailure(w, http.StatusNotFound, "No Record found", "Record doesn't exist or ACL restricts the record retrieval")
		case r.Method == http.MethodGet:
			answerJSON(w, http.StatusOK, map[string]any{"result": chosen(row, r)})
		default:
			s.update(w, r, row)
		}
	default:
		serviceNowFailure(w, http.StatusMethodNotAllowed, "Method not supported", "")
	}
}

// known checks the credentials.
func (s *ServiceNow) known(r *http.Request) bool {
	user, password, basic := r.BasicAuth()
	switch {
	case basic:
		return s.o.User != "" && user == s.o.User && password == s.o.Password
	case r.Header.Get("Authorization") != "":
		return s.o.Token != "" && r.Header.Get("Authorization") == "Bearer "+s.o.Token
	}
	return s.o.APIKey != "" && r.Header.Get("x-sn-apikey") == s.o.APIKey
}

// allow counts requests by the hour.
func (s *ServiceNow) allow(w http.ResponseWriter) bool {
	now := s.o.Now()
	if now.Sub(s.window) >= time.Hour {
		s.window, s.requests = now, 0
	}
	if s.requests++; s.o.PerHour == 0 || s.requests <= s.o.PerHour {
		return true
	}
	w.Header().Set("Retry-After", strconv.Itoa(int(s.window.Add(time.Hour).Sub(now).Seconds())+1))
	serviceNowFailure(w, http.StatusTooManyRequests, "Rate limit exceeded", "Request was rejected by a rate limit rule")
	return false
}

func (s *ServiceNow) choices(w http.ResponseWriter) {
	rows := []map[string]string{}
	for _, code := range s.o.CloseCodes {
		rows = append(rows, map[string]string{"name": "incident", "element": "close_code", "value": code, "label": code})
	}
	answerJSON(w, http.StatusOK, map[string]any{"result": rows})
}

// list answers a query. Conditions on fields that do not exist are ignored.
func (s *ServiceNow) list(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	found := slices.Clone(s.rows)
	slices.Reverse(found)
	for part := range strings.SplitSeq(q.Get("sysparm_query"), "^") {
		if strings.HasPrefix(part, "ORDERBY") {
			continue // the newest is first already
		}
		field, value, ok := strings.Cut(part, "=")
		if _, exists := serviceNowLengths[field]; !ok || s.o.Loose || !exists && !slices.Contains([]string{"sys_id", "number", "active"}, field) {
			continue
		}
		found = slices.DeleteFunc(found, func(row map[string]string) bool { return row[field] != value })
	}
	limit, err := strconv.Atoi(cmp.Or(q.Get("sysparm_limit"), "10000"))
	if err != nil {
		serviceNowFailure(w, http.StatusBadRequest, "Invalid sysparm_limit", "")
		return
	}
	rows := []map[string]string{}
	for _, row := range found[:min(limit, len(found))] {
		rows = append(rows, chosen(row, r))
	}
	answerJSON(w, http.StatusOK, map[string]any{"result": rows})
}

// chosen are the fields of a row that the request asks for.
func chosen(row map[string]string, r *http.Request) map[string]string {
	names := r.URL.Query().Get("sysparm_fields")
	if names == "" {
		return row
	}
	out := map[string]string{}
	for name := range strings.SplitSeq(names, ",") {
		if v, ok := row[name]; ok {
			out[name] = v
		}
	}
	return out
}

// body reads the fields of a request, or answers it.
func (s *ServiceNow) body(w http.ResponseWriter, r *http.Request) map[string]string {
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "application/json" {
		serviceNowFailure(w, http.StatusUnsupportedMediaType, "Unsupported media type", "")
		return nil
	}
	text, err := io.ReadAll(io.LimitReader(r.Body, 10<<20))
	var fields map[string]string
	if err == nil {
		err = json.Unmarshal(text, &fields)
	}
	if err != nil || fields == nil || !utf8.Valid(text) {
		serviceNowFailure(w, http.StatusBadRequest, "Exception while reading request", "The payload is not an object of strings")
		return nil
	}
	return fields
}

func (s *ServiceNow) create(w http.ResponseWriter, r *http.Request) {
	fields := s.body(w, r)
	if fields == nil {
		return
	}
	for _, name := range s.o.Mandatory {
		if fields[name] == "" {
			serviceNowPolicy(w, name)
			return
		}
	}
	n := len(s.rows) + 1
	row := map[string]string{"sys_id": fmt.Sprintf("%032x", 0xabc0000+n), "number": fmt.Sprintf("INC%07d", 10000+n), "state": "1",
		"sys_created_on": s.o.Now().UTC().Format("2006-01-02 15:04:05")}
	if !s.write(w, row, fields, r.URL.Query()) {
		return
	}
	s.rows = append(s.rows, row)
	w.Header().Set("Location", (&url.URL{Scheme: "https", Host: r.Host, Path: r.URL.Path + "/" + row["sys_id"]}).String())
	answerJSON(w, http.StatusCreated, map[string]any{"result": chosen(row, r)})
}

func (s *ServiceNow) update(w http.ResponseWriter, r *http.Request, row map[string]string) {
	fields := s.body(w, r)
	if fields == nil {
		return
	}
	if row["active"] == "false" {
		serviceNowFailure(w, http.StatusForbidden, "Operation Failed", "The incident is closed")
		return
	}
	after := maps.Clone(row)
	if !s.write(w, after, fields, r.URL.Query()) {
		return
	}
	maps.Copy(row, after)
	answerJSON(w, http.StatusOK, map[string]any{"result": chosen(row, r)})
}

// write puts fields into a row, or answers that they may not be.
func (s *ServiceNow) write(w http.ResponseWriter, row, fields map[string]string, q url.Values) bool {
	for name, v := range fields {
		limit, ok := serviceNowLengths[name]
		switch {
		case !ok:
			s.unknown = append(s.unknown, name)
			continue
		case name == "priority": // computed
			continue
		case utf8.RuneCountInString(v) > limit:
			s.cut = append(s.cut, name)
			v = string([]rune(v)[:limit])
		case slices.Contains(serviceNowReferences, name):
			v = s.reference(v, q.Get("sysparm_input_display_value") == "true")
		}
		if name != "work_notes" && name != "comments" {
			row[name] = v
		}
	}
	if !slices.Contains([]string{"1", "2", "3", "6", "7", "8"}, row["state"]) {
		serviceNowFailure(w, http.StatusBadRequest, "Invalid state", row["state"])
		return false
	}
	if row["state"] == "6" && (!slices.Contains(s.o.CloseCodes, row["close_code"]) || row["close_notes"] == "") {
		serviceNowPolicy(w, "Resolution code, Resolution notes")
		return false
	}
	if note := fields["work_notes"]; note != "" {
		s.notes[row["sys_id"]] = append(s.notes[row["sys_id"]], note)
	}
	s.derive(row)
	return true
}

var serviceNowID = regexp.MustCompile(`^[0-9a-f]{32}$`)

// reference is the value of a reference: a sys_id, or a name where names are taken. One
// that is neither stays empty.
func (s *ServiceNow) reference(v string, names bool) string {
	if serviceNowID.MatchString(v) || names && slices.Contains(s.o.Names, v) {
		return v
	}
	return ""
}

// derive sets what ServiceNow computes.
func (s *ServiceNow) derive(row map[string]string) {
	row["active"] = strconv.FormatBool(row["state"] != "7" && row["state"] != "8")
	impact, _ := strconv.Atoi(cmp.Or(row["impact"], "3"))
	urgency, _ := strconv.Atoi(cmp.Or(row["urgency"], "3"))
	row["priority"] = strconv.Itoa(max(1, impact+urgency-1))
}

func serviceNowPolicy(w http.ResponseWriter, fields string) {
	serviceNowFailure(w, http.StatusForbidden, "Operation Failed", "Data Policy Exception: The following fields are mandatory: "+fields)
}

func serviceNowFailure(w http.ResponseWriter, status int, message, detail string) {
	answerJSON(w, status, map[string]any{"error": map[string]string{"message": message, "detail": detail}, "status": "failure"})
}
