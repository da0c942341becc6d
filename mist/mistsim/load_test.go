package mistsim

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"foghorn/mist"
)

// loadPosts keeps the batches of the load apart from the story's joins.
func loadPosts(posts []got) (batches []got) {
	for _, g := range posts {
		if strings.HasPrefix(g.body, `{"topic":"client-join"`) && strings.Contains(g.body, `"mac":"f2`) && strings.Count(g.body, `"mac":"f2`) == strings.Count(g.body, `"mac":`) {
			batches = append(batches, g)
		}
	}
	return batches
}

func TestLoadKeepsItsRate(t *testing.T) {
	for rate, d := range map[float64]time.Duration{
		0.5: 20 * time.Second, 7: 20 * time.Second, 150: 10 * time.Second, 2000: 3 * time.Second, 50000: 200 * time.Millisecond,
	} {
		t.Run(fmt.Sprint(rate), func(t *testing.T) {
			events, seen := 0, map[string]bool{}
			for _, g := range loadPosts(listen(t, d, func(o *Options, _ *recorder) { o.Rate = rate })) {
				if !mist.CheckV2(mistKey, []byte(g.body), g.header.Get(mist.HeaderV2)) {
					t.Fatal("a batch does not verify")
				}
				_, es, ok := g.events()
				if !ok {
					t.Fatalf("not a delivery: %s", g.body)
				}
				for _, e := range es {
					events++
					seen[fmt.Sprintf("%v %v", e["mac"], e["connect_float"])] = true
				}
			}
			want := rate * d.Seconds()
			if f := float64(events); f > want+1 || f < want*0.95-max(1, rate/postsPerSecond) {
				t.Errorf("%d events in %v, want %v", events, d, want)
			}
			if len(seen) != events {
				t.Errorf("%d of %d events are copies of others", events-len(seen), events)
			}
		})
	}
}

func TestAJoinOfTheLoadIsLikeAnyOther(t *testing.T) {
	c := mustNew(t, Options{MistURL: "http://listener/mist"})
	extras := c.extras()
	if len(extras) < 1000 {
		t.Fatalf("%d extras", len(extras))
	}
	now := time.UnixMicro(1_800_000_000_123_456)
	var have, want map[string]any
	raw := extras[17].append(nil, now.UnixMicro(), -51)
	if err := json.Unmarshal(raw, &have); err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
	site := c.world.org.Sites[0]
	plain, err := encode(joinOf(c.world.org, site, site.Clients[0], site.Devices[0]))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(plain, &want); err != nil {
		t.Fatal(err)
	}
	if a, b := slices.Sorted(maps.Keys(have)), slices.Sorted(maps.Keys(want)); !slices.Equal(a, b) {
		t.Errorf("fields %v, want %v", a, b)
	}
	if have["connect_float"] != 1800000000.123456 || have["connect"] != 1.8e9 || have["timestamp"] != 1.8e9 || have["rssi"] != -51.0 {
		t.Errorf("values of %s", raw)
	}
}

func TestLoadKeepsOffAccessPointsThatAreDown(t *testing.T) {
	c := mustNew(t, Options{MistURL: "http://listener/mist"})
	l := &loader{cloud: c, extras: c.extras(), batch: 300}
	up := c.world.org.Sites[1].OfType(AP)[0]
	for _, s := range c.world.org.Sites {
		for _, d := range s.Devices {
			d.Connected = d == up
		}
	}
	body := l.body(nil, 0, time.Unix(1_800_000_000, 0))
	if n := strings.Count(string(body), `"ap":"`+up.MAC+`"`); n != 300 {
		t.Errorf("%d of 300 joins on the only AP that is up", n)
	}
}

func BenchmarkLoadBody(b *testing.B) {
	c, err := New(Options{MistURL: "http://listener/mist"})
	if err != nil {
		b.Fatal(err)
	}
	l := &loader{cloud: c, extras: c.extras(), batch: 10}
	now := time.Unix(1_800_000_000, 0)
	var body []byte
	b.ReportAllocs()
	for i := 0; b.Loop(); i += 10 {
		body = l.body(body[:0], i, now)
	}
	b.ReportMetric(float64(b.N*10)/b.Elapsed().Seconds(), "events/s")
}
