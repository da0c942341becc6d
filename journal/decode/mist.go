package decode

import (
	"fmt"
	"slices"
	"strings"

	"foghorn/internal/safetext"
	"foghorn/journal/event"
	"foghorn/mist"
)

// Malformed is the type of an event made from an element that is not an object.
const Malformed = "malformed"

// noSiteID is the site id that means none.
const noSiteID = "00000000-0000-0000-0000-000000000000"

// mistDelivery decodes a Mist webhook.
func mistDelivery(d *event.Delivery) Decoded {
	dec := decoder{d: d}
	const roomFor = 4096 // more grow into it: a count is easier to claim than to send
	dec.out.Events = make([]event.Event, 0, min(max(d.Events, 1), roomFor))
	var of *topic
	beyond, err := walk(d, func(p piece, t *topic) bool {
		of = t
		dec.element(p, t)
		return true
	})
	switch {
	case err != nil:
		dec.out.Problem = "the body cannot be read: " + err.Error()
	case beyond:
		dec.out.Problem = fmt.Sprintf("the delivery holds more than %d events; the rest is only in its body", event.MaxEventsPerRecord)
	case len(dec.out.Events) == 0 && len(dec.out.Names) == 0:
		dec.out.Problem = "the list of events is empty"
	case of != nil && of.suggestion != "":
		dec.out.Problem = fmt.Sprintf("%q is not a known topic; if the sender means %q, it has to spell it that way", safetext.Clip(of.name, maxID), of.suggestion)
	}
	return dec.out
}

// piece is the part of a body that one event is made of.
type piece struct {
	place int
	raw   []byte   // the element
	outer *element // the element around it; nil for most topics
	part  int      // which of the element's events it is
}

// walk calls each for every event of a delivery's body, with its piece and the topic's
// entry. It stops when each returns false, and reports whether there were more events
// than one record may hold, lists inside elements included. Delivery and Raw both use
// it, so that a place means the same to both.
func walk(d *event.Delivery, each func(p piece, t *topic) bool) (beyond bool, err error) {
	name, elements, err := mist.Split(d.Body)
	if err != nil {
		return false, err
	}
	t := lookup(name, d.Via)
	place := 0
	for _, el := range elements {
		inner, outer := nested(el, t)
		if len(inner) == 0 {
			inner, outer = [][]byte{el}, nil
		}
		for _, in := range inner {
			for part := range countParts(in, t) {
				if place >= event.MaxEventsPerRecord {
					return true, nil
				}
				if !each(piece{place, in, outer, part}, t) {
					return false, nil
				}
				place++
			}
		}
	}
	return false, nil
}

// countParts is how many events an element becomes: at least one.
func countParts(el []byte, t *topic) int {
	if t.countEvents == nil {
		return 1
	}
	fields, ok := mist.Fields(el, nil)
	if !ok {
		return 1
	}
	return max(1, t.countEvents(&element{fields: fields}, t))
}

// nested returns the elements of the list inside an element, if its topic has such a
// list, and the element around the list. Only its first maxListed fields are kept,
// because each is looked at for every element inside.
func nested(el []byte, t *topic) (inner [][]byte, outer *element) {
	if t.nested == "" {
		return nil, nil
	}
	fields, ok := mist.Fields(el, nil)
	if !ok {
		return nil, nil
	}
	outer = &element{fields: fields}
	inner, _ = mist.Elements(outer.value(t.nested), event.MaxEventsPerRecord+1, nil)
	// The list itself would make every event inside as large as all of them.
	outer.fields = slices.DeleteFunc(fields, func(f mist.Field) bool { return string(f.Name) == t.nested })
	outer.fields = outer.fields[:min(len(outer.fields), maxListed)]
	outer.sum = mix(outer.hash() + 1)
	return inner, outer
}

// decoder collects what a delivery says.
type decoder struct {
	d     *event.Delivery
	out   Decoded
	named map[Name]struct{}
	room  []mist.Field // reused from element to element
}

