package servicenow

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/golden"

	"foghorn/config"
	"foghorn/journal/event"
	"foghorn/relay"
	"foghorn/relay/relaytest"
)

func configured(c *config.Relay) {
	c.Caller, c.AssignmentGroup, c.Category = "mist.integration", "Network Operations", "network"
}

// An alert's whole life, byte for byte, and what the desk sees of it.
func TestTheLifeOfAnIncident(t *testing.T) {
	d := deskOf(t, relaytest.ServiceNowOptions{}, configured)
	var b strings.Builder
	var handle []byte
	for _, step := range []struct {
		item relay.Item
		want string
	}{
		{notice(relay.First, 1, link), "look up, create"},
		{notice(relay.Update, 2, acked), "look up, update"},
		{notice(relay.Worse, 3, critical), "look up, update"},
		{notice(relay.Reminder, 3, critical), "look up, update"},
		{notice(relay.Resolved, 4, nil), "look up, resolve"},
		{notice(relay.Reopened, 5, critical), "look up, reopen"},
		{notice(relay.Resolved, 6, nil), "look up, resolve"},
	} {
		var turns []relaytest.Turn
		turns, handle = d.tell(step.item, handle)
		if got := steps(turns); got != step.want || last(turns).Outcome != relay.Sent {
			t.Errorf("%s: %s, want %s; %+v", step.item.Notice.Why, got, step.want, last(turns))
		}
		b.WriteString("== " + string(step.item.Notice.Why) + "\n" + written(d, turns))
	}
	golden.RequireEqual(t, b.String())

	got := d.Incidents()
	if len(got) != 1 {
		t.Fatalf("%d incidents", len(got))
	}
	row := got[0]
	for field, want := range map[string]string{
		"state": "6", "close_code": "Solution provided", "correlation_id": "mist:alarm:6f0b2a54-0000-4000-8000-0000000000aa", "caller_id": "mist.integration",
		"assignment_group": "Network Operations", "cmdb_ci": "ex-sw-07", "impact": "2", "urgency": "1", "short_description": "Switch ex-sw-07 is down",
	} {
		if row[field] != want {
			t.Errorf("%s is %q, want %q", field, row[field], want)
		}
	}
	if notes := d.Notes(row["number"]); len(notes) != 7 {
		t.Errorf("%d work notes: %q", len(notes), notes)
	}
}

// A process that dies after any request, or loses any answer, leaves one incident and
// each note once.
func TestNothingTwiceWhateverIsLost(t *testing.T) {
	life := []relay.Item{notice(relay.First, 1, nil), notice(relay.Update, 2, acked), notice(relay.Resolved, 3, nil), notice(relay.Reopened, 4, nil),
		notice(relay.Reminder, 4, nil), notice(relay.Resolved, 5, nil)}
	for _, lost := range []struct {
		name  string
		fault relaytest.Fault
	}{
		{"the answer is lost", relaytest.Fault{Taken: true}},
		{"the answer is another", relaytest.Fault{Taken: true, Status: 502, Body: "<html>bad gateway"}},
		{"the answer ends", relaytest.Fault{Taken: true, Status: 200, Body: `{"result":{"sys_id":"9d38`, Cut: true}},
		{"the request is lost", relaytest.Fault{}},
		{"killed after the answer", relaytest.Fault{Status: -1}},
	} {
		for at := range 2 * len(life) { // which request
			d := deskOf(t, relaytest.ServiceNowOptions{}, nil)
			var handle []byte
			for i, item := range life {
				work := &relay.Work{Items: []relay.Item{item}, Handle: handle, Now: d.now}
				for n := 2 * i; len(work.Items) > 0; n++ {
					if n > 2*i+8 {
						t.Fatalf("%s at %d: no end", lost.name, at)
					}
					if n == at && lost.fault.Status >= 0 {
						d.Add(1, lost.fault)
					}
					turn, err := relaytest.Step(t.Context(), d.dst, work, d.do)
					if err != nil {
						t.Fatal(err)
					}
					switch turn.Verdict.Outcome {
					case relay.Sent:
						work.Items = nil
					case relay.More, relay.Retry:
					default:
						t.Fatalf("%s at %d: %+v", lost.name, at, turn.Verdict)
					}
					if n == at {
						d.restart()
						if lost.fault.Status < 0 && len(work.Items) == 0 { // killed before Sent was committed
							work.Items = []relay.Item{item}
						}
					}
				}
				handle = work.Handle
			}
			got := d.Incidents()
			if len(got) != 1 || got[0]["state"] != "6" {
				t.Fatalf("%s at %d: %d incidents, %v", lost.name, at, len(got), got)
			}
			if notes := d.Notes(got[0]["number"]); len(notes) != len(life) {
				t.Errorf("%s at %d: %d notes, want %d: %q", lost.name, at, len(notes), len(life), notes)
			}
		}
	}
}

