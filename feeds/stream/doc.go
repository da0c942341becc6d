// Package stream follows the stream of one Mist organisation: it decides which
// channels are subscribed, passes what they carry to whoever merges it, keeps
// raw messages for looking at, and tells of every while without the stream.
//
// Callers may rely on this: nothing of a message is understood here beyond
// where it belongs, because what comes is partial (FACTS section 6) and only
// the mirror knows the rest; a slow sink delays no answer to the cloud, it
// loses messages, which are counted; a gap is told once, when all channels are
// answered again, with the times between which messages may be missing; and a
// token that the cloud refuses is not tried again.
package stream
