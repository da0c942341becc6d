package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"foghorn/actions"
	"foghorn/chatops"
	"foghorn/config"
	"foghorn/internal/safetext"
	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/journal/store"
)

// chatTable is a kind of setting on the command line.
type chatTable struct {
	name    string // of the command
	table   string
	key     string   // how one is named
	texts   []string // keys that are texts
	lists   []string
	flags   []string
	secrets []string
	example string // of add
}

var chatTables = []chatTable{
	{name: "workspaces", table: config.ChatWorkspaceTable, key: "NAME", texts: []string{"platform", "team_id", "server", "api_url"}, lists: []string{"orgs"},
		secrets: []string{"signing_secret", "bot_token", "app_token", "command_token"},
		example: "foghorn chatops workspaces add noc --platform slack --team-id T0123456789 --orgs acme --bot-token-env SLACK_BOT_TOKEN --app-token-file app.token"},
	{name: "users", table: config.ChatUserTable, key: "WORKSPACE ID", texts: []string{"person", "role"}, lists: []string{"orgs", "sites"}, secrets: []string{"token"},
		example: "foghorn chatops users add noc U0123456789 --person first.last --role operator --token-file first.token"},
	{name: "channels", table: config.ChatChannelTable, key: "WORKSPACE ID", texts: []string{"name"},
		flags:   []string{"commands", "notify_job_completion", "notify_job_failure", "notify_compliance_violations", "notify_drift_detected"},
		example: "foghorn chatops channels add noc C0123456789 --name network --notify-drift-detected"},
}

func newChatTableCmd(e *env, t chatTable) *cobra.Command {
	cmd := &cobra.Command{
		Use: t.name, Short: "Manage " + t.name + " while foghorn runs", Example: t.example,
		Long: "Manage " + t.name + " while foghorn runs. A running collector applies a change within seconds.\n" +
			"The list marks entries of config.toml; you can change those only in that file.",
	}
	list := &listFlags{}
	listing := &cobra.Command{Use: "list", Short: "List " + t.name, Example: "foghorn chatops " + t.name + " list", RunE: func(cmd *cobra.Command, _ []string) error {
		return listChat(cmd.Context(), e, list, t.table)
	}}
	addFormat(listing, &list.format)
	remove := &cobra.Command{Use: "remove " + t.key, Short: "Remove a " + strings.TrimSuffix(t.name, "s"), Example: "foghorn chatops " + t.name + " remove " + strings.Join(strings.Fields(t.example)[4:4+len(strings.Fields(t.key))], " "),
		RunE: func(cmd *cobra.Command, args []string) error { return e.removeChat(cmd.Context(), t, args) }}
	cmd.AddCommand(listing, newChatPutCmd(e, t, "add"), newChatPutCmd(e, t, "set"), remove)
	return cmd
}

// chatFlagHelp explains the keys of the tables as flags.
var chatFlagHelp = map[string]string{
	"platform": "`platform`: slack or mattermost",
	"team_id":  "`id` of the workspace (T0123456789) or of the team (26 letters and digits)",
	"server":   "`address` of Mattermost, as its Site URL",
	"api_url":  "`address` of Slack's Web API if it is not at slack.com, for example for GovSlack",
	"orgs":     "`names` of the organizations to show, separated by commas",
	"person":   "`name` of the person in activities",
	"role":     "`role`: viewer, operator or admin",
	"sites":    "`names`, ids or globs of the sites to show, separated by commas (default all)",
	"name":     "`name` of the channel, for people to read",

	"commands":                     "take commands in the channel (default true)",
	"notify_job_completion":        "notify when a job is done",
	"notify_job_failure":           "notify when a job failed or was only partly done (default true)",
	"notify_compliance_violations": "notify of new violations of rules",
	"notify_drift_detected":        "notify of configuration drift",
}

// flagOf is a key of the configuration as a flag: team-id of team_id.
func flagOf(key string) string { return strings.ReplaceAll(key, "_", "-") }

