package relay

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"foghorn/config"
	"foghorn/internal/clock"
	"foghorn/internal/human"
	"foghorn/journal/event"
)

// Fault is what a step of a trial failed for.
type Fault int

// The faults.
const (
	NoFault   Fault = iota
	Problem         // anything else
	Forbidden       // the credentials are refused
	RateLimit       // the service asks to wait
	TimedOut        // nobody answered in time
)

// TrialStep is one step of a trial.
type TrialStep struct {
	Name  string        `json:"step"`
	OK    bool          `json:"ok"`
	Took  time.Duration `json:"took"`
	Text  string        `json:"text"`          // what was found, or what went wrong
	Fix   string        `json:"fix,omitempty"` // what to do about it
	Fault Fault         `json:"-"`
}

// TrialOptions are what a trial works with.
type TrialOptions struct {
	Config      config.Relay
	Destination Destination
	Clock       clock.Clock
	Version     string
	Mask        func(string) string // hides secrets
	Host        string              // of this machine, for the message
}

// trial tries one relay.
type trial struct {
	TrialOptions
	hide   func(string) string // masks secrets in what services answer
	report func(TrialStep)
	do     func(context.Context, *Request) *Answer
	sender *sender // one for all messages, so that they keep the service's rates
	// last is the newest answer; made are the requests of a message, in words.
	last *Answer
	made []string
}

// Try tries a relay step by step, up to the first that fails: the way to the service, its
// certificate, what the service says of the credentials, and one message that is marked
// as a test. It needs no collector and leaves nothing behind but the message. report
// gets each step when it is done.
func Try(ctx context.Context, o TrialOptions, report func(TrialStep)) error {
	t := &trial{TrialOptions: o, hide: masked(o.Config, o.Mask), report: report}
	if transport, ok := o.Destination.(Transport); ok {
		t.do = transport.Do
		defer transport.Close()
	} else {
		h, err := NewHTTP(o.Config.CAFile, time.Duration(o.Config.Timeout), o.Version, o.Clock.Now, t.hide)
		if err != nil {
			return err
		}
		defer h.Close()
		t.do = h.Do
	}
	t.sender = newSender(o.Destination, t.note, clockTimer{o.Clock})
	if !t.reach(ctx) || !t.check(ctx) {
		return ctx.Err()
	}
	t.messages(ctx)
	return ctx.Err()
}

// done reports a step.
func (t *trial) done(name string, began time.Time, text string) bool {
	t.report(TrialStep{Name: name, OK: true, Took: t.Clock.Now().Sub(began), Text: t.hide(text)})
	return true
}

func (t *trial) failed(name string, began time.Time, fault Fault, text, fix string) bool {
	t.report(TrialStep{Name: name, Took: t.Clock.Now().Sub(began), Text: t.hide(text), Fix: fix, Fault: fault})
	return false
}

// check asks the service about the credentials, where that can be asked.
func (t *trial) check(ctx context.Context) bool {
	checker, ok := t.Destination.(Checker)
	if !ok {
		return true
	}
	for i, r := range checker.Checks() {
		began := t.Clock.Now()
		a := t.do(ctx, r)
		if v := checker.JudgeCheck(r, a); v.Outcome != Sent {
			fault := faultOf(v, a)
			if i == 0 && a.Err == nil && fault == Problem && v.Outcome == Misconfigured && a.Status != http.StatusNotFound {
				fault = Forbidden
			}
			return t.failed(r.Step, began, fault, v.Reason, fixOf(fault))
		} else if v.Reason != "" {
			t.done(r.Step, began, v.Reason)
		}
	}
	return true
}

// faultOf is what an answer means for a trial.
func faultOf(v Verdict, a *Answer) Fault {
	timeout, ok := errors.AsType[net.Error](a.Err)
	switch {
	case a.Err != nil && (errors.Is(a.Err, errNoAnswer) || errors.Is(a.Err, context.DeadlineExceeded) || ok && timeout.Timeout()):
		return TimedOut
	case a.Err != nil:
		return Problem
	case a.Status == http.StatusUnauthorized, a.Status == http.StatusForbidden:
		return Forbidden
	case a.Status == http.StatusTooManyRequests, v.Outcome == Retry && v.After > 0:
		return RateLimit
	case a.Status == http.StatusRequestTimeout, a.Status == http.StatusGatewayTimeout:
		return TimedOut
	}
	return Problem
}

