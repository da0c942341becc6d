package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"foghorn/actions"
	"foghorn/collector"
	"foghorn/journal"
	"foghorn/journal/event"
)

// activityReader finds what was written to a journal that others write.
type activityReader struct {
	j    *journal.Journal
	s    *settings
	seen int64
}

// find returns the activity of an action that came since; its id is 0 if none did.
func (r *activityReader) find(t *testing.T, action string) (found event.Activity) {
	t.Helper()
	records, err := r.j.Log.Read(t.Context(), r.seen, math.MaxInt32, math.MaxInt64)
	if err != nil {
		t.Fatal(err)
	}
	for _, rec := range records {
		if a, err := rec.Activity(); rec.Kind == event.RecordActivity && err == nil && a.Action == action {
			found = a
		}
	}
	return found
}

// next waits for an activity of an action, as it is in the log, and until the view
// shows it.
func (r *activityReader) next(t *testing.T, action string) event.Activity {
	t.Helper()
	var found event.Activity
	eventually(t, "the activity of "+action, func() bool {
		found = r.find(t, action)
		shown, err := r.j.ActivitiesByID(t.Context(), found.ID)
		return found.ID != 0 && err == nil && len(shown) == 1
	})
	r.seen = found.ID
	return found
}

// undo takes an activity back.
func (r *activityReader) undo(t *testing.T, a event.Activity) {
	t.Helper()
	err := r.s.withActions(t.Context(), func(ctx context.Context, acts *actions.Actions, _ *journal.Journal) error {
		for _, err := range acts.Undo(ctx, r.s.operator(), []event.Activity{a}) {
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	r.next(t, event.ActionUndo)
}

// asDone is an activity without what two of them cannot share: the time, the id, and
// the way in. The end of a snooze is told as its length.
func asDone(t *testing.T, a event.Activity, via event.Via) event.Activity {
	t.Helper()
	if a.Via != via {
		t.Errorf("%s came by %q, want %q", a.Action, a.Via, via)
	}
	if until, err := time.Parse(time.RFC3339, a.After); err == nil {
		a.After = until.Sub(a.Time).Round(time.Minute).String()
	}
	a.ID, a.Time, a.Via = 0, time.Time{}, ""
	return a
}

// tried is an action as it is taken on the screen, with the record of an alert open,
// and by a command: ID stands for the alert, MAC for its device, SWITCH for switchTried.
type tried struct {
	action  string
	keys    string
	command []string // nil where there is none
}

var triedActions = []tried{
	{event.ActionAck, ":ack on it\r", []string{"alerts", "ack", "ID", "--note", "on it"}},
	{event.ActionNote, ":note vendor case\r", []string{"alerts", "note", "ID", "vendor case"}},
	{event.ActionSnooze, ":snooze 4h\r", []string{"alerts", "snooze", "ID", "4h"}},
	{event.ActionWake, ":wake\r", []string{"alerts", "wake", "ID"}},
	{event.ActionUnack, ":unack\r", []string{"alerts", "unack", "ID"}},
	{event.ActionClose, ":close test alert\r", []string{"alerts", "close", "ID", "--reason", "test alert"}},
	{event.ActionSubscribe, ":subscribe /test acme\r", nil},
	{event.ActionUnsubscribe, ":unsubscribe /test acme\r", nil},
	{event.ActionLocate, ":locate-stop\r", []string{"devices", "locate", "MAC", "--stop"}},
	{event.ActionRestart, ":restart it hangs\r", []string{"devices", "restart", "MAC", "--reason", "it hangs", "--yes"}},
	{event.ActionRename, ":rename lobby-new\r", []string{"ap", "rename", "MAC", "lobby-new"}},
	{event.ActionPingDevice, ":ping-device 192.0.2.1\r", []string{"devices", "ping", "MAC", "--host", "192.0.2.1"}},
	{event.ActionBounce, ":bounce ge-0/0/1\r", []string{"devices", "bounce", "SWITCH", "ge-0/0/1", "--yes"}},
	{event.ActionPing, "7", []string{"webhooks", "ping", "HOOK"}},
	{event.ActionRelayPause, ":relay-pause tickets it moves\r", []string{"relay", "pause", "tickets", "--reason", "it moves"}},
	{event.ActionRelayResume, ":relay-resume tickets\r", []string{"relay", "resume", "tickets"}},
	{event.ActionRelayRetry, ":relay-retry tickets\r", []string{"relay", "retry", "tickets", "--all"}},
}

// switchTried is a switch of the cloud.
const switchTried = "sw-ber-01"

// lastingAlerts finds alerts that the cloud does not end while all actions are tried.
const lastingAlerts = "kind:rogue_ap"

// An action leaves the same activity, whether it is taken on the screen or by a
// command: both are made from its descriptor. A new action is to be tried here.
func TestScreenAndCommandLeaveTheSameActivities(t *testing.T) {
	o := newOrganizationIn(t, environment(t), t.TempDir(), filepath.Join(t.TempDir(), "config.toml"), still)
	eventually(t, "all devices are known", func() bool { return len(o.devices(t, "")) >= 70 })
	if err := o.Play(t.Context(), "rogue-ap"); err != nil {
		t.Fatal(err)
	}
	eventually(t, "a device has an alert that lasts", func() bool {
		return len(list[event.Alert](t, "alerts", "-q", lastingAlerts, "--data", o.dir, "--config", o.config)) > 0
	})
	o.addRelay(t, "tickets", answering(t, "HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\nno"))
	r := o.reader(t)
	bySurface := o.onScreen(t, r)
	alert := strings.TrimPrefix(bySurface[event.ActionAck].Target, "alert:")
	mac := strings.TrimPrefix(bySurface[event.ActionRename].Target, "device:")
	hook := strings.TrimPrefix(bySurface[event.ActionPing].Target, "webhook:")
	for _, back := range [][]string{{"alerts", "note", alert, ""}, {"ap", "rename", mac, bySurface[event.ActionRename].Before}} {
		if res := o.run(t, back...); res.code != exitOK {
			t.Fatalf("%q: exit %d %s%s", back, res.code, res.out, res.errOut)
		}
	}
	r.next(t, event.ActionRename)
	for _, c := range triedActions {
		if c.command == nil {
			continue
		}
		args := slices.Clone(c.command)
		for i := range args {
			args[i] = cmp.Or(map[string]string{"ID": alert, "MAC": mac, "HOOK": hook, "SWITCH": switchTried}[args[i]], args[i])
		}
		res := o.run(t, args...)
		if got, want := asDone(t, r.next(t, c.action), event.ViaCLI), bySurface[c.action]; !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %s%s\nby the command %+v\non the screen  %+v", args, res.out, res.errOut, got, want)
		}
	}
	for _, d := range actions.Descriptors() {
		if _, ok := bySurface[d.Name]; !ok && d.Role > actions.RoleViewer && len(d.Keys)+len(d.Also) > 0 {
			t.Errorf("%s was not tried", d.Name)
		}
	}
}

// addRelay configures a relay to an address, and waits until the collector runs it.
func (o *organizationInTheCloud) addRelay(t *testing.T, name, url string) {
	t.Helper()
	text, err := os.ReadFile(o.config)
	if err != nil {
		t.Fatal(err)
	}
	text = fmt.Appendf(text, "\n[[relay]]\nname = %q\nkind = \"webhook\"\nurl = %q\n", name, url)
	if err := os.WriteFile(o.config, text, 0o600); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the relay runs", func() bool {
		rows := list[event.RelayRow](t, "relay", "--data", o.dir, "--config", o.config)
		return len(rows) == 1 && rows[0].State == event.RelayIdle
	})
}

