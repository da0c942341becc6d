// Package privacy masks names, addresses and SSIDs on a screen that others see: they
// become aliases.
//
// A Hider learns names from everything that is read for the screen, so it knows each of
// them before it can be drawn. Hider.Teaching wraps the journal, and Hider.TeachingActions
// the actions, whose answers then teach it. They do so while nothing is masked too: when
// somebody switches masking on, the rows and the cloud's answers that are on the screen
// were read long before. Callers draw what came from outside through Hider.Text, and put
// the whole frame through Hider.Frame, which catches what was drawn otherwise.
package privacy

import (
	"encoding/json"
	"reflect"
	"regexp"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"foghorn/internal/alias"
	"foghorn/journal/event"
)

// Hider replaces what it has learned, and what has the form of an address.
type Hider struct{ names *alias.Names }

// New returns a Hider that knows nothing yet.
func New() *Hider { return &Hider{alias.New()} }

// Text hides what is in a text.
func (h *Hider) Text(text string) string { return h.names.Text(text) }

// Bytes hides what is in a document or a body.
func (h *Hider) Bytes(b []byte) []byte { return []byte(h.names.Text(string(b))) }

// Frame hides what is left in a drawn frame, without moving anything. Styles stay.
func (h *Hider) Frame(frame string) string {
	var b strings.Builder
	for frame != "" {
		i := strings.IndexByte(frame, '\x1b')
		if i < 0 {
			b.WriteString(h.lines(frame))
			break
		}
		b.WriteString(h.lines(frame[:i]))
		seq, _, n, _ := ansi.DecodeSequence(frame[i:], ansi.NormalState, nil)
		b.WriteString(seq)
		frame = frame[i+max(n, 1):]
	}
	return b.String()
}

func (h *Hider) lines(text string) string {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		lines[i] = h.names.SameWidth(l)
	}
	return strings.Join(lines, "\n")
}

// kinds are the fields of rows that hold names, and how their aliases begin. The name of
// a thing is in a field that only says Name: there the row's type decides.
var kinds = map[string]string{
	"Site": "site", "Device": "device", "APName": "ap", "Client": "client", "Hostname": "client", "Username": "user", "SSID": "ssid",
	"DeviceName": "device", "ClientName": "client", "SiteName": "site",
}

// named are the types whose field Name is the name of something.
var named = map[string]string{
	"Device": "device", "Site": "site", "SiteState": "site", "ImpactedDevice": "device", "ImpactedUser": "client", "ImpactedAP": "ap",
}

// members are the members of Mist's JSON that hold names.
var members = map[string]string{
	"site_name": "site", "device_name": "device", "ap_name": "ap", "hostname": "device", "client_hostname": "client", "client_name": "client",
	"client_username": "user", "username": "user", "user": "user", "ssid": "ssid", "ssids": "ssid", "hostnames": "device", "admin_name": "person",
	"switch_name": "device", "gateway_name": "device", "device": "device", "last_hostname": "client", "name": "name", "entity_name": "name",
	"random_mac_hostname": "client",
}

var (
	macType   = reflect.TypeFor[event.MAC]()
	frameType = reflect.TypeFor[event.Frame]()
	feedType  = reflect.TypeFor[event.Feed]()
	rawType   = reflect.TypeFor[json.RawMessage]()
	bodyType  = reflect.TypeFor[[]byte]()
)

// quoted are names that sentences quote, with the word before them.
var quoted = regexp.MustCompile(`(SSID|WLAN|user|client) "([^"]{2,64})"`)

// deepest bounds how far a row is looked into.
const deepest = 6

// Learn takes the names out of a row, or out of rows.
func (h *Hider) Learn(rows any) { h.learn(reflect.ValueOf(rows), "", 0) }

func (h *Hider) learn(v reflect.Value, kind string, depth int) {
	if !v.IsValid() || depth > deepest {
		return
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		h.learn(v.Elem(), kind, depth+1)
	case reflect.Slice, reflect.Array:
		if t := v.Type(); t == rawType || t == bodyType {
			h.LearnJSON(v.Bytes())
			return
		}
		for i := range v.Len() {
			h.learn(v.Index(i), kind, depth+1)
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			h.learn(it.Value(), kind, depth+1)
		}
	case reflect.Struct:
		h.learnStruct(v, depth)
	case reflect.String:
		if kind != "" {
			h.add(kind, v.String())
		}
	default:
	}
}

func (h *Hider) learnStruct(v reflect.Value, depth int) {
	t := v.Type()
	if t == frameType {
		h.LearnJSON([]byte(v.FieldByName("Text").String()))
	}
	for i := range v.NumField() {
		f := t.Field(i)
		if !f.IsExported() {
			continue
		}
		kind := kinds[f.Name]
		switch {
		case f.Name == "Name" && t == feedType:
			if k := event.FeedKind(v.FieldByName("Kind").String()); k.OfMist() || k == event.FeedJunos {
				kind = "org"
			}
		case f.Name == "Name":
			kind = named[t.Name()]
		case f.Name == "Source":
			kind = "org"
		case f.Name == "Uplink":
			name, _, _ := strings.Cut(v.Field(i).String(), " ")
			h.add("device", name)
		case f.Name == "Text", f.Name == "Title":
			for _, found := range quoted.FindAllStringSubmatch(v.Field(i).String(), -1) {
				h.add(strings.ToLower(found[1]), found[2])
			}
		case f.Type == macType:
			kind = "mac" // found by its form, unless it looks like a number
			if strings.ContainsAny(v.Field(i).String(), "abcdef") {
				kind = ""
			}
		}
		h.learn(v.Field(i), kind, depth+1)
	}
}

// ordinary words name nobody, and hiding them would hide the screen's own.
var ordinary = words("foghorn alert alerts ap aps switch switches gateway gateways device devices client clients site sites user users name none unknown " +
	"all on off up down open acked snoozed resolved now api stream listener webhook webhooks critical warn warning info debug true false null wlan wifi org error default test")

func words(text string) map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsSeq(text) {
		out[w] = true
	}
	return out
}

// add learns a name, also in the form it has in JSON.
func (h *Hider) add(kind, name string) {
	if ordinary[strings.ToLower(name)] {
		return
	}
	h.names.Add(kind, name)
	if quoted, err := json.Marshal(name); err == nil {
		if inner := string(quoted[1 : len(quoted)-1]); inner != name {
			h.names.Add(kind, inner)
		}
	}
}

// LearnJSON takes the names out of a document of Mist's. What is not JSON has none.
func (h *Hider) LearnJSON(doc []byte) {
	var v any
	if json.Unmarshal(doc, &v) == nil {
		h.learnValue("", v, 0)
	}
}

func (h *Hider) learnValue(kind string, v any, depth int) {
	switch v := v.(type) {
	case map[string]any:
		if depth > 2*deepest {
			return
		}
		for name, of := range v {
			h.learnValue(members[name], of, depth+1)
		}
	case []any:
		for _, of := range v {
			h.learnValue(kind, of, depth+1)
		}
	case string:
		if strings.HasPrefix(v, "{") || strings.HasPrefix(v, "[") { // a document in a string, as in audits and frames
			var inner any
			if json.Unmarshal([]byte(v), &inner) == nil && depth < deepest {
				h.learnValue(kind, inner, depth+1)
				return
			}
		}
		if kind != "" {
			h.add(kind, v)
		}
	}
}
