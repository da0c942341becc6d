package mist

import (
	"context"
	"iter"
)

func (d *Definition) read(o Object) {
	*d = Definition{Key: o.Text("key"), Display: o.Text("display"), Description: o.Text("description"),
		Group: o.Text("group"), Severity: o.Text("severity")}
}

// AlarmDefinitions lists the types of alarm that the cloud knows now; AlarmDef
// has those of an older dump without asking.
func (c *Client) AlarmDefinitions(ctx context.Context) iter.Seq2[Definition, error] {
	return list[Definition](ctx, c, Request{Path: "/const/alarm_defs"}, pagingNumber)
}

// EventDefinitions lists the types of device event that the cloud knows now.
// A type may be there twice.
func (c *Client) EventDefinitions(ctx context.Context) iter.Seq2[Definition, error] {
	return list[Definition](ctx, c, Request{Path: "/const/device_events"}, pagingNumber)
}
