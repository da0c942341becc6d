package view

import (
	"strconv"
	"strings"

	"foghorn/actions"
	"foghorn/internal/human"
	"foghorn/journal/event"
	"foghorn/tui/pane"
)

// relayKeys are the keys of the list of relays and of the page of one.
func relayKeys(p *pane.List[event.RelayRow]) []pane.Binding {
	in := []pane.Place{p.Place(), relayPlace}
	at := func(s pane.Screen) (event.RelayRow, bool) {
		if sheet, ok := s.Sheet.(*relaySheet); ok {
			return sheet.page.row, true
		}
		return p.List.Selected()
	}
	none := func(s pane.Screen) string {
		if _, ok := at(s); !ok {
			return "No relay here."
		}
		return ""
	}
	on := func(run func(r *event.RelayRow) pane.Request) func(s pane.Screen) pane.Request {
		return func(s pane.Screen) pane.Request {
			r, ok := at(s)
			if !ok {
				return nil
			}
			return run(&r)
		}
	}
	return append([]pane.Binding{
		{Name: "retry", Keys: []string{"R"}, In: in, Foot: "retry", Help: "send again what the relay's destination refused", Off: none, Run: on(retryRelay)},
		{Name: "pause-relay", Keys: []string{"P"}, In: in, Foot: "pause it", Help: "stop the relay from sending, or have it send again", Off: none, Run: on(toggleRelay)},
	}, undoKey(in))
}

// undoKey takes back what the operator did last, in places without alerts.
func undoKey(in []pane.Place) pane.Binding {
	return pane.Binding{Name: "undo", Keys: []string{"U"}, In: in, Help: "undo what you did last, within 10 seconds",
		Run: func(pane.Screen) pane.Request { return pane.Undo{} }}
}

// retryRelay has all dead letters of a relay tried again. Many of them ask first: they
// may fill a chat.
func retryRelay(r *event.RelayRow) pane.Request {
	act := pane.Act{Action: event.ActionRelayRetry, Targets: []actions.Target{actions.RelayTarget(r.Name)}, Label: r.Name}
	if n := r.Dead + r.Parked; n > 1 {
		act.Ask = "send " + human.CountOf(n, "dead letter") + " of " + r.Name + " again?"
		act.Yes = "yes, send them again"
	}
	return act
}

// toggleRelay pauses a relay, or has a paused one send again.
func toggleRelay(r *event.RelayRow) pane.Request {
	action := event.ActionRelayPause
	if r.PausedAt != nil {
		action = event.ActionRelayResume
	}
	return pane.Act{Action: action, Targets: []actions.Target{actions.RelayTarget(r.Name)}, Label: r.Name}
}

// retryLetters has letters tried again, those of each relay together.
func retryLetters(letters []event.DeadLetter) pane.Request {
	var order []string
	ids := map[string][]string{}
	for _, l := range letters {
		if ids[l.Relay] == nil {
			order = append(order, l.Relay)
		}
		ids[l.Relay] = append(ids[l.Relay], strconv.FormatInt(l.ID, 10))
	}
	var out pane.All
	for _, name := range order {
		out = append(out, pane.Act{Action: event.ActionRelayRetry, Targets: []actions.Target{actions.RelayTarget(name)}, Label: name,
			Args: actions.Args{"letters": strings.Join(ids[name], ",")}})
	}
	return out
}
