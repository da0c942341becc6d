// Package feeds supervises what is live of one Mist organisation: polling, the
// stream, and the mirror that both feed.
//
// Callers may rely on this: everything an Org starts ends with Run; trouble with
// the cloud is never an error of Run, it is a line of Feeds; and what happened
// during a gap of the stream is asked for before the gap is told, so that the
// telling can say how much of it was missed.
package feeds
