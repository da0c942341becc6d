package mist

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// What a value is to each accessor; "-" is none.
func TestValueIsReadLeniently(t *testing.T) {
	for _, c := range []struct{ in, text, number, integer, boolean string }{
		{``, "-", "-", "-", "-"},
		{`null`, "-", "-", "-", "-"},
		{`{}`, "-", "-", "-", "-"},
		{`[1]`, "-", "-", "-", "-"},
		{`true`, "-", "-", "-", "true"},
		{`false`, "-", "-", "-", "false"},
		{`"true"`, "true", "-", "-", "true"},
		{`" False "`, " False ", "-", "-", "false"},
		{`"yes"`, "yes", "-", "-", "-"},
		{`""`, "", "-", "-", "-"},
		{`"null"`, "null", "-", "-", "-"},
		{`"a\u00e9\n"`, "aé\n", "-", "-", "-"},
		{"\"a\xff\"", "a\ufffd", "-", "-", "-"},
		{`0`, "0", "0", "0", "false"},
		{`1`, "1", "1", "1", "true"},
		{`"1"`, "1", "1", "1", "true"},
		{`"0"`, "0", "0", "0", "false"},
		{`-66`, "-66", "-66", "-66", "true"},
		{`" -66 "`, " -66 ", "-66", "-66", "true"},
		{`-61.5`, "-61.5", "-61.5", "-62", "true"},
		{`1.9`, "1.9", "1.9", "2", "true"},
		{`1e3`, "1e3", "1000", "1000", "true"},
		{`1e18`, "1e18", "1e+18", "1000000000000000000", "true"},
		{`1.1e18`, "1.1e18", "-", "-", "-"},
		{`-1e300`, "-1e300", "-", "-", "-"},
		{`1e999`, "1e999", "-", "-", "-"},
		{`"NaN"`, "NaN", "-", "-", "-"},
		{`"Inf"`, "Inf", "-", "-", "-"},
		{`"-Infinity"`, "-Infinity", "-", "-", "-"},
		{`"12 dBm"`, "12 dBm", "-", "-", "-"},
		{`"`, "", "-", "-", "-"},
	} {
		v := Value(c.in)
		text, textOK := v.Text()
		number, numberOK := v.Number()
		integer, integerOK := v.Int()
		boolean, booleanOK := v.Bool()
		for _, g := range []struct {
			name, want string
			got        any
			ok         bool
		}{{"Text", c.text, text, textOK}, {"Number", c.number, number, numberOK}, {"Int", c.integer, integer, integerOK}, {"Bool", c.boolean, boolean, booleanOK}} {
			got := fmt.Sprint(g.got)
			if !g.ok {
				got = "-"
			}
			if got != g.want {
				t.Errorf("%s of %s: %q, want %q", g.name, c.in, got, g.want)
			}
		}
	}
}

