package view

import (
	"cmp"
	"context"
	"math"
	"strings"
	"time"

	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/journal/query"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
	"foghorn/tui/port"
)

// Bounds of what a followed client's view keeps.
const (
	maxSamples     = 4000
	followedEvents = 20
)

// sample is a measurement of a followed client.
type sample struct {
	at        time.Time
	rssi, snr int
	ap        event.MAC
	apName    string
}

// FollowSheet is the sheet of a client that is followed: its signal over time, as
// reported since the sheet was opened.
type FollowSheet struct {
	Mac     event.MAC
	name    string
	client  *event.LiveClient // as last reported; nil before the first answer
	here    bool              // the last answer had it
	read    bool
	Samples []sample // the oldest first
	events  []event.Event
}

// followPlace is the sheet of a followed client.
var followPlace = pane.Place{Name: "following a client", Traits: pane.IsSheet}

// NewFollowSheet follows a client from now on.
func NewFollowSheet(mac event.MAC, name string) *FollowSheet {
	return &FollowSheet{Mac: mac, name: name}
}

// followKeys lead from a followed client to where it is.
func followKeys() []pane.Binding {
	in := []pane.Place{followPlace}
	return []pane.Binding{
		{Name: "device", Keys: []string{"D"}, In: in, Foot: "AP", Help: "go to the AP that the client is at", Run: pane.OnSheet((*FollowSheet).openAP)},
		{Name: "site-page", Keys: []string{"S"}, In: in, Foot: "site", Help: "go to the page of its site", Run: pane.OnSheet(func(f *FollowSheet, _ pane.Screen) pane.Request { return openSitePage(f.SiteOf()) })},
	}
}

// openAP goes to the AP of the client.
func (f *FollowSheet) openAP(pane.Screen) pane.Request {
	if f.client == nil || f.client.AP.Int64() == 0 {
		return pane.Say{Role: draw.Warn, Text: "No AP of this client is known."}
	}
	return pane.OpenRecord{Ref: pane.RecordRef{Kind: pane.DeviceRecord, ID: f.client.AP.Int64()}}
}

// PortalPage is the client's page in the Mist portal.
func (f *FollowSheet) PortalPage() (port.PortalPage, bool) {
	if f.client == nil {
		return port.PortalPage{}, false
	}
	return clientPage(*f.client), true
}

// SiteOf is the site of the client.
func (f *FollowSheet) SiteOf() event.Site {
	if f.client == nil {
		return event.Site{}
	}
	return event.Site{Source: f.client.Source, ID: f.client.SiteID, Name: f.client.Site}
}

func (f *FollowSheet) Place() pane.Place   { return followPlace }
func (f *FollowSheet) Nav() pane.Navigator { return nil }
func (f *FollowSheet) Close()              {}

func (f *FollowSheet) Fetch(now time.Time) pane.Fetch {
	mine := query.Page{Where: query.Is("client_mac", string(f.Mac)), Now: now, Limit: 1}
	return func(ctx context.Context, j port.Journal) (pane.Answer, error) {
		rows, err := j.LiveClients(ctx, mine)
		if err != nil {
			return pane.Answer{}, err
		}
		mine.Limit = followedEvents
		events, err := j.Events(ctx, mine)
		return pane.Answer{Apply: func() { f.Take(rows, events) }}, err
	}
}

// Take keeps the answer, and a sample of it when it is a new one.
func (f *FollowSheet) Take(rows []event.LiveClient, events []event.Event) {
	f.read, f.here, f.events = true, len(rows) > 0, events
	if !f.here {
		return
	}
	c := rows[0]
	f.client = &c
	f.name = cmp.Or(ClientName(c), f.name)
	s := sample{cmp.Or(c.Updated, c.LastSeen), c.RSSI, c.SNR, c.AP, c.APName}
	if n := len(f.Samples); c.RSSI == 0 || n > 0 && !s.at.After(f.Samples[n-1].at) {
		return
	}
	f.Samples = append(f.Samples, s)
	if over := len(f.Samples) - maxSamples; over > 0 {
		f.Samples = append(f.Samples[:0], f.Samples[over:]...)
	}
}

// dotTimes are the lengths of time a dot of the plot may stand for, and holdFor
// is how long a value holds at most until the next one.
var dotTimes = []time.Duration{time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second, 20 * time.Second}

const holdFor = 90 * time.Second

