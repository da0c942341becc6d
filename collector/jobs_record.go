package collector

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"slices"

	"foghorn/config"
	"foghorn/feeds/observation"
	"foghorn/internal/safetext"
	"foghorn/jobs"
	"foghorn/jobs/configs"
	"foghorn/journal"
	"foghorn/journal/event"
)

// Limits of what an event says about a job; the job itself has more.
const (
	maxJobResult = 4 << 10 // bytes
	maxEarlier   = 50      // jobs that are looked at for whether one failed before
)

// recordJob writes the end of a job into the log. The same end twice is one event, so that
// nothing is lost or told twice when foghorn ends in between.
func (c *Collector) recordJob(ctx context.Context, j event.Job, told bool) error {
	if err := c.actions.JobEnded(ctx, &j); err != nil {
		return err
	}
	again, err := c.failedBefore(ctx, &j)
	if err != nil {
		return err
	}
	end := event.JobEnd{Job: j.ID, Kind: j.Kind, Target: j.Target, About: aboutJob(&j), What: jobs.What(&j), State: j.State, Again: again, Actor: j.Actor, Via: j.Via,
		Result: safetext.Clip(j.Result, maxJobResult), Error: safetext.Clip(j.Error, maxJobResult), OrgID: c.orgIDOf(j.Source)}
	ended := j.Created
	if j.Ended != nil {
		ended = *j.Ended
		end.Seconds = j.Duration(ended).Seconds()
	}
	end.Timestamp = float64(ended.UnixMilli()) / 1000
	if asked, ok := c.chat.core.Asked(&j); ok && told {
		end.Workspace, end.Channel = asked.Workspace, asked.Channel
	}
	c.placeJob(ctx, &j, &end)
	body, err := json.Marshal(&end)
	if err != nil {
		return err
	}
	records, err := observation.Records(cmp.Or(j.Source, event.SourceFoghorn), event.ViaLocal, event.TopicJobs, c.Clock.Now(), body)
	if err != nil {
		return err
	}
	_, err = c.log.Append(ctx, records...)
	return err
}

// failedBefore reports whether a scheduled job failed as the one before it did: that was
// told, and its alert is open. More of it that fails is told.
func (c *Collector) failedBefore(ctx context.Context, j *event.Job) (bool, error) {
	if j.Via != event.ViaSchedule || !j.State.Bad() {
		return false, nil
	}
	earlier, err := c.outbox.EarlierJobs(ctx, *j, maxEarlier)
	if err != nil {
		return false, err
	}
	for i := range earlier {
		switch before := &earlier[i]; {
		case !maps.Equal(before.Args, j.Args): // it has an alert of its own
		case before.State == event.JobDone:
			return false, nil
		case before.Via == event.ViaSchedule && before.State.Bad():
			return before.State != event.JobPartial || j.State == event.JobPartial, nil
		}
	}
	return false, nil
}

// aboutJob tells a job's alert from those of others of its kind and source. A ping of
// another address proves nothing.
func aboutJob(j *event.Job) string {
	about := j.Target
	for _, name := range slices.Sorted(maps.Keys(j.Args)) {
		about += " " + name + "=" + j.Args[name]
	}
	return about
}

func (c *Collector) orgIDOf(source string) string {
	i := slices.IndexFunc(c.Config.Mist, func(m config.Mist) bool { return m.Name == source })
	if i < 0 {
		return ""
	}
	return c.Config.Mist[i].OrgID
}

// placeJob says which site or device the target of a job is, where that is known.
func (c *Collector) placeJob(ctx context.Context, j *event.Job, end *event.JobEnd) {
	if j.Target == "" || j.Target == configs.WholeOrg || j.Kind == config.JobCheck { // the target of a check is a rule
		return
	}
	if j.Kind != config.JobPing && j.Kind != event.JobFollow {
		if s, err := journal.FindSite(ctx, c.Journal(), j.Source, j.Target); err == nil {
			end.SiteID, end.Site = s.ID, s.Name
			return
		}
	}
	if d, err := journal.FindDevice(ctx, c.Journal(), j.Source, j.Target, c.Clock.Now()); err == nil {
		end.MAC, end.Device, end.SiteID, end.Site = d.MAC, d.Name, d.SiteID, d.Site
	}
}
