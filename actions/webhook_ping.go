package actions

import (
	"context"
	"errors"
	"fmt"
	"time"

	"foghorn/internal/safetext"
	"foghorn/journal/event"
	"foghorn/journal/query"
	"foghorn/mist"
)

// The hops of a ping, in their order.
const (
	HopAsked     = "asked"
	HopTaken     = "Mist took it"
	HopArrived   = "arrived here"
	HopSignature = "signature"
)

// A ping is waited for arriveLimit; the journal is looked at every peekEvery,
// and Mist's own log of its deliveries at the moments of logAfter, as each
// costs a call.
const (
	arriveLimit = 30 * time.Second
	peekEvery   = 250 * time.Millisecond
)

var logAfter = []time.Duration{3 * time.Second, 8 * time.Second, 16 * time.Second, 29 * time.Second}

// ErrNotArrived is what a ping that did not come through fails with; the hops
// say where it stopped and what to do.
var ErrNotArrived = errors.New("the ping did not come through")

// PingWebhook asks Mist to send a ping through a webhook and reports each step as it
// is passed, up to the signature of what arrived at our listener, or to where it
// stopped. Any process that reads the journal sees the arrival.
func (a *Actions) PingWebhook(ctx context.Context, by Operator, hook event.Webhook, hop func(event.CheckStep)) error {
	if a.opt.ReadOnly {
		return ErrReadOnly
	}
	c, err := a.cloud(hook.Source)
	if err != nil {
		return err
	}
	p := &pinger{Actions: a, cloud: c, hook: hook, tell: hop}
	if p.seen, err = p.newest(ctx); err != nil {
		return fmt.Errorf("read the deliveries so far: %w", err)
	}
	act := event.Activity{Time: a.opt.Clock.Now(), Actor: by.Person, Via: by.Via, Action: event.ActionPing, Target: event.WebhookTarget(hook.ID), Source: hook.Source,
		Sync: event.Sync{State: event.SyncSending}}
	finish, err := a.appendSending(ctx, &act)
	if err != nil {
		return err
	}
	defer finish()
	p.start = a.opt.Clock.Now()
	err = p.run(ctx)
	if ctx.Err() != nil {
		err = ctx.Err()
		p.last = "given up before it arrived"
	}
	sync := event.Sync{State: event.SyncDone}
	if err != nil {
		sync = event.Sync{State: event.SyncFailed, Reason: p.last}
	}
	_, failed := a.append(context.WithoutCancel(ctx), a.result(act, sync, p.last))
	return errors.Join(err, failed)
}

// pinger is a ping under way.
type pinger struct {
	*Actions
	cloud Cloud
	hook  event.Webhook
	tell  func(event.CheckStep)
	start time.Time
	seen  int64  // the newest delivery before it
	last  string // what the last hop found
}

func (p *pinger) place() mist.Scope { return mist.Scope{OrgID: p.cloud.OrgID, SiteID: p.hook.SiteID} }

// hop reports a step that was just passed.
func (p *pinger) hop(name, state, text string) { p.hopAt(name, state, text, p.opt.Clock.Now()) }

func (p *pinger) hopAt(name, state, text string, at time.Time) {
	if state != event.HopWait {
		p.last = text
	}
	p.tell(event.CheckStep{Name: name, Time: at, Took: max(0, at.Sub(p.start)), State: state, Text: text})
}

func (p *pinger) run(ctx context.Context) error {
	p.hop(HopAsked, event.HopOK, p.cloud.API.Host()+", to send a ping through "+p.hook.Name+" to "+p.hook.URL)
	if !p.hook.Enabled {
		p.hop(HopTaken, event.HopWait, "the webhook is disabled; Mist may send nothing")
	}
	callCtx, cancel := context.WithTimeout(asOperator(ctx), callLimit)
	err := p.cloud.API.PingWebhook(callCtx, p.place(), p.hook.ID)
	cancel()
	if err != nil {
		p.hop(HopTaken, event.HopFailed, mist.Explain(err))
		return errors.Join(ErrNotArrived, explain(err))
	}
	p.hop(HopTaken, event.HopOK, "200")
	p.hop(HopArrived, event.HopWait, "waiting for it at our listener, for at most 30 s")
	return p.await(ctx)
}

