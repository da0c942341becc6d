package config

import (
	"testing"

	"github.com/BurntSushi/toml"
)

// The places of keys in all the ways TOML writes them.
func TestKeyPositions(t *testing.T) {
	const text = `# a comment with x = 1 and [table]
top = "a # no comment"   # x = 2
"quoted key" = 1
 dotted . "a.b" . 'c' = true

[table]	# [not.this]
  "ключ" = "日本" # ü
  long = """
[inside]
a = 1 \""" ; b = 2
""""
  raw = '''
c = 3'''
  list = [ "a", [ 1, 2 ], # d = 4
    { e = 5, f.g = "}" },
  ]
date = 1979-05-27T07:32:00Z
[[many]]
a = 1
[many.sub]
b = 1
[[many]]
a = 2
[[many.deep]]
c = 1
[[many.deep]]
c = 2
[ spaced . out ]
last = {}`
	var m map[string]any
	if _, err := toml.Decode(text, &m); err != nil {
		t.Fatal(err)
	}
	ps := scanKeys(text)
	for path, want := range map[string]position{
		"top": {2, 1}, "quoted key": {3, 1}, "dotted": {4, 2}, "dotted.a.b.c": {4, 2}, "table": {6, 2}, "table.ключ": {7, 3}, "table.long": {8, 3},
		"table.raw": {12, 3}, "table.list": {14, 3}, "table.list[0]": {14, 12}, "table.list[1]": {14, 17}, "table.list[1][1]": {14, 22},
		"table.list[2]": {15, 5}, "table.list[2].e": {15, 7}, "table.list[2].f.g": {15, 14}, "table.date": {17, 1},
		"many[0]": {18, 3}, "many[0].a": {19, 1}, "many[0].sub.b": {21, 1}, "many[1]": {22, 3}, "many[1].a": {23, 1}, "many[1].deep[0].c": {25, 1},
		"many[1].deep[1].c": {27, 1}, "spaced.out": {28, 3}, "spaced.out.last": {29, 1},
		// What the file has not is looked for where it would be.
		"table.none": {6, 2}, "many[1].none": {22, 3}, "many[7].a": {1, 1}, "none": {1, 1},
	} {
		if got := ps.find(path); got != want {
			t.Errorf("%s is at %v, want %v", path, got, want)
		}
	}
	for _, path := range []string{"x", "a", "b", "c", "d", "inside", "table.a", "table.b", "table.inside", "not"} {
		if ps.has(path) {
			t.Errorf("%s is no key of the text", path)
		}
	}
}

// The places of characters in a text, in all the ways TOML writes one.
func TestPositionsInsideATextValue(t *testing.T) {
	const text = `a = "xyz"
b = 'x\yz'
c = "\"\u00e9\U0001F600\tz"
d = """x"y"""
e = """
x \
   y"""
t.f = [1, "x"]
g = {h = 'äöx'}
i = ""
`
	ps := scanKeys(text)
	for _, c := range []struct {
		path      string
		character int
		want      position
	}{
		{"a", 1, position{1, 6}}, {"a", 3, position{1, 8}}, {"a", 4, position{1, 9}}, {"a", 99, position{11, 1}},
		{"b", 3, position{2, 8}},
		{"c", 1, position{3, 6}}, {"c", 2, position{3, 8}}, {"c", 3, position{3, 14}}, {"c", 4, position{3, 24}}, {"c", 5, position{3, 26}},
		{"d", 2, position{4, 9}}, {"d", 3, position{4, 10}},
		{"e", 1, position{6, 1}}, {"e", 2, position{6, 2}}, {"e", 3, position{7, 4}},
		{"t.f", 2, position{8, 7}}, {"g.h", 3, position{9, 13}}, {"i", 1, position{10, 6}},
		{"none", 3, position{1, 1}},
	} {
		if got := ps.inside(c.path, c.character); got != c.want {
			t.Errorf("character %d of %s is at %v, want %v", c.character, c.path, got, c.want)
		}
	}
}
