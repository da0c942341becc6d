package actions

import (
	"fmt"
	"strings"
)

// Markdown is the reference of the documentation, docs/ACTIONS.md.
func Markdown() string {
	var b strings.Builder
	b.WriteString("# Actions\n\nGenerated from the descriptors of the actions. Every action that changes something leaves an activity in the journal, with the\n" +
		"person and the way in (`tui`, `cli` or `chat`). On the screen and on the command line you have the role admin; `read_only = true` leaves only\n" +
		"the actions for viewers. The second name of an action works on the command line. On the screen, `U` undoes within 10 seconds what can\n" +
		"be undone.\n\n" +
		"| action | what it does | on | role | key, command of the screen | command line | undo |\n| --- | --- | --- | --- | --- | --- | --- |\n")
	for _, d := range descriptors {
		undo := "no"
		if d.Undoable() {
			undo = "yes"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s |\n", names(d), d.Summary, d.Target, d.Role, keysOf(d), commandOf(d), undo)
	}
	b.WriteString("\n## Arguments\n\n| action | argument | kind | what it is |\n| --- | --- | --- | --- |\n")
	for _, d := range descriptors {
		for _, a := range d.Args {
			fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", d.Name, a.Name, kindOf(a), a.Help)
		}
	}
	b.WriteString("\n## Checks\n\nThe screen and the command line check the targets first. A target that needs no change is left alone, with the reason.\n\n")
	for _, d := range descriptors {
		if d.Checks == "" && d.Ask == nil && !d.Disrupts {
			continue
		}
		fmt.Fprintf(&b, "- **%s** checks %s.", d.Name, d.Checks)
		if d.Ask != nil && !d.Disrupts {
			b.WriteString(" The screen asks before it is done.")
		}
		if d.Disrupts {
			b.WriteString(" It disrupts: clients or devices may lose their connection. The screen has the name of the device typed.")
		}
		if d.Costs != "" {
			b.WriteString(" " + d.Costs)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func names(d *Descriptor) string {
	out := "`" + d.Name + "`"
	for _, a := range d.Aliases {
		out += ", `" + a + "`"
	}
	return out
}

func keysOf(d *Descriptor) string {
	var out []string
	for _, k := range d.Keys {
		text := "`:" + strings.TrimSpace(k.Name+" "+k.Arg) + "`"
		for _, key := range k.Keys {
			text = "`" + key + "` " + text
		}
		out = append(out, text)
	}
	return strings.Join(out, ", ")
}

func commandOf(d *Descriptor) string {
	if d.Command == nil {
		return "none: " + d.NoCommand
	}
	text := "foghorn " + d.Command.Parent + " " + d.Command.Use
	for _, a := range d.Args {
		switch {
		case a.Kind == Reason:
			text += " --" + a.Name + " " + strings.ToUpper(a.Name)
		case a.Required:
		case a.Kind == Flag:
			text += " [--" + a.Name + "]"
		default:
			text += " [--" + a.Name + " " + strings.ToUpper(a.Name) + "]"
		}
	}
	return "`" + strings.ReplaceAll(text, "|", `\|`) + "`"
}

func kindOf(a Arg) string {
	text := string(a.Kind)
	if a.Kind == Duration {
		text += fmt.Sprintf(" from %s to %s", plainDuration(a.Min), plainDuration(a.Max))
	}
	if a.Required {
		text += ", required"
	}
	return text
}
