package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"foghorn/collector"
	"foghorn/config"
	"foghorn/feeds/webhook"
	"foghorn/feeds/webhook/ingestbench"
)

func newBenchCmd(e *env) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "bench",
		Short:   "Measure this build on this machine",
		Example: "foghorn bench ingest",
		Hidden:  true, // for developers of foghorn
	}
	cmd.AddCommand(newBenchIngestCmd(e))
	return cmd
}

func newBenchIngestCmd(e *env) *cobra.Command {
	o, relays := ingestbench.Options{}, 0
	cmd := &cobra.Command{
		Use:   "ingest",
		Short: "Compare acknowledged deliveries with a bare handler that only checks the HMAC",
		Example: `foghorn bench ingest
foghorn bench ingest --rounds 9 --duration 5s --dir /var/tmp
foghorn bench ingest --relays 8`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.NewStack = benchStack(e, config.Default())
			if relays > 0 {
				cfg, end, err := benchRelays(e, relays)
				if err != nil {
					return err
				}
				defer end()
				o.Against, o.AgainstName, o.NewStack = o.NewStack, "no relays", benchStack(e, cfg)
			}
			o.Progress = func(line string) { fmt.Fprintln(e.stderr, line) }
			report, err := ingestbench.Run(cmd.Context(), o)
			if err != nil {
				return err
			}
			_, err = report.WriteTo(e.stdout)
			return err
		},
	}
	flags := cmd.Flags()
	flags.IntVar(&o.Rounds, "rounds", 5, "number of measurements of each, alternating")
	flags.DurationVar(&o.Duration, "duration", 2*time.Second, "`duration` of each measurement")
	flags.IntVar(&o.SteadyRate, "steady", 2000, "deliveries per second of the latency measurement; negative skips it")
	flags.IntVar(&relays, "relays", 0, "compare foghorn with `N` relays of all events, the last of them dead, with foghorn without")
	flags.StringVar(&o.Dir, "dir", "", "`directory` for the journals, on a real disk (default the temporary directory)")
	return cmd
}

// benchStack starts a whole collector, as "foghorn serve" does.
func benchStack(e *env, cfg *config.Config) ingestbench.Stack {
	return func(ctx context.Context, dir string, src webhook.Source) (string, func() error, error) {
		plain := *e
		plain.dataDir = dir
		s, err := plain.settingsOf(cfg)
		if err != nil {
			return "", nil, err
		}
		c, err := collector.New(ctx, s.collecting(), collector.Options{Command: "bench", Address: "127.0.0.1:0", Sources: []webhook.Source{src}})
		if err != nil {
			return "", nil, err
		}
		ctx, cancel := context.WithCancel(ctx)
		done := make(chan error, 1)
		go func() { done <- c.Run(ctx) }()
		return c.Addr().String(), func() error {
			cancel()
			err := <-done
			if closeErr := c.Close(); err == nil {
				err = closeErr
			}
			return err
		}, nil
	}
}
