package chatops

import (
	"context"
	"encoding/json"
	"slices"

	"foghorn/journal/event"
)

// JobEnded tells the end of a job in the thread where it was asked for. It is
// jobs.Options.Ended. Relays notify channels.
func (c *Core) JobEnded(j event.Job) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*answerLimit)
	defer cancel()
	if asked, ok := c.Asked(&j); ok {
		c.tell(ctx, &asked, c.jobCard(&j))
	}
}

// Asked returns the call whose thread gets the result of a job; false when the job was not
// asked for in a chat, or the person who asked may no longer see it.
func (c *Core) Asked(j *event.Job) (asked Call, ok bool) {
	if j.Reply == "" {
		return Call{}, false
	}
	if err := json.Unmarshal([]byte(j.Reply), &asked); err != nil {
		c.Logger.Error("where to report the end of a job cannot be read", "job", j.ID, "error", err)
		return Call{}, false
	}
	if asked.Platform == "" {
		return Call{}, false
	}
	p := c.directory().person(asked.Workspace, asked.User)
	if p == nil || p.Person != j.Actor || !slices.Contains(p.orgs, j.Source) {
		c.Logger.Warn("the end of a job is not reported: the person who asked has lost the right to see it", "job", j.ID, "workspace", asked.Workspace, "user", asked.User)
		return Call{}, false
	}
	return asked, true
}