// dotTime is the shortest one in which n dots show all that was measured: the
// plot of somebody followed since a moment ago fills soon, and then slows down.
func (f *FollowSheet) dotTime(n int) time.Duration {
	span := f.Samples[len(f.Samples)-1].at.Sub(f.Samples[0].at)
	for _, d := range dotTimes {
		if span < time.Duration(n-1)*d {
			return d
		}
	}
	return dotTimes[len(dotTimes)-1]
}

// lay puts samples into n dots, the newest in the last one.
func (f *FollowSheet) lay(n int) []*sample {
	out, step := make([]*sample, n), f.dotTime(n)
	end := f.Samples[len(f.Samples)-1].at
	k := 0
	for i := range out {
		until := end.Add(-time.Duration(n-1-i) * step)
		for k < len(f.Samples) && !f.Samples[k].at.After(until) {
			k++
		}
		if k > 0 && until.Sub(f.Samples[k-1].at) <= holdFor {
			out[i] = &f.Samples[k-1]
		}
	}
	return out
}

// valuesOf takes a number of each sample; 0 and no sample are not known.
func valuesOf(samples []*sample, of func(*sample) int) []float64 {
	out := make([]float64, len(samples))
	for i, s := range samples {
		out[i] = math.NaN()
		if s != nil && of(s) != 0 {
			out[i] = float64(of(s))
		}
	}
	return out
}

// rssiPlot is the axis of signal strengths.
var rssiPlot = draw.Plot{
	Low: -90, High: -40, Ticks: []float64{-40, -50, -60, -90}, Lines: []float64{journal.RSSIGood, journal.RSSIPoor},
	Label: func(v float64) string { return draw.Number(int(v)) },
	Role: func(v float64) draw.Role {
		_, r := rssiWord(int(v))
		return r
	},
}

func (f *FollowSheet) Draw(e pane.Context, w, h int) []string {
	out := []string{f.title(e, w), f.standing(e, w)}
	room := h - len(out)
	listed := max(1, min(len(f.events), (room-4)/3))
	if len(f.Samples) == 0 {
		out = append(out, "", "  "+e.Theme.On(draw.Plain, e.Theme.Fit(f.waiting(e), w-2, false)))
		return draw.Pad(append(out, f.latest(e, w-1, max(0, h-len(out)))...), w, h)
	}
	height := max(3, room-4-listed)
	dots := e.Dots(w)
	laid := f.lay(dots)
	p := rssiPlot
	p.Marks = f.roamMarks(e, laid)
	out = append(out, p.Draw(e.Context, valuesOf(laid, func(s *sample) int { return s.rssi }), w, height)...)
	last := f.Samples[len(f.Samples)-1].at
	first := last.Add(-time.Duration(dots-1) * f.dotTime(dots))
	out = append(out, e.Axis(e.Clock(first), e.Clock(last), w), f.apLine(e, laid, w), f.snrLine(e, laid, w))
	return draw.Pad(append(out, f.latest(e, w-1, h-len(out))...), w, h)
}

func (f *FollowSheet) title(e pane.Context, w int) string {
	name := "Following " + e.Device(f.name, f.Mac)
	right := f.Mac.String()
	if f.client != nil {
		right = e.Cell(f.client.SSID) + " " + e.Theme.Glyph.Dot + " " + e.Cell(cmp.Or(f.client.Site, f.client.SiteID)) + " " + e.Theme.Glyph.Dot + " " + right
		if e.Stale(f.client.Updated, StaleAfter) {
			right = "stale " + e.Age(f.client.Updated) + " " + e.Theme.Glyph.Dot + " " + right
		}
	}
	return draw.SheetTitle(e.Context, name, right, w)
}

