package chatops

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"foghorn/actions"
	"foghorn/config"
	"foghorn/journal/event"
	"foghorn/journal/query"
)

// Directory says which workspaces, channels and people there are. It does not change.
type Directory struct {
	config.ChatOps
}

// NewDirectory makes the directory of a configuration.
func NewDirectory(c config.ChatOps) *Directory { return &Directory{c} }

// Workspace returns a workspace by its name; nil when there is none.
func (d *Directory) Workspace(name string) *config.ChatWorkspace {
	for i := range d.Workspaces {
		if d.Workspaces[i].Name == name {
			return &d.Workspaces[i]
		}
	}
	return nil
}

// Channel returns what is configured of a channel; nil when nothing is.
func (d *Directory) Channel(workspace, id string) *config.ChatChannel {
	for i := range d.Listed {
		if ch := &d.Listed[i]; ch.Workspace == workspace && ch.ID == id {
			return ch
		}
	}
	return nil
}

// Person is somebody who may call, and what of.
type Person struct {
	config.ChatUser
	Role actions.Role
	orgs []string // never empty
}

// person returns who a user of a workspace is; nil for somebody that is not mapped.
func (d *Directory) person(workspace, id string) *Person {
	w := d.Workspace(workspace)
	if w == nil {
		return nil
	}
	for i := range d.Users {
		u := &d.Users[i]
		if u.Workspace != workspace || u.ID != id {
			continue
		}
		p := &Person{ChatUser: *u, Role: roleOf(u.Role), orgs: w.Orgs}
		if len(u.Orgs) > 0 {
			p.orgs = slices.DeleteFunc(slices.Clone(u.Orgs), func(org string) bool { return !slices.Contains(w.Orgs, org) })
		}
		return p
	}
	return nil
}

func roleOf(role string) actions.Role {
	switch role {
	case config.ChatAdmin:
		return actions.RoleAdmin
	case config.ChatOperator:
		return actions.RoleOperator
	}
	return actions.RoleViewer
}

// operator is the person as activities name them.
func (p *Person) operator() actions.Operator {
	return actions.Operator{Person: p.Person, Role: p.Role, Via: event.ViaChat}
}

// sees reports whether the person may see something at a site of a source. What belongs
// to no site is for people without a limit of sites only.
func (p *Person) sees(source, siteID, site string) bool {
	if !slices.Contains(p.orgs, source) {
		return false
	}
	return len(p.Sites) == 0 || slices.ContainsFunc(p.Sites, func(glob string) bool { return siteMatches(glob, siteID, site) })
}

func siteMatches(glob, siteID, site string) bool {
	if siteID == "" && site == "" {
		return false
	}
	ok, err := path.Match(strings.ToLower(glob), strings.ToLower(site))
	return siteID != "" && strings.EqualFold(glob, siteID) || site != "" && err == nil && ok
}

// scope is the query of the sources that the person may see. Rows are filtered by sees
// besides: a query tells neither case apart nor a site's id from its name.
func (p *Person) scope() *query.Query {
	sources := make([]*query.Query, len(p.orgs))
	for i, org := range p.orgs {
		sources[i] = query.Is("source", org)
	}
	return query.Or(sources...)
}

// refusal says why somebody may not call, and what to do about it.
func (d *Directory) refusal(call *Call) *Message {
	id, name := tomlText(call.User), tomlText(suggestedName(call.UserName))
	return &Message{
		Ephemeral: true, Severity: "warn", Title: "Not allowed",
		Sections: []Section{
			{Text: "foghorn does not know you in this workspace, and takes commands only from people it knows. An administrator of foghorn can add these lines to its config.toml:"},
			{Code: fmt.Sprintf("[[chatops.user]]\nworkspace = %s\nid = %s\nperson = %s\nrole = \"viewer\"   # or operator, admin", tomlText(call.Workspace), id, name)},
			{Text: "or run: foghorn chatops users add " + call.Workspace + " " + call.User + " --person NAME --role viewer"},
		},
	}
}
