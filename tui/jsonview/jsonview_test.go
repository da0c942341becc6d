package jsonview

import (
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"
)

const sample = `{"topic":"device-updowns", "events":[
 {"ap":"5c5b35000001","ap_name":"lobby-ap3","timestamp":1772373787.250,"up":false,"reason":null,"tags":[],"meta":{}},
 {"ap":"5c5b35000002","note":"Line one.\nLine two is a good deal longer than the pane is wide, so it has to be unrolled.","rssi":-6.10e1}
], "topic":"told twice"}`

func show(src string, width, height int) *Model {
	m := New(Styles{})
	m.SetSize(width, height)
	m.SetJSON([]byte(src))
	return m
}

// press types keys by their names, as a person would.
func press(m *Model, keys ...string) *Model {
	for _, k := range keys {
		var msg tea.KeyPressMsg
		switch k {
		case "enter":
			msg = tea.KeyPressMsg{Code: tea.KeyEnter}
		case "space":
			msg = tea.KeyPressMsg{Code: tea.KeySpace, Text: " "}
		case "down":
			msg = tea.KeyPressMsg{Code: tea.KeyDown}
		case "ctrl+d", "ctrl+u":
			msg = tea.KeyPressMsg{Code: rune(k[5]), Mod: tea.ModCtrl}
		default:
			msg = tea.KeyPressMsg{Code: rune(k[0]), Text: k}
		}
		m.Update(msg)
	}
	return m
}

// cursor returns the row under the cursor, without what is around it.
func cursor(m *Model) string {
	for line := range strings.Lines(m.View()) {
		if rest, ok := strings.CutPrefix(ansi.Strip(line), "›"); ok {
			return strings.TrimSpace(rest)
		}
	}
	return ""
}

func expectCursor(t *testing.T, m *Model, want string) {
	t.Helper()
	if got := cursor(m); got != want {
		t.Errorf("cursor on %q, want %q", got, want)
	}
}

func TestGoldens(t *testing.T) {
	for _, c := range []struct {
		name string
		m    *Model
	}{
		{"pretty", show(sample, 50, 24)},
		{"narrow", show(sample, 24, 12)},
		{"folded", press(show(sample, 50, 8), "C")},
		{"invalid", show(`{"topic": "alarms", "events": [{"a": 1}, {"b"`, 50, 6)},
		{"text", show("<html>\n\t502 Bad Gateway \x1b[31m\n</html>\n", 30, 6)},
		{"hex", show("\x1f\x8b\x08\x00 gzip \xff and more than one row", 78, 4)},
		{"tiny", show(sample, 5, 3)},
	} {
		t.Run(c.name, func(t *testing.T) { golden.RequireEqual(t, c.m.View()) })
	}
	t.Run("unrolled", func(t *testing.T) {
		m := show(sample, 50, 24)
		m.Search("Line one")
		m.Next()
		golden.RequireEqual(t, press(m, "enter").View())
	})
	t.Run("styled", func(t *testing.T) {
		tag := func(name string) Paint {
			return func(s string) string { return "<" + name + ">" + s + "</" + name + ">" }
		}
		m := New(Styles{Key: tag("k"), String: tag("s"), Number: tag("n"), Word: tag("w"), Punctuation: tag("p"), Note: tag("i"), Match: tag("M"), Cursor: tag("C")})
		m.SetSize(60, 8)
		m.SetJSON([]byte(`{"a":"Lobby lobby","b":[1,2],"lob":true,"c":{"d":1}}`))
		press(m, "j", "j", "j", "j", "j", "j", "j", "h", "k")
		m.Search("LOB")
		golden.RequireEqual(t, m.View())
	})
}

func TestFoldingStory(t *testing.T) {
	m := show(sample, 60, 30)
	expectCursor(t, m, "▾{")
	press(m, "j", "j")
	expectCursor(t, m, `▾"events": [`)
	press(m, "enter")
	expectCursor(t, m, `▸"events": [ 2 values ],`)
	press(m, "j")
	expectCursor(t, m, `"topic": "told twice"`)
	press(m, "k", "l", "l", "l")
	expectCursor(t, m, `"ap": "5c5b35000001",`)
	if got := m.Path(); got != ".events[0].ap" {
		t.Errorf("path %q", got)
	}
	press(m, "h")
	expectCursor(t, m, "▾{")
	press(m, "h", "h", "h", "h")
	expectCursor(t, m, "▾{")
	if m.Path() != "." {
		t.Errorf("path %q", m.Path())
	}
	press(m, "space")
	expectCursor(t, m, "▸{ 3 keys }")
	press(m, "E")
	if m.Position() != "1/20" {
		t.Errorf("unfolded %s", m.Position())
	}
	press(m, "G", "k", "k")
	expectCursor(t, m, "],")
	press(m, "enter")
	expectCursor(t, m, `▸"events": [ 2 values ],`)
}

