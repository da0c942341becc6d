// Package journal is the read side of foghorn: what the screen, the commands,
// relays and chat ask of the log and the view of one data directory.
//
// It joins the two files (an event's element as it came, a delivery with its
// body), finds things by what a person types (a device, a site, a webhook, an
// organization), and holds the rules about rows that several readers share:
// what is wrong with a webhook, when a service level or a signal counts as bad,
// whether an event says up or down, which alert of a device is the worst.
//
// Callers may rely on this:
//   - Nothing here writes the view: a Journal has the methods of Reader and its own,
//     which only read. Its log is the one of whoever opened it, for actions to append
//     to. Close closes both.
//   - All methods of a Journal may be called at the same time.
//   - A look-up that fails returns a *LookupError that says what was typed and
//     either the nearest names or the things that fit.
//   - The rules are functions of rows alone: the same rows give the same answer
//     on the screen, in a command and in a relay.
package journal
