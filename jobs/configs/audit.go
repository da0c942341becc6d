package configs

import (
	"cmp"
	"regexp"
	"strings"
	"time"
	"unicode"

	"foghorn/journal/event"
	"foghorn/mist"
)

// ScopeOf says what an event asks to back up: the object that an audit names, or the
// device that has a new configuration. False is for events that change nothing that is
// kept. raw is the event's element.
func ScopeOf(ev *event.Event, raw []byte) (Scope, bool) {
	o, _ := mist.ParseObject(raw)
	org := cmp.Or(ev.OrgID, o.ID("org_id"))
	scope := Scope{Source: ev.Source, OrgID: org, SiteID: cmp.Or(ev.SiteID, o.ID("site_id")), By: Commit{Time: ev.Time}}
	if !idPattern.MatchString(org) || scope.SiteID != "" && !idPattern.MatchString(scope.SiteID) {
		return Scope{}, false
	}
	if ev.Topic == event.TopicAudits {
		return scope.ofAudit(ev, o)
	}
	mac := string(ev.DeviceMAC)
	if !strings.HasSuffix(ev.Type, "CONFIGURED") || len(mac) != 12 || scope.SiteID == "" {
		return Scope{}, false
	}
	scope.DeviceID = deviceIDPrefix + mac
	scope.By.Message = strings.TrimSpace(ev.Type + " " + ev.Device)
	scope.By.AuditID = o.ID("audit_id")
	return scope, idPattern.MatchString(scope.DeviceID)
}

// deviceIDPrefix and the MAC make the id of a device (docs/mist-api.md, Times and identifiers).
const deviceIDPrefix = "00000000-0000-0000-1000-"

// ofAudit finds the object of an audit: by the id that it has for it, else by the words of
// its message. One that names no object that is kept asks for nothing.
func (s Scope) ofAudit(ev *event.Event, o mist.Object) (Scope, bool) {
	verb, words := objectWords(o.Text("message"))
	if looking[verb] {
		return Scope{}, false
	}
	s.By = commitOf(o, ev.Time)
	for _, site := range []bool{s.SiteID != "", false} {
		for i := range types {
			t := &types[i]
			if t.Site != site || t.Device || !t.named(words) {
				continue
			}
			return s.narrowed(t, o), true
		}
	}
	for i := range types { // words that are new to us, but an id that is not
		t := &types[i]
		if id := o.ID(t.idField()); t.Site == (s.SiteID != "") && !t.Single && !t.Device && idPattern.MatchString(id) {
			return s.narrowed(t, o), true
		}
	}
	return Scope{}, false
}

// narrowed is the scope of one object, or of one type where the audit has no id.
func (s Scope) narrowed(t *Type, o mist.Object) Scope {
	if !t.Site {
		s.SiteID = ""
	}
	id := cmp.Or(o.ID(t.idField()), idIn(o.Text("after")), idIn(o.Text("before")))
	switch {
	case t.Single:
		id = cmp.Or(s.SiteID, s.OrgID)
	case t.Name == "devices" && idPattern.MatchString(id):
		s.DeviceID = id
		return s
	}
	if idPattern.MatchString(id) {
		s.Object = &Path{s.OrgID, s.SiteID, t.Name, id}
	} else {
		s.Type = t.Name
	}
	return s
}

// idIn is the id in the JSON text that an audit has of an object's state.
func idIn(text string) string {
	o, _ := mist.ParseObject([]byte(text))
	return o.ID("id")
}

// commitOf is an audit as the author of a change.
func commitOf(o mist.Object, at time.Time) Commit {
	c := Commit{Time: at, Message: o.Text("message"), AuditID: o.ID("id")}
	c.Author = strings.TrimSpace(o.Text("admin_name")) // "Name email"
	if i := strings.LastIndexByte(c.Author, ' '); i >= 0 && strings.Contains(c.Author[i:], "@") {
		c.Author, c.Email = strings.TrimSpace(c.Author[:i]), strings.Trim(c.Author[i+1:], "<>()")
	} else if strings.Contains(c.Author, "@") {
		c.Email = c.Author
	}
	return c
}

// looking are the verbs of what changes nothing.
var looking = map[string]bool{"login": true, "logout": true, "accessed": true, "access": true, "view": true, "viewed": true, "invoke": true,
	"invoked": true, "export": true, "download": true, "locate": true, "unlocate": true, "ping": true}

// ChangesNothing reports whether the message of an audit says that somebody only looked,
// or logged in.
func ChangesNothing(message string) bool {
	verb, _ := objectWords(message)
	return looking[verb]
}

// VerbOf is the first word of an audit's message, in lower case: "update".
func VerbOf(message string) string {
	verb, _ := objectWords(message)
	return verb
}

// Quoted is the name that an audit's message has in quotes; empty without one.
func Quoted(message string) string {
	m := quotedPattern.FindStringSubmatch(message)
	if m == nil {
		return ""
	}
	return m[1]
}

var quotedPattern = regexp.MustCompile(`["“]([^"”]+)["”]`)

// MentionedIn reports whether a message has the words for the type anywhere.
func (t *Type) MentionedIn(message string) bool {
	words := " " + strings.Join(strings.FieldsFunc(strings.ToLower(message), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), " ") + " "
	for _, name := range append([]string{t.singular(), t.Name}, t.Also...) {
		name = strings.NewReplacer("_", " ", "-", " ").Replace(name)
		if strings.Contains(words, " "+name+" ") || strings.Contains(words, " "+name+"s ") {
			return true
		}
	}
	return false
}

var messagePattern = regexp.MustCompile(`^\s*(\w+)\s+([^"“]*)`)

// objectWords are the verb of a message and its words for the object: "update" and "wlan"
// of `Update WLAN "Corp"`.
func objectWords(message string) (verb, words string) {
	m := messagePattern.FindStringSubmatch(message)
	if m == nil {
		return "", ""
	}
	words = strings.NewReplacer("_", " ", "-", " ").Replace(strings.ToLower(m[2]))
	return strings.ToLower(m[1]), strings.Join(strings.Fields(words), " ")
}

// named reports whether the words of a message are those of the type: they begin with one
// of its names, in the singular or the plural.
func (t *Type) named(words string) bool {
	for _, name := range append([]string{t.singular(), t.Name}, t.Also...) {
		name = strings.NewReplacer("_", " ", "-", " ").Replace(name)
		if words == name || words == name+"s" {
			return true
		}
	}
	return false
}

// singular is the name of one object of the type.
func (t *Type) singular() string {
	switch {
	case t.Single:
		return t.Name
	case strings.HasSuffix(t.Name, "ies"):
		return strings.TrimSuffix(t.Name, "ies") + "y"
	}
	return strings.TrimSuffix(t.Name, "s")
}

// idField is the member of an audit that has the id of an object of the type.
func (t *Type) idField() string { return cmp.Or(t.IDField, t.singular()+"_id") }

// kindOf is the type that an object says it is of: the three kinds of profiles share a
// path and the words of audits.
func (t Type) kindOf(body []byte) Type {
	if t.idField() != "deviceprofile_id" {
		return t
	}
	o, _ := mist.ParseObject(body)
	name := map[string]string{"switch": "switchprofiles", "gateway": "hubprofiles", "ap": "deviceprofiles"}[o.Text("type")]
	if other, ok := FindType(name, false); ok {
		return other
	}
	return t
}

// CommitOf is an entry of the audit log, as it came, as the author of a change.
func CommitOf(raw []byte, at time.Time) Commit {
	o, _ := mist.ParseObject(raw)
	return commitOf(o, at)
}
