package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"foghorn/collector"
	"foghorn/internal/human"
	"foghorn/internal/safetext"
	"foghorn/jobs/configs"
	"foghorn/journal"
	"foghorn/journal/export"
)

const configsLong = `Look at the configuration that foghorn backup keeps: list, show, search and compare
objects, see who changed an object, and plan how to restore an earlier state.

An OBJECT is a name (Guest), a type and a name (wlans/Guest), an id, or the path of a file
(ORG/SITE/TYPE/ID.json). docs/CONFIGS.md describes what is stored, and how.`

const configsExample = `foghorn backup                                  # first: fetch everything
foghorn configs search 10.0.8.40                # in which objects is this address?
foghorn configs log wlans/Guest                 # who changed it, and when
foghorn configs diff wlans/Guest --since 7d     # what is different from a week ago
foghorn configs check                           # which objects break a rule?
foghorn configs restore-plan wlans/Guest@yesterday`

func newConfigsCmd(e *env) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "configs",
		Short:   "List, show, search, compare and check backed-up configuration; plan a restore",
		Long:    configsLong,
		Example: configsExample,
	}
	cmd.AddCommand(newConfigsListCmd(e), newConfigsShowCmd(e), newConfigsSearchCmd(e), newConfigsLogCmd(e), newConfigsDiffCmd(e), newConfigsCheckCmd(e), newConfigsRestoreCmd(e))
	return cmd
}

// configsFlags narrow down which objects a command is about.
type configsFlags struct {
	source, site, kind string
	limit              int
	format             string
}

func (f *configsFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.source, "source", "", "only of this `organization`")
	flags.StringVar(&f.site, "site", "", "only of this `site`, by its name or id")
	flags.StringVar(&f.kind, "type", "", "only of this `type`, such as wlans or devices")
}

func (f *configsFlags) addRows(cmd *cobra.Command) {
	f.add(cmd)
	cmd.Flags().IntVarP(&f.limit, "limit", "n", 100, "at most `n` rows; 0 for all")
	cmd.Flags().StringVarP(&f.format, "output", "o", "table", "`format`: table, json, ndjson")
	_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions([]string{"table", "json", "ndjson"}, cobra.ShellCompDirectiveNoFileComp))
}

// configsDir is where the configurations are.
func (s *settings) configsDir() string { return filepath.Join(s.dir, collector.ConfigsDir) }

// configs opens the configurations for a command, with the filter of its flags.
func (e *env) configs(ctx context.Context, f *configsFlags) (*settings, *configs.Store, configs.Filter, error) {
	s, err := e.settings()
	if err != nil {
		return nil, nil, configs.Filter{}, err
	}
	if f.limit < 0 {
		return nil, nil, configs.Filter{}, usageError(fmt.Errorf("--limit %d: it takes 0 or more", f.limit))
	}
	store, err := s.collecting().OpenConfigs()
	if err != nil {
		return nil, nil, configs.Filter{}, err
	}
	filter := configs.Filter{Source: f.source, Type: f.kind}
	if f.site != "" {
		site, err := store.FindSite(ctx, filter, f.site)
		if err != nil {
			return nil, nil, filter, errors.Join(err, store.Close())
		}
		filter.SiteID = site.SiteID
	}
	return s, store, filter, nil
}

// row is an object as lists print it.
type row struct {
	Source string `json:"source,omitempty"`
	Site   string `json:"site,omitempty"`
	Type   string `json:"type"`
	Name   string `json:"name"`
	Path   string `json:"path"`
	Line   int    `json:"line,omitempty"`
	Text   string `json:"text,omitempty"`
}

func rowOf(o configs.Object, sites map[string]string) row {
	site := sites[o.SiteID]
	if site == "" {
		site = o.SiteID
	}
	return row{Source: o.Source, Site: site, Type: o.Type, Name: o.Name, Path: o.Path().String()}
}

// printAs prints rows as JSON or NDJSON; false for a table, which the caller prints.
func printAs[T any](w io.Writer, format string, rows []T) (bool, error) {
	switch format {
	case "table":
		return false, nil
	case "ndjson":
		for _, r := range rows {
			if err := printLine(w, r); err != nil {
				return true, err
			}
		}
		return true, nil
	case "json":
		if rows == nil {
			rows = []T{}
		}
		b, err := json.MarshalIndent(rows, "", "  ")
		if err == nil {
			_, err = fmt.Fprintln(w, string(export.Escaped(b)))
		}
		return true, err
	}
	return true, usageError(fmt.Errorf("-o %q: it takes table, json or ndjson", format))
}

