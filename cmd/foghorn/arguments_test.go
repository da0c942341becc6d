package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// foreign are texts of libraries, which say nothing to a person, and quotes that are
// no part of a terminal's text.
var foreign = regexp.MustCompile(`arg\(s\)|strconv\.|invalid argument|flag needs an argument|parsing "|accepts |requires |: invalid syntax|%!|` + "`")

// everyCommand returns all commands of the program, by their words.
func everyCommand() map[string]*cobra.Command {
	all := map[string]*cobra.Command{}
	var walk func(*cobra.Command)
	walk = func(c *cobra.Command) {
		all[c.CommandPath()] = c
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(testRoot())
	return all
}

// mistyped runs a command line that must not be understood, and returns what is
// said about it.
func mistyped(t *testing.T, args ...string) string {
	t.Helper()
	r := foghorn(t, "", args...)
	if r.code != exitUsage || r.out != "" || foreign.MatchString(r.errOut) || !strings.HasSuffix(r.errOut, "--help for its flags and examples.\n") {
		t.Errorf("foghorn %q: exit %d\n%s%s", args, r.code, r.out, r.errOut)
	}
	return r.errOut
}

// Every command refuses words, values and flags that it does not know, with the same
// exit code and in its own words.
func TestEveryCommandRefusesWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	all := everyCommand()
	if len(all) < 40 {
		t.Fatalf("only %d commands were seen", len(all))
	}
	seen := map[string]bool{} // flags: one that several commands share is tried at one of them
	for _, path := range slices.Sorted(maps.Keys(all)) {
		c := all[path]
		words := strings.Fields(path)[1:]
		takes := argumentsOf(c.Use)
		if needsArguments(c) {
			if said := mistyped(t, words...); !strings.Contains(said, takes[0].name+" is missing: "+path+" ") {
				t.Errorf("%s without arguments: %s", path, said)
			}
		}
		many := slices.ContainsFunc(takes, func(a argument) bool { return a.many })
		if !many {
			tooMany := append(slices.Clone(words), slices.Repeat([]string{"qzxw"}, len(takes)+1)...)
			mistyped(t, tooMany...)
		}
		mistyped(t, append(slices.Clone(words), "--qzxw")...)
		mistyped(t, append(slices.Clone(words), "-Q")...)
		c.Flags().VisitAll(func(f *pflag.Flag) {
			key := fmt.Sprintf("%s %s %s %T", f.Name, f.Usage, f.DefValue, f.Value)
			if seen[key] {
				return
			}
			seen[key] = true
			if f.NoOptDefVal == "" {
				if said := mistyped(t, append(slices.Clone(words), "--"+f.Name)...); !strings.Contains(said, "--"+f.Name) {
					t.Errorf("%s --%s without a value: %s", path, f.Name, said)
				}
			}
			if f.Value.Type() != "string" && f.Value.Type() != "stringArray" && f.Value.Type() != "stringSlice" {
				if said := mistyped(t, append(slices.Clone(words), "--"+f.Name+"=qzxw")...); !strings.Contains(said, `"qzxw": it takes `) {
					t.Errorf("%s --%s=qzxw: %s", path, f.Name, said)
				}
			}
		})
	}
}

func TestMistypedCommandsAreSuggested(t *testing.T) {
	t.Parallel()
	for line, says := range map[string]string{
		"evnts":                  `unknown command "foghorn evnts"; did you mean events?`,
		"alerts akc 345":         `did you mean ack?`,
		"alert lits":             `did you mean list?`,
		"dvices":                 `did you mean devices?`,
		"config nosuch":          `unknown command "foghorn config nosuch"; there are check, `,
		"completion nosuch":      `there are bash, fish, `,
		"completion bsh":         `did you mean bash?`,
		"help evnts":             `did you mean events?`,
		"help alerts nosuch":     `unknown command "foghorn alerts nosuch"; there are ack, `,
		"help version x":         `foghorn version has no commands below it`,
		"nosuch":                 `foghorn --help lists the commands`,
		"events --limt 3":        `unknown flag --limt of foghorn events; did you mean --limit?`,
		"send ping --count many": `--count "many": it takes a whole number`,
		"send a b":               `"b" is one word too many: foghorn send TOPIC`,
		"send ping --set x":      `--set "x": it takes name=value`,
		"demo --speed abc":       `--speed "abc": it takes a number`,
		"listen --for soon":      `--for "soon": it takes a duration such as `,
		"events --=3":            `"--=3" is not a flag`,
	} {
		if said := mistyped(t, strings.Fields(line)...); !strings.Contains(said, says) {
			t.Errorf("foghorn %s says %s", line, said)
		}
	}
}

