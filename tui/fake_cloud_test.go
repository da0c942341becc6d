package tui

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"slices"
	"sync"

	"foghorn/actions"
	"foghorn/journal/event"
	"foghorn/mist"
)

// fakeCloud has the program's own actions, on the test's journal and with a cloud
// whose answers a test sets. Pings take their steps from the test.
type fakeCloud struct {
	once sync.Once
	acts *actions.Actions

	journal *testJournal
	mu      sync.Mutex
	sources []string
	sle     func(ctx context.Context, q event.SLEQuestion) (event.SLEDetail, error)
	rename  func(d event.Device, name string) error
	warn    string // what a check of a rename warns of
	pingCtx func(ctx context.Context)
	ping    func(hook event.Webhook, hop func(event.CheckStep)) error
	refresh func(ctx context.Context, source, site string) error
	asked   []event.SLEQuestion

	restarted []string // ids of devices
}

// on sets the journal.
func (c *fakeCloud) on(j *testJournal) *fakeCloud {
	c.journal = j
	return c
}

// actions are those of the screen's process: one, which knows what it has just done.
func (c *fakeCloud) actions() *actions.Actions {
	c.once.Do(func() { c.acts = c.newActions() })
	return c.acts
}

func (c *fakeCloud) newActions() *actions.Actions {
	o := actions.Options{Log: testLog{c.journal}, View: c.journal}
	if c.journal.box != nil {
		o.Relays = c.journal.box
	}
	for _, s := range c.sources {
		o.Clouds = append(o.Clouds, actions.Cloud{Source: s, OrgID: "org-1", API: fakeAPI{cloud: c}})
	}
	a := actions.New(o)
	if c.refresh != nil {
		a.OnRefresh(c.refresh)
	}
	return a
}

func (c *fakeCloud) Sources() []string { return c.sources }

func (c *fakeCloud) SLE(ctx context.Context, q event.SLEQuestion) (event.SLEDetail, error) {
	c.mu.Lock()
	c.asked = append(c.asked, q)
	answer := c.sle
	c.mu.Unlock()
	if answer == nil {
		return event.SLEDetail{}, errors.New("no answer is set")
	}
	return answer(ctx, q)
}

func (c *fakeCloud) Check(ctx context.Context, by actions.Operator, action string, targets []actions.Target, args actions.Args) ([]actions.Item, error) {
	items, err := c.actions().Check(ctx, by, action, targets, args)
	for i := range items {
		items[i].Warn = cmp.Or(c.warn, items[i].Warn)
	}
	return items, err
}

func (c *fakeCloud) Run(ctx context.Context, by actions.Operator, action string, targets []actions.Target, args actions.Args) iter.Seq2[actions.Step, error] {
	if action == event.ActionPing {
		return func(yield func(actions.Step, error) bool) { c.pingSteps(ctx, targets[0], yield) }
	}
	return c.actions().Run(ctx, by, action, targets, args)
}

func (c *fakeCloud) pingSteps(ctx context.Context, t actions.Target, yield func(actions.Step, error) bool) {
	step := actions.Step{Target: t, State: actions.Done}
	if c.pingCtx != nil {
		c.pingCtx(ctx)
		step.Err = ctx.Err()
	} else {
		hooks, _ := c.journal.Webhooks(ctx)
		i := slices.IndexFunc(hooks, func(h event.Webhook) bool { return h.ID == t.ID })
		step.Err = c.ping(hooks[i], func(s event.CheckStep) { yield(actions.Step{Target: t, State: actions.Progress, Check: s}, nil) })
	}
	if step.Err != nil {
		step.State = actions.Failed
	}
	yield(step, nil)
}

func (c *fakeCloud) Undo(ctx context.Context, by actions.Operator, done []event.Activity) iter.Seq2[actions.Step, error] {
	return c.actions().Undo(ctx, by, done)
}

// fakeAPI is the cloud of an action.
type fakeAPI struct {
	actions.API
	cloud *fakeCloud
}

func (a fakeAPI) Host() string { return "api.example.net" }

func (a fakeAPI) RestartDevice(_ context.Context, _, device string) error {
	a.cloud.mu.Lock()
	defer a.cloud.mu.Unlock()
	a.cloud.restarted = append(a.cloud.restarted, device)
	return nil
}

func (a fakeAPI) RenameDevice(_ context.Context, _, device, name string) (mist.DeviceConfig, error) {
	devices := a.cloud.journal.devices
	i := slices.IndexFunc(devices, func(d event.Device) bool { return cmp.Or(d.ID, mist.DeviceID(string(d.MAC))) == device })
	return mist.DeviceConfig{}, a.cloud.rename(devices[i], name)
}
