package collector

import (
	"context"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"foghorn/feeds/health"
	"foghorn/feeds/webhook"
	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/journal/query"
)

// conditions is what the health watcher remembers. Only its goroutine uses it.
type conditions struct {
	disabled map[string]health.Condition // webhooks that are disabled, by key
	former   []health.Condition          // of sources that are no longer configured
	doubts   map[string]doubted          // by source
}

// newHealthWatcher makes the watcher that records what keeps foghorn from receiving
// events, and restores the state of the listener's sources, which must survive a
// restart.
func (c *Collector) newHealthWatcher(ctx context.Context) (*health.Watcher, error) {
	before, err := c.view.Status(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the state of the sources: %w", err)
	}
	past, err := c.pastSources(ctx, before.Feeds)
	if err != nil {
		return nil, fmt.Errorf("read the last deliveries: %w", err)
	}
	c.listener.Restore(past)
	end, err := c.log.Last(ctx)
	if err != nil {
		return nil, err
	}
	c.disabled, c.doubts = map[string]health.Condition{}, map[string]doubted{}
	idle, err := c.idleSince(ctx, before.Collector)
	if err != nil {
		return nil, fmt.Errorf("read when a collector last ran: %w", err)
	}
	return health.New(health.Options{Log: c.log, Clock: c.Clock, Logger: c.Logger, Conditions: c.currentConditions, Idle: idle,
		Open: func(ctx context.Context) ([]string, bool) { return c.openConditions(ctx, end) }})
}

// openConditions reads the health conditions that are open in the journal, and
// whether the view has the log up to end. It restores the refused sources of the
// listener, for when the status of the last run is gone with its view.
func (c *Collector) openConditions(ctx context.Context, end int64) (keys []string, all bool) {
	at, err := c.view.Position(ctx)
	if err != nil {
		return nil, false
	}
	alerts, err := c.view.Alerts(ctx, query.Page{Where: journal.OpenHealth, Now: c.Clock.Now(), Limit: readLimit})
	if err != nil {
		return nil, false
	}
	refused := map[string]webhook.Past{}
	c.former = nil
	j := c.Journal()
	for _, a := range alerts {
		keys = append(keys, a.Key)
		cond, err := recordedCondition(ctx, j, &a)
		switch {
		case err != nil: // its record is damaged: it stays open until its check reports an end
		case cond.Check == event.CheckWebhook:
			c.disabled[a.Key] = health.Condition{Source: a.Source, Check: event.CheckWebhook, About: cond.About, Name: cond.Name}
		case cond.Check != event.CheckRefused:
		case !c.Config.HasSource(a.Source):
			c.former = append(c.former, health.Condition{Source: a.Source, Check: event.CheckRefused, Over: true, Cause: "the source is no longer configured"})
		default:
			refused[a.Source] = webhook.Past{Refusal: webhook.Refusal{Refused: true, Count: int64(a.Count), Since: a.Opened, Brief: cond.Brief, Cause: cond.Cause}}
		}
	}
	c.listener.Restore(refused)
	return keys, at >= end
}

// recordedCondition is what the newest event of a health alert says.
func recordedCondition(ctx context.Context, j *journal.Journal, a *event.Alert) (health.Condition, error) {
	newest, err := j.AlertEvents(ctx, a.ID, 1)
	if err != nil {
		return health.Condition{}, err
	}
	if len(newest) == 0 {
		return health.Condition{}, fmt.Errorf("alert %d has no event", a.ID)
	}
	element, err := j.Raw(ctx, newest[0].ID)
	if err != nil {
		return health.Condition{}, err
	}
	return health.Recorded(a.Source, element)
}

// idleSince is when a collector last worked: its heartbeat, else the last record.
func (c *Collector) idleSince(ctx context.Context, before event.Collector) (time.Time, error) {
	if !before.Heartbeat.IsZero() {
		return before.Heartbeat, nil
	}
	seq, err := c.log.Last(ctx)
	if err != nil || seq == 0 {
		return time.Time{}, err
	}
	r, err := c.log.Get(ctx, seq)
	if err != nil {
		return time.Time{}, nil // damaged or trimmed, so nothing is known
	}
	return r.At, nil
}

// sendersRead is how many of a source's last deliveries are read for its senders.
const sendersRead = 200

// pastSources is the state of the sources at the end of the last run, as far as the
// status and the journal have it.
func (c *Collector) pastSources(ctx context.Context, feeds []event.Feed) (map[string]webhook.Past, error) {
	out := map[string]webhook.Past{}
	for _, s := range c.sources {
		var p webhook.Past
		for _, f := range feeds {
			if f.Name == s.Name && f.Kind == kindOf(s) {
				p.Last, p.Refusal = f.Last, refusalOf(f)
			}
		}
		taken, err := query.Parse("verdict:verified,verified-v1,unsigned source:" + strconv.Quote(s.Name))
		if err != nil {
			return nil, err
		}
		deliveries, err := c.view.Deliveries(ctx, query.Page{Where: taken, Now: c.Clock.Now(), Limit: sendersRead})
		if err != nil {
			return nil, err
		}
		for _, d := range deliveries {
			if d.Received.After(p.Last) {
				p.Last = d.Received
			}
			if a, ok := addressOf(d.Remote); ok && !slices.Contains(p.Senders, a) {
				p.Senders = append(p.Senders, a)
			}
		}
		out[s.Name] = p
	}
	return out, nil
}

// kindOf is the kind of a source's feed.
func kindOf(s webhook.Source) event.FeedKind {
	if s.Via == event.ViaJunos {
		return event.FeedJunos
	}
	return event.FeedMistWebhook
}

// refusalOf reads the refusal back from a feed.
func refusalOf(f event.Feed) webhook.Refusal {
	if f.State != event.FeedRefused || f.Refused == 0 {
		return webhook.Refusal{}
	}
	return webhook.Refusal{Refused: true, Count: f.Refused, Since: f.Since, Brief: f.Brief, Cause: f.Detail}
}

// addressOf is the address in the text that a delivery keeps of its sender.
func addressOf(remote string) (netip.Addr, bool) {
	if ap, err := netip.ParseAddrPort(remote); err == nil {
		return ap.Addr().Unmap(), true
	}
	a, err := netip.ParseAddr(remote)
	return a.Unmap(), err == nil
}

// currentConditions returns what the watcher checks.
func (c *Collector) currentConditions(ctx context.Context, now time.Time) []health.Condition {
	var out []health.Condition
	for _, r := range c.listener.Refusals() {
		out = append(out, health.Condition{
			Source: r.Source, Check: event.CheckRefused, Brief: r.Brief, Cause: r.Cause, Since: r.Since, Count: r.Count,
			Over: !r.Refused && !r.Accepted.IsZero(),
		})
		if r.Refused && !r.Lasting || !r.Refused && r.Accepted.IsZero() {
			out = out[:len(out)-1] // a post or two, or nothing is known yet
		}
	}
	return slices.Concat(out, c.former, c.certificate(now), c.webhooks(ctx, now), c.relayConditions(ctx, now))
}

// The listener warns of its certificate's expiry warnDays before it, and raises a
// critical alert urgentDays before.
const (
	warnDays   = 14 * 24 * time.Hour
	urgentDays = 3 * 24 * time.Hour
)

func (c *Collector) certificate(now time.Time) []health.Condition {
	until := c.listener.CertificateUntil()
	cond := health.Condition{Source: event.SourceFoghorn, Check: event.CheckCertificate, Over: true}
	if left := until.Sub(now); !until.IsZero() && left < warnDays {
		cond.Over, cond.Urgent, cond.Brief = false, left < urgentDays, "expires on "+until.UTC().Format(time.DateOnly)
		if left <= 0 {
			cond.Brief = "expired on " + until.UTC().Format(time.DateOnly)
		} else if cond.Urgent {
			cond.Brief = "expires within three days, on " + until.UTC().Format(time.DateOnly)
		}
		cond.Cause = cond.Brief + "; senders that verify it cannot post after that. Replace the files: foghorn loads the new certificate at once"
	}
	return []health.Condition{cond}
}

