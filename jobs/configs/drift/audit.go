package drift

import (
	"strings"
	"time"

	"foghorn/jobs/configs"
	"foghorn/journal/event"
	"foghorn/mist"
)

// Audit is an entry of the audit log, or what a person did by foghorn.
type Audit struct {
	ID      string // of an activity of foghorn it begins with activityID
	Time    time.Time
	Admin   string
	Message string
	SiteID  string // the site it is about; empty for the organization
	// Object is the path of the object that an activity changed.
	Object string

	scope  configs.Scope // what it asks to back up
	placed bool          // scope is known
	text   string        // its members, to look for ids
}

// ReadAudit reads an entry of the audit log; false for one that changes nothing.
func ReadAudit(source string, at time.Time, raw []byte) (Audit, bool) {
	o, _ := mist.ParseObject(raw)
	by := configs.CommitOf(raw, at)
	if by.AuditID == "" || configs.ChangesNothing(by.Message) {
		return Audit{}, false
	}
	a := Audit{ID: by.AuditID, Time: at, Admin: by.Author, Message: by.Message, SiteID: o.ID("site_id")}
	a.scope, a.placed = configs.ScopeOf(&event.Event{Topic: event.TopicAudits, Source: source, Time: at}, raw)
	for _, f := range o {
		// The states of an object that is known may refer to others, which did not change.
		if name := string(f.Name); !a.placed || name != "before" && name != "after" {
			a.text += strings.ToLower(string(f.Value)) + "\n"
		}
	}
	return a, true
}

// activityID begins the id of an activity of foghorn.
const activityID = "activity "

func (a *Audit) isActivity() bool { return strings.HasPrefix(a.ID, activityID) }

// fit says how well an audit explains a change.
type fit int

const (
	no fit = iota
	perhaps
	yes
)

// slack is how far the clocks of the cloud and of this machine may differ, and how long
// a change may take from the audit log to the object.
const slack = 2 * time.Minute

// fits says whether an audit explains a change.
func (a *Audit) fits(c *Change) fit {
	if a.Time.Before(c.From.Add(-slack)) || a.Time.After(c.To.Add(slack)) || c.Used[a.ID] {
		return no
	}
	if a.isActivity() {
		return map[bool]fit{true: yes}[a.Object == c.Path.String()]
	}
	single := c.single()
	if !single && a.has(c.Path.ID) {
		return yes
	}
	if a.placed {
		if a.names(c) || a.follows(c) {
			return yes
		}
		return no
	}
	t, _ := configs.FindType(c.Path.Type, c.Path.SiteID != "")
	if (a.SiteID == "" || a.SiteID == c.Path.SiteID) && (t.MentionedIn(a.Message) || !single && c.namedIn(a.Message)) {
		return perhaps
	}
	return no
}

// has reports whether the entry has the id of an object anywhere, or the MAC that is the
// end of a device's.
func (a *Audit) has(id string) bool {
	id = strings.ToLower(id)
	mac, device := strings.CutPrefix(id, devicePrefix)
	return len(id) >= minID && strings.Contains(a.text, id) || device && strings.Contains(a.text, mac)
}

const (
	devicePrefix = "00000000-0000-0000-1000-"
	minID        = 8 // a shorter text may be anything
)

// names reports whether the entry is about the changed object: by its path, or by its type
// and the name in its message. A name that another object has is not this one's.
func (a *Audit) names(c *Change) bool {
	s := &a.scope
	switch {
	case s.Object != nil:
		return *s.Object == c.Path
	case s.DeviceID != "":
		return s.DeviceID == c.Path.ID
	case s.Type != c.Path.Type || s.SiteID != c.Path.SiteID:
		return false
	}
	quoted := configs.Quoted(a.Message)
	if quoted == "" || strings.EqualFold(quoted, c.Name) || strings.EqualFold(quoted, c.Was) {
		return true
	}
	return c.Taken == nil || !c.Taken(quoted)
}

// follows reports whether the change is a consequence of what the entry changed: of a site
// that was made or deleted, or of an object that the changed settings refer to.
func (a *Audit) follows(c *Change) bool {
	s, updates := &a.scope, configs.VerbOf(a.Message) == "update"
	if s.Object != nil && s.Object.Type == "info" {
		return s.Object.SiteID != "" && s.Object.SiteID == c.Path.SiteID && !updates
	}
	id := s.DeviceID
	if s.Object != nil {
		id = s.Object.ID
	}
	return len(id) >= minID && (c.Verb == configs.Modified || !updates) && strings.Contains(c.content(), id)
}

// Explanation is what explains a change.
type Explanation struct {
	Audit
	Perhaps bool     // it does not name the object
	IDs     []string // of all entries that explain it as well
}

// Explain finds what explains a change: the last of those that do for sure, else the last
// that may.
func Explain(c *Change, audits []Audit) (Explanation, bool) {
	var best *Audit
	found, ids := no, []string(nil)
	for i := range audits {
		a := &audits[i]
		f := a.fits(c)
		switch {
		case f == no || f < found:
		case f > found:
			found, best, ids = f, a, []string{a.ID}
		default:
			if ids = append(ids, a.ID); a.Time.After(best.Time) {
				best = a
			}
		}
	}
	if best == nil {
		return Explanation{}, false
	}
	return Explanation{*best, found == perhaps, ids}, true
}
