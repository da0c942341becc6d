package chatops

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"foghorn/config"
	"foghorn/jobs"
	"foghorn/journal/event"
)

// JobEnded tells the end of a job where it was asked for, and in the channels that want
// to know. It is jobs.Options.Ended.
func (c *Core) JobEnded(j event.Job) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*answerLimit)
	defer cancel()
	asked, ok := c.Asked(&j)
	if ok {
		c.tell(ctx, &asked, c.jobCard(&j))
	}
	if n, ok := jobs.NoticeOf(&j); ok {
		if err := c.notify(ctx, n, &asked); err != nil {
			c.Logger.Error("the end of a job could not be told", "job", j.ID, "error", err)
		}
	}
}

// Asked returns the call in whose thread the end of a job is told; false when the job was
// not asked for in a chat, or whoever asked may not see it any more.
func (c *Core) Asked(j *event.Job) (asked Call, ok bool) {
	if j.Reply == "" {
		return Call{}, false
	}
	if err := json.Unmarshal([]byte(j.Reply), &asked); err != nil {
		c.Logger.Error("where the end of a job is told cannot be read", "job", j.ID, "error", err)
		return Call{}, false
	}
	if asked.Platform == "" {
		return Call{}, false
	}
	p := c.directory().person(asked.Workspace, asked.User)
	if p == nil || p.Person != j.Actor || !slices.Contains(p.orgs, j.Source) {
		c.Logger.Warn("the end of a job is not told: whoever asked for it may not know any more", "job", j.ID, "workspace", asked.Workspace, "user", asked.User)
		return Call{}, false
	}
	return asked, true
}

// Notify implements jobs.Notifier: it tells a notice in the channels of the workspaces
// that see the organization.
func (c *Core) Notify(ctx context.Context, n jobs.Notice) error { return c.notify(ctx, n, &Call{}) }

// notify is Notify, but not in the channel where the end of a job is told already.
func (c *Core) notify(ctx context.Context, n jobs.Notice, told *Call) error {
	d := c.directory()
	var errs []error
	for i := range d.Listed {
		ch := &d.Listed[i]
		w := d.Workspace(ch.Workspace)
		if w == nil || !slices.Contains(w.Orgs, n.Source) || !wants(ch, n.Kind) || ch.Workspace == told.Workspace && ch.ID == told.Channel {
			continue
		}
		p, err := c.platform(w.Platform)
		if err == nil {
			ctx, cancel := context.WithTimeout(ctx, answerLimit)
			err = p.Post(ctx, w.Name, ch.ID, c.notice(&n))
			cancel()
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// wants reports whether a channel is told of a kind of notice.
func wants(ch *config.ChatChannel, kind string) bool {
	switch kind {
	case jobs.NoticeDone:
		return ch.NotifyJobCompletion
	case jobs.NoticeFailed:
		return ch.NotifyJobFailure
	case jobs.NoticeCompliance:
		return ch.NotifyComplianceViolations
	case jobs.NoticeDrift:
		return ch.NotifyDriftDetected
	}
	return false
}

// notice is a notice as a message.
func (c *Core) notice(n *jobs.Notice) *Message {
	if n.Job != nil && (n.Kind == jobs.NoticeDone || n.Kind == jobs.NoticeFailed) {
		return c.jobCard(n.Job)
	}
	m := &Message{Title: n.Title, Severity: "warn"}
	if n.Text != "" {
		m.Sections = []Section{{Code: n.Text}}
	}
	return m
}
