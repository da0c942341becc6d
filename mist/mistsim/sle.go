package mistsim

import (
	"math"
	"slices"
	"time"

	"foghorn/internal/clock"
)

// Service levels over time. Every site has its usual ups and downs, a function
// of the moment; what stories break comes on top, for as long as it lasted.

// trouble is something that was broken for a while.
type trouble struct {
	site     string
	cause    string
	mac      string // of the device that was away; empty when it was all of the site
	from, to time.Time
	gain     float64
}

// Causes of trouble.
const (
	causeDHCP    = "dhcp"
	causeAuth    = "auth"
	causeAP      = "ap"
	causeAPSw    = "ap-switch" // an AP that is away because its switch is
	causeAPWAN   = "ap-site"   // or because the whole site is
	causeSwitch  = "switch"
	causeGateway = "gateway"
)

const (
	maxTrouble = 4000
	// liveGain: a minute of the demo stands for about ten of the real cloud, so
	// an outage of seconds weighs as much as one of minutes.
	liveGain = 10
)

func (w *world) causeOf(d *Device) string {
	switch d.Type {
	case Switch:
		return causeSwitch
	case Gateway:
		return causeGateway
	case AP:
		up := w.devices[d.Uplink]
		switch {
		case up == nil:
		case w.devices[up.Uplink] != nil && !w.devices[up.Uplink].Connected:
			return causeAPWAN
		case !up.Connected:
			return causeAPSw
		}
	}
	return causeAP
}

// breaks puts down that trouble begins.
func (w *world) breaks(s *Site, cause, mac string) {
	if s != nil {
		w.trouble = bounded(append(w.trouble, trouble{site: s.ID, cause: cause, mac: mac, from: w.now, gain: w.gain}), maxTrouble)
	}
}

// mends puts down that it is over. An empty cause means any.
func (w *world) mends(s *Site, cause, mac string) {
	if s == nil {
		return
	}
	for i := range w.trouble {
		if t := &w.trouble[i]; t.site == s.ID && t.mac == mac && (cause == "" || t.cause == cause) && t.to.IsZero() {
			t.to = w.now
		}
	}
}

// slots are the fixed bins in which service levels are counted.
type slots struct {
	start time.Time
	width time.Duration
	n     int
	now   time.Time
}

// slotsFor snaps a window to bins: of ten minutes for a few hours, of an hour
// beyond.
func slotsFor(from, to, now time.Time) slots {
	width := 10 * time.Minute
	if to.Sub(from) > 3*time.Hour {
		width = time.Hour
	}
	if to.Sub(from) > 14*24*time.Hour {
		width = 24 * time.Hour
	}
	start := from.Truncate(width)
	n := int((to.Sub(start) + width - 1) / width)
	return slots{start: start, width: width, n: min(max(n, 1), 400), now: now}
}

func (b slots) end() time.Time { return b.start.Add(time.Duration(b.n) * b.width) }

// levels are the service levels of a site by one metric. A slot that lies in the
// future has no value.
type levels struct {
	slots
	total, degraded []float64
	known           []bool
	by              map[string][]float64 // degraded, by classifier
	of              map[string]float64   // degraded, by device; nil when nobody asks
}

// sum adds up the slots that have a value.
func (l levels) sum(what []float64) float64 {
	n := 0.0
	for i, v := range what {
		if l.known[i] {
			n += v
		}
	}
	return n
}

// rate is the share that was good; ok is false when there was nothing to count.
func (l levels) rate() (rate float64, ok bool) {
	total := l.sum(l.total)
	if total == 0 {
		return 0, false
	}
	return 1 - l.sum(l.degraded)/total, true
}

// only narrows the levels of a site down to a device or a client.
type only struct {
	mac    string
	client bool
	rate   bool // nobody asks which devices it fell to, which costs the most to say
}

// levelsOf counts what a metric says about a site in each slot. Classifier and
// device narrow down what is asked, not what is counted: the parts add up to
// the whole.
func (w *world) levelsOf(s *Site, m *metric, b slots, just only) levels {
	l := levels{slots: b, total: make([]float64, b.n), degraded: make([]float64, b.n), known: make([]bool, b.n), by: map[string][]float64{}}
	if !just.rate {
		l.of = map[string]float64{}
	}
	for _, c := range m.classifiers {
		l.by[c] = make([]float64, b.n)
	}
	share := w.sharesOf(s, m)
	mine := 1.0
	switch {
	case just.client:
		mine = 1 / float64(max(len(s.Clients), 1))
	case just.mac != "":
		mine = share[just.mac]
	}
	for i := range b.n {
		at := b.start.Add(time.Duration(i) * b.width)
		lived := min(b.now.Sub(at), b.width)
		if lived <= 0 || at.Before(founded) {
			continue
		}
		l.known[i] = true
		minutes := lived.Minutes()
		users := float64(len(s.Clients)) * (0.62 + 0.08*wobble(s.ID+"users", at, time.Hour))
		l.total[i] = math.Round(mine*users*minutes*m.perMinute*1000) / 1000
		bad := m.usual * (1 - s.score) * (1 + 0.6*wobble(s.ID+m.name, at, 40*time.Minute))
		l.blame(i, bad*l.total[i], m.classifiers[0], share, just.mac)
		if len(m.classifiers) > 1 {
			// A third of the usual trouble has the second cause.
			l.blame(i, bad*l.total[i]/2, m.classifiers[1], share, just.mac)
		}
	}
	for _, t := range w.trouble {
		if h, hit := m.hits[t.cause]; hit && t.site == s.ID {
			l.suffer(t, h, share, just)
		}
	}
	return l
}

