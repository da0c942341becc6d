package mist

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestWhatAMessageCarries(t *testing.T) {
	deep := strings.Repeat("[", MaxDepth+1) + strings.Repeat("]", MaxDepth+1)
	for frame, want := range map[string]string{
		`{"event":"data","channel":"/c","data":{"a":1}}`:                     `{"a":1}`,
		`{"event":"data","channel":"/c","data":"{\"a\":1}"}`:                 `{"a":1}`,
		`{"event":"data","channel":"/c","data":" [1, 2]\n"}`:                 `[1, 2]`,
		`{"event":"data","channel":"/c","data":"12"}`:                        `12`,
		`{"event":"data","channel":"/c","data":"\"twice only\""}`:            `"twice only"`,
		`{"event":"data","channel":"/c","data":"plain text"}`:                `"plain text"`,
		`{"event":"data","channel":"/c","data":"{\"a\":"}`:                   `"{\"a\":"`,
		`{"event":"data","channel":"/c","data":""}`:                          `""`,
		`{"event":"data","channel":"/c","data":null}`:                        ``,
		`{"event":"data","channel":"/c"}`:                                    ``,
		`{"channel":"/c","data":1,"event":"data","more":[{}],"data":2}`:      `2`,
		`{"event":"data","channel":"/c","data":` + quote(deep) + `}`:         quote(deep),
		"\x00{\"event\":\"da\x00ta\",\"channel\":\"/c\",\"data\":3}\x00\x00": `3`,
	} {
		m := parseFrame([]byte(frame))
		if m.Err != nil || m.Event != StreamData || m.Channel != "/c" || string(m.Data) != want {
			t.Errorf("%q carries %s (%+v), want %s", frame, m.Data, m, want)
		}
	}
	for _, bad := range []string{"", "\x00\x00", "null", "[]", `"x"`, "{", `{"event":7}`, `{"event":"data"}}`, deep} {
		if m := parseFrame([]byte(bad)); m.Err == nil || m.Event != "" || m.Data != nil {
			t.Errorf("%.20q was read as %+v", bad, m)
		}
	}
}

func FuzzStreamFrame(f *testing.F) {
	f.Add([]byte(`{"event":"data","channel":"/sites/s/stats/devices","data":"{\"mac\":\"5c5b35000001\"}"}`))
	f.Add([]byte(`{"event":"data","channel":"/sites/s/stats/clients","data":{"mac":"aabbcc000001","rssi":-61}}`))
	f.Add([]byte(`{"event":"subscribe_failed","channel":"/x","detail":{"a":["b"]}}`))
	f.Add([]byte("{\"event\":\"data\",\x00\"data\":\"\\u0000\\ud800 \xff\"}"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		before := bytes.Clone(raw)
		m := parseFrame(raw)
		if !bytes.Equal(raw, before) {
			t.Fatal("what came was changed")
		}
		if bytes.IndexByte(m.Raw, 0) >= 0 || bytes.IndexByte(m.Data, 0) >= 0 {
			t.Fatal("a NUL byte was left")
		}
		if !utf8.ValidString(m.Event + m.Channel + m.Detail) {
			t.Fatal("text that is not UTF-8")
		}
		if (m.Err == nil) != (m.Event != "") {
			t.Fatalf("neither read nor refused: %+v", m)
		}
		// A scanner of ours that took what JSON is not would pass on what the
		// mirror cannot read.
		if m.Data != nil && !json.Valid(m.Data) {
			t.Fatalf("it carries %q, which is not JSON", m.Data)
		}
	})
}
