package stream

import (
	"fmt"
	"strings"
	"time"

	"foghorn/internal/human"
	"foghorn/internal/safetext"
	"foghorn/journal/event"
	"foghorn/mist"
)

// Feed is the state of the stream. Failed counts the messages that were dropped
// because the sink was slow.
func (f *Feed) Feed() event.Feed {
	now := f.o.Clock.Now()
	out := event.Feed{Name: f.o.Source, Kind: event.FeedMistStream, State: event.FeedDown}
	seen := f.meter.Read(now)
	out.Rate, out.Last, out.Total = seen.PerSecond, seen.Last, seen.Total
	stats := f.stream.Stats()
	out.Failed = stats.Dropped
	out.Total += stats.Dropped // they arrived

	f.mu.Lock()
	running, ended, refusal, wrong := f.running, f.over, f.refusal, []error{f.problem, f.framesErr, f.subscriptionsErr}
	f.mu.Unlock()
	switch {
	case refusal != "":
		out.State, out.Detail = event.FeedError, refusal
	case !running && !ended:
		out.State, out.Detail = event.FeedStarting, "not connected yet"
	case !running:
		out.Detail = "not running"
	default:
		out.State, out.Detail = linkState(f.stream.Links(), now)
	}
	notes := []string{out.Detail}
	if out.State == event.FeedUp { // otherwise the state is more urgent, and the line is short
		notes = append(notes, f.failedChannels()...)
	}
	if stats.Dropped > 0 {
		notes = append(notes, human.CountOf(stats.Dropped, "message")+" dropped: more arrived than could be processed")
	}
	if stats.Malformed > 0 {
		notes = append(notes, human.CountOf(stats.Malformed, "message")+" malformed")
	}
	for _, err := range wrong {
		if err != nil {
			notes = append(notes, err.Error())
		}
	}
	out.Detail = safetext.Line(strings.Join(notes, "; "))
	return out
}

// linkState is the state of all connections in one line: the worst one counts.
func linkState(links []mist.Link, now time.Time) (event.FeedState, string) {
	total, ready, crowded := 0, 0, false
	var waiting, coming *mist.Link
	for i, l := range links {
		total += l.Channels
		crowded = crowded || l.Crowded()
		switch l.State {
		case mist.LinkReady:
			ready++
		case mist.LinkWaiting:
			if waiting == nil || l.Retry.Before(waiting.Retry) {
				waiting = &links[i]
			}
		case mist.LinkConnecting, mist.LinkSubscribing:
			coming = &links[i]
		case mist.LinkRefused:
			return event.FeedError, l.Reason
		}
	}
	some := ""
	if ready > 0 {
		some = fmt.Sprintf("%d of %d connections up, ", ready, len(links))
	}
	switch {
	case waiting != nil:
		return event.FeedDown, some + "reconnecting in " + human.Duration(roundUp(waiting.Retry.Sub(now))) + ": " + waiting.Reason
	case coming != nil && coming.Reason != "":
		return event.FeedDown, some + "reconnecting: " + coming.Reason
	case coming != nil:
		return event.FeedStarting, some + string(coming.State)
	}
	line := human.CountOf(total, "channel")
	if ready > 1 {
		line += fmt.Sprintf(" on %d connections", ready)
	}
	if crowded && ready == 1 {
		line += fmt.Sprintf(", of %d on one connection", mist.MaxChannelsPerLink)
	}
	return event.FeedUp, line
}

// failedChannels reports channels that were refused or never answered.
func (f *Feed) failedChannels() []string {
	bad := f.stream.Channels(mist.ChannelRefused, mist.ChannelUnanswered)
	n := len(bad)
	if n == 0 {
		return nil
	}
	first := strings.TrimSuffix(bad[0].Name+": "+bad[0].Detail, ": ")
	if n == 1 {
		return []string{"1 channel refused: " + first}
	}
	return []string{fmt.Sprintf("%d channels refused, the first %s", n, first)}
}

// roundUp rounds to whole seconds, so that a time still to come never reads as now.
func roundUp(d time.Duration) time.Duration {
	return max(0, (d + time.Second - 1).Truncate(time.Second))
}

// refusal is the line about refused credentials.
func refusal(links []mist.Link, err error) string {
	why := mist.Explain(err)
	for _, l := range links {
		if l.State == mist.LinkRefused {
			why = l.Reason
		}
	}
	return why + "; it needs a new one"
}
