package actions

import "context"

// Courier is the collector's part without its ticker.
func (a *Actions) Courier() *courier { return a.courier() }

// Look is one look of it.
func (c *courier) Look(ctx context.Context) { c.look(ctx) }
