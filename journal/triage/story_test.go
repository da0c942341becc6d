package triage

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"foghorn/journal/event"
)

// A story is a script of steps, one per line:
//
//	10:00 down                 the device went down at 10:00
//	10:06 up @10:09            it came up at 10:06, told at 10:09
//	10:00 once                 a one-off
//	10:00 alarm count=2 last=10:20 sev=warn resolved
//	10:05 restart power cycle  the device started anew
//	10:00 sight count=2 last=10:20   Mist's alarm says that the device is down
//	10:30 unsight              Mist's alarm about it is resolved
//	10:00 broken id=a on=VLAN30  an alarm that DHCP fails; 10:20 fixed on=VLAN30: DHCP is well again
//	10:00 lasting count=2 last=10:20  an alarm that nobody ends, and that stays for two hours
//	10:00 several last=10:20   one alarm that ap1 and others are down; 10:40 back last=11:00: that they are back
//	10:01 ack anna             also unack, snooze 11:00, wake, note TEXT, close WHY, on the newest alert
//	10:02 undo                 takes the last activity back
//	10:30 tick
//
// Every step first ticks at its arrival, as the projector does.
type storyRun struct {
	t    testing.TB
	m    *Machine
	rows ledger
	seq  int64
	// reload makes a new machine of what was written, after every step.
	reload bool
	last   event.Activity
	life   []event.Transition
	event  event.Event
}

// ledger is the alerts and recoveries as the view has them.
type ledger struct {
	alerts     map[int64]event.Alert
	recoveries map[string]time.Time
}

func newLedger() ledger {
	return ledger{alerts: map[int64]event.Alert{}, recoveries: map[string]time.Time{}}
}

func (l ledger) Alert(id int64) (*event.Alert, error) {
	if a, ok := l.alerts[id]; ok {
		a = clone(a)
		return &a, nil
	}
	return nil, nil
}

func (l ledger) AlertByKey(key string) (*event.Alert, error) {
	var newest int64
	for id, a := range l.alerts {
		if a.Key == key && id > newest {
			newest = id
		}
	}
	return l.Alert(newest)
}

