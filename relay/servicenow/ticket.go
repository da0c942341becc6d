package servicenow

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"foghorn/internal/safetext"
	"foghorn/journal/event"
	"foghorn/mist"
	"foghorn/relay"
)

// States of incidents (docs/integrations.md, ServiceNow).
const (
	stateInProgress = "2"
	stateResolved   = "6"
	stateClosed     = "7"
	stateCanceled   = "8"
)

// How long fields may be, in characters. ServiceNow cuts what is longer in silence.
const (
	maxShort = 160
	maxLong  = 4000
	maxClose = 1000
	maxName  = 100
)

// ticket is an item as an incident is told of it.
type ticket struct {
	correlation string
	id          string // of the item
	mark        string // in correlation_display once the incident is as the item says
	why         relay.Why
	over        bool
	severity    event.Severity

	title, description, note, closeNotes string
	device, mac, site                    string
}

// ticketOf makes the ticket of an item. The correlation id is that of the handle where
// there is one, so that it cannot change during an alert's life.
func ticketOf(item *relay.Item, h *handle) *ticket {
	t := &ticket{id: item.ID(), mark: "foghorn " + item.ID()}
	if item.Event != nil {
		t.ofEvent(item.Event)
	} else {
		t.ofNotice(item.Notice)
	}
	if t.title == "" { // no instance takes an incident without
		t.title = t.mark
	}
	if h.Correlation != "" {
		t.correlation = h.Correlation
	}
	return t
}

func (t *ticket) ofEvent(e *event.Event) {
	t.why, t.severity = relay.First, e.Severity
	t.correlation = "foghorn:" + t.id + ":" + digest(e.Source, e.Type, e.DeviceMAC.String(), e.Time.UTC().String())
	t.title = line(event.Marked(e.Text, e.Test), maxShort)
	t.device, t.mac, t.site = line(e.Device, maxName), e.DeviceMAC.String(), line(e.Site, maxName)
	t.description = describe(event.Marked(e.Text, e.Test), []relay.Fact{
		{Label: "Site", Value: e.Site}, {Label: "Device", Value: e.Device}, {Label: "MAC", Value: t.mac}, {Label: "Type", Value: e.Type},
		{Label: "Time", Value: e.Time.UTC().Format("2006-01-02 15:04:05 UTC")}, {Label: "Event", Value: t.id}, {Label: "Source", Value: e.Source},
	})
	t.note = t.title
}

func (t *ticket) ofNotice(n *relay.Notice) {
	a := &n.Alerts[0]
	t.why, t.over, t.severity = n.Why, n.Over(), n.Severity()
	t.correlation = correlationOf(a, n.Event)
	t.title = line(n.Title(), maxShort)
	t.device, t.mac, t.site = line(a.Device, maxName), a.DeviceMAC.String(), line(a.Site, maxName)
	facts := n.Facts()
	for _, f := range []relay.Fact{{Label: "Mist alarm", Value: a.MistAlarmID}, {Label: "Link", Value: n.Link}} {
		if f.Value != "" {
			facts = append(facts, f)
		}
	}
	t.description = describe(n.Title(), facts)
	t.note = noteOf(n)
	t.closeNotes = text(closeNotes(n), maxClose)
	switch { // what is no transition has no number that tells one from the next
	case n.Test:
		t.mark = "foghorn test " + n.Now.UTC().Format(time.RFC3339Nano)
	case n.Why == relay.Reminder:
		t.mark += " reminder " + n.Now.UTC().Format(time.RFC3339)
	}
}

// noteOf is the work note about a notice.
func noteOf(n *relay.Notice) string {
	head := n.Rung()
	if !n.Why.Rings() {
		head = "Status: " + n.Status()
	}
	var facts []relay.Fact
	for _, f := range n.Facts() {
		if f.Label == "Changes" || f.Label == "Closed" || strings.HasSuffix(f.Label, " wrote") {
			facts = append(facts, f)
		}
	}
	return describe(head, facts)
}

