package decode

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"foghorn/internal/human"
	"foghorn/internal/safetext"
	"foghorn/journal/event"
)

// Bounds of an event's texts, in bytes. They keep one strange element from
// filling a row, an index or a screen; the whole is always in the raw element.
const (
	maxText = 1024 // Text, and an alert's title
	maxName = 256  // names of sites, devices, clients, SSIDs
	maxID   = 128  // ids, types, keys' parts
)

// clipTexts keeps an event's texts within the bounds.
func clipTexts(e *event.Event) {
	for _, s := range []*string{&e.Site, &e.Device, &e.Client, &e.SSID} {
		*s = safetext.Clip(*s, maxName)
	}
	for _, s := range []*string{&e.Topic, &e.Type, &e.OrgID, &e.SiteID, &e.DeviceType} {
		*s = safetext.Clip(*s, maxID)
	}
	e.Text = safetext.Clip(e.Text, maxText)
	if s := e.Signal; s != nil {
		s.Title, s.Key = safetext.Clip(s.Title, maxText), safetext.Clip(s.Key, 2*maxName)
		if s.Scope != "" {
			s.SetObject(safetext.Clip(s.Scope, 2*maxName), clipObject(s.Object))
		}
		s.Kind, s.MistAlarmID = safetext.Clip(s.Kind, maxID), safetext.Clip(s.MistAlarmID, maxID)
	}
}

// clipObject shortens an object so that two with the same beginning stay two.
func clipObject(object string) string {
	if len(object) <= maxName {
		return object
	}
	return fmt.Sprintf("%s #%016x", safetext.Clip(object, maxName/2), hashText([]byte(object)))
}

// deviceWords are what people call the device types.
var deviceWords = map[string]string{
	"ap": "AP", "switch": "Switch", "gateway": "Gateway", "mxedge": "Mist Edge", "": "Device",
}

// deviceLabel names the device of an event: "AP lobby-ap3", "Switch
// 5c:5b:35:00:00:01", "AP43 Test" where the name says its type already.
func deviceLabel(e *event.Event) string { return label(e.DeviceType, e.Device, e.DeviceMAC) }

func label(kind, name string, mac event.MAC) string {
	word, ok := deviceWords[kind]
	if !ok {
		word = deviceWords[""]
	}
	switch {
	case name != "" && (hasPrefixFold(name, word) || kind == ""):
		return name
	case name != "":
		return word + " " + name
	case mac != "":
		return word + " " + mac.String()
	}
	return "an unnamed " + word
}

// deviceInSentence is deviceLabel inside a sentence about something else, where the
// bare name is enough.
func deviceInSentence(e *event.Event) string {
	switch {
	case e.Device != "":
		return e.Device
	case e.DeviceType == "" && e.DeviceMAC != "":
		return e.DeviceMAC.String()
	}
	return deviceLabel(e)
}

// clientLabel names the client of an event: "laptop-7 70:ef:00:71:53:5f".
func clientLabel(e *event.Event) string {
	switch {
	case e.Client != "" && e.ClientMAC != "":
		return e.Client + " " + e.ClientMAC.String()
	case e.Client != "":
		return e.Client
	case e.ClientMAC != "":
		return e.ClientMAC.String()
	}
	return "an unnamed client"
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// quote puts a name in quotes without escaping it: the screen cleans it.
func quote(s string) string { return `"` + s + `"` }

// band formats a radio band: Mist writes "5", "24", "2.4", "5GHz" or a number.
func band(s string) string {
	s = strings.TrimSpace(strings.TrimSuffix(strings.TrimSuffix(s, "GHz"), "ghz"))
	switch s {
	case "":
		return ""
	case "24":
		s = "2.4"
	}
	return s + " GHz"
}

// number prints f with at most one digit after the point.
func number(f float64) string {
	return strconv.FormatFloat(math.Round(f*10)/10, 'f', -1, 64)
}

// rssi formats a signal strength; empty when the field is absent.
func rssi(el *element, names ...string) string {
	f, ok := el.number(names...)
	if !ok {
		return ""
	}
	return number(f) + " dBm"
}

// plural returns "1 AP" or "3 APs".
func plural(n int, word string) string {
	s := strconv.Itoa(n) + " " + word
	if n != 1 {
		s += "s"
	}
	return s
}

// spaced puts spaces in the place of separators: "power_cycle" becomes "power cycle".
func spaced(key string) string {
	return strings.TrimSpace(strings.NewReplacer("_", " ", "-", " ").Replace(key))
}

// humanize makes a phrase from an unknown type: "AP_NEW_THING" becomes "AP new thing",
// "psk_failure" becomes "PSK failure".
func humanize(key string) string {
	words := strings.Fields(spaced(key))
	for i, w := range words {
		low := strings.ToLower(w)
		switch short, is := acronyms[low]; {
		case is:
			words[i] = short
		case i > 0 && words[0] == strings.ToUpper(words[0]):
			words[i] = low
		case i == 0 && 'a' <= w[0] && w[0] <= 'z':
			words[i] = string(w[0]-'a'+'A') + w[1:]
		}
	}
	return strings.Join(words, " ")
}

// acronyms are the short names that types spell in lower case.
var acronyms = func() map[string]string {
	m := map[string]string{"macsec": "MACsec", "ddos": "DDoS", "poe": "PoE", "ospf3": "OSPFv3", "radsec": "RadSec"}
	for w := range strings.FieldsSeq("AP ARP BFD BGP BPDU BSSID CLI CPU DFS DHCP DNS EAP ESL EVPN FIB FPC HA IDP IP LACP LAG LDP LLDP MAC MTU NAC NTP OSPF " +
		"PEM PIC PSK PSU RADIUS RRM RSVP SFP SLE SNMP SSID SSL STP TLS VC VLAN VPN VRRP WAN WLAN ZTP") {
		m[strings.ToLower(w)] = w
	}
	return m
}()

// durationText formats a duration in seconds: "4m40s", "850ms".
func durationText(seconds float64) string {
	const year = 365 * 24 * 3600
	if seconds < 0 || seconds > year {
		return ""
	}
	d := time.Duration(seconds * float64(time.Second))
	if d < time.Second {
		return d.Round(time.Millisecond).String()
	}
	return human.Duration(d.Round(time.Second))
}

// joinNonEmpty joins the parts that are not empty.
func joinNonEmpty(sep string, parts ...string) string {
	out := ""
	for _, p := range parts {
		if p == "" {
			continue
		}
		if out != "" {
			out += sep
		}
		out += p
	}
	return out
}

// prefixed puts a prefix before p unless p is empty.
func prefixed(before, p string) string {
	if p == "" {
		return ""
	}
	return before + p
}

// validText makes a valid text from bytes, as long as a text may be.
func validText(b []byte) string {
	return strings.ToValidUTF8(string(b[:min(len(b), maxText)]), string(utf8.RuneError))
}

func hasSuffixAny(s string, suffixes ...string) bool {
	for _, x := range suffixes {
		if len(s) >= len(x) && s[len(s)-len(x):] == x {
			return true
		}
	}
	return false
}
