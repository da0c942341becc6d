package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"foghorn/config"
	"foghorn/journal"
	"foghorn/junos/agent"
)

const junosLong = `Set up Junos devices: print the agent that posts their events, print the
configuration that installs it, and send test events. docs/JUNOS.md is the guide.`

func newJunosCmd(e *env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "junos",
		Short: "Set up Junos devices: the agent, its configuration, a test",
		Long:  junosLong,
		Example: `foghorn junos agent > junos-agent.py
foghorn junos config --source core --url http://192.0.2.10:8484/junos/core
foghorn junos test --source core`,
	}
	cmd.AddCommand(newJunosAgentCmd(e), newJunosConfigCmd(e), newJunosTestCmd(e), newJunosLevelsCmd(e))
	return cmd
}

func newJunosAgentCmd(e *env) *cobra.Command {
	checksum := false
	cmd := &cobra.Command{
		Use:   "agent",
		Short: "Print the agent, an event script for Python 3",
		Long: `Print the agent, an event script for Python 3, to be copied to
/var/db/scripts/event/ on a device. --checksum prints its SHA-256, which the
configuration of the device contains.`,
		Example: `foghorn junos agent > junos-agent.py && scp junos-agent.py admin@ex-sw-01:/var/db/scripts/event/
foghorn junos agent --checksum`,
		RunE: func(*cobra.Command, []string) error {
			if checksum {
				_, err := fmt.Fprintln(e.stdout, agent.Checksum())
				return err
			}
			_, err := e.stdout.Write(agent.Script())
			return err
		},
	}
	cmd.Flags().BoolVar(&checksum, "checksum", false, "print only the SHA-256 of the script")
	return cmd
}

// junosSource returns a configured Junos source, with its secret if withSecret is
// set. Without a name there must be exactly one.
func (e *env) junosSource(ctx context.Context, name string, withSecret bool) (*settings, config.Junos, error) {
	s, err := e.settings()
	if err != nil {
		return nil, config.Junos{}, err
	}
	if len(s.config.Junos) == 0 {
		return nil, config.Junos{}, usageError(errors.New("no Junos source is configured: add\n\n  [[junos]]\n  name = \"core\"\n  secret_file = \"core.secret\"\n\n" +
			"to the configuration (foghorn config init writes one to start from)"))
	}
	var names []string
	for _, j := range s.config.Junos {
		names = append(names, j.Name)
	}
	found, err := journal.FindJunosSource(names, name)
	if err != nil {
		return nil, config.Junos{}, usageError(err)
	}
	i := slices.Index(names, found)
	if withSecret {
		if err := s.config.Fetch(ctx, &s.config.Junos[i].Secret); err != nil {
			return nil, config.Junos{}, usageError(err)
		}
	}
	return s, s.config.Junos[i], nil
}
