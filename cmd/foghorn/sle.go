package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"foghorn/actions"
	"foghorn/internal/human"
	"foghorn/internal/safetext"
	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/journal/export"
)

const sleLong = `List service levels, the worst first; or, for one metric at one site, ask Mist about
the last hour: success over time, the causes by their share, and the devices and
clients that were affected. That takes three API calls; --full takes one more for
each cause.`

const sleExample = `foghorn sle                              # all sites and metrics, worst first
foghorn sle berlin                       # the metrics of one site (name, or a part with *)
foghorn sle berlin coverage              # the last hour of one metric
foghorn sle berlin coverage --since 24h -o json
foghorn sle berlin coverage --since 'yesterday 18:00' --until 'yesterday 20:00'
foghorn sle berlin coverage --full       # the threshold and counts by cause, too`

// sleFlags are the flags of "foghorn sle".
type sleFlags struct {
	source string
	family string
	full   bool
	span   spanFlags
	limit  int
	format string
}

func newSLECmd(e *env) *cobra.Command {
	f := &sleFlags{}
	cmd := &cobra.Command{
		Use:     "sle [SITE] [METRIC]",
		Short:   "Show service levels, and the causes of a low one",
		Long:    sleLong,
		Example: sleExample,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 2 {
				return explainSLE(cmd.Context(), e, args[0], args[1], f)
			}
			if f.span != (spanFlags{}) {
				return usageError(errors.New("--since and --until look at one metric of a site: foghorn sle SITE METRIC"))
			}
			return listSLE(cmd.Context(), e, strings.Join(args, ""), f)
		},
	}
	addSource(cmd, &f.source)
	cmd.Flags().Var(newOneOf(&f.family, event.FamilyWiFi, event.FamilyWired, event.FamilyWAN), "family", "only `wifi`, wired or wan")
	cmd.Flags().StringVar(&f.span.since, "since", "", "with a metric: from this `time` on, such as 2h or 13:00 (default an hour before the end); at most 7 days")
	cmd.Flags().StringVar(&f.span.until, "until", "", "with a metric: before this `time` (default now)")
	cmd.Flags().IntVar(&f.limit, "limit", 0, "at most `n` rows; 0 for all")
	cmd.Flags().BoolVar(&f.full, "full", false, "with a metric: ask for the threshold and for how many each cause affected, too")
	addFormat(cmd, &f.format)
	return cmd
}

// listSLE prints the service levels that the collector keeps.
func listSLE(ctx context.Context, e *env, site string, f *sleFlags) error {
	return e.list(ctx, &listFlags{limit: f.limit, format: f.format}, func(j *journal.Journal, l listing) error {
		scores, err := j.Scores(ctx)
		if err != nil {
			return err
		}
		sites, err := j.Sites(ctx)
		if err != nil {
			return err
		}
		rows := f.filter(event.WithoutData(scores, sites), site)
		switch {
		case len(scores) == 0:
			l.explainNoState(e, "service levels")
		case len(rows) == 0:
			if err := f.explainNone(ctx, j, site); err != nil {
				return err
			}
			return fmt.Errorf("no data: no service level of %s is known", safetext.Line(site+f.family))
		}
		return export.Write(e.stdout, l.format, rows, l.options)
	})
}

// explainNone says which of the words does not exist, when they chose no service
// level.
func (f *sleFlags) explainNone(ctx context.Context, j *journal.Journal, site string) error {
	if f.source != "" {
		scores, err := j.Scores(ctx)
		if err != nil {
			return err
		}
		var names []string
		for _, s := range scores {
			if !slices.Contains(names, s.Source) {
				names = append(names, s.Source)
			}
		}
		if _, err := journal.FindSource(names, f.source); err != nil {
			return err
		}
	}
	if site == "" {
		return nil
	}
	_, err := journal.FindSite(ctx, j, f.source, site)
	if missing, ok := errors.AsType[*journal.LookupError](err); ok && len(missing.Matches) > 0 {
		return nil // a glob of several, of which none has service levels
	}
	return err
}

// filter returns the scores that the flags and a site ask for.
func (f *sleFlags) filter(scores []event.SLEScore, site string) []event.SLEScore {
	var out []event.SLEScore
	for _, s := range scores {
		switch {
		case f.limit > 0 && len(out) == f.limit:
			return out
		case f.source != "" && s.Source != f.source, !journal.MatchesSite(site, s.Site, s.SiteID):
			continue
		case f.family != "" && (s.Metric == "" || journal.SLEFamily(s) != f.family):
			continue
		}
		if !(s.Value >= 0) {
			s.Value = math.NaN()
		}
		out = append(out, s)
	}
	return out
}

