package tui

import (
	"fmt"
	"strings"

	"foghorn/tui/view"
)

// KeysMarkdown is the key reference of the documentation, docs/KEYS.md.
func KeysMarkdown() string {
	var b strings.Builder
	b.WriteString("# Keys\n\nMade from the keymap of the program; `?` shows what works in the pane at hand, and `/` searches there.\n" +
		"Every command can be typed behind `:`, where tab completes it.\n")
	for _, c := range chaptersOf(view.Panes()) {
		fmt.Fprintf(&b, "\n## %s\n\n| key | command | where | what it does |\n| --- | --- | --- | --- |\n", c.title)
		for _, k := range c.bindings {
			command := ":" + k.name
			if k.arg != "" {
				command += " " + k.arg
			}
			fmt.Fprintf(&b, "| %s | `%s` | %s | %s |\n", markdownKeys(k.keys), bars(command), wherever(k.where), bars(k.help))
		}
	}
	b.WriteString("\nIn a prompt: enter keeps, esc cancels, tab completes, up and down walk through what was typed before, ctrl+u clears to\n" +
		"the start, ctrl+k to the end, ctrl+w the last word, ctrl+a and ctrl+e go to the ends. A long note\n" +
		"wraps: there up and down go through its rows first, and alt+b and alt+f move by words. ctrl+c twice quits from everywhere.\n")
	return b.String()
}

// wherever names places in as few words as they have.
func wherever(w placeSet) string {
	var out []string
	for _, group := range []struct {
		where placeSet
		name  string
	}{{inEverywhere, "everywhere"}, {inLists, "lists"}, {inDetail, "detail"}} {
		if w&group.where == group.where {
			out, w = append(out, group.name), w&^group.where
		}
	}
	if w != 0 {
		out = append(out, placeNames(w))
	}
	return strings.Join(out, ", ")
}

func markdownKeys(keys []string) string {
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i] = "`" + bars(k) + "`"
	}
	return strings.Join(out, " ")
}

// bars keeps a table's cells apart.
func bars(s string) string { return strings.ReplaceAll(s, "|", `\|`) }
