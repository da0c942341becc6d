package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"foghorn/collector"
	"foghorn/internal/recovery"
)

// listenFlags are the flags of "foghorn listen".
type listenFlags struct {
	listen  string
	secrets secretFlags
	lines   lineFlags
}

const listenLong = `Listen for webhooks and print a line for each delivery: is anything arriving,
and does it verify? Refused requests are printed as well, with the cause.

No configuration is needed: with --secret-env or --secret-file it listens at /mist
and /junos with that secret; without a secret it accepts unsigned posts from this
machine. Configured sources are used if there are any. Everything is kept in the
journal, so that events, deliveries and alerts can be listed afterwards.`

const listenExample = `foghorn listen --secret-env MIST_SECRET --listen 0.0.0.0:8484
foghorn listen -o ndjson | jq 'select(.verdict=="failed") | .cause'
foghorn listen --events -o ndjson -q 'topic:alarms'    # events instead of deliveries
foghorn listen --count 1 --for 2m                      # wait for one delivery, exit 5 if none comes`

func newListenCmd(e *env) *cobra.Command {
	f := &listenFlags{}
	cmd := &cobra.Command{
		Use:     "listen",
		Short:   "Print a line per delivery: is anything arriving, and does it verify?",
		Long:    listenLong,
		Example: listenExample,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return listen(cmd.Context(), e, f)
		},
	}
	addListen(cmd, &f.listen)
	f.secrets.add(cmd.Flags())
	f.lines.add(cmd)
	return cmd
}

func listen(ctx context.Context, e *env, f *listenFlags) error {
	s, err := e.settings()
	if err != nil {
		return err
	}
	secret, err := f.secrets.read(e)
	if err != nil {
		return usageError(err)
	}
	o := s.collectorOptions("listen", f.listen)
	if len(secret) > 0 {
		o.Sources = collector.AdHocSources(secret)
	}
	c, err := collector.New(ctx, s.collecting(), o)
	if err != nil {
		return explainHeld(err)
	}
	defer c.Close()
	fmt.Fprintf(e.stderr, "foghorn: listening on %s, journal in %s; ctrl+c ends it\n", c.Addr(), s.dir)
	for _, line := range c.Paths() {
		fmt.Fprintln(e.stderr, "  "+line)
	}
	return collectAndPrint(ctx, e, c, &f.lines, nil)
}

// collectAndPrint runs a collector and prints what it collects until ctx ends,
// the time is up or enough has been printed. also, if given, runs beside them.
func collectAndPrint(ctx context.Context, e *env, c *collector.Collector, f *lineFlags, also func(context.Context) error) error {
	// Print only what arrives from now on. The position is read before the listener
	// accepts anything, so that nothing is missed.
	status, err := c.Journal().Status(ctx)
	if ctx.Err() != nil {
		return nil // interrupted before it began
	}
	if err != nil {
		return err
	}
	runCtx, stop := context.WithCancel(ctx)
	defer stop()
	if f.duration > 0 {
		var cancel context.CancelFunc
		runCtx, cancel = context.WithTimeout(runCtx, f.duration)
		defer cancel()
	}
	lines := &lineCount{most: f.count}
	g, gctx := errgroup.WithContext(runCtx)
	g.Go(func() error { return c.Run(gctx) })
	g.Go(recovery.Wrap(func() error {
		defer stop()
		return f.follow(gctx, e, c.Journal(), c.Clock, lines, status.LogEnd)
	}))
	if also != nil {
		g.Go(recovery.Wrap(func() error { return also(gctx) }))
	}
	err = g.Wait()
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		err = nil
	}
	if err == nil && lines.most > 0 && !lines.reached() && ctx.Err() == nil {
		return &exitError{code: exitTimeout, err: fmt.Errorf("%d of %d deliveries arrived within %s", lines.printed, lines.most, f.duration)}
	}
	return err
}
