package actions

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"foghorn/journal/event"
	"foghorn/journal/query"
)

// maxLooked bounds how many deliveries one look reads.
const maxLooked = 100

// newest is the last record of the log, to tell older pings from this one. The
// view may be behind it: what it does not show yet is older too.
func (p *pinger) newest(ctx context.Context) (int64, error) {
	s, err := p.opt.View.Status(ctx)
	return s.LogEnd, err
}

// arrival finds the delivery that carries this ping; nil as long as there is none.
func (p *pinger) arrival(ctx context.Context) (*event.Delivery, error) {
	rows, err := p.opt.View.Deliveries(ctx, query.Page{Where: pings, Now: p.opt.Clock.Now(), After: p.seen, Limit: maxLooked})
	if err != nil {
		return nil, err
	}
	for _, row := range slices.Backward(rows) { // the oldest first
		d, err := p.opt.View.Delivery(ctx, row.ID)
		if err != nil {
			continue // not readable any more
		}
		p.seen = max(p.seen, d.ID)
		if d.ReplayOf == 0 && carriesPing(d.Body, p.hook.ID) {
			return &d, nil
		}
	}
	return nil, nil
}

// carriesPing reports whether a body is a ping of this webhook.
func carriesPing(body []byte, id string) bool {
	var ping struct {
		Topic  string `json:"topic"`
		Events []struct {
			ID string `json:"id"`
		} `json:"events"`
	}
	if json.Unmarshal(body, &ping) != nil || ping.Topic != "ping" {
		return false
	}
	for _, e := range ping.Events {
		if e.ID == id {
			return true
		}
	}
	return false
}

// arrived reports the last two steps of a ping that came.
func (p *pinger) arrived(d event.Delivery) error {
	p.hopAt(HopArrived, event.HopOK, fmt.Sprintf("as delivery %d from %s, answered %d within %s",
		d.ID, d.Remote, d.Status, time.Duration(d.DurationMS*float64(time.Millisecond)).Round(10*time.Microsecond)), d.Received)
	took := d.Received.Sub(p.start).Round(time.Millisecond)
	switch d.Verdict {
	case event.Verified:
		p.hopAt(HopSignature, event.HopOK, fmt.Sprintf("verified (v2), %s after asking", took), d.Received)
	case event.VerifiedV1:
		p.hopAt(HopSignature, event.HopOK, fmt.Sprintf("verified, but only by the older SHA-1 header, %s after asking", took), d.Received)
	case event.Unsigned:
		p.hopAt(HopSignature, event.HopOK, "none: no secret is configured here for "+d.Source+", so anybody on this machine could send this", d.Received)
	default:
		text := d.Cause
		if text == "" {
			text = string(d.Verdict)
		}
		p.hopAt(HopSignature, event.HopFailed, text, d.Received)
		return errors.Join(ErrNotArrived, errors.New(text))
	}
	return nil
}
