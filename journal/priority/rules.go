package priority

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"foghorn/internal/safetext"
	"foghorn/journal/event"
)

// junosTopic is the topic whose events matter unless a rule says otherwise: each was
// set up on a device.
const junosTopic = "junos"

// Rules are a compiled Table. The nil *Rules has no rules: then the catalogue decides.
type Rules struct {
	sections map[string]*section
}

type section struct {
	Section
	beginnings []string // of Events, without their *, the longest first
}

// Compile compiles a table. It keeps what it is given.
func Compile(t Table) *Rules {
	r := &Rules{sections: make(map[string]*section, len(t))}
	for topic, s := range t {
		c := &section{Section: s}
		for id := range s.Events {
			if start, ok := strings.CutSuffix(id, "*"); ok {
				c.beginnings = append(c.beginnings, start)
			}
		}
		slices.SortFunc(c.beginnings, func(a, b string) int {
			return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b))
		})
		r.sections[topic] = c
	}
	return r
}

// Ruling is the level of an event, and why.
type Ruling struct {
	Level Level
	// Ruled says that the configuration decided and not the catalogue.
	Ruled bool
	Why   string
}

// Rule names the rule that decided, as a person finds it: "[priority.junos] default",
// or the entry of the catalogue.
func (r Ruling) Rule(e *event.Event) string {
	if r.Ruled {
		return safetext.Clip("[priority."+e.Topic+"] "+r.Why, maxKey)
	}
	return safetext.Clip(r.Why+": "+Name(e), maxKey)
}

// Rule ranks an event that is decoded and named.
func (r *Rules) Rule(e *event.Event) Ruling {
	s := r.section(e.Topic)
	id, text := Name(e), Text(e)
	if s != nil {
		for _, f := range s.Filter {
			if strings.Contains(text, f) {
				return Ruling{Ignore, true, fmt.Sprintf("filter %q", f)}
			}
		}
		if l, why := s.listed(id, text); l != None {
			return Ruling{l, true, why}
		}
	}
	switch {
	case e.Rank.Level != 0:
		return Ruling{Level(e.Rank.Level), false, "catalogue"}
	case s != nil && s.Default != None:
		return Ruling{s.Default, true, "default"}
	case e.Topic == junosTopic:
		return Ruling{Detail, false, "not listed"}
	}
	return Ruling{Why: "not listed"}
}

func (r *Rules) section(topic string) *section {
	if r == nil {
		return nil
	}
	return r.sections[topic]
}

// listed finds the level that a rule gives, None when there is none.
func (s *section) listed(id, text string) (Level, string) {
	rule, ok := s.Events[id]
	name := id
	for i := 0; !ok && i < len(s.beginnings); i++ {
		if strings.HasPrefix(id, s.beginnings[i]) {
			name = s.beginnings[i] + "*"
			rule, ok = s.Events[name]
		}
	}
	for _, sub := range rule.Subs {
		if strings.Contains(text, sub.Text) {
			return sub.Level, fmt.Sprintf("%s, %q", name, sub.Text)
		}
	}
	return rule.Level, name
}

// Name is the id an event is ranked by.
func Name(e *event.Event) string {
	if e.Rank.Name != "" {
		return e.Rank.Name
	}
	return e.Type
}

// Text is what sub-priorities and filters search: the text of the event, for a Junos
// device with its host name in front, because the messages do not contain it, and with
// the message as it came where the text says it in other words.
func Text(e *event.Event) string {
	text := e.Text
	if e.Rank.Text != "" {
		text += "; " + e.Rank.Text
	}
	if e.Topic == junosTopic && e.Device != "" {
		return e.Device + ": " + text
	}
	return text
}

// Live holds the rules in force. The zero value has none. It is safe for
// concurrent use.
type Live struct{ rules atomic.Pointer[Rules] }

// NewLive returns a Live with these rules.
func NewLive(r *Rules) *Live {
	l := &Live{}
	l.Set(r)
	return l
}

// Set replaces the rules.
func (l *Live) Set(r *Rules) { l.rules.Store(r) }

// Apply applies the rules in force.
func (l *Live) Apply(e *event.Event) Ruling { return l.rules.Load().Apply(e) }