// newChatPutCmd makes the command that adds one, or sets values of one.
func newChatPutCmd(e *env, t chatTable, verb string) *cobra.Command {
	short := map[string]string{"add": "Add a ", "set": "Change values of a "}[verb] + strings.TrimSuffix(t.name, "s")
	cmd := &cobra.Command{Use: verb + " " + t.key, Short: short, Example: strings.Replace(t.example, " add ", " "+verb+" ", 1)}
	f := cmd.Flags()
	for _, key := range t.texts {
		f.String(flagOf(key), "", chatFlagHelp[key])
	}
	for _, key := range t.lists {
		f.StringSlice(flagOf(key), nil, chatFlagHelp[key])
	}
	for _, key := range t.flags {
		f.Bool(flagOf(key), false, chatFlagHelp[key])
	}
	for _, key := range t.secrets {
		f.String(flagOf(key)+"-env", "", "take "+key+" from this `variable` of the collector")
		f.String(flagOf(key)+"-file", "", "take "+key+" from this `file`")
		f.Bool(flagOf(key)+"-stdin", false, "read "+key+" from standard input, and store it encrypted")
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error { return e.putChat(cmd, t, verb, args) }
	return cmd
}

// given are the values of a command line.
func (t *chatTable) given(cmd *cobra.Command, stdin io.Reader, args []string) (map[string]any, error) {
	values := map[string]any{}
	f := cmd.Flags()
	for _, key := range t.texts {
		if f.Changed(flagOf(key)) {
			values[key], _ = f.GetString(flagOf(key))
		}
	}
	for _, key := range t.lists {
		if f.Changed(flagOf(key)) {
			texts, _ := f.GetStringSlice(flagOf(key))
			list := []any{}
			for _, text := range texts {
				list = append(list, text)
			}
			values[key] = list
		}
	}
	for _, key := range t.flags {
		if f.Changed(flagOf(key)) {
			values[key], _ = f.GetBool(flagOf(key))
		}
	}
	read := false
	for _, key := range t.secrets {
		if name, _ := f.GetString(flagOf(key) + "-env"); name != "" {
			values[key+"_env"] = name
		}
		if path, _ := f.GetString(flagOf(key) + "-file"); path != "" {
			full, err := filepath.Abs(path)
			if err != nil {
				return nil, err
			}
			if _, err := os.Stat(full); errors.Is(err, fs.ErrNotExist) { // the collector would leave the setting without its secret
				return nil, usageError(fmt.Errorf("--%s-file: there is no file %s", flagOf(key), safetext.Line(full)))
			}
			values[key+"_file"] = full
		}
		if on, _ := f.GetBool(flagOf(key) + "-stdin"); on {
			if read {
				return nil, usageError(errors.New("standard input holds only one secret; give the others with a file or a variable"))
			}
			read = true
			text, err := io.ReadAll(io.LimitReader(stdin, 64<<10))
			if err != nil {
				return nil, err
			}
			values[key] = strings.TrimRight(string(text), "\r\n")
		}
	}
	if t.table == config.ChatWorkspaceTable {
		values["name"] = args[0]
	} else {
		values["workspace"], values["id"] = args[0], args[1]
	}
	return values, nil
}

func (e *env) putChat(cmd *cobra.Command, t chatTable, verb string, args []string) error {
	values, err := t.given(cmd, e.stdin, args)
	if err != nil {
		return err
	}
	ctx, key := cmd.Context(), strings.Join(args, " ")
	return e.changeChat(ctx, func(s *settings, c *chatops.Settings) error {
		rows, err := c.List(ctx, s.config, t.table)
		if err != nil {
			return err
		}
		known := false
		for _, row := range rows {
			if row.Key != key || row.InFile {
				continue
			}
			known = true
			for name, value := range row.Values {
				if _, given := values[name]; !given && value != "<secret>" && verb == "set" {
					values[name] = value
				}
			}
		}
		switch {
		case verb == "add" && known:
			return usageError(fmt.Errorf("%s exists already; change it with: foghorn chatops %s set %s", safetext.Line(key), t.name, safetext.Line(key)))
		case verb == "set" && !known && !s.config.HasChat(t.table, key):
			return usageError(fmt.Errorf("there is no %s; add it with: foghorn chatops %s add %s", safetext.Line(key), t.name, safetext.Line(key)))
		}
		_, err = c.Put(ctx, s.config, t.table, values, event.Activity{Time: s.clock.Now(), Actor: s.actor, Via: event.ViaCLI})
		return e.changedChat(err, map[string]string{"add": "added ", "set": "changed "}[verb]+key)
	})
}

func (e *env) removeChat(ctx context.Context, t chatTable, args []string) error {
	key := strings.Join(args, " ")
	return e.changeChat(ctx, func(s *settings, c *chatops.Settings) error {
		err := c.Remove(ctx, s.config, t.table, key, event.Activity{Time: s.clock.Now(), Actor: s.actor, Via: event.ViaCLI})
		if errors.Is(err, event.ErrNotFound) {
			return &exitError{code: exitProblem, err: fmt.Errorf("there is no managed entry %s", safetext.Line(key))}
		}
		return e.changedChat(err, "removed "+key)
	})
}

// changedChat says what was done, or why not.
func (e *env) changedChat(err error, done string) error {
	if errors.Is(err, chatops.ErrSetting) {
		return usageError(err)
	}
	if err == nil {
		fmt.Fprintln(e.stdout, safetext.Line(done))
		fmt.Fprintln(e.stderr, "foghorn: a running collector takes it over within seconds")
	}
	return err
}

// changeChat runs what changes settings: each change is an activity in the journal.
func (e *env) changeChat(ctx context.Context, do func(*settings, *chatops.Settings) error) error {
	return e.withOutbox(ctx, func(s *settings, outbox *store.Outbox) error {
		if s.readOnly {
			return actions.ErrReadOnly
		}
		return s.withActions(ctx, func(ctx context.Context, a *actions.Actions, _ *journal.Journal) error {
			return do(s, chatops.NewSettings(s.dir, outbox, func(ctx context.Context, act event.Activity) error {
				_, err := a.Append(ctx, act)
				return err
			}))
		})
	})
}
