package safetext

import (
	"strconv"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

const (
	maxMarks = 3 // marks kept on one base; Vietnamese and Hebrew need two or three
	maxRun   = 8 // escapes shown of one run of hidden characters; the rest is a count
)

// piece is what is shown for one code point: the code point itself (same), or
// its escape. A mark that stays on its base is a piece of no width.
type piece struct {
	text  string
	width int
	same  bool
}

// scanner cleans a string code point by code point, looking back no further
// than the cluster it is in. It does no more work than the pieces asked for, so
// that fitting a megabyte into ten cells costs ten cells.
type scanner struct {
	s     string
	at    int // the next code point
	start int // of the cluster that is still open, or at when none is
	marks int // code points that joined that cluster after its base
	run   int // escapes in a row up to here
	more  int // escapes of this run that were not written
}

// next returns the next piece, and false at the end.
func (sc *scanner) next() (piece, bool) {
	for sc.at < len(sc.s) {
		if c := sc.s[sc.at]; c >= ' ' && c <= '~' {
			if sc.more > 0 {
				return sc.count(), true
			}
			sc.open(1)
			return piece{text: sc.s[sc.at-1 : sc.at], width: 1, same: true}, true
		}
		r, size := utf8.DecodeRuneInString(sc.s[sc.at:])
		if invalid := r == utf8.RuneError && size == 1; !invalid && Printable(r) {
			if width, joins, ok := sc.fits(r, size); ok {
				if sc.more > 0 {
					return sc.count(), true
				}
				return sc.keep(size, width, joins), true
			}
		}
		if p, ok := sc.escape(r, size); ok {
			return p, true
		}
	}
	if sc.more > 0 {
		return sc.count(), true
	}
	return piece{}, false
}

// fits reports whether a printable r may stand where it is: either on its
// own, or joined to the cluster before it, at a width both measures agree on.
func (sc *scanner) fits(r rune, size int) (width int, joins, ok bool) {
	if width = simple(r); width > 0 {
		return width, false, true
	}
	end := sc.at + size
	if sc.start < sc.at && joined(sc.s[sc.start:end]) {
		ok = sc.marks < maxMarks && agreed(sc.s[sc.start:end])
		return ansi.StringWidthWc(sc.s[sc.at:end]), true, ok
	}
	// What stands before is an escape, the start, or something of the caller's
	// (a border, a blank): nothing may join that.
	if isMark(r) || sc.start == sc.at && joined("x"+sc.s[sc.at:end]) {
		return 0, false, false
	}
	own := sc.s[sc.at:end]
	return ansi.StringWidthWc(own), false, agreed(own)
}

// joined reports whether s is one grapheme cluster.
func joined(s string) bool {
	cluster, _ := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
	return len(cluster) == len(s)
}

// agreed reports whether both ways of measuring give the cluster s the same
// width, and one that can be drawn.
func agreed(s string) bool {
	w := ansi.StringWidth(s)
	return (w == 1 || w == 2) && ansi.StringWidthWc(s) == w
}

// open starts a cluster with the next size bytes.
func (sc *scanner) open(size int) {
	sc.start, sc.marks, sc.run = sc.at, 0, 0
	sc.at += size
}

func (sc *scanner) keep(size, width int, joins bool) piece {
	if joins {
		sc.marks++
		sc.at += size
	} else {
		sc.open(size)
	}
	return piece{text: sc.s[sc.at-size : sc.at], width: width, same: true}
}

// escape takes the next code point or byte out. It returns false when its run
// is long already and it is only counted.
func (sc *scanner) escape(r rune, size int) (piece, bool) {
	raw := sc.s[sc.at]
	sc.at += size
	sc.start = sc.at
	if sc.run++; sc.run > maxRun {
		sc.more++
		return piece{}, false
	}
	var buf [10]byte
	b := buf[:0]
	if r == utf8.RuneError && size == 1 {
		b = appendHex(append(b, `\x`...), uint64(raw), 2)
	} else {
		b = appendEscape(b, r)
	}
	return piece{text: string(b), width: len(b)}, true
}

// count is the piece that ends a cut run.
func (sc *scanner) count() piece {
	b := strconv.AppendInt([]byte(`\(+`), int64(sc.more), 10)
	sc.run, sc.more = 0, 0
	b = append(b, ')')
	return piece{text: string(b), width: len(b)}
}
