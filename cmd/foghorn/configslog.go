package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"foghorn/internal/safetext"
	"foghorn/jobs/configs"
	"foghorn/journal/event"
)

const configsLogLong = `List who changed an object, or everything, and when.

If the backup does not know who made a change, the author is foghorn. After the change,
the list shows what the collector has found out since: the audit entry that explains the
change, or that it was made outside of the audit log.`

func newConfigsLogCmd(e *env) *cobra.Command {
	f, span := &configsFlags{}, &spanFlags{}
	cmd := &cobra.Command{
		Use:   "log [OBJECT]",
		Short: "List who changed an object, or everything, and when",
		Long:  configsLogLong,
		Example: `foghorn configs log wlans/Guest
foghorn configs log --since 24h`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return logConfigs(cmd.Context(), e, f, span, args)
		},
	}
	f.addRows(cmd)
	span.add(cmd.Flags())
	return cmd
}

// logRow is a change as log prints it.
type logRow struct {
	Time     time.Time `json:"time"`
	Author   string    `json:"author"`
	Email    string    `json:"email,omitempty"`
	Message  string    `json:"message"`
	AuditID  string    `json:"audit_id,omitempty"`
	Deleted  bool      `json:"deleted,omitempty"`
	Revision string    `json:"revision"`
	Objects  []string  `json:"objects,omitempty"`
	// Drift is what foghorn found out about the change; ExplainedBy is the audit entry
	// that it found later.
	Drift       event.DriftVerdict `json:"drift,omitempty"`
	ExplainedBy string             `json:"explained_by,omitempty"`
}

func logConfigs(ctx context.Context, e *env, f *configsFlags, span *spanFlags, args []string) error {
	s, store, filter, err := e.configs(ctx, f)
	if err != nil {
		return err
	}
	defer store.Close()
	from, to, err := span.times(s.clock.Now())
	if err != nil {
		return err
	}
	if to.IsZero() {
		to = s.clock.Now().Add(24 * time.Hour) // of a cloud whose clock is ahead
	}
	var rows []logRow
	path := ""
	if len(args) == 1 {
		o, err := store.Find(ctx, filter, args[0])
		if err != nil {
			return err
		}
		versions, err := store.History(ctx, o.Path())
		if err != nil {
			return err
		}
		path = o.Path().String()
		for _, v := range versions {
			if !v.Time.Before(from) && !v.Time.After(to) {
				rows = append(rows, logRowOf(v))
			}
		}
	} else if rows, err = logAll(ctx, store, filter, from, to); err != nil {
		return err
	}
	if f.limit > 0 && len(rows) > f.limit {
		rows = rows[:f.limit]
	}
	known, err := e.answers(ctx, s)
	if err != nil {
		return err
	}
	for i := range rows {
		rows[i].mark(known, path)
	}
	if done, err := printAs(e.stdout, f.format, rows); done {
		return err
	}
	w := tabwriter.NewWriter(e.stdout, 0, 0, 2, ' ', 0)
	for _, r := range rows {
		what := safetext.Line(r.Message)
		if r.Deleted && !strings.Contains(strings.ToLower(what), "delete") {
			what = "deleted: " + what
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", e.stamp(r.Time), safetext.Line(r.Author), what+safetext.Line(r.note()), r.Revision[:min(len(r.Revision), 8)])
	}
	return w.Flush()
}

func logRowOf(v configs.Version) logRow {
	return logRow{Time: v.Time, Author: v.Author, Email: v.Email, Message: v.Message, AuditID: v.AuditID, Deleted: v.Gone, Revision: v.Revision}
}

func logAll(ctx context.Context, store *configs.Store, f configs.Filter, from, to time.Time) ([]logRow, error) {
	entries, err := store.Log(ctx, from, to)
	if err != nil {
		return nil, err
	}
	var rows []logRow
	for _, entry := range entries {
		r := logRowOf(entry.Version)
		for _, c := range entry.Changes {
			if (f.Type == "" || f.Type == c.Path.Type) && (f.SiteID == "" || f.SiteID == c.Path.SiteID) {
				r.Objects = append(r.Objects, c.Path.String())
			}
		}
		if len(r.Objects) > 0 {
			rows = append(rows, r)
		}
	}
	return rows, nil
}

const configsDiffLong = `Compare an object with an earlier state, or two objects with each other, such as two switches.

With one OBJECT, show its last change, or with --since and --until the differences between
those times. Without an OBJECT, show everything that changed since then. Set commands are
compared line by line. A secret shows as changed, never with its value. Exit code 1 when
something differs.`

func newConfigsDiffCmd(e *env) *cobra.Command {
	f, span := &configsFlags{}, &spanFlags{}
	cmd := &cobra.Command{
		Use:   "diff [OBJECT [OTHER]]",
		Short: "Compare an object with an earlier state, or with another object",
		Long:  configsDiffLong,
		Example: `foghorn configs diff wlans/Guest
foghorn configs diff --since yesterday
foghorn configs diff config_cmd/sw1 config_cmd/sw2`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return diffConfigs(cmd.Context(), e, f, span, args)
		},
	}
	f.add(cmd)
	span.add(cmd.Flags())
	return cmd
}

