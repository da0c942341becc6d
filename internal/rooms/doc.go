// Package rooms has only tests of the repository: which package may import which,
// and that every document exists that a comment cites or another document links
// to.
package rooms
