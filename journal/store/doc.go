// Package store keeps the journal in two SQLite files: log.db, the append-only
// source of truth, and view.db, which is derived from it and can be rebuilt. Their
// tables are documented in docs/JOURNAL.md.
//
// Callers may rely on this: what Append acknowledged survives kill -9 and a
// power cut; readers never block the writer, in this process or another; a view
// contains a record's events either all or not at all.
package store
