package relay

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"foghorn/internal/human"
	"foghorn/journal/event"
)

// nouns are what one device of a type is called, and several.
var nouns = map[string][2]string{"ap": {"AP", "APs"}, "switch": {"switch", "switches"}, "gateway": {"gateway", "gateways"}, "mxedge": {"Mist Edge", "Mist Edges"}}

// order is that of types in a sentence; others come before them.
var order = []string{"gateway", "mxedge", "switch", "ap"}

// devices are of several types, or of one without a noun.
var devices = [2]string{"device", "devices"}

// kindDown is the kind of alerts about devices that are not connected.
const kindDown = "device_down"

// summarize is the sentence about several alerts.
func (q *alertQueue) summarize(ctx context.Context, d *draft) error {
	n := d.notice
	first := &n.Alerts[0]
	sites := map[string]bool{}
	same := true
	for i := range n.Alerts {
		a := &n.Alerts[i]
		sites[a.SiteID] = true
		same = same && a.Kind == first.Kind && a.SiteID == first.SiteID
	}
	if !same {
		n.Summary = overflowSentence(n, len(sites))
		return nil
	}
	where := cmp.Or(first.Site, first.Source)
	if first.Kind == kindDown {
		down, err := q.downSentence(ctx, n, d.message)
		n.Summary = where + ": " + down
		return err
	}
	total, open := len(n.Alerts), n.Unresolved()
	switch {
	case open == 0 && total == 2:
		n.Summary = fmt.Sprintf("%s: both alerts are over, the first: %s", where, first.Title)
	case open == 0:
		n.Summary = fmt.Sprintf("%s: all %d alerts are over, the first: %s", where, total, first.Title)
	case open < total:
		n.Summary = fmt.Sprintf("%s: %d of %s open, such as: %s", where, open, human.CountOf(total, "alert"), n.worst().Title)
	default:
		n.Summary = fmt.Sprintf("%s: %s, the first: %s", where, human.CountOf(total, "alert"), first.Title)
	}
	return nil
}

// overflowSentence is about alerts of several sites or kinds: what a storm brings beyond
// the messages of a minute.
func overflowSentence(n *Notice, sites int) string {
	total, open := len(n.Alerts), n.Unresolved()
	at := human.CountOf(sites, "site")
	switch {
	case open == 0:
		return fmt.Sprintf("All %d other alerts at %s are over", total, at)
	case open < total:
		return fmt.Sprintf("%d of %d other alerts at %s still open, the worst: %s", open, total, at, n.worst().Title)
	}
	return fmt.Sprintf("And %d more alerts at %s, the worst: %s", total, at, n.worst().Title)
}

// downSentence says how many devices are down: of all that the site has, where that
// is known, and of each type, where they are of several.
func (q *alertQueue) downSentence(ctx context.Context, n *Notice, m event.RelayMessage) (string, error) {
	types, err := q.typesOf(ctx, n)
	if err != nil {
		return "", err
	}
	total, open := len(n.Alerts), n.Unresolved()
	noun := devices
	if len(types) == 1 {
		noun = types[0].noun
	}
	switch {
	case open == 0 && n.Why == First: // nobody was told that they were down
		return fmt.Sprintf("%d %s were down %s", total, noun[1], human.Duration(n.lasted())), nil
	case open == 0 && total == 2:
		return "both " + noun[1] + " up again", nil
	case open == 0:
		return fmt.Sprintf("all %d %s up again", total, noun[1]), nil
	}
	more, err := q.more(ctx, m)
	if err != nil {
		return "", err
	}
	var down []string
	for _, t := range types {
		if t.open == 0 {
			continue
		}
		of := 0
		if len(types) == 1 {
			if of, err = q.devicesOf(ctx, n.Alerts[0].SiteID, t.name); err != nil {
				return "", err
			}
		}
		if of < total {
			down = append(down, fmt.Sprintf("%d %s%s", t.open, more, t.called()))
		} else {
			down = append(down, fmt.Sprintf("%d %sof %d %s", t.open, more, of, noun[1]))
		}
	}
	out := strings.Join(down, ", ") + " down"
	if up := total - open; up > 0 {
		out += fmt.Sprintf(", %d up again", up)
	}
	return out, nil
}

// more is "more " when an older message tells of devices of the site that are down, too.
func (q *alertQueue) more(ctx context.Context, m event.RelayMessage) (string, error) {
	if m.Group == "" {
		return "", nil
	}
	others, err := q.o.Outbox.GroupMessages(ctx, q.state.Name, m.Group, time.Time{})
	if err != nil {
		return "", err
	}
	for i := range others {
		if others[i].ID >= m.ID || !others[i].Posted || others[i].Over {
			continue
		}
		for _, id := range others[i].Members {
			a, err := q.o.Journal.Alert(ctx, id)
			if err != nil && !errors.Is(err, event.ErrNotFound) {
				return "", err
			}
			if err == nil && a.Resolved == nil {
				return "more ", nil
			}
		}
	}
	return "", nil
}

// typeCount is how many devices of a type alerts are about.
type typeCount struct {
	name string
	noun [2]string
	open int // of the alerts, so many are not over
}

func (t *typeCount) called() string {
	if t.open == 1 {
		return t.noun[0]
	}
	return t.noun[1]
}

// typesOf counts the devices of the alerts by type: gateways first, on which others
// depend. The event that opened an alert has the alert's id.
func (q *alertQueue) typesOf(ctx context.Context, n *Notice) ([]typeCount, error) {
	var out []typeCount
	for i := range n.Alerts {
		e, err := q.o.Journal.Event(ctx, n.Alerts[i].ID)
		if err != nil && !errors.Is(err, event.ErrNotFound) {
			return nil, err
		}
		at := slices.IndexFunc(out, func(t typeCount) bool { return t.name == e.DeviceType })
		if at < 0 {
			noun, ok := nouns[e.DeviceType]
			if !ok {
				noun = devices
			}
			at, out = len(out), append(out, typeCount{name: e.DeviceType, noun: noun})
		}
		if n.Alerts[i].Resolved == nil {
			out[at].open++
		}
	}
	slices.SortStableFunc(out, func(a, b typeCount) int { return cmp.Compare(slices.Index(order, a.name), slices.Index(order, b.name)) })
	return out, nil
}

// devicesOf is how many devices of a type a site has; 0 when it is not known.
func (q *alertQueue) devicesOf(ctx context.Context, siteID, deviceType string) (int, error) {
	if siteID == "" {
		return 0, nil
	}
	sites, err := q.o.Journal.SiteStates(ctx, siteID)
	if err != nil {
		return 0, err
	}
	for i := range sites {
		for _, t := range sites[i].Types {
			if t.Type == deviceType {
				return t.Devices, nil
			}
		}
	}
	return 0, nil
}
