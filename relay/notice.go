package relay

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"foghorn/internal/human"
	"foghorn/journal/event"
)

// Over reports whether all alerts of the notice are resolved.
func (n *Notice) Over() bool { return n.Unresolved() == 0 }

// Unresolved is how many alerts of the notice are not over.
func (n *Notice) Unresolved() (open int) {
	for i := range n.Alerts {
		if n.Alerts[i].Resolved == nil {
			open++
		}
	}
	return open
}

// Severity is the worst of the alerts that are not over; of all when all are.
func (n *Notice) Severity() event.Severity {
	worst, over := event.Severity(0), n.Over()
	for i := range n.Alerts {
		if over || n.Alerts[i].Resolved == nil {
			worst = max(worst, n.Alerts[i].Severity)
		}
	}
	return worst
}

// Title is the notice in one sentence, marked when it is only a test. It is text from
// outside: a destination escapes what its service would act on.
func (n *Notice) Title() string {
	title, test := n.Alerts[0].Title, n.Test || n.Alerts[0].Test
	if len(n.Alerts) > 1 {
		title = n.Summary
	}
	return event.Marked(title, test)
}

// Status is how the notice stands, in a word or two: "critical", "acked by ada",
// "resolved", "3 of 14 resolved, 2 of 11 acked".
func (n *Notice) Status() string {
	first, acked := &n.Alerts[0], n.Acked()
	switch open := n.Unresolved(); {
	case open == 0:
		return "resolved"
	case open < len(n.Alerts) && acked != "":
		return fmt.Sprintf("%d of %d resolved, %s", len(n.Alerts)-open, len(n.Alerts), acked)
	case open < len(n.Alerts):
		return fmt.Sprintf("%d of %d resolved", len(n.Alerts)-open, len(n.Alerts))
	case acked != "" && len(n.Alerts) > 1:
		return n.Severity().String() + ", " + acked
	case acked != "":
		return acked
	case len(n.Alerts) == 1 && first.State == event.Snoozed && first.SnoozedUntil != nil:
		return "snoozed until " + first.SnoozedUntil.UTC().Format("15:04 UTC")
	}
	return n.Severity().String()
}

// Acked says who has taken the alerts that are not over: "acked by ada", "3 of 5 acked";
// empty when nobody has.
func (n *Notice) Acked() string {
	acked, owner := 0, ""
	for i := range n.Alerts {
		a := &n.Alerts[i]
		if a.State != event.Acked {
			continue
		}
		if acked++; acked > 1 && a.Owner != owner {
			owner = ""
		} else {
			owner = a.Owner
		}
	}
	switch open := n.Unresolved(); {
	case acked == 0:
		return ""
	case acked < open:
		return fmt.Sprintf("%d of %d acked", acked, open)
	case owner == "":
		return "acked"
	}
	return "acked by " + owner
}

// Rung is what a reply in the message's thread says, for people who must be rung.
func (n *Notice) Rung() string {
	switch n.Why {
	case Resolved:
		lasted := human.Duration(n.lasted())
		if strings.Contains(n.Title(), lasted) {
			return "Resolved: " + n.Title()
		}
		return "Resolved after " + lasted + ": " + n.Title()
	case Reopened:
		return "Open again: " + n.again() + n.Title()
	case Reminder:
		return "Still open after " + human.Duration(n.lasted()) + ", and " + n.untaken() + ": " + n.Title()
	case Worse:
		if len(n.Joined) > 0 {
			return n.Title()
		}
		return "Now " + n.Severity().String() + ": " + n.Title()
	}
	return n.Title()
}

// again names the alerts of several that are open again.
func (n *Notice) again() string {
	switch {
	case len(n.Alerts) == 1 || len(n.Again) == 0:
		return ""
	case len(n.Again) == 1:
		return n.Again[0] + "; "
	}
	return fmt.Sprintf("%s and %d more; ", n.Again[0], len(n.Again)-1)
}

