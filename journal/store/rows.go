package store

import (
	"encoding/json"
	"strings"
	"time"

	"zombiezen.com/go/sqlite"

	"foghorn/journal/event"
)

// All columns of the tables, in the order in which the bind and scan functions below
// use them. The insert statements are made of them.
const (
	eventColumns = "id, time, received, source, via, topic, type, severity, org_id, site_id, site, device_mac, device, device_type, " +
		"client_mac, client, ssid, text, delivery_id, alert_id, duplicates, connection, change, test"
	deliveryColumns = "id, received, source, via, remote, method, path, truncated, size, verdict, cause, warning, status, " +
		"duration_ms, topic, events, duplicates, replay_of, ignored, ignored_by"
	alertColumns = "id, key, source, kind, severity, state, title, org_id, site_id, site, device_mac, device, opened, last_seen, resolved, " +
		"count, flaps, mist_alarm_id, parent_id, events, owner, acked_at, snoozed_until, note, sync_state, sync_reason, sync_activity, " +
		"object, scope, signal, expires, expires_after, raises, unclear_end, unclear_among, transitions, last_state, " +
		"closed_by, closed_at, close_reason, test, list_rank, open_title"
	transitionColumns = "record, place, alert_id, n, time, from_state, to_state, severity, cause_event, cause_activity"
	activityColumns   = "id, time, actor, via, action, target, reason, before, after, result, source, sync_state, sync_reason, undoes, operator_before, operator_after"
)

// insertRow is the statement that writes a whole row with a bind function below.
func insertRow(verb, table, columns string) string {
	return verb + " INTO " + table + "(" + columns + ") VALUES(" + placeholders(strings.Count(columns, ",")+1) + ")"
}

// columns walks over the parameters or the columns of a statement.
type columns struct {
	st *sqlite.Stmt
	i  int
}

func (r *columns) bind(values ...string) {
	for _, v := range values {
		r.i++
		r.st.BindText(r.i, v)
	}
}

func (r *columns) bindInt(values ...int64) {
	for _, v := range values {
		r.i++
		r.st.BindInt64(r.i, v)
	}
}

func (r *columns) bindFloat(v float64) {
	r.i++
	r.st.BindFloat(r.i, v)
}

func (r *columns) text() string {
	r.i++
	if r.st.ColumnLen(r.i-1) == 0 {
		return ""
	}
	return r.st.ColumnText(r.i - 1)
}

func (r *columns) int() int64 {
	r.i++
	return r.st.ColumnInt64(r.i - 1)
}

func (r *columns) bool() bool { return r.int() != 0 }

func (r *columns) float() float64 {
	r.i++
	return r.st.ColumnFloat(r.i - 1)
}

func (r *columns) time() time.Time { return moment(r.int()) }

// timeOrNil reads the times that an alert may not have.
func (r *columns) timeOrNil() *time.Time {
	ms := r.int()
	if ms == 0 {
		return nil
	}
	t := moment(ms)
	return &t
}

// moment is the time of a column; 0 is the zero time.
func moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

func millisOf(t *time.Time) int64 {
	if t == nil {
		return 0
	}
	return millis(*t)
}

func bindEvent(st *sqlite.Stmt, e *event.Event) {
	r := columns{st: st}
	r.bindInt(e.ID, millis(e.Time), millis(e.Received))
	r.bind(e.Source, string(e.Via), e.Topic, e.Type)
	r.bindInt(int64(e.Severity))
	r.bind(e.OrgID, e.SiteID, e.Site, string(e.DeviceMAC), e.Device, e.DeviceType, string(e.ClientMAC), e.Client, e.SSID, e.Text)
	r.bindInt(e.DeliveryID, e.AlertID, int64(e.Duplicates))
	r.bind(e.Connection, string(e.Change))
	r.bindBool(e.Test)
}

