// Package junos is what a Junos device's event script sends and how it is
// signed (docs/integrations.md, Junos agent): the payload, the Junos-Auth header, a
// catalogue of the events worth hooking, and what their messages say about a
// condition. It knows nothing of this program.
//
// No function panics on any input. Bodies are read leniently: a device that
// sends more, less or other than expected is still understood as far as it goes.
package junos
