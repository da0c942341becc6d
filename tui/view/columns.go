package view

// The most cells that columns which are never cut take. What is longer is no name that
// somebody reads.
const (
	maxName = 32
	maxID   = 24
	maxMAC  = 17
)