func (l ledger) ResolvedSince(scope string, since time.Time) (ids []int64, err error) {
	for id, a := range l.alerts {
		if a.Scope == scope && a.Resolved != nil && !a.Resolved.Before(since) {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

func (l ledger) write(c Changes) {
	for _, a := range c.Alerts {
		l.alerts[a.ID] = clone(*a)
	}
	for _, r := range c.OrphanResolves {
		l.recoveries[r.Key] = r.At
	}
}

// load returns a machine that knows only what was written.
func (l ledger) load(r Rules) *Machine {
	m := New(r)
	var alerts []event.Alert
	for _, a := range l.alerts {
		if a.Resolved == nil {
			alerts = append(alerts, clone(a))
		}
	}
	var recoveries []OrphanResolve
	for key, at := range l.recoveries {
		recoveries = append(recoveries, OrphanResolve{key, at})
	}
	m.Load(alerts, recoveries)
	return m
}

func clone(a event.Alert) event.Alert {
	for _, p := range []**time.Time{&a.Resolved, &a.AckedAt, &a.SnoozedUntil, &a.UnclearEnd, &a.Expires, &a.ClosedAt} {
		if *p != nil {
			t := **p
			*p = &t
		}
	}
	return a
}

func newStoryRun(t testing.TB) *storyRun {
	return &storyRun{t: t, m: New(DefaultRules()), rows: newLedger()}
}

func (w *storyRun) play(script string) {
	w.t.Helper()
	for line := range strings.Lines(script) {
		if f := strings.Fields(line); len(f) > 0 {
			w.step(f)
		}
	}
}

func (w *storyRun) step(f []string) {
	w.t.Helper()
	w.seq++
	at := hour(f[0])
	arrives := at
	if tail := f[len(f)-1]; tail[0] == '@' {
		arrives = hour(tail[1:])
		f = f[:len(f)-1]
	}
	if err := w.m.Tick(arrives, w.rows); err != nil {
		w.t.Fatal(err)
	}
	switch f[1] {
	case "tick":
	case "ack", "unack", "snooze", "wake", "note", "close", "undo":
		w.playActivity(arrives, f[1], strings.Join(f[2:], " "))
	default:
		w.playEvent(at, arrives, f[1], f[2:])
	}
	w.life = append(w.life, w.m.Transitions()...)
	w.rows.write(w.m.Changes())
	if w.reload {
		w.m = w.rows.load(DefaultRules())
	}
}

func (w *storyRun) playEvent(at, arrives time.Time, what string, args []string) {
	s := &event.Signal{Key: "ap1", Kind: "device_down", Title: "ap1 down", Severity: event.Critical}
	switch what {
	case "down":
		s.Type = event.Raise
	case "up":
		s.Type, s.Severity, s.Title = event.Resolve, event.Info, "ap1 is up"
	case "once":
		s.Type, s.Kind, s.Title = event.OneShot, "license_expired", "ap1: license expired"
	case "brief":
		s.Type, s.Kind, s.ExpiresAfter = event.OneShot, "commit", 5*time.Minute
	case "each":
		s.Type, s.Kind, s.Distinct = event.OneShot, "login_failed", true
	case "restart":
		s.Type, s.Kind, s.Severity = event.Restart, event.KindRestarted, event.Warn
		var marks []string
		if n := len(args); n > 0 && args[n-1] == "test" {
			args, marks = args[:n-1], args[n-1:]
		}
		s.Title, args = "ap1 restarted: "+strings.Join(args, " "), marks
		s.Title = strings.TrimSuffix(s.Title, ": ")
	case "alarm":
		s.Type, s.Key, s.Kind, s.Began = event.Report, "mist:alarm:7", "rogue_ap", at
	case "sight":
		s.Type, s.Began, s.Severity, s.MistAlarmID = event.Raise, at, event.Warn, "m"
	case "unsight":
		s.Type, s.MistAlarmID = event.Resolve, "m"
	case "broken":
		s.Type, s.Kind, s.Title, s.Began = event.Raise, "dhcp_failure", "no DHCP", at
		s.SetObject("dhcp", "")
	case "fixed":
		s.Type, s.Kind = event.Resolve, "dhcp_failure"
		s.SetObject("dhcp", "")
	case "lasting":
		s.Type, s.Key, s.Kind, s.Title, s.Began, s.ExpiresAfter = event.Report, "mist:alarm:8", "bad_optics", "optics are bad", at, 2*time.Hour
	case "several":
		s.Type, s.Began, s.Severity, s.MistAlarmID, s.Aggregated = event.Raise, at, event.Warn, "m", true
	case "back":
		s.Type, s.Began, s.Severity, s.Aggregated = event.Resolve, at, event.Info, true
	default:
		w.t.Fatalf("a story knows nothing called %q", what)
	}
	w.event = event.Event{ID: event.ID(w.seq, 0), Time: at, Received: arrives, SiteID: "s", Device: "ap1", Signal: s}
	if what == "broken" || what == "fixed" {
		w.event.Device = ""
	}
	w.details(args)
	if err := w.m.Event(&w.event, w.rows); err != nil {
		w.t.Fatal(err)
	}
}

// details are the rest of a step, as NAME=VALUE.
func (w *storyRun) details(args []string) {
	s := w.event.Signal
	for _, arg := range args {
		name, value, _ := strings.Cut(arg, "=")
		switch name {
		case "count":
			s.Count, _ = strconv.Atoi(value)
		case "last":
			s.LastSeen = hour(value)
		case "sev":
			s.Severity, _ = event.ParseSeverity(value)
		case "resolved":
			s.Resolved = true
		case "test":
			w.event.Test = true
		case "ended":
			s.Ended = hour(value)
		case "told":
			s.Reported = hour(value)
		case "polled":
			w.event.Via = event.ViaPoll
		case "id":
			s.MistAlarmID = value
			if s.Type == event.Report {
				s.Key = "mist:alarm:" + value
			}
		case "of": // the object, "?" for none; an underscore stands for a blank
			object := strings.NewReplacer("_", " ", "(", " (").Replace(value)
			s.SetObject("bgp", object)
			w.event.Device = ""
		case "on":
			s.SetObject(s.Scope, value)
		case "site":
			s.SetObject("dhcp of "+value, s.Object)
		default:
			w.t.Fatalf("a step has no detail called %q", name)
		}
	}
}

func (w *storyRun) playActivity(at time.Time, action, arg string) {
	var newest int64
	for id := range w.rows.alerts {
		newest = max(newest, id)
	}
	of := w.last
	w.last = event.Activity{ID: w.seq, Time: at, Actor: "bo", Action: action, Target: event.AlertTarget(newest)}
	switch action {
	case event.ActionAck:
		w.last.Actor = arg
	case event.ActionSnooze:
		w.last.After = hour(arg).Format(time.RFC3339)
	case event.ActionNote:
		w.last.After = arg
	case event.ActionClose:
		w.last.Reason = arg
	case event.ActionUndo:
		w.last.Undoes, w.last.Target = of.ID, of.Target
		if err := w.m.Undo(&w.last, &of, w.rows); err != nil {
			w.t.Fatal(err)
		}
		return
	}
	if err := w.m.Activity(&w.last, w.rows); err != nil {
		w.t.Fatal(err)
	}
}

// ending renders the alerts, oldest first, one line each.
func (w *storyRun) alerts() string {
	var ids []int64
	for id := range w.rows.alerts {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	var b strings.Builder
	for _, id := range ids {
		b.WriteString(line(w.rows.alerts[id]) + "\n")
	}
	return b.String()
}

func line(a event.Alert) string {
	s := fmt.Sprintf("%s %s %s", a.State, a.Severity, clockTime(a.Opened))
	if a.Resolved != nil {
		s += "-" + clockTime(*a.Resolved)
	}
	s += fmt.Sprintf(" x%d", a.Count)
	if a.Flaps > 0 {
		s += fmt.Sprintf(" flaps=%d", a.Flaps)
	}
	if a.Owner != "" {
		s += " own=" + a.Owner
	}
	if a.Test {
		s += " test"
	}
	if a.Note != "" {
		s += " note=" + a.Note
	}
	if a.ClosedBy != "" {
		s += fmt.Sprintf(" closed %s by %s: %s", clockTime(*a.ClosedAt), a.ClosedBy, a.CloseReason)
	}
	s += fmt.Sprintf(" of %d", a.Events)
	if a.MistAlarmID != "" {
		s += " mist=" + a.MistAlarmID
	}
	if a.Scope != "" {
		s += " on " + strings.TrimPrefix(a.Key, "bgp:")
	}
	if a.Expires != nil && a.Resolved == nil && a.Kind == "bad_optics" {
		s += " leaves=" + clockTime(*a.Expires)
	}
	if a.UnclearEnd != nil && a.Resolved == nil {
		s += fmt.Sprintf(" unclear %s among %d", clockTime(*a.UnclearEnd), a.UnclearAmong)
	}
	if strings.Contains(a.Title, "restarted") {
		s += ": " + a.Title
	}
	return s
}

// hour is a time of day on the day all stories play on.
func hour(s string) time.Time {
	for _, layout := range []string{"15:04", "15:04:05"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.AddDate(2026, 0, 0)
		}
	}
	panic("not a time of day: " + s)
}

func clockTime(t time.Time) string { return strings.TrimSuffix(t.Format("15:04:05"), ":00") }

// trim takes the indentation off a wanted ending.
func trim(s string) string {
	var b strings.Builder
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line != "" {
			b.WriteString(line + "\n")
		}
	}
	return b.String()
}
