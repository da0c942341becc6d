package actions

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"foghorn/internal/safetext"
	"foghorn/journal/event"
)

// TargetKind says what an action acts on.
type TargetKind string

// The kinds of targets.
const (
	OnAlert   TargetKind = "alert"
	OnDevice  TargetKind = "device"
	OnWebhook TargetKind = "webhook"
	OnChannel TargetKind = "channel"
	OnSource  TargetKind = "source"
	OnRelay   TargetKind = "relay"
)

// Target is one thing to act on.
type Target struct {
	Kind   TargetKind
	ID     string // alert id, MAC, Mist's id of the webhook, channel, name of the relay; empty for a source
	Source string // the organization of anything but an alert or a relay
	Site   string // the site's id, for a source of which only one site is meant
}

// AlertTarget is the alert with an id.
func AlertTarget(id int64) Target { return Target{Kind: OnAlert, ID: strconv.FormatInt(id, 10)} }

// AlertTargets are the alerts with these ids.
func AlertTargets(ids ...int64) []Target {
	out := make([]Target, len(ids))
	for i, id := range ids {
		out[i] = AlertTarget(id)
	}
	return out
}

// String names the target as activities do.
func (t Target) String() string { return string(t.Kind) + ":" + t.ID }

// Short names the target for people: an alert by its short id, others by their id.
func (t Target) Short() string {
	if id, ok := event.AlertIDOf(t.String()); ok {
		return event.ShortID(id)
	}
	return t.ID
}

// ArgKind is the form of an argument.
type ArgKind string

// The kinds of arguments.
const (
	Text     ArgKind = "text"     // any text, in several lines too; an empty one counts as given
	Name     ArgKind = "name"     // a name, without blanks at its ends
	Duration ArgKind = "duration" // such as 15m or 4h
	Flag     ArgKind = "flag"     // "true", or not given
	Reason   ArgKind = "reason"   // a line that is not empty; a flag of the command line even where it is required
)

// Arg is an argument of an action. A command line takes required ones by position,
// except for a reason, and the others as flags.
type Arg struct {
	Name     string
	Kind     ArgKind
	Required bool
	Help     string
	Min, Max time.Duration // bounds of a duration
	Choices  []Choice      // what a menu offers when the value is not given
	Prompt   string        // what a screen asks; {} stands for the targets
}

// Choice is one value that a menu offers.
type Choice struct{ Key, Label, Value string }

// Args are the values of arguments by name.
type Args map[string]string

// Key is a command of the screen's palette, with the keys that run it.
type Key struct {
	Name string
	Keys []string
	Help string
	Foot string // word in the footer; empty keeps it out
	Arg  string // what the palette's command takes
	Ask  string // the argument to ask for when the command has none
	Args Args   // what the command says by itself, such as that a device is to stop blinking
	Menu Choice // in the menu of a device; none keeps it out
}

// Command is a command of the command line.
type Command struct {
	Parent               string // "alerts" for "foghorn alerts NAME"
	Use                  string // with "..." it takes several targets
	Short, Long, Example string
	Past                 string // what was done, in the command's answer
}

// Question is asked before an action that changes the network.
type Question struct {
	Title    string // {} stands for the target and {value} for the new value
	Yes      string
	Declined string
	Unless   string // the argument with which there is nothing to ask
}

// Descriptor says everything about one action: keys, palette, help, command line
// and docs/ACTIONS.md are made from it. Each action has a file of its own, and
// registers itself there.
type Descriptor struct {
	Name     string
	Aliases  []string
	Summary  string // what it does, in one line
	Target   TargetKind
	Args     []Arg
	Role     Role      // who may take it
	Disrupts bool      // clients or devices may lose their connection: the target's name is typed to confirm it
	Costs    string    // calls of the API, and how long what it hits is away
	Ask      *Question // nil: does not ask first
	Takes    string    // what --take-over does to an alert that is somebody else's
	Checks   string    // what Check looks at before it is taken
	Done     string    // past participle, for the screen
	Keys     []Key     // commands and keys of the screen; none for an action without
	Also     []string  // actions that its menu offers too
	Command  *Command  // nil: not on the command line
	// NoCommand says why the action is not on the command line, when it is not.
	NoCommand string

	order int // its place in help and docs
	// check finds out for each target what Run would do.
	check func(ctx context.Context, c *call, targets []Target) ([]Item, error)
	// run takes the action on checked items. It stops when yield returns false.
	run func(ctx context.Context, c *call, items []Item, yield func(Step, error) bool)
	// undo restores what activities changed; nil if nothing can. restorable says
	// of which activities it can; nil means all.
	restorable func(a *event.Activity) bool
	undo       func(ctx context.Context, c *call, done []event.Activity, yield func(Step, error) bool)
}

// Undoable reports whether the action can be undone.
func (d *Descriptor) Undoable() bool { return d.undo != nil }

var descriptors []*Descriptor

// register adds a descriptor to the list; it returns it, to be called by a
// package variable.
func register(d *Descriptor) *Descriptor {
	descriptors = append(descriptors, d)
	slices.SortStableFunc(descriptors, func(a, b *Descriptor) int { return cmp.Or(a.order-b.order, strings.Compare(a.Name, b.Name)) })
	return d
}

// Descriptors lists all actions.
func Descriptors() []*Descriptor { return slices.Clone(descriptors) }

// Find returns the action of a name or an alias.
func Find(name string) (*Descriptor, error) {
	for _, d := range descriptors {
		if d.Name == name || slices.Contains(d.Aliases, name) {
			return d, nil
		}
	}
	return nil, fmt.Errorf("unknown action %q", safetext.Clip(name, 64))
}

// Arg returns the argument of a name; nil if there is none.
func (d *Descriptor) Arg(name string) *Arg {
	for i := range d.Args {
		if d.Args[i].Name == name {
			return &d.Args[i]
		}
	}
	return nil
}

// ArgError is a wrong value of an argument.
type ArgError struct{ text string }

func (e *ArgError) Error() string { return e.text }

// Validate checks the values of arguments.
func (d *Descriptor) Validate(args Args) error {
	for name := range args {
		if d.Arg(name) == nil {
			return &ArgError{fmt.Sprintf("%s has no argument %q", d.Name, safetext.Clip(name, 64))}
		}
	}
	for i := range d.Args {
		a := &d.Args[i]
		value, given := args[a.Name]
		if a.Required && !given {
			return &ArgError{fmt.Sprintf("%s needs %s: %s", d.Name, a.Name, a.Help)}
		}
		if a.Kind == Reason && given && strings.TrimSpace(value) == "" {
			return &ArgError{d.Name + " needs a reason that says something"}
		}
		if !given || a.Kind != Duration {
			continue
		}
		if v, err := time.ParseDuration(value); err != nil || v < a.Min || v > a.Max {
			return &ArgError{fmt.Sprintf("%s takes a duration from %s to %s, such as 15m or 4h", d.Name, plainDuration(a.Min), plainDuration(a.Max))}
		}
	}
	return nil
}

// plainDuration writes a duration as people type it: 168h, 1m.
func plainDuration(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}