// standing is how it is connected now, in a line.
func (f *FollowSheet) standing(e pane.Context, w int) string {
	switch {
	case !f.read:
		return " Reading the journal."
	case f.client == nil:
		return " " + e.Theme.On(draw.Warn, "NOT CONNECTED")
	}
	c := f.client
	badge, r := signalWords(c.RSSI)
	if !f.here {
		badge, r = "GONE", draw.Warn
	}
	parts := []string{"on " + e.Device(c.APName, c.AP)}
	if !f.here {
		text := "was " + parts[0] + ", last seen " + e.Ago(c.Updated) + "; its signal goes on when it joins again"
		return " " + e.Theme.On(r, badge) + "  " + e.Theme.Fit(text, max(1, w-draw.TextWidth(badge)-3), false)
	}
	if c.Band != "" {
		parts = append(parts, e.Cell(c.Band)+" GHz")
	}
	if c.Channel != 0 {
		parts = append(parts, "ch "+draw.Number(c.Channel))
	}
	if c.SNR != 0 {
		parts = append(parts, "SNR "+draw.Unit(c.SNR, " dB"))
	}
	if !c.Since.IsZero() {
		parts = append(parts, "for "+e.Lasted(c.Since))
	}
	switch c.Roams {
	case 0:
		parts = append(parts, "no roams")
	case 1:
		parts = append(parts, "1 roam")
	default:
		parts = append(parts, draw.Number(c.Roams)+" roams")
	}
	text := strings.Join(parts, ", ")
	return " " + e.Theme.On(r, badge) + "  " + e.Theme.Fit(text, max(1, w-draw.TextWidth(badge)-3), false)
}

// waiting says why there is no plot yet.
func (f *FollowSheet) waiting(e pane.Context) string {
	switch {
	case !f.read:
		return ""
	case len(e.Tokens) == 0:
		return "No signal: it is asked of the Mist API, and no API token is configured."
	case !f.here:
		return "Not connected now; its signal is drawn from when it joins."
	default:
		return "Connected; no signal has been reported yet."
	}
}

// roamMarks are the cells in which the AP changed.
func (f *FollowSheet) roamMarks(e pane.Context, laid []*sample) map[int]bool {
	across := e.PerCell()
	out := map[int]bool{}
	var before *sample
	for i, s := range laid {
		if s != nil && before != nil && s.ap != before.ap {
			out[i/across] = true
		}
		if s != nil {
			before = s
		}
	}
	return out
}

// leastName is the cells from which a name is worth beginning.
const leastName = 4

// apLine names the APs below the plot, each from where it took over.
func (f *FollowSheet) apLine(e pane.Context, laid []*sample, w int) string {
	cells := max(1, w-draw.AxisWidth)
	var b strings.Builder
	for at := 0; at < cells; {
		s := laid[min(len(laid)-1, at*e.PerCell()+e.PerCell()-1)]
		to := at + 1
		for to < cells && sameAP(laid[min(len(laid)-1, to*e.PerCell()+e.PerCell()-1)], s) {
			to++
		}
		name := ""
		if s != nil {
			name = e.Theme.Glyph.Bar + e.Device(s.apName, s.ap)
		}
		if to-at < leastName {
			name = name[:min(len(name), len(e.Theme.Glyph.Bar))]
		}
		b.WriteString(e.Theme.Fit(name, to-at, false))
		at = to
	}
	return e.Theme.On(draw.Dim, e.Theme.Fit("AP", draw.AxisWidth-1, true)+" ") + b.String()
}

func sameAP(a, b *sample) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.ap == b.ap
}

// The scale of the SNR's sparkline in dB.
const snrLow, snrHigh = 5, 45

func (f *FollowSheet) snrLine(e pane.Context, laid []*sample, w int) string {
	values := valuesOf(laid, func(s *sample) int { return s.snr })
	line := e.Sparkline(values, max(1, w-draw.AxisWidth), snrLow, snrHigh)
	return e.Theme.On(draw.Dim, e.Theme.Fit("SNR", draw.AxisWidth-1, true)+" ") + e.Theme.On(draw.Info, e.Theme.Fit(strings.ReplaceAll(line, draw.SparkGap, " "), w-draw.AxisWidth, false))
}

// latest are its last events, as many as have room.
func (f *FollowSheet) latest(e pane.Context, w, room int) []string {
	var out []string
	for _, ev := range f.events[:min(len(f.events), max(0, room-1))] {
		head := e.Theme.Fit(e.When(ev.Time), e.TimeColumn().Width, e.TimeColumn().Right) + " " + draw.SeverityLetter(ev.Severity) + " "
		text := clientWord(ev) + " " + e.Device(ev.Device, ev.DeviceMAC) + "  " + e.Text(clientText(ev))
		out = append(out, " "+e.Theme.On(draw.Dim, head)+e.Theme.Fit(text, max(1, w-draw.TextWidth(head)), false))
	}
	if len(out) == 0 || room < 2 {
		return nil
	}
	return append([]string{" " + e.Theme.On(draw.Title, "Its latest events")}, out...)
}
