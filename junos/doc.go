// Package junos parses the posts of a Junos device's event script
// (docs/integrations.md, Junos agent): the payload, the Junos-Auth signature, and
// a catalogue of the events worth hooking. It depends on nothing else in this
// program.
//
// No function panics on any input. Parsing is lenient: unknown, missing or
// unexpected fields do not cost the rest of a post.
package junos
