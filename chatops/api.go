package chatops

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"foghorn/config"
	"foghorn/journal/event"
)

// APIPath is where API is served, with everything below it that no platform serves.
const APIPath = "/api/v1/chatops/"

const (
	commandsPath = APIPath + "commands/"
	pageSize     = 100
	maxPageSize  = 1000
)

// API serves the audit of calls to holders of the audit token, and the managed settings
// of chat to holders of the admin token. If a token is not configured, it refuses everybody.
func (c *Core) API() http.Handler { return http.HandlerFunc(c.serveAPI) }

func (c *Core) serveAPI(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	part, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, APIPath), "/")
	table, settings := tablePaths[part]
	d := c.directory()
	isAudit, isAdmin := bears(r, d.AuditToken), bears(r, d.AdminToken)
	commands := strings.TrimSuffix(r.URL.Path, "/")+"/" == commandsPath
	switch {
	case settings && d.AdminToken.IsZero():
		c.turnAway(w, r, http.StatusForbidden, "managing chat over HTTP is off: [chatops] has no admin_token")
	case settings && isAudit && !isAdmin:
		c.turnAway(w, r, http.StatusForbidden, "the audit_token can only read the audit: give the admin_token of [chatops]")
	case settings && !isAdmin:
		c.turnAway(w, r, http.StatusUnauthorized, "a bearer token is needed: the admin_token of [chatops]")
	case settings:
		c.serveSettings(w, r, table, rest)
	case commands && isAdmin && !isAudit:
		c.turnAway(w, r, http.StatusForbidden, "the admin_token can only manage chat: give the audit_token of [chatops]")
	case !isAudit && !isAdmin:
		c.turnAway(w, r, http.StatusUnauthorized, "a bearer token is needed: the audit_token of [chatops]")
	case commands:
		c.serveCalls(w, r)
	default:
		answerError(w, http.StatusNotFound, "there is nothing here")
	}
}

// turnAway refuses a request, and audits it.
func (c *Core) turnAway(w http.ResponseWriter, r *http.Request, status int, why string) {
	if status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Bearer realm="foghorn"`)
	}
	c.Refused(r.Context(), Call{Platform: "http", Command: r.Method, Text: r.URL.Path}, why)
	answerError(w, status, why)
}

// bears reports whether a request has a token, in a time that says nothing of how much of
// it is right. No request has one that is not configured.
func bears(r *http.Request, token config.Secret) bool {
	want := token.Reveal()
	scheme, got, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	a, b := sha256.Sum256([]byte(want)), sha256.Sum256([]byte(got))
	return subtle.ConstantTimeCompare(a[:], b[:]) == 1 && want != "" && strings.EqualFold(scheme, "bearer")
}

// auditRow is a call as the API tells it.
type auditRow struct {
	ID        int64     `json:"id"`
	Workspace string    `json:"workspace"`
	Platform  string    `json:"platform"`
	Person    string    `json:"user"`
	User      string    `json:"platform_user_id"`
	Channel   string    `json:"channel_id"`
	Command   string    `json:"command"`
	Outcome   string    `json:"response_status"`
	Text      string    `json:"response_text"`
	Job       *int64    `json:"job"`
	Time      time.Time `json:"created_at"`
}

func rowOf(a *event.ChatCall) auditRow {
	row := auditRow{ID: a.ID, Workspace: a.Workspace, Platform: a.Platform, Person: a.Person, User: a.User, Channel: a.Channel, Command: a.Command,
		Outcome: a.Outcome, Text: a.Text, Time: a.Time.UTC()}
	if a.Job != 0 {
		row.Job = &a.Job
	}
	return row
}

// serveCalls answers with the audit, newest first. next leads to the page after.
func (c *Core) serveCalls(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		answerError(w, http.StatusMethodNotAllowed, "the audit is read-only")
		return
	}
	q := r.URL.Query()
	before, okBefore := number(q.Get("before"), 0)
	limit, okLimit := number(q.Get("limit"), pageSize)
	if !okBefore || !okLimit || limit < 1 || limit > maxPageSize {
		answerError(w, http.StatusBadRequest, "before is an id, and limit a number from 1 to "+strconv.Itoa(maxPageSize))
		return
	}
	calls, err := c.Audit(r.Context(), before, int(limit))
	if err != nil {
		c.Logger.Error("the audit of calls cannot be read", "error", err)
		answerError(w, http.StatusInternalServerError, "the audit cannot be read; the log says why")
		return
	}
	rows := make([]auditRow, len(calls))
	for i := range calls {
		rows[i] = rowOf(&calls[i])
	}
	var next *string
	if len(calls) == int(limit) {
		link := commandsPath + "?" + url.Values{"before": {strconv.FormatInt(calls[len(calls)-1].ID, 10)}, "limit": {strconv.FormatInt(limit, 10)}}.Encode()
		next = &link
	}
	answerJSON(w, http.StatusOK, map[string]any{"next": next, "results": rows})
}

// number reads a number of a query that is not negative.
func number(text string, without int64) (int64, bool) {
	if text == "" {
		return without, true
	}
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil && n >= 0
}

func answerJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // whoever went away needs no answer
}

func answerError(w http.ResponseWriter, status int, detail string) {
	answerJSON(w, status, map[string]string{"detail": detail})
}
