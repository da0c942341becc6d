package journal

import (
	"fmt"
	"slices"
	"time"

	"foghorn/internal/human"
	"foghorn/journal/event"
)

// addRelays adds the relays that get nothing through, and says of paused ones that they
// are. Without a collector none sends, which is a problem already.
func (h *Health) addRelays(running bool, at func(time.Time) string) {
	h.Relays = slices.DeleteFunc(h.Relays, func(r event.RelayState) bool { return r.State == event.RelayRemoved })
	for i := range h.Relays {
		r := &h.Relays[i]
		waits := human.CountOf(r.Queued, "item")
		switch {
		case !running:
		case r.PausedAt != nil:
			h.Warnings = append(h.Warnings, Trouble{Kind: RelayPaused, Name: r.Name, What: fmt.Sprintf("relay %s is paused by %s since %s", r.Name, r.PausedBy, at(*r.PausedAt)),
				Detail: fmt.Sprintf("%s waiting; take it up again with: foghorn relay resume %s", waits, r.Name)})
		case r.State == event.RelayFailing:
			h.Problems = append(h.Problems, Trouble{Kind: RelayFails, Name: r.Name, What: fmt.Sprintf("relay %s gets nothing through since %s", r.Name, at(r.Since)),
				Brief: r.LastError, Detail: fmt.Sprintf("%s; %s waiting. Try it with: foghorn relay test %s", r.LastError, waits, r.Name)})
		}
	}
}
