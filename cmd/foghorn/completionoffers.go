package main

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"foghorn/actions"
	"foghorn/internal/safetext"
	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/journal/query"
	"foghorn/junos"
	"foghorn/mist"
)

// argumentOffer returns the offer for an argument of a command; nil for a file.
func (e *env) argumentOffer(cmd *cobra.Command, name string) offer {
	parent := ""
	if p := cmd.Parent(); p != nil {
		parent = p.Name()
	}
	switch name {
	case "TOPIC":
		return fixed(append([]string{"junos"}, mist.Topics()...)...)
	case "METHOD":
		return fixed(methods...)
	case "SITE":
		return e.fromJournal(offerSites)
	case "METRIC":
		return e.fromJournal(offerMetrics)
	case "OLD", "NAME|MAC":
		return e.fromJournal(offerDevices)
	case "NAME|ID":
		return e.fromJournal(offerWebhooks)
	case "STATEMENT|-":
		return offerViews
	case "OBJECT", "OTHER", "OBJECT@TIME":
		return e.offerConfigs
	case "TARGET":
		return e.fromJournal(offerDevices)
	case "FILE", "FILE|-":
		return nil
	case "NAME":
		switch parent {
		case "sites":
			return e.fromJournal(offerSites)
		case "relay":
			return e.offerRelays
		}
	case "ID":
		switch parent {
		case "alerts":
			return e.fromJournal(offerAlerts)
		case "events":
			return e.fromJournal(offerEvents)
		case "deliveries":
			return e.fromJournal(offerDeliveries)
		case "relay":
			return e.offerLetters
		}
	}
	return actionOffer(cmd.Name(), parent)
}

// actionOffer offers the values that an action's menu has on the screen.
func actionOffer(name, parent string) offer {
	var list []string
	if d, err := actions.Find(name); err == nil && d.Command != nil && d.Command.Parent == parent {
		for i := range d.Args {
			for _, c := range d.Args[i].Choices {
				list = append(list, c.Value+"\t"+c.Label)
			}
		}
	}
	return fixed(list...)
}

// flagOffer returns the offer for a flag; nil when there is none.
func (e *env) flagOffer(cmd *cobra.Command, name string) offer {
	switch name {
	case "query":
		table, ok := tableNamed(cmd)
		if !ok {
			return nil
		}
		return e.fromJournal(func(ctx context.Context, j journal.Reader, a *asked) ([]cobra.Completion, cobra.ShellCompDirective, error) {
			return offerQuery(ctx, j, a, table)
		})
	case "source":
		return e.sources(cmd.Parent() != nil && cmd.Parent().Name() == "junos")
	case "family":
		return fixed(event.FamilyWiFi, event.FamilyWired, event.FamilyWAN)
	case "since", "until":
		return fixed("15m", "1h", "24h", "7d", "today", "yesterday")
	case "event":
		var ids []string
		for _, entry := range junos.Catalogue() {
			ids = append(ids, entry.ID)
		}
		return fixed(ids...)
	}
	return nil
}

// tableNamed returns the table that the -q of a command is about.
func tableNamed(cmd *cobra.Command) (query.Table, bool) {
	for c := cmd; c != nil; c = c.Parent() {
		switch c.Name() {
		case "events", "tail", "listen", "demo":
			return query.Events, true
		case "alerts":
			return query.Alerts, true
		case "deliveries":
			return query.Deliveries, true
		case "ap", "devices":
			return query.Devices, true
		case "clients":
			return query.Clients, true
		}
	}
	return 0, false
}

// described is a completion with a text beside it, which comes from outside.
func described(value, text string) cobra.Completion {
	return cobra.CompletionWithDesc(safetext.Line(value), safetext.Clip(safetext.Line(text), 60))
}

func offerAlerts(ctx context.Context, j journal.Reader, a *asked) ([]cobra.Completion, cobra.ShellCompDirective, error) {
	where := journal.Unresolved
	switch a.cmd.Name() {
	case "show":
		where = nil
	case "unack":
		where = query.MustParse("state:acked")
	case "wake":
		where = query.MustParse("state:snoozed")
	}
	alerts, err := j.Alerts(ctx, query.Page{Where: where, Now: a.now, Limit: maxOffered})
	var out []cobra.Completion
	for _, row := range alerts {
		if id := event.ShortID(row.ID); a.begins(id) && !slices.Contains(a.args, id) {
			out = append(out, described(id, row.Severity.String()+"  "+row.Title))
		}
	}
	return out, noFiles, err
}

