package configs

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"foghorn/internal/mask"
	"foghorn/internal/safetext"
	"foghorn/journal/event"
	"foghorn/mist"
)

// Plan is what a restore of one object would do. Nothing is sent before Apply.
type Plan struct {
	Path  Path
	Name  string
	When  Moment // the state that is wanted
	Steps []Step // in order: create, update, delete
	// NotRestorable names the fields that cannot be brought back, with the reason.
	NotRestorable []string
	// Notes are what the person should know before: objects that refer to it, objects
	// that it refers to and that are gone.
	Notes []string
}

// Step is one call that changes something.
type Step struct {
	Verb     Verb
	Path     Path // of the object; a created one has its old id
	Name     string
	Method   string
	APIPath  string
	Body     []byte                 // JSON; nil for a deletion
	Settings []event.ChangedSetting // what it changes
	before   []byte                 // the object's file before, to see that nobody changed it since
}

// Calls is how many API calls Apply makes: for each step a look before, the change, and
// a look after.
func (p *Plan) Calls() int { return 3 * len(p.Steps) }

// LiveChangedError means that the cloud has another state than the backup: a plan would
// undo what somebody has just done.
type LiveChangedError struct {
	Path    Path
	Changes []event.ChangedSetting
}

func (e *LiveChangedError) Error() string {
	text := fmt.Sprintf("%s has changed in the cloud since its last backup", e.Path)
	for i, c := range e.Changes {
		if i == 5 {
			text += fmt.Sprintf("\n  and %d more", len(e.Changes)-i)
			break
		}
		text += "\n  " + safetext.Line(DescribeSetting(c))
	}
	return text + "\nBack it up first, look at what changed, and plan again"
}

// PlanRestore plans how to bring an object back to the state it had at a time. It
// compares what is wanted, what the backup has and what the cloud has; it asks the
// cloud for one object.
func (s *Store) PlanRestore(ctx context.Context, cloud Cloud, at Path, when Moment) (*Plan, error) {
	if err := at.check(); err != nil {
		return nil, err
	}
	t, _ := FindType(at.Type, at.SiteID != "")
	if t.ReadOnly {
		return nil, fmt.Errorf("%s follows from other objects and cannot be restored; restore the device, its site's setting or its templates", at.Type)
	}
	wanted, err := s.AtMoment(ctx, at, when)
	gone := errors.Is(err, ErrNotFound)
	if err != nil && !gone {
		return nil, err
	}
	live, err := s.live(ctx, cloud, t, at)
	if err != nil {
		return nil, err
	}
	if err := s.compareLive(at, live); err != nil {
		return nil, err
	}
	p := &Plan{Path: at, Name: wanted.Name, When: when}
	switch {
	case gone && live == nil:
	case gone:
		err = s.planDelete(ctx, p, t, live)
	case live == nil:
		err = s.planCreate(ctx, p, t, wanted)
	default:
		err = p.planUpdate(t, wanted, live)
	}
	if err == nil && !gone {
		err = s.noteMissing(p, wanted)
	}
	return p, err
}

// state is an object as the cloud has it: with its secrets, and as a file has it.
type state struct {
	object map[string]any
	file   []byte
}

