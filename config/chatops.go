package config

import "strings"

// ChatOps is how people run foghorn from a chat. Nobody may do anything that a user
// mapping does not give them.
type ChatOps struct {
	Command    string `toml:"command"`     // what people type: "/foghorn"
	AuditToken Secret `toml:"audit_token"` // reads the audit over HTTP
	AdminToken Secret `toml:"admin_token"` // manages chat over HTTP
	// Writes is whose Mist token a change uses: person (their own) or service (the
	// organization's).
	Writes string `toml:"writes"`
	// Channels is where commands are taken: all, or those that are listed.
	Channels   string          `toml:"channels"`
	Workspaces []ChatWorkspace `toml:"workspace"`
	Users      []ChatUser      `toml:"user"`
	Listed     []ChatChannel   `toml:"channel"`
}

// ChatWorkspace is one Slack workspace, or one team of a Mattermost server.
type ChatWorkspace struct {
	Name          string   `toml:"name"`
	Platform      string   `toml:"platform"` // slack or mattermost
	TeamID        string   `toml:"team_id"`
	SigningSecret Secret   `toml:"signing_secret"` // Slack: HTTP requests
	BotToken      Secret   `toml:"bot_token"`      // posts; Mattermost: also the WebSocket
	AppToken      Secret   `toml:"app_token"`      // Slack: Socket Mode
	APIURL        string   `toml:"api_url"`        // Slack: the Web API, where it is not at slack.com
	CommandToken  Secret   `toml:"command_token"`  // Mattermost: the slash commands; see CommandTokens
	Server        string   `toml:"server"`         // Mattermost
	Orgs          []string `toml:"orgs"`           // names of sources that it may see
}

// CommandTokens are the tokens of the slash commands of a team: each command has its own,
// and during a rotation one has two. The secret lists them with blanks or newlines between.
func (w *ChatWorkspace) CommandTokens() []string { return strings.Fields(w.CommandToken.Reveal()) }

// ChatUser maps a user of a chat to a person.
type ChatUser struct {
	Workspace string   `toml:"workspace"`
	ID        string   `toml:"id"`
	Person    string   `toml:"person"`
	Role      string   `toml:"role"`  // viewer, operator or admin
	Orgs      []string `toml:"orgs"`  // of those of the workspace; all of them when empty
	Sites     []string `toml:"sites"` // names, ids or globs; all when empty
	Token     Secret   `toml:"token"` // the person's own Mist token
}

// ChatChannel is a channel, and what is told in it.
type ChatChannel struct {
	Workspace string `toml:"workspace"`
	ID        string `toml:"id"`
	Name      string `toml:"name"`
	Commands  bool   `toml:"commands"` // takes commands

	NotifyJobCompletion        bool `toml:"notify_job_completion"`
	NotifyJobFailure           bool `toml:"notify_job_failure"`
	NotifyComplianceViolations bool `toml:"notify_compliance_violations"`
	NotifyDriftDetected        bool `toml:"notify_drift_detected"`
}

// The platforms of chats.
const (
	ChatSlack      = "slack"
	ChatMattermost = "mattermost"
)

// The roles of people in a chat.
const (
	ChatViewer   = "viewer"
	ChatOperator = "operator"
	ChatAdmin    = "admin"
)

// Whose Mist token changes use, and where commands are taken.
const (
	WritesPerson   = "person"
	WritesService  = "service"
	ChannelsAll    = "all"
	ChannelsListed = "listed"
)

func defaultChatOps() ChatOps {
	return ChatOps{Command: "/foghorn", Writes: WritesPerson, Channels: ChannelsAll}
}

// inherit fills in what the file does not set.
func (c *ChatOps) inherit(where positions) {
	for i := range c.Listed {
		at := element("chatops.channel", i)
		if !where.has(at + ".commands") {
			c.Listed[i].Commands = true
		}
		if !where.has(at + ".notify_job_failure") {
			c.Listed[i].NotifyJobFailure = true
		}
	}
}

// Secrets returns the secrets of chat, for Fetch.
func (c *ChatOps) Secrets() []*Secret {
	out := []*Secret{&c.AuditToken, &c.AdminToken}
	for i := range c.Workspaces {
		w := &c.Workspaces[i]
		out = append(out, &w.SigningSecret, &w.BotToken, &w.AppToken, &w.CommandToken)
	}
	for i := range c.Users {
		out = append(out, &c.Users[i].Token)
	}
	return out
}
