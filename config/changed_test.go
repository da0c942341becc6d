package config

import (
	"strings"
	"testing"
)

func TestWhatNeedsAStart(t *testing.T) {
	const base = "data_dir = \"/a\"\n[listen]\naddress = \"127.0.0.1:1\"\n[[junos]]\nname = \"core\"\nsecret = \"x\"\n"
	for _, c := range []struct{ after, want string }{
		{base, ""},
		{base + "[priority.junos]\nUI_COMMIT = 1\n", ""},
		{base + "# a remark\n", ""},
		{base + "[[relay]]\nname = \"disk\"\nkind = \"file\"\npath = \"/x\"\n", ""},
		{strings.Replace(base, "/a", "/b", 1), "the top level"},
		{strings.Replace(base, ":1\"", ":2\"", 1), "[listen]"},
		{base + "[[junos]]\nname = \"edge\"\n", "[[junos]]"},
		{base + "[screen]\nascii = true\n[retention]\nage = \"1d\"\n", "[retention], [screen]"},
		{"", "[[junos]], [listen], the top level"},
	} {
		got, err := Changed(load(t, base, nil), load(t, c.after, nil))
		if err != nil || strings.Join(got, ", ") != c.want {
			t.Errorf("%q: %v, %v; want %s", c.after, got, err, c.want)
		}
	}
}
