package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/sync/errgroup"

	"foghorn/actions"
	"foghorn/collector"
	"foghorn/config"
	"foghorn/internal/human"
	"foghorn/internal/recovery"
	"foghorn/journal"
	"foghorn/journal/store"
	"foghorn/tui"
	"foghorn/tui/draw"
	"foghorn/tui/port"
)

// screenFlags are the flags of the screen itself.
type screenFlags struct {
	listen  string
	ascii   bool
	attach  bool
	noColor bool
	theme   string
	linear  bool
	privacy bool
	lowBW   bool
	flags   *pflag.FlagSet
}

func (f *screenFlags) add(flags *pflag.FlagSet) {
	f.addLooks(flags)
	flags.StringVar(&f.listen, "listen", "", "`address` to listen on (default listen.address, 127.0.0.1:8484)")
	flags.BoolVar(&f.attach, "attach", false, "attach to a running collector; never start one")
}

// addLooks adds the flags about how the screen looks, which the demo has too.
func (f *screenFlags) addLooks(flags *pflag.FlagSet) {
	f.flags = flags
	flags.BoolVar(&f.ascii, "ascii", false, "draw with ASCII only (default screen.ascii, else by the locale)")
	flags.BoolVar(&f.noColor, "no-color", false, "draw without colors (as NO_COLOR=1)")
	flags.BoolVar(&f.linear, "linear", false, "print a sentence per change in place of the screen, for screen readers and logs")
	flags.BoolVar(&f.lowBW, "lowbw", false, "draw at most twice a second, for a slow line")
	flags.BoolVar(&f.privacy, "privacy", false, "hide names, MACs, IPs and SSIDs, for a screen that others see")
	flags.StringVar(&f.theme, "theme", "", "`name` of the theme: "+strings.Join(draw.Themes(), ", ")+" (default screen.theme, auto)")
}

// check reports flags with values that do not exist.
func (f *screenFlags) check() error {
	if themes := draw.Themes(); f.theme != "" && !slices.Contains(themes, f.theme) {
		return usageError(fmt.Errorf("--theme %q: there are %s", f.theme, strings.Join(themes, ", ")))
	}
	return nil
}

// runScreen opens the screen: with a collector of its own when the data
// directory has none, attached to the running one otherwise.
func runScreen(ctx context.Context, e *env, f *screenFlags) error {
	if err := f.check(); err != nil {
		return err
	}
	s, err := e.settings()
	if err != nil {
		return err
	}
	if f.linear = f.linear || s.config.Screen.Linear; !f.linear {
		if err := e.checkTerminal("foghorn"); err != nil {
			return err
		}
	}
	if f.attach {
		return attach(ctx, e, s, f)
	}
	o := s.collectorOptions("screen", f.listen)
	var notes <-chan port.Notice
	notes, o.SyncResults = notices()
	c, err := collector.New(ctx, s.collecting(), o)
	if _, ok := errors.AsType[*store.HeldError](err); ok {
		return attach(ctx, e, s, f)
	}
	if _, ok := errors.AsType[config.Problems](err); ok {
		return fmt.Errorf("%w\n(foghorn --attach opens the journal without listening and needs no secrets)", err)
	}
	if err != nil {
		return err
	}
	defer c.Close()
	return screenWithCollector(ctx, e, s, c, f, notes, nil)
}