func scanEvent(st *sqlite.Stmt) event.Event {
	r := columns{st: st}
	return event.Event{
		ID: r.int(), Time: r.time(), Received: r.time(),
		Source: r.text(), Via: event.Via(r.text()), Topic: r.text(), Type: r.text(), Severity: event.Severity(r.int()),
		OrgID: r.text(), SiteID: r.text(), Site: r.text(), DeviceMAC: event.MAC(r.text()), Device: r.text(), DeviceType: r.text(),
		ClientMAC: event.MAC(r.text()), Client: r.text(), SSID: r.text(), Text: r.text(),
		DeliveryID: r.int(), AlertID: r.int(), Duplicates: int(r.int()), Connection: r.text(), Change: event.ChangeKind(r.text()), Test: r.bool(),
	}
}

func bindDelivery(st *sqlite.Stmt, d *event.Delivery) {
	truncated := int64(0)
	if d.Truncated {
		truncated = 1
	}
	r := columns{st: st}
	r.bindInt(d.ID, millis(d.Received))
	r.bind(d.Source, string(d.Via), d.Remote, d.Method, d.Path)
	r.bindInt(truncated, d.Size)
	r.bind(string(d.Verdict), d.Cause, d.Warning)
	r.bindInt(int64(d.Status))
	r.bindFloat(d.DurationMS)
	r.bind(d.Topic)
	r.bindInt(int64(d.Events), int64(d.Duplicates), d.ReplayOf, int64(d.Ignored))
	r.bind(d.IgnoredBy)
}

func scanDelivery(st *sqlite.Stmt) event.Delivery {
	r := columns{st: st}
	return event.Delivery{
		ID: r.int(), Received: r.time(), Source: r.text(), Via: event.Via(r.text()), Remote: r.text(), Method: r.text(), Path: r.text(),
		Truncated: r.int() != 0, Size: r.int(), Verdict: event.Verdict(r.text()), Cause: r.text(), Warning: r.text(), Status: int(r.int()),
		DurationMS: r.float(), Topic: r.text(), Events: int(r.int()), Duplicates: int(r.int()), ReplayOf: r.int(),
		Ignored: int(r.int()), IgnoredBy: r.text(),
	}
}

func bindAlert(st *sqlite.Stmt, a *event.Alert) {
	r := columns{st: st}
	r.bindInt(a.ID)
	r.bind(a.Key, a.Source, a.Kind)
	r.bindInt(int64(a.Severity))
	r.bind(string(storedState(a)), a.Title, a.OrgID, a.SiteID, a.Site, string(a.DeviceMAC), a.Device)
	r.bindInt(millis(a.Opened), millis(a.LastSeen), millisOf(a.Resolved), int64(a.Count), int64(a.Flaps))
	r.bind(a.MistAlarmID)
	r.bindInt(a.ParentID, int64(a.Events))
	r.bind(a.Owner)
	r.bindInt(millisOf(a.AckedAt), millisOf(a.SnoozedUntil))
	r.bind(a.Note, string(a.Sync.State), a.Sync.Reason)
	r.bindInt(a.SyncActivity)
	r.bind(a.Object, a.Scope, a.Signal.String())
	r.bindInt(millisOf(a.Expires), a.ExpiresAfter.Milliseconds(), int64(a.Raises), millisOf(a.UnclearEnd), int64(a.UnclearAmong), int64(a.Last.N))
	r.bind(string(a.Last.State), a.ClosedBy)
	r.bindInt(millisOf(a.ClosedAt))
	r.bind(a.CloseReason)
	r.bindBool(a.Test)
	r.bindInt(int64(a.ListRank()))
	r.bind(a.OpenTitle)
}

// scanAlert reads an alert with its state as of now, because a snooze ends
// without anybody writing a row.
func scanAlert(st *sqlite.Stmt, now time.Time) event.Alert {
	a := scanStored(st)
	a.Derive(now)
	return a
}

