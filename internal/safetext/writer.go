package safetext

import (
	"io"
	"sync"
	"unicode/utf8"
)

// Writer makes all that is written through it safe to look at, as [Block] does,
// and hands each write on at once, so that a prompt without a line break shows.
// It is for a whole stream that ends at a terminal: what passes here needs no
// cleaning of its own, and what was forgotten cannot steer the terminal. Styled
// text must not go through it. It is safe for concurrent use.
type Writer struct {
	mu   sync.Mutex
	w    io.Writer
	rest []byte // the beginning of a code point whose end has not come yet
}

// NewWriter returns a Writer in front of w.
func NewWriter(w io.Writer) *Writer { return &Writer{w: w} }

// Write writes p cleaned. It reports all of p as written, or an error of the
// stream behind it.
func (w *Writer) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	text := append(w.rest, p...)
	cut := len(text) - partial(text)
	w.rest = append([]byte(nil), text[cut:]...)
	if cut == 0 {
		return len(p), nil
	}
	if _, err := io.WriteString(w.w, Block(string(text[:cut]))); err != nil {
		return 0, err
	}
	return len(p), nil
}

// Flush writes what was held back for a code point that never became whole.
func (w *Writer) Flush() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	text := string(w.rest)
	w.rest = nil
	if text == "" {
		return nil
	}
	_, err := io.WriteString(w.w, Block(text))
	return err
}

// partial returns how many bytes at the end of b may be the beginning of a code
// point. They are held back: cut in two, both halves would be shown as broken.
func partial(b []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(b); n++ {
		if c := b[len(b)-n]; utf8.RuneStart(c) {
			if c >= utf8.RuneSelf && !utf8.FullRune(b[len(b)-n:]) {
				return n
			}
			return 0
		}
	}
	return 0
}
