package stream

import (
	"strings"
	"time"

	"foghorn/journal/event"
	"foghorn/mist"
)

// Sink receives the messages. Its methods are called from one goroutine and should
// return soon: meanwhile messages queue up, and are dropped when the queue is full.
// raw is one JSON value as the cloud sent it, usually an object with only the
// changed members; the sink may keep it.
type Sink interface {
	// DeviceStats is about an access point, switch or gateway of a site, or a
	// Mist Edge, for which siteID may be empty.
	DeviceStats(siteID string, raw []byte)
	ClientStats(siteID string, raw []byte)
	// Gap reports that messages between the two times may be missing. The sink
	// asks the API what happened then and records the gap. It may take its time:
	// nothing waits for it, and further gaps become one.
	Gap(from, to time.Time, reason string)
}

// maxElements bounds a message that carries a list.
const maxElements = 10_000

// route passes a message to the sink's method for its channel. A channel that
// somebody only looks at has none.
func (f *Feed) route(m mist.StreamMessage) {
	to := f.target(m.Channel)
	if to == nil || len(m.Data) == 0 {
		return
	}
	if m.Data[0] != '[' {
		to(m.Data)
		return
	}
	rows, _ := mist.Elements(m.Data, maxElements, nil)
	for _, row := range rows {
		to(row)
	}
}

func (f *Feed) target(channel string) func(raw []byte) {
	ofSite, site, name, ok := event.SplitChannel("/" + strings.TrimPrefix(channel, "/"))
	if !ofSite {
		site = ""
	}
	switch {
	case !ok:
		return nil
	case name == event.ChannelDeviceStats && ofSite, name == event.ChannelEdgeStats:
		return func(raw []byte) { f.o.Sink.DeviceStats(site, raw) }
	case name == event.ChannelClientStats && ofSite:
		return func(raw []byte) { f.o.Sink.ClientStats(site, raw) }
	}
	return nil
}
