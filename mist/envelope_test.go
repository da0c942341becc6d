package mist

import (
	"encoding/json"
	"strings"
	"testing"
)

func nest(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }

var envelopes = []struct {
	name, body, topic string
	events            int
	err               string // part of it
}{
	{"as Mist sends it", pingBody, "ping", 1, ""},
	{"events first", `{"events":[{"a":1},{"b":2}],"topic":"alarms"}`, "alarms", 2, ""},
	{"white space", " {\r\n\t\"topic\" : \"ping\" , \"events\" : [ ] } \n", "ping", 0, ""},
	{"unknown topic", `{"topic":"new-thing","events":[1]}`, "new-thing", 1, ""},
	{"unknown keys", `{"v":{"topic":1,"events":[1,2]},"topic":"ping","events":[{}]}`, "ping", 1, ""},
	{"elements of all sorts", `{"topic":"ping","events":[null,1,"a",[],{},true,-0.5e+3]}`, "ping", 7, ""},
	{"topic twice: the last counts", `{"topic":"a","topic":"ping","events":[]}`, "ping", 0, ""},
	{"events twice: the last counts", `{"topic":"ping","events":[1,2,3],"events":[{}]}`, "ping", 1, ""},
	{"escaped names", `{"\u0074opic":"p\u0069ng","event\u0073":[{}]}`, "ping", 1, ""},
	{"nested as deep as allowed", `{"topic":"ping","events":[` + nest(MaxDepth-2) + `]}`, "ping", 1, ""},

	{"empty", "", "", 0, "the body is empty"},
	{"blank", " \n", "", 0, "the body is empty"},
	{"not JSON", "hello", "", 0, `not JSON: "h" at byte 0`},
	{"form", "payload=%7B%7D", "", 0, `not JSON: "p" at byte 0`},
	{"array", `[{"topic":"ping","events":[]}]`, "", 0, "the body is a JSON array"},
	{"bare text", `"ping"`, "", 0, "a bare JSON value"},
	{"no topic", `{"events":[]}`, "", 0, "there is no topic"},
	{"topic a number", `{"topic":5,"events":[]}`, "", 0, "topic is a number, not a text"},
	{"topic null", `{"topic":null,"events":[]}`, "", 0, "topic is null, not a text"},
	{"topic empty", `{"topic":"","events":[]}`, "", 0, "topic is an empty text"},
	{"topic endless", `{"topic":"` + strings.Repeat("x", 129) + `","events":[]}`, "", 0, "topic is longer than 128 bytes"},
	{"no events", `{"topic":"ping"}`, "", 0, "there is no events list"},
	{"events null", `{"topic":"ping","events":null}`, "", 0, "events is null, not a list"},
	{"events an object", `{"topic":"ping","events":{"0":{}}}`, "", 0, "events is an object, not a list"},
	{"events a text", `{"topic":"ping","events":"[]"}`, "", 0, "events is a text, not a list"},
	{"cut off in a text", pingBody[:40], "", 0, "cut off: it ends at byte 40 inside a text"},
	{"cut off after a comma", `{"topic":"ping","events":[{},`, "", 0, "cut off: it ends at byte 29 after a comma"},
	{"cut off before the last brace", pingBody[:len(pingBody)-1], "", 0, "cut off: it ends at byte 164"},
	{"cut off in an escape", `{"topic":"\u00`, "", 0, "cut off: it ends at byte 14"},
	{"cut off after events", `{"topic":"ping","events":`, "", 0, "cut off: it ends at byte 25"},
	{"two objects", pingBody + pingBody, "", 0, "not JSON: more text after the end of the object at byte 165"},
	{"trailing comma", `{"topic":"ping","events":[{},]}`, "", 0, `not JSON: "]" at byte 29`},
	{"single quotes", `{'topic':'ping'}`, "", 0, `not JSON: "'" at byte 1`},
	{"control character", "{\"topic\":\"pi\nng\",\"events\":[]}", "", 0, "not JSON: \"\\n\" at byte 12"},
	{"leading zero", `{"topic":"ping","events":[01]}`, "", 0, `not JSON: "1" at byte 27`},
	{"NaN", `{"topic":"ping","events":[NaN]}`, "", 0, `not JSON: "N" at byte 26`},
	{"nested too deep", `{"topic":"ping","events":[` + nest(MaxDepth-1) + `]}`, "", 0, "nested deeper than 200"},
	{"nested 10,000 deep and cut off", `{"topic":"ping","events":[` + strings.Repeat(`{"a":`, 10_000), "", 0, "nested deeper than 200"},
}

