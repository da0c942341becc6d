package configs

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"net/url"
	"strings"
	"time"

	"foghorn/internal/clock"
	"foghorn/mist"
)

// Cloud is what a backup asks; *mist.Client is one.
type Cloud interface {
	Do(ctx context.Context, r mist.Request) (*mist.Response, error)
	Pages(ctx context.Context, r mist.Request) iter.Seq2[*mist.Response, error]
}

var _ Cloud = (*mist.Client)(nil)

// Limits of what the cloud is taken to send.
const (
	pageRows  = 1000
	maxRows   = 100_000 // objects of one type
	rateRetry = time.Minute
	maxRefuse = 20 // times in a row that the budget may refuse one call
)

// caller makes the calls of one backup.
type caller struct {
	cloud Cloud
	pace  *Pace
	clock clock.Clock
	waits func(until time.Time)
	calls int
	// hurried calls fail where the budget of the hour is used up: somebody waits.
	hurried bool
}

// one fetches one object.
func (c *caller) one(ctx context.Context, path, query string) ([]byte, error) {
	var body []byte
	err := c.call(ctx, func() error {
		q, _ := url.ParseQuery(query)
		resp, err := c.cloud.Do(ctx, mist.Request{Path: path, Query: q})
		if err == nil {
			body = resp.Body
		}
		return err
	})
	return body, err
}

// list fetches all objects of a list. It fails if the list is incomplete.
func (c *caller) list(ctx context.Context, t Type, path string) ([]mist.Value, error) {
	q, _ := url.ParseQuery(t.Query)
	q.Set("limit", fmt.Sprint(pageRows))
	if !t.Search {
		q.Set("page", "1")
	}
	var rows []mist.Value
	err := c.call(ctx, func() error {
		rows = nil
		for resp, err := range c.cloud.Pages(ctx, mist.Request{Path: path, Query: q}) {
			if err != nil {
				return err
			}
			if rows != nil { // each further page was a call too
				if err := c.admit(ctx); err != nil {
					return err
				}
			}
			page, err := rowsOf(t, resp.Body)
			if err != nil {
				return err
			}
			if rows = append(rows, page...); len(rows) > maxRows {
				return fmt.Errorf("more than %d %s", maxRows, t.Name)
			}
		}
		return nil
	})
	return rows, err
}

// rowsOf returns the objects of one page.
func rowsOf(t Type, body []byte) ([]mist.Value, error) {
	array := mist.Value(body)
	if t.Search {
		o, _ := mist.ParseObject(body)
		array, _ = o.Lookup("results")
	}
	elements, ok := mist.Elements(array, maxRows+1, nil)
	if !ok {
		return nil, errors.New("the answer is not a list of objects")
	}
	rows := make([]mist.Value, len(elements)) // not nil
	for i, e := range elements {
		rows[i] = bytes.Clone(e)
	}
	return rows, nil
}

func (c *caller) admit(ctx context.Context) error {
	c.calls++
	return c.pace.wait(ctx, c.waits)
}

// call makes a call, and waits where the budget of the hour is used up.
func (c *caller) call(ctx context.Context, do func() error) error {
	for refused := 0; ; refused++ {
		if err := c.admit(ctx); err != nil {
			return err
		}
		err := do()
		until, again := c.later(err)
		if !again || c.hurried || refused >= maxRefuse {
			return err
		}
		c.waits(until)
		if err := sleep(ctx, c.clock, until.Sub(c.clock.Now())); err != nil {
			return err
		}
	}
}

// later says when a call that the budget refused may be made again.
func (c *caller) later(err error) (time.Time, bool) {
	if budget, ok := errors.AsType[*mist.BudgetError](err); ok {
		return budget.Resets, true
	}
	if refused, ok := errors.AsType[*mist.Error](err); ok && refused.Kind == mist.KindRateLimit {
		if refused.Retry.IsZero() {
			return c.clock.Now().Add(rateRetry), true
		}
		return refused.Retry, true
	}
	return time.Time{}, false
}

// idOf is the id of a row.
func idOf(raw mist.Value) string {
	o, _ := mist.ParseObject(raw)
	return o.ID("id")
}

// isWired reports whether a row of devices is one with a config_cmd.
func isWired(raw mist.Value) bool {
	o, _ := mist.ParseObject(raw)
	kind := o.Text("type")
	return kind == "switch" || kind == "gateway"
}

// nameIn is a name for messages: of a site, a device.
func nameIn(raw mist.Value) string {
	o, _ := mist.ParseObject(raw)
	return strings.TrimSpace(cmp.Or(o.Text("name"), o.Text("mac"), o.Text("id")))
}