func newConfigsListCmd(e *env) *cobra.Command {
	f := &configsFlags{}
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List the backed-up objects",
		Example: "foghorn configs list --type wlans\nfoghorn configs list --site Vienna -o json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return listConfigs(cmd.Context(), e, f)
		},
	}
	f.addRows(cmd)
	return cmd
}

func listConfigs(ctx context.Context, e *env, f *configsFlags) error {
	s, store, filter, err := e.configs(ctx, f)
	if err != nil {
		return err
	}
	defer store.Close()
	list, err := store.List(ctx, filter)
	if err != nil {
		return err
	}
	sites, err := store.SiteNames(ctx)
	if err != nil {
		return err
	}
	more := 0
	if f.limit > 0 && len(list) > f.limit {
		list, more = list[:f.limit], len(list)-f.limit
	}
	var rows []row
	for _, o := range list {
		rows = append(rows, rowOf(o, sites))
	}
	if done, err := printAs(e.stdout, f.format, rows); done {
		return err
	}
	if len(rows) == 0 {
		fmt.Fprintf(e.stderr, "no backed-up object in %s matches; foghorn backup fetches objects\n", s.configsDir())
		return nil
	}
	w := tabwriter.NewWriter(e.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "SITE\tTYPE\tNAME\tID")
	for i, r := range rows {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", safetext.Line(r.Site), r.Type, safetext.Line(r.Name), list[i].ID)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if more > 0 {
		fmt.Fprintf(e.stderr, "%s more; --limit 0 lists all\n", human.Count(int64(more)))
	}
	return nil
}

func newConfigsShowCmd(e *env) *cobra.Command {
	f := &configsFlags{}
	cmd := &cobra.Command{
		Use:     "show OBJECT",
		Short:   "Show an object in its newest or an earlier state: OBJECT@TIME or @REVISION",
		Example: "foghorn configs show wlans/Guest\nfoghorn configs show wlans/Guest@2026-11-23\nfoghorn configs show config_cmd/sw1",
		RunE: func(cmd *cobra.Command, args []string) error {
			return showConfig(cmd.Context(), e, f, args[0])
		},
	}
	f.add(cmd)
	return cmd
}

func showConfig(ctx context.Context, e *env, f *configsFlags, arg string) error {
	s, store, filter, err := e.configs(ctx, f)
	if err != nil {
		return err
	}
	defer store.Close()
	o, err := readMoment(ctx, store, filter, arg, s.clock.Now())
	if err != nil {
		return err
	}
	_, err = e.stdout.Write(export.Escaped(o.JSON))
	return err
}

// readMoment reads OBJECT or OBJECT@TIME.
func readMoment(ctx context.Context, store *configs.Store, filter configs.Filter, arg string, now time.Time) (configs.Object, error) {
	name, at := splitMoment(arg, now)
	o, err := store.Find(ctx, filter, name)
	if errors.Is(err, configs.ErrNotFound) && at.IsZero() {
		if object, text, ok := cutMoment(arg); ok {
			if _, there := store.Find(ctx, filter, object); there == nil {
				err = momentError(text)
			}
		}
	}
	if err != nil {
		return o, err
	}
	if at.IsZero() {
		return store.Read(ctx, o.Path())
	}
	return store.AtMoment(ctx, o.Path(), at)
}

// splitMoment splits OBJECT@TIME or OBJECT@REVISION; the moment is zero without one. A
// name may contain @ too.
func splitMoment(arg string, now time.Time) (string, configs.Moment) {
	object, text, ok := cutMoment(arg)
	if !ok {
		return arg, configs.Moment{}
	}
	at, err := configs.ParseMoment(text, func(text string) (time.Time, error) { return flagTime("at", text, now) })
	if err != nil {
		return arg, configs.Moment{}
	}
	return object, at
}

