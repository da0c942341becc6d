package tui

import (
	"fmt"
	"strings"

	"foghorn/tui/draw"
	"foghorn/tui/view"
)

// KeysMarkdown is the key reference of the documentation, docs/KEYS.md.
func KeysMarkdown() string {
	var b strings.Builder
	b.WriteString("# Keys\n\nMade from the keymap of the program; `?` shows what works in the pane at hand, and `/` searches there.\n" +
		"Every command can be typed behind `:`, where tab completes it.\n\n## Signs\n\n| sign | means |\n| --- | --- |\n")
	for _, s := range legend(draw.NewTheme(draw.BackgroundUnknown, false)) {
		fmt.Fprintf(&b, "| `%s` | %s |\n", bars(s.sign), bars(s.text))
	}
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
	b.WriteString("\nIn a prompt the last line says what enter and esc do. Tab puts the next candidate into the line. Behind `:` the marked command runs\n" +
		"at enter, and up and down mark another one. In the other prompts up and down walk through what was typed before, as ctrl+p and ctrl+n\n" +
		"do everywhere. ctrl+u clears to the start, ctrl+k to the end, ctrl+w the last word, ctrl+a and ctrl+e go to the ends. A long note\n" +
		"wraps: there up and down go through its rows first, and alt+b and alt+f move by words. A paste never runs or chooses anything;\n" +
		"its line breaks become blanks, but in a note they stay. ctrl+c twice quits from everywhere.\n\n" +
		"In a menu a letter chooses and esc closes. No other key does anything until it is closed.\n")
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
