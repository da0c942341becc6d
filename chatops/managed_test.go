package chatops_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"foghorn/chatops"
	"foghorn/config"
	"foghorn/journal/event"
	"foghorn/journal/store"
)

// managed is a core whose settings are managed in a directory, beside those of a file.
type managed struct {
	*desk
	core     *chatops.Core
	settings *chatops.Settings
	dir      string
	file     *config.Config
	noted    []event.Activity
	applied  int
}

func manage(t *testing.T) *managed {
	t.Helper()
	m := &managed{desk: open(t), dir: t.TempDir()}
	path := filepath.Join(t.TempDir(), "config.toml")
	const file = "[[mist]]\nname = \"acme\"\n[chatops]\nadmin_token = \"sesame\"\naudit_token = \"reader\"\n[[chatops.workspace]]\nname = \"noc\"\nplatform = \"slack\"\nteam_id = \"T0123456789\"\nbot_token = \"xoxb-1\"\napp_token = \"xapp-1\"\norgs = [\"acme\"]\n"
	m.must(os.WriteFile(path, []byte(file), 0o600))
	var err error
	m.file, err = config.Load(path, config.Options{})
	m.must(err)
	m.settings = chatops.NewSettings(m.dir, m.outbox, func(_ context.Context, a event.Activity) error { m.noted = append(m.noted, a); return nil })
	m.core = m.desk.core()
	m.core.Managing = &chatops.Managing{Settings: m.settings, Config: func() *config.Config { return m.file }, Apply: func(ctx context.Context) {
		m.applied++
		c, err := m.settings.With(ctx, m.file)
		m.must(err)
		m.core.Use(chatops.NewDirectory(c.ChatOps))
	}}
	m.core.Managing.Apply(m.ctx)
	return m
}

// send sends a request to the API, as an admin.
func (m *managed) send(method, path, body string) (int, map[string]any) {
	m.t.Helper()
	return m.sendAs("sesame", method, path, body)
}

// sendAs is send with a token.
func (m *managed) sendAs(token, method, path, body string) (int, map[string]any) {
	m.t.Helper()
	r := httptest.NewRequest(method, "/api/v1/chatops/"+path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+token)
	w := httptest.NewRecorder()
	m.core.API().ServeHTTP(w, r)
	var out map[string]any
	if w.Body.Len() > 0 {
		m.must(json.Unmarshal(w.Body.Bytes(), &out))
	}
	return w.Code, out
}

func TestSettingsAreManagedOverHTTP(t *testing.T) {
	m := manage(t)
	const user = `{"workspace":"noc","id":"U9876543210","person":"lee","role":"operator","token":"lee-s-own-token"}`
	if status, got := m.send("POST", "user-mappings/", user); status != 201 || got["key"] != "noc U9876543210" || got["in_file"] != false || got["values"].(map[string]any)["token"] != "<secret>" {
		t.Fatalf("%d %v", status, got)
	}
	if m.core.Rights("noc", "U9876543210") == "" || m.applied != 2 {
		t.Error("it is not taken over")
	}
	if status, got := m.send("PATCH", "user-mappings/noc/U9876543210/", `{"role":"admin"}`); status != 200 || got["values"].(map[string]any)["role"] != "admin" || got["values"].(map[string]any)["person"] != "lee" {
		t.Errorf("%d %v", status, got)
	}
	c, err := m.settings.With(m.ctx, m.file)
	if err != nil || len(c.ChatOps.Users) != 1 || c.ChatOps.Users[0].Token.Reveal() != "lee-s-own-token" || c.ChatOps.Users[0].Role != "admin" {
		t.Errorf("the secret did not stay: %+v, %v", c.ChatOps.Users, err)
	}
	for _, wrong := range []struct {
		method, path, body string
		status             int
		detail             string
	}{
		{"POST", "user-mappings/", user, 409, "the entry exists already"},
		{"POST", "user-mappings/", `{"workspace":"noc","id":"U1","person":"x","role":"king"}`, 400, `"king" is not one of`},
		{"POST", "user-mappings/", `[]`, 400, "JSON object"},
		{"POST", "user-mappings/", `{"workspace":"noc","id":"U1111111111","person":"x","role":"admin","token_file":"/etc/passwd"}`, 400, "cannot be set over HTTP"},
		{"PUT", "workspaces/noc/", `{"name":"noc","platform":"slack"}`, 400, "takes precedence"},
		{"DELETE", "workspaces/noc/", "", 400, "remove it there"},
		{"DELETE", "user-mappings/noc/U0/", "", 404, "no entry of that name"},
		{"PUT", "user-mappings/noc/U9876543210/", `{"workspace":"noc","id":"U1","person":"x","role":"admin"}`, 400, "another entry"},
		{"DELETE", "channels/", "", 405, "the list takes GET and POST"},
	} {
		if status, got := m.send(wrong.method, wrong.path, wrong.body); status != wrong.status || !strings.Contains(got["detail"].(string), wrong.detail) {
			t.Errorf("%s %s %s: %d %v, want %d %s", wrong.method, wrong.path, wrong.body, status, got, wrong.status, wrong.detail)
		}
	}
	if status, got := m.send("GET", "workspaces/", ""); status != 200 || len(got["results"].([]any)) != 1 || got["results"].([]any)[0].(map[string]any)["in_file"] != true || strings.Contains(toJSON(got), "xoxb") {
		t.Errorf("%d %v", status, got)
	}
	if status, _ := m.send("DELETE", "user-mappings/noc/U9876543210/", ""); status != http.StatusNoContent || m.core.Rights("noc", "U9876543210") != "" {
		t.Errorf("removed: %d", status)
	}
	var told []string
	for _, a := range m.noted {
		told = append(told, a.Action+" "+a.Target+" "+a.Actor+": "+a.Before+" -> "+a.After)
	}
	all := strings.Join(told, "\n")
	if len(told) != 3 || !strings.Contains(told[1], `role = "operator"`) || strings.Contains(all, "lee-s-own") || !strings.HasPrefix(told[2], "chat-remove chat:user noc U9876543210") {
		t.Errorf("%s", all)
	}
}