func TestObjectIsReadLeniently(t *testing.T) {
	o, ok := ParseObject([]byte(` {"text":"a","num":7,"float":1.9,"null":null,"yes":true,"no":"false","empty":"","obj":{"in":1},
		"list":["a",2,null,{"x":1},"",true],"single":"zone","rows":[{"a":1},2,{}],"when":"1692974834.308884","ms":1692974834308,
		"twice":1,"twice":2,"gone":1,"gone":null,"mac":"5C-5B-35-00-00-01","id":"00000000-0000-0000-0000-000000000000"} `))
	if !ok {
		t.Fatal("no object")
	}
	_, nullIsThere := o.Lookup("null")
	_, missingIsThere := o.Lookup("missing")
	is, there := o.Bool("num", "yes")
	_, noBool := o.Bool("text", "missing")
	_, noNumber := o.Number("text", "obj")
	_, noTime := o.Time("text", "num")
	for name, c := range map[string]struct{ got, want any }{
		"a text":                     {o.Text("text"), "a"},
		"a number as text":           {o.Text("num"), "7"},
		"the first that is a text":   {o.Text("missing", "null", "obj", "yes", "empty", "text", "num"), "a"},
		"the first that is a number": {o.Int("missing", "text", "obj", "float", "num"), 2},
		"no number":                  {noNumber, false},
		"a missing number":           {o.Int("missing"), 0},
		"the first truth value":      {is && there, true},
		"no truth value":             {noBool, false},
		"the text false":             {o.isTrue("no"), false},
		"missing, true by default":   {o.isTrueUnless("missing"), true},
		"false, true by default":     {o.isTrueUnless("no"), false},
		"a list":                     {strings.Join(o.Texts("list"), ","), "a,2"},
		"one in place of a list":     {strings.Join(o.Texts("single"), ","), "zone"},
		"no list":                    {len(o.Texts("null")) + len(o.Texts("obj")) + len(o.Texts("empty")), 0},
		"a time in a text":           {o.time("missing", "when").Format(time.RFC3339Nano), "2023-08-25T14:47:14.308884Z"},
		"a time in milliseconds":     {o.time("ms").Unix(), int64(1692974834)},
		"no time":                    {noTime, false},
		"an object":                  {o.Object("obj").Int("in"), 1},
		"a text is no object":        {len(o.Object("text")), 0},
		"objects of a list":          {len(o.Value("rows").Objects(10)), 2},
		"objects of its beginning":   {len(o.Value("rows").Objects(1)), 1},
		"no objects":                 {len(o.Value("obj").Objects(10)), 0},
		"of two the last":            {o.Int("twice"), 2},
		"of two the last, null":      {o.Value("gone") == nil, true},
		"there, though null":         {nullIsThere, true},
		"not there":                  {missingIsThere, false},
		"the first that is not null": {string(o.Value("missing", "null", "obj")), `{"in":1}`},
		"a MAC":                      {o.MAC("mac"), "5c5b35000001"},
		"the id that is none":        {o.ID("id"), ""},
	} {
		if c.got != c.want {
			t.Errorf("%s: %v, want %v", name, c.got, c.want)
		}
	}
	for _, raw := range []string{``, `null`, `["a"]`, `"a"`, `{"a":1`, `{"a":1}}`, `{"a"}`} {
		if _, ok := ParseObject([]byte(raw)); ok {
			t.Errorf("%s is taken for an object", raw)
		}
	}
}

// FuzzObject: no accessor panics, and each agrees with encoding/json where that
// has one meaning.
func FuzzObject(f *testing.F) {
	for _, s := range []string{`{"a":"b"}`, `{"a":1.5}`, `{"a":true}`, `{"a":null}`, `{"a":["x",1,{}]}`, `{"a":{"a":"\ud800"}}`, `{"a":1e400}`, `{"a":" -1 "}`, `{"a":1,"a":2}`, `{"a":`, `[1`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		o, ok := ParseObject(raw)
		v := o.Value("a")
		text, number, integer := o.Text("a"), o.float("a"), o.Int("a")
		_ = fmt.Sprint(o.Texts("a"), o.time("a"), o.isTrue("a"), o.MAC("a"), o.ID("a"), v.Objects(3), v.Elements(3), o.Object("a").Text("a"))
		if math.IsNaN(number) || math.Abs(number) > largest || math.Abs(float64(integer)-number) > 0.5 {
			t.Fatalf("%q is the number %v, the integer %v", raw, number, integer)
		}
		var want map[string]any
		if !ok || !utf8.Valid(raw) || json.Unmarshal(raw, &want) != nil || len(want) != len(o) {
			return
		}
		switch w := want["a"].(type) {
		case string:
			if text != w {
				t.Fatalf("the text of %q is %q, want %q", raw, text, w)
			}
		case float64:
			if math.Abs(w) <= largest && number != w {
				t.Fatalf("the number of %q is %v, want %v", raw, number, w)
			}
		case bool:
			if o.isTrue("a") != w || text != "" {
				t.Fatalf("the truth value of %q is %v, want %v", raw, o.isTrue("a"), w)
			}
		case []any:
			if n := len(v.Elements(len(w) + 1)); n != len(w) {
				t.Fatalf("%q has %d elements, want %d", raw, n, len(w))
			}
		case map[string]any:
			var names []string
			for _, f := range v.Object() {
				names = append(names, string(f.Name))
			}
			slices.Sort(names)
			if names = slices.Compact(names); len(names) != len(w) {
				t.Fatalf("%q has the members %q, want %v", raw, names, w)
			}
		}
	})
}
