// Package collector is the life of a collecting process. It takes the lock of a
// data directory, opens the journal, binds the listener, and runs everything
// that works there: feeds, the log's writer, the projector, retention, and the
// status that every screen reads.
//
// Callers may rely on this:
//   - At most one collector works in a data directory. New fails with a
//     *store.HeldError when another process holds the lock.
//   - Nothing runs before Run, and everything that Run starts has ended when it
//     returns, or is named in the error.
//   - The log's writer outlives everything that appends to the log, so what was
//     acknowledged to a sender is on disk when Run returns.
//   - A mistake in the configuration is a *ConfigError.
package collector
