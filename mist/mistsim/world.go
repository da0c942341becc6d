package mistsim

import (
	"math/rand/v2"
	"time"
)

// world is the organization in motion: its state, the moment it is in, and what
// it has to tell. Verbs on it (network.go, clients.go) change the state and
// emit the events a real cloud would. It is not safe for concurrent use; Cloud
// guards it.
type world struct {
	org   *Org
	rng   *rand.Rand
	now   time.Time // the moment of the running step
	out   outbox
	sites map[string]*Site  // by id
	busy  map[string]bool   // MACs and site ids that a story holds
	known map[string]*alarm // earlier alarms, by their object

	devices map[string]*Device  // by MAC
	memory  memory              // past events, for searches
	shelves map[shelf][]*object // what is configured
	trouble []trouble           // what broke and when, newest last
	gain    float64             // times as long as it lasts, trouble weighs on the service levels
	side    *rand.Rand          // for what is beside the story, which must not change it

	// later puts something down for a moment after this one, on the timeline
	// that runs.
	later func(after time.Duration, do func())
}

func newWorld(seed uint64, plans []plan) *world {
	org := buildOrg(rand.New(rand.NewPCG(seed, 0x6f7267)), plans)
	w := &world{
		org: org, rng: rand.New(rand.NewPCG(seed, 0x776f726c64)),
		sites: map[string]*Site{}, busy: map[string]bool{}, known: map[string]*alarm{},
		devices: map[string]*Device{}, shelves: map[shelf][]*object{}, side: rand.New(rand.NewPCG(seed, 0x73696465)), gain: liveGain,
	}
	for _, s := range org.Sites {
		w.sites[s.ID] = s
		for _, d := range s.Devices {
			w.devices[d.MAC] = d
		}
	}
	for _, d := range org.MxEdges {
		w.devices[d.MAC] = d
	}
	return w
}

// populate connects two thirds of the clients without telling anyone: the
// people who were there before the story began.
func (w *world) populate() {
	for _, d := range w.org.MxEdges {
		d.Since = w.now.Add(-33 * 24 * time.Hour)
		d.booted = d.Since
	}
	for _, s := range w.org.Sites {
		for _, d := range s.Devices {
			d.Since = w.now.Add(-time.Duration(1+w.rng.IntN(40)) * 24 * time.Hour)
			d.booted = d.Since
		}
		for _, c := range s.Clients {
			if w.rng.IntN(3) == 0 {
				continue
			}
			w.settle(c, pick(w.rng, s.OfType(AP)))
			c.Since = w.now.Add(-time.Duration(1+w.rng.IntN(7200)) * time.Second)
		}
	}
}

// emit sends an event of a topic.
func (w *world) emit(topic string, element any) {
	w.memory.keep(element)
	w.out.add(topic, element)
}

// emitAlone sends events in a delivery of their own, which may be signed
// otherwise and carry more headers.
func (w *world) emitAlone(topic string, sl seal, header map[string]string, elements ...any) {
	var own outbox
	for _, e := range elements {
		if sl == signed {
			w.memory.keep(e)
		}
		own.add(topic, e)
	}
	own.flush()
	for _, p := range own.take() {
		p.seal, p.header = sl, header
		w.out.send(p)
	}
	if own.err != nil {
		w.out.err = own.err
	}
}

// siteOf returns the site of a device; nil for a Mist Edge.
func (w *world) siteOf(d *Device) *Site { return w.sites[d.SiteID] }

// between draws a duration from a range.
func (w *world) between(lo, hi time.Duration) time.Duration {
	return lo + time.Duration(w.rng.Int64N(int64(hi-lo)+1)).Truncate(time.Millisecond)
}

// upAPs returns the site's access points that are connected, but for one.
func upAPs(s *Site, but string) []*Device {
	var up []*Device
	for _, d := range s.Devices {
		if d.Type == AP && d.Connected && d.MAC != but {
			up = append(up, d)
		}
	}
	return up
}
