package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"foghorn/internal/human"
	"foghorn/journal"
	"foghorn/journal/event"
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
		now := s.clock.Now()
		d, _, err := j.SiteDetail(ctx, found.ID, now)
		if err != nil {
			return err
		}
		e.warnStale(ctx, j, now)
		return e.printPage(format, d, now, func(p *pageWriter) {
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
