package configs

import (
	"cmp"
	"errors"
	"fmt"
	"path"
	"regexp"
	"strings"
	"time"

	"foghorn/internal/safetext"
)

// Object is one configuration object.
type Object struct {
	Source string // the organization as the configuration names it
	OrgID  string
	SiteID string // empty for an object of the organization
	Type   string // see Types
	ID     string
	Name   string
	JSON   []byte // as the API answered for a Write, as the file has it from a Read
}

// Path returns where the object is.
func (o Object) Path() Path { return Path{o.OrgID, o.SiteID, o.Type, o.ID} }

// Path says where an object is. It never contains a name: a rename moves nothing.
type Path struct {
	OrgID  string
	SiteID string // empty for an object of the organization
	Type   string
	ID     string
}

// orgLevel stands in a path for the site of objects of the organization.
const orgLevel = "org"

// String is the path of the object's file within the store.
func (p Path) String() string {
	site := p.SiteID
	if site == "" {
		site = orgLevel
	}
	return path.Join(p.OrgID, site, p.Type, p.ID+".json")
}

// ParsePath reads what String wrote.
func ParsePath(s string) (Path, error) {
	parts := strings.Split(strings.TrimSuffix(s, ".json"), "/")
	if len(parts) != 4 {
		return Path{}, fmt.Errorf("%.100q is not the path of an object; a path looks like ORG/SITE/TYPE/ID.json", s)
	}
	p := Path{parts[0], parts[1], parts[2], parts[3]}
	if p.SiteID == orgLevel {
		p.SiteID = ""
	}
	return p, p.check()
}

// idPattern is what an id may look like. It has no dot and no slash, so that an id
// cannot leave its folder.
var idPattern = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z_-]{0,63}$`)

var errBadID = errors.New("an id may contain only letters, digits, - and _")

// check refuses a path that could lead elsewhere.
func (p Path) check() error {
	for _, id := range []string{p.OrgID, p.ID} {
		if !idPattern.MatchString(id) {
			return fmt.Errorf("%.80q: %w", id, errBadID)
		}
	}
	if p.SiteID != "" && (!idPattern.MatchString(p.SiteID) || p.SiteID == orgLevel) {
		return fmt.Errorf("%.80q: %w", p.SiteID, errBadID)
	}
	if _, ok := FindType(p.Type, p.SiteID != ""); !ok {
		return fmt.Errorf("%.80q is not a type of object of %s", p.Type, level(p.SiteID != ""))
	}
	return nil
}

func level(site bool) string {
	if site {
		return "a site"
	}
	return "an organization"
}

// Change is one object that is written, or that is gone from the cloud.
type Change struct {
	Object
	Gone bool
	Was  string // the id that the object had before a restore made it anew
}

// Verb says what happened to an object.
type Verb string

// The verbs.
const (
	Created  Verb = "new"
	Modified Verb = "changed"
	Deleted  Verb = "deleted"
)

// Changed is an object that differs from what the backup had.
type Changed struct {
	Path Path
	Name string
	Verb Verb
}

// String is the change in a line, safe to show.
func (c Changed) String() string {
	return fmt.Sprintf("%s %s %s", c.Verb, c.Path.Type, safetext.Line(cmp.Or(c.Name, c.Path.ID)))
}

// Commit says who changed something, when and how, as the audit entry has it. Each may
// be empty: it then says that foghorn found the change.
type Commit struct {
	Author  string // a person's name
	Email   string
	Time    time.Time
	Message string
	AuditID string
}

// Version is one state of an object in its history.
type Version struct {
	Revision string // of git
	Time     time.Time
	Author   string
	Email    string
	Message  string
	AuditID  string
	Gone     bool // the object was deleted
}

// ErrNoGit means that something needs the history, and there is no git.
var ErrNoGit = errors.New("there is no history without git; install git, and the next backup starts one")

// ErrNotFound means that the store has no such object, or had none at that time.
var ErrNotFound = errors.New("not in the backup")
