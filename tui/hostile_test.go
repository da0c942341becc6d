package tui

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"foghorn/internal/clock"
	"foghorn/journal/event"
)

// nasty are names as strangers choose them.
var nasty = []string{
	"\x1b[2J\x1b[H owned", "\x1b]0;title\x07", "\u009b31m c1", "a\nb\r\nc\td", "\u202egnirts", "z\u200bw\u200d\ufeff", "\x00\x01\x7f",
	"👨‍👩‍👧‍👦 family", "日本語のとても長いSSIDの名前です", "e\u0301\u0301\u0301\u0301\u0301\u0301", "\xff\xfe\xc3", strings.Repeat("A", 4000), "🇩🇪🇦🇹", "﷽", "\x1bP+q\x1b\\", "क्षि",
}

// hostileRows are rows in which every text is a stranger's.
func hostileRows(now time.Time) testRows {
	var j testRows
	for i, s := range nasty {
		id := event.ID(int64(i+1), 0)
		j.events = append(j.events, event.Event{ID: id, Time: now, Received: now, Source: s, Via: event.Via(s), Topic: s, Type: s, Severity: event.Warn, Site: s,
			Device: s, DeviceMAC: event.MAC(s), DeviceType: s, Client: s, SSID: s, Text: s, DeliveryID: int64(i + 1), AlertID: id, Duplicates: 3,
			Raw: []byte(`{"` + strings.ToValidUTF8(s, "") + `":1}`)},
			event.Event{ID: id + 1, Time: now, Topic: "client-join", Client: s, SSID: s, Site: s, Text: s},
			event.Event{ID: id + 2, Time: now, Topic: "device-updowns", Device: s, Site: s, Type: s, Text: s})
		j.deliveries = append(j.deliveries, event.Delivery{ID: int64(i + 1), Received: now, Source: s, Remote: s, Method: s, Path: s, Verdict: event.Verdict(s), Cause: s,
			Warning: s, Topic: s, Headers: map[string][]string{s: {s}}, Body: []byte(s)})
		j.alerts = append(j.alerts, event.Alert{ID: id, Key: s, Source: s, Kind: s, Severity: event.Critical, State: event.State(s), Title: s, Site: s, Device: s,
			Opened: now, LastSeen: now, Owner: s, AckedAt: &now, Note: s, MistAlarmID: s})
		j.activities = append(j.activities, event.Activity{ID: 1000 + int64(i), Actor: s, Action: s, Target: event.AlertTarget(id), Reason: s, After: s, Result: s})
		j.scores = append(j.scores, event.SLEScore{SiteID: s, Site: s, Metric: s, Value: 0.5, Time: now})
		mac := event.MAC([]string{"5c5b35000001", s}[i%2])
		j.devices = append(j.devices, event.Device{Source: s, Site: s, MAC: mac, ID: s, Name: s, Type: s, Model: s, Serial: s, Version: s, IP: s,
			Status: s, Since: now, LastSeen: now, UptimeS: 1 << 62, Clients: 1 << 40, CPU: 1e300, Uplink: s, Updated: now,
			Radios: []event.Radio{{Band: s, Channel: 1 << 40, Bandwidth: -1, Power: -1 << 40, Utilization: 1 << 40}}})
		j.clients = append(j.clients, event.LiveClient{Source: s, Site: s, MAC: mac, Hostname: s, Username: s, IP: s, SSID: s, AP: event.MAC(s),
			APName: s, Band: s, Channel: 1 << 40, RSSI: -1 << 40, SNR: 1 << 40, Since: now, LastSeen: now, Roams: 1 << 40, Updated: now})
		j.scores[len(j.scores)-1].Source, j.scores[len(j.scores)-1].Trend = s, []float64{-1, 0, 1e300, math.NaN(), math.Inf(1), 0.5}
		j.feeds = append(j.feeds, event.Feed{Name: s, Kind: event.FeedKind(s), State: event.FeedState(s), Detail: s})
		j.outbox.add(s, id, now)
	}
	j.collector = event.Collector{PID: 1, Host: nasty[0], Command: nasty[1], Note: nasty[2] + ": " + nasty[0], Heartbeat: now}
	return j
}

