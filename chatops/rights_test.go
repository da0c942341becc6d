package chatops_test

import (
	"testing"

	"foghorn/chatops"
	"foghorn/config"
)

// Whatever changes what somebody may see changes the name of their rights, and nothing
// else does.
func TestRightsChangeWithWhatSomebodyMaySee(t *testing.T) {
	c := open(t).serve()
	rights := func(change func(*config.ChatOps)) string {
		chat := config.ChatOps{
			Workspaces: []config.ChatWorkspace{{Name: "noc", Platform: config.ChatSlack, Orgs: []string{"acme", "lab"}}},
			Users:      []config.ChatUser{{Workspace: "noc", ID: "U1", Person: "ada", Role: config.ChatOperator, Sites: []string{"berlin"}}},
		}
		change(&chat)
		c.Use(chatops.NewDirectory(chat))
		return c.Rights("noc", "U1")
	}
	same := rights(func(*config.ChatOps) {})
	seen := map[string]string{same: "none"}
	for name, change := range map[string]func(*config.ChatOps){
		"person": func(c *config.ChatOps) { c.Users[0].Person = "bob" }, "role": func(c *config.ChatOps) { c.Users[0].Role = config.ChatViewer },
		"sites": func(c *config.ChatOps) { c.Users[0].Sites = []string{"hamburg"} }, "all sites": func(c *config.ChatOps) { c.Users[0].Sites = nil },
		"orgs": func(c *config.ChatOps) { c.Users[0].Orgs = []string{"lab"} }, "the workspace's orgs": func(c *config.ChatOps) { c.Workspaces[0].Orgs = []string{"acme"} },
		"removed": func(c *config.ChatOps) { c.Users = nil },
	} {
		got := rights(change)
		if other, ok := seen[got]; ok || (got == "") != (name == "removed") {
			t.Errorf("%s: %q, as with %s", name, got, other)
		}
		seen[got] = name
	}
	if again := rights(func(c *config.ChatOps) { c.Workspaces[0].BotToken = config.NewSecret("x") }); again != same {
		t.Error("a token is no right")
	}
}