// reader reads the journal beside its collector, from now on.
func (o *organizationInTheCloud) reader(t *testing.T) *activityReader {
	t.Helper()
	e := &env{getenv: os.Getenv, stdout: io.Discard, stderr: io.Discard, secrets: &collector.Secrets{}, dataDir: o.dir, configPath: o.config}
	s, err := e.settings()
	if err != nil {
		t.Fatal(err)
	}
	j, err := openForReading(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { j.Close() })
	r := &activityReader{j: j, s: s}
	if r.seen, err = j.Log.Last(t.Context()); err != nil {
		t.Fatal(err)
	}
	return r
}

// onScreen takes every action on the screen, on the first alert and what is beside it.
func (o *organizationInTheCloud) onScreen(t *testing.T, r *activityReader) map[string]event.Activity {
	t.Helper()
	out := map[string]event.Activity{}
	screen := inTerminal(t, environment(t), 160, 50, "--data", o.dir, "--config", o.config)
	screen.waitFor(t, "› ") // a row is under the cursor
	screen.press(t, "1/"+lastingAlerts+"\r")
	screen.waitFor(t, "Rogue AP")
	screen.press(t, "\r")
	screen.waitFor(t, "Fields") // its record is open, and stays whatever the list does
	for _, c := range triedActions {
		if c.action == event.ActionBounce {
			screen.press(t, "4/name:"+switchTried+"\r")
			screen.waitFor(t, "Connected to it by LLDP") // its row is under the cursor
		}
		screen.press(t, c.keys)
		switch c.action {
		case event.ActionRestart:
			screen.waitFor(t, "to restart it:")
			screen.press(t, strings.TrimPrefix(out[event.ActionLocate].Target, "device:")+"\r")
		case event.ActionBounce:
			screen.waitFor(t, "to bounce it:")
			screen.press(t, switchTried+"\r")
		case event.ActionRename:
			screen.waitFor(t, "lobby-new?")
			insist(t, screen, r, c.action, "y")
			screen.press(t, "q") // one yes too many opened a menu
		case event.ActionPing:
			insist(t, screen, r, c.action, "P")
		case event.ActionRelayResume, event.ActionRelayRetry: // the pause is carried out, and the ack refused, in a moment
			insist(t, screen, r, c.action, c.keys)
		}
		done := r.next(t, c.action)
		out[c.action] = asDone(t, done, event.ViaTUI)
		if c.action == event.ActionClose {
			r.undo(t, done) // so that the command can close it too
		}
	}
	return out
}

// insist presses a key until the activity of its action is there: a question takes
// no yes before it can have been read, and a pane may have no rows yet.
func insist(t *testing.T, screen *terminal, r *activityReader, action, key string) {
	t.Helper()
	again := time.NewTicker(100 * time.Millisecond)
	defer again.Stop()
	for r.find(t, action).ID == 0 {
		screen.press(t, key)
		<-again.C
	}
}
