package projector

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"foghorn/journal/event"
)

// corpus makes the deliveries of a busy organization, as Mist words them: most
// of them batches of client joins, then device events, up/downs, alarms told
// again, and scores. A tenth are told a second time by a site's own webhook.
type corpus struct {
	rng  *rand.Rand
	at   time.Time
	down map[int]bool
	last string // the body before, to be told again
}

const (
	corpusSites = 100
	corpusAPs   = 2000
	corpusOrg   = "2818e386-8dec-2562-9ede-5b8a0fbbdc71"
)

func newCorpus(seed uint64) *corpus {
	return &corpus{rng: rand.New(rand.NewPCG(seed, 7)), at: start, down: map[int]bool{}}
}

func (c *corpus) next() event.Record {
	c.at = c.at.Add(time.Duration(c.rng.IntN(40)) * time.Millisecond)
	topic, body := c.body()
	source := "acme"
	if c.rng.IntN(10) == 0 && c.last != "" {
		source, body = "berlin", c.last
		topic = body[len(`{"topic":"`) : len(`{"topic":"`)+strings.IndexByte(body[len(`{"topic":"`):], '"')]
	}
	c.last = body
	r, err := event.DeliveryRecord(event.Delivery{
		Received: c.at, Source: source, Via: event.ViaWebhook, Remote: "54.193.71.17:40112", Method: "POST", Path: "/mist/" + source,
		Headers: map[string][]string{"Content-Type": {"application/json"}, "User-Agent": {"Mist-webhook"}, "X-Mist-Signature-V2": {"<masked>"}},
		Body:    []byte(body), Size: int64(len(body)), Verdict: event.Verified, Status: 200, DurationMS: 1.25,
		Topic: topic, Events: strings.Count(body, `"timestamp"`),
	})
	if err != nil {
		panic(err)
	}
	return r
}

func (c *corpus) body() (topic, body string) {
	switch n := c.rng.IntN(20); {
	case n < 14:
		return c.batch("client-join", 10, c.join)
	case n < 16:
		return c.batch("device-events", 5, c.deviceEvent)
	case n < 18:
		return c.batch("device-updowns", 1, c.updown)
	case n < 19:
		return c.batch("alarms", 1, c.alarm)
	}
	return c.batch("site-sle", 1, c.sle)
}

func (c *corpus) batch(topic string, n int, one func() string) (string, string) {
	events := make([]string, n)
	for i := range events {
		events[i] = one()
	}
	return topic, fmt.Sprintf(`{"topic":%q,"events":[%s]}`, topic, strings.Join(events, ","))
}

func site(ap int) (id, name string) {
	n := ap % corpusSites
	return fmt.Sprintf("4ac1dcf4-9d8b-7211-65c4-%012d", n), fmt.Sprintf("site-%02d", n)
}

func (c *corpus) join() string {
	ap := c.rng.IntN(corpusAPs)
	id, name := site(ap)
	sec := float64(c.at.UnixMilli()) / 1000
	return fmt.Sprintf(`{"ap":"5c5b35%06x","ap_name":"ap-%04d","band":"5","bssid":"5c5b35df%04x","connect":%d,"connect_float":%.3f,`+
		`"mac":"70ef00%06x","org_id":%q,"random_mac":false,"rssi":-%d,"site_id":%q,"site_name":%q,"ssid":"Corp-%d","timestamp":%d,"version":2,`+
		`"wlan_id":"6c0c0b07-0d77-44d1-9ab2-610aee9ce711"}`,
		ap, ap, ap, c.at.Unix(), sec, c.rng.IntN(50_000), corpusOrg, 40+c.rng.IntN(45), id, name, ap%5, c.at.Unix())
}

func (c *corpus) deviceEvent() string {
	ap := c.rng.IntN(corpusAPs)
	id, name := site(ap)
	typ := []string{"AP_CONFIGURED", "AP_RRM_ACTION", "AP_RADAR_DETECTED", "AP_CONFIG_CHANGED_BY_RRM"}[c.rng.IntN(4)]
	return fmt.Sprintf(`{"ap":"5c5b35%06x","ap_name":"ap-%04d","device_name":"ap-%04d","device_type":"ap","ev_type":"NOTICE","mac":"5c5b35%06x",`+
		`"org_id":%q,"site_id":%q,"site_name":%q,"text":"channel %d","timestamp":%d,"type":%q}`,
		ap, ap, ap, ap, corpusOrg, id, name, 36+4*c.rng.IntN(20), c.at.Unix(), typ)
}

func (c *corpus) updown() string {
	ap := c.rng.IntN(corpusAPs / 10)
	id, name := site(ap)
	typ := "AP_DISCONNECTED"
	if c.down[ap] {
		typ = "AP_CONNECTED"
	}
	c.down[ap] = !c.down[ap]
	return fmt.Sprintf(`{"ap":"5c5b35%06x","ap_name":"ap-%04d","org_id":%q,"site_id":%q,"site_name":%q,"timestamp":%d,"type":%q}`,
		ap, ap, corpusOrg, id, name, c.at.Unix(), typ)
}

func (c *corpus) alarm() string {
	n := c.rng.IntN(500)
	id, _ := site(n)
	return fmt.Sprintf(`{"aps":["5c5b35%06x"],"count":%d,"group":"infrastructure","hostnames":["ap-%04d"],"id":"95193bda-1fef-4ea6-9e5b-%012d",`+
		`"last_seen":%d,"org_id":%q,"severity":"warn","site_id":%q,"timestamp":%d,"type":"infra_dhcp_failure","update":true}`,
		n, 1+c.rng.IntN(40), n, n, c.at.Unix(), corpusOrg, id, start.Unix())
}

func (c *corpus) sle() string {
	id, _ := site(c.rng.IntN(corpusAPs))
	return fmt.Sprintf(`{"org_id":%q,"site_id":%q,"sle":{"ap-availability":%.3f,"successful-connect":%.3f,"time-to-connect":%.3f},"timestamp":%d}`,
		corpusOrg, id, c.rng.Float64(), c.rng.Float64(), c.rng.Float64(), c.at.Unix())
}
