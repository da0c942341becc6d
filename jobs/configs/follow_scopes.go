package configs

import (
	"context"
	"strings"

	"foghorn/journal/event"
	"foghorn/journal/query"
)

// scopes are what the events ask for, each once.
func (f *Follower) scopes(ctx context.Context, events []event.Event) ([]Scope, error) {
	var all []Scope
	audits := map[string]Commit{}
	for i := range events {
		ev := &events[i]
		if ev.Test {
			continue
		}
		raw, err := f.o.Events.Raw(ctx, ev.ID)
		if err != nil {
			if ctx.Err() != nil {
				return nil, err
			}
			continue // retention took the record
		}
		if by := CommitOf(raw, ev.Time); ev.Topic == event.TopicAudits && by.AuditID != "" {
			audits[by.AuditID] = by
		}
		if scope, ok := ScopeOf(ev, raw); ok {
			scope.ap = strings.HasPrefix(ev.Type, "AP_")
			all = append(all, scope)
		}
	}
	if err := f.authors(ctx, events[0].ID, all, audits); err != nil {
		return nil, err
	}
	return coalesce(all), nil
}

// authors names the admins of new configurations, whose events have no more of an audit
// than its id. The audit comes shortly before them, or beside them.
func (f *Follower) authors(ctx context.Context, before int64, all []Scope, audits map[string]Commit) error {
	looked := false
	for i := range all {
		by := &all[i].By
		if by.Author != "" || by.AuditID == "" {
			continue
		}
		if _, known := audits[by.AuditID]; !known && !looked {
			looked = true
			if err := f.auditsBefore(ctx, before, audits); err != nil {
				return err
			}
		}
		if audit, known := audits[by.AuditID]; known {
			*by = audit
		}
	}
	return nil
}

var onlyAudits = query.MustParse("topic:" + event.TopicAudits)

// auditsBack is how many audits before a new configuration are looked at.
const auditsBack = 100

// auditsBefore reads the last audits before an event.
func (f *Follower) auditsBefore(ctx context.Context, before int64, audits map[string]Commit) error {
	events, err := f.o.Events.Events(ctx, query.Page{Where: onlyAudits, Now: f.o.Clock.Now(), Before: before, Limit: auditsBack})
	if err != nil {
		return err
	}
	for i := range events {
		raw, err := f.o.Events.Raw(ctx, events[i].ID)
		if err != nil {
			if ctx.Err() != nil {
				return err
			}
			continue // retention took the record
		}
		by := CommitOf(raw, events[i].Time)
		audits[by.AuditID] = by
	}
	return nil
}
