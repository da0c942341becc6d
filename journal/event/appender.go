package event

import "context"

// Appender is the way into the log. The log and everything that writes to it
// share this one interface, because its contract is the log's.
type Appender interface {
	// Append commits the records with fsync, in order, as one group, and returns
	// the sequence of each. They grow but need not be contiguous. When it returns
	// an error none of the records was stored. It is safe for concurrent use;
	// calls that wait for the disk at the same time share one commit. The
	// records' bytes are the caller's again once it has returned without an
	// error.
	Append(ctx context.Context, records ...Record) (seqs []int64, err error)
}