// fixOf is what to do about a fault, where the answer does not say.
func fixOf(f Fault) string {
	switch f {
	case Forbidden:
		return "give the relay credentials that the service takes, then try again"
	case RateLimit:
		return "wait, then try again; does something else use the same credentials?"
	case TimedOut:
		return "is the service slow, or a firewall in the way? timeout gives it longer"
	}
	return ""
}

// messages sends one message that is marked as a test. A destination that keeps one
// message is to update and resolve it too.
func (t *trial) messages(ctx context.Context) {
	now := t.Clock.Now()
	if t.Config.Send == config.SendEvents {
		e := testEvent(now, t.Host)
		t.exchange(ctx, "test message", &Work{Items: []Item{{Event: &e}}, Now: now})
		return
	}
	n := testNotice(now, t.Host)
	work := &Work{Items: []Item{{Notice: n}}, Now: now}
	if !t.exchange(ctx, "test message", work) || !t.Destination.Limits().Keeps {
		return
	}
	acked := *n
	acked.Alerts = []event.Alert{n.Alerts[0]}
	a := &acked.Alerts[0]
	acked.Why, acked.Step, acked.N, a.State, a.Owner = Update, string(event.Acked), 2, event.Acked, "foghorn"
	work.Items = []Item{{Notice: &acked}}
	if !t.exchange(ctx, "update", work) {
		return
	}
	over := acked
	over.Alerts = []event.Alert{acked.Alerts[0]}
	a = &over.Alerts[0]
	ended := t.Clock.Now()
	over.Why, over.Step, over.N, over.Time, over.Now = Resolved, string(event.Resolved), 3, ended, ended
	a.State, a.Resolved = event.Resolved, &ended
	work.Items = []Item{{Notice: &over}}
	t.exchange(ctx, "resolve", work)
}

// exchange makes the requests about one message, as the relay does, and reports it.
func (t *trial) exchange(ctx context.Context, name string, work *Work) bool {
	began := t.Clock.Now()
	t.made, t.last = nil, &Answer{}
	work.Now = began
	x, err := t.sender.exchange(ctx, work, func() error { return nil })
	switch {
	case err != nil:
		return t.failed(name, began, TimedOut, "given up before the service answered", "")
	case x.Outcome != Sent:
		fault := faultOf(x.Verdict, t.last)
		return t.failed(name, began, fault, x.Reason, fixOf(fault))
	}
	return t.done(name, began, strings.Join(t.made, ", "))
}

// note makes a request of a message, and notes it.
func (t *trial) note(ctx context.Context, r *Request) *Answer {
	t.last = t.do(ctx, r)
	t.made = append(t.made, r.Step+" "+brief(t.last))
	return t.last
}

// brief is an answer in a few words.
func brief(a *Answer) string {
	if a.Status == 0 {
		return "done in " + human.Duration(a.Duration)
	}
	return fmt.Sprintf("%d in %s", a.Status, human.Duration(a.Duration))
}

// testID is an id that no record has: a service that knows repeats by their id must not
// take the next test for one.
func testID(now time.Time) int64 { return event.ID(now.Unix(), 0) }

const testText = "foghorn tries this relay; nothing is wrong, and nothing is to be done"

func testNotice(now time.Time, host string) *Notice {
	a := event.Alert{ID: testID(now), Kind: "relay_test", Title: testText, Severity: event.Info, State: event.Open, Opened: now, LastSeen: now,
		Count: 1, Source: event.SourceFoghorn, Device: host, Test: true}
	e := testEvent(now, host)
	return &Notice{Why: First, Alerts: []event.Alert{a}, Steps: 1, N: 1, Step: "opened", Time: now, Event: &e, Now: now, Test: true}
}

func testEvent(now time.Time, host string) event.Event {
	return event.Event{ID: testID(now), Time: now, Received: now, Source: event.SourceFoghorn, Topic: "health", Type: "RELAY_TEST", Severity: event.Info,
		Device: host, Text: testText, Test: true, Raw: []byte(`{"test":true,"type":"RELAY_TEST"}`)}
}
