// Package hostile is a corpus of texts that are made to break a terminal, and a
// check for output. It is for the tests of every package that draws, prints,
// exports or posts text from outside.
package hostile

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Sample is one hostile text.
type Sample struct {
	Name string
	Text string
}

// Samples returns the corpus. No text is longer than 64 KiB.
func Samples() []Sample {
	return []Sample{
		{"clear screen", "Free\x1b[2J\x1b[HWiFi"},
		{"color left on", "\x1b[31;5mred"},
		{"window title", "ap\x1b]0;owned\x07"},
		{"clipboard write", "\x1b]52;c;cm0gLXJmIH4K\x07"},
		{"hyperlink", "\x1b]8;;http://evil.example\x1b\\click\x1b]8;;\x1b\\"},
		{"device status asked for", "\x1b[6n\x1b[c"},
		{"DCS unended", "\x1bPq#0;2;0;0;0"},
		{"APC and PM", "\x1b_Gf=100;AAAA\x1b\\\x1b^pm\x1b\\"},
		{"alternate screen off", "\x1b[?1049l"},
		{"shift out", "\x0e\x0flqqk"},
		{"C1 as code points", "a\u009b31mb\u0085c\u009d0;t\u009c"},
		{"C1 as bytes", "a\x9b31mb\x90q\x9c"},
		{"all C0", string(c0()) + "\x7f"},
		{"line breaks", "one\ntwo\r\nthree\rfour\vfive\fsix\u2028seven\u2029eight\u0085nine"},
		{"overprinting", "admin\b\b\b\b\bguest\r00:00 INFO all is well"},
		{"tabs", "a\tb\t\tc"},
		{"NUL inside", "corp\x00net"},
		{"bidi override", "safe\u202egpj.exe\u202c"},
		{"bidi isolates and marks", "\u2066a\u2067b\u2068c\u2069\u200e\u200f\u061c\u202a\u202b\u202d"},
		{"right to left letters", "שלום مرحبا 123"},
		{"zero width", "Corp\u200b\u200c\u200d\u2060\ufeff\u00adNet"},
		{"tag characters", "hi\U000e0041\U000e0042\U000e007f"},
		{"variation selectors", "a\ufe0e\ufe0f\U000e0100\u180b"},
		{"private use", "\ue000\uf8ff\U000f0000\U0010fffd"},
		{"unassigned", "\u0378\U000e0fff\uffff\ufffe"},
		{"Hangul fillers", "\u115f\u1160\u3164\uffa0\u2800"},
		{"zalgo", "H" + strings.Repeat("\u0301\u0489\u035c", 200) + "i"},
		{"mark without a base", "\u0301\u0302\u20dd start"},
		{"conjoining jamo", strings.Repeat("\u1100", 20) + strings.Repeat("\u1161", 20)},
		{"joined emoji", "👩‍👩‍👧‍👦 👍🏽 🇩🇪 ❤️ 1️⃣"},
		{"endless joined emoji", strings.Repeat("👩\u200d", 2000)},
		{"wide", "無線ＬＡＮ　ネットワーク"},
		{"halfwidth marks", "ｶﾞﾊﾟ"},
		{"very wide", "\ufdfd\u2e3b\U00012031\U0001242b\u0bf8"},
		{"Indic", "दिल्ली বাংলা தமிழ்"},
		{"Thai", "น้ำ กำ"},
		{"letter that joins the next", "\u0d4ea\U000111c2b\u0600c"},
		{"invalid UTF-8", "a\xff\xfe\xc3(\xe2\x82\xf0\x9f\x92b\xc0\xaf\xed\xa0\x80"},
		{"cut off code point", "Müller\xc3"},
		{"replacement character", "a\ufffdb"},
		{"format verbs", "%s%n%x${HOME}$(id)`id`"},
		{"markup", "<script>alert(1)</script>|*_[x](y)"},
		{"formula", "=cmd|' /C calc'!A0"},
		{"looks like an escape", `\x1b[2J \u202e \(+3)`},
		{"long", strings.Repeat("A", 60_000)},
		{"long and hidden", strings.Repeat("\u200b", 20_000)},
		{"empty", ""},
	}
}

// Hostile returns the texts of the corpus alone.
func Hostile() []string {
	samples := Samples()
	texts := make([]string, len(samples))
	for i, s := range samples {
		texts[i] = s.Text
	}
	return texts
}

func c0() []byte {
	b := make([]byte, 32)
	for i := range b {
		b[i] = byte(i)
	}
	return b
}

// Check returns an error naming the first thing in shown that must never reach
// a terminal as text, or nil. Line feeds are allowed if block is set. It knows
// nothing of how text is cleaned, so that it can judge the cleaner.
func Check(shown string, block bool) error {
	for i, r := range shown {
		if why := reason(shown[i:], r, block); why != "" {
			return fmt.Errorf("%s %U at byte %d of %.60q", why, r, i, shown)
		}
	}
	return nil
}

func reason(at string, r rune, block bool) string {
	switch {
	case r == utf8.RuneError && !strings.HasPrefix(at, "\ufffd"):
		return "invalid UTF-8"
	case r == '\n' && block:
		return ""
	case unicode.IsControl(r):
		return "control character"
	case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0x200e, r == 0x200f, r == 0x061c:
		return "bidi control"
	case r >= 0x200b && r <= 0x200d, r == 0x2060, r == 0xfeff, r == 0x00ad:
		return "zero-width character"
	case r >= 0xe0000 && r <= 0xe0fff:
		return "tag or selector"
	case r >= 0xfe00 && r <= 0xfe0f, r >= 0x180b && r <= 0x180f:
		return "variation selector"
	case r == 0x2028, r == 0x2029:
		return "line separator"
	case unicode.Is(unicode.Co, r):
		return "private use"
	case unicode.Is(unicode.Cf, r):
		return "format character"
	case !unicode.IsGraphic(r):
		return "unassigned code point"
	}
	return ""
}
