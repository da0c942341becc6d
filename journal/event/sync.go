package event

import (
	"strings"

	"foghorn/internal/safetext"
)

// SyncState says how far a change made here has reached Mist.
type SyncState string

// The states of a sync. Sending and pending are the ones that somebody still
// works on; the others are final.
const (
	SyncNone    SyncState = ""        // nothing to send
	SyncSending SyncState = "sending" // the process that made the change is sending it
	SyncPending SyncState = "pending" // Mist could not be reached; the collector retries
	SyncDone    SyncState = "done"    // Mist has it
	SyncFailed  SyncState = "failed"  // Mist refused it, or its outcome is unknown; Reason says why
	SyncLocal   SyncState = "local"   // the change stays here; Reason says why
)

// Sync is how far a change made here has reached Mist, and why no further.
type Sync struct {
	State  SyncState `json:"state"`
	Reason string    `json:"reason,omitempty"`
}

// Unfinished reports whether Mist has not answered yet.
func (s Sync) Unfinished() bool { return s.State == SyncSending || s.State == SyncPending }

// Clip bounds the reason to a number of bytes.
func (s Sync) Clip(most int) Sync {
	s.Reason = safetext.Clip(s.Reason, most)
	return s
}

// syncOf reads what heads of older logs have under the name "cloud": a state, or
// in its place the reason.
func syncOf(cloud string) Sync {
	switch s := SyncState(cloud); s {
	case SyncNone, SyncSending, SyncPending, SyncDone:
		return Sync{State: s}
	}
	if reason, ok := strings.CutPrefix(cloud, "here only: "); ok {
		return Sync{State: SyncLocal, Reason: reason}
	}
	return Sync{State: SyncFailed, Reason: cloud}
}
