package decode

import (
	"fmt"
	"slices"
	"strings"

	"foghorn/internal/safetext"
	"foghorn/journal/event"
)

// clientNames are the fields that name a client, the best first. Where each person has
// a key of their own, the name of the key is the name of the person.
var clientNames = []string{"client_hostname", "hostname", "client_username", "username", "psk_name"}

// further is what an event says about a client besides its name: who signed in, whose
// key was used, and its address.
func further(el *element, e *event.Event) string {
	var parts []string
	for _, p := range [...]struct{ word, field string }{{"", "client_username"}, {"", "username"}, {"key of ", "psk_name"}, {"", "client_ip"}, {"", "client_ip6"}} {
		s := safetext.Clip(el.text(p.field), maxName)
		if s != "" && s != e.Client && !slices.Contains(parts, s) {
			parts = append(parts, p.word+s)
		}
	}
	return strings.Join(parts, ", ")
}

// clientOf names the client of an event; without a name by its MAC and its family:
// 70:ef:00:71:53:5f (iPhone). The family is no name: a site has a hundred of each.
func clientOf(el *element, e *event.Event) string {
	if e.Client != "" {
		return clientLabel(e)
	}
	return clientLabel(e) + parens(safetext.Clip(el.text("client_family", "client_model", "client_manufacture"), maxName))
}

// readJoin: laptop-7 70:ef:00:71:53:5f joined "Mist" on AP43 Test, 5 GHz, -54 dBm.
func readJoin(el *element, e *event.Event) {
	e.Text = joinNonEmpty(", ", clientOf(el, e)+" joined "+ssidOf(e)+" on "+deviceInSentence(e), band(el.text("band")), rssi(el, "rssi"), further(el, e))
}

// endings are the reasons of client-sessions (see docs/mist-api.md).
var endings = map[string]string{"1": "disassociated", "2": "went inactive", "3": "roamed"}

// readSession: 70:ef:00:71:53:5f (iPhone) left "Mist" on AP43 Test after 4m40s: roamed to AP 5c:5b:35:d0:13:38.
func readSession(el *element, e *event.Event) {
	why := el.text("termination_reason")
	if w, ok := endings[why]; ok {
		why = w
	} else if why != "" {
		why = "reason " + why
	}
	if next := el.mac("next_ap"); next != "" {
		why = joinNonEmpty(" ", why, "to AP "+next.String())
	}
	after := ""
	if s, ok := el.number("duration"); ok {
		after = durationText(s)
	}
	e.Text = joinNonEmpty(", ", joinNonEmpty(": ", clientOf(el, e)+" left "+ssidOf(e)+" on "+deviceInSentence(e)+prefixed(" after ", after), why), further(el, e))
}

// readClientInfo: service.company.net 6e:ba:a4:7a:3f:d4 has address 21.0.128.151.
func readClientInfo(el *element, e *event.Event) {
	if ip := el.text("ip", "client_ip", "ip6"); ip != "" {
		e.Text = clientLabel(e) + " has address " + ip
		return
	}
	e.Text = clientLabel(e) + " is known"
}

// readLatency: Client latency: authentication 172ms (at most 182ms), DHCP 18ms (at most 28ms), DNS ...
func readLatency(el *element, e *event.Event) {
	part := func(word, key string) string {
		avg, ok := el.number("avg_" + key)
		if !ok {
			return ""
		}
		longest := ""
		if m, ok := el.number("max_" + key); ok {
			longest = " (at most " + durationText(m) + ")"
		}
		return word + " " + durationText(avg) + longest
	}
	e.Text = prefixed("Client latency: ", joinNonEmpty(", ", part("authentication", "auth"), part("DHCP", "dhcp"), part("DNS", "dns")))
	if e.Text == "" {
		e.Text = "Client latency without values"
	}
}

// readGuest: Dr Strange ac:23:16:ec:a7:0a was let in to "Portal Auth" by passphrase until 2023-02-22 14:37Z.
func readGuest(el *element, e *event.Event) {
	until := ""
	if t, ok := el.time("authorized_expiring_time"); ok {
		until = t.Format("2006-01-02 15:04Z")
	}
	e.Text = clientLabel(e) + " was let in to " + ssidOf(e) + prefixed(" by ", spaced(el.text("auth_method"))) + prefixed(" until ", until)
}

// verdicts of NAC, for the documented types; others are shown by their name.
var verdicts = map[string]string{
	"NAC_CLIENT_PERMIT":    "was permitted",
	"NAC_CLIENT_DENY":      "was denied",
	"NAC_ACCOUNTING_START": "began a session",
	"NAC_ACCOUNTING_STOP":  "ended a session",
}