// cutMoment cuts OBJECT@TIME in two, whatever the time is.
func cutMoment(arg string) (object, text string, ok bool) {
	i := strings.LastIndexByte(arg, '@')
	if i <= 0 || i == len(arg)-1 {
		return arg, "", false
	}
	return arg[:i], arg[i+1:], true
}

// momentError says that a text is no point in the history.
func momentError(text string) error {
	return usageError(fmt.Errorf("%q is neither a time nor a revision; a time is 2h (ago), 13:00, 'yesterday 18:00', 2026-11-23 or 2026-11-23T10:00:00Z, and foghorn configs log lists revisions", safetext.Line(text)))
}

func newConfigsSearchCmd(e *env) *cobra.Command {
	f := &configsFlags{}
	cmd := &cobra.Command{
		Use:     "search TEXT",
		Short:   "Search all objects for a text, ignoring case",
		Long:    "Search the names and files of all objects for a text, ignoring case. Exit code 1 when nothing is found.",
		Example: "foghorn configs search 10.0.8.40\nfoghorn configs search 'description \"Uplink' --type config_cmd",
		RunE: func(cmd *cobra.Command, args []string) error {
			return searchConfigs(cmd.Context(), e, f, args[0])
		},
	}
	f.addRows(cmd)
	return cmd
}

func searchConfigs(ctx context.Context, e *env, f *configsFlags, text string) error {
	_, store, filter, err := e.configs(ctx, f)
	if err != nil {
		return err
	}
	defer store.Close()
	hits, more, err := store.Search(ctx, text, filter, f.limit)
	if err != nil {
		return err
	}
	sites, err := store.SiteNames(ctx)
	if err != nil {
		return err
	}
	var rows []row
	for _, h := range hits {
		r := rowOf(h.Object, sites)
		r.Line, r.Text = h.Line, h.Text
		rows = append(rows, r)
	}
	if done, err := printAs(e.stdout, f.format, rows); done {
		return cmpNothing(err, len(rows))
	}
	last := ""
	for _, r := range rows {
		if r.Path != last {
			fmt.Fprintf(e.stdout, "%s %s  %s\n", r.Type, safetext.Line(r.Name), safetext.Line(r.Site))
			last = r.Path
		}
		if r.Line > 0 {
			fmt.Fprintf(e.stdout, "%7d  %s\n", r.Line, safetext.Line(r.Text))
		}
	}
	if more {
		fmt.Fprintln(e.stderr, "there is more; --limit 0 shows all")
	}
	return cmpNothing(nil, len(rows))
}

// cmpNothing ends a search that found nothing with 1, as grep does.
func cmpNothing(err error, n int) error {
	if err == nil && n == 0 {
		return &exitError{code: exitProblem, err: errors.New("nothing found")}
	}
	return err
}

// sourceOf finds the configured organization that an object belongs to.
func (s *settings) sourceOf(o configs.Object) (string, error) {
	for _, m := range s.config.Mist {
		if m.OrgID == o.OrgID {
			return m.Name, nil
		}
	}
	return journal.FindSource(nil, o.Source)
}

// stamp is a time to the second; in UTC where a program reads it.
func (e *env) stamp(t time.Time) string {
	zone := e.zone()
	if zone == nil {
		zone = time.UTC
	}
	return t.In(zone).Format("2006-01-02 15:04:05")
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// offerConfigs completes an object by its type and name.
func (e *env) offerConfigs(a *asked) ([]cobra.Completion, cobra.ShellCompDirective) {
	ctx, cancel := context.WithTimeout(a.cmd.Context(), cmp.Or(e.completeWithin, completionLimit))
	defer cancel()
	return inTime(ctx, func() ([]cobra.Completion, cobra.ShellCompDirective, error) {
		s, err := e.settings()
		if err != nil || !isFolder(s.configsDir()) {
			return nil, noFiles, err
		}
		store, err := s.collecting().OpenConfigs()
		if err != nil {
			return nil, noFiles, err
		}
		defer store.Close()
		list, err := store.List(ctx, configs.Filter{})
		var out []cobra.Completion
		for _, o := range list {
			if word := o.Type + "/" + safetext.Line(o.Name); o.Name != "" && a.begins(word) && len(out) < maxOffered {
				out = append(out, word)
			}
		}
		return out, noFiles, err
	})
}