// suffer adds what trouble did to the slots that it fell into.
func (l *levels) suffer(t trouble, h hit, share map[string]float64, just only) {
	if just.mac != "" && t.mac != "" && t.mac != just.mac {
		return
	}
	to := t.to
	if to.IsZero() || to.After(l.now) {
		to = l.now
	}
	for i := range l.n {
		at := l.start.Add(time.Duration(i) * l.width)
		begin, end := clock.Later(t.from, at), earlier(to, at.Add(l.width))
		if !l.known[i] || !end.After(begin) {
			continue
		}
		part := min(float64(end.Sub(begin))*t.gain/float64(min(l.width, l.now.Sub(at))), 1) * h.weight
		if t.mac != "" && just.mac == "" {
			part *= share[t.mac]
		}
		bad := min(part*l.total[i], l.total[i]-l.degraded[i])
		if t.mac == "" {
			l.blame(i, bad, h.classifier, share, just.mac)
			continue
		}
		l.degraded[i] += bad
		l.by[h.classifier][i] += bad
		if l.of != nil {
			l.of[t.mac] += bad
		}
	}
}

// blame adds what went wrong in a slot to a classifier, and spreads it over the
// devices.
func (l *levels) blame(i int, bad float64, classifier string, share map[string]float64, just string) {
	bad = max(bad, 0)
	l.degraded[i] += bad
	l.by[classifier][i] += bad
	if l.of == nil {
		return
	}
	for mac, part := range share {
		switch just {
		case "":
			l.of[mac] += bad * part
		case mac:
			l.of[mac] += bad
		}
	}
}