// webhooks are the Mist webhooks that lead here, and whether they are disabled. One
// that was deleted in Mist is no longer disabled.
func (c *Collector) webhooks(ctx context.Context, now time.Time) []health.Condition {
	if len(c.orgs) == 0 {
		return nil
	}
	hooks, err := c.view.Webhooks(ctx)
	if err != nil {
		return nil // the pane that shows them reports it
	}
	var out []health.Condition
	listed := map[string]bool{}
	c.doubt(hooks, now)
	for _, h := range hooks {
		if !leadsHere(h, c.sources) {
			continue
		}
		cond := health.Condition{Source: h.Source, Check: event.CheckWebhook, About: h.ID, Name: h.Name, Over: h.Enabled}
		if !h.Enabled {
			cond.Brief = "Mist sends nothing to it"
			cond.Cause = "Mist sends nothing to " + h.URL + " until it is enabled in Mist (Organization > Settings > Webhooks)"
		}
		listed[event.HealthKey(cond.Check, cond.Source, cond.About)] = true
		out = append(out, cond)
	}
	for key, cond := range c.disabled {
		if !listed[key] && slices.ContainsFunc(hooks, func(h event.Webhook) bool { return h.Source == cond.Source }) {
			cond.Over = true
			out = append(out, cond)
		}
	}
	clear(c.disabled)
	for _, cond := range out {
		if !cond.Over {
			c.disabled[event.HealthKey(cond.Check, cond.Source, cond.About)] = cond
		}
	}
	return out
}

// doubt reads webhooks again where what arrives, or no longer arrives, says otherwise
// than what was read. Another webhook may have sent it, and a quiet hour looks the
// same, so it asks less and less often while the answer stays the same.
func (c *Collector) doubt(hooks []event.Webhook, now time.Time) {
	here := slices.DeleteFunc(slices.Clone(hooks), func(h event.Webhook) bool { return !leadsHere(h, c.sources) })
	for i, source := range c.OrgNames() {
		doubtful := slices.ContainsFunc(c.listener.Refusals(), func(r webhook.Refusal) bool {
			return r.Source == source && slices.ContainsFunc(here, func(h event.Webhook) bool { return h.Source == source && contradicts(r, h, now) })
		})
		d := c.doubts[source]
		switch {
		case !doubtful:
			if now.Sub(d.asked) > longestDoubt {
				delete(c.doubts, source)
			}
		case now.Sub(d.asked) >= d.wait || now.Before(d.asked):
			c.orgs[i].Org().DoubtWebhooks()
			c.doubts[source] = doubted{now, min(max(2*d.wait, firstDoubt), longestDoubt)}
		}
	}
}

// contradicts reports whether what arrived from a source speaks against what was last
// read of its webhook: it is disabled and deliveries came since, or it is enabled and
// none came since a while before. Deliveries that are refused do arrive.
func contradicts(r webhook.Refusal, h event.Webhook, now time.Time) bool {
	if !h.Enabled {
		return r.Accepted.Sub(h.Updated) > journal.DeliveryDelay
	}
	silent := r.Accepted.Add(silentAfter)
	return !r.Refused && !r.Accepted.IsZero() && !now.Before(silent) && h.Updated.Before(silent)
}

// doubted is when Mist was last asked about webhooks in doubt, and the wait before it
// is asked again.
type doubted struct {
	asked time.Time
	wait  time.Duration
}

const (
	firstDoubt   = 10 * time.Second
	longestDoubt = 10 * time.Minute
	silentAfter  = 2 * time.Minute // longer than a quiet moment, much shorter than the polling
)

// leadsHere reports whether a webhook's URL ends in the path of its source. Which
// host and prefix lead to this machine, foghorn cannot know.
func leadsHere(h event.Webhook, sources []webhook.Source) bool {
	u, err := url.Parse(h.URL)
	if err != nil {
		return false
	}
	path := strings.TrimSuffix(u.Path, "/")
	of := 0
	for _, s := range sources {
		if s.Via != event.ViaWebhook {
			continue
		}
		if of++; s.Name == h.Source && strings.HasSuffix(path, s.Path()) {
			return true
		}
	}
	return of == 1 && strings.HasSuffix(path, "/mist") && slices.ContainsFunc(sources, func(s webhook.Source) bool { return s.Name == h.Source })
}
