package main

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// plainUsage takes the back quotes out of the flags' help. pflag marks a value's
// name with them, and the help prints the text as it is.
func plainUsage(cmd *cobra.Command) {
	plain := func(f *pflag.Flag) { _, f.Usage = pflag.UnquoteUsage(f) }
	cmd.LocalFlags().VisitAll(plain)
	cmd.PersistentFlags().VisitAll(plain)
	for _, c := range cmd.Commands() {
		plainUsage(c)
	}
}
