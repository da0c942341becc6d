package main

import (
	"io"
	"time"

	"github.com/spf13/cobra"

	"foghorn/collector"
)

// env is the process as commands see it, and the flags that all commands share.
type env struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	getenv         func(string) string
	hangup         *hangup
	reloadNow      <-chan struct{} // signals to reload the configuration
	secrets        *collector.Secrets

	configPath string
	dataDir    string
	readOnly   bool

	completeWithin time.Duration // for a shell; zero is the usual limit
}

const rootLong = `foghorn shows what is wrong in a Juniper Mist organization, and on Junos devices, in a terminal.

Without a command it opens the screen. It then also is the collector: it listens
for webhooks and writes the journal. If another process (foghorn serve, or another
screen) already does so for the same data directory, it attaches to that.`

const rootExample = `foghorn demo                                 # no account, no configuration: a simulated organization
foghorn                                      # the screen
foghorn listen --secret-env MIST_SECRET      # is anything arriving, and does it verify?
foghorn serve                                # the collector alone, for systemd
foghorn alerts -q 'sev>=warn !acked'         # the same answers, without a screen`

func newRoot(e *env) *cobra.Command {
	if e.secrets == nil {
		e.secrets = &collector.Secrets{}
	}
	screen := &screenFlags{}
	root := &cobra.Command{
		Use:     "foghorn",
		Short:   "A monitoring terminal for Juniper Mist and Junos",
		Long:    rootLong,
		Example: rootExample,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runScreen(cmd.Context(), e, screen)
		},
	}
	flags := root.PersistentFlags()
	flags.StringVar(&e.configPath, "config", "", "configuration `file` (default $FOGHORN_CONFIG, else $XDG_CONFIG_HOME/foghorn/config.toml)")
	flags.StringVar(&e.dataDir, "data", "", "data `directory` of the journal (default data_dir, else $XDG_STATE_HOME/foghorn)")
	flags.BoolVar(&e.readOnly, "read-only", false, "refuse all changes: acks, notes and actions on the network")
	screen.add(root.Flags())

	root.AddGroup(
		&cobra.Group{ID: "watch", Title: "Watch"},
		&cobra.Group{ID: "ask", Title: "Ask the journal"},
		&cobra.Group{ID: "debug", Title: "Debug webhooks"},
		&cobra.Group{ID: "setup", Title: "Set up"},
	)
	add := func(group string, cmds ...*cobra.Command) {
		for _, c := range cmds {
			c.GroupID = group
			root.AddCommand(c)
		}
	}
	lists := []*cobra.Command{newEventsCmd(e), newAlertsCmd(e), newDeliveriesCmd(e), newAPCmd(e), newDevicesCmd(e), newClientsCmd(e),
		newSitesCmd(e), newSLECmd(e), newBudgetCmd(e)}
	webhooks, relays, jobs := newWebhooksCmd(e), newRelayCmd(e), newJobsCmd(e)
	add("watch", newServeCmd(e), newDemoCmd(e), newListenCmd(e), newStatusCmd(e), newTailCmd(e))
	add("ask", append(lists, newSQLCmd(e), newConfigsCmd(e), jobs)...)
	add("debug", newSendCmd(e), newVerifyCmd(e), webhooks, newAPICmd(e))
	add("setup", newConfigCmd(e), newJunosCmd(e), relays, newChatopsCmd(e), newRebuildCmd(e), newBackupCmd(e), newBackupLogCmd(e), newRestoreLogCmd(e), newVersionCmd(e))
	addLists(append(lists, webhooks, relays, jobs)...)
	root.SetHelpCommandGroupID("setup")
	root.SetCompletionCommandGroupID("setup")
	root.AddCommand(newBenchCmd(e))
	root.SetHelpCommand(newHelpCmd())
	root.InitDefaultHelpCmd()
	exampleOfCompletion(root)
	e.addCompletions(root)
	plainUsage(root)
	checkWords(root)
	return root
}

// exampleOfCompletion adds examples to the completion command, which cobra makes.
func exampleOfCompletion(root *cobra.Command) {
	root.InitDefaultCompletionCmd("completion", "bash")
	cmd, _, err := root.Find([]string{"completion"})
	if err != nil {
		return
	}
	cmd.Example = "foghorn completion bash > /etc/bash_completion.d/foghorn\nfoghorn completion zsh > \"${fpath[1]}/_foghorn\""
	for _, shell := range cmd.Commands() {
		shell.Example = "foghorn completion " + shell.Name() + " > foghorn." + shell.Name()
	}
}
