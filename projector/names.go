package projector

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"foghorn/decode"
	"foghorn/event"
	"foghorn/store"
	"foghorn/triage"
)

// Kinds of what is kept by PutName. Recoveries are triage's (see
// triage.Recovery): the id is the condition's key, the name the time in epoch
// milliseconds.
const (
	nameSite     = "site"
	nameDevice   = "device"
	nameClient   = "client"
	nameRecovery = "recovery"
)

// Bounds on what is learned. Both depend on the log alone, so that a rebuild
// learns the same: a name once learned is never let go. Clients that change
// their MAC for every network use up theirs; those that come later are then
// shown by MAC unless their events name them, and sites and devices, which are
// counted apart, are as before.
const (
	maxNames     = 100_000 // of each kind, some 20 MB
	maxNameBytes = 256
)

type nameKey struct{ kind, id string }

// names are the readable names that events told, so that later events that
// carry only an id can be shown with them. The latest in the log's order wins.
type names struct {
	known map[nameKey]string
	count map[string]int       // of each kind
	fresh map[nameKey]struct{} // not written yet
}

func loadNames(kept []store.Name) (*names, []triage.Recovery) {
	n := &names{known: make(map[nameKey]string, len(kept)), count: map[string]int{}, fresh: map[nameKey]struct{}{}}
	var recoveries []triage.Recovery
	for _, k := range kept {
		if k.Kind != nameRecovery {
			n.known[nameKey{k.Kind, k.ID}] = k.Name
			n.count[k.Kind]++
			continue
		}
		if ms, err := strconv.ParseInt(k.Name, 10, 64); err == nil {
			recoveries = append(recoveries, triage.Recovery{Key: k.ID, At: time.UnixMilli(ms).UTC()})
		}
	}
	return n, recoveries
}

func recoveryName(r triage.Recovery) store.Name {
	return store.Name{Kind: nameRecovery, ID: r.Key, Name: strconv.FormatInt(r.At.UnixMilli(), 10)}
}

// learn takes in the names a record told.
func (n *names) learn(told []decode.Name) {
	for _, t := range told {
		if t.ID == "" || t.Name == "" || len(t.Name) > maxNameBytes || len(t.ID) > maxNameBytes ||
			t.Kind != nameSite && t.Kind != nameDevice && t.Kind != nameClient {
			continue
		}
		key := nameKey{t.Kind, t.ID}
		have, ok := n.known[key]
		if have == t.Name || !ok && n.count[t.Kind] >= maxNames {
			continue
		}
		if !ok {
			n.count[t.Kind]++
		}
		n.known[key] = t.Name
		n.fresh[key] = struct{}{}
	}
}

// fill gives an event the names it did not bring, in its sentences too. What is
// known at that point of the log depends on the log alone, and so does the text.
func (n *names) fill(e *event.Event) {
	if e.Site == "" && e.SiteID != "" {
		e.Site = n.known[nameKey{nameSite, e.SiteID}]
	}
	if e.Device == "" && e.DeviceMAC != "" {
		decode.CallDevice(e, n.known[nameKey{nameDevice, string(e.DeviceMAC)}])
	}
	if e.Client == "" && e.ClientMAC != "" {
		decode.CallClient(e, n.known[nameKey{nameClient, string(e.ClientMAC)}])
	}
}

// changes returns what has to be written, in a fixed order, once.
func (n *names) changes() []store.Name {
	if len(n.fresh) == 0 {
		return nil
	}
	out := make([]store.Name, 0, len(n.fresh))
	for k := range n.fresh {
		out = append(out, store.Name{Kind: k.kind, ID: k.id, Name: n.known[k]})
	}
	clear(n.fresh)
	slices.SortFunc(out, func(a, b store.Name) int {
		if c := strings.Compare(a.Kind, b.Kind); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return out
}
