package actions

import (
	"context"
	"iter"

	"foghorn/journal/event"
	"foghorn/mist"
)

// API is what actions need of the Mist API; *mist.Client has it.
type API interface {
	Host() string
	AckAlarms(ctx context.Context, org string, ids []string, note string) (int, error)
	UnackAlarms(ctx context.Context, org string, ids []string, note string) (int, error)
	RenameDevice(ctx context.Context, site, device, name string) (mist.DeviceConfig, error)
	RestartDevice(ctx context.Context, site, device string) error
	LocateDevice(ctx context.Context, site, device string, blink bool) error
	BouncePorts(ctx context.Context, site, device string, ports []string) error
	Inventory(ctx context.Context, org string, vc bool) iter.Seq2[mist.InventoryItem, error]
	PingWebhook(ctx context.Context, at mist.Scope, id string) error
	WebhookEvents(ctx context.Context, at mist.Scope, id string, query mist.WebhookEventQuery) iter.Seq2[mist.WebhookEvent, error]
	SLEMetrics(ctx context.Context, s mist.SLEScope) (enabled, supported []string, err error)
	SLESummaryTrend(ctx context.Context, s mist.SLEScope, metric string, w mist.Window) (mist.SLETrend, error)
	SLEClassifierTrend(ctx context.Context, s mist.SLEScope, metric, classifier string, w mist.Window) (mist.SLESeries, error)
	SLEThreshold(ctx context.Context, s mist.SLEScope, metric string) (mist.SLEThreshold, error)
	Impacted(ctx context.Context, s mist.SLEScope, metric, classifier, list string, w mist.Window) ([]mist.Impacted, error)
}

// inventory reads the devices of an organization from Mist.
func inventory(ctx context.Context, c Cloud) ([]event.Device, error) {
	ctx, cancel := context.WithTimeout(asOperator(ctx), 2*callLimit)
	defer cancel()
	var out []event.Device
	for i, err := range c.API.Inventory(ctx, c.OrgID, false) {
		if err != nil {
			return nil, explain(err)
		}
		mac, ok := event.ParseMAC(i.MAC)
		if !ok {
			continue
		}
		out = append(out, event.Device{Source: c.Source, OrgID: c.OrgID, SiteID: i.SiteID, MAC: mac, ID: i.ID, Name: i.Name, Type: i.Type,
			Model: i.Model, Serial: i.Serial})
		if len(out) == maxDevices {
			break
		}
	}
	return out, nil
}