func TestAClosedIncidentStaysClosed(t *testing.T) {
	for _, state := range []string{"7", "8"} {
		d := deskOf(t, relaytest.ServiceNowOptions{}, nil)
		_, handle := d.tell(notice(relay.First, 1, nil), nil)
		first := d.Incidents()[0]["number"]
		d.Set(first, "state", state)

		turns, handle := d.tell(notice(relay.Update, 2, acked), handle)
		if steps(turns) != "look up, look up" || last(turns).Outcome != relay.Sent || !strings.Contains(last(turns).Reason, "closed") {
			t.Errorf("an ack opens no incident: %s %+v", steps(turns), last(turns))
		}
		turns, handle = d.tell(notice(relay.Worse, 3, critical), handle)
		if steps(turns) != "look up, create" || len(d.Incidents()) != 2 {
			t.Errorf("worse opens another one: %s, %d incidents", steps(turns), len(d.Incidents()))
		}
		second := d.Incidents()[1]
		if second["correlation_id"] != d.Incidents()[0]["correlation_id"] || second["urgency"] != "1" {
			t.Errorf("%v", second)
		}
		d.Set(second["number"], "state", state)
		turns, handle = d.tell(notice(relay.Resolved, 4, nil), handle)
		if steps(turns) != "look up, look up" || last(turns).Outcome != relay.Sent || len(d.Incidents()) != 2 {
			t.Errorf("an end needs no incident: %s %+v", steps(turns), last(turns))
		}
		turns, _ = d.tell(notice(relay.Reopened, 5, nil), handle)
		if steps(turns) != "look up, create" || len(d.Incidents()) != 3 || len(d.Notes(first)) != 1 {
			t.Errorf("reopened opens another one: %s, %d incidents, notes %q", steps(turns), len(d.Incidents()), d.Notes(first))
		}
	}
}

func TestADeletedIncidentIsReplaced(t *testing.T) {
	d := deskOf(t, relaytest.ServiceNowOptions{}, nil)
	_, handle := d.tell(notice(relay.First, 1, nil), nil)
	d.Delete(d.Incidents()[0]["number"])
	turns, _ := d.tell(notice(relay.Worse, 2, critical), handle)
	if steps(turns) != "look up, look up, create" || last(turns).Outcome != relay.Sent || len(d.Incidents()) != 1 {
		t.Errorf("%s %+v", steps(turns), last(turns))
	}
}

// What people do in ServiceNow counts: their state, their words, their urgency.
func TestWhatPeopleDoInServiceNowStays(t *testing.T) {
	d := deskOf(t, relaytest.ServiceNowOptions{}, nil)
	_, handle := d.tell(notice(relay.First, 1, nil), nil)
	number := d.Incidents()[0]["number"]
	d.Set(number, "urgency", "1")
	d.Set(number, "short_description", "Switch in the kitchen")
	d.Set(number, "state", "3")
	_, handle = d.tell(notice(relay.Update, 2, acked), handle)
	if row := d.Incidents()[0]; row["urgency"] != "1" || row["short_description"] != "Switch in the kitchen" || row["state"] != "3" {
		t.Errorf("an ack changed %v", row)
	}
	for field, v := range map[string]string{"close_code": "Known error", "close_notes": "it is the fan", "state": "6"} {
		d.Set(number, field, v)
	}
	turns, handle := d.tell(notice(relay.Update, 3, acked), handle)
	if steps(turns) != "look up, note" || d.Incidents()[0]["state"] != "6" {
		t.Errorf("a note: %s, %v", steps(turns), d.Incidents()[0])
	}
	turns, handle = d.tell(notice(relay.Resolved, 4, nil), handle)
	if row := d.Incidents()[0]; steps(turns) != "look up, note" || row["close_code"] != "Known error" || row["close_notes"] != "it is the fan" {
		t.Errorf("resolved by a person before: %s, %v", steps(turns), row)
	}
	turns, _ = d.tell(notice(relay.Reopened, 5, nil), handle)
	if steps(turns) != "look up, reopen" || d.Incidents()[0]["state"] != "2" {
		t.Errorf("%s, %v", steps(turns), d.Incidents()[0])
	}
}

