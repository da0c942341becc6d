package config

import (
	"strings"
	"testing"
)

// chat is a workspace, at the end of a configuration.
const chat = "[[chatops.workspace]]\nname = \"noc\"\nplatform = \"slack\"\nteam_id = \"T0123456789\"\nbot_token_env = \"B\"\napp_token_env = \"A\"\norgs = [\"core\"]\n"

// What the file says of chat is taken over while foghorn runs.
func TestChatNeedsNoStart(t *testing.T) {
	const base = "[[junos]]\nname = \"core\"\nsecret = \"x\"\n" + chat
	const user = "[[chatops.user]]\nworkspace = \"noc\"\nid = \"U0123456789\"\nperson = \"kim\"\nrole = \"viewer\"\n"
	env := map[string]string{"A": "xapp-1", "B": "xoxb-1"}
	got, err := Changed(load(t, base, env), load(t, base+user, env))
	if err != nil || len(got) > 0 {
		t.Errorf("%v, %v", got, err)
	}
	for after, want := range map[string]bool{base: false, base + user: true, base + "[priority.junos]\nUI_COMMIT = 1\n": false} {
		if got := ChatChanged(load(t, base, env), load(t, after, env)); got != want {
			t.Errorf("chat changed: %v by %q", got, after)
		}
	}
}

func TestWhatNeedsAStart(t *testing.T) {
	const base = "data_dir = \"/a\"\n[listen]\naddress = \"127.0.0.1:1\"\n[[junos]]\nname = \"core\"\nsecret = \"x\"\n"
	for _, c := range []struct{ after, want string }{
		{base, ""},
		{base + "[priority.junos]\nUI_COMMIT = 1\n", ""},
		{base + "# a remark\n", ""},
		{base + "[[relay]]\nname = \"disk\"\nkind = \"file\"\npath = \"/x\"\n", ""},
		{base + chat, ""},
		{base + "[configs]\ndisable = [\"poe-power\"]\n[[configs.rule]]\nname = \"names\"\ntype = \"devices\"\nnaming = \"sw-.*\"\n", ""},
		{strings.Replace(base, "/a", "/b", 1), "the top level"},
		{strings.Replace(base, ":1\"", ":2\"", 1), "[listen]"},
		{base + "[[junos]]\nname = \"edge\"\n", "[[junos]]"},
		{base + "[screen]\nascii = true\n[retention]\nage = \"1d\"\n", "[retention], [screen]"},
		{"", "[[junos]], [listen], the top level"},
	} {
		got, err := Changed(load(t, base, nil), load(t, c.after, map[string]string{"A": "xapp-1", "B": "xoxb-1"}))
		if err != nil || strings.Join(got, ", ") != c.want {
			t.Errorf("%q: %v, %v; want %s", c.after, got, err, c.want)
		}
	}
}