// Each token opens its own paths, and no other.
func TestTheAuditTokenManagesNothing(t *testing.T) {
	m := manage(t)
	const user = `{"workspace":"noc","id":"U9876543210","person":"lee","role":"admin"}`
	for _, c := range []struct {
		token, method, path string
		status              int
		detail              string
	}{
		{"reader", "GET", "user-mappings/", 403, "can only read the audit"},
		{"reader", "POST", "user-mappings/", 403, "give the admin_token"},
		{"guess", "POST", "user-mappings/", 401, "the admin_token of [chatops]"},
		{"", "GET", "channels/", 401, "the admin_token of [chatops]"},
		{"sesame", "GET", "commands/", 403, "give the audit_token"},
		{"guess", "GET", "commands/", 401, "the audit_token of [chatops]"},
	} {
		status, got := m.sendAs(c.token, c.method, c.path, user)
		if detail, _ := got["detail"].(string); status != c.status || !strings.Contains(detail, c.detail) {
			t.Errorf("%s with %q: %d %v, want %d %s", c.path, c.token, status, got, c.status, c.detail)
		}
		if row := m.audit(); row.Outcome != event.ChatUnauthorized || !strings.Contains(row.Command, c.method+" /api/v1/chatops/"+c.path) {
			t.Errorf("audited: %+v", row)
		}
	}
	if status, got := m.sendAs("reader", "GET", "commands/", ""); status != 200 || len(got["results"].([]any)) != 6 {
		t.Errorf("%d %v", status, got)
	}
	m.core.Use(chatops.NewDirectory(config.ChatOps{AuditToken: config.NewSecret("reader")}))
	for _, token := range []string{"", "sesame", "reader"} {
		if status, got := m.sendAs(token, "POST", "user-mappings/", user); status != 403 || got["detail"] != "managing chat over HTTP is off: [chatops] has no admin_token" {
			t.Errorf("without an admin token, %q: %d %v", token, status, got)
		}
	}
	if len(m.noted) > 0 || m.core.Rights("noc", "U9876543210") != "" {
		t.Errorf("it was changed: %+v", m.noted)
	}
}

func toJSON(v any) string { b, _ := json.Marshal(v); return string(b) }

// A secret is in no file as it is, and opens only where it was put.
func TestManagedSecretsAreEncrypted(t *testing.T) {
	m := manage(t)
	put := func(id, token string) {
		t.Helper()
		_, err := m.settings.Put(m.ctx, m.file, config.ChatUserTable, map[string]any{"workspace": "noc", "id": id, "person": "lee", "role": "admin", "token": token}, event.Activity{Actor: "ada"})
		m.must(err)
	}
	put("U9876543210", "lee-s-own-token")
	rows, err := m.outbox.ManagedOf(m.ctx, config.ChatUserTable)
	if err != nil || len(rows) != 1 || bytes.Contains(rows[0].Data, []byte("lee-s-own-token")) {
		t.Fatalf("%s, %v", rows[0].Data, err)
	}
	info, err := os.Stat(filepath.Join(m.dir, chatops.KeyFile))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key: %v, %v", info, err)
	}
	moved := rows[0]
	moved.Data = bytes.Replace(moved.Data, []byte("U9876543210"), []byte("U0000000000"), 1)
	moved.Key = "noc U0000000000"
	m.must(m.outbox.PutManaged(m.ctx, moved))
	if c, err := m.settings.With(m.ctx, m.file); err == nil || !strings.Contains(err.Error(), "cannot be decrypted") || len(c.ChatOps.Users) > 0 {
		t.Errorf("a secret of another: %v", err)
	}
	m.must(m.outbox.DropManaged(m.ctx, config.ChatUserTable, moved.Key))
	m.must(os.Chmod(filepath.Join(m.dir, chatops.KeyFile), 0o644))
	if _, err := m.settings.With(m.ctx, m.file); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("a key that others may read: %v", err)
	}
}

// What the file says wins over what was managed before, and a workspace that users need
// stays.
func TestTheFileWins(t *testing.T) {
	m := manage(t)
	m.send("POST", "workspaces/", `{"name":"team","platform":"mattermost","server":"https://chat.example.net","team_id":"tsb8crrn5tgqtedpkt81b4tcya","command_token":"t","orgs":["acme"]}`)
	m.send("POST", "user-mappings/", `{"workspace":"team","id":"tsb8crrn5tgqtedpkt81b4tcyb","person":"lee","role":"admin"}`)
	if status, got := m.send("DELETE", "workspaces/team/", ""); status != 400 || !strings.Contains(got["detail"].(string), "other entries need it") {
		t.Errorf("%d %v", status, got)
	}
	m.file.ChatOps.Users = append(m.file.ChatOps.Users, config.ChatUser{Workspace: "noc", ID: "U9876543210", Person: "kim", Role: "viewer"})
	m.must(m.outbox.PutManaged(m.ctx, storeManaged("noc U9876543210", `{"workspace":"noc","id":"U9876543210","person":"mallory","role":"admin"}`)))
	_, got := m.send("GET", "user-mappings/", "")
	if text := toJSON(got); strings.Count(text, `"hidden":true`) != 1 || !strings.Contains(text, "kim") {
		t.Error(text)
	}
}

func storeManaged(key, data string) store.Managed {
	return store.Managed{Kind: config.ChatUserTable, Key: key, Data: []byte(data)}
}