// hostileCloud answers with whatever a broken cloud could.
func hostileCloud() *fakeCloud {
	return &fakeCloud{sources: []string{nasty[0]}, sle: func(_ context.Context, q event.SLEQuestion) (event.SLEDetail, error) {
		d := event.SLEDetail{Start: q.End, End: q.Start, Counted: nasty[1], HasData: true, Success: math.NaN(), Threshold: "-" + nasty[2]}
		for i, s := range nasty {
			d.Series = append(d.Series, event.SLESample{Time: q.Start.Add(-time.Duration(i) * time.Hour), Success: float64(i) * 1e300, Known: true})
			d.Measured = append(d.Measured, math.Inf(i%3-1), math.NaN(), -1e300)
			d.Classifiers = append(d.Classifiers, event.SLEClassifier{Name: s, Share: float64(i-3) * 1e9, Users: -1 << 40, APs: 1 << 40})
			d.Devices = append(d.Devices, event.ImpactedDevice{MAC: "5c5b35000001", Name: s, Degraded: math.Inf(1), Total: 1})
			d.Users = append(d.Users, event.ImpactedUser{MAC: "5c5b35000001", Name: s, On: event.MAC(s), OnName: s, SSID: s, Device: s, Degraded: -1, Total: math.NaN()})
			d.Problems = append(d.Problems, s)
		}
		return d, errors.New(nasty[0])
	}}
}

// clean fails if anything but text, line breaks and colors is in the frame.
func clean(t *testing.T, frame string) {
	t.Helper()
	var p byte
	for s := frame; s != ""; {
		seq, width, n, state := ansi.DecodeSequence(s, p, nil)
		switch {
		case width > 0, seq == "\n", isMark(seq):
		case strings.HasPrefix(seq, "\x1b[") && strings.HasSuffix(seq, "m"):
		default:
			t.Fatalf("the frame holds %q", seq)
		}
		p, s = state, s[n:]
	}
	for _, bad := range []string{"\u202e", "\u200b", "\u200d", "\u009b", "\ufeff", "\xff"} {
		if strings.Contains(frame, bad) {
			t.Fatalf("the frame holds %q", bad)
		}
	}
}

// isMark reports whether s is no more than the three accents a letter may have.
func isMark(s string) bool {
	return utf8.RuneCountInString(s) <= 3 && strings.TrimFunc(s, unicode.IsMark) == ""
}

func TestNothingFromOutsideReachesTheTerminalRaw(t *testing.T) {
	withOptions(t, 80, 24, func(o *Options, j *testJournal) {
		j.testRows = hostileRows(time.Now())
		o.Actions, o.Previews = hostileCloud().on(j), hostilePreviews()
	}, func(s *screen) {
		for _, w := range few(60, 80, 121, 200) {
			s.send(keyWindow(w, 40))
			for _, keys := range [][]string{{"0"}, {"i"}, {"1"}, {"v"}, {"enter"}, {"]"}, {"]"}, {"esc", "2"}, {"3"}, {"f"}, {"esc", "3"},
				{"s", "n"}, {"f"}, {"esc", "enter"}, {"]"}, {"]"}, {"esc", "esc", "4"}, {"enter"}, {"]"}, {"]"}, {"esc", "esc", "5"}, {"]"}, {"enter"},
				{"enter"}, {"v"}, {"tab"}, {"enter"}, {"esc", "tab", "enter"}, {"esc", "esc", "esc", "6"}, {"enter"}, {"]"}, {"]"}, {"v"},
				{"esc", "8"}, {"enter"}, {"G"}, {"esc", "j", "enter"}, {"esc", "]"}, {"enter"}, {"L"},
				{"esc", "esc", "1", "d"}, {"]"}, {"]"}, {"]"}, {">"}, {"v"}, {"G"},
				{"esc", "esc", "9"}, {"k", "enter"}, {"]", "]"}, {"esc", "y"}, {"esc", "x"}, {"esc", "/", "s", "i", "t", "e", ":"}, {"esc", "esc", "?"}, {"esc", "esc"}} {
				s.press(keys...)
				clean(t, s.m.window.frame)
				s.fits()
			}
		}
		s.press("9", "/")
		s.send(tea.PasteMsg{Content: nasty[0] + nasty[3] + nasty[4]})
		s.settle()
		clean(t, s.m.window.frame)
	})
}

