package alias

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

func TestNamesAndAddressesAreReplaced(t *testing.T) {
	n := New()
	for kind, names := range map[string][]string{"ap": {"lobby-ap3", "lobby"}, "ssid": {"Corp", "Corp-5G"}, "site": {"hq berlin", "Köln"}, "client": {"iphone-anna", "x", "42"}} {
		for _, name := range names {
			n.Add(kind, name)
		}
	}
	a := func(name string) string { return n.Text(name) }
	for text, want := range map[string]string{
		"lobby-ap3 is down":                        a("lobby-ap3") + " is down",
		"Lobby-AP3 is down":                        a("lobby-ap3") + " is down",
		"lobby-ap31 is down":                       a("lobby") + "-ap31 is down",
		`SSID "Corp-5G" seen`:                      `SSID "` + a("Corp-5G") + `" seen`,
		"Corporate":                                "Corporate",
		"inCorp":                                   "inCorp",
		"at hq berlin, in Köln.":                   "at " + a("hq berlin") + ", in " + a("Köln") + ".",
		"Kölner":                                   "Kölner",
		"x is 42":                                  "x is 42",
		"5c:5b:35:0a:00:01":                        "5c:5b:35:••:••:01",
		"5C-5B-35-0A-00-01 roams":                  "5C-5B-35-••-••-01 roams",
		"5c5b.350a.0001":                           "5c5b.35••.••01",
		`"mac":"5c5b350a0001"`:                     `"mac":"5c5b35••••01"`,
		"id 350012345678":                          "id 350012345678",
		"00000000-0000-0000-1000-5c5b350a0001":     "00000000-0000-0000-1000-5c5b35••••01",
		"device:5c5b350a0001, x:5c:5b:35:0a:00:01": "device:5c5b35••••01, x:5c:5b:35:••:••:01",
		"5c5b350a0001ff":                           "5c5b350a0001ff",
		"from 10.0.8.40: refused":                  "from 10.••.40: refused",
		"10.0.8.40:1812":                           "10.••.40:1812",
		"127.0.0.1:8484 and 0.0.0.0":               "127.0.0.1:8484 and 0.0.0.0",
		"2001:db8::17 went":                        "2001:••:17 went",
		"by jane.doe@example.com":                  "by person••",
		"at 13:03:04":                              "at 13:03:04",
		"":                                         "",
	} {
		if got := n.Text(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
	if got := a("lobby-ap3"); !strings.HasPrefix(got, "ap-") || got == a("lobby") {
		t.Errorf("aliases %q and %q", got, a("lobby"))
	}
}

// The same name has the same alias in another process, and no two names share one.
func TestAliasesAreStableAndDiffer(t *testing.T) {
	one, two := New(), New()
	seen := map[string]string{}
	for i := range 3000 {
		name := "device " + strings.Repeat("i", i%7) + string(rune('a'+i%26)) + strings.Repeat("o", i/26)
		one.Add("ap", name)
		got := one.Text(name)
		if other, used := seen[got]; used && other != name {
			t.Fatalf("%q and %q are both %q", other, name, got)
		}
		seen[got] = name
	}
	two.Add("ap", "lobby-ap3")
	one.Add("switch", "lobby-ap3")
	three := New()
	three.Add("ap", "lobby-ap3")
	if two.Text("lobby-ap3") != three.Text("lobby-ap3") {
		t.Error("the alias of a name changes from process to process")
	}
}

// A layout that is done keeps its widths.
func TestSameWidthKeepsTheWidth(t *testing.T) {
	n := New()
	n.Add("site", "lab")
	n.Add("site", "a-very-long-name-of-a-site")
	for _, text := range []string{"│ lab   │", "│ a-very-long-name-of-a-site │ lab", "5c:5b:35:0a:00:01 and 10.20.30.40"} {
		got := n.SameWidth(text)
		if ansi.StringWidth(got) != ansi.StringWidth(text) || got == text {
			t.Errorf("%q became %q", text, got)
		}
	}
}

// A stranger chooses names. However many lengths they have, looking for them stays cheap.
func TestNamesOfAllLengthsAreBounded(t *testing.T) {
	n := New()
	for i := range 4 * longest {
		n.Add("device", "abc"+strings.Repeat("x", i))
	}
	if got := len(n.lengths["abc"]); got > longest {
		t.Errorf("%d lengths are looked up for one beginning", got)
	}
	if name := "abc" + strings.Repeat("x", longest-3); n.Text(name) == name {
		t.Error("a name of the greatest length is not hidden")
	}
}