// element makes one event.
func (dec *decoder) element(p piece, t *topic) {
	d, inner := dec.d, p.raw
	if t.namesOnly {
		if fields, ok := mist.Fields(inner, nil); ok {
			dec.readInventory(&element{fields: fields})
		}
		return
	}
	dec.out.Events = append(dec.out.Events, event.Event{
		ID: event.ID(d.ID, p.place), Time: d.Received, Received: d.Received, Source: d.Source, Via: d.Via,
		Topic: t.name, Severity: t.severity, DeliveryID: d.ID, Duplicates: 1,
	})
	e := &dec.out.Events[len(dec.out.Events)-1]
	if !t.known {
		dec.out.Unknown++
	}
	fields, ok := mist.Fields(inner, dec.room[:0])
	dec.room = fields
	if !ok {
		e.Type, e.Severity = Malformed, event.Warn
		e.Text = safetext.Clip("An element that is not an object: "+validText(inner), maxText)
		e.Fingerprint = rawFingerprint(t.name, inner, d.Received)
		clipTexts(e)
		return
	}
	el := element{fields: fields, outer: p.outer, part: p.part}
	hasTime := readCommon(&el, e, t)
	t.read(&el, e)
	if t.suggestion != "" {
		e.Text = "Unknown topic " + quote(e.Topic) + ", like " + t.suggestion + ": " + e.Text
	}
	if strings.TrimSpace(e.Text) == "" {
		e.Text = e.Topic + ": an event without words"
	}
	if s := e.Signal; s != nil && strings.TrimSpace(s.Title) == "" {
		s.Title = e.Text
	}
	e.Connection, e.Change = connectionOf(e), changeOf(e)
	clipTexts(e)
	if !hasTime || !t.identity.identify(&el, e) {
		e.Fingerprint = fingerprint(t.name, &el, hasTime, d.Received)
		if p.part > 0 {
			e.Fingerprint = max(mix(e.Fingerprint+uint64(p.part)), 1)
		}
	}
	dec.addNames(e)
}

// readCommon sets the fields that all topics have in common, by the topic's entry. It
// reports whether the element has a time.
func readCommon(el *element, e *event.Event, t *topic) bool {
	at, hasTime := el.time(t.time...)
	if hasTime {
		e.Time = at
	}
	e.Type = el.text("type")
	if e.Type == "" && t.defaultType != "" {
		e.Type = t.defaultType
	}
	if e.Type == "" {
		e.Type = t.name
	}
	e.OrgID = el.text("org_id", "orgid")
	if e.SiteID = el.text("site_id", "siteid"); e.SiteID == noSiteID {
		e.SiteID = ""
	}
	e.Site = el.text("site_name")
	e.DeviceMAC = el.mac(t.device...)
	e.Device = el.text(t.deviceName...)
	e.DeviceType = t.deviceType
	e.ClientMAC = el.mac(t.client...)
	e.Client = el.text(t.clientName...)
	e.SSID = el.text(t.ssid)
	return hasTime
}

// addNames collects the names that an event gives for ids. A name that is the MAC
// itself is none.
func (dec *decoder) addNames(e *event.Event) {
	if e.Site != "" && e.SiteID != "" {
		dec.addName(Name{NameSite, e.SiteID, e.Site})
	}
	dec.addNameOfMAC(NameDevice, e.DeviceMAC, e.Device)
	dec.addNameOfMAC(NameClient, e.ClientMAC, e.Client)
}

func (dec *decoder) addNameOfMAC(kind string, mac event.MAC, name string) {
	if name == "" || mac == "" {
		return
	}
	if _, same := event.ParseMAC(name); !same {
		dec.addName(Name{kind, string(mac), name})
	}
}

func (dec *decoder) addName(n Name) {
	if _, known := dec.named[n]; known {
		return
	}
	if dec.named == nil {
		dec.named = make(map[Name]struct{})
	}
	dec.named[n] = struct{}{}
	dec.out.Names = append(dec.out.Names, n)
}
