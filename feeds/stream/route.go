package stream

import (
	"strings"
	"time"

	"foghorn/journal/event"
	"foghorn/mist"
)

// Sink takes what the channels carry. Its methods are called from one
// goroutine and should return soon: while one runs, messages queue up and are
// dropped in the end. raw is one JSON value as the cloud sent it, and usually
// an object with only what changed; the sink may keep it.
type Sink interface {
	// DeviceStats is about an access point, switch or gateway of a site, or a
	// Mist Edge, for which siteID may be empty.
	DeviceStats(siteID string, raw []byte)
	ClientStats(siteID string, raw []byte)
	Summary(raw []byte)
	// Gap tells that between the two times messages may be missing. What
	// happened then is to be asked for and the gap noted. It may take its time:
	// meanwhile nothing is held up, and further gaps become one.
	Gap(from, to time.Time, reason string)
}

// mostElements bounds a message that carries a list.
const mostElements = 10_000

// route passes what a message carries to where its channel belongs. Channels
// that somebody only looks at belong nowhere.
func (f *Feed) route(m mist.StreamMessage) {
	to := f.target(m.Channel)
	if to == nil || len(m.Data) == 0 {
		return
	}
	if m.Data[0] != '[' {
		to(m.Data)
		return
	}
	rows, _ := mist.Elements(m.Data, mostElements, nil)
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
	case name == event.ChannelInsights && !ofSite:
		return f.o.Sink.Summary
	case name == event.ChannelDeviceStats && ofSite, name == event.ChannelEdgeStats:
		return func(raw []byte) { f.o.Sink.DeviceStats(site, raw) }
	case name == event.ChannelClientStats && ofSite:
		return func(raw []byte) { f.o.Sink.ClientStats(site, raw) }
	}
	return nil
}
