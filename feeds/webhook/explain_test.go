package webhook

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"foghorn/journal/event"
	"foghorn/junos"
	"foghorn/mist"
)

// evidence is a signed body at the source acme, whose secret is "new".
func evidence(body string, signers ...string) Evidence {
	o := twoOrgs()
	e := Evidence{Source: o.Sources[0], Others: o.Sources, Header: http.Header{}, Body: []byte(body)}
	for _, s := range signers {
		_, v2 := mist.Sign([]byte(s), []byte(body))
		e.Header.Set(mist.HeaderV2, v2)
	}
	return e
}

func TestExplainNamesTheLikelyCause(t *testing.T) {
	t.Parallel()
	with := func(e Evidence, change func(*Evidence)) Evidence { change(&e); return e }
	header := func(e Evidence, name, value string) Evidence { e.Header.Set(name, value); return e }
	// over is a signature over one body, sent with another.
	over := func(signed, sent string) Evidence {
		e := evidence(signed, "new")
		e.Body = []byte(sent)
		return e
	}
	_, v2 := mist.Sign([]byte("new"), []byte(good))
	v1, _ := mist.Sign([]byte("new"), []byte(good))
	var indented bytes.Buffer
	if err := json.Indent(&indented, []byte(good), "", "  "); err != nil {
		t.Fatal(err)
	}
	python := strings.NewReplacer(`,"`, `, "`, `":`, `": `).Replace(good)
	angle := `{"topic":"audits","events":[{"message":"a<b & c"}]}`
	escaped := strings.NewReplacer("<", `\u003c`, "&", `\u0026`).Replace(angle)

	for name, c := range map[string]struct {
		e    Evidence
		want string
	}{
		"another source's secret":     {evidence(good, "other"), "secret of source globex"},
		"newline in ours":             {with(evidence(good, "new"), func(e *Evidence) { e.Source.Secrets = []Secret{key("current", "new\n")} }), "trailing newline"},
		"newline in theirs":           {evidence(good, "new\n"), "sender's secret ends with a newline"},
		"v1 in the v2 header":         {header(evidence(good), mist.HeaderV2, v1), "swapped"},
		"v2 in the v1 header":         {header(evidence(good), mist.HeaderV1, v2), "belongs into X-Mist-Signature-v2"},
		"v1 right, v2 wrong":          {header(evidence(good, "wrong"), mist.HeaderV1, v1), "SHA-1) matches"},
		"no header":                   {evidence(good), "no secret in Mist"},
		"prefix before the digits":    {header(evidence(good), mist.HeaderV2, "sha256="+v2), "prefix"},
		"half a signature":            {header(evidence(good), mist.HeaderV2, v2[:30]), "(30 characters came)"},
		"not hex":                     {header(evidence(good), mist.HeaderV2, strings.Repeat("z", 64)), "not 64 hex digits"},
		"length does not fit":         {header(over(good+" ", good), "Content-Length", "105"), "Content-Length says 105 bytes but the body has 104"},
		"line end lost":               {over(good+"\n", good), "--data-binary"},
		"line end gained":             {over(good, good+"\r\n"), "without the line end"},
		"indented on the way":         {over(good, indented.String()), "wrote it again"},
		"compacted on the way":        {over(python, good), "wrote it again"},
		"escaped on the way":          {over(angle, escaped), "wrote it again"},
		"with a line end, for people": {over(indented.String()+"\n", good), "(the white space): a relay"},
		"numbers made whole":          {over(`{"topic": "alarms", "events": [{"timestamp": 1795694390.0, "latency": 12.0}]}`, `{"topic":"alarms","events":[{"timestamp":1795694390,"latency":12}]}`), "(the numbers): a relay"},
		"some numbers made whole":     {over(`{"topic": "alarms", "events": [{"timestamp": 1795694390.0, "count": 12}]}`, `{"topic":"alarms","events":[{"timestamp":1795694390,"count":12}]}`), "(the numbers): a relay"},
		"whole numbers made floats":   {over(`{"topic":"alarms","events":[{"timestamp":1795694390,"count":12}]}`, `{"topic": "alarms", "events": [{"timestamp": 1795694390.0, "count": 12.0}]}`), "(the numbers): a relay"},
		"exponents written out":       {over(`{"topic":"alarms","events":[{"count":1e3}]}`, `{"topic":"alarms","events":[{"count":1000}]}`), "(the numbers): a relay"},
		"exponents put in, as by Go":  {over(`{"topic":"alarms","events":[{"timestamp":1795694390}]}`, `{"topic":"alarms","events":[{"timestamp":1.79569439e+09}]}`), "(the numbers): a relay"},
		"exponents as by Java":        {over(`{"topic":"alarms","events":[{"timestamp":1.79569439E9}]}`, `{"topic":"alarms","events":[{"timestamp":1795694390}]}`), "(the numbers): a relay"},
		"escapes undone":              {over(`{"topic":"audits","events":[{"message":"caf\u00e9 \ud83d\ude00"}]}`, `{"topic":"audits","events":[{"message":"café 😀"}]}`), "(the escapes in texts): a relay"},
		"escapes put in":              {over(`{"topic":"audits","events":[{"message":"café"}]}`, `{"topic":"audits","events":[{"message":"caf\u00e9"}]}`), "(the escapes in texts): a relay"},
		"escapes in upper case":       {over(`{"topic":"audits","events":[{"message":"caf\u00E9"}]}`, `{"topic":"audits","events":[{"message":"café"}]}`), "(the escapes in texts): a relay"},
		"slashes":                     {over(`{"topic":"audits","events":[{"message":"ge-0\/0\/1"}]}`, `{"topic":"audits","events":[{"message":"ge-0/0/1"}]}`), "(the escapes in texts): a relay"},
		"all at once":                 {over(`{"topic": "audits", "events": [{"message": "caf\u00e9", "t": 1.0}]}`, `{"events":[{"message":"café","t":1}],"topic":"audits"}`), "(the escapes in texts and the numbers and the order of keys): a relay"},
		"topic put behind":            {over(`{"topic":"alarms","events":[{"b":1,"a":2}]}`, `{"events":[{"b":1,"a":2}],"topic":"alarms"}`), "(the order of keys): a relay"},
		"signed in order":             {over(`{"events":[{"a":2,"b":1}],"topic":"alarms"}`, `{"topic":"alarms","events":[{"b":1,"a":2}]}`), "(the order of keys): a relay"},
		"put in order":                {over(`{"topic":"alarms","events":[{"id":"x","type":"y","count":1,"a":1},{"id":"y","type":"y","count":1,"a":1}]}`, `{"events":[{"a":1,"count":1,"id":"x","type":"y"},{"a":1,"count":1,"id":"y","type":"y"}],"topic":"alarms"}`), "(the order of keys): a relay"},
		"put in any order":            {over(`{"topic": "alarms", "events": [{"id": "x", "type": "y", "c": 1.0, "a": 1.0, "e": {"x": 1.0}}]}`, `{"events":[{"type":"y","a":1,"c":1,"e":{"x":1},"id":"x"}],"topic":"alarms"}`), "(the numbers and the order of keys): a relay"},
		"put in order, which is lost": {over(`{"topic":"alarms","events":[{"id":"x","type":"y","count":1,"a":1,"c":2,"b":3}]}`, `{"events":[{"a":1,"b":3,"c":2,"count":1,"id":"x","type":"y"}],"topic":"alarms"}`), "probably a relay"},
		"few keys in order":           {over(`{"topic":"alarms","events":[{"z":2,"a":1}]}`, `{"events":[{"a":1,"z":3}],"topic":"alarms"}`), "compare the secret"},
		"changed on the way":          {over(good, strings.Replace(good, "AP_", "SW_", 1)), "compare the secret"},
		"stored body sent compressed": {header(over("\x1f\x8b", good), "Content-Encoding", "gzip"), "cannot be checked again"},
	} {
		t.Run(name, func(t *testing.T) {
			x := Explain(c.e)
			if x.Verdict != event.Failed || !strings.Contains(x.Cause, c.want) {
				t.Errorf("%s %q, want a cause with %q", x.Verdict, x.Cause, c.want)
			}
			for _, secret := range []string{`"new`, "old", `"other`} {
				if strings.Contains(x.Cause, secret) {
					t.Errorf("the cause tells a secret: %q", x.Cause)
				}
			}
		})
	}
}

