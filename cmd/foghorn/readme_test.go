package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every command has a row in the README's table, and a script that runs it.
func TestEveryCommandIsInTheReadmeAndInAScript(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := strings.Join(readmeRow.FindAllString(string(readme), -1), "\n")
	files, err := filepath.Glob("testdata/script/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var scripts strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		scripts.Write(text)
	}
	root := testRoot()
	root.InitDefaultHelpCmd()
	for _, c := range root.Commands() {
		if c.Hidden || c.Name() == "help" {
			continue
		}
		if !regexp.MustCompile("`(foghorn )?" + c.Name() + "[` ]").MatchString(rows) {
			t.Errorf("README.md has no row of foghorn %s in its table of commands", c.Name())
		}
		if !regexp.MustCompile(`foghorn ` + c.Name() + `\b`).MatchString(scripts.String()) {
			t.Errorf("no script in testdata/script runs foghorn %s", c.Name())
		}
	}
}
