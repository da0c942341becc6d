package markdown

import "testing"

func TestTextIsEscaped(t *testing.T) {
	for _, c := range [][2]string{
		{"AP lobby-ap3 is down", "AP lobby-ap3 is down"},
		{"ex_sw_07 *bold* `code` ~gone~", "ex_sw_07 \\*bold\\* \\`code\\` \\~gone\\~"},
		{"_it_ #tag", `\_it\_ \#tag`},
		{"- item", `\- item`},
		{"1. item", `1\. item`},
		{"12) item", `12\) item`},
		{"v1.2 (beta)", "v1.2 (beta)"},
		{"> quote > 3", `\> quote > 3`},
		{"<b> & $x$", "&lt;b> &amp; &#36;x&#36;"},
		{"at 10:20:30", "at 10:20:30"},
		{"5c:5b:35:de:00:01", "5c&#58;5b:35&#58;de:00:01"},
		{"ada@example.com", "ada@example.com"},
		{"see http://x and WWW.x", "see http:\u200b//x and WWW\\.x"},
	} {
		if got := Text(c[0], 200); got != c[1] {
			t.Errorf("%q became %q, want %q", c[0], got, c[1])
		}
	}
	if got := Code("5c:5b:35:de:00:01", 40); got != "`5c:5b:35:de:00:01`" {
		t.Errorf("%q", got)
	}
}
