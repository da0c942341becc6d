package mistsim

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// line is a stream as a test hears it, over a real socket.
type line struct {
	*desk
	ws     *websocket.Conn
	frames chan heard // closed at the end
	end    error
}

// heard is a frame as it came.
type heard struct {
	kind                   int
	raw                    []byte
	Event, Channel, Detail string
	Data                   json.RawMessage
}

// row is the data of a frame of statistics: JSON in a string.
func (h heard) row(t *testing.T) map[string]any {
	t.Helper()
	var s string
	var out map[string]any
	if err := json.Unmarshal(h.Data, &s); err != nil {
		t.Fatalf("the data is no string: %s", h.Data)
	}
	if err := json.Unmarshal([]byte(s), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func (d *desk) serve() string {
	d.t.Helper()
	server := httptest.NewServer(d.API())
	d.t.Cleanup(server.Close)
	return "ws" + strings.TrimPrefix(server.URL, "http") + "/any/path" + streamPath
}

func (d *desk) dial(url, token string) (*line, int) {
	d.t.Helper()
	return d.dialWith(url, token, func(*websocket.Conn) {})
}

// dialWith lets the test set the connection up before anybody reads from it.
func (d *desk) dialWith(url, token string, set func(*websocket.Conn)) (*line, int) {
	d.t.Helper()
	ws, resp, err := websocket.DefaultDialer.DialContext(d.t.Context(), url, http.Header{"Authorization": {"Token " + token}})
	if err != nil {
		if resp == nil {
			d.t.Fatal(err)
		}
		return nil, resp.StatusCode
	}
	d.t.Cleanup(func() { _ = ws.Close() })
	l := &line{desk: d, ws: ws, frames: make(chan heard, 1<<14)}
	set(ws)
	go l.listenOn()
	return l, resp.StatusCode
}

func (d *desk) listen() *line {
	d.t.Helper()
	l, status := d.dial(d.serve(), AdminToken)
	if l == nil {
		d.t.Fatalf("refused with %d", status)
	}
	return l
}

func (l *line) say(verb, channel string) {
	l.t.Helper()
	org := l.Org()
	channel = strings.NewReplacer("ORG", org.ID, "SITE", org.Sites[0].ID).Replace(channel)
	if err := l.ws.WriteJSON(map[string]string{verb: channel}); err != nil {
		l.t.Fatal(err)
	}
}

// listenOn reads until the connection ends.
func (l *line) listenOn() {
	defer close(l.frames)
	for {
		kind, raw, err := l.ws.ReadMessage()
		if err != nil {
			l.end = err
			return
		}
		h := heard{kind: kind, raw: raw}
		// What is not JSON is what a fault made of it; the test looks at the rest.
		_ = json.Unmarshal(raw, &h)
		l.frames <- h
	}
}

// until turns the clock until a frame fits.
func (l *line) until(fits func(heard) bool) heard {
	l.t.Helper()
	turn := time.NewTicker(time.Millisecond)
	defer turn.Stop()
	for {
		select {
		case h, open := <-l.frames:
			if !open {
				l.t.Fatalf("the stream ended: %v", l.end)
			}
			if fits(h) {
				return h
			}
		case <-turn.C:
			l.clock.Advance(time.Second)
		}
	}
}

// over waits for the end of the connection.
func (l *line) over() error {
	for range l.frames {
	}
	return l.end
}

func event(name string) func(heard) bool { return func(h heard) bool { return h.Event == name } }

func TestAStreamTellsHowDevicesStand(t *testing.T) {
	d := openDesk(t, nil)
	site := d.Org().Sites[0]
	gone := site.OfType(AP)[0]
	d.mu.Lock()
	d.settle()
	d.world.later = func(time.Duration, func()) {}
	d.world.down(d.world.devices[gone.MAC])
	d.mu.Unlock()
	l := d.listen()
	l.say("subscribe", "/sites/SITE/stats/devices")
	if h := l.until(event("channel_subscribed")); h.Channel != "/sites/"+site.ID+"/stats/devices" {
		t.Errorf("subscribed %q", h.Channel)
	}
	fields, macs := map[string]bool{}, map[string]bool{}
	for len(macs) < len(site.Devices)-1 || !fields["uptime"] || !fields["radio_stat"] {
		row := l.until(event("data")).row(t)
		macs[row["mac"].(string)] = true
		for k := range row {
			fields[k] = true
		}
	}
	for _, k := range []string{"name", "status", "site_id"} {
		if fields[k] {
			t.Errorf("the stream says %q, which it does not in the real cloud", k)
		}
	}
	if macs[gone.MAC] {
		t.Error("a device that is away reports")
	}
	l.say("unsubscribe", "/sites/SITE/stats/devices")
	l.until(event("channel_unsubscribed"))
}

func TestAStreamFollowsClients(t *testing.T) {
	d := openDesk(t, nil)
	l := d.listen()
	l.say("subscribe", "/sites/SITE/stats/clients")
	seen := map[string]map[float64]bool{}
	moved := func(h heard) bool {
		if h.Event != "data" {
			return false
		}
		row := h.row(t)
		mac := row["mac"].(string)
		if seen[mac] == nil {
			seen[mac] = map[float64]bool{}
		}
		seen[mac][row["rssi"].(float64)] = true
		return len(seen) > 5 && len(seen[mac]) > 3
	}
	mac := l.until(moved).row(t)["mac"]
	// REST says the same at the same moment.
	now := d.get(fmt.Sprint("/api/v1/sites/SITE/stats/clients/", mac)).object()
	if rssi := now["rssi"].(float64); rssi > -25 || rssi < -92 {
		t.Errorf("the signal is %v", rssi)
	}
}

func TestOtherChannels(t *testing.T) {
	d := openDesk(t, nil)
	sw := d.Org().Sites[0].OfType(Switch)[0].ID
	l := d.listen()
	for _, c := range []string{"/test", "/orgs/ORG/insights/summary", "/orgs/ORG/stats/mxedges", "/sites/SITE/devices", "/sites/SITE/devices/" + sw + "/cmd", "/sites/SITE/pcaps"} {
		l.say("subscribe", c)
		l.until(event("channel_subscribed"))
	}
	on := func(part string) func(heard) bool {
		return func(h heard) bool { return h.Event == "data" && strings.Contains(h.Channel, part) }
	}
	if h := l.until(on("/test")); string(h.Data) != `"1"` {
		t.Errorf("the test channel begins with %s", h.Data)
	}
	all := map[string]any{}
	for all["num_aps"] == nil || all["sle_summary_wireless"] == nil {
		part := map[string]any{} // an object here, not text
		if err := json.Unmarshal(l.until(on("/insights/summary")).Data, &part); err != nil {
			t.Fatal(err)
		}
		maps.Copy(all, part)
		if part["num_aps"] != nil && part["sle_summary_wireless"] != nil {
			t.Error("one update has it all")
		}
	}
	l.until(on("/stats/mxedges"))
	session := d.ask(AdminToken, "POST", "/api/v1/sites/SITE/devices/"+sw+"/ping", `{"host":"192.0.2.1","count":2}`).is(200).object()["session"]
	l.untilPrinted(session, "packet loss")
}

// The vendor's own client asks for the ping first and subscribes afterwards.
func TestAUtilityIsHeardByWhoSubscribesAfterTheAnswer(t *testing.T) {
	d := openDesk(t, nil)
	sw := d.Org().Sites[0].OfType(Switch)[0].ID
	ping := func() any {
		return d.ask(AdminToken, "POST", "/api/v1/sites/SITE/devices/"+sw+"/ping", `{"host":"192.0.2.1","count":2}`).is(200).object()["session"]
	}
	session := ping()
	l := d.listen()
	l.say("subscribe", "/sites/SITE/devices/"+sw+"/cmd")
	l.untilPrinted(session, "packet loss")

	session = ping() // heard at once: nothing is said twice
	l.untilPrinted(session, "packet loss")
	l.say("unsubscribe", "/sites/SITE/devices/"+sw+"/cmd")
	l.until(event("channel_unsubscribed"))
	ping()
	d.clock.Advance(2 * keepFor) // nobody came for it in time
	session = ping()
	l.say("subscribe", "/sites/SITE/devices/"+sw+"/cmd")
	l.untilPrinted(session, "packet loss")
}

// untilPrinted reads what a utility prints up to a text. Output of another
// session is an error.
func (l *line) untilPrinted(session any, want string) {
	l.t.Helper()
	for text := ""; !strings.Contains(text, want); {
		h := l.until(func(h heard) bool { return h.Event == "data" && strings.HasSuffix(h.Channel, "/cmd") })
		var said struct{ Session, Raw string }
		if err := json.Unmarshal(h.Data, &said); err != nil || said.Session != session {
			l.t.Fatalf("session %q, want %q: %v", said.Session, session, err)
		}
		text += said.Raw
	}
}

func TestChannelsThatCannotBe(t *testing.T) {
	d := openDesk(t, nil)
	url := d.serve()
	l, _ := d.dial(url, SiteToken)
	other := d.Org().Sites[1].ID
	for channel, want := range map[string]string{
		"/orgs/ORG/insights/summary":           "permission",
		"/sites/" + other + "/stats/devices":   "permission",
		"/sites/" + other + "x/stats/devices":  "not found",
		"/sites/SITE/stats/alarms":             "not found",
		"/sites/SITE/devices/no-such-one/cmd":  "not found",
		"nonsense":                             "not found",
		"/planets/" + other + "/stats/devices": "not found",
	} {
		l.say("subscribe", channel)
		if h := l.until(event("subscribe_failed")); !strings.Contains(h.Detail, want) {
			t.Errorf("%s: %q, want %q", channel, h.Detail, want)
		}
	}
	if l, status := d.dial(url, "no such"); l != nil || status != 401 {
		t.Errorf("a wrong token: %d", status)
	}
}

func TestARevokedTokenLosesItsStream(t *testing.T) {
	d := openDesk(t, nil)
	url := d.serve()
	l, _ := d.dial(url, AdminToken)
	other, _ := d.dial(url, ReadToken)
	d.Revoke(AdminToken)
	if err := l.over(); err == nil {
		t.Error("it ended well")
	}
	if again, status := d.dial(url, AdminToken); again != nil || status != 401 {
		t.Errorf("it may come again: %d", status)
	}
	other.say("subscribe", "/test")
	other.until(event("data"))
	if n := d.Calls()["GET /api-ws/v1/stream"]; n != 3 {
		t.Errorf("%d upgrades counted, want 3", n)
	}
	if n := d.Faults().CutStreams(); n != 1 {
		t.Errorf("%d streams cut, want the one that was left", n)
	}
	if err := other.over(); err == nil {
		t.Error("it ended well")
	}
}

func TestFaultsOfTheStream(t *testing.T) {
	d := openDesk(t, nil)
	url := d.serve()
	d.Faults().Order(Order{Kind: RefuseUpgrade, Status: 429, Delay: 30 * time.Second})
	if l, status := d.dial(url, AdminToken); l != nil || status != 429 {
		t.Errorf("upgrade: %d, want 429", status)
	}
	d.Faults().Order(Order{Kind: SilentStream})
	silent, _ := d.dial(url, AdminToken)
	silent.say("subscribe", "/test")
	l, _ := d.dial(url, AdminToken)
	l.say("subscribe", "/test")
	l.until(event("data"))
	for kind, sign := range map[Fault]func(heard) bool{
		BinaryFrames:  func(h heard) bool { return h.kind == websocket.BinaryMessage && h.raw[0] == 0 },
		GarbageFrames: func(h heard) bool { return h.kind == websocket.TextMessage && !json.Valid(h.raw) },
		HugeFrame:     func(h heard) bool { return len(h.raw) > hugeFrame },
	} {
		d.Faults().Order(Order{Kind: kind})
		l.until(sign)
		l.until(event("data"))
	}
	if len(silent.frames) != 0 {
		t.Error("the silent stream said something")
	}
	want := map[Fault]int{RefuseUpgrade: 1, SilentStream: 1, BinaryFrames: 1, GarbageFrames: 1, HugeFrame: 1}
	for kind, n := range want {
		if got := d.Faults().Struck()[kind]; got != n {
			t.Errorf("%s struck %d times, want %d", kind, got, n)
		}
	}
}

func TestPingsAreAnsweredBothWays(t *testing.T) {
	d := openDesk(t, nil)
	url := d.serve()
	said := make(chan string, 64)
	l, _ := d.dialWith(url, AdminToken, func(ws *websocket.Conn) {
		ws.SetPongHandler(func(text string) error { said <- "pong " + text; return nil })
		ws.SetPingHandler(func(string) error { said <- "ping"; return nil })
	})
	if err := l.ws.WriteControl(websocket.PingMessage, []byte("are you there"), time.Now().Add(writeTimeout)); err != nil {
		t.Fatal(err)
	}
	if got := <-said; got != "pong are you there" {
		t.Errorf("heard %q", got)
	}
	l.say("subscribe", "/test")
	l.until(func(heard) bool { return len(said) > 0 })
	if got := <-said; got != "ping" {
		t.Errorf("heard %q", got)
	}
}