func offerEvents(ctx context.Context, j journal.Reader, a *asked) ([]cobra.Completion, cobra.ShellCompDirective, error) {
	events, err := j.Events(ctx, query.Page{Now: a.now, Limit: maxOffered})
	var out []cobra.Completion
	for _, row := range events {
		if id := event.ShortID(row.ID); a.begins(id) {
			out = append(out, described(id, row.Text))
		}
	}
	return out, noFiles, err
}

func offerDeliveries(ctx context.Context, j journal.Reader, a *asked) ([]cobra.Completion, cobra.ShellCompDirective, error) {
	deliveries, err := j.Deliveries(ctx, query.Page{Now: a.now, Limit: maxOffered})
	var out []cobra.Completion
	for _, row := range deliveries {
		if id := strconv.FormatInt(row.ID, 10); a.begins(id) {
			out = append(out, described(id, string(row.Verdict)+"  "+cmp.Or(row.Topic, row.Cause)))
		}
	}
	return out, noFiles, err
}

// maxDevicesRead bounds how many devices a completion looks at.
const maxDevicesRead = 5000

func offerDevices(ctx context.Context, j journal.Reader, a *asked) ([]cobra.Completion, cobra.ShellCompDirective, error) {
	var where *query.Query
	if a.cmd.Parent() != nil && a.cmd.Parent().Name() == "ap" {
		where = journal.AccessPoints
	}
	devices, err := j.Devices(ctx, query.Page{Where: where, Now: a.now, Limit: maxDevicesRead})
	var out []cobra.Completion
	for _, d := range devices {
		name := cmp.Or(d.Name, d.MAC.String())
		if a.typed != "" && !a.begins(name) && a.begins(d.MAC.String()) {
			name = d.MAC.String()
		}
		if a.begins(name) && len(out) < maxOffered {
			out = append(out, described(name, d.Type+" "+d.Status+"  "+d.Site))
		}
	}
	return out, noFiles, err
}

func offerSites(ctx context.Context, j journal.Reader, a *asked) ([]cobra.Completion, cobra.ShellCompDirective, error) {
	names, err := j.Values(ctx, "site", a.typed, maxOffered)
	list, directive := fixed(names...)(a)
	return list, directive, err
}

func offerMetrics(ctx context.Context, j journal.Reader, a *asked) ([]cobra.Completion, cobra.ShellCompDirective, error) {
	scores, err := j.Scores(ctx)
	var names []string
	for _, s := range scores {
		if len(a.args) > 0 && journal.MatchesSite(a.args[0], s.Site, s.SiteID) && s.Metric != "" && !slices.Contains(names, s.Metric) {
			names = append(names, s.Metric)
		}
	}
	slices.Sort(names)
	list, directive := fixed(names...)(a)
	return list, directive, err
}

func offerWebhooks(ctx context.Context, j journal.Reader, a *asked) ([]cobra.Completion, cobra.ShellCompDirective, error) {
	hooks, err := j.Webhooks(ctx)
	var out []cobra.Completion
	for _, h := range hooks {
		if name := cmp.Or(h.Name, h.ID); a.begins(name) {
			out = append(out, described(name, journal.WebhookPlace(h)+"  "+h.URL))
		}
	}
	return out, noFiles, err
}

// offerQuery offers fields and values as the screen's filter does. What stands before
// the word stays; behind an operator there is more to come.
func offerQuery(ctx context.Context, j journal.Reader, a *asked, t query.Table) ([]cobra.Completion, cobra.ShellCompDirective, error) {
	var failed error
	list := query.Complete(a.typed, len(a.typed), t, func(field, prefix string) []string {
		values, err := j.Values(ctx, field, prefix, maxOffered)
		failed = cmp.Or(failed, err)
		return values
	})
	var out []cobra.Completion
	directive := noFiles
	for _, c := range list {
		text := a.typed[:c.Start] + c.Insert + a.typed[c.End:]
		if strings.ContainsAny(text[len(text)-1:], ":<>=") {
			directive |= cobra.ShellCompDirectiveNoSpace
		}
		out = append(out, described(text, c.Hint))
	}
	return out, directive, failed
}
