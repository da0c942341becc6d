package drift

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"foghorn/internal/human"
	"foghorn/internal/safetext"
	"foghorn/jobs/configs"
	"foghorn/journal/event"
)

// element is the event of a change, as the log has it.
type element struct {
	ID      string             `json:"id"` // the same whenever the change is judged
	Check   string             `json:"check"`
	Verdict event.DriftVerdict `json:"verdict"`
	About   string             `json:"about"`
	Name    string             `json:"name"` // wlans Corp (store-vienna); 26 objects of acme
	Many    bool               `json:"many,omitempty"`
	Verb    string             `json:"verb,omitempty"`
	Brief   string             `json:"brief,omitempty"` // the settings that differ
	Stamp   float64            `json:"timestamp"`
	OrgID   string             `json:"org_id,omitempty"`
	SiteID  string             `json:"site_id,omitempty"`
	Device  string             `json:"device_mac,omitempty"`
	Commit  string             `json:"commit"`
	Object  string             `json:"object,omitempty"` // its path in the backup
	Changes []setting          `json:"changes,omitempty"`
	More    int                `json:"more_changes,omitempty"`
	Found   float64            `json:"found,omitempty"` // when a backup found it
	Admin   string             `json:"admin,omitempty"`
	Message string             `json:"message,omitempty"` // of the audit entry
	AuditID string             `json:"audit_id,omitempty"`
	Also    int                `json:"more_audits,omitempty"` // that explain it as well
	Perhaps bool               `json:"perhaps,omitempty"`
	Why     string             `json:"why,omitempty"` // it could not be checked; it is over
}

type setting = event.ChangedSetting

// Limits of what an event says.
const (
	briefSettings = 3
	maxSettings   = 20
	maxValue      = 100
	maxBrief      = 300
	shortRevision = 12
)

// newElement is what all events about a commit have.
func newElement(o Org, e *configs.Entry, verdict event.DriftVerdict, about, name string, now time.Time) element {
	short := e.Revision[:min(shortRevision, len(e.Revision))]
	return element{ID: short + ":" + about + ":" + string(verdict), Check: event.CheckDrift, Verdict: verdict, About: about, Name: safetext.Clip(safetext.Line(name), maxBrief),
		Stamp: seconds(now), Found: seconds(e.Recorded), OrgID: o.OrgID, Commit: short}
}

// ofChange is the event of one change.
func (c *Change) element(o Org, e *configs.Entry, verdict event.DriftVerdict, now time.Time) element {
	el := newElement(o, e, verdict, aboutOf(c.Path), c.title(), now)
	el.Verb, el.SiteID, el.Object, el.Brief = string(c.Verb), c.Path.SiteID, c.Path.String(), c.brief()
	if mac, ok := strings.CutPrefix(c.Path.ID, devicePrefix); ok && c.Path.Type == "devices" {
		el.Device = mac
	}
	for i, s := range c.Settings {
		if i == maxSettings {
			el.More = len(c.Settings) - i
			break
		}
		if s.Hidden { // digests are no secrets, and of no use to a reader
			s.Before, s.After = "", ""
		}
		s.Path, s.Before, s.After = clip(s.Path), clip(s.Before), clip(s.After)
		el.Changes = append(el.Changes, s)
	}
	return el
}

// by adds what explains the change. The event of the change is as old as the change: it
// may be found out much later. What ends an alert happens now.
func (el *element) by(x *Explanation) {
	if at := seconds(x.Time); el.Verdict == event.DriftExplained && !x.Time.IsZero() && at < el.Stamp {
		el.Stamp = at
	}
	el.Admin, el.Message, el.Also, el.Perhaps = clip(x.Admin), clip(x.Message), max(len(x.IDs)-1, 0), x.Perhaps
	if !x.isActivity() {
		el.AuditID = x.ID
	}
}

// aboutOf identifies an object within its organization.
func aboutOf(p configs.Path) string { return p.Type + "/" + p.ID }

// title is the object for people: "wlans Corp (store-vienna)".
func (c *Change) title() string {
	name := c.Path.Type + " " + first(c.Name, c.Was, c.Path.ID)
	if c.Site != "" && c.Site != c.Name {
		name += " (" + c.Site + ")"
	}
	return name
}

func first(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// brief are the first settings that differ: "vlan_id 10 → 20, auth.psk changed".
func (c *Change) brief() string {
	var out []string
	for i := range c.Settings {
		if i == briefSettings {
			out = append(out, fmt.Sprintf("%d more", len(c.Settings)-i))
			break
		}
		s := c.Settings[i]
		s.Path, s.Before, s.After = clip(s.Path), clip(s.Before), clip(s.After)
		out = append(out, s.String())
	}
	return safetext.Clip(strings.Join(out, ", "), maxBrief)
}

func clip(text string) string { return safetext.Clip(safetext.Line(text), maxValue) }

// many is the name of many objects: "132 objects of acme, 100 devices and 32 wlans".
func many(source string, changes []*Change) string {
	count := map[string]int{}
	var types []string
	for _, c := range changes {
		if count[c.Path.Type]++; count[c.Path.Type] == 1 {
			types = append(types, c.Path.Type)
		}
	}
	slices.SortFunc(types, func(a, b string) int { return count[b] - count[a] })
	name := human.CountOf(len(changes), "object") + " of " + source
	for i, t := range types {
		if i == briefSettings {
			return name + " and others"
		}
		name += fmt.Sprintf(", %d %s", count[t], t)
	}
	return name
}

func (el *element) encode() (json.RawMessage, error) {
	b, err := json.Marshal(el)
	return b, err
}

func seconds(t time.Time) float64 { return math.Round(float64(t.UnixMilli())) / 1000 }
