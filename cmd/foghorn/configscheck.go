package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"foghorn/config"
	"foghorn/internal/safetext"
	"foghorn/jobs/configs/compliance"
)

const configsCheckLong = `Check the backed-up configuration against the rules: the built-in ones and those of
[[configs.rule]] in the configuration file. docs/CONFIGS.md lists them.

Exit code 1 when an object breaks a rule, or a rule could not be checked.`

// configsCheckFlags are those of "foghorn configs check".
type configsCheckFlags struct {
	source, rule, format string
	excepted             bool
}

func newConfigsCheckCmd(e *env) *cobra.Command {
	f := &configsCheckFlags{}
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Check the configuration against rules",
		Long:  configsCheckLong,
		Example: `foghorn configs check
foghorn configs check --rule open-wlan
foghorn configs check -o ndjson | jq .name`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return checkConfigs(cmd.Context(), e, f) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.source, "source", "", "only of this `organization`")
	flags.StringVar(&f.rule, "rule", "", "only this `rule`")
	flags.BoolVar(&f.excepted, "excepted", false, "also list violations that exceptions allow")
	flags.StringVarP(&f.format, "output", "o", "table", "`format`: table, json, ndjson")
	_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions([]string{"table", "json", "ndjson"}, cobra.ShellCompDirectiveNoFileComp))
	_ = cmd.RegisterFlagCompletionFunc("rule", cobra.FixedCompletions(config.ReadyRules(), cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func checkConfigs(ctx context.Context, e *env, f *configsCheckFlags) error {
	if !slices.Contains([]string{"table", "json", "ndjson"}, f.format) {
		return usageError(fmt.Errorf("-o %q: it takes table, json or ndjson", f.format))
	}
	s, err := e.settings()
	if err != nil {
		return err
	}
	sources, err := f.sources(s)
	if err != nil {
		return usageError(err)
	}
	jobEnv, done, err := s.jobEnv(ctx)
	if err != nil {
		return err
	}
	defer done()
	all := &compliance.Result{}
	for _, source := range sources {
		r, err := s.collecting().CheckConfigs(ctx, jobEnv, source, f.rule)
		if err != nil {
			return err
		}
		all.Violations = append(all.Violations, r.Violations...)
		all.Excepted = append(all.Excepted, r.Excepted...)
		all.Troubles = append(all.Troubles, r.Troubles...)
		all.Objects, all.Rules = all.Objects+r.Objects, r.Rules
	}
	if err := e.printCheck(f, all); err != nil {
		return err
	}
	for _, t := range all.Troubles {
		fmt.Fprintln(e.stderr, "foghorn:", t)
	}
	if len(all.Violations)+len(all.Troubles) > 0 {
		return &exitError{code: exitProblem}
	}
	return nil
}

// sources are the organizations to check: those that are backed up, or the one that is
// asked for.
func (f *configsCheckFlags) sources(s *settings) ([]string, error) {
	if f.source != "" {
		return []string{f.source}, nil
	}
	var out []string
	for i := range s.config.Mist {
		if m := &s.config.Mist[i]; m.OrgID != "" && isFolder(s.configsDir()+"/"+m.OrgID) {
			out = append(out, m.Name)
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("nothing is backed up in %s; run foghorn backup first", s.configsDir())
	}
	return out, nil
}

func (e *env) printCheck(f *configsCheckFlags, r *compliance.Result) error {
	rows := r.Violations
	if f.excepted {
		rows = append(slices.Clone(rows), r.Excepted...)
	}
	if done, err := printAs(e.stdout, f.format, rows); done {
		return err
	}
	if len(rows) > 0 {
		w := tabwriter.NewWriter(e.stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "SEVERITY\tRULE\tSITE\tTYPE\tNAME\tWHAT")
		for i := range rows {
			v := &rows[i]
			what := v.Text
			if v.Owner != "" {
				what += " (excepted until " + string(v.Until) + ", " + v.Owner + ")"
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", v.Severity, v.Rule, safetext.Line(cmp.Or(v.Site, v.SiteID)), v.Type, safetext.Line(v.Name), safetext.Line(what))
		}
		if err := w.Flush(); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintln(e.stderr, r.Summary())
	return err
}
