package actions

import (
	"context"
	"fmt"
	"regexp"

	"foghorn/journal/event"
)

var _ = register(&Descriptor{
	Name:      event.ActionSubscribe,
	Summary:   "subscribe to one more channel of a source's stream",
	Target:    OnChannel,
	Role:      RoleOperator,
	Done:      "subscribed",
	Keys:      []Key{{Name: "subscribe", Help: "ask the stream of a source for one more channel", Arg: "CHANNEL [SOURCE]"}},
	NoCommand: onlyOnTheScreen,
	order:     90,
	check:     checkChannels,
	run:       runChannels("subscribed to "),
	undo:      undoChannels(event.ActionUnsubscribe, "unsubscribed from "),
})

// onlyOnTheScreen says why subscriptions have no command.
const onlyOnTheScreen = "only the screen shows what a channel brings"

// channelPattern is what a channel looks like once its names are ids.
var channelPattern = regexp.MustCompile(`^/(test|(orgs|sites)/[0-9a-fA-F-]{36}/[A-Za-z0-9_./-]+)$`)

// CheckChannel says why a text is no channel.
func CheckChannel(text string) error {
	if !channelPattern.MatchString(text) {
		return fmt.Errorf("no channel: %s. They look like /sites/NAME/stats/devices or /orgs/NAME/insights/summary", text)
	}
	return nil
}

func checkChannels(_ context.Context, _ *call, targets []Target) ([]Item, error) {
	var out []Item
	for _, t := range targets {
		i := Item{Target: t, Label: t.ID}
		i.Err = CheckChannel(t.ID)
		out = append(out, i)
	}
	return out, nil
}

// runChannels appends the activities; the projector keeps the subscriptions, and
// the collector's stream follows them.
func runChannels(did string) func(context.Context, *call, []Item, func(Step, error) bool) {
	return func(ctx context.Context, c *call, items []Item, yield func(Step, error) bool) {
		c.channels(ctx, c.d.Name, did, items, yield)
	}
}

func (c *call) channels(ctx context.Context, action, did string, items []Item, yield func(Step, error) bool) {
	var targets []Target
	var acts []event.Activity
	for _, i := range items {
		a := c.activity(action, i.Target)
		a.Source = i.Target.Source
		targets, acts = append(targets, i.Target), append(acts, a)
	}
	c.appendAll(ctx, targets, acts, func(s Step, err error) bool {
		if err == nil && s.State == Done {
			s.Text = did + s.Target.ID + " at " + s.Target.Source + "; F in the Log shows what comes"
		}
		return yield(s, err)
	})
}

// undoChannels takes the opposite action.
func undoChannels(opposite, did string) func(context.Context, *call, []event.Activity, func(Step, error) bool) {
	return func(ctx context.Context, c *call, done []event.Activity, yield func(Step, error) bool) {
		var items []Item
		for _, a := range done {
			if channel, ok := event.ChannelOf(a.Target); ok {
				items = append(items, Item{Target: Target{Kind: OnChannel, ID: channel, Source: a.Source}})
			}
		}
		c.channels(ctx, opposite, did, items, yield)
	}
}
