package mask

import (
	"encoding/json"
	"strings"
	"testing"
)

const (
	long  = `fog-over/the "harbour" & 1f0c9d7a`
	plain = "1f0c9d7ab3e456281f0c9d7ab3e45628"
	word  = "hunter2x"
)

func TestText(t *testing.T) {
	s := New(long, plain, word, "short")
	for text, want := range map[string]string{
		"":                                  "",
		"nothing here":                      "nothing here",
		"key " + plain + " end":             "key <secret> end",
		plain:                               "<secret>",
		"xx" + plain + "yy" + plain:         "xx<secret>yy<secret>",
		"a " + word + ".":                   "a <secret>.",
		"a" + word + " is another word":     "a" + word + " is another word",
		"short words are words":             "short words are words",
		"cut " + plain[:8]:                  "cut <secret>",
		"cut " + plain[:20] + "...":         "cut <secret>...",
		"cut " + plain[:7]:                  "cut " + plain[:7],
		plain[10:] + " begins":              "<secret> begins",
		"..." + plain[20:] + " begins":      "...<secret> begins",
		"in the middle " + plain[:12] + " ": "in the middle " + plain[:12] + " ",
		"url ?s=fog-over%2Fthe+%22harbour%22+%26+1f0c9d7a": "url ?s=<secret>",
	} {
		if got := s.Text(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
	if got := (*Set)(nil).Text(plain); got != plain {
		t.Error("no secrets change nothing")
	}
	if New("", "short") != nil {
		t.Error("secrets that would be found by chance are looked for")
	}
}

// However JSON writes a secret, it is found in a value; what remains is JSON,
// and numbers and the names of members stay as they are.
func TestBody(t *testing.T) {
	s := New(long, plain, "123456", "events")
	escaped, _ := json.Marshal(map[string]string{"v": long})
	unicode := `{"v":"a \u0031f0c9d7ab3e456281f0c9d7ab3e4562\u0038 b"}`
	for body, want := range map[string]string{
		`{"v":"` + plain + `"}`: `{"v":"<secret>"}`,
		string(escaped):         `{"v":"<secret>"}`,
		`{"v":"fog-over\/the \"harbour\" & 1f0c9d7a x"}`: `{"v":"<secret> x"}`,
		unicode: `{"v":"a <secret> b"}`,
		`{"events":[{"id":123456,"s":"123456"}]}`: `{"events":[{"id":123456,"s":"<secret>"}]}`,
		`{"` + plain + `":1}`:                     `{"<secret>":1}`,
		`{"v":"a\nb","w":[1.50,null]}`:            `{"v":"a\nb","w":[1.50,null]}`,
		`{"v":"` + plain:                          `{"v":"<secret>`,
		"no JSON " + plain:                        "no JSON <secret>",
		`[]`:                                      `[]`,
	} {
		got := string(s.Body([]byte(body)))
		if got != want {
			t.Errorf("%s becomes %s, want %s", body, got, want)
		}
		if json.Valid([]byte(body)) != json.Valid([]byte(got)) {
			t.Errorf("%s is JSON no more: %s", body, got)
		}
		// A reader who knows no secret masks the same.
		again := FromBody([]byte(body), s.Locate([]byte(body)))
		if blind := string(again.Body([]byte(body))); blind != want {
			t.Errorf("%s becomes %s for who does not know the secret, want %s", body, blind, want)
		}
	}
}

// A body of the day costs no copy.
func TestBodiesWithoutSecretsStayAsTheyAre(t *testing.T) {
	body := []byte(`{"topic":"alarms","events":[{"text":"` + strings.Repeat(`all is \"well\" `, 100) + `"}]}`)
	s := New(plain, long)
	if got := s.Body(body); &got[0] != &body[0] {
		t.Error("it was copied")
	}
	if s.Locate(body) != nil {
		t.Error("something was found")
	}
}

func FuzzBody(f *testing.F) {
	f.Add([]byte(`{"v":"\u0031f0c9d7ab3e456281f0c9d7ab3e4562\u0038\ud83d\ude00\"`))
	f.Add([]byte("\"\\"))
	f.Fuzz(func(t *testing.T, body []byte) {
		s := New(long, plain, word)
		out := s.Body(body)
		if json.Valid(body) && !json.Valid(out) {
			t.Errorf("%q became %q", body, out)
		}
		if strings.Contains(string(out), plain) && isJSON(body) == false {
			t.Errorf("%q holds the secret", out)
		}
		FromBody(body, s.Locate(body)).Body(body)
	})
}
