package view

import (
	"cmp"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"foghorn/internal/human"
	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
)

// wideLists is the width from which a metric's APs and users stand side by side.
const wideLists = 100

func (s *metricSheet) Draw(e pane.Context, w, h int) []string {
	out := []string{
		draw.SheetTitle(e.Context, e.Cell(s.siteName())+" "+e.Theme.Glyph.Dot+" "+e.Cell(s.score.Metric), "[ ] "+spans[s.span].name, w),
		s.summary(e, w),
	}
	out = append(out, s.troubles(e, w)...)
	room := h - len(out) - 1
	height := max(3, room*2/5)
	start, end := s.window(e)
	out = append(out, s.drawPlot(e, w, height, start, end)...)
	out = append(out, e.Axis(e.DayClock(start), e.DayClock(end)+e.ZoneName(end), w))
	rest := h - len(out)
	classes := s.classes(e, w, max(2, rest/2))
	out = append(out, classes...)
	return draw.Pad(append(out, s.lists(e, w, h-len(out))...), w, h)
}

// window is the time the plot is about: the answer's, else the state's day.
func (s *metricSheet) window(e pane.Context) (start, end time.Time) {
	if !s.answered.IsZero() && !s.detail.Start.IsZero() {
		return s.detail.Start, s.detail.End
	}
	return trendEnd(e).Add(-time.Duration(max(1, len(s.score.Trend))) * time.Hour), e.Now
}

// trendEnd is where the hours of a trend end: with the present one.
func trendEnd(e pane.Context) time.Time { return e.Now.Truncate(time.Hour).Add(time.Hour) }

// summary is the success rate and what it is of, in a line, whose end narrow windows cut.
func (s *metricSheet) summary(e pane.Context, w int) string {
	value, over := s.score.Value, "reported "+e.Ago(s.score.Time)
	if !s.answered.IsZero() {
		value, over = s.detail.Success, "mean of "+s.spanText()
		if !s.detail.HasData {
			value = math.NaN()
		}
	}
	letter, r := scoreWord(value)
	parts := []string{over}
	if hasValue(s.score) > 0 && !s.answered.IsZero() { // what the lists have
		parts = append(parts, "last hour "+Success(s.score.Value))
	}
	if s.detail.Threshold != "" {
		parts = append(parts, "threshold "+e.Cell(s.detail.Threshold))
	}
	if n := s.detail.MoreCalls; n > 0 && !s.asking {
		parts = append(parts, fmt.Sprintf("m: more (%d calls)", n))
	}
	if s.asking {
		parts = append(parts, "asking the cloud")
	}
	if s.detail.Counted != "" {
		parts = append(parts, stepText(s.detail)+"of "+e.Cell(s.detail.Counted))
	}
	if !s.asking && !s.answered.IsZero() {
		parts = append(parts, "asked "+e.Ago(s.answered))
	}
	badge := strings.TrimSpace(letter + " " + Success(value))
	return " " + e.Theme.On(r, badge) + "  " + e.Theme.On(draw.Dim, e.Theme.Fit(strings.Join(parts, ", "), max(1, w-draw.TextWidth(badge)-3), false))
}

// stepText says how long a step of the plot is.
func stepText(d event.SLEDetail) string {
	if d.IntervalS <= 0 {
		return ""
	}
	step := intervalOf(d)
	switch {
	case step%time.Hour == 0:
		return strconv.Itoa(int(step/time.Hour)) + "h steps "
	case step%time.Minute == 0:
		return strconv.Itoa(int(step/time.Minute)) + "m steps "
	}
	return step.String() + " steps "
}

// spanText is the time of the answer, which the cloud may have begun a little
// earlier than asked: its steps are full ones.
func (s *metricSheet) spanText() string {
	d := s.detail.End.Sub(s.detail.Start)
	for _, span := range spans {
		if d >= span.d && d <= span.d+time.Hour {
			return span.name
		}
	}
	return human.Duration(d)
}

// maxTroubles bounds the lines of what could not be had.
const maxTroubles = 3

// troubles say what could not be had, and why; what was known stays below.
func (s *metricSheet) troubles(e pane.Context, w int) []string {
	var texts []string
	if s.err != nil {
		text := "Not available (r asks again): " + s.err.Error()
		if !s.answered.IsZero() {
			text += "; below are the values from " + e.Ago(s.answered)
		}
		texts = append(texts, text)
	}
	for _, p := range s.detail.Problems {
		texts = append(texts, "Not available: "+p)
	}
	var lines []string
	for _, t := range texts {
		lines = append(lines, draw.Wrap(e.Cell(t), max(10, w-2))...)
	}
	if len(lines) > maxTroubles { // the last of them shows that there is more
		lines = append(lines[:maxTroubles-1], strings.Join(lines[maxTroubles-1:], " "))
	}
	for i, l := range lines {
		lines[i] = " " + e.Theme.On(draw.Warn, e.Theme.Fit(l, w-1, false))
	}
	return lines
}

// barWidth is the longest bar of a share.
const barWidth = 20

