// Package safetext makes text from outside safe to show. Strangers choose SSIDs,
// host names, user agents and JSON values, and a terminal executes the escape
// sequences in them. All text must pass through here before it is drawn, logged,
// printed or posted.
//
// Callers may rely on this, for any input:
//
//   - The result holds no control character (C0, DEL, C1 in either form), no
//     ESC, no bidi control, no zero-width or tag character, no variation
//     selector, no unassigned or private code point, no line or paragraph
//     separator and no invalid UTF-8. [Block] alone keeps "\n".
//   - Nothing disappears. Removed characters are shown in the notation of a Go
//     string literal (\x1b, \n, \u202e, \U000e0041), so that a person sees what
//     was there. A run of more than eight is cut to eight and a count, \(+34).
//     The notation is plain ASCII: it cannot hide or reorder text, needs no
//     special font, and is the same in ASCII mode.
//   - Every cluster has one width on which terminals agree: the sum of wcwidth
//     over its code points and the width of its grapheme cluster are equal.
//     Where they differ (emoji joined by ZWJ, flags, skin tones, vowel signs of
//     some Indic scripts), the code points behind the difference are shown
//     escaped, because a row whose width is guessed wrong tears the screen.
//     Characters of ambiguous width count one cell, as terminals draw them.
//   - At most three combining marks stay on one base, and none without a base.
//   - Cleaning is idempotent, and returns safe text unchanged, without an
//     allocation.
//
// Text that the program styles itself (SGR sequences) must be cleaned before
// it is styled, never after.
package safetext