// explainSLE asks Mist about one metric of one site.
func explainSLE(ctx context.Context, e *env, site, metric string, f *sleFlags) error {
	s, format, page, err := e.listing(&listFlags{format: f.format})
	if err != nil {
		return err
	}
	if format != export.Table && format != export.JSON {
		return usageError(fmt.Errorf("-o %s: one metric is printed as table or json", format))
	}
	from, to, err := f.span.window(page.Now)
	if err != nil {
		return err
	}
	return s.withActions(ctx, func(ctx context.Context, a *actions.Actions, j *journal.Journal) error {
		at, err := journal.FindSite(ctx, j, f.source, site)
		if err != nil {
			return err
		}
		d, err := a.SLE(ctx, event.SLEQuestion{Source: at.Source, SiteID: at.ID, Metric: metric, Family: f.family,
			Start: from, End: to, Full: f.full})
		if err != nil {
			return cloudError(err)
		}
		if d.Site == "" {
			d.Site = at.Name
		}
		if format == export.JSON {
			return printJSON(e.stdout, d)
		}
		printSLE(e.stdout, &d, e.zone())
		return nil
	})
}

// printJSON prints a value as indented JSON that is safe on a terminal.
func printJSON(w io.Writer, v any) error {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(w, string(export.Escaped(b)))
	return err
}

// printLine prints a value as one line of JSON.
func printLine(w io.Writer, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(w, string(export.Escaped(b)))
	return err
}

// printSLE prints the answer as text.
func printSLE(w io.Writer, d *event.SLEDetail, zone *time.Location) {
	if zone == nil {
		zone = time.UTC
	}
	line := func(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }
	span := spanOf(d.Start.In(zone), d.End.In(zone))
	if !d.HasData {
		line("%s  %s  no data  %s", safetext.Line(d.Site), safetext.Line(d.Metric), span)
	} else {
		line("%s  %s  %s  mean of %s", safetext.Line(d.Site), safetext.Line(d.Metric), human.Success(d.Success, degraded(d)), span)
	}
	if d.IntervalS > 0 && len(d.Series) > 0 {
		line("in steps of %s; foghorn sle without a metric lists the last full hour", time.Duration(d.IntervalS)*time.Second)
	}
	if d.Threshold != "" {
		line("threshold %s", safetext.Line(d.Threshold))
	}
	for _, s := range d.Series {
		if s.Known && s.Degraded > 0 {
			line("  %s  %7s  %.0f of %.0f %s degraded", s.Time.In(zone).Format("15:04"), human.Success(s.Success, true), s.Degraded, s.Total, safetext.Line(d.Counted))
		}
	}
	if len(d.Reasons()) > 0 {
		line("why")
	}
	for _, c := range d.Reasons() {
		if c.Users > 0 || c.APs > 0 {
			line("  %6s  %-28s %d clients, %d APs", human.Percent(c.Share), safetext.Line(c.Name), c.Users, c.APs)
			continue
		}
		line("  %6s  %s", human.Percent(c.Share), safetext.Line(c.Name))
	}
	printImpacted(line, d)
	for _, p := range d.Problems {
		line("! %s", safetext.Line(p))
	}
	if d.MoreCalls > 0 {
		line("--full also asks for the threshold and for how many each cause affected (%d calls)", d.MoreCalls)
	}
}

// spanOf formats a time span: both days where they differ, and the zone.
func spanOf(start, end time.Time) string {
	to := end.Format("15:04 MST")
	if start.Format(time.DateOnly) != end.Format(time.DateOnly) {
		to = end.Format("2 Jan 15:04 MST")
	}
	return start.Format("2 Jan 15:04") + " to " + to
}

func degraded(d *event.SLEDetail) bool {
	for _, s := range d.Series {
		if s.Degraded > 0 {
			return true
		}
	}
	return d.Success < 1
}

// maxImpacted is how many of each are printed; JSON has them all.
const maxImpacted = 10

func printImpacted(line func(string, ...any), d *event.SLEDetail) {
	if len(d.Devices) > 0 {
		line("%s, %d", map[string]string{"ap": "access points", "switch": "switches", "gateway": "gateways"}[d.DeviceType], len(d.Devices))
	}
	for _, a := range d.Devices[:min(len(d.Devices), maxImpacted)] {
		line("  %s  %-20s %.0f of %.0f", a.MAC, safetext.Line(a.Name), a.Degraded, a.Total)
	}
	if len(d.Users) > 0 {
		line("clients, %d", len(d.Users))
	}
	for _, u := range d.Users[:min(len(d.Users), maxImpacted)] {
		line("  %s  %-20s %-16s %-12s %.0f of %.0f", u.MAC, safetext.Line(u.Name), safetext.Line(u.OnName), safetext.Line(u.SSID), u.Degraded, u.Total)
	}
}
