package chatops

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"foghorn/config"
	"foghorn/journal/event"
	"foghorn/journal/store"
)

// ManagedStore keeps what is managed; *store.Outbox is one.
type ManagedStore interface {
	PutManaged(ctx context.Context, m store.Managed) error
	DropManaged(ctx context.Context, kind, key string) error
	ManagedOf(ctx context.Context, kind string) ([]store.Managed, error)
}

// Settings are the workspaces, people and channels that are managed while foghorn runs,
// besides those of the configuration, which wins. Secrets are kept as references, or
// encrypted with a key that only the owner of the data directory can read. They are never
// given back.
type Settings struct {
	dir   string
	store ManagedStore
	note  func(ctx context.Context, a event.Activity) error
}

// NewSettings are those of a data directory. note logs that something was changed.
func NewSettings(dir string, s ManagedStore, note func(ctx context.Context, a event.Activity) error) *Settings {
	return &Settings{dir, s, note}
}

// Tables are the kinds of settings.
var Tables = []string{config.ChatWorkspaceTable, config.ChatUserTable, config.ChatChannelTable}

// secretKeys are the keys of settings whose values are secrets.
var secretKeys = []string{"signing_secret", "bot_token", "app_token", "command_token", "token"}

// Setting is a table of chat, without its secrets.
type Setting struct {
	Table  string         `json:"-"`
	Key    string         `json:"key"`
	Values map[string]any `json:"values"`
	// InFile says that the configuration has it; Hidden that it is managed, but the
	// configuration has another of its key, which counts.
	InFile bool `json:"in_file"`
	Hidden bool `json:"hidden,omitempty"`
}

// ErrSetting means that a setting cannot be as it was asked for.
var ErrSetting = errors.New("not changed")

func wrong(format string, args ...any) error {
	return fmt.Errorf("%w: %w", ErrSetting, fmt.Errorf(format, args...))
}

// Put adds a setting, or replaces one, and returns its key. All of the settings have to be
// valid then.
func (s *Settings) Put(ctx context.Context, c *config.Config, table string, values map[string]any, by event.Activity) (string, error) {
	values = maps.Clone(values)
	m := config.Managed{Table: table, Values: values}
	key := m.Key()
	if c.HasChat(table, key) {
		return key, wrong("config.toml has the %s %s, and takes precedence: change it there", table, key)
	}
	for name := range values {
		if strings.HasSuffix(name, "_command") {
			return key, wrong("%s: only config.toml may name programs to run", name)
		}
	}
	others, err := s.all(ctx)
	if err != nil {
		return key, err
	}
	before := ""
	for i, o := range others {
		if o.Table == table && o.Key() == key {
			before = shownValues(o.Values)
			for name, value := range o.Values { // a secret that is not given stays
				if _, given := anyForm(values, baseOf(name)); slices.Contains(secretKeys, baseOf(name)) && !given {
					values[name] = value
				}
			}
			others = slices.Delete(others, i, i+1)
			break
		}
	}
	if _, err := c.WithChat(append(others, m)); err != nil {
		return key, wrong("%w", err)
	}
	data, err := s.seal(&m)
	if err != nil {
		return key, err
	}
	if err := s.store.PutManaged(ctx, store.Managed{Kind: table, Key: key, Data: data}); err != nil {
		return key, err
	}
	by.Action, by.Target, by.Before, by.After = event.ActionChatSet, event.ChatTarget(table, key), before, shownValues(values)
	return key, s.note(ctx, by)
}

// Remove removes a setting that is managed; event.ErrNotFound when there is none.
func (s *Settings) Remove(ctx context.Context, c *config.Config, table, key string, by event.Activity) error {
	if c.HasChat(table, key) {
		return wrong("config.toml has the %s %s: remove it there", table, key)
	}
	rest, err := s.all(ctx)
	if err != nil {
		return err
	}
	rest = slices.DeleteFunc(rest, func(m config.Managed) bool {
		is := m.Table == table && m.Key() == key
		if is {
			by.Before = shownValues(m.Values)
		}
		return is
	})
	if _, err := c.WithChat(rest); err != nil {
		return wrong("other entries need it: %w", err)
	}
	if err := s.store.DropManaged(ctx, table, key); err != nil {
		return err
	}
	by.Action, by.Target = event.ActionChatRemove, event.ChatTarget(table, key)
	return s.note(ctx, by)
}

// List returns the settings of a kind: those of the configuration, then those managed.
func (s *Settings) List(ctx context.Context, c *config.Config, table string) ([]Setting, error) {
	out := fromFile(c, table)
	all, err := s.all(ctx)
	if err != nil {
		return nil, err
	}
	for _, m := range all {
		if m.Table == table {
			out = append(out, Setting{Table: table, Key: m.Key(), Values: withoutSecrets(m.Values), Hidden: c.HasChat(table, m.Key())})
		}
	}
	return out, nil
}

// Merged returns a configuration with what is managed, without fetching secrets; without
// it when there is an error.
func (s *Settings) Merged(ctx context.Context, c *config.Config) (*config.Config, error) {
	all, err := s.all(ctx)
	if err != nil {
		return c, err
	}
	merged, err := c.WithChat(all)
	if err != nil {
		return c, fmt.Errorf("the managed settings of chat do not fit the configuration, and are ignored: %w", err)
	}
	return merged, nil
}

// With is Merged with the secrets fetched as far as they can be: the error is about those
// that cannot.
func (s *Settings) With(ctx context.Context, c *config.Config) (*config.Config, error) {
	merged, err := s.Merged(ctx, c)
	if err != nil {
		return c, err
	}
	return merged, merged.Fetch(ctx, merged.ChatOps.Secrets()...)
}

// Stamp changes when anything that is managed does.
func (s *Settings) Stamp(ctx context.Context) (string, error) {
	var b strings.Builder
	for _, table := range Tables {
		rows, err := s.store.ManagedOf(ctx, table)
		if err != nil {
			return "", err
		}
		for _, row := range rows {
			fmt.Fprintf(&b, "%s %q %s\n", table, row.Key, row.Data)
		}
	}
	return b.String(), nil
}

// all reads what is managed, with its secrets.
func (s *Settings) all(ctx context.Context) ([]config.Managed, error) {
	var out []config.Managed
	for _, table := range Tables {
		rows, err := s.store.ManagedOf(ctx, table)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			m, err := s.unseal(row)
			if err != nil {
				return nil, fmt.Errorf("the %s %s: %w", table, row.Key, err)
			}
			out = append(out, m)
		}
	}
	return out, nil
}
