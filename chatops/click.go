package chatops

import (
	"context"
	"strings"

	"foghorn/actions"
	"foghorn/journal/event"
)

// click does what a button is for, if the one who clicked may: that is seldom the one who
// asked.
func (r *request) click(ctx context.Context) (*Message, error) {
	switch click := r.call.Click; click.Action {
	case actionConfirm:
		return r.confirm(ctx)
	case actionCancel:
		return r.cancel(ctx)
	case actionRun:
		return r.command(ctx, click.Value)
	case actionTake:
		if r.person.Role < actions.RoleOperator {
			return nil, &refused{"ack needs the role operator; you have " + r.person.Role.String() + "."}
		}
		r.line = line{word: "ack", args: []string{strings.TrimSpace(click.Value)}}
		return r.onAlerts(ctx, event.ActionAck, actions.Args{"take-over": "true"})
	}
	return nil, &refused{"This button is not one of foghorn's."}
}
