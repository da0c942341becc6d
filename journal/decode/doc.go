// Package decode turns deliveries into events. It is the one place that knows
// both how Mist and Junos tell things and how this program names them.
//
// The same record always gives the same events, with the same ids: a rebuild of
// the view relies on it. Nothing is dropped: topics, types and fields nobody
// here has heard of become events that show what is in them, and a field of the
// wrong type is read as far as it makes sense. No function panics on any body.
//
// Texts are bounded (see the limits in text.go) and valid UTF-8, but not made
// safe to draw: a name chosen by a stranger is kept as it came, and whoever
// draws it cleans it.
//
// To add a topic, add one entry to the table in topics.go.
package decode
