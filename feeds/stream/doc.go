// Package stream follows the stream of one Mist organization: it subscribes to
// channels, passes their messages to a sink, keeps raw messages for the screen,
// and reports gaps.
//
// Callers may rely on this:
//   - A message is only routed by its channel, not interpreted: it is partial
//     (docs/mist-api.md, Stream channels), and only the sink knows the rest.
//   - A slow sink delays no answer to the cloud. It loses messages, which are counted.
//   - A gap is reported once, when all channels are answered again, with the times
//     between which messages may be missing.
//   - A token that the cloud refuses is not tried again.
package stream
