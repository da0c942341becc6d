package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"foghorn/internal/human"
)

// lineError is a mistake in the command line itself, which --help helps with.
type lineError struct{ text string }

func (e *lineError) Error() string { return e.text }

func lineErrorf(format string, args ...any) error { return &lineError{fmt.Sprintf(format, args...)} }

// checkWords makes a command and those below it check the words and flags that they
// are given, in one way and with texts of our own: cobra lets a command without a
// run of its own take any word, and its errors name neither arguments nor remedies.
func checkWords(cmd *cobra.Command) {
	cmd.Args = checkArguments
	cmd.SetFlagErrorFunc(explainFlag)
	if !cmd.Runnable() {
		cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	}
	for _, c := range cmd.Commands() {
		checkWords(c)
	}
}

// argument is what a command takes by position.
type argument struct {
	name           string
	optional, many bool
}

// argumentsOf reads the usage line of a command: "ack ID...", "sle [SITE] [METRIC]".
// A flag that it names, and what follows, are not arguments.
func argumentsOf(use string) []argument {
	var out []argument
	optional := false
	for _, word := range strings.Fields(use)[1:] {
		if strings.HasPrefix(word, "-") {
			break
		}
		optional = optional || strings.HasPrefix(word, "[")
		name := strings.Trim(word, "[]")
		plain := strings.TrimSuffix(name, "...")
		out = append(out, argument{plain, optional, plain != name})
		optional = optional && !strings.HasSuffix(word, "]")
	}
	return out
}

// checkArguments checks the number of arguments against the usage line. A word too
// many after a command that has others below it is an unknown command.
func checkArguments(cmd *cobra.Command, args []string) error {
	takes := argumentsOf(cmd.Use)
	most, missing := len(takes), ""
	needed := 0
	for _, a := range takes {
		if a.many {
			most = max(len(args), len(takes))
		}
		if a.optional {
			continue
		}
		if needed++; needed > len(args) && missing == "" {
			missing = a.name
		}
	}
	switch {
	case missing != "":
		return lineErrorf("%s is missing: %s", missing, usageOf(cmd))
	case len(args) <= most:
		return nil
	case len(takes) == 0 && cmd.HasAvailableSubCommands():
		return unknownCommand(cmd, args[0])
	case len(takes) == 0:
		return lineErrorf("%s is one word too many: %s takes no arguments", strconv.Quote(args[0]), cmd.CommandPath())
	}
	return lineErrorf("%s is one word too many: %s", strconv.Quote(args[most]), usageOf(cmd))
}

// usageOf is how the command is written, without its flags.
func usageOf(cmd *cobra.Command) string {
	return cmd.CommandPath() + strings.TrimPrefix(cmd.Use, cmd.Name())
}

// unknownCommand says what a parent has instead of a word that it does not know.
func unknownCommand(parent *cobra.Command, word string) error {
	var names, all []string
	called := map[string]string{}
	for _, c := range parent.Commands() {
		if !c.IsAvailableCommand() {
			continue
		}
		names = append(names, c.Name())
		for _, name := range append([]string{c.Name()}, c.Aliases...) {
			all, called[name] = append(all, name), c.Name()
		}
	}
	what := strconv.Quote(parent.CommandPath() + " " + word)
	switch near := human.Nearest(word, all); {
	case near != "":
		return lineErrorf("unknown command %s; did you mean %s?", what, near)
	case len(names) == 0:
		return lineErrorf("unknown command %s: %s has no commands below it", what, parent.CommandPath())
	case parent.HasParent():
		return lineErrorf("unknown command %s; there are %s", what, strings.Join(names, ", "))
	}
	return lineErrorf("unknown command %s; foghorn --help lists the commands", what)
}

// explainFlag says what is wrong with a flag.
func explainFlag(cmd *cobra.Command, err error) error {
	if missing, ok := errors.AsType[*pflag.ValueRequiredError](err); ok {
		f := missing.GetFlag()
		return lineErrorf("--%s needs a value: %s", f.Name, f.Usage)
	}
	if bad, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		return lineErrorf("--%s %s: it takes %s", bad.GetFlag().Name, strconv.Quote(bad.GetValue()), valueOf(bad.GetFlag()))
	}
	if syntax, ok := errors.AsType[*pflag.InvalidSyntaxError](err); ok {
		return lineErrorf("%s is not a flag: flags look like --name or --name=value", strconv.Quote(syntax.GetSpecifiedFlag()))
	}
	unknown, ok := errors.AsType[*pflag.NotExistError](err)
	if !ok {
		return &lineError{err.Error()}
	}
	if short := unknown.GetSpecifiedShortnames(); short != "" {
		return lineErrorf("unknown flag -%s of %s", unknown.GetSpecifiedName(), cmd.CommandPath())
	}
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	hint := ""
	if near := human.Nearest(unknown.GetSpecifiedName(), names); near != "" {
		hint = "; did you mean --" + near + "?"
	}
	return lineErrorf("unknown flag --%s of %s%s", unknown.GetSpecifiedName(), cmd.CommandPath(), hint)
}

// valueOf says what values a flag takes.
func valueOf(f *pflag.Flag) string {
	switch f.Value.Type() {
	case "int", "int64":
		return "a whole number"
	case "uint64":
		return "a whole number, 0 or more"
	case "float64":
		return "a number"
	case "duration":
		return "a duration such as 90s, 15m or 2h"
	case "bool":
		return "true or false"
	case "stringToString":
		return "name=value"
	}
	if strings.HasPrefix(f.Value.Type(), "one of ") {
		return f.Value.Type()
	}
	return "a value of another form: " + f.Usage
}

// newHelpCmd is cobra's help command, which fails for a command that does not exist.
func newHelpCmd() *cobra.Command {
	return &cobra.Command{
		Use:     "help [COMMAND...]",
		Short:   "Show the help of a command",
		Example: "foghorn help alerts ack",
		ValidArgsFunction: func(cmd *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
			at, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			var out []cobra.Completion
			for _, c := range at.Commands() {
				if c.IsAvailableCommand() && strings.HasPrefix(c.Name(), typed) {
					out = append(out, cobra.CompletionWithDesc(c.Name(), c.Short))
				}
			}
			return out, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			at, rest, err := cmd.Root().Find(args)
			if err != nil {
				return err
			}
			if len(rest) > 0 {
				return unknownCommand(at, rest[0])
			}
			at.InitDefaultHelpFlag()
			return at.Help()
		},
	}
}
