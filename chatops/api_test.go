package chatops_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"foghorn/chatops"
	"foghorn/config"
	"foghorn/journal/event"
)

// get asks the API as somebody with a token.
func get(t *testing.T, c *chatops.Core, token, path string) (int, map[string]any) {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	w := httptest.NewRecorder()
	c.API().ServeHTTP(w, r)
	var out map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
		t.Fatalf("%s: %v in %q", path, err, w.Body)
	}
	return w.Code, out
}

func TestTheAuditIsReadWithItsToken(t *testing.T) {
	d := open(t)
	c := d.serve()
	const path = "/api/v1/chatops/commands/"
	for _, token := range []string{"", "guess"} { // none is configured
		if status, _ := get(t, c, token, path); status != http.StatusUnauthorized {
			t.Errorf("with %q and no audit token: %d", token, status)
		}
	}
	d.chat.AuditToken = config.NewSecret("sesame")
	c.Use(chatops.NewDirectory(d.chat))
	if status, _ := get(t, c, "guess", path); status != http.StatusUnauthorized || d.audit().Outcome != event.ChatUnauthorized {
		t.Errorf("%d, %+v", status, d.audit())
	}
	for _, typed := range []string{"alerts", "status nosuch", "ping " + d.cloud.Org().Sites[0].OfType("ap")[0].Name} {
		d.ask(c, vera, typed)
	}
	d.ask(c, nobody, "alerts")
	status, page := get(t, c, "sesame", path+"?limit=2")
	rows := page["results"].([]any)
	first, second := rows[0].(map[string]any), rows[1].(map[string]any)
	if status != 200 || len(rows) != 2 || first["response_status"] != "unauthorized" || first["platform_user_id"] != nobody || first["job"] != nil ||
		second["user"] != "vera" || second["job"] != float64(1) || second["channel_id"] != "C0OPERATIONS" || !strings.HasPrefix(second["command"].(string), "/foghorn ping") {
		t.Errorf("%d %v", status, rows)
	}
	status, page = get(t, c, "sesame", page["next"].(string))
	if rows := page["results"].([]any); status != 200 || rows[0].(map[string]any)["response_status"] != "error" || rows[1].(map[string]any)["response_status"] != "success" {
		t.Errorf("%d %v", status, rows)
	}
	for path, want := range map[string]int{path + "?limit=0": 400, path + "?before=x": 400, "/api/v1/chatops/nothing/": 404} {
		if status, _ := get(t, c, "sesame", path); status != want {
			t.Errorf("%s: %d, want %d", path, status, want)
		}
	}
}