// live asks the cloud for an object; nil when there is none.
func (s *Store) live(ctx context.Context, cloud Cloud, t Type, at Path) (*state, error) {
	ctx = mist.WithCaller(ctx, "restore", mist.Operator)
	resp, err := cloud.Do(ctx, mist.Request{Path: t.ItemPath(at)})
	if mist.IsKind(err, mist.KindNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	file, err := s.canonical(t, Object{OrgID: at.OrgID, SiteID: at.SiteID, Type: at.Type, ID: at.ID, JSON: resp.Body})
	if err != nil {
		return nil, err
	}
	v, err := decode(resp.Body)
	object, _ := v.(map[string]any)
	return &state{object, file}, err
}

// compareLive fails when the cloud has another state than the backup.
func (s *Store) compareLive(at Path, live *state) error {
	stored, err := s.readFile(at)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	var now []byte
	if live != nil {
		now = live.file
	}
	if bytes.Equal(stored, now) {
		return nil
	}
	changes, err := Compare(stored, now)
	return cmp.Or[error](err, &LiveChangedError{at, changes})
}

// planUpdate plans to change the top-level fields that differ. The API leaves alone what
// an update does not name, and replaces whole what it names.
func (p *Plan) planUpdate(t Type, wanted Object, live *state) error {
	old, err := objectOf(live.file)
	if err != nil {
		return err
	}
	want, err := objectOf(wanted.JSON)
	if err != nil {
		return err
	}
	body, shown := map[string]any{}, map[string]any{}
	for _, name := range sortedKeys(want) {
		if reflect.DeepEqual(want[name], old[name]) || ownFields[name] {
			continue
		}
		value, lost := reveal(want[name], old[name], live.object[name], name)
		if len(lost) > 0 {
			p.NotRestorable = append(p.NotRestorable, lost...)
			continue
		}
		body[name], shown[name] = value, want[name]
	}
	for _, name := range sortedKeys(old) {
		if _, ok := want[name]; !ok && !ownFields[name] {
			p.NotRestorable = append(p.NotRestorable, name+": it is set now and was not then; the API cannot unset a field by leaving it out")
		}
	}
	if len(body) == 0 {
		return nil
	}
	return p.add(Step{Verb: Modified, Path: p.Path, Name: p.Name, Method: http.MethodPut, APIPath: t.ItemPath(p.Path), before: live.file}, body, shown, old)
}

func (p *Plan) add(step Step, body, shown, old map[string]any) error {
	var err error
	if step.Body, err = json.Marshal(body); err != nil {
		return err
	}
	after := map[string]any{}
	before := map[string]any{}
	for name, v := range shown {
		after[name] = v
		if was, ok := old[name]; ok {
			before[name] = was
		}
	}
	from, err := encode(before)
	if err != nil {
		return err
	}
	to, err := encode(after)
	if err != nil {
		return err
	}
	if step.Settings, err = Compare(from, to); err != nil {
		return err
	}
	p.Steps = append(p.Steps, step)
	return nil
}

// ownFields are set by the cloud, or say where the object is.
var ownFields = map[string]bool{"id": true, "org_id": true, "site_id": true, "for_site": true, "mac": true, "serial": true, "model": true}

func objectOf(file []byte) (map[string]any, error) {
	v, err := decode(orEmpty(file))
	o, ok := v.(map[string]any)
	if err == nil && !ok {
		err = errors.New("the file of the object holds no JSON object")
	}
	return o, err
}

func sortedKeys(o map[string]any) []string {
	keys := make([]string, 0, len(o))
	for k := range o {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// reveal puts the secrets of the live object in the place of the digests in want, where
// the digests are the same: the secret did not change. It lists those it cannot bring back.
func reveal(want, old, live any, path string) (value any, lost []string) {
	switch w := want.(type) {
	case string:
		now, _ := live.(string)
		switch {
		case Masked(w):
			return w, []string{path + ": the cloud only showed " + w}
		case strings.Contains(w, mask.Mark), strings.Contains(w, digestPrefix) && strings.Contains(now, mask.Mark):
			return w, []string{path + ": one of foghorn's own secrets, which it hides from itself too"}
		case !strings.Contains(w, digestPrefix):
			return w, nil
		case w == old && live != nil:
			return live, nil
		}
		return w, []string{path + ": a secret, of which the backup has the digest alone, and it has changed since"}
	case map[string]any:
		oldMap, _ := old.(map[string]any)
		liveMap, _ := live.(map[string]any)
		out := map[string]any{}
		for _, name := range sortedKeys(w) {
			v, l := reveal(w[name], oldMap[name], liveMap[name], path+"."+name)
			out[name], lost = v, append(lost, l...)
		}
		return out, lost
	case []any:
		oldList, _ := old.([]any)
		liveList, _ := live.([]any)
		out := make([]any, len(w))
		for i := range w {
			var o, l any
			if j := slices.IndexFunc(oldList, func(e any) bool { return reflect.DeepEqual(e, w[i]) }); j >= 0 && j < len(liveList) {
				o, l = oldList[j], liveList[j]
			} else if i < len(oldList) && i < len(liveList) {
				o, l = oldList[i], liveList[i]
			}
			v, miss := reveal(w[i], o, l, fmt.Sprintf("%s[%d]", path, i))
			out[i], lost = v, append(lost, miss...)
		}
		return out, lost
	}
	return want, nil
}