func TestEnvelope(t *testing.T) {
	for _, c := range envelopes {
		t.Run(c.name, func(t *testing.T) {
			topic, n, err := Envelope([]byte(c.body))
			if c.err != "" {
				if err == nil || !strings.Contains(err.Error(), c.err) {
					t.Fatalf("error %v, want one with %q", err, c.err)
				}
				return
			}
			if err != nil || topic != c.topic || n != c.events {
				t.Errorf("Envelope = %q, %d, %v; want %q, %d", topic, n, err, c.topic, c.events)
			}
		})
	}
}

func TestEnvelopeCountsUpToItsBound(t *testing.T) {
	body := func(n int) []byte {
		return []byte(`{"topic":"ping","events":[0` + strings.Repeat(",0", n-1) + `]}`)
	}
	if _, n, err := Envelope(body(MaxEvents)); n != MaxEvents || err != nil {
		t.Errorf("as many as may be: %d, %v", n, err)
	}
	if _, _, err := Envelope(body(MaxEvents + 1)); err == nil || !strings.Contains(err.Error(), "more than 100000 events") {
		t.Errorf("one more: %v", err)
	}
}

func TestEnvelopeOfEverySample(t *testing.T) {
	for _, name := range SampleNames() {
		body, ok := Sample(name)
		if !ok {
			t.Fatalf("no sample %q", name)
		}
		topic, n, err := Envelope(body)
		if want, _, _ := strings.Cut(name, "."); err != nil || topic != want || n == 0 {
			t.Errorf("%s: %q, %d, %v", name, topic, n, err)
		}
	}
	if _, ok := Sample("../samples/ping"); ok {
		t.Error("a sample was found by a path")
	}
}

func TestSplitKeepsElementsAsTheyCame(t *testing.T) {
	topic, got, err := Split([]byte(`{"events":[9,8],"topic":"ping","events":[ {"a" : 1} , null,"x" ]}`))
	if err != nil || topic != "ping" || len(got) != 3 {
		t.Fatalf("Split = %q, %q, %v", topic, got, err)
	}
	for i, want := range []string{`{"a" : 1}`, `null`, `"x"`} {
		if string(got[i]) != want {
			t.Errorf("element %d is %q, want %q", i, got[i], want)
		}
	}
}

func TestEnvelopeAllocatesNothing(t *testing.T) {
	body := []byte(pingBody)
	if n := testing.AllocsPerRun(100, func() {
		if _, _, err := Envelope(body); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations, want none", n)
	}
}

func BenchmarkEnvelope(b *testing.B) {
	join, _ := Sample("client-join")
	bodies := map[string][]byte{
		"one":     join,
		"hundred": []byte(`{"topic":"client-join","events":[` + strings.Repeat(pingBody+",", 99) + pingBody + `]}`),
	}
	for name, body := range bodies {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := Envelope(body); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// FuzzEnvelope holds the hand-written scanner against the standard library:
// what it accepts is JSON with these members, and what is JSON it can walk.
func FuzzEnvelope(f *testing.F) {
	for _, name := range SampleNames() {
		body, _ := Sample(name)
		f.Add(body)
	}
	for _, s := range []string{``, `[]`, `{"topic":"a","events":null}`, "{\"topic\":\"\xff\",\"events\":[\"\\ud800\"]}", `{"topic":"a","events":[1.5e-3,-0]}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		topic, n, err := Envelope(body)
		t2, elements, err2 := Split(body)
		if (err == nil) != (err2 == nil) || err == nil && (topic != t2 || n != len(elements)) {
			t.Fatalf("Envelope and Split differ: %q %d %v, %q %d %v", topic, n, err, t2, len(elements), err2)
		}
		valid := json.Valid(body)
		if err == nil && !valid {
			t.Fatalf("accepted what is not JSON: %q", body)
		}
		if err != nil && valid && strings.HasPrefix(err.Error(), "not JSON") {
			t.Fatalf("refused JSON: %v: %q", err, body)
		}
		for _, e := range elements {
			fields, ok := Fields(e, nil)
			if ok != (e[0] == '{') {
				t.Fatalf("Fields(%q) = %v", e, ok)
			}
			for _, f := range fields {
				Text(f.Value)
			}
		}
	})
}