// screenWithCollector runs both in this process. When one ends, the other is stopped
// in order.
func screenWithCollector(ctx context.Context, e *env, s *settings, c *collector.Collector, f *screenFlags,
	notes <-chan port.Notice, also func(context.Context) error,
) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	if !f.linear {
		defer s.logs.hold()()
	}
	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() error { return c.Run(gctx) })
	if also != nil {
		g.Go(recovery.Wrap(func() error { return also(gctx) }))
	}
	g.Go(func() error {
		defer stop()
		if f.linear {
			return newLinear(e, s, f, c.Journal(), c.Addr().String()).run(gctx)
		}
		c.Actions().OnRefresh(collectorAsker(c, s.clock).Ask)
		o := e.screenOptions(s, f, c.Journal(), c.Actions())
		o.Notices = notes
		o.Collecting, o.Address, o.Hints = true, c.Addr().String(), c.Hints()
		return tui.Run(gctx, o)
	})
	err := g.Wait()
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// attach opens the screen on a journal that another process writes. This process runs
// only a log writer, for the actions of the person.
func attach(ctx context.Context, e *env, s *settings, f *screenFlags) error {
	j, err := openForReading(ctx, s)
	if err != nil {
		return fmt.Errorf("attach: %w", err)
	}
	defer j.Close()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	if f.linear {
		return attachLinear(ctx, e, s, f, j)
	}
	defer s.logs.hold()()
	g, gctx := errgroup.WithContext(ctx)
	g.Go(recovery.Wrap(func() error { return j.Log.Run(gctx) }))
	g.Go(recovery.Wrap(func() error { return j.RunView(gctx) }))
	notes, noteResults := notices()
	at := s.attached(ctx)
	acts := s.actions(j, at, noteResults)
	if ask := s.hookAsker(at.Current, j); ask != nil {
		acts.OnRefresh(ask.Ask)
	}
	g.Go(recovery.Wrap(func() error { return acts.Send(gctx) }))
	g.Go(func() error {
		defer stop()
		o := e.screenOptions(s, f, j, acts)
		o.Notices = notes
		return tui.Run(gctx, o)
	})
	err = g.Wait()
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// attachLinear says in sentences what another process collects.
func attachLinear(ctx context.Context, e *env, s *settings, f *screenFlags, j *journal.Journal) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	g, gctx := errgroup.WithContext(ctx)
	g.Go(recovery.Wrap(func() error { return j.RunView(gctx) }))
	g.Go(recovery.Wrap(func() error {
		defer stop()
		return newLinear(e, s, f, j, "").run(gctx)
	}))
	err := g.Wait()
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// screenOptions returns the options of the screen.
func (e *env) screenOptions(s *settings, f *screenFlags, j *journal.Journal, acts *actions.Actions) tui.Options {
	return tui.Options{
		Journal:  j.WithRelayPlans(newRelayPlanner(s).Plans),
		Previews: relayPreviews{s, j},
		Actions:  acts,
		Jobs:     jobsOf(s, acts),
		Clock:    s.clock,
		Actor:    s.actor,
		Portal:   portalOf(s.config),
		Version:  version(),
		Dir:      s.dir, ExportDir: s.exports,
		NoSuspend:    noSuspend(),
		ASCII:        f.asciiOnly(s.config.Screen.ASCII, e.getenv),
		NoColor:      f.noColor,
		Privacy:      f.privacy,
		LowBandwidth: f.lowBW || s.config.Screen.LowBandwidth,
		Theme:        cmp.Or(f.theme, s.config.Screen.Theme),
		Times:        timesOf(s.config.Screen.Time),
		Mouse:        s.config.Screen.Mouse,
		Input:        e.stdin,
		Output:       underlyingWriter(e.stdout),
	}
}

// jobsOf cancels jobs; nil when nothing may be changed.
func jobsOf(s *settings, acts *actions.Actions) port.Jobs {
	if s.readOnly {
		return nil
	}
	return acts
}

// timesOf returns the time format that the configuration names.
func timesOf(name string) human.Format {
	switch name {
	case "local":
		return human.Local
	case "utc":
		return human.UTC
	}
	return human.Relative
}

func newDemoCmd(e *env) *cobra.Command {
	f := &demoFlags{}
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Show a simulated organization: no account, no configuration",
		Long:  demoLong,
		Example: `foghorn demo
foghorn demo --rate 2000            # with a load of 2,000 events a second on top
foghorn demo --lines --for 10s      # without a screen
foghorn demo --config chat.toml     # its outages arrive where the relays of that file send`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runDemo(cmd.Context(), e, f)
		},
	}
	f.add(cmd)
	return cmd
}
