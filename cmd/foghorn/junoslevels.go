package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"foghorn/journal/event"
	"foghorn/journal/priority"
	"foghorn/junos"
)

const junosLevelsLong = `List the catalogue of Junos events with the level that the configuration gives each
of them, and the rule that decided. --event and --text show the level of one event.

1 alert with detail, 2 alert with summary, 3 journal only, 4 ignored.`

func newJunosLevelsCmd(e *env) *cobra.Command {
	id, text, host := "", "", ""
	cmd := &cobra.Command{
		Use:   "levels",
		Short: "List the events of the catalogue with their priorities",
		Long:  junosLevelsLong,
		Example: `foghorn junos levels
foghorn junos levels --event SNMP_TRAP_LINK_DOWN --text 'ifOperStatus down(2), ifName ge-0/0/7' --host ex-sw-01`,
		RunE: func(*cobra.Command, []string) error {
			s, err := e.settings()
			if err != nil {
				return err
			}
			rules := priority.Compile(s.config.Priority)
			if id != "" {
				printLevel(e, rules, id, host, text)
				return nil
			}
			for _, entry := range junos.Catalogue() {
				x, _ := junos.ExampleOf(entry.ID)
				printLevel(e, rules, entry.ID, "", x.Message)
			}
			var more []string
			for name := range s.config.Priority["junos"].Events {
				if _, listed := junos.Lookup(name); !listed {
					more = append(more, name)
				}
			}
			slices.Sort(more)
			for _, name := range more {
				printLevel(e, rules, name, "", "")
			}
			return nil
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&id, "event", "", "the `id` of one event")
	flags.StringVar(&text, "text", "", "its `message`, without the leading id")
	flags.StringVar(&host, "host", "", "the `name` of the device")
	return cmd
}

// printLevel prints the level that an event of this id gets.
func printLevel(e *env, rules *priority.Rules, id, host, text string) {
	entry, listed := junos.Lookup(id)
	ev := &event.Event{Topic: "junos", Type: id, Device: host, Text: text}
	if listed || entry.Level != junos.DefaultLevel {
		ev.Rank.Level = int(entry.Level)
	}
	r := rules.Rule(ev)
	line := fmt.Sprintf("%d  %-34s %-20s %-24s %s", r.Level, id, r.Level.Words(), "by "+r.Why, entry.Meaning)
	fmt.Fprintln(e.stdout, strings.TrimRight(line, " "))
}
