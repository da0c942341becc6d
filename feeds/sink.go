package feeds

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"foghorn/feeds/observation"
	"foghorn/internal/safetext"
	"foghorn/journal/event"
	"foghorn/mist"
)

// Org is the sink of the stream.

// DeviceStats implements stream.Sink.
func (o *Org) DeviceStats(siteID string, raw []byte) { o.state.DeviceFrame(siteID, raw) }

// ClientStats implements stream.Sink.
func (o *Org) ClientStats(siteID string, raw []byte) { o.state.ClientFrame(siteID, raw) }

// A gap is filled as soon as the cloud answers. What cut the stream often cuts the
// API too, and for a little longer.
const (
	fillEvery = 20 * time.Second
	fillTries = 15
)

// Gap implements stream.Sink. It asks the API for what happened meanwhile, then
// records the gap with the number of events that nothing else had brought.
func (o *Org) Gap(from, to time.Time, reason string) {
	o.mu.Lock()
	ctx := o.ctx
	o.mu.Unlock()
	if ctx == nil {
		return // not running: nobody listens
	}
	filled, err := o.fill(ctx, from)
	if err != nil {
		reason = strings.TrimPrefix(reason+"; what happened meanwhile could not be read: "+mist.Explain(err), "; ")
	}
	if err := o.recordGap(ctx, from, to, filled, reason); err != nil {
		o.o.Logger.Error("record a gap of the stream", "source", o.o.Source, "error", err)
	}
}

// fill tries until everything could be read, for some minutes.
func (o *Org) fill(ctx context.Context, from time.Time) (filled int, err error) {
	tick, stop := o.o.Clock.NewTicker(fillEvery)
	defer stop()
	for try := 1; ; try++ {
		n, err := o.poll.Fill(ctx, from)
		filled += n
		if err == nil || ctx.Err() != nil {
			return filled, nil
		}
		if try == fillTries {
			return filled, err
		}
		select {
		case <-ctx.Done():
			return filled, nil
		case <-tick:
		}
	}
}

// recordGap appends the observation, even while the process is stopping.
func (o *Org) recordGap(ctx context.Context, from, to time.Time, filled int, reason string) error {
	element, err := json.Marshal(struct {
		Timestamp float64 `json:"timestamp"`
		Start     float64 `json:"start"`
		Seconds   float64 `json:"seconds"`
		Filled    int     `json:"filled"`
		Reason    string  `json:"reason,omitempty"`
		OrgID     string  `json:"org_id"`
	}{epoch(to), epoch(from), max(to.Sub(from), 0).Round(time.Millisecond).Seconds(), filled, safetext.Line(reason), o.o.OrgID})
	if err != nil {
		return err
	}
	records, err := observation.Records(o.o.Source, event.ViaLocal, event.TopicStreamGap, o.o.Clock.Now(), element)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	_, err = o.o.Log.Append(ctx, records...)
	return err
}

func epoch(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }
