// Package query is the query language of foghorn, for "/" on the screen, the flag
// -q and saved views.
//
//	site:ber* sev>=warn type:~ap_ !acked age<1h "rogue"
//
// Terms are joined by space (and; the word "and" may be written too) or by
// "or"; parentheses group; "!" or "-" in front negates.
//
//	field:value     equal, ignoring ASCII case; * matches any run of
//	                characters, a comma separates alternatives, a lone * means
//	                "not empty". = is the same, != its opposite
//	field:~regexp   contains a match of the regular expression (RE2), ignoring case
//	field>value     also < >= <=: order of severities, times, numbers and texts
//	word            some text, name or MAC of the row contains the word
//	"some words"    the same, taken literally: quotes switch * , : and keywords off
//
// Quotes may be inside a value: site:"Berlin "* is a glob with a space.
// Inside quotes \" is a quote and \\ a backslash.
//
// Times are dates (2026-11-23), dates with a time (2026-11-23T10:00, with Z or
// +02:00 behind it if need be; without, in the location of the now handed in)
// or distances from now (-2h, -1h30m; units s m h d w). time:2026-11-23 is that
// whole day. age is the distance between now and the row's main time: time of
// events, opened of alerts, received of deliveries; time means the same moment.
//
// Callers may rely on this: a query matches a row in memory exactly when its
// SQL selects the row from a table of view.db as docs/JOURNAL.md describes it
// (texts never NULL, times as epoch milliseconds with 0 for none). Case
// is folded for ASCII letters only, as SQLite's LIKE and NOCASE do. Every row
// either matches a query or its negation. Nothing here panics, blocks, or does
// I/O, and a Query is safe for concurrent use.
package query
