package configs

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

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
	return fmt.Sprintf("step %d of %d, %s: %v; the steps before it are done, the others were not begun", e.Step, e.Of, e.What, e.Err)
}

// Unwrap returns the cause.
func (e *StepError) Unwrap() error { return e.Err }

var errChangedMeanwhile = errors.New("it has changed in the cloud since the plan was made")

// Apply does what a plan says, step by step: it looks whether the object is still as the
// plan found it, changes it, and reads it back. It stops at the first failure.
func (s *Store) Apply(ctx context.Context, cloud Cloud, p *Plan, done func(step int, text string)) error {
	ctx = mist.WithCaller(ctx, "restore", mist.Operator)
	newID := ""
	for i, step := range p.Steps {
		if newID != "" {
			step.Body = bytes.ReplaceAll(step.Body, []byte(NewID), []byte(newID))
		}
		what := fmt.Sprintf("%s %s %s", step.Method, step.Path.Type, step.Name)
		id, err := s.applyStep(ctx, cloud, step)
		if err != nil {
			return &StepError{i + 1, len(p.Steps), what, err}
		}
		if step.Verb == Created {
			newID = id
		}
		done(i+1, what)
	}
	return nil
}

// applyStep does one step and returns the id of what it created.
func (s *Store) applyStep(ctx context.Context, cloud Cloud, step Step) (string, error) {
	t, _ := FindType(step.Path.Type, step.Path.SiteID != "")
	now, err := s.live(ctx, cloud, t, step.Path)
	if err != nil {
		return "", err
	}
	if step.Verb == Created != (now == nil) || now != nil && !bytes.Equal(now.file, step.before) {
		return "", errChangedMeanwhile
	}
	resp, err := cloud.Do(ctx, mist.Request{Method: step.Method, Path: step.APIPath, Body: step.Body})
	if err != nil {
		return "", err
	}
	at := step.Path
	if step.Verb == Created {
		if at.ID = idOf(resp.Body); at.check() != nil {
			return "", errors.New("the cloud's answer has no id")
		}
	}
	back, err := s.live(ctx, cloud, t, at)
	if err != nil {
		return "", fmt.Errorf("it was sent, but cannot be read back: %w", err)
	}
	return at.ID, readBack(step, back)
}

// readBack compares what the cloud has with what was sent.
func readBack(step Step, back *state) error {
	if step.Verb == Deleted {
		if back != nil {
			return errors.New("it was sent, but the object is still there")
		}
		return nil
	}
	if back == nil {
		return errors.New("it was sent, but the object is not there")
	}
	sent, err := objectOf(step.Body)
	if err != nil {
		return err
	}
	var differ []string
	for _, name := range sortedKeys(sent) {
		if !contains(back.object[name], sent[name]) {
			differ = append(differ, name)
		}
	}
	if len(differ) > 0 {
		return fmt.Errorf("it was sent, but the cloud has something else in %s", strings.Join(differ, ", "))
	}
	return nil
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