// sharesOf says which part of a site's trouble falls to which of the devices
// that a metric is about; all parts make one.
func (w *world) sharesOf(s *Site, m *metric) map[string]float64 {
	out, sum := map[string]float64{}, 0.0
	for _, d := range s.Devices {
		if d.Type == m.device {
			v := 1 + 0.7*noise(d.MAC+m.name, 3)
			out[d.MAC] = v
			sum += v
		}
	}
	for mac := range out {
		out[mac] /= sum
	}
	return out
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// hit is what a cause does to a metric: the part of users that suffer while it
// lasts (of those of the device, if it is one), and what it is put down to.
type hit struct {
	weight     float64
	classifier string
}

// metric is one service level.
type metric struct {
	name        string // in the paths of the API
	alias       string // in the overview of all sites
	family      string // wifi, wired or wan
	device      string // the type it is about
	unit        string
	perMinute   float64 // how much there is to count, a user and minute
	usual       float64 // how the site's usual score shows in it
	classifiers []string
	hits        map[string]hit
	threshold   threshold
}

// threshold is from which value on somebody is served badly.
type threshold struct {
	Metric    string  `json:"metric"`
	Default   float64 `json:"default"`
	Minimum   float64 `json:"minimum"`
	Maximum   float64 `json:"maximum"`
	Direction string  `json:"direction"`
	Units     string  `json:"units"`
	Threshold string  `json:"threshold"` // text, beside numbers
}

func metricNamed(name string) *metric {
	i := slices.IndexFunc(sleMetrics, func(m *metric) bool { return m.name == name })
	if i < 0 {
		return nil
	}
	return sleMetrics[i]
}

var apDown = map[string]hit{
	causeAP: {1, "ap-unreachable"}, causeAPSw: {1, "switch-down"}, causeAPWAN: {1, "site-down"},
}

const userMinutes = "user-minutes"

// sleMetrics are the metrics of every site, in the order in which they are
// listed.
var sleMetrics = []*metric{
	{name: "coverage", alias: "coverage", family: "wifi", device: AP, unit: userMinutes, perMinute: 1, usual: 1,
		classifiers: []string{"weak-signal", "asymmetry-downlink", "asymmetry-uplink"},
		hits:        map[string]hit{causeAP: {0.35, "weak-signal"}, causeAPSw: {0.35, "weak-signal"}},
		threshold:   threshold{"coverage", -72, -90, -60, "left", "dBm", "-72"}},
	{name: "capacity", alias: "capacity", family: "wifi", device: AP, unit: userMinutes, perMinute: 1, usual: 0.8,
		classifiers: []string{"wifi-interference", "client-count", "client-usage", "non-wifi-interference"},
		hits:        map[string]hit{causeAP: {0.2, "client-count"}, causeAPSw: {0.2, "client-count"}},
		threshold:   threshold{"capacity", 20, 5, 50, "left", "%", "20"}},
	{name: "time-to-connect", alias: "time-to-connect", family: "wifi", device: AP, unit: "counts", perMinute: 0.05, usual: 1.1,
		classifiers: []string{"association", "authorization", "dhcp-unresponsive", "dhcp-nack", "ip-services"},
		hits:        map[string]hit{causeDHCP: {0.8, "dhcp-unresponsive"}, causeAuth: {0.3, "authorization"}},
		threshold:   threshold{"time-to-connect", 4, 1, 10, "right", "seconds", "4"}},
	{name: "failed-to-connect", alias: "successful-connect", family: "wifi", device: AP, unit: "counts", perMinute: 0.05, usual: 0.7,
		classifiers: []string{"association", "authorization", "dhcp-unresponsive", "dhcp-nack", "arp", "dns"},
		hits:        map[string]hit{causeDHCP: {0.9, "dhcp-unresponsive"}, causeAuth: {0.6, "authorization"}},
		threshold:   threshold{"failed-to-connect", 0, 0, 0, "right", "counts", "0"}},
	{name: "roaming", alias: "roaming", family: "wifi", device: AP, unit: "counts", perMinute: 0.04, usual: 0.9,
		classifiers: []string{"signal-quality-sticky-client", "latency-slow-standard-roam", "stability-failed-to-fast-roam"},
		threshold:   threshold{"roaming", 0.4, 0.1, 2, "right", "seconds", "0.4"}},
	{name: "throughput", alias: "throughput", family: "wifi", device: AP, unit: userMinutes, perMinute: 1, usual: 0.6,
		classifiers: []string{"coverage", "capacity", "device-capability", "network-issues"},
		hits:        map[string]hit{causeSwitch: {0.3, "network-issues"}},
		threshold:   threshold{"throughput", 80, 1, 500, "left", "Mbps", "80"}},
	{name: "ap-availability", alias: "ap-availability", family: "wifi", device: AP, unit: "ap-minutes", perMinute: 0.2,
		classifiers: []string{"ap-unreachable", "switch-down", "site-down", "ap-reboot"}, hits: apDown,
		threshold: threshold{"ap-availability", 0, 0, 0, "right", "minutes", "0"}},
	{name: "switch_health", alias: "switch-health", family: "wired", device: Switch, unit: "switch-minutes", perMinute: 0.1,
		classifiers: []string{"switch-unreachable", "system", "capacity", "network"}, hits: map[string]hit{causeSwitch: {1, "switch-unreachable"}},
		threshold: threshold{"switch_health", 0, 0, 0, "right", "minutes", "0"}},
	{name: "switch_throughput", alias: "switch-throughput", family: "wired", device: Switch, unit: userMinutes, perMinute: 1, usual: 0.3,
		classifiers: []string{"congestion", "interface-anomalies", "storm-control"}, hits: map[string]hit{causeSwitch: {0.5, "interface-anomalies"}},
		threshold: threshold{"switch_throughput", 0, 0, 0, "right", "minutes", "0"}},
	{name: "gateway-health", alias: "gateway-health", family: "wan", device: Gateway, unit: "gateway-minutes", perMinute: 0.05,
		classifiers: []string{"gateway-disconnected", "cpu", "memory", "temperature"}, hits: map[string]hit{causeGateway: {1, "gateway-disconnected"}},
		threshold: threshold{"gateway-health", 0, 0, 0, "right", "minutes", "0"}},
	{name: "wan-link-health", alias: "wan-link-health", family: "wan", device: Gateway, unit: "link-minutes", perMinute: 0.05, usual: 0.2,
		classifiers: []string{"network", "interface", "isp-reachability"}, hits: map[string]hit{causeGateway: {1, "isp-reachability"}},
		threshold: threshold{"wan-link-health", 0, 0, 0, "right", "minutes", "0"}},
	{name: "application_health", alias: "application_health", family: "wan", device: Gateway, unit: userMinutes, perMinute: 1, usual: 0.9,
		classifiers: []string{"latency", "jitter", "loss"}, hits: map[string]hit{causeGateway: {0.9, "loss"}},
		threshold: threshold{"application_health", 0, 0, 0, "right", "minutes", "0"}},
}
