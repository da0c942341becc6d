package chattext

import (
	"encoding/json"
	"strings"

	"foghorn/journal/event"
	"foghorn/relay"
)

// AskedBy is the label of who asked for a job.
const AskedBy = "Asked for by"

// maxMore bounds the lines of More.
const maxMore = 12

// jobEnd is what the event about the end of a job has of it.
func jobEnd(e *event.Event) (end event.JobEnd, ok bool) {
	return end, e.Topic == event.TopicJobs && json.Unmarshal(e.Raw, &end) == nil
}

// More is what a job found, or why it failed, behind the first line, which the text of its
// event has.
func More(e *event.Event) []string {
	end, ok := jobEnd(e)
	if !ok {
		return nil
	}
	text := end.Error
	if text == "" {
		text = end.Result
	}
	_, rest, _ := strings.Cut(strings.TrimSpace(text), "\n")
	lines := strings.FieldsFunc(rest, func(r rune) bool { return r == '\n' })
	if len(lines) > maxMore {
		lines = append(lines[:maxMore-1:maxMore-1], "...")
	}
	return lines
}

// Where is where and when an event of foghorn's own was, in a line: what its text says is
// not repeated.
func Where(e *event.Event) []string {
	where := []string{e.Time.UTC().Format("15:04:05 UTC")}
	for _, s := range []string{source(e), e.Site} {
		if s != "" && !strings.Contains(e.Text, s) {
			where = append(where, s)
		}
	}
	return where
}

// source is the organization that an event is about.
func source(e *event.Event) string {
	if e.Source == event.SourceFoghorn {
		return ""
	}
	return e.Source
}

// ownFacts are facts that only foghorn's own events have.
func ownFacts(e *event.Event) (out []relay.Fact) {
	if s := source(e); s != "" && event.OwnTopic(e.Topic) {
		out = append(out, relay.Fact{Label: "Organization", Value: s})
	}
	if end, ok := jobEnd(e); ok {
		if end.Via != event.ViaSchedule && end.Actor != "" {
			out = append(out, relay.Fact{Label: AskedBy, Value: end.Actor})
		}
	}
	return out
}

// Job names the job that an event is about, for people who want to see all of it.
func Job(e *event.Event) int64 {
	end, _ := jobEnd(e)
	return end.Job
}
