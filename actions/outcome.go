package actions

import (
	"context"
	"errors"
	"time"

	"foghorn/journal/event"
	"foghorn/mist"
)

// outcome is the result of a call that changes something in Mist.
type outcome struct {
	err   error     // nil when it took it
	text  string    // why not, in words a person can act on
	local string    // why it is not sent to Mist at all
	retry bool      // worth trying again later
	until time.Time // but not before
	part  bool      // parts of the call may succeed by themselves
}

// sync is the outcome as an activity records it.
func (o outcome) sync() event.Sync {
	switch {
	case o.local != "":
		return event.Sync{State: event.SyncLocal, Reason: o.local}
	case o.retry:
		return event.Sync{State: event.SyncPending, Reason: o.text}
	case o.err != nil:
		return event.Sync{State: event.SyncFailed, Reason: o.text}
	}
	return event.Sync{State: event.SyncDone}
}

// refused reports whether Mist will never accept it.
func (o outcome) refused() bool { return o.err != nil && !o.retry && o.local == "" }

// outcomeOf judges an error of a call.
func outcomeOf(err error) outcome {
	if err == nil {
		return outcome{}
	}
	o := outcome{err: explain(err), text: mist.Explain(err)}
	var budget *mist.BudgetError
	var e *mist.Error
	switch {
	case errors.As(err, &budget):
		o.retry, o.until = true, budget.Resets
	case !errors.As(err, &e):
		o.retry = true // the context of the call ended: nobody answered
	case e.Kind == mist.KindRateLimit:
		o.retry, o.until = true, e.Retry
	case e.Kind == mist.KindTransport, e.Kind == mist.KindServer, e.Kind == mist.KindMalformed, e.Kind == mist.KindTooLarge:
		o.retry = true
	case e.Kind == mist.KindBadRequest, e.Kind == mist.KindNotFound:
		o.part = true
	}
	return o
}

// asOperator marks a context as an operator's call, which goes before all others.
func asOperator(ctx context.Context) context.Context {
	return mist.WithCaller(ctx, "operator", mist.Operator)
}
