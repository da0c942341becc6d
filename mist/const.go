package mist

import (
	"context"
	"iter"
)

func (d *Definition) read(o Object) {
	*d = Definition{Key: o.Text("key"), Display: o.Text("display"), Description: o.Text("description"),
		Group: o.Text("group"), Severity: o.Text("severity")}
}

// AlarmDefinitions fetches the alarm types that the cloud knows now. AlarmDef
// looks one up in an older, embedded dump, without a call.
func (c *Client) AlarmDefinitions(ctx context.Context) iter.Seq2[Definition, error] {
	return list[Definition](ctx, c, Request{Path: "/const/alarm_defs"}, pagingNumber)
}

// EventDefinitions fetches the device event types that the cloud knows now. A
// type may occur twice.
func (c *Client) EventDefinitions(ctx context.Context) iter.Seq2[Definition, error] {
	return list[Definition](ctx, c, Request{Path: "/const/device_events"}, pagingNumber)
}
