package journal

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"foghorn/journal/event"
	"foghorn/journal/query"
)

// auditsEvery is how far behind polled audits may be: their interval in feeds/poll,
// and the time a poll takes.
const auditsEvery = 6 * time.Minute

// changeGroups are the groups of records that changes come from.
var changeGroups = []string{"audits", "device-events", "device-updowns", "mxedge-events", "junos"}

// unknownChanges says why there may have been changes in a span that the journal
// does not have. An empty list of changes is an all-clear only without a reason.
func (j *Journal) unknownChanges(ctx context.Context, s span) ([]Gap, error) {
	if s.source == event.SourceFoghorn || s.source == "" {
		return []Gap{{Why: "it is about foghorn itself, and no audit is"}}, nil
	}
	var out []Gap
	for _, reason := range []func(context.Context, span) ([]Gap, error){j.notKept, j.notCollected, j.notDelivered, j.notReported} {
		gaps, err := reason(ctx, s)
		if err != nil {
			return nil, err
		}
		out = append(out, gaps...)
	}
	if s.site == "" {
		out = append(out, Gap{Why: "it names no site, so only changes of the whole organization are listed"})
	}
	return out, nil
}

// notKept is the time before collecting began, or before what retention left.
func (j *Journal) notKept(ctx context.Context, s span) ([]Gap, error) {
	since, err := j.KeptSince(ctx, changeGroups...)
	if err != nil {
		return nil, err
	}
	if since.After(s.from) {
		return []Gap{{To: since, Why: "older records were removed (retention)"}}, nil
	}
	first, err := j.Events(ctx, query.Page{Where: query.Is("source", s.source), OldestFirst: true, Limit: 1})
	if err != nil || len(first) == 0 || !first[0].Received.After(s.from) {
		return nil, err
	}
	return []Gap{{To: first[0].Received, Why: "nothing was received from " + s.source + " before"}}, nil
}

var (
	uncollected = query.Is("topic", event.TopicUncollected)
	audits      = query.And(query.Is("topic", "audits"), query.Is("via", string(event.ViaWebhook)))
	commits     = query.And(query.Is("topic", "junos"), query.MustParse("type:UI_COMMIT,UI_COMMIT_COMPLETED"))
)

// maxGaps bounds how many gaps of one kind are listed.
const maxGaps = 5

// notCollected are the times without a collector.
func (j *Journal) notCollected(ctx context.Context, s span) ([]Gap, error) {
	events, err := j.Events(ctx, query.Page{Where: query.And(uncollected, query.Since(s.from)), OldestFirst: true, Limit: maxGaps})
	var out []Gap
	for _, ev := range events {
		raw, err := j.Raw(ctx, ev.ID)
		if err != nil {
			return nil, err
		}
		gap := Gap{To: ev.Time, Why: "no collector ran"}
		var observed struct {
			Start float64 `json:"start"`
		}
		if json.Unmarshal(raw, &observed) == nil && observed.Start > 0 { // without a start the gap may be any length
			gap.From = time.UnixMilli(int64(observed.Start * 1000)).UTC()
		}
		if gap.From.Before(s.to) && gap.To.After(s.from) {
			out = append(out, gap)
		}
	}
	return out, err
}

// notDelivered are the times in which deliveries were refused or Mist sent nothing.
func (j *Journal) notDelivered(ctx context.Context, s span) ([]Gap, error) {
	alerts, err := j.HealthAlerts(ctx, s.source, s.from, s.to)
	var out []Gap
	for _, a := range alerts {
		gap := Gap{From: a.Opened, Why: a.Title}
		if a.Resolved != nil {
			gap.To = *a.Resolved
		}
		out = append(out, gap)
	}
	return out, err
}

// notReported says which changes nobody reports: audits that are neither subscribed
// nor polled, and commits that no device sends.
func (j *Journal) notReported(ctx context.Context, s span) ([]Gap, error) {
	st, err := j.Status(ctx)
	if err != nil {
		return nil, err
	}
	of := func(is func(event.FeedKind) bool) *event.Feed {
		i := slices.IndexFunc(st.Feeds, func(f event.Feed) bool { return f.Name == s.source && is(f.Kind) })
		if i < 0 {
			return nil
		}
		return &st.Feeds[i]
	}
	if of(event.FeedKind.OfMist) == nil && (s.org == "" || of(func(k event.FeedKind) bool { return k == event.FeedJunos }) != nil) {
		seen, err := j.seen(ctx, s.source, commits)
		if err != nil || seen {
			return nil, err
		}
		return []Gap{{Why: "no device of " + s.source + " has ever reported a commit (UI_COMMIT)"}}, nil
	}
	subscribed, err := j.auditsSubscribed(ctx, s.source)
	if err != nil || subscribed {
		return nil, err
	}
	api := of(func(k event.FeedKind) bool { return k == event.FeedMistAPI })
	switch {
	case api == nil:
		return []Gap{{Why: "audits of " + s.source + " are neither subscribed nor polled, as far as is known"}}, nil
	case api.State != event.FeedUp:
		return []Gap{{From: api.Since, Why: "audits of " + s.source + " are not polled: its Mist API is " + string(api.State)}}, nil
	}
	if behind := st.Collector.Heartbeat.Add(-auditsEvery); s.to.After(behind) {
		return []Gap{{From: behind, Why: "audits are polled every 5 minutes"}}, nil
	}
	return nil, nil
}

// auditsSubscribed reports whether a webhook sends the organization's audits here: one
// came that way, and none of the webhooks that are known contradicts it.
func (j *Journal) auditsSubscribed(ctx context.Context, source string) (bool, error) {
	seen, err := j.seen(ctx, source, audits)
	if err != nil || !seen {
		return false, err
	}
	hooks, err := j.Webhooks(ctx)
	if err != nil {
		return false, err
	}
	known := false
	for _, h := range hooks {
		if h.Source != source || h.SiteID != "" {
			continue
		}
		known = true
		if h.Enabled && slices.Contains(h.Topics, "audits") {
			return true, nil
		}
	}
	return !known, nil
}

func (j *Journal) seen(ctx context.Context, source string, what *query.Query) (bool, error) {
	events, err := j.Events(ctx, query.Page{Where: query.And(what, query.Is("source", source)), Limit: 1})
	return len(events) > 0, err
}