// readNAC: user@example.net ac:3e:b1:79:e5:35 was permitted on "##mist_nac" at AP 5c:5b:35:51:32:27 (eap-teap, VLAN 750).
func readNAC(el *element, e *event.Event) {
	e.DeviceType = nacType(el)
	if e.Type == "NAC_CLIENT_DENY" || hasSuffixAny(e.Type, "_FAILURE", "_FAILED", "_DENY", "_DENIED", "_REJECT", "_REJECTED") {
		e.Severity = event.Warn
	}
	how := joinNonEmpty(", ", el.text("auth_type"), prefixed("VLAN ", el.text("vlan")), nacFurther(el, e))
	e.Text = joinNonEmpty(": ", nacWho(e)+nacWhere(el, e)+parens(how), el.text("text", "reason"))
}

// readAccounting: hi 6e:79:58:36:d5:f9 ended a session on "Test" at AP 5c:..: 9523 packets received, 5233 sent.
func readAccounting(el *element, e *event.Event) {
	e.DeviceType = nacType(el)
	rx, tx := el.text("rx_pkts"), el.text("tx_pkts")
	traffic := ""
	if rx != "" && tx != "" {
		traffic = rx + " packets received, " + tx + " sent"
	}
	e.Text = joinNonEmpty(": ", nacWho(e)+nacWhere(el, e)+parens(nacFurther(el, e)), joinNonEmpty(", ", spaced(el.text("terminate_cause")), traffic))
}

// nacType is the type of device that a client connected to: an AP, or a switch for a
// wired client.
func nacType(el *element) string {
	if el.mac("ap") == "" && (strings.EqualFold(el.text("client_type"), "wired") || el.mac("device_mac", "switch_mac") != "") {
		return "switch"
	}
	return "ap"
}

// nacFurther is further without a user name that is the client's own MAC, as in MAC
// authentication, and with the address of the device that asked for the client.
func nacFurther(el *element, e *event.Event) string {
	more := further(el, e)
	if m, ok := macOf(more); ok && m == e.ClientMAC {
		more = ""
	}
	nas := ""
	if e.Device == "" && e.DeviceMAC == "" {
		nas = prefixed("asked for by ", el.text("nas_ip"))
	}
	return joinNonEmpty(", ", more, nas)
}

func nacWho(e *event.Event) string {
	who := clientLabel(e)
	if m, ok := macOf(e.Client); ok && m == e.ClientMAC {
		who = m.String() // MAC authentication: the user name is the MAC
	}
	if v, ok := verdicts[e.Type]; ok {
		return who + " " + v
	}
	if e.Type == e.Topic { // an event of a wired client may have no type
		return who
	}
	return humanize(e.Type) + ": " + who
}

// nacWhere says where a client connected: on "Corp" at AP lobby, at sw-1 ge-0/0/12.
func nacWhere(el *element, e *event.Event) string {
	at := ""
	if e.Device != "" || e.DeviceMAC != "" {
		at = deviceInSentence(e)
	}
	at = prefixed(" at ", joinNonEmpty(" ", at, ports(el, "port_id", "port", "nas_port_id")))
	if e.SSID != "" {
		return " on " + quote(e.SSID) + at
	}
	return at
}

// ports are the ports of a field that holds one as a text, or a list.
func ports(el *element, names ...string) string {
	const shown = 3
	for _, n := range names {
		if ps := el.list(n); len(ps) > 0 {
			return strings.Join(ps[:min(len(ps), shown)], ", ")
		}
	}
	return ""
}

// readScan: 70:ef:00:71:53:5f on AP 5c:5b:35:2f:58:7e (channel 11, 2.4 GHz, -87 dBm) hears 2 radios.
func readScan(el *element, e *event.Event) {
	how := joinNonEmpty(", ", prefixed("channel ", el.text("connection_channel")), band(el.text("connection_band")), rssi(el, "connection_rssi"))
	e.Text = fmt.Sprintf("%s on %s%s hears %s", clientLabel(e), deviceInSentence(e), parens(how), plural(len(el.objects("scan_data")), "radio"))
	if e.SSID == "" {
		for _, s := range el.objects("scan_data") {
			if s.text("bssid") == el.text("connection_bssid") {
				e.SSID = s.text("ssid")
			}
		}
	}
}

// ssidOf names the network of an event.
func ssidOf(e *event.Event) string {
	if e.SSID == "" {
		return "a network without a name"
	}
	return quote(e.SSID)
}

func parens(s string) string {
	if s == "" {
		return ""
	}
	return " (" + s + ")"
}