// untaken says that nobody, or not everybody, has taken what is open.
func (n *Notice) untaken() string {
	open, free := n.Unresolved(), 0
	for i := range n.Alerts {
		if n.Alerts[i].State == event.Open {
			free++
		}
	}
	switch {
	case open == 1:
		return "nobody has acknowledged it"
	case free == open:
		return "nobody has acknowledged them"
	}
	return fmt.Sprintf("%d of %d are not acknowledged", free, open)
}

// Site is where all alerts of the notice are; empty when they are at several sites.
func (n *Notice) Site() string {
	if !n.atOneSite() {
		return ""
	}
	return n.Alerts[0].Site
}

func (n *Notice) atOneSite() bool {
	first := &n.Alerts[0]
	return !slices.ContainsFunc(n.Alerts, func(a event.Alert) bool {
		return a.SiteID != first.SiteID || a.Site != first.Site || a.Source != first.Source
	})
}

// lasted is how long it has lasted since the first alert opened.
func (n *Notice) lasted() time.Duration {
	end := n.Now
	if n.Over() {
		end = n.Alerts[0].Opened
		for i := range n.Alerts {
			if r := n.Alerts[i].Resolved; r.After(end) {
				end = *r
			}
		}
	}
	return max(0, end.Sub(n.Alerts[0].Opened))
}

// Fact is a label and a value.
type Fact struct{ Label, Value string }

// Facts are what people want to read beside the title, the same in every chat. Values
// are text from outside, as titles are.
func (n *Notice) Facts() []Fact {
	a := &n.Alerts[0]
	var out []Fact
	add := func(label, value string) {
		if value != "" {
			out = append(out, Fact{label, value})
		}
	}
	add("Site", n.Site())
	if len(n.Alerts) == 1 {
		add("Device", a.Device)
		if a.DeviceMAC != "" && a.Device != a.DeviceMAC.String() {
			add("MAC", a.DeviceMAC.String())
		}
	}
	add("Since", a.Opened.UTC().Format("2006-01-02 15:04:05 UTC"))
	if n.Over() {
		add("Lasted", human.Duration(n.lasted()))
	}
	if len(n.Alerts) == 1 {
		if a.Count > 1 {
			add("Reports", strconv.Itoa(a.Count))
		}
		if a.Flaps > 0 {
			add("Flaps", strconv.Itoa(a.Flaps))
		}
		add("Owner", a.Owner)
		add("Note", a.Note)
		add("Closed", a.Closing())
		add("Alert", event.ShortID(a.ID))
	}
	if n.Reason != "" && n.Actor != "" {
		add(n.Actor+" wrote", n.Reason)
	}
	if n.Steps > 1 && len(n.Alerts) == 1 {
		add("Changes", strconv.Itoa(n.Steps)+", told as one")
	}
	add("Source", a.Source)
	return out
}

// Names are the devices or titles of the alerts, at most limit of them, and how many
// are left out. Those that are over are left out while others are not.
func (n *Notice) Names(limit int) (names []string, more int) {
	over := n.Over()
	for i := range n.Alerts {
		a := &n.Alerts[i]
		if !over && a.Resolved != nil {
			continue
		}
		if len(names) == limit {
			more++
			continue
		}
		names = append(names, nameOf(a))
	}
	return names, more
}

// nameOf is how an alert is called among others.
func nameOf(a *event.Alert) string { return cmp.Or(a.Device, a.Title) }

// worst is the alert of the highest severity; of those that are not over, if there are any.
func (n *Notice) worst() *event.Alert {
	over, worst := n.Over(), (*event.Alert)(nil)
	for i := range n.Alerts {
		a := &n.Alerts[i]
		if (over || a.Resolved == nil) && (worst == nil || a.Severity > worst.Severity) {
			worst = a
		}
	}
	return worst
}

// Cut shortens a text to so many runes, with an ellipsis where something is missing.
func Cut(s string, runes int) string {
	if utf8.RuneCountInString(s) <= runes {
		return s
	}
	n := 0
	for i := range s {
		if n == runes-1 {
			return s[:i] + "…"
		}
		n++
	}
	return s
}
