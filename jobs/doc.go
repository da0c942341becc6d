// Package jobs runs tasks that take longer than a person waits: backups, pings, checks.
// A job is kept in relay.db from the moment somebody asks for it.
//
// Callers may rely on this: a job survives a restart. One that was running is begun
// again only if its kind says that this is safe, and is marked as interrupted
// otherwise. No organization has more jobs running at once than its limit. One process
// runs the jobs of a data directory; all others may ask for jobs, watch them and cancel
// them. The end of a job is reported at least once.
package jobs
