package query

import (
	"errors"
	"reflect"
	"testing"
	"unicode/utf8"

	"foghorn/journal/event"
)

// Whatever is typed, nothing panics; what parses prints as a query equal to it.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"", `site:ber* sev>=warn type:~ap_ !acked age<1h "rogue"`, `a or (b -c) "d\"e"*f`, "mac:5c:5b:35*01,*", "5c:5b ab-cd or*",
		"time>2026-11-23T10:00Z time:2026-11-23 took>1.5s size<8KiB", `type:~"[)]" x:y`, "((((", `"-a"*`, "site>\"\" !!(a or b)", "\xff", "a\x00",
		"status!=200,*", "text:~a\\ b", `""`, `""* **`, "-\"x\"", "duplicates:-0 took:-0"} {
		f.Add(s)
	}
	e, a, d := &event.Event{Text: "x"}, &event.Alert{}, &event.Delivery{}
	f.Fuzz(func(t *testing.T, s string) {
		for _, c := range Complete(s, len(s)/2, Alerts, func(_, p string) []string { return []string{p + "x y"} }) {
			if c.Start < 0 || c.Start > c.End || c.End > len(s) {
				t.Fatalf("completion %+v of %q is out of range", c, s)
			}
		}
		q, err := Parse(s)
		if err != nil {
			mistake, ok := errors.AsType[*Error](err)
			if !ok || mistake.Column < 1 || mistake.Column > utf8.RuneCountInString(s)+1 {
				t.Fatalf("%q: %v is at no column of the text", s, err)
			}
			return
		}
		q.Event(e, base)
		q.Alert(a, base)
		q.Delivery(d, base)
		q.SQL(Events, base)
		text := q.String()
		if len(text) > MaxLength {
			return // quotes and full names can make it longer than what was typed
		}
		again, err := Parse(text)
		if err != nil {
			t.Fatalf("%q prints as %q, which does not parse: %v", s, text, err)
		}
		if again.String() != text || !reflect.DeepEqual(q, again) {
			t.Fatalf("%q prints as %q, which means %q", s, text, again)
		}
	})
}