// An alarm that Mist reports anew, as a new alert, has the id of the old one.
func TestAnotherAlertOfTheSameAlarmTakesTheIncident(t *testing.T) {
	d := deskOf(t, relaytest.ServiceNowOptions{}, nil)
	_, handle := d.tell(notice(relay.First, 1, nil), nil)
	d.tell(notice(relay.Resolved, 2, nil), handle)
	again := notice(relay.First, 1, func(_ *relay.Notice, a *event.Alert) { a.ID = event.ID(900, 0) })
	turns, _ := d.tell(again, nil)
	if steps(turns) != "look up, reopen" || len(d.Incidents()) != 1 || d.Incidents()[0]["state"] != "2" {
		t.Errorf("%s, %v", steps(turns), d.Incidents())
	}
}

// An alert that was over before it was sent is opened and resolved.
func TestAnAlertThatIsOverAlready(t *testing.T) {
	d := deskOf(t, relaytest.ServiceNowOptions{}, nil)
	item := notice(relay.Resolved, 2, nil)
	item.Notice.Why = relay.First
	turns, _ := d.tell(item, nil)
	if steps(turns) != "look up, create, look up, resolve" || d.Incidents()[0]["state"] != "6" || d.Incidents()[0]["close_notes"] != "Switch ex-sw-07 was down for 4m" {
		t.Errorf("%s, %v", steps(turns), d.Incidents())
	}
}

// Correlation ids are not unique, and a query may be ignored.
func TestOnlyOurOwnIncidentIsTouched(t *testing.T) {
	d := deskOf(t, relaytest.ServiceNowOptions{Loose: true}, nil)
	other := notice(relay.First, 1, func(_ *relay.Notice, a *event.Alert) { a.Key, a.MistAlarmID = "mist:alarm:other", "other" })
	d.tell(other, nil)
	turns, handle := d.tell(notice(relay.First, 1, nil), nil)
	if steps(turns) != "look up, create" || len(d.Incidents()) != 2 {
		t.Fatalf("%s, %d incidents", steps(turns), len(d.Incidents()))
	}
	d.tell(other, nil) // now the newest
	turns, _ = d.tell(notice(relay.Resolved, 2, nil), handle)
	if steps(turns) != "look up, resolve" || d.Incidents()[0]["state"] != "1" || d.Incidents()[1]["state"] != "6" {
		t.Errorf("%s, %v", steps(turns), d.Incidents())
	}

	d = deskOf(t, relaytest.ServiceNowOptions{}, nil)
	d.tell(notice(relay.First, 1, nil), nil)
	first := d.Incidents()[0]["number"]
	d.Set(first, "state", "7")
	d.tell(notice(relay.First, 2, nil), nil) // the same correlation id
	turns, _ = d.tell(notice(relay.Worse, 3, critical), nil)
	if steps(turns) != "look up, update" || len(d.Notes(first)) != 1 || len(d.Notes(d.Incidents()[1]["number"])) != 2 {
		t.Errorf("%s: %v", steps(turns), d.Incidents())
	}
}

// Each try of the relay shows, although the incident of the last one is open.
func TestTestsShow(t *testing.T) {
	d := deskOf(t, relaytest.ServiceNowOptions{}, nil)
	try := func(now time.Time) relay.Item {
		return notice(relay.First, 1, func(n *relay.Notice, a *event.Alert) {
			n.Test, n.Now, a.ID, a.Key, a.MistAlarmID = true, now, 0, "", ""
		})
	}
	d.tell(try(at), nil)
	turns, _ := d.tell(try(at.Add(time.Minute)), nil)
	if row := d.Incidents()[0]; steps(turns) != "look up, update" || !strings.HasPrefix(row["short_description"], "TEST ") || len(d.Notes(row["number"])) != 2 {
		t.Errorf("%s, %v", steps(turns), row)
	}
}

// An event is an incident that nobody resolves.
func TestEventsAreIncidentsToo(t *testing.T) {
	d := deskOf(t, relaytest.ServiceNowOptions{}, nil)
	e := relay.Item{Event: &event.Event{ID: event.ID(345, 12), Time: at, Source: "acme", Topic: "audits", Type: "audit", Severity: event.Info, Site: "Tokyo",
		Text: "ada deleted the site Tokyo"}}
	turns, _ := d.tell(e, nil)
	if row := d.Incidents()[0]; steps(turns) != "look up, create" || row["short_description"] != "ada deleted the site Tokyo" ||
		!strings.HasPrefix(row["correlation_id"], "foghorn:a345.12:") || row["urgency"] != "3" {
		t.Errorf("%s, %v", steps(turns), row)
	}
	if turns, _ = d.tell(e, nil); steps(turns) != "look up" || last(turns).Outcome != relay.Sent || len(d.Incidents()) != 1 {
		t.Errorf("a repeat: %s, %d incidents", steps(turns), len(d.Incidents()))
	}
}
