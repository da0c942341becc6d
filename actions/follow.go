package actions

import (
	"context"
	"fmt"

	"foghorn/journal/event"
)

// follow has a job watch what becomes of what Mist accepted: that a device goes down and
// comes back is seen only minutes later. It says in a sentence what is known so far.
func (c *call) follow(ctx context.Context, i *Item, act *event.Activity) (id int64, text string) {
	if c.jobs == nil || !c.jobs.Runs() {
		return 0, "no collector runs here, so nobody sees what becomes of it"
	}
	id, err := c.startFor(ctx, act, event.Job{Kind: event.JobFollow, Target: i.Label, Args: map[string]string{
		event.JobArgMAC: string(i.Device.MAC), event.JobArgAction: act.Action, event.JobArgPorts: act.After,
	}})
	if err != nil {
		return 0, "what becomes of it is not followed: " + err.Error()
	}
	return id, fmt.Sprintf("job %d watches what becomes of it", id)
}
