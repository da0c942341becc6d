package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"foghorn/internal/human"
	"foghorn/journal"
	"foghorn/journal/event"
)

func newDeviceShowCmd(e *env) *cobra.Command {
	format := ""
	cmd := &cobra.Command{
		Use:   "show NAME|MAC",
		Short: "Show a device: its state, alerts, clients, last events",
		Long: "Show a device with its unresolved alerts, the clients and devices behind it, and its last events.\n\n" +
			"Give its name, its MAC in any notation, or at least the last four digits of the MAC.",
		Example: `foghorn devices show lobby-ap3
foghorn devices show 0a:1f                 # the end of its MAC
foghorn devices show lobby-ap3 -o json`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return showDevice(cmd.Context(), e, args[0], format)
		},
	}
	addPageFormat(cmd, &format)
	return cmd
}

// shownEvents is how many of a device's last events its page has; JSON has all that
// were read.
const shownEvents = 15

func showDevice(ctx context.Context, e *env, typed, format string) error {
	return e.read(ctx, func(s *settings, j *journal.Journal) error {
		now := s.clock.Now()
		found, err := journal.FindDevice(ctx, j, "", typed, now)
		mac, isMAC := event.ParseMAC(typed)
		if err == nil {
			mac = found.MAC
		} else if !isMAC {
			return err
		}
		d, failed := j.DeviceDetail(ctx, mac, now)
		if failed != nil {
			return failed
		}
		if !d.Listed && len(d.Events) == 0 && len(d.Alerts) == 0 {
			return err // no inventory has it, and nothing was ever heard of it
		}
		e.warnStale(ctx, j, now)
		return e.printPage(format, d, now, func(p *pageWriter) {
			p.line(deviceLine(&d, e.moment(now)))
			section(p, "Alerts", d.Alerts)
			section(p, "Clients", d.Clients)
			section(p, "Behind it", d.Behind)
			section(p, "What people did", d.Activities)
			section(p, "Last events", d.Events[:min(len(d.Events), shownEvents)])
		})
	})
}

// deviceLine is a device in a line.
func deviceLine(d *journal.DeviceDetail, at func(time.Time) string) string {
	dev := &d.Device
	status := dev.Status
	if !dev.Since.IsZero() {
		status += " since " + at(dev.Since)
	}
	if !d.Listed {
		status = "known from events only"
	}
	uptime := ""
	if dev.UptimeS > 0 {
		uptime = "up for " + human.Duration(time.Duration(dev.UptimeS)*time.Second)
	}
	uplink := ""
	if dev.Uplink != "" {
		uplink = "uplink " + dev.Uplink
	}
	return joinWords(dev.Name, dev.MAC.String(), dev.Type, dev.Model, dev.Site, status, uptime, dev.Version, dev.IP, uplink)
}
