package safetext

import (
	"bytes"
	"strings"
	"testing"
)

// However a stream is cut into writes, what reaches the terminal cannot steer
// it, and a code point that was cut in two is whole again.
func TestWriterCleansWhateverTheWrites(t *testing.T) {
	const text = "é日本 \x1b]0;t\a \u202eevil\u200b \x9b31m \xff\u009b ok\r\nsecond\tline \x1b[8mhidden\n"
	want := Block(text)
	for size := 1; size <= len(text); size++ {
		var out bytes.Buffer
		w := NewWriter(&out)
		for at := 0; at < len(text); at += size {
			end := min(at+size, len(text))
			if n, err := w.Write([]byte(text[at:end])); n != end-at || err != nil {
				t.Fatalf("wrote %d of %d: %v", n, end-at, err)
			}
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		got := out.String()
		if strings.ContainsAny(got, "\x1b\a\r\u202e\u200b\u009b") || strings.Contains(got, "\xff") {
			t.Errorf("writes of %d: %q reaches the terminal", size, got)
		}
		if !strings.HasPrefix(got, "é日本 ") {
			t.Errorf("writes of %d: %q", size, got)
		}
		if size == len(text) && got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// What is no text at all is shown when the stream ends, not swallowed.
func TestWriterShowsABrokenEnd(t *testing.T) {
	var out bytes.Buffer
	w := NewWriter(&out)
	_, _ = w.Write([]byte("a\xe2\x82"))
	if out.String() != "a" {
		t.Fatalf("%q", out.String())
	}
	if err := w.Flush(); err != nil || out.String() != `a\xe2\x82` {
		t.Errorf("%q, %v", out.String(), err)
	}
}