func TestUnrolledTextFollowsTheWidth(t *testing.T) {
	m := show(`["`+strings.Repeat("0123456789", 10)+`","b"]`, 40, 20)
	press(m, "j", "l")
	if m.Position() != "2/7" { // 100 characters at 34 a line
		t.Errorf("at %s", m.Position())
	}
	press(m, "j", "j")
	m.SetSize(24, 20)
	if m.Position() != "2/10" {
		t.Errorf("at %s after the pane shrank", m.Position())
	}
	press(m, "h")
	if m.Position() != "2/4" {
		t.Errorf("at %s after folding", m.Position())
	}
	press(m, "j", "enter")
	expectCursor(t, m, `"b"`)
	if m.Position() != "3/4" {
		t.Errorf("a short text unrolled: %s", m.Position())
	}
}

func TestMoving(t *testing.T) {
	var b strings.Builder
	for i := range 100 {
		fmt.Fprintf(&b, ",%d", i)
	}
	m := show("["+b.String()[1:]+"]", 20, 10)
	for _, c := range []struct{ key, at string }{
		{"k", "1/102"}, {"j", "2/102"}, {"down", "3/102"}, {"ctrl+d", "8/102"}, {"ctrl+u", "3/102"},
		{"G", "102/102"}, {"j", "102/102"}, {"g", "1/102"},
	} {
		if press(m, c.key); m.Position() != c.at {
			t.Errorf("%s leads to %s, want %s", c.key, m.Position(), c.at)
		}
		if cursor(m) == "" {
			t.Errorf("%s leads out of sight:\n%s", c.key, m.View())
		}
	}
	if m.Update(tea.KeyPressMsg{Code: 'q', Text: "q"}) || m.Update(tea.WindowSizeMsg{}) {
		t.Error("took a message that is not its own")
	}
}

func TestSearchUnfoldsWhatItFinds(t *testing.T) {
	m := press(show(sample, 60, 30), "C")
	if n := m.Search("5C5B3500"); n != 2 {
		t.Fatalf("%d hits", n)
	}
	if m.Next() != 1 {
		t.Error("not the first hit")
	}
	expectCursor(t, m, `"ap": "5c5b35000001",`)
	m.Next()
	expectCursor(t, m, `"ap": "5c5b35000002",`)
	if cur, total := m.Hits(); cur != 2 || total != 2 {
		t.Errorf("hit %d of %d", cur, total)
	}
	m.Next()
	expectCursor(t, m, `"ap": "5c5b35000001",`)
	m.Prev()
	expectCursor(t, m, `"ap": "5c5b35000002",`)
	press(m, "G")
	m.Prev()
	expectCursor(t, m, `"ap": "5c5b35000002",`)
	if m.Search("nowhere") != 0 || m.Next() != 0 || m.Prev() != 0 {
		t.Error("found what is not there")
	}
	if m.Search("") != 0 {
		t.Error("an empty search found something")
	}
}

func TestSearchSeesThroughEscapes(t *testing.T) {
	m := show(`{"a":"Gr\u00f6\u00dfe","\u0062b":1}`, 40, 5)
	for _, q := range []string{"größe"[:2], "Größe", `\u00f6`, "bb"} {
		if m.Search(q) != 1 {
			t.Errorf("%q not found", q)
		}
	}
}

func TestSearchOnTheFirstRow(t *testing.T) {
	m := show(`"needle"`, 40, 5)
	if m.Search("needle") != 1 || m.Next() != 1 {
		t.Error("the first row was passed over")
	}
	expectCursor(t, m, `"needle"`)
}

