package config

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"foghorn/journal/query"
)

var (
	slashPattern = regexp.MustCompile(`^/[a-z0-9_-]{1,31}$`)
	slackTeam    = regexp.MustCompile(`^[TE][A-Z0-9]{2,}$`)
	slackUser    = regexp.MustCompile(`^[UW][A-Z0-9]{2,}$`)
	slackChannel = regexp.MustCompile(`^[CGD][A-Z0-9]{2,}$`)

	aWorkspace = named{"workspace", "user mappings and channels refer to it"}
)

const (
	maxPerson      = 100
	mattermostForm = "is not an id of 26 lower-case letters and digits"
)

// chatCheck checks one table of chat.
type chatCheck struct {
	*Config
	r    *report
	path string
}

// at returns the position path of a key: of a secret, that of the key that gives it.
func (c *chatCheck) at(key string) string {
	if src, ok := c.sources[c.path+"."+key]; ok {
		return src.path
	}
	return c.path + "." + key
}

func (c *chatCheck) has(key string) bool { return c.misgiven(c.r, c.path, key) }

func (c *chatCheck) add(key, format string, args ...any) { c.r.add(c.at(key), "", format, args...) }

func (c *chatCheck) needs(why string, keys ...string) {
	for _, key := range keys {
		if !c.has(key) {
			c.add(key, "is missing; %s", why)
		}
	}
}

func (c *chatCheck) excludes(why string, keys ...string) {
	for _, key := range keys {
		if c.has(key) {
			c.add(key, "%s", why)
		}
	}
}

// shape checks a text against the form that ids of the platform have.
func (c *chatCheck) shape(key, value string, form *regexp.Regexp, why string) {
	if c.has(key) && !form.MatchString(value) {
		c.add(key, "%q %s", value, why)
	}
}

// secret checks how the text of a secret begins.
func (c *chatCheck) secret(key, prefix, why string) {
	c.checkSecret(key, func(text string) (problem, advice string) {
		if !strings.HasPrefix(text, prefix) {
			return "does not begin with " + prefix + ": " + why, ""
		}
		return "", ""
	})
}

// checkSecret checks the text of a secret when it is fetched; see relayCheck.secret.
func (c *chatCheck) checkSecret(key string, check func(text string) (problem, advice string)) {
	at := c.path + "." + key
	src, ok := c.sources[at]
	if !ok {
		return
	}
	src.check = check
	c.sources[at] = src
	if src.how == inline {
		c.checkText(c.r, src, src.text)
	}
}

// validateChatOps checks everything about chat.
func (c *Config) validateChatOps(r *report) {
	chat := &c.ChatOps
	if !slashPattern.MatchString(chat.Command) {
		r.add("chatops.command", "", `%q is not a command such as "/foghorn": a slash and lower-case letters, digits, - or _`, chat.Command)
	}
	oneOf(r, "chatops.writes", chat.Writes, WritesPerson, WritesService)
	oneOf(r, "chatops.channels", chat.Channels, ChannelsAll, ChannelsListed)
	workspaces := map[string]*ChatWorkspace{}
	names, teams := map[string]bool{}, map[string]string{}
	for i := range chat.Workspaces {
		w := &chat.Workspaces[i]
		at := &chatCheck{c, r, element("chatops.workspace", i)}
		checkName(r, at.path, w.Name, aWorkspace, names)
		at.workspace(w)
		if other, taken := teams[w.Platform+w.Server+w.TeamID]; taken && w.TeamID != "" {
			at.add("team_id", "%q is that of the workspace %s already", w.TeamID, other)
		}
		teams[w.Platform+w.Server+w.TeamID] = w.Name
		workspaces[w.Name] = w
	}
	seen := map[string]bool{}
	for i := range chat.Users {
		at := &chatCheck{c, r, element("chatops.user", i)}
		at.user(&chat.Users[i], workspaces, seen)
	}
	for i := range chat.Listed {
		at := &chatCheck{c, r, element("chatops.channel", i)}
		at.channel(&chat.Listed[i], workspaces, seen)
	}
}

func (c *chatCheck) workspace(w *ChatWorkspace) {
	if !c.has("platform") {
		c.add("platform", "is missing; it is slack or mattermost")
		return
	}
	oneOf(c.r, c.at("platform"), w.Platform, ChatSlack, ChatMattermost)
	switch w.Platform {
	case ChatSlack:
		c.excludes("is for Mattermost, and this is Slack", "server", "command_token")
		c.needs("it is the workspace's, such as T0123456789", "team_id")
		c.shape("team_id", w.TeamID, slackTeam, "is not an id such as T0123456789")
		c.needs("answers that come later are posted with it; it begins with xoxb-", "bot_token")
		if !c.has("signing_secret") && !c.has("app_token") {
			c.add("app_token", "is missing; give it for Socket Mode, or signing_secret for requests over HTTP")
		}
		c.apiURL(w.APIURL)
		c.secret("bot_token", "xoxb-", "the bot's token is under OAuth & Permissions")
		c.secret("app_token", "xapp-", "the token of Socket Mode is under Basic Information, App-Level Tokens")
	case ChatMattermost:
		c.excludes("is for Slack, and this is Mattermost", "signing_secret", "app_token", "api_url")
		c.needs("it is the team's, of 26 letters and digits", "team_id")
		c.shape("team_id", w.TeamID, mattermostID, mattermostForm)
		c.needs("it is the address of Mattermost, such as https://chat.example.net", "server")
		c.server(w.Server)
		c.commandTokens()
		if !c.has("bot_token") && !c.has("command_token") {
			c.add("bot_token", "is missing; give it for the WebSocket, or command_token for a slash command over HTTP")
		}
	}
	c.orgs(w.Orgs, nil)
	if len(w.Orgs) == 0 {
		c.add("orgs", "is missing; it lists the sources that people of this workspace may see")
	}
}

