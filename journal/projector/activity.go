package projector

import (
	"fmt"

	"foghorn/journal/decode"
	"foghorn/journal/event"
)

// activity carries out what an operator did, as far as it changes the view, and stores
// it.
func (w *writer) activity(a *event.Activity) error {
	if err := w.runActivity(a); err != nil {
		return err
	}
	w.learnRename(a)
	return w.put(a)
}

// put stores an activity.
func (w *writer) put(a *event.Activity) error {
	if w.collect {
		w.commit.Activities = append(w.commit.Activities, *a)
	}
	return w.tx.PutActivity(a)
}

func (w *writer) runActivity(a *event.Activity) error {
	switch a.Action {
	case event.ActionResult:
		return w.result(a)
	case event.ActionUndo:
		of, err := w.tx.Activity(a.Undoes)
		if err != nil {
			return err
		}
		return w.p.machine.Undo(a, of, w.tx)
	case event.ActionSubscribe, event.ActionUnsubscribe:
		return w.subscription(a)
	}
	return w.p.machine.Activity(a, w.tx)
}

// result stores the outcome of an earlier activity in Mist, on that activity and on
// its alert.
func (w *writer) result(a *event.Activity) error {
	id, ok := event.ActivityIDOf(a.Target)
	if !ok || a.Sync.State == event.SyncNone {
		a.Result = fmt.Sprintf("a result needs the activity it is about and a sync state; this one has %q and none", a.Target)
		return nil
	}
	of, err := w.tx.Activity(id)
	if err != nil {
		return err
	}
	if of == nil {
		a.Result = fmt.Sprintf("activity %d is not in the journal; retention may have removed it", id)
		return nil
	}
	a.Sync = a.Sync.Clip(maxReason)
	of.Sync = a.Sync
	if _, device := event.DeviceMACOf(of.Target); device && a.Result != "" {
		of.Result = a.Result // what was seen of it since
	}
	if err := w.p.machine.Result(of, a.Sync, a.Time, w.tx); err != nil {
		return err
	}
	w.learnRename(of)
	if a.Result == "" { // else it says why, where the state alone does not
		a.Result = "ok"
	}
	return w.put(of)
}

// maxReason bounds what Mist said, in bytes, so that one row stays one row.
const maxReason = 1024

// subscription keeps which channels of the stream people have subscribed to.
func (w *writer) subscription(a *event.Activity) error {
	channel, ok := event.ChannelOf(a.Target)
	if !ok || channel == "" {
		a.Result = fmt.Sprintf("%q names no channel of a stream", a.Target)
		return nil
	}
	has, err := w.tx.Subscribed(a.Source, channel)
	wants := a.Action == event.ActionSubscribe
	switch {
	case err != nil:
		return err
	case has && wants:
		a.Result = "it already has a subscription"
		return nil
	case !has && !wants:
		a.Result = "nobody has subscribed to it"
		return nil
	}
	a.Result = "ok"
	if !wants {
		return w.tx.DropSubscription(a.Source, channel)
	}
	return w.tx.PutSubscription(event.Subscription{Source: a.Source, Channel: channel, Actor: a.Actor, Time: a.Time})
}

// learnRename learns the new name of a device as soon as Mist has accepted it. The
// result is in the log, so a rebuild learns it at the same place.
func (w *writer) learnRename(a *event.Activity) {
	if a.Action != event.ActionRename || a.Sync.State != event.SyncDone {
		return
	}
	if mac, ok := event.DeviceMACOf(a.Target); ok {
		w.p.names.learn([]decode.Name{{Kind: nameDevice, ID: string(mac), Name: a.After}})
	}
}