func closeNotes(n *relay.Notice) string {
	out := n.Rung()
	if n.Why != relay.Resolved {
		out = n.Title()
	}
	if by := n.Alerts[0].Closing(); by != "" {
		out += "\n" + by
	}
	return out
}

// describe writes a sentence and facts, a line each.
func describe(head string, facts []relay.Fact) string {
	out := line(head, maxClose)
	for _, f := range facts {
		if f.Value != "" {
			out += "\n" + line(f.Label, maxName) + ": " + line(f.Value, maxClose)
		}
	}
	return relay.Cut(out, maxLong)
}

var (
	codeTag  = regexp.MustCompile(`(?i)\[(/?code)\]`)
	mention  = strings.NewReplacer("@[", "@ [")
	alarmKey = "mist:alarm:"
)

// text makes text from outside safe for ServiceNow: journals show what is between [code]
// and [/code] as HTML, and @[name] rings somebody.
func text(s string, limit int) string {
	s = safetext.Text(safetext.Clip(s, utf8.UTFMax*limit+1)) // cleaning makes no text shorter
	return relay.Cut(mention.Replace(codeTag.ReplaceAllString(s, "($1)")), limit)
}

// line is text on one line.
func line(s string, limit int) string {
	return text(strings.Join(strings.Fields(safetext.Clip(s, 2*utf8.UTFMax*limit)), " "), limit)
}

// plainID are the alarm ids that need no other spelling in a query.
var plainID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// correlationOf names an alert in ServiceNow, the same for all its life. An alert that is
// one alarm of Mist has the alarm's id, so that other tools find it. Others may get
// an alarm's id later, or share it with other devices: they have an id of ours.
func correlationOf(a *event.Alert, e *event.Event) string {
	if id := a.MistAlarmID; id != "" && a.Key == alarmKey+id {
		if !plainID.MatchString(id) {
			id = digest(id)
		}
		if isMarvis(a.Kind, e) {
			return "mist:marvis:" + id
		}
		return alarmKey + id
	}
	return "foghorn:" + event.ShortID(a.ID) + ":" + digest(a.Source, a.Key)
}

// isMarvis reports whether an alarm is one of Marvis: by its type, or for a type that is
// in no list by what it says.
func isMarvis(kind string, e *event.Event) bool {
	if def, ok := mist.AlarmDef(kind); ok {
		return def.Group == "marvis"
	}
	if e == nil {
		return false
	}
	var raw struct {
		Group      any `json:"group"`
		Suggestion any `json:"suggestion"`
	}
	_ = json.Unmarshal(e.Raw, &raw) // what is no JSON says nothing
	group, _ := raw.Group.(string)
	return strings.EqualFold(group, "marvis") || group == "" && raw.Suggestion != nil
}

// digest is short, and the same for the same texts.
func digest(texts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(texts, "\x00")))
	return hex.EncodeToString(sum[:8])
}

// next says what the incident needs to be as the ticket says: a step, or nothing and why.
// A nil row means that there is no open incident.
func (t *ticket) next(h *handle, row *incident) (step, reason string) {
	if row == nil {
		switch {
		case t.over && t.why != relay.First:
			return "", "the incident is closed already"
		case h.Gone && !t.why.Rings():
			return "", "the incident is closed; another one opens when the alert gets worse or comes back"
		}
		return stepCreate, ""
	}
	resolved := row.State == stateResolved
	marked := row.Display == t.mark
	switch {
	case t.over && !resolved:
		return stepResolve, ""
	case !t.over && resolved && (h.Resolved || t.why.Rings() && !marked):
		return stepReopen, ""
	case marked:
		return "", "the incident is as it should be: an earlier attempt arrived"
	case resolved:
		return stepNote, "" // somebody resolved it before us
	}
	return stepUpdate, ""
}

// levels are impact and urgency by severity; ServiceNow computes the priority from them.
var levels = map[event.Severity][2]string{event.Critical: {"2", "1"}, event.Warn: {"2", "2"}, event.Info: {"3", "3"}, event.Debug: {"3", "3"}}
