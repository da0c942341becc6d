package jobs

import (
	"context"

	"foghorn/journal/event"
)

// The kinds of notices. Who wants which is configured for each channel of a chat.
const (
	NoticeDone       = "done"       // a job ended well
	NoticeFailed     = "failed"     // a job did not do all it should
	NoticeCompliance = "compliance" // a configuration breaks a rule
	NoticeDrift      = "drift"      // a configuration changed outside of what is known
)

// Notice is something to tell whoever wants to know of its kind.
type Notice struct {
	Kind   string
	Source string     // the organization it is about
	SiteID string     // and the site; empty for the whole organization
	Title  string     // one line
	Text   string     // more about it, in a few lines
	Job    *event.Job // that it is about or comes from; may be nil
}

// Notifier tells notices in the channels that want them.
type Notifier interface {
	Notify(ctx context.Context, n Notice) error
}

// NoticeOf is the notice of a job that has ended; false when nobody needs to be told:
// whoever canceled a job knows.
func NoticeOf(j *event.Job) (Notice, bool) {
	n := Notice{Source: j.Source, Title: Title(j), Text: j.Result, Job: j}
	switch {
	case j.State == event.JobDone:
		n.Kind = NoticeDone
	case j.State.Bad():
		n.Kind, n.Text = NoticeFailed, j.Error
	default:
		return Notice{}, false
	}
	return n, true
}
