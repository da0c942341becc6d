// Package rooms holds no code, only the tests that keep the repository in
// order: which package may import which, and that every document that a comment
// cites, or another document links to, is there.
package rooms
