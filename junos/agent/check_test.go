package agent

import (
	"strings"
	"testing"

	"foghorn/journal/event"
	"foghorn/junos"
)

func TestWhatCannotBePastedIsRefusedWithTheReason(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ secret, why string }{
		{"a\tb", "a TAB"}, {"a\x1b[2Jb", "an ESC"}, {"a\x03b", "a ctrl+C"}, {"a\x15b", "a ctrl+U"}, {"a\x00b", "a NUL"},
		{"a\nb", "the end of a line"}, {"a\rb", "the end of a line"}, {"a\x7fb", "a DEL"}, {"a\u0085b", "U+0085"}, {"a\u009bb", "U+009B"},
		{"'x'", "sign with a different secret"}, {"it's", "(')"}, {`a"b`, `(")`}, {"a`b", "(`)"},
		{"a\u202eb", "U+202E"}, {"a\u200bb", "U+200B"}, {"a\u00a0b", "U+00A0"}, {"a\xffb", "not UTF-8"}, {" a", "a space"}, {"a ", "a space"},
	} {
		err := CheckSecret(c.secret)
		if err == nil || !strings.Contains(err.Error(), c.why) {
			t.Errorf("secret %q: %v, want %q", c.secret, err, c.why)
		}
	}
	for _, good := range []string{"0a1b2c3d", `cr\et; # { /* $x`, "-url", "two words", "pässwörd \U0001F511"} {
		if err := CheckSecret(good); err != nil {
			t.Errorf("secret %q: %v", good, err)
		}
	}
	for _, c := range []struct{ url, why string }{
		{"HTTP://h/junos/core", "in lower case"}, {"Https://h/junos/core", "in lower case"}, {"ftp://h/junos/core", "begins with http"},
		{"h:8484/junos/core", "begins with http"}, {"http://:8484/junos/core", "a host"}, {"http:/junos/core", "a host"}, {"http://h:99999/junos/core", "not a port"}, {"http://h:x/junos/core", "begins with http"},
		{"http://h/junos/core\t", "a TAB"}, {"http://h/\x15junos/core", "a ctrl+U"}, {"http://h/junos/core?x='y'", "quotation mark"}, {`http://h/junos/"core`, "quotation mark"},
		{"http://h/junos/core?a b", "a space"}, {"http://h/jünos/core", "ASCII"}, {`http://h/junos/co\re`, "backslash"}, {"http://u:p@h/junos/core", "plain URL"}, {"http://h/junos/core#", "plain URL"},
	} {
		err := CheckURL(c.url)
		if err == nil || !strings.Contains(err.Error(), c.why) {
			t.Errorf("URL %q: %v, want %q", c.url, err, c.why)
		}
	}
	for _, good := range []string{"http://192.0.2.10:8484/junos/core", "https://[2001:db8::1]:8484/junos/core", "https://hooks.example.com/a/junos/core?x=1"} {
		if err := CheckURL(good); err != nil {
			t.Errorf("URL %q: %v", good, err)
		}
	}
	for _, bad := range []string{"", "a b", `a"b`, "it's", "a\tb", "-v", "a;b", "jörg"} {
		if CheckUser(bad) == nil {
			t.Errorf("user %q is taken", bad)
		}
	}
}

// What is not refused is signed alike by the agent and by the listener.
func TestSecretsThatAreTakenAreSignedAlike(t *testing.T) {
	t.Parallel()
	d := newDevice(t)
	e, _ := junos.ExampleOf("UI_COMMIT")
	for _, odd := range []string{`cr\et; # { /* $x`, "-url", "two words", "pässwörd \U0001F511"} {
		if err := CheckSecret(odd); err != nil {
			t.Fatal(err)
		}
		c := newCollectorWith(t, odd)
		d.run("element", inputOf(e, "ex-sw-07", happened), "-secret", odd, "-url", c.url).quiet(t)
		if got := c.deliveries(); len(got) != 1 || got[0].Verdict != event.Verified {
			t.Errorf("with the secret %q: %+v", odd, got)
		}
	}
}