// apiURL checks the address of a Web API. What answers there gets the tokens, and says
// where answers may go.
func (c *chatCheck) apiURL(address string) {
	checkURL(c.r, c.at("api_url"), address, "https", "http")
	u, err := url.Parse(address)
	if err == nil && slices.Contains([]string{"slack.com", "slack-gov.com"}, u.Host) && strings.Trim(u.Path, "/") != "api" {
		c.add("api_url", "%q is not where its Web API is: https://%s/api/", address, u.Host)
	}
}

// maxCommandTokens bounds the tokens that a request is compared with.
const maxCommandTokens = 8

// commandTokens checks how many tokens of slash commands a workspace has.
func (c *chatCheck) commandTokens() {
	c.checkSecret("command_token", func(text string) (problem, advice string) {
		switch n := len(strings.Fields(text)); {
		case n == 0:
			return "is blank: copy the token of the slash command", ""
		case n > maxCommandTokens:
			return fmt.Sprintf("has %d tokens, more than %d: take out those of old slash commands", n, maxCommandTokens), ""
		}
		return "", ""
	})
}

func (c *chatCheck) server(server string) {
	if server == "" {
		return
	}
	problem, advice := checkServiceURL(server)
	if problem != "" {
		c.add("server", "%s", problem)
	}
	if advice != "" {
		c.warn(c.at("server"), "%s", advice)
	}
}

// orgs checks that each is a source, and one of those it may be.
func (c *chatCheck) orgs(orgs, of []string) {
	for i, org := range orgs {
		at := element(c.path+".orgs", i)
		switch {
		case !c.HasSource(org):
			c.r.add(at, "", "%q is not the name of a [[mist]] or [[junos]]", org)
		case of != nil && !slices.Contains(of, org):
			c.r.add(at, "", "%q is not in the orgs of the workspace", org)
		}
	}
}

// of returns the workspace that a table belongs to; nil when there is none.
func (c *chatCheck) of(name string, workspaces map[string]*ChatWorkspace) *ChatWorkspace {
	w := workspaces[name]
	switch {
	case !c.has("workspace"):
		c.add("workspace", "is missing; it is the name of a [[chatops.workspace]]")
	case w == nil:
		c.r.add(c.at("workspace"), query.Nearest(name, sorted(workspaces)), "%q is not the name of a [[chatops.workspace]]", name)
	}
	return w
}

func (c *chatCheck) user(u *ChatUser, workspaces map[string]*ChatWorkspace, seen map[string]bool) {
	w := c.of(u.Workspace, workspaces)
	c.needs("it is the user's id in the chat; a refusal prints it", "id")
	c.needs("it is the name that activities get", "person")
	c.needs("it is viewer, operator or admin", "role")
	if c.has("role") {
		oneOf(c.r, c.at("role"), u.Role, ChatViewer, ChatOperator, ChatAdmin)
	}
	if c.has("person") && (strings.TrimSpace(u.Person) != u.Person || u.Person == "" || len(u.Person) > maxPerson) {
		c.add("person", "%q is not a name of 1 to %d characters without spaces around it", u.Person, maxPerson)
	}
	for i, site := range u.Sites {
		if site == "" {
			c.r.add(element(c.path+".sites", i), "", "is empty")
		}
	}
	if w == nil {
		return
	}
	c.id(w, u.ID, slackUser, "is not a user's id such as U0123456789")
	c.once("user", u.Workspace, u.ID, seen)
	c.orgs(u.Orgs, w.Orgs)
}

func (c *chatCheck) channel(ch *ChatChannel, workspaces map[string]*ChatWorkspace, seen map[string]bool) {
	w := c.of(ch.Workspace, workspaces)
	c.needs("it is the channel's id in the chat", "id")
	if w == nil {
		return
	}
	c.id(w, ch.ID, slackChannel, "is not a channel's id such as C0123456789")
	c.once("channel", ch.Workspace, ch.ID, seen)
	if c.given(element("chatops.workspace", c.chatWorkspace(w.Name)) + ".bot_token") {
		return
	}
	for key, on := range map[string]bool{"notify_job_completion": ch.NotifyJobCompletion, "notify_job_failure": ch.NotifyJobFailure && c.has("notify_job_failure"),
		"notify_compliance_violations": ch.NotifyComplianceViolations, "notify_drift_detected": ch.NotifyDriftDetected} {
		if on {
			c.warn(c.at(key), "tells nothing: the workspace %s has no bot_token to post with", w.Name)
		}
	}
}

func (c *chatCheck) id(w *ChatWorkspace, id string, slack *regexp.Regexp, why string) {
	if w.Platform == ChatSlack {
		c.shape("id", id, slack, why)
	} else {
		c.shape("id", id, mattermostID, mattermostForm)
	}
}

func (c *chatCheck) once(what, workspace, id string, seen map[string]bool) {
	if id != "" && seen[what+" "+workspace+" "+id] {
		c.add("id", "%q is given twice for %s", id, workspace)
	}
	seen[what+" "+workspace+" "+id] = true
}
