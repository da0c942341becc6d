package config

import (
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// The tables of chat that can be managed while foghorn runs, as Managed.Table.
const (
	ChatWorkspaceTable = "workspace"
	ChatUserTable      = "user"
	ChatChannelTable   = "channel"
)

// Managed is a table of chat that is not in the file: its keys are those of the file.
type Managed struct {
	Table  string // ChatWorkspaceTable ...
	Values map[string]any
}

// Key identifies a table among those of its kind.
func (m *Managed) Key() string {
	text := func(key string) string { s, _ := m.Values[key].(string); return s }
	if m.Table == ChatWorkspaceTable {
		return text("name")
	}
	return text("workspace") + " " + text("id")
}

// HasChat reports whether the configuration has a table of chat with a key.
func (c *Config) HasChat(table, key string) bool {
	switch table {
	case ChatWorkspaceTable:
		return slices.ContainsFunc(c.ChatOps.Workspaces, func(w ChatWorkspace) bool { return w.Name == key })
	case ChatUserTable:
		return slices.ContainsFunc(c.ChatOps.Users, func(u ChatUser) bool { return u.Workspace+" "+u.ID == key })
	}
	return slices.ContainsFunc(c.ChatOps.Listed, func(ch ChatChannel) bool { return ch.Workspace+" "+ch.ID == key })
}

// WithChat returns the configuration with more tables of chat, checked like those of the
// file. What the configuration has already wins. Fetch fetches the secrets.
func (c *Config) WithChat(managed []Managed) (*Config, error) {
	out := *c
	out.ChatOps.Workspaces = slices.Clone(c.ChatOps.Workspaces)
	out.ChatOps.Users, out.ChatOps.Listed = slices.Clone(c.ChatOps.Users), slices.Clone(c.ChatOps.Listed)
	out.sources, out.where = maps.Clone(c.sources), positions{src: c.where.src, at: maps.Clone(c.where.at), values: c.where.values}
	if out.sources == nil {
		out.sources = map[string]source{}
	}
	if out.where.at == nil {
		out.where.at = map[string]int{}
	}
	r := &report{where: out.where}
	for i := range managed {
		if !c.HasChat(managed[i].Table, managed[i].Key()) {
			out.addChat(r, &managed[i])
		}
	}
	out.pointAtSecrets()
	out.ChatOps.inherit(out.where)
	out.resolvePaths(r)
	out.validateChatOps(r)
	return &out, plainProblems(r.err())
}

// addChat decodes a table and appends it.
func (c *Config) addChat(r *report, m *Managed) {
	lists := map[string]reflect.Value{
		ChatWorkspaceTable: reflect.ValueOf(&c.ChatOps.Workspaces), ChatUserTable: reflect.ValueOf(&c.ChatOps.Users), ChatChannelTable: reflect.ValueOf(&c.ChatOps.Listed)}
	list, ok := lists[m.Table]
	if !ok {
		r.add("chatops", "", "has no tables %q", m.Table)
		return
	}
	list = list.Elem()
	path := element("chatops."+m.Table, list.Len())
	row := reflect.New(list.Type().Elem()).Elem()
	c.where.at[path] = 0
	for key := range m.Values {
		c.where.at[join(path, key)] = 0
	}
	(&decoder{report: r, sources: c.sources}).table(path, m.Values, row)
	list.Set(reflect.Append(list, row))
}

// pointAtSecrets has the sources of chat's secrets fill the present tables.
func (c *Config) pointAtSecrets() {
	point := func(path string, table reflect.Value) {
		for i := range table.NumField() {
			at := join(path, table.Type().Field(i).Tag.Get("toml"))
			if src, ok := c.sources[at]; ok {
				src.secret = table.Field(i).Addr().Interface().(*Secret)
				c.sources[at] = src
			}
		}
	}
	point("chatops", reflect.ValueOf(&c.ChatOps).Elem())
	for i := range c.ChatOps.Workspaces {
		point(element("chatops.workspace", i), reflect.ValueOf(&c.ChatOps.Workspaces[i]).Elem())
	}
	for i := range c.ChatOps.Users {
		point(element("chatops.user", i), reflect.ValueOf(&c.ChatOps.Users[i]).Elem())
	}
}

// plainProblems are problems without places, for what is in no file.
func plainProblems(err error) error {
	problems, ok := errors.AsType[Problems](err)
	if !ok {
		return err
	}
	var lines []string
	for _, p := range problems {
		line := strings.TrimPrefix(p.Key, "chatops.") + ": " + p.Msg
		if p.Suggestion != "" {
			line += "; did you mean \"" + p.Suggestion + "\"?"
		}
		lines = append(lines, line)
	}
	return errors.New(strings.Join(lines, "\n"))
}
