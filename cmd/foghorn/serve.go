package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"foghorn/collector"
	"foghorn/journal/store"
)

const serveLong = `Run the collector alone: listen for webhooks, write the journal, derive the view.

Every foghorn that starts on the same data directory attaches to it, so that
closing a laptop stops nothing and acknowledgements are shared. It reports on
standard error what it does and stays in the foreground, as systemd expects.

On SIGHUP it reads the configuration again and applies the priorities. It also
does so by itself when the file changes.`

func newServeCmd(e *env) *cobra.Command {
	listen := ""
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the collector alone, for systemd",
		Long:  serveLong,
		Example: `foghorn serve
foghorn serve --listen 0.0.0.0:8484 --config /etc/foghorn/config.toml`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return serve(cmd.Context(), e, listen)
		},
	}
	addListen(cmd, &listen)
	return cmd
}

// addListen adds the flag that overrides the listener's address.
func addListen(cmd *cobra.Command, listen *string) {
	cmd.Flags().StringVar(listen, "listen", "", "`address` to listen on (default listen.address, 127.0.0.1:8484)")
}

func serve(ctx context.Context, e *env, listen string) error {
	again := make(chan struct{}, 1)
	e.reloadNow = again
	e.hangup.handle(func() {
		select {
		case again <- struct{}{}:
		default: // it is asked for already
		}
	})
	s, err := e.settings()
	if err != nil {
		return err
	}
	c, err := collector.New(ctx, s.collecting(), s.collectorOptions("serve", listen))
	if err != nil {
		return explainHeld(err)
	}
	defer c.Close()
	fmt.Fprintf(e.stderr, "foghorn %s: listening on %s, journal in %s\n", version(), c.Addr(), s.dir)
	for _, line := range c.Paths() {
		fmt.Fprintln(e.stderr, "  "+line)
	}
	err = c.Run(ctx)
	fmt.Fprintln(e.stderr, "foghorn: "+c.Farewell())
	return err
}

// explainHeld turns "somebody else is the collector" into what to do about it.
func explainHeld(err error) error {
	var held *store.HeldError
	if !errors.As(err, &held) {
		return err
	}
	h := held.Holder
	if h.PID == 0 {
		return fmt.Errorf("another collector already works in this data directory, and does not say who it is (its %s was deleted or is being written); "+
			"attach to it with foghorn alone, stop it, or choose another directory with --data", store.LockFile)
	}
	return fmt.Errorf("another collector (foghorn %s, pid %d on %s, user %s) already works in this data directory; "+
		"attach to it with foghorn alone, stop it, or choose another directory with --data", h.Command, h.PID, h.Host, h.User)
}