// await looks for the arrival, and at what Mist says of the delivery.
func (p *pinger) await(ctx context.Context) error {
	tick, stop := p.opt.Clock.NewTicker(peekEvery)
	defer stop()
	asked := 0
	for {
		d, err := p.arrival(ctx)
		if err != nil && ctx.Err() == nil {
			p.hop(HopArrived, event.HopFailed, "the journal cannot be read: "+err.Error())
			return err
		}
		if d != nil {
			return p.arrived(*d)
		}
		passed := p.opt.Clock.Now().Sub(p.start)
		due := false
		for asked < len(logAfter) && passed >= logAfter[asked] {
			asked, due = asked+1, true
		}
		if due {
			// That it was answered is believed at the second look: the journal
			// may be a moment behind.
			if e := p.log(ctx); e != nil && (e.Status != "success" || asked > 1) {
				return p.stopped(*e)
			}
		}
		if passed >= arriveLimit {
			p.hop(HopArrived, event.HopFailed, p.nothing())
			return ErrNotArrived
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick:
		}
	}
}

// stopped reports how far the ping came, as Mist says.
func (p *pinger) stopped(e mist.WebhookEvent) error {
	text := fmt.Sprintf("Mist says %s answered %d, but nothing came in here: that URL leads to another receiver, or to another foghorn's data directory", e.URL, e.StatusCode)
	if e.Status != "success" {
		text = "Mist could not deliver it"
		if e.StatusCode != 0 {
			text += fmt.Sprintf(", the answer was %d", e.StatusCode)
		}
		for _, more := range []string{e.Error, e.Answer} {
			if more != "" {
				text += ": " + short(more)
			}
		}
	}
	p.hopAt(HopArrived, event.HopFailed, text, p.opt.Clock.Now())
	return ErrNotArrived
}

// short bounds a text of a stranger's server.
func short(s string) string {
	if head := safetext.Clip(s, 300); head != s {
		return head + "..."
	}
	return s
}

// nothing lists what keeps a ping from arriving.
func (p *pinger) nothing() string {
	text := "nothing arrived within 30 s, and Mist's log of its deliveries has nothing of it. "
	if !p.hook.Enabled {
		return text + "The webhook is disabled: enable it in Mist."
	}
	return text + "Does the URL lead here from the internet (DNS, firewall, reverse proxy)? Is the certificate valid, or verify_cert off? Does a collector run?"
}

// log asks Mist for what it noted of this ping. Without an answer, which is no
// reason to give up, it is nil.
func (p *pinger) log(ctx context.Context) *mist.WebhookEvent {
	ctx, cancel := context.WithTimeout(asOperator(ctx), callLimit/3)
	defer cancel()
	// Mist's clock may differ from ours: allow a little earlier, and take the newest.
	window := mist.Window{Duration: 10 * time.Minute}
	var newest *mist.WebhookEvent
	n := 0
	for e, err := range p.cloud.API.WebhookEvents(ctx, p.place(), p.hook.ID, mist.WebhookEventQuery{Window: window, Topic: "ping", Limit: 10}) {
		if err != nil {
			break
		}
		if e.Topic == "ping" && !e.Time.Before(p.start.Add(-30*time.Second)) && (newest == nil || e.Time.After(newest.Time)) {
			newest = &e
		}
		if n++; n >= 10 {
			break
		}
	}
	return newest
}

// pings is the query that a ping's delivery matches, however it was judged.
var pings = func() *query.Query {
	q, err := query.Parse("topic:ping or verdict:failed or verdict:malformed or verdict:refused")
	if err != nil {
		panic("the query for pings does not parse: " + err.Error())
	}
	return q
}()
