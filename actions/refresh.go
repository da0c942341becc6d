package actions

import "context"

var _ = register(&Descriptor{
	Name:      "refresh",
	Summary:   "read the webhooks of a source from Mist again; a source may be read once a second",
	Target:    OnSource,
	Role:      RoleViewer,
	Done:      "refreshed",
	NoCommand: "`foghorn webhooks` reads them each time",
	order:     110,
	check: func(_ context.Context, c *call, targets []Target) ([]Item, error) {
		var out []Item
		for _, t := range targets {
			i := Item{Target: t, Label: t.Source}
			if c.refresh == nil {
				i.Skip = "no organization has an API token in this process"
			}
			out = append(out, i)
		}
		return out, nil
	},
	run: func(ctx context.Context, c *call, items []Item, yield func(Step, error) bool) {
		for _, i := range items {
			step := Step{Target: i.Target, State: Done}
			if err := c.refresh(ctx, i.Target.Source, i.Target.Site); err != nil {
				step.State, step.Text, step.Err = Failed, err.Error(), err
			}
			if !yield(step, nil) {
				return
			}
		}
	},
})
