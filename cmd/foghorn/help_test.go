package main

import (
	"bytes"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func testRoot() *cobra.Command {
	return newRoot(&env{stdout: &bytes.Buffer{}, stderr: &bytes.Buffer{}, getenv: os.Getenv})
}

func TestTheHelpOfFlagsIsPlainText(t *testing.T) {
	n := 0
	var walk func(*cobra.Command)
	walk = func(c *cobra.Command) {
		c.Flags().VisitAll(func(f *pflag.Flag) {
			n++
			if strings.Contains(f.Usage, "`") || f.Usage == "" {
				t.Errorf("%s --%s: %q", c.CommandPath(), f.Name, f.Usage)
			}
		})
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(testRoot())
	if n < 60 {
		t.Errorf("only %d flags were seen", n)
	}
}

var (
	readmeRow  = regexp.MustCompile("(?m)^\\| `foghorn[^|]*(?:\\\\\\|[^|]*)*\\|.*$")
	readmeList = regexp.MustCompile("(?s)Lists take.*?\n\n")
	codeSpan   = regexp.MustCompile("`[^`]+`")
	longFlag   = regexp.MustCompile(`--([a-z][a-z0-9-]+)`)
	word       = regexp.MustCompile(`^[a-z][a-z-]+$`)
)

// Every command and flag that the README's table names exists.
func TestTheReadmeNamesOnlyCommandsAndFlagsThatExist(t *testing.T) {
	raw, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := readmeRow.FindAllString(string(raw), -1)
	if len(rows) < 15 {
		t.Fatalf("found %d rows of commands", len(rows))
	}
	root := testRoot()
	for _, row := range rows {
		var cmds []*cobra.Command
		for _, span := range codeSpan.FindAllString(strings.SplitN(row, " | ", 2)[0], -1) {
			words := strings.Fields(strings.TrimPrefix(strings.Trim(span, "`"), "foghorn"))
			for len(words) > 0 && !word.MatchString(words[len(words)-1]) {
				words = words[:len(words)-1]
			}
			cmd, rest, err := root.Find(words)
			if err != nil || len(rest) > 0 {
				t.Errorf("the README names %q: %v", span, err)
				continue
			}
			cmds = append(cmds, cmd)
		}
		for _, m := range longFlag.FindAllStringSubmatch(row, -1) {
			if !anyHasFlag(cmds, m[1]) {
				t.Errorf("no command of this row has --%s: %s", m[1], row)
			}
		}
	}
	for part := range strings.SplitSeq(readmeList.FindString(string(raw)), ";") {
		var cmds []*cobra.Command
		for _, span := range codeSpan.FindAllString(part, -1) {
			if cmd, _, err := root.Find([]string{strings.Trim(span, "`")}); err == nil && cmd != root {
				cmds = append(cmds, cmd)
			}
		}
		for _, m := range longFlag.FindAllStringSubmatch(part, -1) {
			for _, cmd := range cmds {
				if !anyHasFlag([]*cobra.Command{cmd}, m[1]) {
					t.Errorf("%s has no --%s, the README says it has", cmd.Name(), m[1])
				}
			}
		}
	}
}

// anyHasFlag reports whether one of the commands, or one below them, has a flag.
func anyHasFlag(cmds []*cobra.Command, name string) bool {
	for _, c := range cmds {
		if c.Flag(name) != nil || anyHasFlag(c.Commands(), name) {
			return true
		}
	}
	return false
}
