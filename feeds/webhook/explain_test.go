package webhook

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"foghorn/event"
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
	e := evidence(good, "wrong")
	x := Explain(e)
	_, want := mist.Sign([]byte("new"), []byte(good))
	if x.Computed != want || x.Received != e.Header.Get(mist.HeaderV2) || x.Scheme != SchemeV2 {
		t.Errorf("explanation %+v", x)
	}
}

func TestExplainOfARightSignature(t *testing.T) {
	// The vector of FACTS section 5, with the header spelled as a person may type it.
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
	e := evidence(good, "new")
	e.Body = []byte(zip(t, good))
	e.Header.Set("Content-Encoding", "gzip")
	if x := Explain(e); x.Verdict != event.Verified || x.Computed != x.Received {
		t.Errorf("explanation %+v", x)
	}
}

func TestExplainIsNotRunForFloods(t *testing.T) {
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
