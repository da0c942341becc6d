package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"foghorn/internal/human"
	"foghorn/internal/safetext"
	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/journal/export"
)

func newSitesCmd(e *env) *cobra.Command {
	list := &listFlags{}
	cmd := &cobra.Command{
		Use:     "sites",
		Aliases: []string{"site"},
		Short:   "List sites, those with the worst alerts first; show one",
		Long: "List sites with their devices, clients and alerts, those with the worst alerts first.\n\n" +
			"Devices and clients come from the collector, which needs an API token; without one the sites of alerts are listed.",
		Example: `foghorn sites
foghorn sites -q 'ber*' -o json
foghorn sites show berlin            # devices down, alerts, service levels, changes of the last day`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return printCurrent(cmd.Context(), e, list, "sites", (*journal.Journal).SiteSummaries)
		},
	}
	list.addQuery(cmd)
	cmd.AddCommand(newSiteShowCmd(e))
	return cmd
}

func newSiteShowCmd(e *env) *cobra.Command {
	format := ""
	cmd := &cobra.Command{
		Use:   "show NAME",
		Short: "Show a site: devices down, alerts, service levels, changes of the last day",
		Example: `foghorn sites show berlin
foghorn sites show 'ber*' -o json`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return showSite(cmd.Context(), e, args[0], format)
		},
	}
	addPageFormat(cmd, &format)
	return cmd
}

// addPageFormat adds the -o flag of a command that shows one thing with what is
// around it.
func addPageFormat(cmd *cobra.Command, format *string) {
	*format = string(export.Table)
	words := []string{string(export.Table), string(export.JSON)}
	cmd.Flags().VarP(newOneOf(format, words...), "output", "o", "`format`: table or json")
	_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
}

// printPage shows one thing: as JSON, or as the tables that text prints.
func (e *env) printPage(format string, whole any, text func(*pageWriter)) error {
	if format == string(export.JSON) {
		out, err := export.Value(whole)
		if err == nil {
			_, err = e.stdout.Write(append(out, '\n'))
		}
		return err
	}
	p := &pageWriter{env: e, options: e.exportOptions(time.Now())}
	text(p)
	return p.err
}

func showSite(ctx context.Context, e *env, typed, format string) error {
	return e.read(ctx, func(s *settings, j *journal.Journal) error {
		sites, err := j.SiteStates(ctx, "")
		if err != nil {
			return err
		}
		found, err := journal.SiteNamed(sites, "", typed)
		if err != nil {
			return err
		}
		d, _, err := j.SiteDetail(ctx, found.ID, s.clock.Now())
		if err != nil {
			return err
		}
		e.warnStale(ctx, j)
		return e.printPage(format, d, func(p *pageWriter) {
			p.line(joinWords(d.Name, "("+d.Source+")", siteLine(&d.SiteState)))
			section(p, "Down", d.DownDevices)
			section(p, "Alerts", d.Problems)
			section(p, "Service levels", d.Scores)
			p.changes(d.Changes)
		})
	})
}

// siteLine is a site in a few words.
func siteLine(s *event.SiteState) string {
	var types []string
	for _, t := range s.Types {
		types = append(types, fmt.Sprintf("%d %s (%d down)", t.Devices, t.Type, t.Down))
	}
	return joinWords(strings.Join(types, ", "), human.CountOf(s.Clients, "client"), human.CountOf(s.Unresolved(), "alert")+" ("+strconv.Itoa(s.Open)+" open)")
}

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
		e.warnStale(ctx, j)
		return e.printPage(format, d, func(p *pageWriter) {
			p.line(deviceLine(&d, e.moment(now)))
			section(p, "Alerts", d.Alerts)
			section(p, "Clients", d.Clients)
			section(p, "Behind it", d.Behind)
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

// pageWriter writes a page for people; the first error stays.
type pageWriter struct {
	*env
	options export.Options
	err     error
}

func (p *pageWriter) line(text string) {
	if p.err == nil {
		_, p.err = fmt.Fprintln(p.stdout, safetext.Line(text))
	}
}

// text writes lines that are safe already.
func (p *pageWriter) text(lines string) {
	if p.err == nil {
		_, p.err = fmt.Fprint(p.stdout, lines)
	}
}

// section writes rows under a heading, or that there are none.
func section[T export.Row](p *pageWriter, title string, rows []T) {
	if len(rows) == 0 {
		p.head(title + ": none")
		return
	}
	p.head(fmt.Sprintf("%s (%d)", title, len(rows)))
	if p.err == nil {
		p.err = export.Write(p.stdout, export.Table, rows, p.options)
	}
}

func (p *pageWriter) head(title string) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.stdout, "\n%s\n", title)
	}
}

// changes writes what was changed, and where more may have been.
func (p *pageWriter) changes(c journal.Changes) {
	switch {
	case len(c.Rows) == 0 && len(c.Unknown) == 0:
		p.head("Changes in the last 24 hours: none")
	case len(c.Rows) == 0:
		p.head("Changes in the last 24 hours: none known")
	default:
		p.head(fmt.Sprintf("Changes in the last 24 hours (%d)", len(c.Rows)))
	}
	at := p.moment(c.To)
	for _, row := range c.Rows {
		text := joinWords(at(row.Time), string(row.Kind), row.Text)
		if row.Others > 0 {
			text += fmt.Sprintf(" (and %d more)", row.Others)
		}
		p.line(text)
	}
	for _, gap := range c.Unknown {
		text := "There may be more: " + gap.Why
		if !gap.From.IsZero() {
			text += ", from " + at(gap.From)
		}
		if !gap.To.IsZero() {
			text += ", until " + at(gap.To)
		}
		p.line(text)
	}
}