// classes are the reasons by their share, as bars, in at most room lines. Those
// without a share are no reasons.
func (s *metricSheet) classes(e pane.Context, w, room int) []string {
	out := []string{e.Theme.On(draw.Title, e.Theme.Fit("Why, by share of what was degraded", w, false))}
	reasons := s.detail.Reasons()
	if len(reasons) == 0 {
		text := " Mist names none"
		switch {
		case len(s.detail.Classifiers) > 0:
			text = " nothing was degraded"
		case s.asking:
			text = " asking the cloud"
		case len(e.Tokens) == 0:
			text = " these come from the Mist API, and no API token is configured; see config.toml, [[mist]] token"
		}
		return append(out, e.Theme.On(draw.Dim, e.Theme.Fit(text, w, false)))
	}
	wide := min(barWidth, w/4)
	named := min(26, w/3)
	for i, c := range reasons {
		if left := len(reasons) - i; len(out) == room-1 && left > 1 {
			out = append(out, e.Theme.On(draw.Dim, e.Theme.Fit(fmt.Sprintf(" and %d more", left), w, false)))
			break
		}
		share := max(0, min(1, c.Share))
		full := int(math.Round(share * float64(wide)))
		if share > 0 {
			full = max(1, full)
		}
		tail := ""
		if c.Users > 0 || c.APs > 0 {
			tail = fmt.Sprintf("%d clients, %d APs", c.Users, c.APs)
		}
		line := " " + e.Theme.Fit(e.Cell(c.Name), named, false) + " " + e.Theme.Fit(human.Percent(share), 4, true) + " " +
			e.Theme.On(draw.Warn, strings.Repeat("█", full)) + strings.Repeat(" ", wide-full) + " "
		out = append(out, line+e.Theme.On(draw.Dim, e.Theme.Fit(tail, max(1, w-draw.TextWidth(line)), false)))
	}
	return out
}

var (
	impactColumns = []draw.Column{{Title: "NAME", Max: maxName, Whole: true}, {Title: "SUCCESS", Width: 7, Right: true}, {Title: "DEGRADED", Width: 8, Right: true}}
	userColumns   = []draw.Column{{Title: "CLIENT", Max: maxName, Whole: true}, {Title: "SUCCESS", Width: 7, Right: true},
		{Title: "DEGRADED", Width: 8, Right: true, Drop: 1}, {Title: "ON", Max: maxName, Whole: true, Drop: 2},
		{Title: "KIND", Width: 8, Max: 24, Drop: 3}, {Title: "SSID", Width: 6, Max: 20, Drop: 4}}
)

func impactCells(e pane.Context, a event.ImpactedDevice) []draw.Cell {
	v := portion(a.Degraded, a.Total)
	_, r := scoreWord(v)
	return []draw.Cell{{Text: e.Device(a.Name, a.MAC), Role: draw.Plain}, {Text: Success(v), Role: r}, {Text: amount(a.Degraded), Role: draw.Dim}}
}

func userCells(e pane.Context, u event.ImpactedUser) []draw.Cell {
	v := portion(u.Degraded, u.Total)
	_, r := scoreWord(v)
	return []draw.Cell{{Text: e.Device(u.Name, u.MAC), Role: draw.Plain}, {Text: Success(v), Role: r}, {Text: amount(u.Degraded), Role: draw.Dim},
		{Text: e.Device(u.OnName, u.On), Role: draw.Dim}, {Text: e.Cell(u.Device), Role: draw.Dim}, {Text: e.Cell(u.SSID), Role: draw.Dim}}
}

// portion is the success rate of a part of the whole; not a number without a total.
func portion(degraded, total float64) float64 {
	if !(total > 0) {
		return math.NaN()
	}
	return max(0, 1-degraded/total)
}

func amount(v float64) string {
	if !(v >= 0) || v > 1e15 {
		return ""
	}
	return human.Short(int64(math.Round(v)))
}

// deviceWords names the devices of a metric, by their type.
var deviceWords = map[string]string{"ap": "APs", "switch": "switches", "gateway": "gateways"}

func (s *metricSheet) deviceWord() string {
	family := map[string]string{event.FamilyWiFi: "ap", event.FamilyWired: "switch", event.FamilyWAN: "gateway"}
	return deviceWords[cmp.Or(s.detail.DeviceType, family[journal.SLEFamily(s.score)])]
}

// lists are the devices and the clients that were affected, side by side where
// there is room, else the one the keys move.
func (s *metricSheet) lists(e pane.Context, w, room int) []string {
	if room < 2 {
		return nil
	}
	word := s.deviceWord()
	devices := func(w int) []string {
		return pane.Rows[event.ImpactedDevice]{List: &s.devices, Columns: impactColumns, Cells: impactCells, Focused: s.list == listDevices}.DrawTitled(
			e, affected(word, s.detail.Devices == nil, s.devices.Len()), s.none(word, s.detail.Devices == nil), w, room)
	}
	users := func(w int) []string {
		return pane.Rows[event.ImpactedUser]{List: &s.users, Columns: userColumns, Cells: userCells, Focused: s.list == listUsers}.DrawTitled(
			e, affected("clients", s.detail.Users == nil, s.users.Len()), s.none("clients", s.detail.Users == nil), w, room)
	}
	switch {
	case !s.hasUsers():
		return devices(w)
	case w >= wideLists:
		left := w * 2 / 5
		return draw.Beside(e.Context, devices(left), users(w-left-1))
	case s.list == listUsers:
		return users(w)
	default:
		return devices(w)
	}
}

// affected is the title of a list: its number only where it is known.
func affected(what string, unknown bool, n int) string {
	if unknown {
		return "Affected " + what
	}
	return fmt.Sprintf("Affected %s (%d)", what, n)
}

// none says why a list has no rows.
func (s *metricSheet) none(what string, unknown bool) string {
	switch {
	case s.asking:
		return " asking the cloud"
	case s.answered.IsZero():
		return " unknown"
	case unknown && len(s.detail.Problems) == 0:
		return " not asked yet; m asks Mist"
	case unknown:
		return " not known"
	default:
		return " no " + what
	}
}
