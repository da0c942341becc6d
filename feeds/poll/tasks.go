package poll

import (
	"context"
	"encoding/json"
	"time"

	"foghorn/mist"
)

// The names of tasks that other code refers to.
const (
	probeTask     = "usage"
	sitesTask     = "sites"
	inventoryTask = "inventory"
	devicesTask   = "devices"
)

// tasks lists all tasks, in the order of their importance at the start.
// docs/API-BUDGET.md has their costs.
func (p *Poll) tasks() []*task {
	all := []*task{
		{name: probeTask, urgency: mist.Prompt, every: 5 * time.Minute, maxCalls: 10, run: p.askUsage},
		{name: sitesTask, urgency: mist.Routine, every: 10 * time.Minute, callsPerHour: 60, maxCalls: 200, run: p.askSites},
		{name: inventoryTask, urgency: mist.Routine, every: 15 * time.Minute, callsPerHour: 60, maxCalls: 200, after: sitesTask, run: p.askInventory},
		{name: devicesTask, urgency: mist.Routine, every: time.Minute, callsPerHour: 240, maxCalls: 200, after: sitesTask, run: p.askDevices},
		{name: "alarms", urgency: mist.Prompt, every: time.Minute, callsPerHour: 120, maxCalls: 60, after: inventoryTask, run: p.askAlarms},
		{name: "device events", urgency: mist.Prompt, every: 2 * time.Minute, callsPerHour: 120, maxCalls: 40, after: inventoryTask, run: p.askDeviceEvents},
		{name: "audits", urgency: mist.Routine, every: 5 * time.Minute, callsPerHour: 30, maxCalls: 40, after: inventoryTask, run: p.askAudits},
		{name: "mist edges", urgency: mist.Routine, every: 5 * time.Minute, callsPerHour: 24, maxCalls: 50, after: sitesTask, optional: true, run: p.askMxEdges},
		{name: "webhooks", urgency: mist.Background, every: 10 * time.Minute, callsPerHour: 12, maxCalls: 20, after: sitesTask, run: p.askWebhooks},
		{name: "alarms of the week", urgency: mist.Background, every: time.Hour, callsPerHour: 24, maxCalls: 100, after: "alarms", run: p.askOldAlarms},
	}
	for _, family := range families {
		all = append(all, &task{name: "sle " + family, urgency: mist.Routine, every: 55 * time.Minute, callsPerHour: 20, maxCalls: 50, after: sitesTask, optional: true,
			run: func(ctx context.Context) error { return p.askScores(ctx, family, p.lastWindow()) }})
	}
	return append(all,
		&task{name: "sle history", urgency: mist.Background, pace: p.history.pace, maxCalls: 60, after: "sle wan", run: p.askHistory},
		&task{name: "site webhooks", urgency: mist.Background, pace: p.webhooks.rotation.pace, maxCalls: 20, after: "webhooks", run: p.askSiteWebhooks},
		&task{name: "clients", urgency: mist.Routine, pace: p.clients.pace, maxCalls: 50, after: devicesTask, run: p.askClients},
	)
}

// askUsage reads the use of the token, which also tests whether the token is
// valid. If the cloud refuses it, askUsage loads a replacement from the
// configuration, or else tries the same token once more, because a failing cloud
// refuses valid tokens too.
func (p *Poll) askUsage(ctx context.Context) error {
	if p.o.Renew != nil && p.schedule.isRefused() {
		if c, err := p.o.Renew(ctx); err == nil {
			p.mu.Lock()
			p.client = c
			p.mu.Unlock()
		} else {
			p.o.Logger.Debug("look for a new token", "source", p.o.Source, "error", err)
		}
	}
	_, err := p.api().Usage(ctx)
	return err
}

func raws(in [][]byte) []json.RawMessage {
	out := make([]json.RawMessage, len(in))
	for i, b := range in {
		out[i] = b
	}
	return out
}
