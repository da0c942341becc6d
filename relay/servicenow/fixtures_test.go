package servicenow

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"foghorn/config"
	"foghorn/journal/event"
	"foghorn/relay"
	"foghorn/relay/relaytest"
)

var at = time.Date(2026, 11, 27, 3, 2, 11, 0, time.UTC)

const password = "correct horse"

// desk is an instance, and how a relay talks to it.
type desk struct {
	*relaytest.ServiceNow
	t   *testing.T
	url string
	now time.Time
	do  relaytest.Do
	set func(*config.Relay)
	dst *destination
}

func deskOf(t *testing.T, o relaytest.ServiceNowOptions, set func(*config.Relay)) *desk {
	t.Helper()
	d := &desk{t: t, now: at, set: set}
	o.Mandatory = append(o.Mandatory, "short_description")
	o.User, o.Password, o.Now = "foghorn", password, func() time.Time { return d.now }
	if o.Names == nil {
		o.Names = []string{"mist.integration", "Network Operations", "ex-sw-07"}
	}
	d.ServiceNow = relaytest.NewServiceNow(o)
	server := httptest.NewServer(d.ServiceNow)
	t.Cleanup(server.Close)
	d.url, d.do = server.URL, relaytest.HTTP(server.Client(), func() time.Time { return d.now })
	d.restart()
	return d
}

// restart is what a new process begins with.
func (d *desk) restart() { d.dst = newOf(d.t, d.url, d.set) }

// tell sends a notice, and returns the handle after it.
func (d *desk) tell(item relay.Item, handle []byte) ([]relaytest.Turn, []byte) {
	d.t.Helper()
	work := &relay.Work{Items: []relay.Item{item}, Handle: handle, Now: d.now}
	turns, err := relaytest.Drive(d.t.Context(), d.dst, work, d.do)
	if err != nil {
		d.t.Fatal(err)
	}
	return turns, work.Handle
}

func newOf(t *testing.T, url string, set func(*config.Relay)) *destination {
	t.Helper()
	c := config.Relay{Name: "tickets", Kind: "servicenow", URL: config.NewSecret(url), User: "foghorn", Password: config.NewSecret(password)}
	if set != nil {
		set(&c)
	}
	d, err := New(c, relay.Env{Host: "noc-1", Version: "1.0"})
	if err != nil {
		t.Fatal(err)
	}
	return d.(*destination)
}

// anAlert is a switch that is down, as an alarm of Mist reports it.
func anAlert() event.Alert {
	const id = "6f0b2a54-0000-4000-8000-0000000000aa"
	return event.Alert{
		ID: event.ID(345, 0), Key: "mist:alarm:" + id, MistAlarmID: id, Source: "acme", Kind: "rogue_ap", Severity: event.Warn, State: event.Open,
		Title: "Switch ex-sw-07 is down", SiteID: "s1", Site: "Tokyo", DeviceMAC: "5c5b350e0001", Device: "ex-sw-07", Opened: at, LastSeen: at, Count: 1, Events: 1,
	}
}

func notice(why relay.Why, n int, change func(*relay.Notice, *event.Alert)) relay.Item {
	a := anAlert()
	out := &relay.Notice{Why: why, Steps: 1, N: n, Step: "opened", Time: at, Now: at.Add(time.Minute),
		Event: &event.Event{ID: a.ID, Raw: json.RawMessage(`{"group":"infrastructure"}`)}}
	if why == relay.Resolved {
		end := at.Add(4 * time.Minute)
		a.State, a.Resolved, a.Title = event.Resolved, &end, "Switch ex-sw-07 was down for 4m"
		out.Step, out.Time, out.Now = "resolved", end, end
	}
	if change != nil {
		change(out, &a)
	}
	out.Alerts = []event.Alert{a}
	return relay.Item{Notice: out}
}

func acked(n *relay.Notice, a *event.Alert) {
	n.Step, n.Actor, n.Reason = "acked", "ada", "looking at it"
	a.State, a.Owner = event.Acked, "ada"
}

func critical(_ *relay.Notice, a *event.Alert) { a.Severity = event.Critical }

func link(n *relay.Notice, _ *event.Alert) {
	n.Link = "https://manage.mist.com/admin/?org_id=o1#!dashboard"
}

// hostile are texts that strangers choose.
func hostile() []string {
	return []string{
		`"quotes" and \backslashes\`, "two\nlines\r\n\ttab", "<!channel> @all @here <script>", "[code]<img src=x>[/code] [CoDe]", "@[Fred Luddy] @@[[x",
		"\x00\x07\x1b[31mred\x1b[0m\u202e", "no \xff\xfe UTF-8", "x^active=false^ORcorrelation_id=y", "\u2028\u2029",
		strings.Repeat("x", 100_000), strings.Repeat("\x01", 100_000), strings.Repeat("é", 100_000), strings.Repeat("[code]", 20_000), "",
	}
}

func withText(text string, why relay.Why) relay.Item {
	return notice(why, 3, func(n *relay.Notice, a *event.Alert) {
		n.Actor, n.Reason, n.Link, n.Summary, n.Steps = text, text, text, text, 4
		a.Title, a.Kind, a.Site, a.Device, a.Note, a.Owner, a.Source, a.MistAlarmID = text, text, text, text, text, text, text, text
		a.Key = "mist:alarm:" + text
		if why == relay.Resolved {
			a.ClosedBy, a.CloseReason, a.ClosedAt = text, text, a.Resolved
		}
	})
}

func steps(turns []relaytest.Turn) string {
	var out []string
	for _, turn := range turns {
		out = append(out, turn.Request.Step)
	}
	return strings.Join(out, ", ")
}

func last(turns []relaytest.Turn) relay.Verdict { return turns[len(turns)-1].Verdict }

// written is what requests look like, without the address of the stand-in.
func written(d *desk, turns []relaytest.Turn) string {
	var b strings.Builder
	for _, turn := range turns {
		r := turn.Request
		fmt.Fprintf(&b, "%s: %s %s\n", r.Step, r.Method, strings.Replace(r.URL, d.url, "https://example.service-now.com", 1))
		if r.Body != nil {
			fmt.Fprintf(&b, "%s\n", r.Body)
		}
	}
	return b.String()
}
