package config

import (
	"strings"
	"testing"
)

const managedBase = "[[junos]]\nname = \"core\"\nsecret = \"x\"\n" + chat + "[[chatops.user]]\nworkspace = \"noc\"\nid = \"U0123456789\"\nperson = \"kim\"\nrole = \"viewer\"\ntoken_env = \"K\"\n"

var managedEnv = map[string]string{"A": "xapp-1", "B": "xoxb-1", "K": "kim's", "L": "lee's"}

func TestChatIsManagedBesideTheFile(t *testing.T) {
	c := load(t, managedBase, managedEnv)
	got, err := c.WithChat([]Managed{
		{ChatUserTable, map[string]any{"workspace": "noc", "id": "U0123456789", "person": "mallory", "role": "admin"}}, // the file has it
		{ChatUserTable, map[string]any{"workspace": "noc", "id": "U9876543210", "person": "lee", "role": "operator", "sites": []any{"berlin*"}, "token_env": "L"}},
		{ChatChannelTable, map[string]any{"workspace": "team", "id": "tsb8crrn5tgqtedpkt81b4tcyb"}},
		{ChatWorkspaceTable, map[string]any{"name": "gov", "platform": "slack", "api_url": "https://slack-gov.com/api/", "team_id": "T9876543210", "bot_token": "xoxb-2", "signing_secret": "s", "orgs": []any{"core"}}},
		{ChatWorkspaceTable, map[string]any{"name": "team", "platform": "mattermost", "server": "https://chat.example.net", "team_id": "tsb8crrn5tgqtedpkt81b4tcya", "bot_token": "secret", "orgs": []any{"core"}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := got.Fetch(t.Context(), got.ChatOps.Secrets()...); err != nil {
		t.Fatal(err)
	}
	users, channel := got.ChatOps.Users, got.ChatOps.Listed[0]
	if len(users) != 2 || users[0].Person != "kim" || users[0].Token.Reveal() != "kim's" || users[1].Token.Reveal() != "lee's" || users[1].Sites[0] != "berlin*" {
		t.Errorf("%+v", users)
	}
	if w := got.ChatOps.Workspaces; len(w) != 3 || w[0].BotToken.Reveal() != "xoxb-1" || w[0].APIURL != "" || w[1].APIURL != "https://slack-gov.com/api/" || w[2].BotToken.Reveal() != "secret" || !channel.Commands || !channel.NotifyJobFailure {
		t.Errorf("%+v %+v", w, channel)
	}
	if len(c.ChatOps.Users) != 1 || len(c.ChatOps.Workspaces) != 1 {
		t.Errorf("the configuration itself changed: %+v", c.ChatOps)
	}
}

func TestWhatIsManagedIsChecked(t *testing.T) {
	c := load(t, managedBase, managedEnv)
	for _, m := range []struct {
		table  string
		values map[string]any
		want   string
	}{
		{ChatUserTable, map[string]any{"workspace": "nok", "id": "U1111111111", "person": "lee", "role": "admin"}, `user.workspace: "nok" is not the name of a [[chatops.workspace]]; did you mean "noc"?`},
		{ChatUserTable, map[string]any{"workspace": "noc", "id": "lee", "person": "lee", "role": "admin"}, `user.id: "lee" is not a user's id`},
		{ChatUserTable, map[string]any{"workspace": "noc", "id": "U1111111111", "person": "lee", "role": "admin", "rolle": 1}, "user.rolle: is not a key"},
		{ChatUserTable, map[string]any{"workspace": "noc", "id": "U1111111111", "person": 7, "role": "admin"}, "user.person: must be a text"},
		{ChatChannelTable, map[string]any{"workspace": "noc", "id": "C0123456789", "commands": "yes"}, "channel.commands: must be true or false"},
		{ChatWorkspaceTable, map[string]any{"name": "team", "platform": "slack"}, "workspace.team_id: is missing"},
		{ChatWorkspaceTable, map[string]any{"name": "team", "platform": "mattermost", "api_url": "https://slack.com/api/"}, "workspace.api_url: is for Slack, and this is Mattermost"},
		{ChatWorkspaceTable, map[string]any{"name": "gov", "platform": "slack", "api_url": "http://slack-gov.com/api/"}, "would carry the token in clear text; use https://"},
		{ChatWorkspaceTable, map[string]any{"name": "gov", "platform": "slack", "api_url": "https://slack-gov.com"}, `"https://slack-gov.com" is not where its Web API is: https://slack-gov.com/api/`},
		{ChatWorkspaceTable, map[string]any{"name": "gov", "platform": "slack", "api_url": "https://x:y@slack-gov.com/api/?z"}, "must be an address alone"},
		{"chair", map[string]any{}, `has no tables "chair"`},
	} {
		if _, err := c.WithChat([]Managed{{m.table, m.values}}); err == nil || !strings.Contains(err.Error(), m.want) {
			t.Errorf("%v: %v, want %s", m.values, err, m.want)
		}
	}
}