func TestASCIIModeIsASCII(t *testing.T) {
	withOptions(t, 80, 24, func(o *Options, j *testJournal) {
		o.ASCII = true
		j.alerts[0].Title = "Größe 日本"
	}, func(s *screen) {
		withCloud(&s.m.opt, s.j)
		for _, keys := range [][]string{{"0"}, {"1"}, {"enter"}, {"]", "]"}, {"esc", "?"}, {"esc", "z"}, {"esc", "3"}, {"3"}, {"f"}, {"4"}, {"enter"}, {"5"},
			{"]"}, {"enter"}, {"enter"}, {"v"}} {
			s.press(keys...)
			s.fits()
			for _, r := range s.m.window.frame {
				if r > '~' {
					t.Fatalf("%q in ASCII mode:\n%s", r, s.frame())
				}
			}
		}
		s.press("esc", "1")
		for _, sign := range []string{"! C", "o C", "z W", ". C"} {
			s.sees(sign)
		}
	})
}

func TestWithoutColorsEverythingIsStillTold(t *testing.T) {
	withOptions(t, 80, 24, func(o *Options, _ *testJournal) { o.NoColor = true }, func(s *screen) {
		s.press("1")
		s.sees("● C", "◐ C", "☾ W", "✓ C", "C 3  W 2  I 1")
		if !strings.Contains(s.m.window.frame, "\x1b[1;7m") && !strings.Contains(s.m.window.frame, "\x1b[7m") {
			t.Fatal("the selected row is not in reverse video")
		}
	})
}

// TestRunRestoresTheTerminalWhenItsContextEnds runs the real program over pipes.
func TestRunRestoresTheTerminalWhenItsContextEnds(t *testing.T) {
	j := newTestJournal(t)
	j.testRows = hostileRows(time.Now())
	j.open()
	defer j.close()
	in, keys := io.Pipe()
	defer keys.Close()
	out := &screenBytes{seen: make(chan struct{}), want: "owned"}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		done <- Run(ctx, Options{Journal: j, Actions: (&fakeCloud{}).on(j), Clock: clock.Real{}, Input: in, Output: out, Width: 80, Height: 24,
			Environ: []string{"TERM=xterm-256color", "SSH_TTY=/dev/pts/1"}})
	}()
	if _, err := keys.Write([]byte("9")); err != nil {
		t.Fatal(err)
	}
	<-out.seen
	stop()
	if err := <-done; err != nil {
		t.Fatalf("ended by its context, yet: %v", err)
	}
	text := out.String()
	if strings.Contains(text, "\x1b[2J\x1b[H owned") || strings.Contains(text, "\x1b]0;title") {
		t.Fatalf("a stranger's sequence was written: %q", text)
	}
	if at := strings.LastIndex(text, "\x1b[?1049"); at >= 0 && !strings.HasPrefix(text[at:], "\x1b[?1049l") {
		t.Fatal("the alternate screen was not left")
	}
}

// screenBytes keeps what was written to the terminal, and says when it first
// held a text.
type screenBytes struct {
	bytes.Buffer
	once sync.Once
	seen chan struct{}
	want string
}

func (s *screenBytes) Write(p []byte) (int, error) {
	n, err := s.Buffer.Write(p)
	if strings.Contains(s.String(), s.want) {
		s.once.Do(func() { close(s.seen) })
	}
	return n, err
}