func diffConfigs(ctx context.Context, e *env, f *configsFlags, span *spanFlags, args []string) error {
	s, store, filter, err := e.configs(ctx, f)
	if err != nil {
		return err
	}
	defer store.Close()
	d := &differ{e: e, store: store, filter: filter}
	now := s.clock.Now()
	if d.from, d.to, err = span.times(now); err != nil {
		return err
	}
	switch len(args) {
	case 0:
		err = d.everything(ctx, now)
	case 1:
		err = d.one(ctx, args[0], now)
	default:
		err = d.two(ctx, args[0], args[1], now)
	}
	if err == nil && d.differ {
		return &exitError{code: exitProblem}
	}
	return err
}

// differ prints what differs.
type differ struct {
	e        *env
	store    *configs.Store
	filter   configs.Filter
	from, to time.Time
	differ   bool
}

func (d *differ) print(before, after configs.Object, nameBefore, nameAfter, head string) error {
	lines, err := configs.Describe(before, after, nameBefore, nameAfter)
	if err != nil || len(lines) == 0 {
		return err
	}
	d.differ = true
	fmt.Fprintln(d.e.stdout, safetext.Line(head))
	for _, line := range lines {
		fmt.Fprintln(d.e.stdout, "  "+safetext.Line(line))
	}
	return nil
}

// everything compares all that changed in the span.
func (d *differ) everything(ctx context.Context, now time.Time) error {
	if d.from.IsZero() {
		return usageError(errors.New("name an object, or give a start time with --since"))
	}
	to := d.to
	if to.IsZero() {
		to = now.Add(24 * time.Hour)
	}
	entries, err := d.store.Log(ctx, d.from, to)
	if err != nil {
		return err
	}
	seen := map[configs.Path]bool{}
	for _, entry := range entries {
		for _, c := range entry.Changes {
			if seen[c.Path] || d.filter.Type != "" && d.filter.Type != c.Path.Type || d.filter.SiteID != "" && d.filter.SiteID != c.Path.SiteID {
				continue
			}
			seen[c.Path] = true
			if err := d.span(ctx, c.Path, d.from, to, entry.Version); err != nil {
				return err
			}
		}
	}
	return nil
}

// span compares an object at two times.
func (d *differ) span(ctx context.Context, p configs.Path, from, to time.Time, by configs.Version) error {
	before, err := d.store.AtOrNone(ctx, p, from)
	if err != nil {
		return err
	}
	after, err := d.store.AtOrNone(ctx, p, to)
	if err != nil {
		return err
	}
	name, state := after.Name, ""
	switch {
	case before.JSON == nil:
		state = "  (new)"
	case after.JSON == nil:
		name, state = before.Name, "  (deleted)"
	}
	head := fmt.Sprintf("%s %s%s  %s  %s: %s", p.Type, name, state, d.e.stamp(by.Time), by.Author, by.Message)
	return d.print(before, after, d.e.stamp(from), d.e.stamp(to), head)
}

// one compares an object with what it was before its last change, or in the span.
func (d *differ) one(ctx context.Context, arg string, now time.Time) error {
	o, err := d.store.Find(ctx, d.filter, arg)
	if err != nil {
		return err
	}
	versions, err := d.store.History(ctx, o.Path())
	if err != nil {
		return err
	}
	if len(versions) == 0 {
		return fmt.Errorf("%s has no history", o.Path())
	}
	to := d.to
	if to.IsZero() {
		to = now.Add(24 * time.Hour)
	}
	last := versions[0]
	for _, v := range versions {
		if !v.Time.After(to) {
			last = v
			break
		}
	}
	from := d.from
	if from.IsZero() {
		return d.lastChange(ctx, o.Path(), versions, last)
	}
	return d.span(ctx, o.Path(), from, to, last)
}

// lastChange compares a version with the one before it.
func (d *differ) lastChange(ctx context.Context, p configs.Path, versions []configs.Version, last configs.Version) error {
	var before, after configs.Object
	var err error
	after = configs.Object{Type: p.Type}
	for i, v := range versions {
		if v.Revision != last.Revision {
			continue
		}
		if !v.Gone {
			if after, err = d.store.Version(ctx, p, v.Revision); err != nil {
				return err
			}
		}
		if i+1 < len(versions) && !versions[i+1].Gone {
			if before, err = d.store.Version(ctx, p, versions[i+1].Revision); err != nil {
				return err
			}
		}
	}
	name := after.Name
	if after.JSON == nil {
		name = before.Name
	}
	return d.print(before, after, "before", d.e.stamp(last.Time), fmt.Sprintf("%s %s  %s  %s: %s", p.Type, name, d.e.stamp(last.Time), last.Author, last.Message))
}

// two compares two objects, each as it is or OBJECT@TIME.
func (d *differ) two(ctx context.Context, a, b string, now time.Time) error {
	var objects [2]configs.Object
	for i, arg := range []string{a, b} {
		o, err := readMoment(ctx, d.store, d.filter, arg, now)
		if err != nil {
			return err
		}
		objects[i] = o
	}
	if objects[0].Type != objects[1].Type {
		return usageError(fmt.Errorf("one is of the type %s and the other of %s", objects[0].Type, objects[1].Type))
	}
	return d.print(objects[0], objects[1], objects[0].Name, objects[1].Name, fmt.Sprintf("%s %s → %s", objects[0].Type, a, b))
}
