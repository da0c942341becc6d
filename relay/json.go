package relay

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"foghorn/journal/event"
)

// ID names the item for services that know repeats by it: "a345.12" is an event, and
// "a345/3" the third transition of an alert. It is the same for each attempt.
func (i *Item) ID() string {
	if i.Event != nil {
		return event.ShortID(i.Event.ID)
	}
	id := event.ShortID(i.Notice.Alerts[0].ID) + "/" + strconv.Itoa(i.Notice.N)
	if at := i.Notice.Reminder; !at.IsZero() {
		id += "/" + strconv.FormatInt(at.Unix(), 10)
	}
	return id
}

// Time is when the item happened.
func (i *Item) Time() time.Time {
	if i.Event != nil {
		return i.Event.Time
	}
	return i.Notice.Time
}

// eventJSON and noticeJSON are the shapes of an item, the same for every service that
// takes JSON. They are documented in docs/RELAYS.md.
type eventJSON struct {
	ID    string       `json:"id"`
	Kind  string       `json:"kind"` // event
	Event *event.Event `json:"event"`
}

type noticeJSON struct {
	ID     string          `json:"id"`
	Kind   string          `json:"kind"` // alert
	Why    Why             `json:"why"`
	Title  string          `json:"title"`
	Status string          `json:"status"`
	Step   string          `json:"step"`
	N      int             `json:"n"`
	Steps  int             `json:"steps"`
	Time   time.Time       `json:"time"`
	Actor  string          `json:"actor,omitempty"`
	Reason string          `json:"reason,omitempty"`
	Link   string          `json:"link,omitempty"`
	Test   bool            `json:"test,omitempty"`
	Alert  *event.Alert    `json:"alert"`
	Others []event.Alert   `json:"others,omitempty"` // those told together with it
	Raw    json.RawMessage `json:"raw,omitempty"`    // of the newest event
}

// JSON is the item as an object, on one line. Text keeps its <, > and &.
func (i *Item) JSON() ([]byte, error) {
	var v any
	if i.Event != nil {
		e := *i.Event
		e.Raw = rawOrText(e.Raw)
		v = eventJSON{i.ID(), "event", &e}
	}
	if n := i.Notice; n != nil {
		j := noticeJSON{ID: i.ID(), Kind: "alert", Why: n.Why, Title: n.Title(), Status: n.Status(), Step: n.Step, N: n.N, Steps: n.Steps,
			Time: n.Time, Actor: n.Actor, Reason: n.Reason, Link: n.Link, Test: n.Test, Alert: &n.Alerts[0], Others: n.Alerts[1:]}
		if n.Event != nil {
			j.Raw = rawOrText(n.Event.Raw)
		}
		v = j
	}
	return Compact(v)
}

// rawOrText is an element that a service can read: one that is cut off, because its
// delivery was, is a text.
func rawOrText(raw json.RawMessage) json.RawMessage {
	if len(raw) == 0 || json.Valid(raw) {
		return raw
	}
	text, _ := json.Marshal(strings.ToValidUTF8(string(raw), "\uFFFD")) // a string always marshals
	return text
}

// Compact is a value as JSON on one line, without escaping <, > and &: the services
// show what they get.
func Compact(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
