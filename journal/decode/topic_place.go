package decode

import (
	"strings"

	"foghorn/internal/safetext"
	"foghorn/journal/event"
)

// readLocation: Wi-Fi client 56:84:da:e9:ac:8b is at x 13.5, y 3.2 of map 845a23bf.
func readLocation(el *element, e *event.Event) {
	x, y := el.text("x"), el.text("y")
	at := joinNonEmpty(", ", prefixed("x ", x), prefixed("y ", y))
	if at == "" {
		at = "an unknown place"
	}
	e.Text = mover(el, e) + " is at " + at + prefixed(" of map ", short(el.text("map_id", "mapid")))
}

var (
	triggers = map[string]string{"enter": "entered", "exit": "left"}
	places   = map[string]string{"zone": "zone", "rssizone": "proximity zone", "vbeacon": "virtual beacon"}
)

// readZone: Wi-Fi client 10:52:1c:0a:1b:2c left zone b83312a7.
func readZone(el *element, e *event.Event) {
	verb := triggers[el.text("trigger")]
	if verb == "" {
		verb = joinNonEmpty(" ", el.text("trigger"), "at")
	}
	place := joinNonEmpty(" ", places[e.Topic],
		safetext.Clip(joinNonEmpty(" ", el.text("zone_name"), short(el.text("zone_id", "rssizone_id", "vbeacon_id"))), maxName))
	e.Text = mover(el, e) + " " + verb + " " + place
}

// movers are what moves, by the type of the event.
var movers = map[string]string{"wifi": "Wi-Fi client", "sdk": "app client", "asset": "asset"}

// mover names what moves: a client, an asset, an app user.
func mover(el *element, e *event.Event) string {
	who := clientLabel(e)
	if e.Client == "" && e.ClientMAC == "" {
		who = short(el.text("id", "asset_id"))
	}
	kind := el.text("type")
	if word, ok := movers[strings.ToLower(kind)]; ok {
		kind = word
	}
	return joinNonEmpty(" ", kind, who)
}

// readHeard: AP ac:23:16:ec:a7:0b heard ed:2c:c5:3f:27:70 at -79 dBm.
func readHeard(el *element, e *event.Event) {
	at := rssi(el, "rssi")
	if packets := el.objects("packets"); at == "" && len(packets) > 0 {
		at = joinNonEmpty(", ", rssi(&packets[0], "rssi"), band(packets[0].text("band")))
	}
	e.Text = deviceLabel(e) + " heard " + clientLabel(e) + prefixed(" at ", at)
}

// short shortens an id to what a person can compare.
func short(id string) string { return safetext.Clip(id, 8) }
