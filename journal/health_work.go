package journal

import (
	"context"
	"fmt"
	"time"

	"foghorn/internal/human"
	"foghorn/journal/event"
)

// ChatHealth is how a workspace of a chat is connected.
type ChatHealth struct {
	event.ChatLink
	State string `json:"state"` // "up", "down", or "off" without a collector
}

// JobsHealth is how many jobs there are.
type JobsHealth struct {
	Running int `json:"running"`
	Waiting int `json:"waiting"`
	Failed  int `json:"failed_24h"` // ended within a day and did not do all they should
	// LastFailed is the last of those.
	LastFailed *event.Job `json:"last_failed,omitempty"`
}

// maxHealthJobs bounds the jobs that are looked at.
const maxHealthJobs = 500

// addJobs counts jobs. They are no reason why events may be missing: a schedule that fails
// is an alert.
func (h *Health) addJobs(ctx context.Context, j *Journal, now time.Time) error {
	all, err := j.Jobs(ctx, maxHealthJobs)
	for i := range all {
		switch job := &all[i]; {
		case job.State == event.JobRunning:
			h.Jobs.Running++
		case job.State == event.JobQueued:
			h.Jobs.Waiting++
		case job.State.Bad() && job.Ended != nil && now.Sub(*job.Ended) < 24*time.Hour:
			if h.Jobs.Failed++; h.Jobs.LastFailed == nil || job.Ended.After(*h.Jobs.LastFailed.Ended) {
				h.Jobs.LastFailed = job
			}
		}
	}
	return err
}

// addChat adds the connections of chat. One that is down keeps people from giving commands,
// and no event from the journal: it is a warning.
func (h *Health) addChat(links []event.ChatLink, running bool) {
	for _, l := range links {
		row := ChatHealth{ChatLink: l, State: "up"}
		switch {
		case !running:
			row.State, row.Problem = string(FeedOff), ""
		case l.Sockets == 0 && l.Wanted > 0:
			row.State = string(event.FeedDown)
		}
		if running && l.Problem != "" {
			t := Trouble{Kind: ChatFails, Name: l.Workspace, What: "chat workspace " + l.Workspace + " is not connected", Detail: l.Problem}
			if l.Sockets > 0 {
				t.What = fmt.Sprintf("chat workspace %s has %d of %s", l.Workspace, l.Sockets, human.CountOf(l.Wanted, "socket"))
			}
			if l.Stopped {
				t.Detail += "; foghorn does not try again by itself"
			}
			h.Warnings = append(h.Warnings, t)
		}
		h.Chat = append(h.Chat, row)
	}
}