func TestExplainShowsBothSignatures(t *testing.T) {
	t.Parallel()
	e := evidence(good, "wrong")
	x := Explain(e)
	_, want := mist.Sign([]byte("new"), []byte(good))
	if x.Computed != want || x.Received != e.Header.Get(mist.HeaderV2) || x.Scheme != SchemeV2 {
		t.Errorf("explanation %+v", x)
	}
}

func TestExplainOfARightSignature(t *testing.T) {
	t.Parallel()
	// The example of docs/mist-api.md, Webhook signature, with the header spelled as a
	// person may type it.
	body := `{"topic":"ping","events":[{"id":"18ff1f91-a9e0-c3b7-74ea-2ce4ea372f72","name":"my webhook","site_id":"4ac1dcf4-9d8b-7211-65c4-057819f0862b","timestamp":1461220784}]}`
	e := Evidence{
		Source: Source{Name: "x", Via: event.ViaWebhook, Secrets: []Secret{key("current", "secret")}},
		Header: http.Header{"x-mist-signature-V2": {"9f2d8c5d1f6cf29f5ef2256aa7e5494287d9e30eb7c77ab80f9e60b76ac6833f"}},
		Body:   []byte(body),
	}
	if x := Explain(e); x.Verdict != event.Verified || x.Secret != "current" || x.Cause != "" || x.Computed != x.Received {
		t.Errorf("explanation %+v", x)
	}
	e.Header = http.Header{"x-mist-signature": {"9c8e43744802829dcca28893417826fb76eb88ff"}}
	if x := Explain(e); x.Verdict != event.VerifiedV1 {
		t.Errorf("explanation %+v", x)
	}
	e.Source.Via, e.Header = event.ViaJunos, http.Header{"junos-auth": {junos.Sign([]byte("secret"), []byte(body))}}
	if x := Explain(e); x.Verdict != event.Verified || x.Scheme != SchemeJunos {
		t.Errorf("explanation %+v", x)
	}
}

