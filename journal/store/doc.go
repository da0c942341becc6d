// Package store is the journal: log.db, the append-only truth, and view.db,
// everything that is derived from it and can be thrown away.
//
// Callers may rely on this: what Append acknowledged survives kill -9 and a
// power cut; readers never block the writer, in this process or another; a
// view is either at a position or not, never half-way.
package store
