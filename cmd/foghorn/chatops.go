package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"foghorn/chatops"
	"foghorn/config"
	"foghorn/internal/safetext"
	"foghorn/journal/event"
	"foghorn/journal/export"
	"foghorn/journal/store"
)

const chatopsLong = `Manage and test the use of foghorn from Slack or Mattermost. config.toml says who may
do what. You can also manage that with the commands below while foghorn runs; entries
of config.toml take precedence. docs/CHATOPS.md shows how to set up a chat.`

func newChatopsCmd(e *env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "chatops",
		Short: "Run foghorn from a chat: who may do what, and what they did",
		Long:  chatopsLong,
		Example: `foghorn chatops list
foghorn chatops audit --limit 50
foghorn chatops simulate --user U0123456789 status ap-17`,
	}
	cmd.AddCommand(newChatListCmd(e), newChatAuditCmd(e), newChatTestCmd(e), newChatSimulateCmd(e))
	for _, t := range chatTables {
		cmd.AddCommand(newChatTableCmd(e, t))
	}
	return cmd
}

// readChat runs what reads chat's settings and its audit. It makes no data directory: a
// look at one that is not there, perhaps because of a slip in --data, leaves nothing behind.
func (e *env) readChat(ctx context.Context, do func(*settings, chatRecords) error) error {
	s, err := e.settings()
	if err != nil {
		return err
	}
	outbox, err := store.OpenExistingOutbox(ctx, s.dir, s.collecting().StoreOptions())
	if err != nil {
		return err
	}
	if outbox == nil {
		return do(s, noRecords{})
	}
	return errors.Join(do(s, outbox), outbox.Close())
}

// chatRecords are what a data directory has of chat; *store.Outbox is one.
type chatRecords interface {
	chatops.ManagedStore
	Calls(ctx context.Context, before int64, limit int) ([]event.ChatCall, error)
}

// noRecords are those of a data directory that is not there.
type noRecords struct{ chatops.ManagedStore }

func (noRecords) ManagedOf(context.Context, string) ([]store.Managed, error)  { return nil, nil }
func (noRecords) Calls(context.Context, int64, int) ([]event.ChatCall, error) { return nil, nil }

func newChatListCmd(e *env) *cobra.Command {
	list := &listFlags{}
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List workspaces, people and channels",
		Example: "foghorn chatops list\nfoghorn chatops list -o json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return listChat(cmd.Context(), e, list, chatops.Tables...)
		},
	}
	addFormat(cmd, &list.format)
	return cmd
}

// listChat prints the settings of some kinds, with where each comes from.
func listChat(ctx context.Context, e *env, list *listFlags, tables ...string) error {
	return e.readChat(ctx, func(s *settings, records chatRecords) error {
		format, err := export.ParseFormat(list.format)
		if err != nil {
			return usageError(err)
		}
		names := []string{"kind", "key", "from", "values"}
		var rows []export.Record
		for _, table := range tables {
			all, err := chatops.NewSettings(s.dir, records, nil).List(ctx, s.config, table)
			if err != nil {
				return err
			}
			for _, row := range all {
				rows = append(rows, export.NewRecord(names, []any{table, row.Key, fromOf(&row), valuesText(row.Values)}))
			}
		}
		if len(rows) == 0 && format == export.Table {
			fmt.Fprintln(e.stdout, "nothing is set up; docs/CHATOPS.md shows how")
			return nil
		}
		return export.WriteRecords(e.stdout, format, names, rows, export.Options{Width: e.width(), Now: s.clock.Now(), Zone: e.zone()})
	})
}

func fromOf(s *chatops.Setting) string {
	switch {
	case s.InFile:
		return "config.toml"
	case s.Hidden:
		return "managed, but config.toml takes precedence"
	}
	return "managed"
}

// valuesText are values as in the configuration, in one line.
func valuesText(values map[string]any) string {
	var parts []string
	for _, key := range slices.Sorted(maps.Keys(values)) {
		if key == "workspace" || key == "id" || key == "name" && values["platform"] != nil {
			continue // the key says it
		}
		text := fmt.Sprint(values[key])
		if s, ok := values[key].(string); ok {
			text = strconv.Quote(s)
		}
		parts = append(parts, key+"="+text)
	}
	return safetext.Line(strings.Join(parts, " "))
}

func newChatAuditCmd(e *env) *cobra.Command {
	list := &listFlags{}
	cmd := &cobra.Command{
		Use:     "audit",
		Short:   "List calls from chats, including refused ones, newest first",
		Example: "foghorn chatops audit\nfoghorn chatops audit --limit 1000 -o csv",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return printChatAudit(cmd.Context(), e, list)
		},
	}
	cmd.Flags().IntVar(&list.limit, "limit", 100, "at most `n` rows")
	addFormat(cmd, &list.format)
	return cmd
}

func printChatAudit(ctx context.Context, e *env, list *listFlags) error {
	return e.readChat(ctx, func(s *settings, records chatRecords) error {
		format, err := export.ParseFormat(list.format)
		if err != nil {
			return usageError(err)
		}
		if list.limit < 1 {
			return usageError(errors.New("--limit: give a number of rows"))
		}
		calls, err := records.Calls(ctx, 0, list.limit)
		if err != nil {
			return err
		}
		if len(calls) == 0 && format == export.Table {
			fmt.Fprintln(e.stdout, "there were no calls from a chat")
			return nil
		}
		names := []string{"time", "outcome", "platform", "workspace", "channel", "user", "person", "command", "job", "text"}
		rows := make([]export.Record, len(calls))
		for i, c := range calls {
			rows[i] = export.NewRecord(names, []any{c.Time.UTC().Format("2006-01-02 15:04:05Z"), c.Outcome, c.Platform, c.Workspace, c.Channel, c.User, c.Person, c.Command, jobOf(&c), c.Text})
		}
		return export.WriteRecords(e.stdout, format, names, rows, export.Options{Width: e.width(), Now: s.clock.Now(), Zone: e.zone()})
	})
}

func jobOf(c *event.ChatCall) any {
	if c.Job == 0 {
		return nil
	}
	return c.Job
}

// chatConfig is the configuration with what is managed, and the secrets of chat.
func (s *settings) chatConfig(ctx context.Context, records chatRecords) (*config.Config, error) {
	return chatops.NewSettings(s.dir, records, nil).With(ctx, s.config)
}
