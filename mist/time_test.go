package mist

import (
	"testing"
	"time"
)

func TestParseTime(t *testing.T) {
	for in, want := range map[string]string{
		`1461220784`:                     "2016-04-21T06:39:44Z",
		`1549047906.201053`:              "2019-02-01T19:05:06.201053Z",
		`"1692974834.308884"`:            "2023-08-25T14:47:14.308884Z",
		`" 1461220784 "`:                 "2016-04-21T06:39:44Z",
		`1461220784123`:                  "2016-04-21T06:39:44.123Z",
		`1461220784123.5`:                "2016-04-21T06:39:44.1235Z",
		`1461220784123456`:               "2016-04-21T06:39:44.123456Z",
		`1461220784123456789`:            "2016-04-21T06:39:44.123456789Z",
		`1.461220784e9`:                  "2016-04-21T06:39:44Z",
		`"2025-10-09T10:53:20+02:00"`:    "2025-10-09T08:53:20Z",
		`"2025-10-09 08:53:20 UTC"`:      "2025-10-09T08:53:20Z",
		`1461220784.9999999999999999999`: "2016-04-21T06:39:44.999999999Z",
		`0`:                              "", `-1461220784`: "", `null`: "", `true`: "", `""`: "", `"soon"`: "", `{}`: "", ``: "",
		`15`: "", `1e300`: "", `99999999999999999999`: "", `"0001-01-01T00:00:00Z"`: "", `"NaN"`: "", `1.5.5`: "",
	} {
		got, ok := ParseTime([]byte(in))
		if ok != (want != "") || ok && got.Format(time.RFC3339Nano) != want {
			t.Errorf("ParseTime(%s) = %s, %v; want %q", in, got.Format(time.RFC3339Nano), ok, want)
		}
	}
}

// FuzzTime: whatever is taken for a time can be printed and stored.
func FuzzTime(f *testing.F) {
	for _, s := range []string{`1461220784`, `"1692974834.308884"`, `1e10`, `-1`, `"2025-10-09 08:53:20 UTC"`, `9223372036854775807`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		got, ok := ParseTime(raw)
		if !ok {
			return
		}
		if got.Unix() < earliest || got.Unix() >= latest || got.Location() != time.UTC {
			t.Errorf("ParseTime(%q) = %v", raw, got)
		}
	})
}
