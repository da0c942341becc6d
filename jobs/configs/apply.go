package configs

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"foghorn/internal/safetext"
	"foghorn/mist"
)

// StepError is the failure of a step. The steps before it are done, those after it are
// not begun.
type StepError struct {
	Step int // from 1
	Of   int
	What string
	Err  error
}

func (e *StepError) Error() string {
	return fmt.Sprintf("step %d of %d, %s: %v; the steps before it are done, the later ones were not started", e.Step, e.Of, e.What, e.Err)
}

// Unwrap returns the cause.
func (e *StepError) Unwrap() error { return e.Err }

var errChangedMeanwhile = errors.New("it has changed in the cloud since the plan was made")

// KeptError means that the steps are done, and that the cloud kept fields that should be
// unset.
type KeptError struct{ What []string }

func (e *KeptError) Error() string {
	return "all steps are done, but the cloud did not unset " + strings.Join(e.What, "; ")
}

// Apply does what a plan says, step by step: it looks whether the object is still as the
// plan found it, changes it, reads it back, and writes what it read into the backup. by
// says who does it, and its message to which state. It stops at the first failure.
func (s *Store) Apply(ctx context.Context, cloud Cloud, p *Plan, by Commit, done func(step int, text string)) error {
	ctx = mist.WithCaller(ctx, "restore", mist.Operator)
	ids := map[string]string{} // of what was made, by what stands for them in the steps
	var kept []string
	for i, step := range p.Steps {
		what := fmt.Sprintf("%s %s %s", step.Method, step.Path.Type, safetext.Line(step.Name))
		step = step.with(ids)
		one := by
		one.Message = fmt.Sprintf("Restore %s %s %s", step.Path.Type, step.Name, by.Message)
		id, left, err := s.applyStep(ctx, cloud, step, one)
		if err != nil {
			return &StepError{i + 1, len(p.Steps), what, err}
		}
		if step.Verb == Created {
			ids[newIDOf(step.Path.ID)] = id
		}
		if len(left) > 0 {
			kept = append(kept, strings.Join(left, ", ")+" of "+step.Path.Type+" "+safetext.Line(step.Name))
		}
		done(i+1, what)
	}
	if len(kept) > 0 {
		return &KeptError{kept}
	}
	return nil
}

// with is the step with the ids of what was made before.
func (s Step) with(ids map[string]string) Step {
	if s.fresh {
		s.Path.ID = ids[newIDOf(s.Path.ID)]
	}
	if !bytes.Contains(s.Body, []byte(newIDPrefix)) {
		return s
	}
	for stands, id := range ids {
		s.Body = bytes.ReplaceAll(s.Body, []byte(stands), []byte(id))
	}
	return s
}

// applyStep does one step. It returns the id of what it created, and the fields that the
// cloud did not unset.
func (s *Store) applyStep(ctx context.Context, cloud Cloud, step Step, by Commit) (id string, kept []string, err error) {
	t, _ := FindType(step.Path.Type, step.Path.SiteID != "")
	path := step.APIPath
	if step.Verb != Created {
		path = t.ItemPath(step.Path) // with the id that is known now
	}
	if step.Verb != Created && !step.fresh {
		now, err := s.live(ctx, cloud, t, step.Path)
		if err != nil {
			return "", nil, err
		}
		if now == nil || !bytes.Equal(now.file, step.before) {
			return "", nil, errChangedMeanwhile
		}
	}
	resp, err := cloud.Do(ctx, mist.Request{Method: step.Method, Path: path, Body: step.Body})
	if err != nil {
		return "", nil, err
	}
	at, was := step.Path, ""
	if step.Verb == Created {
		if at.ID, was = idOf(resp.Body), step.Path.ID; at.check() != nil {
			return "", nil, errors.New("the cloud's answer has no id")
		}
	}
	back, err := s.live(ctx, cloud, t, at)
	if err != nil {
		return "", nil, fmt.Errorf("it was sent, but cannot be read back: %w", err)
	}
	if err := s.keep(ctx, at, was, back, by); err != nil {
		return "", nil, fmt.Errorf("it was sent, but could not be written into the backup: %w", err)
	}
	kept, err = readBack(step, back)
	return at.ID, kept, err
}

// keep writes what was read back into the backup: a second plan then begins with it.
func (s *Store) keep(ctx context.Context, at Path, was string, back *state, by Commit) error {
	changes := []Change{{Object: at.object(nil), Was: was, Gone: back == nil}}
	if back != nil {
		changes[0].JSON = back.raw
	} else {
		for _, also := range goneWith[at.Type] {
			o := at
			o.Type = also
			changes = append(changes, Change{Object: o.object(nil), Gone: true})
		}
	}
	_, err := s.Write(ctx, changes, by)
	if _, ok := errors.AsType[*HistoryError](err); ok {
		return nil // the files are written; the next backup commits them
	}
	return err
}

// readBack compares what the cloud has with what was sent. It returns the fields that are
// still set as they were and should not be.
func readBack(step Step, back *state) (kept []string, err error) {
	if step.Verb == Deleted {
		if back != nil {
			return nil, errors.New("it was sent, but the object still exists")
		}
		return nil, nil
	}
	if back == nil {
		return nil, errors.New("it was sent, but the object does not exist")
	}
	sent, err := objectOf(step.Body)
	if err != nil {
		return nil, err
	}
	var differ []string
	for _, name := range sortedKeys(sent) {
		if was, ok := step.unset[strings.TrimPrefix(name, unsetPrefix)]; ok && strings.HasPrefix(name, unsetPrefix) {
			if name = name[len(unsetPrefix):]; reflect.DeepEqual(back.object[name], was) {
				kept = append(kept, name)
			}
			continue
		}
		if !contains(back.object[name], sent[name]) {
			differ = append(differ, name)
		}
	}
	if len(differ) > 0 {
		return nil, fmt.Errorf("it was sent, but the cloud has something else in %s", strings.Join(differ, ", "))
	}
	return kept, nil
}

// contains reports whether the cloud's value has all of what was sent. The cloud adds
// members of its own, and shows a secret as stars.
func contains(has, sent any) bool {
	if text, ok := has.(string); ok && Masked(text) {
		return true
	}
	switch s := sent.(type) {
	case map[string]any:
		h, ok := has.(map[string]any)
		for name, v := range s {
			ok = ok && contains(h[name], v)
		}
		return ok
	case []any:
		h, ok := has.([]any)
		ok = ok && len(h) == len(s)
		for i := range s {
			ok = ok && contains(h[i], s[i])
		}
		return ok
	}
	return has == sent
}
