// Package decode turns deliveries into events. It is the one place that knows both
// how Mist and Junos report things and how this program names them.
//
// Callers may rely on this:
//   - The same record always gives the same events, with the same ids. A rebuild of
//     the view needs that.
//   - Nothing is dropped. Unknown topics, types and fields become events that show
//     their content, and a field of the wrong type is read as far as it makes sense.
//   - No function panics on any body.
//   - Texts are bounded (see text.go) and valid UTF-8. They are not safe to draw: a
//     name chosen by a stranger stays as it came, and whoever draws it sanitizes it.
//
// To add a topic, add one entry to the table in topics.go.
package decode