// scanStored reads an alert with its state as stored.
func scanStored(st *sqlite.Stmt) event.Alert {
	r := columns{st: st}
	a := event.Alert{
		ID: r.int(), Key: r.text(), Source: r.text(), Kind: r.text(), Severity: event.Severity(r.int()), State: event.State(r.text()),
		Title: r.text(), OrgID: r.text(), SiteID: r.text(), Site: r.text(), DeviceMAC: event.MAC(r.text()), Device: r.text(),
		Opened: r.time(), LastSeen: r.time(), Resolved: r.timeOrNil(), Count: int(r.int()), Flaps: int(r.int()),
		MistAlarmID: r.text(), ParentID: r.int(), Events: int(r.int()), Owner: r.text(),
		AckedAt: r.timeOrNil(), SnoozedUntil: r.timeOrNil(), Note: r.text(),
		Sync: event.Sync{State: event.SyncState(r.text()), Reason: r.text()}, SyncActivity: r.int(),
		Object: r.text(), Scope: r.text(), Signal: event.SignalTypeOf(r.text()), Expires: r.timeOrNil(),
		ExpiresAfter: time.Duration(r.int()) * time.Millisecond, Raises: int(r.int()), UnclearEnd: r.timeOrNil(), UnclearAmong: int(r.int()),
	}
	// A step is noted with every change of the severity, so that is the last step's.
	a.Last = event.LastStep{N: int(r.int()), State: event.State(r.text()), Severity: a.Severity}
	a.ClosedBy, a.ClosedAt, a.CloseReason = r.text(), r.timeOrNil(), r.text()
	a.Test = r.bool()
	r.int() // list_rank
	a.OpenTitle = r.text()
	return a
}

// storedState is the state of an alert by its columns alone: a snooze lasts until
// somebody ends it, whatever the time is. The counts use it, so that they do not
// depend on when a record was projected.
func storedState(a *event.Alert) event.State {
	switch {
	case a.Resolved != nil:
		return event.Resolved
	case a.SnoozedUntil != nil:
		return event.Snoozed
	case a.AckedAt != nil:
		return event.Acked
	}
	return event.Open
}

func bindTransition(st *sqlite.Stmt, t *event.Transition) {
	r := columns{st: st}
	r.bindInt(t.Cursor.Record, int64(t.Cursor.Place), t.AlertID, int64(t.N), millis(t.Time))
	r.bind(string(t.From), string(t.To))
	r.bindInt(int64(t.Severity), t.CauseEvent, t.CauseActivity)
}

func scanTransition(st *sqlite.Stmt) event.Transition {
	r := columns{st: st}
	return event.Transition{
		Cursor:  event.TransitionCursor{Record: r.int(), Place: int(r.int())},
		AlertID: r.int(), N: int(r.int()), Time: r.time(), From: event.State(r.text()), To: event.State(r.text()),
		Severity: event.Severity(r.int()), CauseEvent: r.int(), CauseActivity: r.int(),
	}
}

func bindActivity(st *sqlite.Stmt, a *event.Activity) {
	r := columns{st: st}
	r.bindInt(a.ID, millis(a.Time))
	r.bind(a.Actor, string(a.Via), a.Action, a.Target, a.Reason, a.Before, a.After, a.Result, a.Source, string(a.Sync.State), a.Sync.Reason)
	r.bindInt(a.Undoes)
	r.bind(fieldsText(a.Was), fieldsText(a.Became))
}

// fieldsText is what people had decided about an alert, as JSON; empty for nil.
func fieldsText(f *event.OperatorFields) string {
	if f == nil {
		return ""
	}
	text, err := json.Marshal(f)
	if err != nil {
		return "" // times of the journal are within what JSON can say
	}
	return string(text)
}

func fieldsOf(text string) *event.OperatorFields {
	if text == "" {
		return nil
	}
	f := &event.OperatorFields{}
	if json.Unmarshal([]byte(text), f) != nil {
		return nil
	}
	return f
}

func scanActivity(st *sqlite.Stmt) event.Activity {
	r := columns{st: st}
	return event.Activity{
		ID: r.int(), Time: r.time(), Actor: r.text(), Via: event.Via(r.text()), Action: r.text(), Target: r.text(),
		Reason: r.text(), Before: r.text(), After: r.text(), Result: r.text(),
		Source: r.text(), Sync: event.Sync{State: event.SyncState(r.text()), Reason: r.text()},
		Undoes: r.int(), Was: fieldsOf(r.text()), Became: fieldsOf(r.text()),
	}
}