func TestArgumentsOfAUsageLine(t *testing.T) {
	for use, want := range map[string][]argument{
		"events":              nil,
		"api METHOD PATH":     {{name: "METHOD"}, {name: "PATH"}},
		"ack ID...":           {{name: "ID", many: true}},
		"snooze ID... FOR":    {{name: "ID", many: true}, {name: "FOR"}},
		"sle [SITE] [METRIC]": {{name: "SITE", optional: true}, {name: "METRIC", optional: true}},
		"rename [OLD NEW] X":  {{name: "OLD", optional: true}, {name: "NEW", optional: true}, {name: "X"}},
		"close ID... --for X": {{name: "ID", many: true}},
		"help [COMMAND...]":   {{name: "COMMAND", optional: true, many: true}},
	} {
		if got := argumentsOf(use); !slices.Equal(got, want) {
			t.Errorf("%s: %+v", use, got)
		}
	}
}

// No help shows a quote that only a document would render.
func TestTheHelpHasNoBackQuotes(t *testing.T) {
	for path, c := range everyCommand() {
		for _, text := range []string{c.Short, c.Long, c.Example} {
			if strings.Contains(text, "`") {
				t.Errorf("%s: %s", path, text)
			}
		}
	}
}

// Every list is also there under "list", with the flags of the command above it.
func TestEveryListIsAlsoCalledList(t *testing.T) {
	t.Parallel()
	all := everyCommand()
	for _, name := range []string{"alerts", "ap", "clients", "deliveries", "devices", "events", "sle", "webhooks"} {
		parent, sub := all["foghorn "+name], all["foghorn "+name+" list"]
		if sub == nil {
			t.Errorf("there is no foghorn %s list", name)
			continue
		}
		parent.Flags().VisitAll(func(f *pflag.Flag) {
			if f.Name != "help" && sub.Flags().Lookup(f.Name) != f {
				t.Errorf("%s has no --%s of its own parent", sub.CommandPath(), f.Name)
			}
		})
	}
	for path, c := range all {
		if c.Parent() == c.Root() && c.Flags().Lookup("limit") != nil && all[path+" list"] == nil && path != "foghorn tail" && path != "foghorn sql" {
			t.Errorf("%s prints rows, and there is no %s list", path, path)
		}
	}
	dir := t.TempDir()
	for _, name := range []string{"alerts", "ap", "clients", "deliveries", "devices", "events"} {
		long := foghorn(t, "", name, "list", "--limit", "1", "-o", "csv", "--data", dir)
		short := foghorn(t, "", name, "--limit", "1", "-o", "csv", "--data", dir)
		if long.out != short.out || long.errOut != short.errOut || long.code != exitOK || long.out == "" {
			t.Errorf("%s list: exit %d\n%s%s\nwithout list\n%s%s", name, long.code, long.out, long.errOut, short.out, short.errOut)
		}
	}
}

// What ends a command before it is done is told in the words of people, with what it
// was doing.
func TestAnInterruptionIsToldInPlainWords(t *testing.T) {
	for want, err := range map[string]error{
		"foghorn: interrupted\n":                  context.Canceled,
		"foghorn: read events: interrupted\n":     fmt.Errorf("read events: %w", context.Canceled),
		"foghorn: ask acme: it took too long\n":   fmt.Errorf("ask acme: %w", context.DeadlineExceeded),
		"foghorn: read aps.csv: no such device\n": errors.New("read aps.csv: no such device"),
	} {
		var b strings.Builder
		if printError(&b, err); b.String() != want {
			t.Errorf("%v: %q, want %q", err, b.String(), want)
		}
	}
}

// needsArguments reports whether a command does nothing without an argument.
func needsArguments(cmd *cobra.Command) bool {
	takes := argumentsOf(cmd.Use)
	return len(takes) > 0 && !takes[0].optional
}
