package drift

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"time"

	"foghorn/internal/privatefile"
	"foghorn/jobs/configs"
)

// state is what is remembered of all organizations, in a file.
type state struct {
	Orgs map[string]*orgState `json:"orgs"` // by id
}

// orgState is what is remembered of one organization.
type orgState struct {
	// Commit is the last that was handled; empty until a whole backup ends after After:
	// what it finds is no change.
	Commit string      `json:"commit,omitempty"`
	After  time.Time   `json:"after,omitzero"`
	Form   string      `json:"form"`            // see configs.Store.Form; empty before anything was backed up
	Looks  []time.Time `json:"looks,omitempty"` // ends of the last whole backups
	// Outgoing are events that are decided and may not be in the log yet. To append them
	// again does no harm.
	Outgoing []json.RawMessage `json:"outgoing,omitempty"`
	Pending  []pending         `json:"pending,omitempty"`
	Open     []alert           `json:"open,omitempty"`
	// Audits is the last event that was looked at for what explains open alerts.
	Audits int64 `json:"audits,omitempty"`
	// Spent are the entries that explain the last change of an object, by its path. They
	// explain no later one.
	Spent map[string]spent `json:"spent,omitempty"`
}

// spent are entries that explained a change.
type spent struct {
	IDs []string  `json:"ids"`
	At  time.Time `json:"at"` // of the last
}

// pending is what could not be checked of a commit.
type pending struct {
	Commit string    `json:"commit"`
	Paths  []string  `json:"paths"`
	Since  time.Time `json:"since"`
	Next   time.Time `json:"next"`
	Tries  int       `json:"tries"`
}

// alert is one that is open: unexplained changes of an object, or of many objects of a commit.
type alert struct {
	About   string       `json:"about"`
	Name    string       `json:"name"`
	SiteID  string       `json:"site_id,omitempty"`
	Device  string       `json:"device_mac,omitempty"`
	Many    bool         `json:"many,omitempty"`
	Objects []openObject `json:"objects"`
	More    bool         `json:"more,omitempty"` // objects are left out: only a person can end it
	// Record is the one in the log that raised it last; 0 until it is known.
	Record int64 `json:"record,omitempty"`
}

// openObject is an object of an open alert.
type openObject struct {
	Path     string       `json:"path"`
	Name     string       `json:"name,omitempty"`
	Was      string       `json:"was,omitempty"`
	Verb     configs.Verb `json:"verb"`
	Settings []string     `json:"settings,omitempty"`
	// The first change that nothing explains, and those after it.
	span
	Further []span `json:"further,omitempty"`
	More    bool   `json:"more,omitempty"` // further ones are left out: no entry ends the alert
}

// span is one change of an object.
type span struct {
	Commit string    `json:"commit"` // before it the object was as it should be
	From   time.Time `json:"from"`   // when it was made
	To     time.Time `json:"to"`
}

// Bounds of what is remembered of an organization.
const (
	maxLooks    = 3
	maxPending  = 200
	maxOpen     = 1000
	maxObjects  = 2000
	maxFurther  = 20
	pendingDays = 7
)

// load reads the state; a damaged one is begun anew.
func load(path string) (s *state, damaged bool, err error) {
	s = &state{}
	text, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, false, fmt.Errorf("which changes of the configuration were reported: %w", err)
	}
	if err == nil && json.Unmarshal(text, s) != nil {
		s, damaged = &state{}, true
	}
	if s.Orgs == nil {
		s.Orgs = map[string]*orgState{}
	}
	for id, o := range s.Orgs {
		if o == nil {
			delete(s.Orgs, id)
		}
	}
	return s, damaged, nil
}

func (s *state) save(path string) error {
	text, err := json.Marshal(s)
	if err == nil {
		err = privatefile.Replace(path, append(text, '\n'))
	}
	if err != nil {
		return fmt.Errorf("remember which changes of the configuration were reported: %w", err)
	}
	return nil
}

// looked notes the end of the last whole backup.
func (o *orgState) looked(last time.Time) {
	if n := len(o.Looks); n > 0 && !last.After(o.Looks[n-1]) {
		return
	}
	if o.Looks = append(o.Looks, last); len(o.Looks) > maxLooks {
		o.Looks = o.Looks[1:]
	}
}

// spend notes what explained a change. Entries that are too old to explain a later one
// are forgotten.
func (o *orgState) spend(v *verdict, found time.Time) {
	o.keepSpent(v.change.Path.String(), spent{v.by.IDs, v.by.Time})
	if len(o.Spent) < maxSpent {
		return
	}
	from := o.from(found).Add(-2 * slack)
	maps.DeleteFunc(o.Spent, func(_ string, s spent) bool { return s.At.Before(from) })
}

func (o *orgState) keepSpent(path string, s spent) {
	if o.Spent == nil {
		o.Spent = map[string]spent{}
	}
	o.Spent[path] = s
}

// maxSpent is how many are kept before those that are too old are looked for.
const maxSpent = 1000

// longestBackup is longer than a whole backup takes.
const longestBackup = 48 * time.Hour

// from is since when a change may have been made that a backup found at a time. The last
// whole backup before it may have fetched an object long before its own end, but not
// before the end of the one before it.
func (o *orgState) from(found time.Time) time.Time {
	var before []time.Time
	for _, at := range o.Looks {
		if at.Before(found) {
			before = append(before, at)
		}
	}
	switch n := len(before); n {
	case 0:
		return found.Add(-longestBackup)
	case 1:
		return before[0].Add(-longestBackup)
	default:
		return before[n-2]
	}
}