func TestModes(t *testing.T) {
	m := show(`{"a": "needle in a long line that wraps somewhere around here"}`, 30, 6)
	m.Search("around")
	if m.SetMode(Raw) != Raw || m.Next() != 1 {
		t.Error("the search is lost in raw mode")
	}
	m.SetSize(22, 6)
	if n := m.Search("long line"); n != 1 { // now broken over two lines
		t.Errorf("%d hits across a break", n)
	}
	if m.SetMode(Hex) != Hex || m.Next() != 1 {
		t.Error("the search is lost in hex mode")
	}
	if n := m.Search("7b 22 61"); n != 1 {
		t.Errorf("%d hits for bytes", n)
	}
	if m.SetMode(m.Mode().Next()) != Pretty {
		t.Error("hex is not followed by pretty")
	}
	if string(m.Value()) != `{"a": "needle in a long line that wraps somewhere around here"}` {
		t.Errorf("value %q", m.Value())
	}
	broken := show("{", 30, 3)
	if broken.SetMode(Pretty) != Raw || broken.Path() != "" || string(broken.Value()) != "{" {
		t.Error("a tree of what is no JSON")
	}
	if got := Pretty.String() + Raw.String() + Hex.String(); got != "prettyrawhex" {
		t.Errorf("%s", got)
	}
}

func TestReasons(t *testing.T) {
	for src, want := range map[string]string{
		"":                       "empty",
		" \n":                    "empty",
		"{\n \"a\" 1}":           "line 2, column 6",
		`{"a":1} {"b":2}`:        "not one JSON value: more follows at byte 8",
		`{"a":`:                  "not JSON at byte 5 (line 1, column 6): it ends early",
		"nope":                   "not JSON at byte 1 ",
		strings.Repeat("[", 1e5): "max",
	} {
		if m := show(src, 80, 5); !strings.Contains(m.Reason(), want) {
			t.Errorf("%.20q: %q, want %q", src, m.Reason(), want)
		}
	}
	if m := show("["+strings.Repeat("0,", maxNodes)+"0]", 80, 5); m.Mode() != Raw || !strings.Contains(m.Reason(), "more than") {
		t.Errorf("a tree too large: %v, %q", m.Mode(), m.Reason())
	}
}

func TestLargeDocumentsOpenFolded(t *testing.T) {
	m := show(string(manyEvents(50_000)), 80, 24)
	if m.Position() != "1/50005" {
		t.Errorf("opened at %s", m.Position())
	}
	m.Search("needle")
	m.Next()
	if m.Path() != ".events[25000].name" {
		t.Errorf("found at %s", m.Path())
	}
}

func TestDeepDocumentsAreShown(t *testing.T) {
	deep := strings.Repeat(`{"a":[`, 4999) + `"needle"` + strings.Repeat("]}", 4999)
	m := press(show(deep, 40, 10), "C")
	m.Search("needle")
	m.Next()
	expectCursor(t, m, `"needle"`)
	checkView(t, m, 40, 10)
	if m.Path() != strings.Repeat(".a[0]", 4999) {
		t.Errorf("path %.80q", m.Path())
	}
}

func TestPathsAreJQs(t *testing.T) {
	m := show(`{"a b":[{"c\u001b":1}]}`, 40, 9)
	if press(m, "l", "l", "l"); m.Path() != `["a b"][0]["c\u001b"]` {
		t.Errorf("path %s", m.Path())
	}
}

// manyEvents is a delivery of n events of about 160 bytes, with one needle.
func manyEvents(n int) []byte {
	var b strings.Builder
	b.WriteString(`{"topic":"client-join","events":[`)
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		name := "laptop"
		if i == n/2 {
			name = "needle"
		}
		fmt.Fprintf(&b, `{"ap":"5c5b35000001","name":%q,"band":"5","bssid":"5c5b35000002","connect":%d,"mac":"a0b1c2d3e4f5","rssi":-61.5,"ssid":"Corp","x":[1,2]}`, name, i)
	}
	b.WriteString(`]}`)
	return []byte(b.String())
}

// What is not meant as JSON is text without a reason, also when names are hidden later.
func TestTextNeedsNoReason(t *testing.T) {
	m := New(Styles{})
	m.SetSize(40, 5)
	m.SetText([]byte("<131>1 lobby-ap3 down"))
	if m.Mode() != Raw || m.Reason() != "" || !strings.Contains(m.View(), "<131>1 lobby-ap3 down") {
		t.Fatalf("%s, %q:\n%s", m.Mode(), m.Reason(), m.View())
	}
	m.SetStyles(Styles{Hide: func(s string) string { return strings.ReplaceAll(s, "lobby-ap3", "ap-1") }})
	if m.Reason() != "" || !strings.Contains(m.View(), "<131>1 ap-1 down") {
		t.Fatalf("hidden: %q:\n%s", m.Reason(), m.View())
	}
	m.SetText([]byte("\xff\xfe"))
	if m.Mode() != Hex {
		t.Fatalf("bytes that are no text: %s", m.Mode())
	}
	if m.SetMode(Pretty) != Raw {
		t.Fatal("text has a tree")
	}
}