func TestExplainUndoesGzip(t *testing.T) {
	t.Parallel()
	e := evidence(good, "new")
	e.Body = []byte(zip(t, good))
	e.Header.Set("Content-Encoding", "gzip")
	if x := Explain(e); x.Verdict != event.Verified || x.Computed != x.Received {
		t.Errorf("explanation %+v", x)
	}
}

// Posts that a relay wrote again in six ways, each beside what was signed.
func TestRelaysThatWriteBodiesAgainAreNamed(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/relay/*.sent")
	if err != nil || len(files) != 6 {
		t.Fatal(files, err)
	}
	for _, sent := range files {
		t.Run(filepath.Base(sent), func(t *testing.T) {
			body, err1 := os.ReadFile(sent)
			was, err2 := os.ReadFile(strings.TrimSuffix(sent, "sent") + "signed")
			if err := errors.Join(err1, err2); err != nil {
				t.Fatal(err)
			}
			b := newBench(t, twoOrgs())
			w := b.do(sign(post("/mist/acme", string(body)), "new", string(was)))
			if d := b.log.only(t); w.Code != http.StatusUnauthorized || !strings.Contains(d.Cause, "a relay on the way") {
				t.Errorf("answer %d, cause %q", w.Code, d.Cause)
			}
		})
	}
}

func TestTheSameRefusalIsLookedIntoOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t, twoOrgs())
	for range 3 {
		b.do(signed("/mist/acme", "other", good))
	}
	one := b.explained
	b.do(signed("/mist/acme", "nobody's", good))
	if b.explained == one {
		t.Error("another signature has the cause of the one before")
	}
	ds := b.log.deliveries(t)
	for i, want := range []string{"secret of source globex", "secret of source globex", "secret of source globex", "compare the secret"} {
		if !strings.Contains(ds[i].Cause, want) {
			t.Errorf("refusal %d: %q", i, ds[i].Cause)
		}
	}
}

// A number of any size, and any depth, costs what a small one costs.
func TestWritingABodyAgainIsBounded(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"a vast exponent": `{"topic":"alarms","events":[{"a":1e999999999,"b":-1e-999999999,"c":123456789012345678901234567890}]}`,
		"nested":          `{"topic":"alarms","events":[` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + `]}`,
		"many keys":       `{"topic":"alarms","events":[{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"h":1,"é/<":"é/<"}]}`,
		"large":           `{"topic":"alarms","events":[` + strings.Repeat(`{"a":1,"é":2},`, 15000) + `{}]}`,
		"many numbers":    `{"topic":"alarms","events":[` + strings.Repeat("1,", 100000) + `1]}`,
	} {
		t.Run(name, func(t *testing.T) {
			e := evidence(body, "wrong")
			spent := 0
			e.spend = func(n int) bool { spent += n; return true }
			if x := Explain(e); x.Cause == "" || spent > reencodeWork {
				t.Errorf("cause %q after %d bytes of work", x.Cause, spent)
			}
		})
	}
	t.Run("no effort left", func(t *testing.T) {
		e := evidence(`{"topic":"alarms","events":[{"a":1}]}`, "wrong")
		asked := 0
		e.spend = func(int) bool { asked++; return false }
		if x := Explain(e); asked > len(textStyles)+5 || !strings.Contains(x.Cause, "compare the secret") {
			t.Errorf("asked %d times though the answer was no; cause %q", asked, x.Cause)
		}
	})
}

func TestFormsAreTheSameJSON(t *testing.T) {
	t.Parallel()
	body := `{"events":[{"b":[1,2.50,{}],"a":"é/<\u2028\"\\\n","t":1795694390,"n":null,"x":[],"y":true}],"topic":"alarms"}`
	var want any
	if err := json.Unmarshal([]byte(body), &want); err != nil {
		t.Fatal(err)
	}
	n, forms := 0, 0
	for changed, form := range jsonForms([]byte(body), func(int) bool { n++; return n < 20000 }) {
		var got any
		if err := json.Unmarshal(form, &got); err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("%s gives %s, %v", changed, form, err)
		}
		forms++
	}
	if forms < 100 {
		t.Errorf("%d forms only", forms)
	}
}

func TestExplainIsNotRunForFloods(t *testing.T) {
	t.Parallel()
	b := newBench(t, twoOrgs())
	b.effort.SetBurst(0)
	b.do(signed("/mist/acme", "other", good))
	if d := b.log.only(t); strings.Contains(d.Cause, "globex") || !strings.Contains(d.Cause, "does not match") {
		t.Errorf("cause %q", d.Cause)
	}
}

func FuzzExplain(f *testing.F) {
	f.Add([]byte(good), "", "gzip", "105")
	f.Add([]byte(`{"a":"\\\"",`), "sha256=00", "", "")
	f.Fuzz(func(t *testing.T, body []byte, signature, enc, length string) {
		e := evidence(string(body))
		e.MaxBody = 1 << 16
		e.Header = http.Header{"x-mist-signature-v2": {signature}, "content-encoding": {enc}, "content-length": {length}}
		x := Explain(e)
		if !x.Verdict.Accepted() && x.Cause == "" {
			t.Fatalf("no cause: %+v", x)
		}
	})
}
