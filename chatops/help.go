package chatops

import (
	"context"
	"errors"
	"strings"

	"foghorn/actions"
	"foghorn/internal/human"
	"foghorn/internal/safetext"
)

// errUsage means that the arguments are wrong; the message with it says how.
var errUsage = errors.New("the arguments are wrong")

// find returns the command of a word; none means help.
func find(word string) (*command, error) {
	if word == "" {
		word = "help"
	}
	names := make([]string, len(commands()))
	for i, cmd := range commands() {
		if cmd.name == word {
			return cmd, nil
		}
		names[i] = cmd.name
	}
	word = safetext.Clip(word, 64)
	if near := human.Nearest(word, names); near != "" {
		return nil, errors.New("There is no command " + word + "; did you mean " + near + "?")
	}
	return nil, errors.New("There is no command " + word + "; help lists them.")
}

// command is something that people can ask for.
type command struct {
	name, args string
	summary    string
	detail     string // more about it, for help NAME
	examples   []string
	role       actions.Role
	min, max   int // arguments; max is -1 without a limit
	run        func(ctx context.Context, r *request) (*Message, error)
}

// usage says how a command is used.
func (cmd *command) usage(slash string) *Message {
	m := &Message{Ephemeral: true, Title: cmd.line(slash), Sections: []Section{{Text: strings.TrimSpace(sentence(cmd.summary) + " " + cmd.detail)}}}
	var lines []string
	for _, example := range cmd.examples {
		lines = append(lines, slash+" "+example)
	}
	if len(lines) > 0 {
		m.Sections = append(m.Sections, Section{Title: "Examples", Code: strings.Join(lines, "\n")})
	}
	m.Sections = append(m.Sections, Section{Text: "Roles that may use it: " + strings.Join(rolesFrom(cmd.role), ", ") + "."})
	return m
}

func (cmd *command) line(slash string) string {
	return strings.TrimSpace(slash + " " + cmd.name + " " + cmd.args)
}

func sentence(s string) string { return strings.ToUpper(s[:1]) + s[1:] + "." }

func rolesFrom(role actions.Role) (out []string) {
	for r := role; r <= actions.RoleAdmin; r++ {
		out = append(out, r.String())
	}
	return out
}

// commands lists all commands, in the order of help.
func commands() []*command { return commandList }

var helpCommand = &command{name: "help", args: "[command]", summary: "lists the commands, or explains one", max: 1, examples: []string{"help", "help ack"}}

func init() { helpCommand.run = help } // help lists all commands, itself too

func help(_ context.Context, r *request) (*Message, error) {
	if len(r.args) == 1 {
		cmd, err := find(strings.ToLower(r.args[0]))
		if err != nil {
			return nil, err
		}
		return cmd.usage(r.dir.Command), nil
	}
	var rows [][]string
	for _, cmd := range commands() {
		if cmd.role <= r.person.Role {
			rows = append(rows, []string{cmd.line(r.dir.Command), cmd.summary})
		}
	}
	return &Message{Ephemeral: true, Title: "What " + r.dir.Command + " can do for you", Sections: []Section{
		{Head: []string{"command", "what it does"}, Rows: rows},
		{Text: `Put quotes around several words that belong together: search "interface ge-0/0/1". ` + r.dir.Command + " help COMMAND explains a command."},
	}}, nil
}
